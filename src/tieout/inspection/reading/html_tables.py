"""Tables that are written in HTML, in pages and in Markdown: heads, rows and the lines of their cells."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.prose import Row, Table, plain

_OPENS = re.compile(r"<table\b", re.IGNORECASE)
_CLOSES = re.compile(r"</table\b", re.IGNORECASE)
_PART = re.compile(r"<(/?)(tr|td|th)\b([^<>]{0,400})>", re.IGNORECASE)
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.{0,400}?-->")
_SPAN = re.compile(r"\b(col|row)span ?= ?[\"']?(\d{1,2})", re.IGNORECASE)
_MEASURED = re.compile(r"\d\.\d|\d ?%")
_DIGIT = re.compile(r"\d")
#: Larger ones no person reads.
_MOST_LINES: Final = 4_000
_MOST_TABLES: Final = 200
_MOST_COLUMNS: Final = 60
_LONGEST: Final = 2_000


@dataclass(slots=True)
class _Cell:
    """A cell: its line, 1-based, its markup, whether it is of the head, and how many columns and rows it spans."""

    line: int
    is_head: bool
    columns: int
    rows: int
    markup: str = ""

    @property
    def text(self) -> str:
        return " ".join(plain(_BREAK.sub(" ", self.markup)).split())


def tables_in(lines: Sequence[str], hidden: Collection[int] = ()) -> Iterator[Table]:
    """Tables of a document, in order; a table inside another one ends it.

    Args:
        lines: Of the document.
        hidden: Numbers of lines at which none begins, as they are code or comments.
    """
    at = count = 0
    while at < len(lines) and count < _MOST_TABLES:
        if at + 1 in hidden or not _OPENS.search(lines[at][:_LONGEST]):
            at += 1
            continue
        last = min(at + _MOST_LINES, len(lines))
        end = next((number for number in range(at, last) if _CLOSES.search(lines[number][:_LONGEST])), at)
        table = _table(at + 1, _rows(lines, at, end))
        if table is not None:
            count += 1
            yield table
        at = end + 1


def _rows(lines: Sequence[str], first: int, last: int) -> list[list[_Cell]]:
    rows: list[list[_Cell]] = []
    cell: _Cell | None = None
    for number in range(first, last + 1):
        line, at = _COMMENT.sub(" ", lines[number][:_LONGEST]), 0
        for match in _PART.finditer(line):
            if cell is not None:
                cell.markup += f" {line[at : match.start()]}"
            at = match.end()
            cell = None
            if match[1]:
                continue
            if match[2].lower() == "tr":
                rows.append([])
                continue
            spans = {name.lower(): int(number) for name, number in _SPAN.findall(match[3])}
            cell = _Cell(number + 1, match[2].lower() == "th", max(spans.get("col", 1), 1), max(spans.get("row", 1), 1))
            if not rows:
                rows.append([])
            rows[-1].append(cell)
        if cell is not None:
            cell.markup += f" {line[at:]}"
    return [row for row in rows if row]


def _table(line: int, rows: list[list[_Cell]]) -> Table | None:
    """The table of some rows; the first is the head where no row is marked as one."""
    heads = 0
    while heads < len(rows) and all(cell.is_head for cell in rows[heads]):
        heads += 1
    body = rows[max(heads, 1) :]
    if not body:
        return None
    columns = _columns(rows[: max(heads, 1)])
    return Table(line, columns, tuple(Row(_line(row), tuple(cell.text for cell in row)) for row in body))


def _line(row: list[_Cell]) -> int:
    """The line that a reader looks for: of the first value beside the label."""
    for pattern in (_MEASURED, _DIGIT):
        for cell in row[1:]:
            if pattern.search(cell.text):
                return cell.line
    return row[0].line


def _columns(heads: list[list[_Cell]]) -> tuple[str, ...]:
    """What stands over each column: of several rows, one below another, spans worked out."""
    grid: dict[tuple[int, int], str] = {}
    for down, row in enumerate(heads):
        across = 0
        for cell in row:
            while (down, across) in grid:
                across += 1
            for below in range(min(cell.rows, len(heads) - down)):
                for beside in range(cell.columns):
                    grid[down + below, across + beside] = cell.text if below == 0 else ""
            across += cell.columns
    width = min(max(across for _, across in grid) + 1, _MOST_COLUMNS)
    return tuple(
        " ".join(text for down in range(len(heads)) if (text := grid.get((down, across), "")))
        for across in range(width)
    )
