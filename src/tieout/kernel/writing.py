"""Writing a file whole: made new beside its place, never through a link, and moved there at the end."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tieout.kernel.errors import UsageError

FILE_SIZE_HINT = "raise the limit on the size of files that is set here (`ulimit -f`); the disk is not full"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def made_whole(target: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A stream to a new file that takes its place once the block ends; a block that fails leaves what was there.

    A repository can carry a link under the name of the half-made file, so that name is never opened where
    anything stands: what an earlier run left is removed, all else is refused.

    Args:
        target: Where the file goes; a file or link there is replaced by it, and a link is not followed.
        mode: Permission bits, before the umask.

    Raises:
        UsageError: Something other than a file of ours stands where it would be made.
        OSError: The disk said no.
    """
    part = part_name(target)
    refuse_link(part)
    if os.path.lexists(part):
        part.unlink()
    handle = os.open(part, _NEW, mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:  # Ctrl-C too: nothing half made stays
        part.unlink(missing_ok=True)
        raise
    sync_folder(part.parent)


def part_name(target: Path) -> Path:
    """The name that a file or folder has while it is made."""
    return target.with_name(f".{target.name}.tieout-part")


def refuse_link(path: Path) -> None:
    """Make sure that a name kept for our own use is no link.

    Raises:
        UsageError: It is one: it would lead what is written to another place.
    """
    if path.is_symlink():
        message = "is a symbolic link where tieout makes its files; it is not followed"
        raise UsageError(message, hint="remove it, and ask who put it there", where=path.name)


def hint_for(error: OSError, otherwise: str) -> str:
    """What to do where the disk said no: a limit on the size of files is no lack of space.

    Args:
        error: What it said.
        otherwise: What to do in any other case.
    """
    return FILE_SIZE_HINT if error.errno == errno.EFBIG else otherwise


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
