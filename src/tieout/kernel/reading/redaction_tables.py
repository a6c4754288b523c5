"""Secrets in the rows of a table: below a head, or beside a name, that says what they are (Markdown, CSV, TSV)."""

from collections.abc import Generator, Iterator
from typing import Final

from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.redaction_judges import has_unguessable_part, is_told_secret
from tieout.kernel.reading.redaction_patterns import MACHINES, PERSONS

_BARE = b" \t\r\"'*`_"
_FEWEST = 6
_NAME = rf"""(?:[a-z0-9.]+[ ._-]){{0,3}}(?:(?P<person>{PERSONS})|{MACHINES})s?"""
# A cell that is the name of a secret and nothing else, with what stands before and behind it.
_NAMING = compile_bytes(
    rf"""(?m)(?P<before>^|[|,;\t])[ \t"'*`_]*{_NAME}[ \t"'*`_:]*(?P<after>[|,;\t\r]|$)""", folded=True
)
_CELL = compile_bytes(rf"{_NAME}:?", folded=True)
_PLAIN = compile_bytes(r"[^\x00-\x20(){}\[\]<>=]([^\x00-\x1f(){}\[\]<>=]{0,80})\z")
# google-re2 names groups by number.
_BEFORE: Final[int] = _NAMING.groupindex[b"before"]
_AFTER: Final[int] = _NAMING.groupindex[b"after"]
_PERSON: Final[int] = _CELL.groupindex[b"person"]
# Each cell of a line, by what keeps them apart; a quoted one may hold that, too.
_CELLS = {
    mark: compile_bytes(rf"""([ ]*"(?:[^"]|"")*"[ ]*|[^{escaped}]*)(?:{escaped}|$)""")
    for mark, escaped in ((b"|", r"\|"), (b",", ","), (b";", ";"), (b"\t", r"\t"))
}


def table_spans(data: bytes) -> Iterator[tuple[int, int]]:
    """First byte of each secret that stands in a table, and the one after its last; linear in the text.

    Args:
        data: UTF-8 bytes of a text.
    """
    at = 0
    while naming := _NAMING.search(data, at):
        mark = next((mark for mark in naming.group(_BEFORE, _AFTER) if mark in _CELLS), None)
        start = data.rfind(b"\n", at, naming.end(_BEFORE)) + 1 or at
        end = data.find(b"\n", naming.end(_BEFORE))
        end = len(data) if end < 0 else end
        if mark is not None and _is_row(data[start:end], mark):
            at = yield from _rows(data, start, mark)
        else:
            at = end + 1


def _is_row(line: bytes, mark: bytes) -> bool:
    """Whether a line is a row as Markdown draws it, or the head of a CSV: no choices of a pattern, and no code."""
    if mark == b"|":
        return line.lstrip().startswith(b"|") or b" | " in line
    heads = [line[first:last] for first, last in _cells(line, mark)]
    return sum(map(bool, heads)) > 1 and all(not head or _PLAIN.match(head) for head in heads)


def _rows(data: bytes, start: int, mark: bytes) -> Generator[tuple[int, int], None, int]:
    """Secrets of the table whose first naming row begins here; returns where the table ends."""
    columns: dict[int, bool] = {}
    width = 0
    at = start
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        cells = list(_cells(data[at:end], mark))
        if width and len(cells) != width:
            return at
        width = len(cells)
        beside: bool | None = None
        for column, (first, last) in enumerate(cells):
            cell = data[at + first : at + last]
            naming = _CELL.fullmatch(cell)
            if naming is not None:
                beside = columns[column] = naming.group(_PERSON) is not None
                continue
            is_person = columns.get(column) if beside is None else beside
            beside = None
            if is_person is not None and _is_secret(cell, is_person=is_person):
                yield at + first, at + last
        at = end + 1
    return at


def _cells(line: bytes, mark: bytes) -> Iterator[tuple[int, int]]:
    """Where each cell's text begins and ends in a line, without blanks, quotes and emphasis."""
    for match in _CELLS[mark].finditer(line):
        first, last = match.span(1)
        bare = line[first:last].lstrip(_BARE)
        first = last - len(bare)
        yield first, first + len(bare.rstrip(_BARE))


def _is_secret(cell: bytes, *, is_person: bool) -> bool:
    if len(cell) < _FEWEST or any(blank in cell for blank in b" \t"):
        return False
    return is_told_secret(cell) if is_person else has_unguessable_part(cell)
