"""Every call the store makes to the disk, behind one small protocol, so that tests can break each of them."""

import errno
import fcntl
import os
import stat
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from tieout.store.whole_sync import can_sync_whole, sync_whole

Kind = Literal["file", "folder", "other"]
_Thing = TypeVar("_Thing")

# Disks answer many waiting callers with one flush: 8 writers finish small files three times as fast as one.
_WRITERS = 8

_NEVER_FOLLOW = os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at a path: kind (a link is `other`, never followed), size in bytes, permission bits."""

    kind: Kind
    size: int
    mode: int


class Storage(Protocol):
    """The disk as the store sees it. Every method may raise OSError; none of them retries.

    A handle is whatever the storage gives out; the store only passes it back.
    """

    def mkdir(self, path: Path) -> None:
        """Make one folder, 0700; FileExistsError if something stands there."""

    def create(self, path: Path, mode: int) -> int:
        """Make a new file and open it for writing; FileExistsError if something stands there."""

    def open_append(self, path: Path) -> int:
        """Open a file for appending; made with 0600 if absent."""

    def open_existing(self, path: Path) -> int:
        """Open a regular file that is there, to lock or fsync it."""

    def write(self, handle: int, data: bytes) -> int:
        """Write some of the bytes and say how many."""

    def truncate(self, handle: int, size: int) -> None:
        """Cut the file to `size` bytes."""

    def fsync(self, handle: int) -> None:
        """Return once the file's bytes survive a power loss."""

    def fsync_dir(self, path: Path) -> None:
        """Return once the folder's entries survive a power loss."""

    def open_whole(self, folder: Path) -> int | None:
        """Open a folder for `fsync_whole`; None where that promises less than fsync."""

    def fsync_whole(self, handle: int) -> None:
        """Return once all that was written to the file system, since it was opened or before, survives."""

    def flock(self, handle: int) -> None:
        """Wait for the exclusive lock of the open file; closing the handle gives it back."""

    def close(self, handle: int) -> None:
        """Give the handle back."""

    def read(self, path: Path) -> bytes:
        """All bytes of a regular file; OSError for anything else, without waiting on a FIFO."""

    def entry(self, path: Path) -> Entry | None:
        """What stands at the path, links not followed; None if nothing does."""

    def listdir(self, path: Path) -> list[str]:
        """Names in a folder, in no order."""

    def rename(self, source: Path, target: Path) -> None:
        """Move a file over whatever file stands at the target, in one step."""

    def unlink(self, path: Path) -> None:
        """Remove a file's name."""

    def each(self, work: Callable[[_Thing], None], things: Sequence[_Thing]) -> None:
        """Do the work for each thing, in any order and perhaps at once; an error ends the rest and is raised."""


class OsStorage:
    """The real disk: POSIX calls, nothing cached."""

    def mkdir(self, path: Path) -> None:
        """POSIX mkdir with mode 0700."""
        path.mkdir(mode=0o700)

    def create(self, path: Path, mode: int) -> int:
        """POSIX open with O_CREAT and O_EXCL."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NEVER_FOLLOW, mode)

    def open_append(self, path: Path) -> int:
        """POSIX open with O_APPEND and O_CREAT."""
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | _NEVER_FOLLOW, 0o600)

    def open_existing(self, path: Path) -> int:
        """POSIX open for reading, which is enough to lock and to sync, and objects are read-only."""
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | _NEVER_FOLLOW)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        return handle

    def write(self, handle: int, data: bytes) -> int:
        """POSIX write."""
        return os.write(handle, data)

    def truncate(self, handle: int, size: int) -> None:
        """POSIX ftruncate."""
        os.ftruncate(handle, size)

    def fsync(self, handle: int) -> None:
        """POSIX fsync."""
        os.fsync(handle)

    def fsync_dir(self, path: Path) -> None:
        """POSIX fsync on the folder."""
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def open_whole(self, folder: Path) -> int | None:
        """POSIX open of the folder, on Linux and its own file systems."""
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) if can_sync_whole(folder) else None

    def fsync_whole(self, handle: int) -> None:
        """Linux syncfs."""
        sync_whole(handle)

    def flock(self, handle: int) -> None:
        """BSD flock, exclusive; the lock is the open file's, so threads and forks exclude each other too."""
        fcntl.flock(handle, fcntl.LOCK_EX)

    def close(self, handle: int) -> None:
        """POSIX close."""
        os.close(handle)

    def read(self, path: Path) -> bytes:
        """Read to the end, after checking on the open handle that it is a regular file."""
        with os.fdopen(self.open_existing(path), "rb") as stream:
            return stream.read()

    def entry(self, path: Path) -> Entry | None:
        """POSIX lstat."""
        try:
            found = path.lstat()
        except FileNotFoundError:
            return None
        kind: Kind = "other"
        if stat.S_ISREG(found.st_mode):
            kind = "file"
        elif stat.S_ISDIR(found.st_mode):
            kind = "folder"
        return Entry(kind=kind, size=found.st_size, mode=stat.S_IMODE(found.st_mode))

    def listdir(self, path: Path) -> list[str]:
        """Reads the folder."""
        return [child.name for child in path.iterdir()]

    def rename(self, source: Path, target: Path) -> None:
        """POSIX rename."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """POSIX unlink."""
        path.unlink()

    def each(self, work: Callable[[_Thing], None], things: Sequence[_Thing]) -> None:
        """In a few threads, each with its share: they wait for the disk together."""
        if len(things) < _WRITERS:
            for thing in things:
                work(thing)
            return
        failed = threading.Event()

        def work_through(share: Sequence[_Thing]) -> None:
            for thing in share:
                if failed.is_set():
                    return
                work(thing)

        with ThreadPoolExecutor(_WRITERS) as pool:
            try:
                shares = [pool.submit(work_through, things[first::_WRITERS]) for first in range(_WRITERS)]
                for ended in as_completed(shares):
                    ended.result()
            except BaseException:  # Ctrl-C too: no thread goes on writing behind the caller's back
                failed.set()
                raise


OS_STORAGE = OsStorage()
