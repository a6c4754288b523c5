"""Checking a store from end to end: every finding is one plain sentence."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import StorageError
from tieout.store.checkpoints import Checkpoint
from tieout.store.commitments import SALT_BYTES, salted
from tieout.store.disk import Disk
from tieout.store.journal import Journal
from tieout.store.layout import DIGEST, ITEM, SHARD, Layout
from tieout.store.leaves import CONTENT_IN_STORE, LoggedLeaf, read_line
from tieout.store.merkle import leaf_hash, tree_root
from tieout.store.storage import Kind

_MODES: Final[dict[Kind, int]] = {"folder": 0o700, "file": 0o600}
_OBJECT_MODE: Final = 0o400


@dataclass(slots=True)
class Inspection:
    """One check of a store whose lock is held, and what it has found to stand on so far.

    Attributes:
        layout: Where things stand.
        disk: The disk.
        journal: The journal, caught up.
        origin: The log's name.
        seals: Checkpoints the journal must contain, each with a name for people.
        objects: Digest of each sound object -> its size.
        salts: Item -> its salt.
        hashes: Leaf hashes of the lines on disk.
        leaves: The lines that can be read.
    """

    layout: Layout
    disk: Disk
    journal: Journal
    origin: str
    seals: list[tuple[str, Checkpoint]]
    objects: dict[str, int] = field(default_factory=dict)
    salts: dict[str, bytes] = field(default_factory=dict)
    hashes: list[bytes] = field(default_factory=list)
    leaves: list[LoggedLeaf] = field(default_factory=list)

    def findings(self) -> Iterator[str]:
        """Everything wrong, room by room; commitments last, because they lean on all the rest.

        Raises:
            StorageError: One of the store's folders cannot be listed.
        """
        yield from self._rooms()
        yield from self._objects()
        yield from self._salts()
        yield from self._segments()
        for name, seal in self.seals:
            yield from self._seal(name, seal)
        yield from self._commitments()

    def _rooms(self) -> Iterator[str]:
        yield from self._looks(self.layout.root, "folder")
        files = {self.layout.format, self.layout.lock, self.layout.checkpoint}
        for room in (self.layout.root, self.layout.log):
            for name in self.disk.names(room):
                path = room / name
                if path in files:
                    yield from self._looks(path, "file")
                elif path in self.layout.folders:
                    yield from self._looks(path, "folder")
                else:
                    yield self._stranger(path)

    def _objects(self) -> Iterator[str]:
        for shard in self.disk.names(self.layout.objects):
            folder = self.layout.objects / shard
            there = self.disk.entry(folder)
            if not SHARD.fullmatch(shard) or there is None or there.kind != "folder":
                yield self._stranger(folder)
                continue
            yield from self._looks(folder, "folder")
            for name in self.disk.names(folder):
                if DIGEST.fullmatch(name) and name.startswith(shard):
                    yield from self._object(folder / name)
                else:
                    yield self._stranger(folder / name)

    def _object(self, path: Path) -> Iterator[str]:
        yield from self._looks(path, "file", _OBJECT_MODE)
        try:
            data = self.disk.read(path)
        except StorageError as error:
            yield f"object {path.name} cannot be read: {error.message}"
            return
        if sha256_hex(data) == path.name:
            self.objects[path.name] = len(data)
        else:
            yield f"object {path.name} is corrupt: its content has another digest"

    def _salts(self) -> Iterator[str]:
        for name in self.disk.names(self.layout.salts):
            path = self.layout.salts / name
            if not ITEM.fullmatch(name):
                yield self._stranger(path)
                continue
            yield from self._looks(path, "file")
            try:
                self.salts[name] = self.disk.read(path)
            except StorageError as error:
                yield f"the salt of {name} cannot be read: {error.message}"
                continue
            if len(self.salts[name]) != SALT_BYTES:
                yield f"the salt of {name} is damaged: it must have {SALT_BYTES} bytes"

    def _segments(self) -> Iterator[str]:
        firsts = self.journal.segments()
        names = {self.layout.segment(first).name for first in firsts}
        for name in self.disk.names(self.layout.entries):
            path = self.layout.entries / name
            yield from self._looks(path, "file") if name in names else [self._stranger(path)]
        for first in firsts:
            if first != len(self.hashes):
                yield (
                    f"journal file {self.layout.segment(first).name} begins with leaf {first} "
                    f"where leaf {len(self.hashes)} belongs"
                )
            try:
                lines, torn = self.journal.segment_lines(first)
            except StorageError as error:
                yield f"journal file {self.layout.segment(first).name} cannot be read: {error.message}"
                continue
            for number, line in enumerate(lines, start=1):
                yield from self._line(f"{self.layout.segment(first).name}:{number}", line)
            if torn:
                yield f"journal file {self.layout.segment(first).name} ends in a torn line"
        if self.journal.damage:
            yield self.journal.damage

    def _line(self, place: str, line: bytes) -> Iterator[str]:
        expected = len(self.hashes)
        prev = self.hashes[-1].hex() if self.hashes else None
        self.hashes.append(leaf_hash(line))
        try:
            leaf = read_line(line)
        except ValueError as error:
            yield f"journal line {place} (leaf {expected}) cannot be read: {error}"
            return
        self.leaves.append(leaf)
        if leaf.seq != expected:
            yield f"journal line {place} says leaf {leaf.seq} where leaf {expected} belongs"
        if leaf.prev != prev:
            yield f"journal line {place} (leaf {leaf.seq}) does not follow the line that stands before it"

    def _seal(self, name: str, seal: Checkpoint) -> Iterator[str]:
        if seal.origin != self.origin:
            yield f"{name} is of another log, {seal.origin}"
        elif seal.size > len(self.hashes):
            yield f"{name} counts {seal.size} leaves and the journal holds {len(self.hashes)}"
        elif tree_root(self.hashes[: seal.size]).hex() != seal.root:
            yield f"{name} does not match: some of the journal's first {seal.size} lines were changed"

    def _commitments(self) -> Iterator[str]:
        """Tie each leaf to an object by its salted commitment, and name what is left over."""
        disposed = {leaf.item: leaf.seq for leaf in self.leaves if leaf.type == "disposed"}
        found: dict[tuple[str, str], str] = {}
        by_size: dict[int, list[str]] = defaultdict(list)
        for digest, size in self.objects.items():
            by_size[size].append(digest)
        unclaimed = {size: dict.fromkeys(digests) for size, digests in by_size.items()}
        for leaf in self.leaves:
            if leaf.commitment is None or leaf.seq <= disposed.get(leaf.item, -1):
                continue
            claim = (leaf.item, leaf.commitment)
            salt = self.salts.get(leaf.item)
            if salt and claim not in found:
                # No digest stands in the log, so the objects of the leaf's size are tried, and first those
                # that no other leaf has claimed.
                of_size = self.objects if leaf.size is None else by_size.get(leaf.size, ())
                candidates = itertools.chain(unclaimed.get(leaf.size or 0, ()), of_size)
                match = next((digest for digest in candidates if salted(salt, digest) == leaf.commitment), None)
                if match:
                    found[claim] = match
                    unclaimed[self.objects[match]].pop(match, None)
            if leaf.type not in CONTENT_IN_STORE:
                continue
            if not salt:
                yield f"the salt of {leaf.item} is missing, so leaf {leaf.seq} cannot be checked"
            elif claim not in found:
                yield f"the object of leaf {leaf.seq} ({leaf.item}) is missing or not what was logged"
        yield from self._left_over(set(found.values()))

    def _left_over(self, used: set[str]) -> Iterator[str]:
        for digest in self.objects:
            if digest not in used:
                yield f"object {digest} is a stray: no leaf commits to it"
        items = {leaf.item for leaf in self.leaves}
        for item in self.salts:
            if item not in items:
                yield f"the salt of {item} is a stray: no leaf names that item"

    def _looks(self, path: Path, kind: Kind, mode: int | None = None) -> Iterator[str]:
        there = self.disk.entry(path)
        wanted = _MODES[kind] if mode is None else mode
        if there is not None and there.kind != kind:
            yield f"{self._named(path)} is not a {kind}"
        elif there is not None and there.mode != wanted:
            yield f"{self._named(path)} has mode {there.mode:04o} and should have {wanted:04o}"

    def _stranger(self, path: Path) -> str:
        return f"{self._named(path)} is not part of the store"

    def _named(self, path: Path) -> str:
        inside = path.relative_to(self.layout.root).as_posix()
        return "the store's folder" if inside == "." else repr(inside)
