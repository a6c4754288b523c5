"""Whether a document that would stand in a packet as it is holds what looks like a credential: nothing masks it there.

Looked at are the text of a plain file, the parts of a package (Word, Excel, PowerPoint, OpenDocument, ZIP) and, of all
others, the runs of characters that stand in them unpacked. What a PDF or a mail holds packed or encoded is not seen.
"""

import codecs
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from tieout.kernel.reading.masking import sayable
from tieout.kernel.reading.redaction import redact
from tieout.kernel.reading.redaction_data import assigned_in

_ZIP: Final = b"PK\x03\x04"
#: Bytes that all parts of a package have when they are unpacked; a document of people has fewer beside its pictures.
MAX_UNPACKED_BYTES: Final = 16 * 1024 * 1024
#: No more than this many times its own size either, and a few megabytes: packed to be large, little costs much.
_MAX_RATIO: Final = 50
_UNPACKED_ANYHOW: Final = 4 * 1024 * 1024
_MAX_PARTS: Final = 5_000
_MAX_PACKED: Final = 3
"""Packages within packages that are opened."""
_LOCKED: Final = 0x1
#: What zipfile raises for archives that are none, or that are damaged.
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OverflowError, RuntimeError, ValueError, OSError,
    LookupError,
)  # fmt: skip
_BOMS: Final = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Words that stand plain in a file of another kind; older Word and Outlook files write two bytes a character.
_RUNS: Final = re.compile(rb"[\x20-\x7e\t]{8,}")
_WIDE_RUNS: Final = re.compile(rb"(?:[\x20-\x7e\t]\x00){8,}")
#: What is assigned is looked for in lines that are not endless: an assignment can be tried at each of their words.
_LONG: Final = re.compile(r"[^\n]{800,999}\s|[^\n]{1000}")
_CUT: Final = "\x1f\n"
_TAG: Final = re.compile(r"</?(?:[A-Za-z0-9_]{1,40}:)?([A-Za-z0-9_-]{0,40})[^<>]*>")
#: Elements after which something else begins. Other tags may stand within a word: Word cuts one where it likes.
_ENDS: Final = frozenset({"p", "h", "li", "tr", "tab", "br", "cr", "si", "c", "row", "comment", "table-cell"})


def why_not_shown(data: bytes) -> str | None:
    """Why a document is kept by its digest alone for what it holds; None where nothing in it looks like a credential.

    Args:
        data: The whole file.
    """
    try:
        left = min(MAX_UNPACKED_BYTES, _MAX_RATIO * len(data) + _UNPACKED_ANYHOW)
        for where, text in _texts(data, "", [left], _MAX_PACKED):
            line = _line_of_secret(text)
            if line is not None:
                place = where or (f"line {line}" if _plain(data) is not None else "in plain characters")
                return f"it holds what looks like a credential ({place}), and nothing in a document can be masked"
    except _UnseenError as error:
        return f"it {error}, so that nobody can say whether a credential stands in it"
    return None


class _UnseenError(Exception):
    """A package could not be looked through."""


def _line_of_secret(text: str) -> int | None:
    """The first line that holds a credential; keys that vendors print in their documentation are none."""
    hits = redact(text).hits
    line = next((hit.line for hit in hits if not hit.rule.endswith("-documented-example")), None)
    if line is not None:
        return line
    cut = _LONG.sub(lambda piece: f"{piece[0]}{_CUT}", text)
    assigned = assigned_in(cut)
    if not assigned:
        return None
    start = min(one.start for one in assigned)
    return cut.count("\n", 0, start) - cut.count(_CUT, 0, start) + 1


def _texts(data: bytes, where: str, left: list[int], deeper: int) -> Iterator[tuple[str, str]]:
    """Each text of a file with the part that it stands in."""
    if data.startswith(_ZIP):
        yield from _of_package(data, where, left, deeper)
        return
    text = _plain(data)
    if text is None:
        yield where, "\n".join(run.decode("ascii") for run in _RUNS.findall(data))
        yield where, "\n".join(run.decode("utf-16-le") for run in _WIDE_RUNS.findall(data))
        return
    yield where, text
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        shown = html.unescape(_TAG.sub(lambda tag: "\n" if tag[1] in _ENDS else "", text))
        if shown != text:
            yield where, shown


def _plain(data: bytes) -> str | None:
    """The text of a file that is one."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _of_package(data: bytes, where: str, left: list[int], deeper: int) -> Iterator[tuple[str, str]]:
    if not deeper:
        raise _UnseenError("holds packages within packages")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > _MAX_PARTS:
                raise _UnseenError(f"holds more than {_MAX_PARTS:,} parts")
            for member in members:
                if member.flag_bits & _LOCKED:
                    raise _UnseenError("is locked with a password")
                part = _unpacked(archive, member, left)
                name = f"in its part {sayable(member.filename)}"
                yield from _texts(part, where or name, left, deeper - 1)
    except _DAMAGED:
        raise _UnseenError("is a package that cannot be unpacked") from None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: list[int]) -> bytes:
    with archive.open(member) as stream:
        part = stream.read(left[0] + 1)
    left[0] -= len(part)
    if left[0] < 0:
        raise _UnseenError("grows too large when it is unpacked")
    return part
