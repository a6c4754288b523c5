"""What a written document is made of, whatever its markup: sections, paragraphs, tables, and what is no prose."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

_LINK = re.compile(r"!?\[([^\[\]]{0,400})\](?:\([^()\s]{0,800}(?: [^()]{0,200})?\)|\[[^\[\]]{0,100}\])")
_IMAGE = re.compile(r"!\[[^\[\]]{0,400}\](?:\([^()\s]{0,800}(?: [^()]{0,200})?\)|\[[^\[\]]{0,100}\])")
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,800}>")
_ENTITY: Final = (("&nbsp;", " "), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"))
# Quotation marks and blanks that word processors put in, as a pattern in ASCII expects them.
_TYPED: Final = str.maketrans({
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{NO-BREAK SPACE}": " ", "\N{NON-BREAKING HYPHEN}": "-", "\N{HYPHEN}": "-",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        number: 1-based.
        text: Without blanks around it; the markup is kept.
    """

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    Attributes:
        title: Without markup; "" for what stands before the first heading.
        level: 1 to 6; 0 before the first heading; 7 for a line in bold type that stands alone like a heading.
        line: Of the heading, 1-based; 1 before the first heading.
        own_end: Last line before the next heading of any level.
        end: Last line of the section with the sections inside it.
        above: Titles of the sections that it stands in, outermost first.
    """

    title: str
    level: int
    line: int
    own_end: int
    end: int
    above: tuple[str, ...] = ()

    @property
    def is_heading(self) -> bool:
        """Whether it has a heading at all."""
        return self.level > 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with its line and its cells without markup."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        line: Of its head, 1-based.
        columns: The cells of its head.
        rows: Below the head.
    """

    line: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of running text, or one item of a list, that belong together.

    Attributes:
        line: The first, 1-based.
        text: Without markup; sentences run on over the ends of lines, which are blanks here.
        starts: Offsets in `text` where each further line begins.
        is_item: It is an item of a list.
    """

    line: int
    text: str
    starts: tuple[int, ...] = ()
    is_item: bool = False

    @property
    def end(self) -> int:
        """Its last line."""
        return self.line + len(self.starts)

    def line_at(self, offset: int) -> int:
        """The line that an offset of the text stands on."""
        return self.line + bisect_right(self.starts, offset)

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Its sentences with their offsets in the text, in order."""
        start = 0
        for match in _SENTENCE_END.finditer(self.text):
            yield start, self.text[start : match.start()]
            start = match.end()
        yield start, self.text[start:]

    def found(self, pattern: Any) -> int | None:
        """The line on which the first match of a pattern begins; None where it matches nowhere.

        Args:
            pattern: Of `kernel.reading.patterns.compile_bytes`.
        """
        data = self.text.encode("utf-8", "replace")
        match = pattern.search(data)
        return None if match is None else self.line_at(len(data[: match.start()].decode("utf-8", "replace")))


@dataclass(frozen=True, slots=True)
class Prose:
    """A document as people read it. Code, comments and front matter are no part of its paragraphs.

    Attributes:
        path: Of the file.
        sections: In order; the first stands before the first heading and may be empty.
        paragraphs: In order.
        tables: In order; rows of tables are no paragraphs.
        code: Lines of code blocks.
        comments: Lines that a reader of the page does not see.
        front: First and last line of the front matter with its marks; None where there is none.
    """

    path: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...] = ()
    code: tuple[Line, ...] = ()
    comments: tuple[Line, ...] = ()
    front: tuple[int, int] | None = None

    @property
    def headings(self) -> tuple[Section, ...]:
        """The sections that have a heading."""
        return tuple(section for section in self.sections if section.is_heading)

    @property
    def title(self) -> str:
        """The first heading of the highest level; "" where there is none."""
        return min(self.headings, key=lambda section: (section.level, section.line)).title if self.headings else ""

    def within(self, section: Section, *, own: bool = False) -> Sequence[Paragraph]:
        """Paragraphs of a section, with those of the sections inside it unless only its own are wanted."""
        first = bisect_left(self.paragraphs, section.line, key=_line)
        last = bisect_right(self.paragraphs, section.own_end if own else section.end, key=_line)
        return self.paragraphs[first:last]

    def before(self, line: int) -> Paragraph | None:
        """The paragraph that stands next before a line."""
        index = bisect_left(self.paragraphs, line, key=_line) - 1
        return self.paragraphs[index] if index >= 0 else None

    def tables_within(self, section: Section) -> Sequence[Table]:
        """Tables of a section and of the sections inside it."""
        first = bisect_left(self.tables, section.line, key=_line)
        return self.tables[first : bisect_right(self.tables, section.end, key=_line)]

    def section_at(self, line: int) -> Section:
        """The innermost section that a line stands in."""
        return self.sections[max(bisect_right(self.sections, line, key=_line) - 1, 0)]

    def trail(self, line: int) -> tuple[str, ...]:
        """Titles of all sections that a line stands in, outermost first."""
        section = self.section_at(line)
        return (*section.above, section.title) if section.is_heading else section.above


def _line(part: Section | Paragraph | Table) -> int:
    return part.line


def plain(text: str) -> str:
    """A text without links, images, emphasis, tags and entities; it has as many line ends as before."""
    if "[" in text:
        text = _LINK.sub(_kept_text, _IMAGE.sub(_kept_ends, text))
    if "<" in text:
        text = _TAG.sub(_kept_ends, text)
    if "&" in text:
        for entity, meant in _ENTITY:
            text = text.replace(entity, meant)
    return text.replace("**", "").replace("__", "").replace("`", "").translate(_TYPED)


def paragraph_of(lines: list[Line], *, is_item: bool = False) -> Paragraph | None:
    """A paragraph of lines in their order; None where nothing is left of them without markup."""
    if len(lines) == 1:
        only = plain(lines[0].text).strip()
        return Paragraph(lines[0].number, only, is_item=is_item) if only else None
    parts = plain("\n".join(line.text for line in lines)).split("\n")
    starts, at = [], 0
    for part, line, following in zip(parts, lines, lines[1:], strict=False):
        at += len(part) + 1
        # A line without words of its own is left out of the text, and counts all the same.
        starts.extend([at] * max(following.number - line.number, 1))
    whole = " ".join(parts)
    return Paragraph(lines[0].number, whole, tuple(starts), is_item) if whole.strip() else None


def sectioned(headings: list[tuple[int, str, int]], last: int, first: int = 1) -> tuple[Section, ...]:
    """Sections of a document by its headings.

    Args:
        headings: Level, title and line of each, in order.
        last: Last line of the document.
        first: First line below the front matter.
    """
    before = headings[0][2] - 1 if headings else last
    sections = [Section("", 0, min(first, before + 1), before, before)]
    ends = [last] * len(headings)
    within: list[int] = []
    for index, (level, _, line) in enumerate(headings):
        while within and headings[within[-1]][0] >= level:
            ends[within.pop()] = line - 1
        within.append(index)
    above: list[tuple[int, str]] = []
    for index, (level, title, line) in enumerate(headings):
        while above and above[-1][0] >= level:
            above.pop()
        own_end = headings[index + 1][2] - 1 if index + 1 < len(headings) else last
        sections.append(Section(title, level, line, own_end, ends[index], tuple(title for _, title in above)))
        above.append((level, title))
    return tuple(sections)


def _kept_text(match: "re.Match[str]") -> str:
    return match[1] + "\n" * (match[0].count("\n") - match[1].count("\n"))


def _kept_ends(match: "re.Match[str]") -> str:
    return "\n" * match[0].count("\n")
