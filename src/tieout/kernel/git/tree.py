"""The files of a commit as a view: listed in one call, read in bulk from the object database."""

import io
import re
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import IO, BinaryIO

from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.objects import ObjectDigest, ObjectReader
from tieout.kernel.git.program import Git, GitFailedError, end
from tieout.kernel.reading.files import MAX_BYTES, MAX_ENTRIES, Entry, display_path

_KINDS = {"120000": "symlink", "160000": "submodule", "040000": "folder"}
_LISTED = re.compile(rb"([0-7]{6}) [a-z]+ ([0-9a-f]+) +(\S+)\t(.+)", re.DOTALL)
_POINTER_START = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER_BYTES = 1_024
_POINTER_OBJECT = re.compile(rb"^oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,18})$", re.MULTILINE)
_CHUNK = 1 << 20
# Ten folders within ten folders, ten deep, are a few kilobytes of objects and ten thousand million paths.
_MAX_LISTING_BYTES = 256 * 1024 * 1024
_MAX_LINE_BYTES = 1 << 20
# So many expected files are fetched at once if each is this small.
_AHEAD = 256
_AHEAD_BYTES = 1 << 16
_REFUSED = {
    "symlink": "is a symbolic link, which is never followed",
    "submodule": "is a submodule: its files belong to another repository",
}


class AbsentError(UnreadableError):
    """A commit holds no file of that path."""


