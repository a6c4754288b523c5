"""Notes on releases: change logs with an entry for each version, and settings by which a forge drafts them."""

import re
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.documents import prose_of
from tieout.inspection.reading.versions import Number, number_of
from tieout.inspection.repository import File, Repository

_LOG = re.compile(
    r"^(?:docs?/|\.github/)?(?:change[-_ ]?logs?|changes|history|news|release[-_ ]?notes?|releases?)"
    r"(?:\.(?:md|rst|txt|adoc|mdx))?$",
    re.IGNORECASE,
)
_FOLDER = re.compile(
    r"(?:^|/)(?:release[-_]?notes?|change[-_]?logs?|releases)/[^/]{1,120}\.(?:mdx?|rst|txt|adoc)$", re.IGNORECASE
)
_DRAFTED = re.compile(
    r"^\.github/(?:release\.ya?ml|release-drafter[^/]*\.ya?ml)$|^\.?(?:goreleaser|cliff|release-please-config|\.releaserc)"
    r"(?:\.(?:ya?ml|toml|json|js|cjs))?$|^\.goreleaser\.ya?ml$|^\.changeset/config\.json$|^\.chglog/config\.ya?ml$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[vV]?\d{1,10}(?:\.\d{1,10}){0,5}(?:[-.]?(?:a|b|c|rc|alpha|beta|dev|pre|post)[-.]?\d*)?")
_BEFORE = re.compile(r"[\W_]{0,10}(?:(?:version|release|ver)\b[\W_]{0,5})?", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-/.](?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])(?!\d)")
_HOW_TO = re.compile(r"releases?\.", re.IGNORECASE)
#: Pages of notes that are read; projects with more keep one page for each release.
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading, or the name of a page, that names a version.

    Attributes:
        path: Of the file.
        line: 1-based; None for the name of a page.
        number: The version.
        text: As written.
        leads: It is what the heading begins with.
        dated: The heading gives it a date, as that of a release that was made.
    """

    path: str
    line: int | None
    number: Number
    text: str
    leads: bool
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """What there is of notes on releases.

    Attributes:
        logs: Paths of change logs, with and without entries.
        entries: What names a version, in order.
        drafted: Settings by which notes are drafted outside the repository.
    """

    logs: tuple[str, ...]
    entries: tuple[Entry, ...]
    drafted: tuple[str, ...]

    def of(self, number: Number) -> Entry | None:
        """The entry of a version."""
        return next((entry for entry in self.entries if entry.number == number), None)

    @property
    def newest(self) -> Entry | None:
        """The entry of the highest version, of those whose heading begins with it."""
        leading = [entry for entry in self.entries if entry.leads and "." in entry.text]
        return max(leading, key=lambda entry: entry.number, default=None)


def notes_of(repository: Repository) -> Notes:
    """The notes on releases of the project itself."""
    foreign = {PlaceClass.VENDORED, PlaceClass.TEST, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE}
    logs = [file for file in repository.matching(_LOG) if file.path_class not in foreign]
    pages = [file for file in repository.matching(_FOLDER) if file.path_class not in foreign][:_MOST]
    by_path = {file.path: _entries(repository, file) for file in [*logs, *pages]}
    for file in logs:  # a page on how to release is no log of releases
        if _HOW_TO.match(file.name) and not any(entry.leads for entry in by_path[file.path]):
            del by_path[file.path]
    entries = [entry for found in by_path.values() for entry in found]
    drafted = tuple(file.path for file in repository.matching(_DRAFTED))
    return Notes(tuple(by_path), tuple(entries), drafted)


def _entries(repository: Repository, file: File) -> list[Entry]:
    prose = prose_of(repository, file.path)
    page = file.name.rpartition(".")[0]
    numbers = _numbers(page) if "/" in file.path else []
    named = [Entry(file.path, None, number, text, leads=True) for number, text, _ in numbers]
    headings = prose.headings if prose is not None else ()
    return named + [
        Entry(file.path, section.line, number, text, leads, dated=_DATE.search(section.title) is not None)
        for section in headings
        for number, text, leads in _numbers(section.title)[:1]
    ]


def _numbers(title: str) -> list[tuple[Number, str, bool]]:
    """Versions in a heading, as written, and whether it begins with each; a number alone is a year or a step."""
    found = []
    for match in _WORD.finditer(title):
        number = number_of(match[0])
        is_one = "." in match[0] or match[0][0] in "vV" or match[0] == title.strip()
        if number is not None and is_one:
            found.append((number, match[0], _BEFORE.fullmatch(title[: match.start()]) is not None))
    return found
