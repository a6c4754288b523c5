"""A batch: contents, salts and leaves that become durable together, with a few waits for the disk in all."""

from collections.abc import Iterator
from datetime import datetime

from tieout.kernel.digests import sha256_hex
from tieout.store.journal import Journal
from tieout.store.layout import Layout
from tieout.store.leaves import Leaf, LoggedLeaf
from tieout.store.merkle import leaf_hash
from tieout.store.shelves import Shelves


class Batch:
    """What a caller wants kept and logged, in memory until `write`; made by `Store.batch` under its lock.

    Attributes:
        layout: Where things stand in the store.
    """

    def __init__(self, layout: Layout, shelves: Shelves, journal: Journal) -> None:
        self.layout = layout
        self._shelves = shelves
        self._journal = journal
        self._objects: dict[str, bytes] = {}
        self._salts: dict[str, bytes] = {}
        self._leaves: list[Leaf] = []

    def put(self, data: bytes) -> str:
        """Keep content; the SHA-256 it can be had by."""
        digest = sha256_hex(data)
        self._objects[digest] = data
        return digest

    def salt(self, item: str) -> bytes:
        """The 32 secret bytes of an item; see `commitment`.

        Raises:
            UsageError: The item id cannot be a file name.
            StorageError: The disk failed.
            VerificationError: The salt that is kept has another length.
        """
        if item not in self._salts:
            self._salts[item] = self._shelves.salt(item)
        return self._salts[item]

    def append(self, leaf: Leaf) -> int:
        """Log a leaf; the number that it will have."""
        self._leaves.append(leaf)
        return self._journal.count + len(self._leaves) - 1

    def write(self, *, now: datetime) -> None:
        """Make all of it last: contents and salts first, so that no leaf speaks of what a power loss may take.

        Raises:
            StorageError: The disk failed; nothing was acknowledged.
            ValueError: `now` has no time zone.
        """
        lines = list(self._lines(now))
        self._shelves.keep(self._objects, self._salts)
        self._journal.append(lines)

    def _lines(self, now: datetime) -> Iterator[bytes]:
        prev = self._journal.prev
        for seq, leaf in enumerate(self._leaves, start=self._journal.count):
            fields = {name: getattr(leaf, name) for name in Leaf.model_fields}
            line = LoggedLeaf.model_validate(fields | {"seq": seq, "prev": prev, "logged_at": now}).line()
            prev = leaf_hash(line).hex()
            yield line
