"""BagIt 1.0 bags (RFC 8493): written whole or not at all, the same bytes for the same payload."""

import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tieout.domain.packet import BAG, NOTICE
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import StorageError, UsageError
from tieout.kernel.reading.text import display_path
from tieout.kernel.writing import hint_for, sync_folder
from tieout.pipeline.archive import archive_path, demand_archive_place, drop_archive, write_zip
from tieout.pipeline.place import (
    PAYLOAD_MANIFEST,
    TAG_MANIFEST,
    aside,
    demand_place,
    held,
    real_place,
    settle,
    undo,
)
from tieout.store.disk import MANY
from tieout.store.storage import OS_STORAGE

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
IDENTIFIER = "External-Identifier"  # the line of bag-info.txt that names the packet

_HINT = "name another folder with --out"


def write_packet(
    folder: Path,
    payload: Mapping[str, bytes],
    info: Sequence[tuple[str, str]],
    notice: bytes,
    *,
    archive: datetime | None,
) -> tuple[Path | None, tuple[str, ...]]:
    """Write a packet folder and, where asked, its archive, while no other tieout writes beside it.

    Args:
        folder: Where the packet goes; an earlier packet there is replaced with its archive.
        payload: Path under data/ -> content.
        info: Lines of bag-info.txt, in order.
        notice: VERIFY.txt.
        archive: The as-of time, which all entries of an archive bear; None for no archive.

    Returns:
        The archive, where one was asked for; and notes on what lies beside.

    Raises:
        UsageError: The folder cannot be written, or holds something that is no packet or more than one.
        StorageError: The disk failed.
    """
    place = real_place(folder)
    try:
        place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint=_HINT, where=str(folder)) from error
    with held(place.parent):
        if archive is not None:
            demand_archive_place(folder)
        write_bag(folder, payload, info, {NOTICE: notice})
        if archive is None:
            return None, drop_archive(folder)
        target = archive_path(folder)
        write_zip(folder, target, archive)
        return target, ()


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
    place = real_place(folder)
    part, old = aside(place)
    try:
        settle(place)
        demand_place(folder)
        part.mkdir(mode=0o755, parents=True)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint=_HINT, where=str(folder)) from error
    try:
        bag = {f"{BAG}/{path}": content for path, content in _bag_files(payload, info).items()}
        _write_all(part, {part / path: content for path, content in sorted((bag | dict(beside)).items())})
        if place.exists():
            place.rename(old)
        part.rename(place)
        sync_folder(place.parent)
    except OSError as error:
        undo(place)
        raise _full(error, folder) from error
    except BaseException:  # Ctrl-C: the earlier packet goes back to its place
        undo(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def tag_manifest_digest(payload: Mapping[str, bytes], info: Sequence[tuple[str, str]]) -> str:
    """SHA-256 of tagmanifest-sha256.txt: the one digest that names the whole bag."""
    return sha256_hex(_bag_files(payload, info)[TAG_MANIFEST])


def manifest_bytes(digests: Mapping[str, str]) -> bytes:
    """A manifest as we write it and as sha256sum reads it: digest, two spaces, path; sorted by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def info_bytes(info: Sequence[tuple[str, str]], octets: int, files: int) -> bytes:
    """bag-info.txt: its lines, and as the last one how many bytes in how many files the payload has."""
    lines = [*info, ("Payload-Oxum", f"{octets}.{files}")]
    return "".join(f"{name}: {_one_line(value)}\n" for name, value in lines).encode()


def _bag_files(payload: Mapping[str, bytes], info: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    octets = sum(len(content) for content in payload.values())
    files = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": info_bytes(info, octets, len(payload)),
        PAYLOAD_MANIFEST: _manifest({f"data/{path}": content for path, content in payload.items()}),
    }
    files[TAG_MANIFEST] = _manifest(files)
    return files | {f"data/{path}": content for path, content in payload.items()}


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return manifest_bytes({path: sha256_hex(content) for path, content in files.items()})


def _one_line(value: str) -> str:
    return display_path(" ".join(value.split()))


def _full(error: OSError, folder: Path) -> StorageError:
    message = f"the packet could not be written: {(error.strerror or 'no reason given').lower()}"
    return StorageError(message, hint=hint_for(error, f"free disk space or {_HINT}"), where=str(folder))


def _write_all(part: Path, files: Mapping[Path, bytes]) -> None:
    """Write new files and make them last: many by syncing the file system as a whole, where that can be."""
    folders = {part, *(path.parent for path in files)}
    for folder in sorted(folders):
        folder.mkdir(parents=True, exist_ok=True)
    whole = OS_STORAGE.open_whole(part) if len(files) >= MANY else None
    if whole is None:
        OS_STORAGE.each(_write, list(files.items()))
        for folder in sorted(folders):
            sync_folder(folder)
        return
    try:
        for path, content in files.items():
            path.write_bytes(content)
        OS_STORAGE.fsync_whole(whole)
    finally:
        OS_STORAGE.close(whole)


def _write(file: tuple[Path, bytes]) -> None:
    path, content = file
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
