"""Durable file operations over a Storage, and the sentences people read when the disk says no."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from tieout.kernel.errors import StorageError
from tieout.store.storage import Entry, Storage

# Errors that speak of the place the user chose, not of the disk's health.
PLACE_ERRORS = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG}
)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_PERMISSION = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NOT_REGULAR = frozenset({errno.EINVAL, errno.ELOOP, errno.EISDIR, errno.ENOTDIR, errno.EEXIST})


def storage_error(error: OSError, path: Path) -> StorageError:
    """The plain sentence for what the disk answered."""
    if error.errno in _FULL:
        message = "the disk is full or the quota is used up"
        hint = "free some space and run again; everything that was acknowledged is kept"
    elif error.errno in _NO_PERMISSION:
        message = "there is no permission to write or read here"
        hint = "check the owner and the mode of the folder, and that the disk is not read-only"
    elif error.errno == errno.EIO:
        message = "the disk reported an input/output fault"
        hint = "check the disk before going on; everything that was acknowledged was on it"
    elif error.errno == errno.ENOENT:
        message = "a file or folder of the store has vanished"
        hint = "leave the store's folder alone while it is in use, or restore it from a copy"
    elif error.errno in _NOT_REGULAR:
        message = "something other than the store's own file or folder stands here"
        hint = "move it away and run again"
    else:
        message = f"the disk answered: {error.strerror or type(error).__name__}"
        hint = "see what the disk or network share needs, then run again"
    return StorageError(message, hint=hint, where=str(path))


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an OSError on `path` into a StorageError with a plain sentence."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, path) from error


class Disk:
    """What the store does to files: each method is complete and synced when it returns, or it raises.

    Raises:
        StorageError: By every method, when the disk says no.
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    @contextlib.contextmanager
    def locked(self, path: Path) -> Iterator[None]:
        """Hold the exclusive lock of a file; opened anew each time, so threads and forks queue up too."""
        with explained(path):
            handle = self.storage.open_append(path)
        try:
            with explained(path):
                self.storage.flock(handle)
            yield
        finally:
            with explained(path):
                self.storage.close(handle)

    def read(self, path: Path) -> bytes:
        """All bytes of a regular file."""
        with explained(path):
            return self.storage.read(path)

    def entry(self, path: Path) -> Entry | None:
        """What stands at the path, or None."""
        with explained(path):
            return self.storage.entry(path)

    def names(self, folder: Path) -> list[str]:
        """Sorted names in a folder; none if the folder is absent."""
        with explained(folder):
            return sorted(self.storage.listdir(folder)) if self.storage.entry(folder) else []

    def make_folder(self, path: Path) -> None:
        """Make a folder if nothing stands there; durable once its parent is synced."""
        with explained(path):
            if self.storage.entry(path) is None:
                with contextlib.suppress(FileExistsError):  # another process was quicker
                    self.storage.mkdir(path)

    def sync_folder(self, path: Path) -> None:
        """Make a folder's entries durable."""
        with explained(path):
            self.storage.fsync_dir(path)

    def sync_file(self, path: Path) -> None:
        """Make a file and its entry durable, whoever wrote it."""
        with explained(path):
            handle = self.storage.open_existing(path)
            try:
                self.storage.fsync(handle)
            finally:
                self.storage.close(handle)
            self.storage.fsync_dir(path.parent)

    def write_file(self, target: Path, data: bytes, *, via: Path, mode: int = 0o600) -> None:
        """Put a whole file in place, in one step.

        Args:
            target: Where it goes; a file there is replaced.
            data: Its bytes.
            via: Temporary path on the same file system. The caller holds the store's lock, so whatever
                stands there was left by a run that was killed.
            mode: Permission bits.
        """
        with explained(target):
            self._remove_left_over(via)
            handle = self.storage.create(via, mode)
            try:
                try:
                    self._write_all(handle, data)
                    self.storage.fsync(handle)
                finally:
                    self.storage.close(handle)
                self.storage.rename(via, target)
            except OSError:
                with contextlib.suppress(OSError):  # the next open removes it; the first error is the news
                    self.storage.unlink(via)
                raise
            self.storage.fsync_dir(target.parent)

    def append(self, path: Path, data: bytes) -> None:
        """Append to a file and sync it; on a failure some of the bytes may stand there."""
        with explained(path):
            handle = self.storage.open_append(path)
            try:
                self._write_all(handle, data)
                self.storage.fsync(handle)
            finally:
                self.storage.close(handle)

    def cut(self, path: Path, size: int) -> None:
        """Cut a file to `size` bytes; durable with the file's next sync, until which nothing hangs on it."""
        with explained(path):
            handle = self.storage.open_append(path)
            try:
                self.storage.truncate(handle, size)
            finally:
                self.storage.close(handle)

    def remove(self, path: Path) -> None:
        """Remove a left-over file; it does no harm if a power loss brings it back."""
        with explained(path):
            self.storage.unlink(path)

    def _remove_left_over(self, path: Path) -> None:
        if self.storage.entry(path) is not None:
            self.storage.unlink(path)

    def _write_all(self, handle: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self.storage.write(handle, bytes(view)) :]
