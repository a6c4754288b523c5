"""Written procedures: documents, or sections of them, that say step by step what to do; a word or a link is none."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.collectors.placeholders import marks
from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.documents import documents, is_aside, prose_of
from tieout.inspection.reading.prose import Prose, Section
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.patterns import compile_bytes

#: Documents that speak of what happened, or of how people treat each other.
_OF_SOMETHING_ELSE = re.compile(
    r"(?:^|/)(?:[^/]*code[-_]of[-_]conduct|change(?:log|s)|history|news|release[-_ ]?notes?|third[-_ ]?party"
    r"|licen[cs]e"
    r"|notice)[^/]*$|(?:^|/)(?:blog|news|posts?|release[-_]notes|changelogs?|adr|decisions|proposals?|rfcs?"
    r"|ISSUE_TEMPLATE)/",
    re.IGNORECASE,
)
_COUNTED: Final = frozenset({PlaceClass.LIVE, PlaceClass.DOCUMENTATION, PlaceClass.NON_PRODUCTION})
#: A form that others are to fill in.
_TEMPLATE = re.compile(r"\btemplates?\b|\bboilerplate\b|\bblueprints?\b", re.IGNORECASE)
_TITLE: Final = 200
#: Levels of headings; below them stand lines in bold type.
_DEEPEST: Final = 6
_MOST_SECTIONS: Final = 50
#: Fewer steps are a hint, not a procedure.
_STEPS: Final = 3
#: Or as much running text, in paragraphs and characters.
_PARAGRAPHS: Final = 4
_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """What a procedure would be of.

    Attributes:
        name: Pattern of a file's own name without its ending, blanks for `-` and `_`.
        title: Pattern of a heading.
        title_in_bytes: The same for the bytes of a whole file: most hold no such words.
    """

    name: "re.Pattern[str]"
    title: "re.Pattern[str]"
    title_in_bytes: Any


def sought(name: str, title: str) -> Sought:
    """What a procedure would be of, by patterns that both `re` and RE2 read."""
    return Sought(re.compile(name, re.IGNORECASE), re.compile(title, re.IGNORECASE), compile_bytes(title, folded=True))


#: What a document says of itself while it is being written.
_STUB: Final = re.compile(r"\bthis (?:\w+ ){0,2}is (?:still )?a (?:stub|draft|placeholder)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """A document or section on something.

    Attributes:
        place: Where it begins.
        is_whole: It is a document of its own, not a section.
        steps: Items of lists, and lines of commands.
        is_procedure: It says enough to be followed.
        open_parts: Paragraphs and items that are still to be written, by their own words.
    """

    place: InspectedPlace
    is_whole: bool
    steps: int
    is_procedure: bool
    open_parts: int = 0


def written_on(repository: Repository, subject: Sought) -> list[Written]:
    """Documents and sections on something, procedures first.

    Documents that speak of the past, of proposals, or to programs that write code are left out.
    """
    found = [written for file in _files(repository) for written in _in_document(repository, file, subject)]
    return sorted(found, key=_order)


def _order(written: Written) -> tuple[bool, bool, str, int]:
    return not written.is_procedure, not written.is_whole, written.place.path, written.place.line or 0


def documents_of_operation(repository: Repository) -> list[File]:
    """Documents that may hold rules and procedures in force."""
    return list(_files(repository))


def _files(repository: Repository) -> Iterable[File]:
    return (
        file
        for file in documents(repository)
        if file.path_class in _COUNTED and not is_aside(file.path) and not _OF_SOMETHING_ELSE.search(file.path)
    )


def _in_document(repository: Repository, file: File, subject: Sought) -> Iterator[Written]:
    own_name = re.sub(r"[-_]+", " ", file.name.rpartition(".")[0] or file.name)
    text = repository.text(file.path)
    if text is None or not text.data.strip():
        return
    if subject.name.search(own_name):
        prose = prose_of(repository, file.path)
        if prose is not None:
            whole = Section(prose.title, 0, 1, len(text.lines()), len(text.lines()))
            line = prose.headings[0].line if prose.headings else 1
            yield _written(text.place(line, "a document on it"), prose, whole)
        return
    if not subject.title_in_bytes.search(text.data):
        return
    prose = prose_of(repository, file.path)
    if prose is None:
        return
    named = [part for part in prose.headings if part.level <= _DEEPEST and subject.title.search(part.title[:_TITLE])]
    for section in named[:_MOST_SECTIONS]:
        yield _written(text.place(section.line, "a section on it"), prose, section)


def _written(place: InspectedPlace, prose: Prose, section: Section) -> Written:
    whole = list(prose.within(section))
    paragraphs = [part for part in whole if not marks(part.text[:2_000])]
    unfinished = len(whole) - len(paragraphs) + sum(1 for part in paragraphs if _STUB.search(part.text[:2_000]))
    commands = sum(1 for line in prose.code if section.line <= line.number <= section.end and line.text)
    items = sum(1 for part in paragraphs if part.is_item)
    rows = sum(len(table.rows) for table in prose.tables_within(section))
    steps = items + commands + rows
    said = sum(len(part.text) for part in paragraphs)
    enough = (steps >= _STEPS and len(paragraphs) > 1) or (len(paragraphs) >= _PARAGRAPHS and said >= _CHARACTERS)
    is_form = _TEMPLATE.search(f"{prose.path.replace('_', ' ')} {prose.title}"[:_TITLE]) is not None
    return Written(place, not section.level, steps, enough and not is_form, unfinished)
