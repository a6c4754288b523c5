"""Which files of a folder are looked at for a new configuration: a view that shows a collector these and no others."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.files import MAX_BYTES, Entry, FolderView
from tieout.syntax.container_files import is_compose_file, is_dockerfile

_DEEPEST: Final = 6
_MOST: Final = 20_000
#: What parsing takes some ten seconds for; the smallest files come first, since people write those.
_MOST_BYTES: Final = 8_000_000
_PASSED_OVER: Final = frozenset(
    {
        *("pycache__", "build", "dist", "target"),  # made
        *("bower_components", "dist-packages", "node_modules", "site-packages", "venv", "virtualenv"),  # installed
        *("extern", "external", "third-party", "third_party", "thirdparty", "vendor", "vendored"),  # copied in
    }
)
_INSTALLED: Final = (".dist-info", ".egg-info", ".egg")
#: Hidden folders in which forges look.
_OF_FORGES: Final = frozenset({".github", ".gitlab"})
#: A folder that holds one of these is an environment, or a repository of its own.
_OF_ANOTHER: Final = frozenset({"pyvenv.cfg", ".git"})
_PACKAGE: Final = "__init__.py"


class Shown:
    """Some files of a folder, as if they were those of a commit: what is proposed is read at one.

    Args:
        folder: The folder.
        paths: Of the files.
        is_meant: Which of them to show.
        largest: Bytes of the largest file that is shown.
        alike: Files of one ending that are shown of a folder: its first ones tell what it is.

    Attributes:
        uri: How provenance would name it; nothing of it is kept.
        commit: Of no commit, and not None: pipelines are looked for at the top of a repository alone.
        left_out: Files that are meant and were not shown: large ones, and what is too much in all.
    """

    def __init__(
        self, folder: Path, paths: Iterable[str], is_meant: Callable[[str], bool], *, largest: int, alike: int
    ) -> None:
        self.uri = "."
        self.commit: str | None = ""
        self._view = FolderView(folder, ".")
        self._largest = largest
        self.left_out = 0
        sized = sorted(
            self._sized(folder, _first(filter(is_meant, paths), alike)), key=lambda entry: (entry.size, entry.path)
        )
        self._entries = tuple(sorted(self._affordable(sized), key=lambda entry: entry.path))

    def entries(self) -> Sequence[Entry]:
        """The files that are shown, sorted by path."""
        return self._entries

    def expect(self, paths: Sequence[str]) -> None:
        """Do nothing: files of a folder are opened one by one."""

    def read(self, path: str, *, max_bytes: int = MAX_BYTES) -> bytes:
        """The bytes of one file; raises UnreadableError."""
        return self._view.read(path, max_bytes=min(max_bytes, self._largest))

    @contextmanager
    def open_stream(self, path: str) -> Iterator[BinaryIO]:
        """One file, for reading in pieces; raises UnreadableError."""
        stream: AbstractContextManager[BinaryIO] = self._view.open_stream(path)
        with stream as opened:
            yield opened

    def _sized(self, folder: Path, paths: Iterable[str]) -> Iterator[Entry]:
        for path in paths:
            try:
                found = os.stat(folder / path, follow_symlinks=False)  # noqa: PTH116 - as the view does
            except OSError:
                continue  # gone meanwhile
            yield Entry(path, found.st_size, "file", None)

    def _affordable(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        left = _MOST_BYTES
        for entry in entries:
            left -= entry.size
            if entry.size <= self._largest and left >= 0:
                yield entry
            else:
                self.left_out += 1


class Files(NamedTuple):
    """Plain files of a folder.

    Attributes:
        paths: Relative to it; what is higher up is first.
        is_whole: Whether all were looked at; of very many the deepest are not.
    """

    paths: list[str]
    is_whole: bool


def files_of(folder: Path) -> Files:
    """Plain files that are nobody else's: no installed or copied package, no data of one; level by level.

    Which of them are live is for each collector to say.
    """
    found: list[str] = []
    level = [("", False)]
    while level and len(found) <= _MOST:
        below: list[tuple[str, bool]] = []
        for prefix, is_packaged in level:
            folders, names = _listed(folder / prefix)
            if prefix and not _OF_ANOTHER.isdisjoint({*folders, *names}):
                continue
            is_package = is_packaged or (bool(prefix) and _PACKAGE in names)
            # Data of a package are not the system's configuration; what it is built and run with is.
            found += [prefix + name for name in names if not is_package or is_dockerfile(name) or is_compose_file(name)]
            if prefix.count("/") < _DEEPEST:
                below += [(f"{prefix}{name}/", is_package) for name in folders if _is_entered(name)]
        level = below
    return Files([path for path in found[:_MOST] if path.isprintable()], len(found) <= _MOST)


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """Names of folders and of plain files, sorted; of no link, and none where it cannot be read."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError:
        return [], []
    folders = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    return folders, [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]


def _first(paths: Iterable[str], most: int) -> Iterator[str]:
    """The first paths of each folder and ending."""
    seen: Counter[tuple[str, str]] = Counter()
    for path in paths:
        above, _, name = path.rpartition("/")
        key = (above, name.rpartition(".")[2])
        seen[key] += 1
        if seen[key] <= most:
            yield path


def head_of(view: Shown, path: str, size: int) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        with view.open_stream(path) as stream:
            return stream.read(size)
    except UnreadableError:
        return b""


def _is_entered(name: str) -> bool:
    plain = name.lower().lstrip("_")
    return (name[0] != "." or name in _OF_FORGES) and plain not in _PASSED_OVER and not plain.endswith(_INSTALLED)
