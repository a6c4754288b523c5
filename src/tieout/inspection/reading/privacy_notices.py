"""Notices to users on personal data: pages and documents, what they speak of, and the periods that they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import InspectedPlace, PlaceClass
from tieout.inspection.reading.documents import documents, is_aside, is_of_the_whole, is_page, prose_of
from tieout.inspection.reading.names_read import pattern_of_names
from tieout.inspection.reading.periods import Period, periods_in
from tieout.inspection.reading.prose import Prose
from tieout.inspection.reading.source_code import programs, searched
from tieout.inspection.remembered import once
from tieout.inspection.repository import Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes

_NAMED = re.compile(
    r"(?:^|/)_?(?:[^/]{0,40}[-_.])?(?:privacy|datenschutz\w*|data[-_]protection)(?:[-_]?(?:notice|policy|statement"
    r"|page|(?:and[-_])?security))?"
    r"(?:\.[a-z0-9]{1,8}){0,3}$|(?:^|/)privacy(?:[-_](?:notice|policy))?/(?:index|page|show)\.[a-z.]{2,12}$",
    re.IGNORECASE,
)
_OF_CODE = re.compile(r"\.(?:test|spec|stories|clienttest|servertest)\.|\.(?:ts|js)$", re.IGNORECASE)
_TITLED = re.compile(
    r"\bprivacy (?:notice|policy|statement)\b|\bdata protection (?:notice|statement)\b"
    r"|^privacy(?: (?:and|&) security)?$",
    re.IGNORECASE,
)
_SUBJECTS: Final = {
    "data collected": (
        r"\b(?:collect|gather|process|receive)(?:s|ed|ing)?\b[^.]{0,60}\b(?:personal|data|information|email)\b"
    ),
    "purpose": r"\bpurposes?\b|\bwe use (?:your|this|the) (?:data|information)\b",
    "legal basis": r"\b(?:legal|lawful) basis\b|\blegitimate interests?\b|\bpublic task\b|\byour consent\b",
    "retention": (
        r"\bretention\b|\bhow long (?:we|your|is|are)\b"
        r"|\b(?:retain|store|keep|delete|kept|stored|deleted|retained)\b[^.]{0,80}"
        r"\b(?:days?|weeks?|months?|years?)\b"
    ),
    "rights": r"\bright to (?:request|access|object|erasure|withdraw|rectif)|\byour rights\b"
    r"|\b(?:privacy|data protection) rights\b",
    "controller or contact": (
        r"\bdata protection officer\b|\bcontact (?:us|details)\b|\bcontroller\b|\b(?:privacy|dpo|dataprotection)@"
    ),
    "recipients": (
        r"\bshar(?:e|ed|ing)\b[^.]{0,40}\b(?:with|data)\b|\brecipients\b|\bdata processors?\b|\bthird part(?:y|ies)\b"
    ),
}
_SPEAKS_OF: Final = tuple((name, compile_bytes(pattern, folded=True)) for name, pattern in _SUBJECTS.items())
#: A form that others are to fill in, and notes on the work on a notice.
_FORM = re.compile(r"\btemplates?\b|\bboilerplate\b|\bblueprints?\b|\.status\.|\bstandards?\b", re.IGNORECASE)
_KEPT = compile_bytes(
    r"\b(?:retain|retained|retention|store[sd]?|keep|kept|delet\w+|erase[sd]?|remov\w+|wiped|hold|held|expire[sd]?)\b",
    folded=True,
)
_MOST_NAMES: Final = 4
_LOOKED_AT: Final = 400
_LONGEST_TITLE: Final = 200
_CODE = re.compile(r"(?:import|export|const|let|var|function|class|from|//|/\*|\*)[ \t(*{]")
#: No notice names more.
_MOST_PERIODS: Final = 60
#: Sections on how long data is kept.
_OF_RETENTION = re.compile(r"\bretention\b|\bhow long\b|\bkeep\b", re.IGNORECASE)
_FOREIGN: Final = frozenset({PlaceClass.VENDORED, PlaceClass.TEST, PlaceClass.EXAMPLE, PlaceClass.ARCHIVE})


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice.

    Attributes:
        text: The file.
        line: Where it begins.
        subjects: What it speaks of, with the first line that does; headings before sentences.
        periods: Lines that say how long something is kept, with the period; the section on retention first.
    """

    text: Text
    line: int
    subjects: tuple[tuple[str, int], ...]
    periods: tuple[tuple[int, Period], ...]