class GitTree:
    """The files of one commit; implements `tieout.kernel.reading.files.View`.

    Attributes:
        uri: Names the repository in provenance.
        commit: Full id of the commit.
    """

    def __init__(self, git: Git, objects: ObjectReader, *, uri: str, commit: str) -> None:
        self.uri = uri
        self.commit: str | None = commit
        self._git = git
        self._objects = objects
        self._listed: dict[str, Entry] | UnreadableError | None = None
        self._expected: deque[str] = deque()
        self._ahead: dict[str, bytes] = {}

    @property
    def object_format(self) -> str:
        """The hash of the blob ids in the entries: "sha1" or "sha256"."""
        return self._objects.object_format

    def entries(self) -> Sequence[Entry]:
        """Every path that is not a folder, sorted by path; a blob that is missing here has size -1.

        A submodule's digest is `gitcommit:<id>` (the commit it is pinned to), any other `gitblob:<id>`.

        Raises:
            UnreadableError: Folders of the tree are missing, damaged or malformed.
        """
        return tuple(self._entries().values())

    def expect(self, paths: Sequence[str]) -> None:
        """Say what will be read next, in this order: small files are then fetched together.

        Args:
            paths: As in entries; what cannot be read is told when it is read.
        """
        self._expected, self._ahead = deque(paths), {}

    def read(self, path: str, *, max_bytes: int = MAX_BYTES) -> bytes:
        """The bytes of one regular file, verified against its blob id.

        Args:
            path: As in an entry.
            max_bytes: Larger files are refused.

        Raises:
            UnreadableError: Not in the tree, not a regular file, too large, missing or damaged.
        """
        entry = self._file(path)
        if entry.size > max_bytes:
            message = f"has {entry.size:,} bytes; at most {max_bytes:,} are read"
            raise UnreadableError(message, where=display_path(path))
        return self._blob(entry)

    @contextmanager
    def open_stream(self, path: str) -> Iterator[BinaryIO]:
        """One regular file of any size, verified against its blob id where it is read to its end.

        Raises:
            UnreadableError: As `read`, without the size cap.
        """
        entry = self._file(path)
        if entry.size <= MAX_BYTES:
            yield io.BytesIO(self._blob(entry))
            return
        process = self._git.start(
            "cat-file",
            "blob",
            _id(entry),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            if process.stdout is None:
                raise UnreadableError("could not be read", where=display_path(path))
            checked = _Checked(process.stdout, entry, self.object_format)
            with io.BufferedReader(checked, _CHUNK) as stream:
                yield stream
        finally:
            end(process)

    def link_target(self, path: str) -> str:
        """The text of a symbolic link; it is never followed.

        Raises:
            UnreadableError: It is no symbolic link, or is missing or damaged.
        """
        entry = self._entries().get(path)
        if entry is None or entry.kind != "symlink":
            raise UnreadableError("is no symbolic link of this commit", where=display_path(path))
        return self._blob(entry).decode("utf-8", "surrogateescape")

    def _file(self, path: str) -> Entry:
        entry = self._entries().get(path)
        if entry is None:
            raise AbsentError("is not in the tree of this commit", where=display_path(path))
        if entry.kind in _REFUSED:
            raise UnreadableError(_REFUSED[entry.kind], where=display_path(path))
        if entry.size < 0:
            raise UnreadableError(
                "is listed, but its content is missing in this repository",
                hint="the clone is partial or damaged: fetch the whole repository",
                where=display_path(path),
            )
        return entry

    def _blob(self, entry: Entry) -> bytes:
        if self._expected and self._expected[0] == entry.path:
            self._fetch_ahead()
        if (data := self._ahead.pop(entry.path, None)) is not None:
            return data
        try:
            found = self._objects.read(_id(entry))
        except UnreadableError as error:
            raise UnreadableError(error.message, hint=error.hint, where=display_path(entry.path)) from error
        if found.kind != "blob":
            raise UnreadableError("names an object that is no file", where=display_path(entry.path))
        return found.data

    def _fetch_ahead(self) -> None:
        """Fetch the next of the expected files; one that is missing or damaged is left to its own reading."""
        paths: dict[str, str] = {}
        self._ahead = {}
        while self._expected and len(paths) < _AHEAD:
            path = self._expected.popleft()
            entry = self._entries().get(path)
            if entry is not None and entry.kind == "file" and 0 <= entry.size <= _AHEAD_BYTES:
                paths[path] = _id(entry)
        with suppress(UnreadableError):
            found = self._objects.find_many(paths.values(), max_bytes=_AHEAD_BYTES)
            for path, (_, blob) in zip(paths, found, strict=True):
                if blob is not None and blob.kind == "blob":
                    self._ahead[path] = blob.data

    def _entries(self) -> dict[str, Entry]:
        if self._listed is None:
            try:
                self._listed = self._list()
            except UnreadableError as error:  # each source in this tree is told the same, without another try
                self._listed = error
        if isinstance(self._listed, UnreadableError):
            raise self._listed
        return self._listed

    def _list(self) -> dict[str, Entry]:
        commit = self.commit or ""
        listed: dict[str, Entry] = {}
        folders: dict[str, None] = {}
        try:
            folders[self._git.run("rev-parse", f"{commit}^{{tree}}").decode("ascii").strip()] = None
            for line in self._lines(commit):
                self._take(line, listed, folders)
        except GitFailedError as error:
            raise self._not_listed("folders of it are missing or damaged") from error
        for folder, found in self._objects.find_many(folders):
            if found is None or found.kind != "tree":
                raise self._not_listed(f"folder {folder[:12]} is missing or damaged")
        return {path: listed[path] for path in sorted(listed)}

    def _lines(self, commit: str) -> Iterator[bytes]:
        """What `ls-tree` says of each file and folder; git is stopped where it says too much."""
        # -t names the folders too: read through the reader, their ids are verified like those of files.
        unfinished, read, lines, last = b"", 0, 0, b""
        with closing(self._git.pieces("ls-tree", "-rtlz", "--full-tree", "--end-of-options", commit)) as output:
            for piece in output:
                read += len(piece)
                *whole, unfinished = (unfinished + piece).split(b"\0")
                lines += len(whole)
                last = whole[-1] if whole else last
                if lines > MAX_ENTRIES or read > _MAX_LISTING_BYTES or len(unfinished) > _MAX_LINE_BYTES:
                    raise self._too_much(last)
                yield from whole

    def _take(self, line: bytes, listed: dict[str, Entry], folders: dict[str, None]) -> None:
        parts = _LISTED.fullmatch(line)
        if parts is None:
            raise self._not_listed("it is malformed")
        mode, object_id, size = parts[1].decode("ascii"), parts[2].decode("ascii"), parts[3]
        path = parts[4].decode("utf-8", "surrogateescape")
        kind = _KINDS.get(mode, "file")
        if kind == "folder":
            folders[object_id] = None
            return
        if path in listed or any(part in {"", ".", ".."} for part in path.split("/")):
            raise UnreadableError(
                "the tree of this commit is malformed: a path stands in it twice or leads out of it",
                where=display_path(path),
            )
        listed[path] = Entry(
            path=path,
            size=int(size) if size.isdigit() else (0 if kind == "submodule" else -1),
            kind=kind,
            digest=f"{'gitcommit' if kind == 'submodule' else 'gitblob'}:{object_id}",
        )

    def _too_much(self, last: bytes) -> UnreadableError:
        """Named after the folder at the top in which the counting ended: there the many files stand."""
        path = last.partition(b"\t")[2].decode("utf-8", "surrogateescape")
        top, slash, _ = path.partition("/")
        message = f"the tree of commit {(self.commit or '')[:12]} holds more than {MAX_ENTRIES:,} files and folders"
        hint = "assess a commit without them, or name the files themselves as sources"
        return UnreadableError(message, hint=hint, where=display_path(top) if slash else self.uri)

    def _not_listed(self, cause: str) -> UnreadableError:
        message = f"the tree of commit {(self.commit or '')[:12]} cannot be listed: {cause}"
        return UnreadableError(message, hint="fetch the whole repository", where=self.uri)


class _Checked(io.RawIOBase):
    """A blob's bytes from a pipe; at the end their number and id must be those of the entry."""

    def __init__(self, pipe: IO[bytes], entry: Entry, object_format: str) -> None:
        super().__init__()
        self._pipe = pipe
        self._entry = entry
        self._left = entry.size
        self._digest = ObjectDigest(object_format, "blob", entry.size)

    def readable(self) -> bool:
        return True

    def readinto(self, target: "memoryview | bytearray", /) -> int:  # type: ignore[override]  # typeshed: Buffer
        data = self._pipe.read(min(len(target), _CHUNK))
        self._left -= len(data)
        self._digest.update(data)
        if not data and (self._left or self._digest.hexdigest() != _id(self._entry)):
            message = "does not match its id: the repository is damaged or forged"
            raise UnreadableError(message, where=display_path(self._entry.path))
        target[: len(data)] = data
        return len(data)


def is_lfs_pointer(data: bytes) -> bool:
    """Whether a file is a Git LFS pointer: the content itself is kept outside the repository."""
    return len(data) <= _POINTER_BYTES and data.startswith(_POINTER_START) and b"\noid sha256:" in data


def lfs_object(data: bytes) -> tuple[str, int] | None:
    """SHA-256 and size of the content that a Git LFS pointer stands for; None for any other file."""
    parts = _POINTER_OBJECT.search(data) if is_lfs_pointer(data) else None
    return (parts[1].decode("ascii"), int(parts[2])) if parts else None


def _id(entry: Entry) -> str:
    return (entry.digest or "").partition(":")[2]
