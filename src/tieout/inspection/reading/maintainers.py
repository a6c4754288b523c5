"""Files that name who maintains the project: MAINTAINERS, OWNERS and GOVERNANCE, and sections of a readme."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.documents import prose_of
from tieout.inspection.reading.people import is_function, is_person, is_placeholder
from tieout.inspection.reading.prose import Prose, plain
from tieout.inspection.reading.unread import unread_of
from tieout.inspection.repository import File, Repository, line_of
from tieout.inspection.text import Text
from tieout.kernel.reading.documents import Document, kind_of

_FILE = re.compile(
    r"(?:^|/)(?:maintainers?|owners|owners_aliases|governance|codeowners_aliases|code[-_]owners)(?:\.(?:md|rst|txt|adoc|ya?ml))?$",
    re.IGNORECASE,
)
_ALIASES = re.compile(r"(?:^|/)(?:owners|codeowners)_aliases(?:\.ya?ml)?$", re.IGNORECASE)
_README = re.compile(r"^(?:\.github/|docs/)?readme(?:\.(?:md|rst|txt|adoc))?$", re.IGNORECASE)
_SECTION = re.compile(
    r"\b(?:maintainers?|maintained by|core (?:team|developers)|project (?:team|leads?)|contacts?|owners?)\b",
    re.IGNORECASE,
)
_NO_SECTION = re.compile(
    r"(?:emerit|\b(?:former|past|retired|alumni|inactive|becom\w+|stepping|how to|duties|responsib\w+|contact us)\b)",
    re.IGNORECASE,
)
_ROLES: Final = re.compile(r"(?:approvers?|reviewers?|maintainers?|owners?|leads?|members|admins?)$")
_HANDLE = re.compile(r"(?:^|[\s(\[|*_])@([A-Za-z0-9][A-Za-z0-9-]{0,38})\b(?![/\w])")
_LINKED = re.compile(r"(?:github|gitlab)\.com/([A-Za-z0-9][A-Za-z0-9-]{0,38})(?=[)\s>|\"'#]|$)")
#: As forges write one: `organisation/team`.
_TEAM: Final = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}")
_ADDRESS = re.compile(r"[\w.+-]{1,80}@[\w-]{1,80}(?:\.[\w-]{1,40}){1,5}")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]")
_ENTRY = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+|[ \t]*\|")
_WORDS: Final = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+|[|(<\[,:\u2013\u2014]|[ \t]-[ \t]")

#: Files that are read, those nearest to the root first: some projects keep one in every folder.
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Named:
    """One line that names somebody.

    Attributes:
        key: By which the same person or team is known again.
        line: 1-based.
        role: The role or section under which the name stands.
        is_team: It is a team of an organisation, and nobody can tell here who is in it.
    """

    key: str
    line: int | None
    role: str
    is_team: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """A file, or a section of one, that names maintainers.

    Attributes:
        path: Of the file.
        named: Whom it names, in its order.
        line: First line that names somebody, or the heading; None for a whole file.
        is_file: A file of its own, and no section of a readme.
    """

    path: str
    named: tuple[Named, ...]
    line: int | None
    is_file: bool

    @property
    def people(self) -> int:
        """How many people are named, each once."""
        return len({one.key for one in self.named if not one.is_team})


def rolls(repository: Repository) -> list[Roll]:
    """Every file that is there to name maintainers, also one that names nobody; then sections of the readme."""
    wrong = {PlaceClass.TEST, PlaceClass.EXAMPLE, PlaceClass.TEMPLATE, PlaceClass.VENDORED}
    files = [file for file in repository.matching(_FILE) if file.path_class not in wrong]
    files.sort(key=lambda file: (file.path.count("/"), file.path))
    found = [roll for file in files[:_MOST] if (roll := _of_file(repository, file)) is not None]
    found = _without_aliases(found)
    for file in repository.matching(_README):
        found.extend(_of_readme(repository, file))
    return found


def _without_aliases(found: list[Roll]) -> list[Roll]:
    """The same, without the names of groups that an alias file spells out: the people stand there."""
    groups = {one.role.casefold() for roll in found if _ALIASES.search(roll.path) for one in roll.named}
    return [replace(roll, named=tuple(one for one in roll.named if one.key not in groups)) for roll in found]


def unread(repository: Repository) -> list[str]:
    """Files of maintainers that are there and cannot be read."""
    return unread_of(repository, _FILE)


def _of_file(repository: Repository, file: File) -> Roll | None:
    text = repository.text(file.path)
    if text is None:
        return None
    if kind_of(file.path) == "yaml" or file.name in {"owners", "owners_aliases"}:
        named = tuple(_of_yaml(repository, file)) or tuple(_of_lines(text, None))
    else:
        named = tuple(_of_lines(text, prose_of(repository, file.path)))
    return Roll(file.path, named, next((one.line for one in named), None), is_file=True)


def _of_yaml(repository: Repository, file: File) -> Iterator[Named]:
    """Roles and their names, as Kubernetes' OWNERS files list them."""
    document = repository.document(file.path, "yaml") if ":" in _head(repository, file) else None
    if document is not None:
        yield from _listed(document, document.data, ())


