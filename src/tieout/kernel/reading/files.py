"""Files of a source, opened so that no link, pipe, device or race leads the reader astray."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.refusal import MAX_BYTES
from tieout.kernel.reading.text import display_path

__all__ = ["MAX_BYTES", "Entry", "FolderView", "View", "display_path"]

MAX_FOLDER_DEPTH = 128
MAX_ENTRIES = 1_000_000

_NEVER_FOLLOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_FOLDER = _NEVER_FOLLOW | os.O_DIRECTORY
# The configured root itself may be reached through links: the user named it, not the source.
_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

_KIND_SENTENCES = (
    (stat.S_ISDIR, "is a folder, not a file"),
    (stat.S_ISLNK, "is a symbolic link, which is never followed"),
    (stat.S_ISFIFO, "is a named pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)
# A file system that compresses keeps a log in a twentieth; what takes a five-hundredth is holes, that read as zeros.
_LARGE, _BLOCK, _MOSTLY_HOLES = 64 << 20, 512, 500
_CHANGED = "changed while it was read"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a source.

    Attributes:
        path: POSIX path relative to the view's root; undecodable bytes as surrogate escapes (PEP 383).
        size: Bytes (of the link's target text for a symbolic link).
        kind: "file", "symlink", "submodule" or "other" (pipe, socket, device).
        digest: "gitblob:<hex>" where the source has it, else None.
    """

    path: str
    size: int
    kind: str
    digest: str | None


class View(Protocol):
    """A readable set of files: a folder, or a git tree at a commit."""

    @property
    def uri(self) -> str:
        """How provenance names it: a relative path or a stripped remote URL."""

    @property
    def commit(self) -> str | None:
        """The commit that the files belong to, where there is one."""

    def entries(self) -> Sequence[Entry]:
        """Every path that is not a folder, sorted by path."""

    def expect(self, paths: Sequence[str]) -> None:
        """Say what will be read next, in this order, where it is much: a view may fetch it together."""

    def read(self, path: str, *, max_bytes: int = MAX_BYTES) -> bytes:
        """The bytes of one regular file; raises UnreadableError that names the path."""

    def open_stream(self, path: str) -> AbstractContextManager[BinaryIO]:
        """One regular file of any size, for reading in pieces; the reader caps each piece."""


