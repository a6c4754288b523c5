"""One commit of a repository as the topics read it: files by class, text, parsed documents, history; each read once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from tieout.collectors.kept_copies import kept_copies
from tieout.domain.inspection import InspectedPlace, PlaceClass, Unread
from tieout.domain.paths import classify
from tieout.inspection.foreign import foreign_folders
from tieout.inspection.text import Text
from tieout.inspection.wording import shortened
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.commits import CommitRecord, Tag
from tieout.kernel.git.history import History
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.git.tree import is_lfs_pointer
from tieout.kernel.reading.documents import Document, Kind, kind_of, parse, parse_all
from tieout.kernel.reading.text import display_path
from tieout.syntax.nodes import line_of, member

__all__ = ["MAX_TEXT_BYTES", "File", "Repository", "class_of", "line_of", "member"]

#: A larger file is listed, and its text not searched: nobody writes that much by hand.
MAX_TEXT_BYTES: Final = 2_000_000
#: Text that is kept for the next topic; beyond it files are read again.
_KEPT_BYTES: Final = 48_000_000
#: A larger text is wanted by one topic or two, and would push many small ones out.
_KEPT_TEXT_BYTES: Final = 400_000
#: The same of parsed documents, by the bytes that they were parsed from: parsed they take twenty times as much.
_KEPT_PARSED_BYTES: Final = 4_000_000
_BINARY_HEAD: Final = 8_000

# Foreign code, and what a bundler made: its files end in a hash of their content, or say what they are.
_VENDORED = re.compile(
    r"(^|/)(node_modules|vendor|vendored|third[_-]?party|3rdparty|bower_components|site-packages|[._]next)/"
    r"|[.-](min|bundle)\.([cm]?js|css)$|\.([cm]?js|css|ts)\.map$|(^|/)(\.yarn|\.pnp\.[cm]?js$)",
    re.IGNORECASE,
)
_BUILT = re.compile(r"(^|/)(dist|build|out|static|public|assets)/", re.IGNORECASE)
_HASHED = re.compile(r"[.-][0-9a-f]{8,64}(\.chunk)?\.([cm]?js|css)$", re.IGNORECASE)
# Beside the names of tests and examples anywhere: tests named after the side that they run on, and what serves tests.
_TEST = re.compile(
    r"[._-](client|server|unit|integration|e2e)[_-]?tests?\.[cm]?[jt]sx?$"
    r"|(^|/)(unit|integration|e2e|smoke)[_-]?tests?/|(^|/)(e2e|end[-_]?to[-_]?end|cypress|playwright)/"
    r"|(^|/)tests?[_-](utils?|helpers?|resources?|support|data|assets|files|cases)/",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\.(stories|story)\.[cm]?[jt]sx?$|\.stories\.mdx$|(^|/)(example|sample|demo)s?[_-](models?|apps?|code|configs?)/",
    re.IGNORECASE,
)
#: Settings of a developer's machine: `values-local.yaml`, `local.env`, `.env.local`, `overlays/local/`.
_LOCAL = re.compile(
    r"(^|/)([^/]+[-_.])?local\.(ya?ml|json|toml|ini|env|conf|cfg|properties|tfvars)$|(^|/)\.env\.local$"
    r"|(^|/)(overlays?|env(ironment)?s?|config(uration)?s?|values|deploy(ments?)?)/local/",
    re.IGNORECASE,
)
# Beside the folders that hold documentation anywhere: generated or versioned sites, and the prose of a root.
_DOCUMENTATION = re.compile(
    r"(^|/)(versioned_docs|site|website|wiki|handbook|mkdocs|docusaurus|\.github/ISSUE_TEMPLATE)/"
    r"|(^|/)(readme|changelog|changes|history|contributing|news|release[_-]?notes)[^/]*\.(md|rst|txt|adoc)$"
    r"|(^|/)(readme|changelog)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class File:
    """One path of the commit.

    Attributes:
        path: In the tree; undecodable bytes as surrogate escapes.
        name: Its last part, in small letters.
        folder: What stands before the last slash; "" for the root.
        size: Bytes; -1 where the content is missing in this repository.
        kind: "file", "symlink" or "submodule".
        path_class: What kind of place it stands in.
    """

    path: str
    name: str
    folder: str
    size: int
    kind: str
    path_class: PlaceClass

    @property
    def is_own(self) -> bool:
        """Whether it is the project's own and in use: no example, template, test, documentation or foreign code."""
        return self.path_class is PlaceClass.LIVE


