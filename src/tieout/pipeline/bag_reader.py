"""Reads the files of a bag that is verified: none larger, or fuller, than tieout writes them."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Final

from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.files import FolderView
from tieout.pipeline.place import LARGEST_MANIFEST

#: Files that grow with the evidence; of 10,000 items the collection has 10 to 20 MB.
_LARGEST = {"data/inputs/collection.json": 128 * 1024**2, "data/index.html": 128 * 1024**2}
#: A packet is made in memory; what is larger than these was not made by tieout, and is not read to its end.
LARGEST_FILE: Final = 1024**3
LARGEST_BAG: Final = 16 * 1024**3
#: Values in one JSON file, counted by the signs before each; a collection of 10,000 small records has 0.4 million.
#: A value of two bytes takes 80 and more in memory, so the file's size alone would be no limit.
_MOST_VALUES = 2_000_000
_BLOCK = 1 << 20


#: What is said of a file that is larger than any in a packet.
TOO_LARGE: Final = f"has more than {LARGEST_FILE >> 30} GiB, and no file of a packet is as large"


class BagReader:
    """Files of the bag, each problem noted once.

    Args:
        view: The bag.
        problems: Where problems are noted.
        refused: Paths that are not read, for a reason that is noted already.
        expected: Path -> SHA-256 that a file must still have when it is read; None where that is to be found out.
    """

    def __init__(
        self,
        view: FolderView,
        problems: list[str],
        *,
        refused: Collection[str] = (),
        expected: Mapping[str, str] | None = None,
    ) -> None:
        self._view = view
        self._problems = problems
        self._refused = frozenset(refused)
        self._expected = expected
        self._digests: dict[str, str | None] = {}

    def bytes(self, path: str) -> bytes | None:
        """Content of a file to parse; None, with a problem noted, where it cannot be read."""
        if path in self._refused:
            return None
        try:
            data = self._view.read(path, max_bytes=_LARGEST.get(path, LARGEST_MANIFEST))
        except UnreadableError as error:
            self._note(path, error.message)
            return None
        if path.endswith(".json") and sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
            self._note(path, f"holds more than {_MOST_VALUES:,} values; no packet has as many")
            return None
        if self._expected is not None and sha256_hex(data) != self._expected.get(path):
            self._note(path, "was changed while the packet was verified")
            return None
        return data

    def digest(self, path: str) -> str | None:
        """SHA-256 of a file, read in blocks; None, with a problem noted, where it cannot be read or is too large."""
        if self._expected is not None:
            return self._expected.get(path)
        if path not in self._digests:
            self._digests[path] = None if path in self._refused else self._hashed(path)
        return self._digests[path]

    def _hashed(self, path: str) -> str | None:
        total = hashlib.sha256()
        left = LARGEST_FILE  # it may grow meanwhile
        try:
            with self._view.open_stream(path) as stream:
                while left >= 0 and (block := stream.read(_BLOCK)):
                    total.update(block)
                    left -= len(block)
        except UnreadableError as error:
            self._note(path, error.message)
            return None
        if left < 0:
            self._note(path, TOO_LARGE)
            return None
        return total.hexdigest()

    def _note(self, path: str, message: str) -> None:
        self._problems.append(f"{path} {message}")
