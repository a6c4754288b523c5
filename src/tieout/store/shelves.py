"""Objects and salts: files named by what they are, written once, and never changed."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import VerificationError
from tieout.store.commitments import SALT_BYTES
from tieout.store.disk import Disk, NewFile
from tieout.store.layout import Layout

_OBJECT_MODE = 0o400


class Shelves:
    """The two rooms of such files; every method is called with the store's lock held.

    Args:
        disk: The disk.
        layout: Where things stand.
        repairs: Takes a sentence on each corrupt object that was replaced.
    """

    def __init__(self, disk: Disk, layout: Layout, repairs: list[str]) -> None:
        self._disk = disk
        self._layout = layout
        self._repairs = repairs
        self._shards: set[Path] = set()

    def salt(self, item: str) -> bytes:
        """The salt of an item: the one that is kept, or else a new one, which lasts once it is kept.

        Raises:
            UsageError: The item id cannot be a file name.
            StorageError: The disk failed.
            VerificationError: The salt there has another length.
        """
        path = self._layout.salt(item)
        if self._disk.entry(path) is None:
            return secrets.token_bytes(SALT_BYTES)
        salt = self._disk.read(path)
        if len(salt) != SALT_BYTES:
            message = f"the salt of {item} is damaged: {len(salt)} bytes instead of {SALT_BYTES}"
            raise VerificationError(message, hint="restore it from a copy of the store", where=str(path))
        return salt

    def keep(self, objects: Mapping[str, bytes], salts: Mapping[str, bytes]) -> None:
        """Make contents (by their digest) and salts (by their item) last.

        What is there already is never trusted to be durable: it is read, hashed and synced again.

        Raises:
            StorageError: The disk failed; what was there stays.
        """
        self._make_shards({self._layout.object(digest).parent for digest in objects})
        there: list[Path] = []
        new: list[NewFile] = []
        corrupt: list[str] = []
        for digest, data in objects.items():
            path = self._layout.object(digest)
            found = self._disk.entry(path)
            if found and found.kind == "file" and sha256_hex(self._disk.read(path)) == digest:
                there.append(path)
                continue
            new.append(NewFile(path, data, _OBJECT_MODE))
            if found:
                corrupt.append(digest)
        for item, salt in salts.items():
            path = self._layout.salt(item)
            if self._disk.entry(path) is None:
                new.append(NewFile(path, salt))
            else:
                there.append(path)
        if there:
            self._disk.sync_files(there)
        if new:
            self._disk.write_files(new, aside=self._layout.tmp)
        for digest in corrupt:
            self._repairs.append(f"object {digest} was corrupt and was replaced by the content put again")

    def _make_shards(self, folders: set[Path]) -> None:
        fresh = folders - self._shards
        for folder in sorted(fresh):
            self._disk.make_folder(folder, own=True)
        if fresh:  # one that another run made and never synced counts as fresh
            self._disk.sync_folder(self._layout.objects)
            self._shards |= fresh
