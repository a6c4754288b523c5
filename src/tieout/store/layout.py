"""Where things stand in a store's folder, and the format.json that says which version wrote it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tieout.kernel.canonical import pretty_bytes
from tieout.kernel.errors import UsageError, VerificationError

FORMAT = "tieout evidence store"
VERSION = 1
ORIGIN = "tieout.dev/evidence-log"

DIGEST = re.compile(r"[0-9a-f]{64}")
SHARD = re.compile(r"[0-9a-f]{2}")
ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}")
SEGMENT = re.compile(r"([0-9]{8,})\.jsonl")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a store."""

    root: Path

    @property
    def format(self) -> Path:
        """Which format and version this folder is."""
        return self.root / "format.json"

    @property
    def objects(self) -> Path:
        """Contents, named by their SHA-256."""
        return self.root / "objects"

    @property
    def salts(self) -> Path:
        """One secret salt an item."""
        return self.root / "salts"

    @property
    def log(self) -> Path:
        """The journal's folder."""
        return self.root / "log"

    @property
    def entries(self) -> Path:
        """The journal's segments, each named by the number of its first leaf."""
        return self.root / "log" / "entries"

    @property
    def checkpoint(self) -> Path:
        """Size and root of the journal when it was last sealed."""
        return self.root / "log" / "checkpoint"

    @property
    def tmp(self) -> Path:
        """Files on their way."""
        return self.root / "tmp"

    @property
    def lock(self) -> Path:
        """Locked by whoever writes."""
        return self.root / "lock"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that every store has, parents first."""
        return (self.objects, self.salts, self.log, self.entries, self.tmp)

    def object(self, digest: str) -> Path:
        """Path of an object.

        Raises:
            UsageError: The text is not a SHA-256 digest in lower-case hexadecimal.
        """
        if not DIGEST.fullmatch(digest):
            message = f"{digest[:80]!r} is not a SHA-256 digest"
            raise UsageError(message, hint="give 64 lower-case hexadecimal digits")
        return self.objects / digest[:2] / digest

    def salt(self, item: str) -> Path:
        """Path of an item's salt.

        Raises:
            UsageError: The item id is not safe as a file name.
        """
        if not ITEM.fullmatch(item):
            message = f"{item[:80]!r} cannot be an item id"
            raise UsageError(message, hint="use letters, digits and . _ : + -, at most 128 characters")
        return self.salts / item

    def segment(self, first: int) -> Path:
        """Path of the journal segment that begins with leaf `first`."""
        return self.entries / f"{first:08d}.jsonl"


def format_bytes() -> bytes:
    """The format.json of a new store."""
    return pretty_bytes({"format": FORMAT, "version": VERSION, "hash": "sha256", "origin": ORIGIN})


def read_format(data: bytes, *, where: str) -> str:
    """The log's origin, after checking that this version can read the store.

    Raises:
        UsageError: Another version wrote it.
        VerificationError: It is not a format.json of ours.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        message = "format.json does not say that this is an evidence store"
        raise VerificationError(message, hint="put the file back from a copy of the store", where=where)
    version = found.get("version")
    if version != VERSION or isinstance(version, bool):
        message = f"the store has format version {version!r}; this tieout reads version {VERSION}"
        raise UsageError(message, hint="use the tieout that wrote it, or a newer one", where=where)
    if pretty_bytes(found) != data or found.get("hash") != "sha256" or not isinstance(found.get("origin"), str):
        message = "format.json was changed after the store was made"
        raise VerificationError(message, hint="put the file back from a copy of the store", where=where)
    origin: str = found["origin"]
    return origin
