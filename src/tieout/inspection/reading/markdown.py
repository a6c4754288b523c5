"""Markdown (CommonMark, GitHub tables) and reStructuredText as prose; code, comments and front matter are apart."""

import re
from collections.abc import Iterator
from typing import Final

from tieout.inspection.reading.html_tables import tables_in
from tieout.inspection.reading.prose import Line, Prose, Row, Table, paragraph_of, plain, sectioned
from tieout.inspection.reading.prose import Paragraph as _Paragraph
from tieout.inspection.text import Text

#: More of one line is no prose that a person wrote.
_LONGEST: Final = 4_000
#: More columns are no table that a person reads.
_MOST_CELLS: Final = 200

_FENCE = re.compile(r" {0,3}(?:[-*+] +|\d{1,3}[.)] +)?[ \t]{0,12}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6}|={1,6}(?=[ \t]+[^ \t=]))(?:[ \t]+(.*))?$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RST_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}[ \t]*$")
_HTML_HEADING = re.compile(r"<h([1-6])(?:[ \t][^<>]{0,400})?>", re.IGNORECASE)
_HTML_HEADING_END = re.compile(r"</h[1-6]>", re.IGNORECASE)
_BOLD = re.compile(r"(?:\*\*|__)([^*_]{2,120})(?:\*\*|__)[ \t]*:?[ \t]*$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+")
_RULE = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_DELIMITER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL_END = re.compile(r"(?<!\\)\|")
_RST_DIRECTIVE = re.compile(r"\.\.(?:[ \t]|$)")
_RST_CODE = re.compile(r"\.\.[ \t]+(?:code|code-block|sourcecode|parsed-literal|literalinclude|raw|highlight)::")
_RST_ADMONITION = re.compile(
    r"\.\.[ \t]+(?:note|warning|important|caution|attention|danger|tip|hint|admonition)::[ \t]*"
)

#: Level of a line in bold type that stands alone; below every heading.
_BOLD_LEVEL: Final = 7


def read_markdown(text: Text) -> Prose:
    """A Markdown file as prose."""
    return _Reader(text).read()


def read_restructured(text: Text) -> Prose:
    """A reStructuredText file as prose; of its directives, notes and warnings are text, all others are code."""
    return _Restructured(text).read()


class _Reader:
    """Goes through the lines once, and keeps what has begun and not yet ended."""

    def __init__(self, text: Text) -> None:
        self._path = text.path
        self._lines = [line[:_LONGEST].rstrip("\r") for line in text.lines()]
        self._headings: list[tuple[int, str, int]] = []
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[Table] = []
        self._code: list[Line] = []
        self._comments: list[Line] = []
        self._held: list[Line] = []
        self._in_list = False
        self._in_item = False
        self._front = self._front_matter()

    def read(self) -> Prose:
        at = self._front[1] if self._front else 0
        while at < len(self._lines):
            at = self._next(at)
        self._flush()
        return Prose(
            path=self._path,
            sections=sectioned(self._headings, len(self._lines), (self._front[1] if self._front else 0) + 1),
            paragraphs=tuple(self._paragraphs),
            tables=tuple(sorted((*self._tables, *self._html_tables()), key=lambda table: table.line)),
            code=tuple(self._code),
            comments=tuple(self._comments),
            front=self._front,
        )

    def _html_tables(self) -> Iterator[Table]:
        hidden = {line.number for line in (*self._code, *self._comments)}
        return tables_in(self._lines, hidden)

    def _front_matter(self) -> tuple[int, int] | None:
        """First and last line of a block between two `---` (YAML) or `+++` (TOML) at the very top."""
        mark = self._lines[0].rstrip()
        if mark not in {"---", "+++"}:
            return None
        end = next((at for at, line in enumerate(self._lines[1:], start=2) if line.rstrip() == mark), None)
        return None if end is None else (1, end)

    def _next(self, at: int) -> int:
        """Read what begins at a line (0-based); the line after it."""
        line = self._lines[at]
        if not line.strip():
            self._flush()
            return at + 1
        for reader in (self._comment, self._fenced, self._indented, self._heading, self._table):
            after = reader(at)
            if after:
                return after
        self._prose(at)
        return at + 1

    def _comment(self, at: int) -> int:
        line = self._lines[at]
        start = line.find("<!--")
        if start < 0 or line[:start].strip():
            return 0
        while at < len(self._lines):
            self._comments.append(Line(at + 1, self._lines[at].strip()))
            end = self._lines[at].find("-->")
            if end >= 0:
                rest = self._lines[at][end + 3 :].strip()
                if rest:
                    self._held.append(Line(at + 1, rest))
                break
            at += 1
        return at + 1

    def _fenced(self, at: int) -> int:
        fence = _FENCE.match(self._lines[at])
        if fence is None or (fence[1][0] == "`" and "`" in self._lines[at][fence.end() :]):
            return 0
        self._flush()
        at += 1
        while at < len(self._lines):
            line = self._lines[at].strip()
            if line.startswith(fence[1]) and not line.strip(fence[1][0]):
                return at + 1
            self._code.append(Line(at + 1, line))
            at += 1
        return at

    def _indented(self, at: int) -> int:
        """A block of code that is only indented; text that is indented inside a list is text."""
        if self._held or self._in_list or not self._lines[at].startswith(("    ", "\t")):
            return 0
        self._code.append(Line(at + 1, self._lines[at].strip()))
        return at + 1

    def _heading(self, at: int) -> int:
        line = self._lines[at]
        atx = _ATX.match(line)
        if atx is not None:
            return self._titled(len(atx[1]), (atx[2] or "").rstrip("# \t"), at, at + 1)
        following = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        if not self._held and _is_title(line):
            underline = _UNDERLINE.match(following)
            if underline is not None and len(underline[1]) > 1:
                return self._titled(1 if underline[1][0] == "=" else 2, line, at, at + 2)
        html = _HTML_HEADING.search(line)
        if html is not None and not plain(line[: html.start()]).strip():
            return self._html_heading(at, int(html[1]), html.end())
        bold = None if self._held else _BOLD.match(line.strip())
        if bold is not None and not following.strip().startswith(("|", "---")):
            return self._titled(_BOLD_LEVEL, bold[1], at, at + 1)
        return 0

    def _html_heading(self, at: int, level: int, start: int) -> int:
        parts = []
        for number in range(at, min(at + 12, len(self._lines))):
            line = self._lines[number][start:] if number == at else self._lines[number]
            end = _HTML_HEADING_END.search(line)
            parts.append(line[: end.start()] if end else line)
            if end is not None:
                return self._titled(level, " ".join(parts), at, number + 1)
        return 0

    def _titled(self, level: int, title: str, at: int, after: int) -> int:
        self._flush()
        self._in_list = False
        shown = " ".join(plain(title).split()).strip("*:").strip()
        if shown:
            self._headings.append((level, shown, at + 1))
        return after

    def _table(self, at: int) -> int:
        if "|" not in self._lines[at] or at + 1 >= len(self._lines):
            return 0
        delimiter = self._lines[at + 1].strip().lstrip("> \t")
        if "-" not in delimiter or "|" not in delimiter or not _DELIMITER.match(delimiter):
            return 0
        self._flush()
        columns, rows, line = _cells(self._lines[at]), [], at + 1
        at += 2
        while at < len(self._lines) and "|" in self._lines[at]:
            rows.append(Row(at + 1, _cells(self._lines[at])))
            at += 1
        self._tables.append(Table(line, columns, tuple(rows)))
        return at

    def _prose(self, at: int) -> None:
        line = self._lines[at]
        text = line.strip().lstrip("> \t") if line.lstrip().startswith(">") else line.strip()
        item = _ITEM.match(text)
        if _RULE.match(text):
            self._flush()
            return
        if item is not None or (text.startswith("|") and text.endswith("|")):
            self._flush()
        if item is not None:
            self._in_list = self._in_item = True
            text = text[item.end() :]
        elif not self._held and not line.startswith((" ", "\t")):
            self._in_list = False
        if text:
            self._held.append(Line(at + 1, text))
        else:
            self._flush()

    def _flush(self) -> None:
        """End the paragraph."""
        if self._held:
            paragraph = paragraph_of(self._held, is_item=self._in_item)
            if paragraph is not None:
                self._paragraphs.append(paragraph)
            self._held = []
        self._in_item = False


