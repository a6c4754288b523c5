"""Opening the store's folder: made on first use, recognised by format.json, cleared of stale files."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from tieout.kernel.errors import StorageError, UsageError, VerificationError
from tieout.store.disk import PLACE_ERRORS, Disk, NewFile
from tieout.store.layout import Layout, format_bytes, read_format

# An ancestor that we may not open, or whose file system knows no fsync of folders, was not made by us.
_FOREIGN_FOLDER = frozenset({errno.EACCES, errno.EPERM, errno.EINVAL, errno.EROFS})


def open_folder(layout: Layout, disk: Disk, *, create: bool) -> str:
    """Make sure that a store stands at the layout's root, all of it durable; the log's origin.

    format.json is written last, so its presence says that the making was finished.

    Raises:
        UsageError: The folder cannot be written, is no store, or was written by another version.
        StorageError: The disk failed.
        VerificationError: format.json was damaged or removed.
    """
    with _blame_the_place(layout.root):
        there = disk.entry(layout.root)
        if there is not None and there.kind != "folder":
            message = "this is not a folder, so it cannot hold the evidence store"
            raise UsageError(message, hint="name another folder", where=str(layout.root))
        if there is None or disk.entry(layout.format) is None:
            if not create:
                message = "there is no evidence store here"
                raise UsageError(message, hint="collect first, or name the store's folder", where=str(layout.root))
            _refuse_foreign(layout, disk)
            _make_root(layout, disk)
        with disk.locked(layout.lock):
            _make_inside(layout, disk)
            origin = read_format(disk.read(layout.format), where=str(layout.format))
            disk.clear(layout.tmp)  # every writer holds the lock while it has files there, so these are stale
    return origin


def _refuse_foreign(layout: Layout, disk: Disk) -> None:
    """Only an empty folder, or one where making a store was cut short, may become a store."""
    own = {folder.name for folder in layout.folders} | {layout.lock.name, layout.format.name}
    strange = [name for name in disk.names(layout.root) if name not in own]
    if strange:
        message = f"the folder holds other files ('{strange[0]}') and is not an evidence store"
        raise UsageError(message, hint="name an empty or a new folder", where=str(layout.root))


def _make_root(layout: Layout, disk: Disk) -> None:
    for folder in [*reversed(layout.root.parents), layout.root]:
        disk.make_folder(folder)
    # All of them, because a run that was killed may have made some and synced none.
    for folder in layout.root.parents:
        try:
            disk.sync_folder(folder)
        except StorageError as error:
            if not (isinstance(error.__cause__, OSError) and error.__cause__.errno in _FOREIGN_FOLDER):
                raise


def _make_inside(layout: Layout, disk: Disk) -> None:
    fresh = disk.entry(layout.format) is None
    if fresh and any(disk.names(room) for room in (layout.entries, layout.objects, layout.salts)):
        message = "the store has lost its format.json"
        raise VerificationError(message, hint="put the file back from a copy of the store", where=str(layout.root))
    for folder in layout.folders:  # a copy of a store may have lost its empty folders
        disk.make_folder(folder, own=True)
    disk.sync_folder(layout.log)
    if fresh:
        disk.write_files([NewFile(layout.format, format_bytes())], aside=layout.tmp)
    else:
        disk.sync_folder(layout.root)


@contextlib.contextmanager
def _blame_the_place(root: Path) -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno in PLACE_ERRORS:
            message = f"the store's folder cannot be used: {error.message}"
            raise UsageError(message, hint=error.hint, where=error.where or str(root)) from error
        raise
