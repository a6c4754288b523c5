"""Parts of a card: sections, labelled paragraphs, rows and fields, and what they speak of by their titles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tieout.collectors.placeholders import marks
from tieout.inspection.reading.prose import Paragraph, Prose, Table, plain
from tieout.kernel.reading.documents import Document


class About(StrEnum):
    """What a part of a card speaks of."""

    DETAILS = "model details"
    INTENDED_USE = "intended use"
    OUT_OF_SCOPE = "out-of-scope use"
    LIMITATIONS = "limitations"
    TRAINING_DATA = "training data"
    EVALUATION = "evaluation"
    ETHICS = "ethical considerations"
    OWNER = "owner or contact"
    LICENCE = "licence"
    COMPOSITION = "composition"
    COLLECTION = "collection"
    ANNOTATION = "annotation"
    MAINTENANCE = "maintenance"


_TITLES: Final = {
    About.OUT_OF_SCOPE: (
        "out[- ]of[- ]scope|misuse|prohibited|unintended|not intended|unsupported use|restricted use|unsuitable"
        "|malicious|inappropriate use|excluded use|use restrictions?|do not use"
    ),
    About.INTENDED_USE: (
        "intended (?:use|purpose|user|application|audience|domain)|evaluated use|primary use|direct use|model use"
        "|downstream use|use cases?|^uses?$|^purpose|intended to be used|appropriate use|recommended use"
        "|usage scope|deployment context|^scope$"
    ),
    About.LIMITATIONS: (
        r"limit(?:s$|ations?)|\brisks?\b|\bbias(?:es)?\b|caveats?|known issues|failure modes?|weakness|trade-?offs"
    ),
    About.TRAINING_DATA: (
        "train(?:ing|ed)?[- ](?:data|dataset|corpus|details|set)|pre-?training|data used|data sources?"
        "|fine-?tuning data|^(?:data|datasets?)$|training and evaluation data|^training$"
    ),
    About.EVALUATION: "evaluat|metrics?|benchmark|performance|results?|quantitative|testing",
    About.ETHICS: "ethic|broader implication|societal|fairness|environmental|responsible",
    About.OWNER: (r"contact|\bowner|develop(?:ed by|ers?)|\bauthors?|maintain(?:er|ed by)|responsible (?:person|team)"),
    About.LICENCE: "licen[cs]",
    About.COMPOSITION: (
        "composition|data (?:fields|instances|splits|structure)|dataset (?:summary|structure|description)"
    ),
    About.COLLECTION: "collection|source data|curation|provenance|dataset creation|motivation",
    About.ANNOTATION: "annotat|labell?ing",
    About.MAINTENANCE: "maintenance|update (?:policy|schedule)|distribution|retention",
    About.DETAILS: (
        "model (?:details|description|type|version|date|overview|summary|information|architecture)|architecture"
    ),
}
_PATTERNS: Final = tuple((about, re.compile(pattern, re.IGNORECASE)) for about, pattern in _TITLES.items())
_LABEL = re.compile(r"([A-Z][A-Za-z /&-]{2,48})(?: ?\([^()]{0,60}\))? ?: ?(?=\S|$)")
#: Sentences that an unfilled template brings along.
_BOILERPLATE = re.compile(
    "more information needed|provide a (?:longer|quick) summary|should be made aware of the risks", re.IGNORECASE
)
#: Shorter text says nothing of its own.
_SUBSTANCE: Final = 24
#: What is looked at of one paragraph for marks.
_LOOKED_AT: Final = 4_000
_MOST_SECTIONS: Final = 2_000
_MOST_ROWS: Final = 200
_LONGEST_TITLE: Final = 200
#: A name, and what it says.
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A titled part of a card: a section, a paragraph with a label, a row of a table of two columns, a field.

    Attributes:
        title: Without markup.
        line: Of the title, 1-based.
        abouts: What it speaks of, by its title.
        paragraphs: Its text.
        tables: In it.
    """

    title: str
    line: int
    abouts: frozenset[About]
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...] = ()

    @property
    def is_filled(self) -> bool:
        """Whether it says something that no template brought along."""
        return any(table.rows for table in self.tables) or any(says_something(part.text) for part in self.paragraphs)


def is_open(text: str) -> bool:
    """Whether a text holds a mark of a template, or a sentence that one brings along."""
    return bool(marks(text[:_LOOKED_AT])) or _BOILERPLATE.search(text[:_LOOKED_AT]) is not None


def says_something(text: str) -> bool:
    """Whether a text says something that no template brought along."""
    return len(text.strip()) >= _SUBSTANCE and not is_open(text)


def abouts_of(title: str) -> frozenset[About]:
    """What a part with this title speaks of; empty where the title does not tell."""
    found = {about for about, pattern in _PATTERNS if pattern.search(title[:_LONGEST_TITLE])}
    if About.OUT_OF_SCOPE in found:
        found.discard(About.INTENDED_USE)
    return frozenset(found)


def parts_of(prose: Prose) -> list[Part]:
    """Sections, labelled paragraphs and rows of two cells of a document."""
    found = [
        Part(
            section.title,
            section.line,
            abouts_of(section.title),
            tuple(prose.within(section)),
            tuple(prose.tables_within(section)),
        )
        for section in prose.headings[:_MOST_SECTIONS]
    ]
    for paragraph in prose.paragraphs:
        label = _LABEL.match(paragraph.text[:_LONGEST_TITLE])
        if label is not None and (abouts := abouts_of(label[1])):
            rest = Paragraph(paragraph.line, paragraph.text[label.end() :])
            found.append(Part(label[1], paragraph.line, abouts, (rest,)))
    found.extend(
        Part(row.cells[0], row.line, abouts, (Paragraph(row.line, row.cells[1]),))
        for table in prose.tables
        for row in table.rows[:_MOST_ROWS]
        if len(row.cells) == _PAIR and (abouts := abouts_of(row.cells[0]))
    )
    return found


def fields_of(document: Document) -> Iterator[Part]:
    """Fields of a JSON or YAML card, two levels deep."""
    for pointer, line in document.lines.items():
        names = pointer.split("/")[1:]
        if not names or len(names) > _PAIR:
            continue
        title = names[-1].replace("_", " ").replace("-", " ")
        if abouts := abouts_of(title):
            yield Part(title, line, abouts, (Paragraph(line, plain(_said(document.data, names))),))


def _said(data: Any, names: list[str]) -> str:
    for name in names:
        data = data.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(data, dict) else None
    return str(data)[:_LOOKED_AT] if data not in (None, "", [], {}) else ""
