"""Which paths a repository tracks, read from its index file by ourselves (gitformat-index(5)); git is not run."""

import struct
from collections.abc import Iterator
from pathlib import Path

from tieout.kernel.errors import UnreadableError, UsageError
from tieout.kernel.git.source import locate
from tieout.kernel.reading.files import FolderView

_LARGEST = 1 << 30
_FIXED = 40  # ten numbers of stat(2) before the object's id
_EXTENDED = 0x4000
_SHA1, _SHA256 = 20, 32
_PREFIXED = 4  # the version whose paths leave out what they share with the path before
_LINK = b"link"


def is_tracked(repository: Path, folder: str) -> bool:
    """Whether the index of a repository holds a path, or any path below it.

    Args:
        repository: Top folder of a work tree.
        folder: Path within it, with `/`.

    Returns:
        False also where there is no index, or none that git could read.
    """
    try:
        git_dir = locate(repository, repository.name).git_dir
        paths = _paths(git_dir, "index", shared=True)
        wanted = folder.encode("utf-8", "surrogateescape")
        return any(path == wanted or path.startswith(wanted + b"/") for path in paths)
    except (UnreadableError, UsageError, struct.error, ValueError, IndexError):
        return False


def _paths(git_dir: Path, name: str, *, shared: bool) -> Iterator[bytes]:
    data = FolderView(git_dir, git_dir.name).read(name, max_bytes=_LARGEST)
    signature, version, count = struct.unpack_from(">4sII", data)
    if signature != b"DIRC" or version not in {2, 3, _PREFIXED}:
        return
    entries, end = _entries(data, version, count)
    yield from entries
    # A split index (`core.splitIndex`) keeps most of its entries in a second file, which an extension names.
    while shared and end + 8 <= len(data) - _SHA1:
        kind, length = struct.unpack_from(">4sI", data, end)
        end += 8 + length
        names = [f"sharedindex.{data[end - length : end - length + size].hex()}" for size in (_SHA1, _SHA256)]
        for other in names if kind == _LINK else ():
            if (git_dir / other).is_file():
                yield from _paths(git_dir, other, shared=False)


def _entries(data: bytes, version: int, count: int) -> tuple[list[bytes], int]:
    """The paths, and where the extensions begin; the file does not say how long an object's id is."""
    for size in (_SHA1, _SHA256):
        try:
            paths, end = _read(data, version, count, size)
        except (struct.error, ValueError, IndexError):
            continue
        if paths == sorted(paths) and end <= len(data) - size:
            return paths, end
    message = "is no index"
    raise ValueError(message)


def _read(data: bytes, version: int, count: int, size: int) -> tuple[list[bytes], int]:
    paths: list[bytes] = []
    at, before = 12, b""
    for _ in range(count):
        start = at
        at += _FIXED + size
        (flags,) = struct.unpack_from(">H", data, at)
        at += 4 if flags & _EXTENDED else 2
        kept = 0
        if version == _PREFIXED:
            cut, at = _number(data, at)
            kept = len(before) - cut
            if kept < 0:
                raise ValueError(cut)
        end = data.index(b"\0", at)
        before = before[:kept] + data[at:end]
        paths.append(before)
        # Up to version 3 an entry is filled up with 1 to 8 zero bytes to a multiple of eight.
        at = end + 1 if version == _PREFIXED else start + (end - start + 8) // 8 * 8
    return paths, at


def _number(data: bytes, at: int) -> tuple[int, int]:
    """An offset as in pack files: seven bits a byte, the highest saying that more follow, one added in between."""
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        value = ((value + 1) << 7) | (data[at] & 0x7F)
    return value, at + 1