@dataclass(frozen=True, slots=True)
class Notices:
    """Notices, and what only speaks of privacy."""

    notices: tuple[Notice, ...]
    mentions: tuple[InspectedPlace, ...]


@once
def notices_of(repository: Repository) -> Notices:
    """Every notice of a repository, read once; those that speak of most first."""
    notices: list[Notice] = []
    mentions: list[InspectedPlace] = []
    for text, prose, first, last in _candidates(repository):
        notice = _notice(text, prose, first, last)
        if notice.subjects and not _FORM.search(f"{text.path if not is_page(text.path) else ''} {prose.title}"):
            notices.append(notice)
        else:
            mentions.append(text.place(first, "speaks of privacy, and is no notice", counts=False))
    notices.sort(key=lambda notice: (-len(notice.subjects), notice.text.path))
    return Notices(tuple(notices), tuple(mentions))


def shown_by(repository: Repository, notices: list[Notice]) -> list[InspectedPlace]:
    """Lines of programs in use that take a notice in from its file, to show it."""
    names = sorted({notice.text.path.rpartition("/")[2] for notice in notices})[:_MOST_NAMES]
    if not names:
        return []
    taking = r"\b(?:import|from|require|readFile\w*|open|read_text|include|Path)\b[^\n]{0,80}[\"'/]"
    taken = pattern_of_names(names, taking, r"[\"'?]")
    return [
        source.text.place(hit.line, "shows the notice")
        for source in searched(repository, programs(repository), taken)
        if (hit := next(source.hits(taken), None)) is not None
    ][:_MOST_NAMES]


def _candidates(repository: Repository) -> Iterator[tuple[Text, Prose, int, int]]:
    """Files named for privacy, and sections of the first README; with the lines that they span."""
    files = [
        file
        for file in documents(repository, pages=True)
        if file.path_class not in _FOREIGN
        and not is_aside(file.path)
        and not _OF_CODE.search(file.path)
        and (file.path_class is not PlaceClass.TEMPLATE or is_page(file.path))
        and (_NAMED.search(file.path) or is_of_the_whole(file.path))
    ]
    for text in repository.texts(files):
        prose = prose_of(repository, text.path)
        if prose is None:
            continue
        if _NAMED.search(text.path):
            line = prose.headings[0].line if prose.headings else _begins(text)
            yield text, prose, line, len(text.lines())
            continue
        for section in prose.headings:
            if _TITLED.search(section.title) or (section.level and "privacy" in section.title.lower()):
                yield text, prose, section.line, section.end
                break


def _begins(text: Text) -> int:
    """Where a notice within a program's page begins: the first line that is its title, or 1."""
    for number, line in enumerate(text.lines()[:_LOOKED_AT], start=1):
        words = line.strip()
        if len(words) <= _LONGEST_TITLE and _TITLED.search(words) and not _CODE.match(words):
            return number
    return 1


def _notice(text: Text, prose: Prose, first: int, last: int) -> Notice:
    paragraphs = [part for part in prose.paragraphs if first <= part.line <= last]
    subjects = []
    for name, pattern in _SPEAKS_OF:
        titled = next(
            (part.line for part in prose.headings if first < part.line <= last and pattern.search(part.title.encode())),
            None,
        )
        line = titled or next((found for part in paragraphs if (found := part.found(pattern)) is not None), None)
        if line is not None:
            subjects.append((name, line))
    kept = [
        (part.line_at(at), period)
        for part in paragraphs
        if part.found(_KEPT) is not None or _is_of_retention(prose, part.line)
        for at, period in periods_in(part.text)
    ]
    kept.sort(key=lambda found: (not _is_of_retention(prose, found[0]), found[0]))
    return Notice(text, first, tuple(subjects), tuple(kept[:_MOST_PERIODS]))


def _is_of_retention(prose: Prose, line: int) -> bool:
    """Whether a line stands in a section on how long data is kept."""
    return any(_OF_RETENTION.search(title) for title in prose.trail(line)[1:])
