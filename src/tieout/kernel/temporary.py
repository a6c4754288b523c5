"""Temporary folders of ours: removed at the end, and by a later run where theirs was killed before it could.

Whose folder it is tells a lock (flock(2)) on a file in it: the kernel gives it back when the process ends, however
it ends, so neither a clock nor a process id has to be believed. A folder that somebody holds, that belongs to
another user or that has content and no such file is left alone.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOCK = "lock"
_OPEN = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_TURNS = 8


class TemporaryFolder:
    """A folder in TMPDIR, held until it is removed; those that killed runs left behind go first.

    Args:
        prefix: How its name begins; what is left behind is looked for under it, so it must be ours alone.

    Attributes:
        path: The folder.

    Raises:
        OSError: It cannot be made.
    """

    def __init__(self, prefix: str) -> None:
        parent = Path(tempfile.gettempdir())
        _sweep(parent, prefix)
        for _ in range(_TURNS):
            self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            try:
                self._descriptor = _hold(self.path)
            except (FileNotFoundError, BlockingIOError):  # another run swept it before it was held
                continue
            except BaseException:
                shutil.rmtree(self.path, ignore_errors=True)
                raise
            return
        message = "the folder was removed as soon as it was made"
        raise OSError(message)

    def close(self) -> None:
        """Remove the folder and what is in it; what cannot be removed now goes with a later run."""
        _remove(self.path)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _hold(folder: Path) -> int | None:
    """Lock a folder that was just made; None where its file system has no locks, so that nobody will sweep it.

    Raises:
        FileNotFoundError, BlockingIOError: A run that sweeps was quicker.
        OSError: The lock cannot be made.
    """
    lock = os.open(folder / _LOCK, _OPEN | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise
    except OSError:
        os.close(lock)
        (folder / _LOCK).unlink()
        return None
    except BaseException:  # Ctrl-C
        os.close(lock)
        raise
    if os.fstat(lock).st_nlink == 0:
        os.close(lock)
        raise FileNotFoundError(folder)
    return lock


def _sweep(parent: Path, prefix: str) -> None:
    """Remove the folders of this user that nobody holds."""
    with suppress(OSError), os.scandir(parent) as entries:
        left = [Path(entry.path) for entry in entries if entry.name.startswith(prefix)]
        for folder in left:
            with suppress(OSError), _taken(folder) as is_ours:
                if is_ours:
                    _remove(folder)


@contextmanager
def _taken(folder: Path) -> Iterator[bool]:
    """Whether a folder was given up by its run and is held by us now.

    Raises:
        OSError: It is none, has no lock or is held by somebody.
    """
    inside = os.open(folder, _FOLDER)
    try:
        if os.fstat(inside).st_uid != os.geteuid():
            yield False
            return
        with suppress(OSError):
            folder.rmdir()  # killed before it had a lock: only an empty one goes
        lock = os.open(_LOCK, _OPEN, dir_fd=inside)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield stat.S_ISREG(os.fstat(lock).st_mode)
        finally:
            os.close(lock)
    finally:
        os.close(inside)


def _remove(folder: Path) -> None:
    """Remove a folder, its lock last: what is interrupted here still shows that nobody holds it."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            elif entry.name != _LOCK:
                with suppress(OSError):
                    Path(entry.path).unlink()
    with suppress(OSError):
        if os.listdir(folder) == [_LOCK]:  # noqa: PTH208 - one name is wanted, not paths
            (folder / _LOCK).unlink()
        folder.rmdir()
