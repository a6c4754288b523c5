"""Reads the files of a bag that is verified: none larger, or fuller, than tieout writes them."""

import hashlib

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.files import FolderView
from tieout.pipeline.place import LARGEST_MANIFEST

#: Files that grow with the evidence; of 10,000 items the collection has 10 to 20 MB.
_LARGEST = {"data/inputs/collection.json": 128 * 1024**2, "data/index.html": 128 * 1024**2}
#: Values in one JSON file, counted by the signs before each; a collection of 10,000 small records has 0.4 million.
#: A value of two bytes takes 80 and more in memory, so the file's size alone would be no limit.
_MOST_VALUES = 2_000_000
_BLOCK = 1 << 20


class BagReader:
    """Files of the bag, each problem noted once.

    Args:
        view: The bag.
        problems: Where problems are noted.
    """

    def __init__(self, view: FolderView, problems: list[str]) -> None:
        self._view = view
        self._problems = problems
        self._digests: dict[str, str] = {}

    def bytes(self, path: str) -> bytes | None:
        """Content of a file to parse; None, with a problem noted, where it cannot be read."""
        try:
            data = self._view.read(path, max_bytes=_LARGEST.get(path, LARGEST_MANIFEST))
        except UnreadableError as error:
            self._note(path, error.message)
            return None
        if path.endswith(".json") and sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
            self._note(path, f"holds more than {_MOST_VALUES:,} values; no packet has as many")
            return None
        return data

    def digest(self, path: str) -> str | None:
        """SHA-256 of a file of any size, read in blocks; None, with a problem noted, where it cannot be read."""
        if path not in self._digests:
            total = hashlib.sha256()
            try:
                with self._view.open_stream(path) as stream:
                    while block := stream.read(_BLOCK):
                        total.update(block)
            except UnreadableError as error:
                self._note(path, error.message)
                return None
            self._digests[path] = total.hexdigest()
        return self._digests[path]

    def _note(self, path: str, message: str) -> None:
        self._problems.append(f"{path} {message}")