class Repository:
    """A commit, opened for reading. What cannot be read becomes a problem with its place, once.

    Attributes:
        commit: Full id.
        committed_at: Its committer date, or the latest of an ancestor: windows of time end here.
        shallow: Only the end of the history is there.
        unread: What could not be read, in the order in which it was wanted.
    """

    def __init__(self, quarantine: Quarantine, commit: str) -> None:
        self._quarantine = quarantine
        self._tree = quarantine.tree(commit)
        self._texts: dict[str, Text | None] = {}
        self._kept = 0
        self._kept_parsed = 0
        self._documents: dict[tuple[str, Kind], tuple[Document, ...]] = {}
        self._problems: dict[tuple[str, str], Unread] = {}
        self.commit = commit
        self.shallow = quarantine.shallow

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Every path of the commit, sorted, without packets and other copies that tieout keeps.

        Raises:
            UnreadableError: The tree cannot be listed.
        """
        entries = self._tree.entries()
        is_kept = kept_copies(entry.path for entry in entries)
        foreign = foreign_folders(entry.path for entry in entries)
        return tuple(
            File(
                path=entry.path,
                name=entry.path.rpartition("/")[2].lower(),
                folder=entry.path.rpartition("/")[0],
                size=entry.size,
                kind=entry.kind,
                path_class=PlaceClass.VENDORED if entry.path.startswith(foreign) else class_of(entry.path),
            )
            for entry in entries
            if not is_kept(entry.path)
        )

    @cached_property
    def paths(self) -> frozenset[str]:
        """Paths of all files, for questions whether one exists."""
        return frozenset(file.path for file in self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, however deep; "" is the root."""
        found = {""}
        for file in self.files:
            folder = file.folder
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def matching(self, pattern: "re.Pattern[str]") -> list[File]:
        """Regular files whose path a pattern finds; give it no part that can backtrack, paths are hostile."""
        return [file for file in self.files if file.kind == "file" and pattern.search(file.path)]

    def file(self, path: str) -> File | None:
        """The regular file of a path."""
        return self._by_path.get(path)

    def text(self, path: str) -> Text | None:
        """The text of a file; None where it is binary, a Git LFS pointer, very large or cannot be read.

        The last two are told among what could not be read.
        """
        if path in self._texts:
            return self._texts[path]
        file = self.file(path)
        text = None
        if file is None:
            return None
        if file.size > MAX_TEXT_BYTES:
            self.problem(path, f"has {file.size:,} bytes; the text of a file is searched up to {MAX_TEXT_BYTES:,}")
        else:
            try:
                data = self._tree.read(path)
            except UnreadableError as error:
                self.unreadable(error, path)
            else:
                if b"\0" not in data[:_BINARY_HEAD] and not is_lfs_pointer(data):
                    text = Text(path, file.path_class, data.removeprefix(b"\xef\xbb\xbf"))
        size = len(text.data) if text is not None else 0
        if size <= _KEPT_TEXT_BYTES and self._kept + size <= _KEPT_BYTES:
            self._kept += size
            self._texts[path] = text
        return text

    def texts(self, files: Iterable[File]) -> Iterator[Text]:
        """The texts of files, fetched together; what has none is passed over."""
        wanted = [file for file in files if file.kind == "file"]
        self._tree.expect([file.path for file in wanted if file.path not in self._texts])
        for file in wanted:
            text = self.text(file.path)
            if text is not None:
                yield text

    def document(self, path: str, kind: Kind | None = None) -> Document | None:
        """A file parsed by its name's format, or the given one; None where it cannot be, which is told.

        Of a YAML stream the first document.
        """
        found = self.documents(path, kind)
        return found[0] if found else None

    def documents(self, path: str, kind: Kind | None = None) -> tuple[Document, ...]:
        """Every document of a YAML stream; of another format the one. Empty where it cannot be read, which is told."""
        kind = kind or kind_of(path)
        if kind is None or self.file(path) is None:
            return ()
        if (path, kind) in self._documents:
            return self._documents[path, kind]
        data = b""
        try:
            data = self._tree.read(path)
            read = tuple(parse_all(data, where=path)) if kind == "yaml" else (parse(data, kind, where=path),)
        except UnreadableError as error:
            self.unreadable(error, path)
            read = ()
        if not read or self._kept_parsed + len(data) <= _KEPT_PARSED_BYTES:
            self._kept_parsed += len(data) if read else 0
            self._documents[path, kind] = read
        return read

    def data(self, path: str) -> bytes | None:
        """The bytes of a file; None where it cannot be read, which is told."""
        try:
            return self._tree.read(path)
        except UnreadableError as error:
            self.unreadable(error, path)
            return None

    def place(
        self, path: str, line: int | None = None, shows: str = "", *, counts: bool = True, quoted: bool = True
    ) -> InspectedPlace:
        """A place in a file; the line itself is shown unless it names people.

        Args:
            path: In the tree.
            line: 1-based; None for the whole file.
            shows: What stands there, in words.
            counts: Whether the answer is of it; False for what only looks like it.
            quoted: Whether the line itself is shown.
        """
        text = self.text(path) if line and quoted else None
        if text is not None:
            return text.place(line, shows, counts=counts)
        file = self.file(path)
        path_class = file.path_class if file is not None else class_of(path)
        return InspectedPlace(path=path, line=line, path_class=path_class, counts=counts, shows=shortened(shows))

    @cached_property
    def history(self) -> History | None:
        """The commits that this one reaches; None where they cannot be read, which is told."""
        try:
            return self._quarantine.history(self.commit)
        except UnreadableError as error:
            self.unreadable(error, "")
            return None

    @cached_property
    def first_parents(self) -> tuple[CommitRecord, ...]:
        """The commit, its first parent, that one's first parent and so on, as far as they are here."""
        if self.history is None:
            return ()
        by_id = {record.id: record for record in self.history.commits}
        line: list[CommitRecord] = []
        at: CommitRecord | None = by_id.get(self.commit)
        while at is not None:
            line.append(at)
            at = by_id.get(at.parents[0]) if at.parents else None
        return tuple(line)

    @cached_property
    def committed_at(self) -> datetime | None:
        """The commit's own committer date; None where its history cannot be read."""
        return self.history.commits[0].committed_at if self.history is not None else None

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """Every tag of the repository, sorted by name; those that cannot be read are told."""
        try:
            return tuple(self._quarantine.tags())
        except UnreadableError as error:
            self.unreadable(error, "")
            return ()

    @property
    def partial(self) -> bool:
        """Objects are missing or damaged: of a file, or of the history."""
        return self._quarantine.partial or any(file.size < 0 for file in self.files) or self.history is None

    @property
    def object_format(self) -> str:
        """The hash of object ids: "sha1" or "sha256"."""
        return self._quarantine.object_format

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What could not be read, sorted by path."""
        return tuple(self._problems[key] for key in sorted(self._problems))

    def problem(self, path: str, reason: str, line: int | None = None) -> None:
        """Tell what could not be read, once."""
        self._problems.setdefault((path, reason), Unread(path=display_path(path) or ".", line=line, reason=reason))

    def unreadable(self, error: UnreadableError, path: str) -> None:
        """Tell an error of reading with the line that it names."""
        line = (error.where or "").rpartition(":")[2]
        self.problem(path, error.message, int(line) if line.isdecimal() else None)

    @cached_property
    def _by_path(self) -> dict[str, File]:
        return {file.path: file for file in self.files if file.kind == "file"}


def class_of(path: str) -> PlaceClass:
    """The class of a path, most doubtful first; foreign code before all, for its tests and examples are foreign too."""
    if _VENDORED.search(path) or (_HASHED.search(path) and _BUILT.search(path)):
        return PlaceClass.VENDORED
    found = PlaceClass(classify(path).value)
    if found is not PlaceClass.TEST and _TEST.search(path):
        return PlaceClass.TEST
    if found is not PlaceClass.TEST and _EXAMPLE.search(path):
        return PlaceClass.EXAMPLE
    if found in {PlaceClass.LIVE, PlaceClass.ARCHIVE, PlaceClass.NON_PRODUCTION} and _DOCUMENTATION.search(path):
        return PlaceClass.DOCUMENTATION
    return PlaceClass.NON_PRODUCTION if found is PlaceClass.LIVE and _LOCAL.search(path) else found
