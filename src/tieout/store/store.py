"""The evidence store: contents by digest, an append-only journal of leaves, and a checkpoint over it."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import StorageError, UsageError, VerificationError
from tieout.store.batch import Batch
from tieout.store.checkpoints import Checkpoint, parse_checkpoint
from tieout.store.creation import open_folder
from tieout.store.disk import Disk, NewFile
from tieout.store.fsck import Inspection
from tieout.store.journal import Journal
from tieout.store.layout import Layout
from tieout.store.leaves import Leaf, LoggedLeaf, read_line
from tieout.store.merkle import leaf_hash, tree_root
from tieout.store.shelves import Shelves
from tieout.store.storage import OS_STORAGE, Storage


class Store:
    """A folder of evidence that many processes may write to.

    What `put`, `append`, `salt` and `checkpoint` acknowledge by returning survives a kill and a power
    loss. Every call takes the folder's lock for itself, so a store may also be shared by threads.

    Attributes:
        layout: Where things stand.
        origin: The log's name in checkpoints.
        repairs: Sentences on what was put right since opening: torn lines cut, corrupt objects replaced.
    """

    def __init__(self, layout: Layout, disk: Disk, origin: str) -> None:
        self.layout = layout
        self.origin = origin
        self.repairs: list[str] = []
        self._disk = disk
        self._journal = Journal(disk, layout)
        self._journal.repairs = self.repairs
        self._shelves = Shelves(disk, layout, self.repairs)
        self._sealed: Checkpoint | None = None
        self._seal_damage = ""
        self._closed = False

    @classmethod
    def open(cls, root: Path, *, create: bool = True, storage: Storage = OS_STORAGE) -> Self:
        """Open a store, or make one; a torn last line of the journal is cut, stale temporary files go.

        Args:
            root: The store's folder; its parents are made too.
            create: Make the store if there is none.
            storage: The disk.

        Raises:
            UsageError: The folder cannot be written, is no store, or was written by another version.
            StorageError: The disk failed.
            VerificationError: format.json was damaged or removed.
        """
        layout = Layout(root)
        disk = Disk(storage)
        store = cls(layout, disk, open_folder(layout, disk, create=create))
        with store._caught_up():
            pass
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the use of this object; nothing is pending, because every call is complete when it returns."""
        self._closed = True

    def put(self, data: bytes) -> str:
        """Keep content; the SHA-256 it can be had by.

        An object that is already there is read, hashed and synced again; a corrupt one is replaced and
        named in `repairs`. Follow it with an `append`: fsck calls an object without a leaf a stray.

        Raises:
            StorageError: The disk failed; nothing was acknowledged.
        """
        digest = sha256_hex(data)
        with self._locked():
            self._shelves.keep({digest: data}, {})
        return digest

    def get(self, digest: str) -> bytes:
        """The content with this SHA-256, hashed again on reading.

        Raises:
            StorageError: There is no such object, or the disk failed.
            VerificationError: What stands there is other content.
        """
        self._check_open()
        path = self.layout.object(digest)
        if self._disk.entry(path) is None:
            message = f"object {digest} is not in the store"
            raise StorageError(message, hint="collect it again, or restore it from a copy of the store")
        data = self._disk.read(path)
        if sha256_hex(data) != digest:
            message = f"object {digest} is corrupt: its content has another digest"
            raise VerificationError(message, hint="collect it again; the good content replaces it")
        return data

    def has(self, digest: str) -> bool:
        """Whether an object of that name is there; `get` says whether it is sound."""
        self._check_open()
        there = self._disk.entry(self.layout.object(digest))
        return there is not None and there.kind == "file"

    def salt(self, item: str) -> bytes:
        """The 32 secret bytes of an item, made on first use; see `commitment`.

        Raises:
            UsageError: The item id cannot be a file name.
            StorageError: The disk failed.
            VerificationError: The salt there has another length.
        """
        with self._locked():
            salt = self._shelves.salt(item)
            self._shelves.keep({}, {item: salt})
        return salt

    def append(self, leaf: Leaf, *, now: datetime) -> int:
        """Log a leaf; its number, from 0, once it survives a power loss.

        Args:
            leaf: What happened.
            now: The wall clock, read in the CLI; stands in the journal and never in a packet.

        Raises:
            StorageError: The disk failed; the leaf was not acknowledged.
            VerificationError: The journal or its checkpoint is damaged, so nothing may follow.
            ValueError: `now` has no time zone.
        """
        with self.batch(now=now) as batch:
            return batch.append(leaf)

    @contextlib.contextmanager
    def batch(self, *, now: datetime) -> Iterator[Batch]:
        """Keep and log many things at once; all of it survives a power loss when the block ends.

        Other writers wait meanwhile. A block that ends with an error keeps nothing; a kill or a power loss
        leaves a part of it at most: contents without a leaf, or the first of its leaves with their contents.

        Args:
            now: As of `append`.

        Raises:
            StorageError, VerificationError, ValueError: As `append`, at the end of the block.
        """
        with self._caught_up():
            self._refuse_damage()
            batch = Batch(self.layout, self._shelves, self._journal)
            yield batch
            batch.write(now=now)

    def entries(self) -> Iterator[LoggedLeaf]:
        """All leaves acknowledged when the iteration begins, in order, each checked against the one before.

        Raises:
            VerificationError: A line cannot be read or does not follow the line before it.
        """
        prev: str | None = None
        seen = 0
        count = self.size
        for line in self._journal.lines(count):
            try:
                leaf = read_line(line.data)
            except ValueError as error:
                raise _broken(line.place, f"the line cannot be read: {error}") from error
            if (leaf.seq, leaf.prev) != (line.expected, prev):
                raise _broken(line.place, "the line does not follow the one before it")
            prev = leaf_hash(line.data).hex()
            seen += 1
            yield leaf
        if seen != count:
            raise _broken("log/entries", f"{count} leaves were counted and {seen} are there")

    @property
    def size(self) -> int:
        """Number of leaves, those of other writers included.

        Raises:
            StorageError: The disk failed.
        """
        with self._caught_up():
            return self._journal.count

    def root_hash(self) -> str:
        """RFC 6962 root over all leaves, hexadecimal."""
        with self._caught_up():
            return tree_root(self._hashes()).hex()

    def checkpoint(self) -> Checkpoint:
        """Seal the log as it is now: write its size and root to log/checkpoint.

        Raises:
            StorageError: The disk failed; the checkpoint before still stands.
            VerificationError: The journal no longer holds what the checkpoint before sealed.
        """
        with self._caught_up():
            self._refuse_damage()
            hashes = self._hashes()
            before = self._sealed
            if before and tree_root(hashes[: before.size]).hex() != before.root:
                message = f"the first {before.size} leaves are not those that the last checkpoint sealed"
                raise VerificationError(
                    message, hint="run fsck, then restore the journal", where=str(self.layout.entries)
                )
            sealed = Checkpoint(origin=self.origin, size=len(hashes), root=tree_root(hashes).hex())
            self._disk.write_files([NewFile(self.layout.checkpoint, sealed.text().encode())], aside=self.layout.tmp)
            self._sealed = sealed
        return sealed

    def fsck(self, *, against: Checkpoint | None = None) -> list[str]:
        """Everything wrong with the store, one plain sentence each; none for a sound store.

        Other writers wait meanwhile. Leaves after the last checkpoint can be cut off or rewritten as a
        whole by someone who can write the folder: seal the log at the end of a run and keep a copy.

        Args:
            against: A checkpoint kept elsewhere, which the log must still contain.

        Raises:
            StorageError: The disk failed while looking.
        """
        with self._caught_up():
            inspection = Inspection(
                layout=self.layout,
                disk=self._disk,
                journal=self._journal,
                origin=self.origin,
                seals=[("the checkpoint", self._sealed)] if self._sealed else [],
            )
            if against:
                inspection.seals.append(("the kept checkpoint", against))
            own = [self._seal_damage] if self._seal_damage else []
            return [*self.repairs, *own, *inspection.findings()]

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._check_open()
        with self._disk.locked(self.layout.lock):
            yield

    @contextlib.contextmanager
    def _caught_up(self) -> Iterator[None]:
        with self._locked():
            self._read_seal()
            self._journal.catch_up(self._sealed.size if self._sealed else 0)
            yield

    def _check_open(self) -> None:
        if self._closed:
            message = "the store is closed"
            raise UsageError(message, hint="open it again", where=str(self.layout.root))

    def _read_seal(self) -> None:
        self._sealed, self._seal_damage = None, ""
        if self._disk.entry(self.layout.checkpoint) is None:
            return
        try:
            data = self._disk.read(self.layout.checkpoint)
            sealed = parse_checkpoint(data)
        except VerificationError as error:
            self._seal_damage = error.message
            return
        if sealed.origin != self.origin:
            self._seal_damage = f"the checkpoint is of another log, {sealed.origin}"
            return
        self._sealed = sealed

    def _refuse_damage(self) -> None:
        damage = self._seal_damage or self._journal.damage
        if damage:
            raise VerificationError(
                damage, hint="run fsck, then restore the log from a copy", where=str(self.layout.log)
            )

    def _hashes(self) -> list[bytes]:
        return [leaf_hash(line.data) for line in self._journal.lines(self._journal.count)]


def _broken(place: str, what: str) -> VerificationError:
    return VerificationError(what, hint="run fsck, then restore the journal from a copy", where=place)
