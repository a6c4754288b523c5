"""The archive of a packet: deterministic, beside its folder, never over a file that is not one of ours."""

import os
import zipfile
from datetime import datetime
from pathlib import Path

from tieout.domain.packet import BAG, NOTICE
from tieout.kernel.errors import StorageError, UsageError
from tieout.kernel.writing import hint_for, made_whole, part_name, refuse_link
from tieout.pipeline.place import real_place, shown

_YEARS = (1980, 2107)  # what the format's date field can hold
_NO_LINK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
#: How the zipfile module says that a file is none, or one that it cannot read.
_NO_ARCHIVE = (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, RuntimeError, EOFError)


def archive_path(folder: Path) -> Path:
    """Where the archive of a packet folder goes: beside it."""
    place = real_place(folder)
    return folder.with_name(f"{folder.name}.zip") if folder.name else place.with_name(f"{place.name}.zip")


def demand_archive_place(folder: Path) -> None:
    """Make sure that the archive of a packet folder may be written.

    Raises:
        UsageError: A file that is not an archive of a packet stands there.
    """
    target = archive_path(folder)
    refuse_link(part_name(target))
    if os.path.lexists(target) and not is_own_archive(target):
        message = "is there, tieout did not write it, and it would be replaced"
        raise UsageError(message, hint="move it away, or name another folder with --out", where=shown(target))


def is_own_archive(path: Path) -> bool:
    """Whether a file is the archive of a packet of that name and holds nothing else; a link never is."""
    top = f"{path.stem}/"
    try:
        with os.fdopen(os.open(path, _NO_LINK), "rb") as stream, zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except (*_NO_ARCHIVE, OSError):
        return False
    inside = {name.removeprefix(top) for name in names if name.startswith(top)}
    own = {name for name in inside if name == NOTICE or name.startswith(f"{BAG}/")}
    return len(names) == len(own) and {NOTICE, f"{BAG}/bagit.txt"} <= own


def drop_archive(folder: Path) -> tuple[str, ...]:
    """Remove the archive of the packet that stood in the folder before; a file of anybody else stays.

    Returns:
        A note, where such a file stays.
    """
    target = archive_path(folder)
    if is_own_archive(target):
        target.unlink(missing_ok=True)
    elif os.path.lexists(target):
        return (f"{target.name} beside the packet is not its archive; tieout did not write it",)
    return ()


def write_zip(folder: Path, target: Path, as_of: datetime) -> None:
    """A deterministic archive of a packet folder: sorted, stored, every time stamp the as-of time.

    Raises:
        UsageError: A link stands where it would be made.
        StorageError: The disk failed; an earlier archive is as it was.
    """
    first, last = _YEARS
    year = min(max(as_of.year, first), last)
    stamp = (year, as_of.month, as_of.day, as_of.hour, as_of.minute, as_of.second)
    try:
        with made_whole(target) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                entry = zipfile.ZipInfo((Path(target.stem) / path.relative_to(folder)).as_posix(), stamp)
                entry.create_system = 3  # Unix, so that the mode counts
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, path.read_bytes())
    except OSError as error:
        message = f"the archive could not be written: {(error.strerror or 'no reason given').lower()}"
        raise StorageError(message, hint=hint_for(error, "free disk space"), where=str(target)) from error
