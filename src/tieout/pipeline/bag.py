"""BagIt 1.0 bags (RFC 8493): written whole or not at all, the same bytes for the same payload."""

import os
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import StorageError, UsageError
from tieout.kernel.reading.text import display_path

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD_MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
BAG = "packet"
NOTICE = "VERIFY.txt"

_HINT = "name another folder with --out"
_ZIP_YEARS = (1980, 2107)  # what the format's date field can hold


def demand_place(folder: Path) -> None:
    """Make sure that a packet may be written there, before any work is done for it.

    Raises:
        UsageError: The folder cannot be written, is the current one, or holds something that is no packet.
    """
    place = _real(folder)
    if place == Path.cwd() or place in Path.cwd().parents:
        raise UsageError("a packet needs a folder of its own", hint=_HINT, where=str(folder))
    if os.path.lexists(place):
        _refuse_foreign(place, shown=folder)
    above = next(parent for parent in place.parents if parent.exists())
    if not above.is_dir():
        raise UsageError(f"cannot be written: {above.name} is a file", hint=_HINT, where=str(folder))
    if not os.access(above, os.W_OK | os.X_OK):
        raise UsageError("cannot be written: permission denied", hint=_HINT, where=str(folder))


def write_bag(
    folder: Path, payload: Mapping[str, bytes], info: Sequence[tuple[str, str]], beside: Mapping[str, bytes]
) -> None:
    """Write a packet folder: the bag in `folder/packet`, other files beside it.

    The whole is made in a folder of its own and moved into place at the end, so that a stopped run
    leaves the earlier packet as it was.

    Args:
        folder: Where the packet goes; an earlier packet there is replaced, anything else refused.
        payload: Path under data/ -> content.
        info: Lines of bag-info.txt, in order.
        beside: File name -> content, outside the bag.

    Raises:
        UsageError: The folder cannot be written, or holds something that is no packet.
        StorageError: The disk failed; the earlier packet is as it was.
    """
    place = _real(folder)
    part, old = (place.with_name(f".{place.name}.tieout-{state}") for state in ("part", "old"))
    _settle(place, part, old, shown=folder)
    demand_place(folder)
    try:
        part.mkdir(mode=0o755, parents=True)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint=_HINT, where=str(folder)) from error
    try:
        for path, content in sorted(_bag_files(payload, info).items()):
            _write(part / BAG / path, content)
        for name, content in sorted(beside.items()):
            _write(part / name, content)
        if place.exists():
            place.rename(old)
        part.rename(place)
        _sync_folder(place.parent)
    except OSError as error:
        _undo(place, part, old)
        raise _full(error, folder) from error
    except BaseException:  # Ctrl-C: the earlier packet goes back to its place
        _undo(place, part, old)
        raise
    shutil.rmtree(old, ignore_errors=True)


def tag_manifest_digest(payload: Mapping[str, bytes], info: Sequence[tuple[str, str]]) -> str:
    """SHA-256 of tagmanifest-sha256.txt: the one digest that names the whole bag."""
    return sha256_hex(_bag_files(payload, info)[TAG_MANIFEST])


def archive_path(folder: Path) -> Path:
    """Where the archive of a packet folder goes: beside it."""
    place = _real(folder)
    return folder.with_name(f"{folder.name}.zip") if folder.name else place.with_name(f"{place.name}.zip")


def write_zip(folder: Path, target: Path, as_of: datetime) -> None:
    """A deterministic archive of a packet folder: sorted, stored, every time stamp the as-of time.

    Raises:
        StorageError: The disk failed; an earlier archive is as it was.
    """
    first, last = _ZIP_YEARS
    year = min(max(as_of.year, first), last)
    stamp = (year, as_of.month, as_of.day, as_of.hour, as_of.minute, as_of.second)
    part = target.with_name(f".{target.name}.tieout-part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                entry = zipfile.ZipInfo((Path(target.stem) / path.relative_to(folder)).as_posix(), stamp)
                entry.create_system = 3  # Unix, so that the mode counts
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, path.read_bytes())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = f"the archive could not be written: {(error.strerror or 'no reason given').lower()}"
        raise StorageError(message, hint="free disk space", where=str(target)) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def manifest_bytes(digests: Mapping[str, str]) -> bytes:
    """A manifest as we write it and as sha256sum reads it: digest, two spaces, path; sorted by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def _bag_files(payload: Mapping[str, bytes], info: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    octets = sum(len(content) for content in payload.values())
    lines = [*info, ("Payload-Oxum", f"{octets}.{len(payload)}")]
    files = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{name}: {_one_line(value)}\n" for name, value in lines).encode(),
        PAYLOAD_MANIFEST: _manifest({f"data/{path}": content for path, content in payload.items()}),
    }
    files[TAG_MANIFEST] = _manifest(files)
    return files | {f"data/{path}": content for path, content in payload.items()}


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return manifest_bytes({path: sha256_hex(content) for path, content in files.items()})


def _one_line(value: str) -> str:
    return display_path(" ".join(value.split()))


def _real(folder: Path) -> Path:
    """The folder behind any link, so that a link stays a link and the packet goes where it leads."""
    return Path(os.path.realpath(folder))


def _refuse_foreign(place: Path, *, shown: Path) -> None:
    if not place.is_dir():
        raise UsageError("is a file, not a folder", hint=_HINT, where=str(shown))
    try:
        names = {path.name for path in place.iterdir()}
    except OSError as error:
        message = f"cannot be read: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint=_HINT, where=str(shown)) from error
    if names and not (NOTICE in names and (place / BAG / "bagit.txt").is_file()):
        message = "holds something that is not a packet, and it would be replaced"
        raise UsageError(message, hint="name an empty or new folder with --out", where=str(shown))


def _settle(place: Path, part: Path, old: Path, *, shown: Path) -> None:
    """Put right what a killed run left: its half-made packet goes, the earlier packet comes back."""
    try:
        if old.exists() and not place.exists():
            old.rename(place)
        for leftover in (part, old):
            if leftover.exists():
                shutil.rmtree(leftover)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint=_HINT, where=str(shown)) from error


def _undo(place: Path, part: Path, old: Path) -> None:
    if old.exists() and not place.exists():
        old.rename(place)
    shutil.rmtree(part, ignore_errors=True)


def _full(error: OSError, folder: Path) -> StorageError:
    message = f"the packet could not be written: {(error.strerror or 'no reason given').lower()}"
    return StorageError(message, hint=f"free disk space or {_HINT}", where=str(folder))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