class _Restructured(_Reader):
    """Titles have a line under them, whose signs rank as they first occur; code is what a directive indents."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self._ranks: list[str] = []

    def _comment(self, at: int) -> int:
        line = self._lines[at].strip()
        if not _RST_DIRECTIVE.match(line):
            return 0
        self._flush()
        note = _RST_ADMONITION.match(line)
        if note is not None:
            if line[note.end() :]:
                self._held.append(Line(at + 1, line[note.end() :]))
            self._in_list = True  # what is indented below is text
            return at + 1
        kept = self._code if _RST_CODE.match(line) else self._comments
        depth = len(self._lines[at]) - len(self._lines[at].lstrip())
        at += 1
        while at < len(self._lines) and (not self._lines[at].strip() or _depth(self._lines[at]) > depth):
            kept.append(Line(at + 1, self._lines[at].strip()))
            at += 1
        return at

    def _fenced(self, at: int) -> int:
        del at
        return 0

    def _heading(self, at: int) -> int:
        line, over = self._lines[at], _RST_UNDERLINE.match(self._lines[at])
        if over is not None and at + 2 < len(self._lines) and self._lines[at + 2].rstrip() == line.rstrip():
            return self._titled(self._rank(f"{over[1]}{over[1]}"), self._lines[at + 1], at + 1, at + 3)
        following = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        under = _RST_UNDERLINE.match(following)
        if under is None or self._held or line.startswith((" ", "\t")) or len(following.rstrip()) < len(line.rstrip()):
            return 0
        return self._titled(self._rank(under[1]), line, at, at + 2)

    def _rank(self, sign: str) -> int:
        if sign not in self._ranks:
            self._ranks.append(sign)
        return min(self._ranks.index(sign) + 1, 6)


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().lstrip(">").strip()
    inner = inner.removeprefix("|")
    parts = _CELL_END.split(inner.removesuffix("|"))[:_MOST_CELLS]
    return tuple(" ".join(plain(part).split()) for part in parts)


def _is_title(line: str) -> bool:
    """Whether a line may be a title that is underlined: no item of a list, quotation, or row of a table."""
    text = line.strip()
    return not line.startswith(("    ", "\t")) and not text.startswith((">", "|", "#")) and _ITEM.match(text) is None


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