def _head(repository: Repository, file: File) -> str:
    text = repository.text(file.path)
    return text.data[:2_000].decode("utf-8", "replace") if text is not None else ""


def _listed(document: Document, data: Any, at: tuple[str | int, ...]) -> Iterator[Named]:
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        names = value if isinstance(value, list) else []
        for index, name in enumerate(names):
            told = name.get("github") or name.get("name") if isinstance(name, dict) else name
            is_in_office = _ROLES.search(str(key)) is not None and _NO_SECTION.search(str(key)) is None
            if isinstance(told, str) and is_in_office and not is_placeholder(told):
                known = told.lstrip("@").casefold()
                yield Named(known, line_of(document, *at, key, index), str(key), _TEAM.fullmatch(known) is not None)
        yield from _listed(document, value, (*at, key))


def _of_readme(repository: Repository, file: File) -> Iterator[Roll]:
    text, prose = repository.text(file.path), prose_of(repository, file.path)
    if text is None or prose is None:
        return
    every = list(_of_lines(text, prose))
    for section in prose.headings if every else ():
        if _SECTION.search(section.title) and not _NO_SECTION.search(section.title):
            inside = range(section.line + 1, section.end + 1)
            named = tuple(one for one in every if one.line in inside)
            if named:
                yield Roll(file.path, named, section.line, is_file=False)


def _of_lines(text: Text, prose: Prose | None) -> Iterator[Named]:
    """Lines of a list, table or plain file that name somebody by a handle, an address or a full name."""
    unseen = {line.number for line in (*prose.code, *prose.comments)} if prose is not None else set()
    for number, line in enumerate(text.lines(), start=1):
        is_below = prose is not None and line.startswith(("  ", "\t")) and _ITEM.match(line) is not None
        if number in unseen or is_below or line.lstrip().startswith("#") or len(line) > 1_000:  # noqa: PLR2004 - no line of a list
            continue
        above = " ".join(prose.trail(number)) if prose is not None else ""
        key = "" if _NO_SECTION.search(above) else _key(line, is_list=prose is not None)
        if key:
            yield Named(key, number, above)


def _key(line: str, *, is_list: bool) -> str:
    """By what a line names somebody; "" where it names nobody."""
    if is_list and not _ENTRY.match(line):
        address = _ADDRESS.search(line)
        is_own = address is not None and not is_function(address[0]) and not is_placeholder(address[0])
        return address[0].casefold() if address is not None and is_own else ""
    handle = _HANDLE.search(line) or _LINKED.search(line)
    if handle is not None and not is_placeholder(handle[1]):
        return handle[1].casefold()
    address = _ADDRESS.search(line)
    if address is not None and not is_placeholder(address[0]) and not is_function(address[0]):
        return address[0].casefold()
    name = next((part.strip(" *_`") for part in _WORDS.split(plain(line)) if part.strip(" *_`")), "")
    return name.casefold() if is_person(name) else ""
