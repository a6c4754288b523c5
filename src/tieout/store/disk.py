"""Durable file operations over a Storage, and the sentences people read when the disk says no."""

import contextlib
import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tieout.kernel.errors import StorageError
from tieout.kernel.writing import FILE_SIZE_HINT
from tieout.store.storage import Entry, Storage

# Errors that speak of the place the user chose, not of the disk's health.
PLACE_ERRORS = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG}
)
# From so many files on, one sync of the whole file system is quicker than one of each.
MANY = 500
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_PERMISSION = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NOT_REGULAR = frozenset({errno.EINVAL, errno.ELOOP, errno.EISDIR, errno.ENOTDIR, errno.EEXIST})


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to put in place: where it goes, its bytes, its permission bits."""

    target: Path
    data: bytes
    mode: int = 0o600


def storage_error(error: OSError, path: Path) -> StorageError:
    """The plain sentence for what the disk answered."""
    if error.errno in _FULL:
        message = "the disk is full or the quota is used up"
        hint = "free some space and run again; everything that was acknowledged is kept"
    elif error.errno == errno.EFBIG:
        message = "a file would grow larger than files may here"
        hint = FILE_SIZE_HINT
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

    def make_folder(self, path: Path, *, own: bool = False) -> None:
        """Make a folder if nothing stands there; durable once its parent is synced.

        Args:
            path: The folder.
            own: It is one of the store's own rooms: a link there would lead what is kept to another place.
        """
        with explained(path):
            there = self.storage.entry(path)
            if there is None:
                with contextlib.suppress(FileExistsError):  # another process was quicker
                    self.storage.mkdir(path)
            elif own and there.kind != "folder":
                raise OSError(errno.ENOTDIR, "not a folder", str(path))

    def sync_folder(self, path: Path) -> None:
        """Make a folder's entries durable."""
        with explained(path):
            self.storage.fsync_dir(path)

    def sync_files(self, paths: Sequence[Path]) -> None:
        """Make files and their entries durable, whoever wrote them."""
        folders = sorted({path.parent for path in paths})
        with self._whole(folders[0], len(paths)) as whole:
            if whole is not None:
                self._sync_whole(whole, folders[0])
                return
        self.storage.each(self._sync_file, paths)
        for folder in folders:
            self.sync_folder(folder)

    def write_files(self, files: Sequence[NewFile], *, aside: Path) -> None:
        """Put whole files in place: each is durable before its name shows it, all are when this returns.

        Args:
            files: What to write; a file that stands at a target is replaced.
            aside: Folder on the same file system where they are made. The caller holds the store's lock, so
                whatever stands there was left by a run that was killed.
        """
        self.clear(aside)
        made = [(aside / f"{number}", file) for number, file in enumerate(files)]
        with self._whole(aside, len(files)) as whole:
            try:
                self.storage.each(self._make if whole is None else self._make_unsynced, made)
                if whole is not None:
                    self._sync_whole(whole, aside)
                for part, file in made:
                    with explained(file.target):
                        self.storage.rename(part, file.target)
            except StorageError:
                for part, _ in made:
                    with contextlib.suppress(OSError):  # the next writer removes it; the first error is the news
                        self.storage.unlink(part)
                raise
            if whole is not None:
                self._sync_whole(whole, aside)
                return
        for folder in sorted({file.target.parent for file in files}):
            self.sync_folder(folder)

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

    def clear(self, folder: Path) -> None:
        """Remove left-over files; it does no harm if a power loss brings them back."""
        for name in self.names(folder):
            path = folder / name
            there = self.entry(path)
            if there is not None and there.kind != "folder":
                with explained(path):
                    self.storage.unlink(path)

    @contextlib.contextmanager
    def _whole(self, folder: Path, count: int) -> Iterator[int | None]:
        """A handle to sync the file system as a whole, where so many files make that the quicker way."""
        with explained(folder):
            handle = self.storage.open_whole(folder) if count >= MANY else None
        try:
            yield handle
        finally:
            if handle is not None:
                with explained(folder):
                    self.storage.close(handle)

    def _sync_whole(self, handle: int, folder: Path) -> None:
        with explained(folder):
            self.storage.fsync_whole(handle)

    def _make(self, made: tuple[Path, NewFile]) -> None:
        self._create(*made, sync=True)

    def _make_unsynced(self, made: tuple[Path, NewFile]) -> None:
        self._create(*made, sync=False)

    def _create(self, part: Path, file: NewFile, *, sync: bool) -> None:
        with explained(file.target):
            handle = self.storage.create(part, file.mode)
            try:
                self._write_all(handle, file.data)
                if sync:
                    self.storage.fsync(handle)
            finally:
                self.storage.close(handle)

    def _sync_file(self, path: Path) -> None:
        with explained(path):
            handle = self.storage.open_existing(path)
            try:
                self.storage.fsync(handle)
            finally:
                self.storage.close(handle)

    def _write_all(self, handle: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self.storage.write(handle, bytes(view)) :]