class FolderView:
    """A folder (or a single file) on disk, read without following any link below its root.

    Args:
        root: The folder, or one regular file, which is then the only entry.
        uri: How provenance names it.

    Attributes:
        uri: As given.
        commit: None; a folder belongs to no commit.
        problems: (path, reason) of folders and files that could not be listed; filled by `entries`.

    Raises:
        UnreadableError: The root does not exist, or is neither a folder nor a regular file.
    """

    def __init__(self, root: Path, uri: str) -> None:
        self.uri = uri
        self.commit: str | None = None
        self.problems: list[tuple[str, str]] = []
        self._listed: tuple[Entry, ...] | None = None
        self._only: str | None = None
        self._base = os.path.abspath(root)  # noqa: PTH100 - Path.resolve would follow links
        try:
            is_folder = stat.S_ISDIR(os.stat(self._base).st_mode)  # noqa: PTH116 - paths stay plain strings
        except OSError as error:
            raise _unreadable(uri, error) from None
        if not is_folder:
            self._base, name = os.path.split(self._base)
            self._only = _portable(name)

    def entries(self) -> Sequence[Entry]:
        """Every path that is not a folder, sorted by path; listed once, then remembered.

        Raises:
            UnreadableError: The root cannot be listed, or holds more than a million files.
        """
        if self._listed is None:
            self.problems.clear()
            found = [self._only_entry()] if self._only is not None else self._list_root()
            self._listed = tuple(sorted(found, key=lambda entry: entry.path))
        return self._listed

    def expect(self, paths: Sequence[str]) -> None:
        """Do nothing: files of a folder are opened one by one."""

    def read(self, path: str, *, max_bytes: int = MAX_BYTES) -> bytes:
        """The bytes of one regular file.

        Args:
            path: As in an entry.
            max_bytes: Larger files are refused.

        Raises:
            UnreadableError: Missing, not a regular file, not allowed, too large, or changed meanwhile.
        """
        file, before = self._open(path)
        try:
            if before.st_size > max_bytes:
                message = f"is {_in_words(before.st_size)}; at most {_in_words(max_bytes)} are read"
                raise UnreadableError(message, where=display_path(path))
            pieces = []
            left = before.st_size + 1  # one more than expected shows a file that grows
            while left > 0 and (piece := os.read(file, left)):
                pieces.append(piece)
                left -= len(piece)
            data = b"".join(pieces)
            if len(data) != before.st_size or _state(os.fstat(file)) != _state(before):
                raise UnreadableError(_CHANGED, hint="read a copy at rest", where=display_path(path))
        except OSError as error:
            raise _unreadable(path, error) from None
        finally:
            os.close(file)
        return data

    @contextmanager
    def open_stream(self, path: str) -> Iterator[BinaryIO]:
        """One regular file of any size; give `readline` and `read` a limit, lines may be huge.

        Raises:
            UnreadableError: As `read`, without the size cap; a change is noticed at the end. Or a large file is nearly
                all holes.
        """
        file, before = self._open(path)
        with os.fdopen(file, "rb") as stream:
            if before.st_size > _LARGE and before.st_blocks * _BLOCK * _MOSTLY_HOLES < before.st_size:
                message = f"is {_in_words(before.st_size)} of which next to nothing is written (a sparse file)"
                raise UnreadableError(message, hint="name the file that holds the data", where=display_path(path))
            try:
                yield stream
            except OSError as error:
                raise _unreadable(path, error) from None
            if _state(os.fstat(stream.fileno())) != _state(before):
                raise UnreadableError(_CHANGED, hint="read a copy at rest", where=display_path(path))

    def _open(self, path: str) -> tuple[int, os.stat_result]:
        parts = _checked_parts(path)
        if self._only is not None and path != self._only:
            raise UnreadableError("is not part of this source", where=display_path(path))
        folder = -1
        try:
            folder = os.open(self._base, _ROOT)
            for part in parts[:-1]:
                deeper = os.open(part, _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = deeper
            return _open_regular(parts[-1], folder, path)
        except OSError as error:
            raise _unreadable(path, error) from None
        finally:
            if folder >= 0:
                os.close(folder)

    def _only_entry(self) -> Entry:
        path = str(self._only)
        try:
            found = os.lstat(os.path.join(os.fsencode(self._base), _native(path)))  # noqa: PTH118 - bytes
        except OSError as error:
            raise _unreadable(path, error) from None
        return _entry(path, found)

    def _list_root(self) -> list[Entry]:
        found: list[Entry] = []
        try:
            top = os.open(self._base, _ROOT)
        except OSError as error:
            raise _unreadable(self.uri, error) from None
        try:
            self._list(top, "", 1, found)
        finally:
            os.close(top)
        return found

    def _list(self, folder: int, prefix: str, depth: int, found: list[Entry]) -> None:
        """Add what stands in an open folder; recursion ends at MAX_FOLDER_DEPTH."""
        below = []
        try:
            with os.scandir(folder) as items:
                for item in items:
                    name = _portable(item.name)
                    if item.is_dir(follow_symlinks=False):
                        below.append(name)
                    else:
                        self._add(prefix + name, item, found)
        except OSError as error:
            self.problems.append((prefix.rstrip("/") or ".", _reason(error)))
        if len(found) > MAX_ENTRIES:
            raise UnreadableError(f"holds more than {MAX_ENTRIES:,} files", where=self.uri)
        for name in sorted(below):
            if depth >= MAX_FOLDER_DEPTH:
                self.problems.append((prefix + name, f"is nested deeper than {MAX_FOLDER_DEPTH} folders"))
            else:
                self._descend(name, folder, prefix, depth, found)

    def _descend(self, name: str, folder: int, prefix: str, depth: int, found: list[Entry]) -> None:
        try:
            deeper = os.open(_native(name), _FOLDER, dir_fd=folder)
        except OSError as error:
            self.problems.append((prefix + name, _reason(error)))
            return
        try:
            self._list(deeper, f"{prefix}{name}/", depth + 1, found)
        finally:
            os.close(deeper)

    def _add(self, path: str, item: "os.DirEntry[str]", found: list[Entry]) -> None:
        try:
            found.append(_entry(path, item.stat(follow_symlinks=False)))
        except OSError as error:
            self.problems.append((path, _reason(error)))


def _portable(name: str) -> str:
    """A file name as UTF-8 with surrogate escapes, whatever the locale's encoding is."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "surrogateescape")


def _native(part: str) -> bytes:
    return part.encode("utf-8", "surrogateescape")


def _checked_parts(path: str) -> list[bytes]:
    parts = path.split("/")
    if "\0" in path or any(part in {"", ".", ".."} for part in parts):
        raise UnreadableError("is not a path within the source", where=display_path(path))
    try:
        return [_native(part) for part in parts]
    except UnicodeEncodeError:
        raise UnreadableError("is not a path that a file can have", where=display_path(path)) from None


def _entry(path: str, found: os.stat_result) -> Entry:
    if stat.S_ISREG(found.st_mode):
        kind = "file"
    elif stat.S_ISLNK(found.st_mode):
        kind = "symlink"
    else:
        kind = "other"
    return Entry(path=path, size=found.st_size, kind=kind, digest=None)


def _open_regular(name: bytes, folder: int, path: str) -> tuple[int, os.stat_result]:
    """Open a regular file and nothing else; merely opening a device can already do harm."""
    _refuse_special(os.stat(name, dir_fd=folder, follow_symlinks=False), path)
    file = os.open(name, _NEVER_FOLLOW, dir_fd=folder)
    try:
        opened = os.fstat(file)
        _refuse_special(opened, path)  # it may have been exchanged between the look and the opening
    except BaseException:
        os.close(file)
        raise
    return file, opened


def _refuse_special(found: os.stat_result, path: str) -> None:
    for is_kind, sentence in _KIND_SENTENCES:
        if is_kind(found.st_mode):
            raise UnreadableError(sentence, where=display_path(path))


def _state(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_nlink


def _reason(error: OSError) -> str:
    reasons = {
        errno.ENOENT: "does not exist (any more)",
        errno.EACCES: "may not be read by this user",
        errno.EPERM: "may not be read by this user",
        errno.ELOOP: "is a symbolic link, which is never followed",
        errno.ENOTDIR: "leads through something that is not a folder (links are never followed)",
        errno.ENAMETOOLONG: "has too long a name",
        errno.EMFILE: "could not be opened: too many files are open",
    }
    return reasons.get(error.errno or 0) or f"could not be read: {error.strerror or 'unknown error'}"


def _unreadable(path: str, error: OSError) -> UnreadableError:
    return UnreadableError(_reason(error), where=display_path(path))


def _in_words(size: int) -> str:
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"
