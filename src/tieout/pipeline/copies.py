"""Copies of sources in a packet: whether they are the bytes that were read, as their digests have it."""

import hashlib
from collections.abc import Mapping
from typing import Final

from tieout.kernel.digests import sha256_hex
from tieout.kernel.reading.text import excerpt

#: A copy is text without its byte order mark (`decode_text`).
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
#: What every mark begins with that stands for something taken out, or made visible.
MARK: Final = "⟨".encode()
_BLOB_HASHES: Final = {40: "sha1", 64: "sha256"}
_LONGEST: Final = 80


def copy_problem(data: bytes, source_digest: object, redactions: object) -> str | None:
    """Why a copy is not that of the source which its item names; None where nothing speaks against it.

    Args:
        data: The copy.
        source_digest: Of the item: `sha256:<hex>`, or `gitblob:<hex>` of a repository with SHA-1 or SHA-256 objects.
        redactions: Of the item, as its JSON.
    """
    if not isinstance(redactions, list) or not isinstance(source_digest, str):
        return "its entry does not say what it is a copy of"
    if not redactions:
        digests = {digest_as(source_digest, source) for source in sources_of(data)}
        stated = excerpt(source_digest, _LONGEST)
        return (
            None
            if source_digest and source_digest in digests
            else f"nothing was redacted in it, and its digest is not {stated}"
        )
    lines = data.split(b"\n")
    for note in redactions:
        line = note.get("line") if isinstance(note, Mapping) else None
        if not isinstance(line, int) or not 0 < line <= len(lines) or MARK not in lines[line - 1]:
            return f"its entry tells of a redaction in line {line}, and there is no mark of one"
    return None


def sources_of(copy: bytes) -> tuple[bytes, bytes]:
    """The bytes that an unredacted copy may have been made of."""
    return copy, _BYTE_ORDER_MARK + copy


def digest_as(like: str, data: bytes) -> str:
    """The digest of bytes in the form of another one; "" for a form that no file's digest has."""
    kind, _, value = like.partition(":")
    if kind == "sha256":
        return f"sha256:{sha256_hex(data)}"
    if kind == "gitblob" and len(value) in _BLOB_HASHES:
        # What git names a file by: the hash of a header and its bytes.
        blob = hashlib.new(_BLOB_HASHES[len(value)], b"blob %d\0" % len(data), usedforsecurity=False)
        blob.update(data)
        return f"gitblob:{blob.hexdigest()}"
    return ""
