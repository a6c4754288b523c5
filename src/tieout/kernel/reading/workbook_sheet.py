"""The cells of one sheet of a workbook, as their stored results; runs in the parser's process.

After ISO/IEC 29500-1, 18.3 (worksheets). A cell is `[column, kind, value, computed, plain]`: kinds
are text, number, unshown, day, time, clock, flag, error and uncomputed; `computed` says that a formula stands behind
the value, `plain` that a number is shown as its digits.
"""

import re
from typing import Any, Final

from tieout.kernel.reading.refusal import (
    MAX_CELL,
    MAX_TABLE_CELLS,
    MAX_TABLE_TEXT,
    RefusedError,
)
from tieout.kernel.reading.text import column_letters, excerpt
from tieout.kernel.reading.workbook_package import Attributes, Package
from tieout.kernel.reading.workbook_parts import (
    NumberFormat,
    SheetEntry,
    is_on,
    number_formats,
    read_workbook,
    shared_strings,
    unescaped,
)
from tieout.kernel.reading.workbook_values import value_of_kind, value_of_number

MAX_ROW: Final = 1_048_576
MAX_COLUMN: Final = 16_384
_MAX_RANGES: Final = 20_000
_TOLD_NAMES: Final = 10
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_WHOLE = re.compile(r"[0-9]{1,7}")


def parse_workbook(data: bytes, wanted: str | None) -> dict[str, Any]:
    """One sheet of a workbook.

    Args:
        data: The file.
        wanted: Name of the sheet; None where the workbook has one only.

    Returns:
        sheet, state, macros, hidden_columns, merged, and rows of `[number, hidden, cells]`.

    Raises:
        RefusedError: It is no workbook, has no such sheet, or breaks a cap.
    """
    package = Package(data)
    workbook = read_workbook(package)
    entry = _chosen(workbook.sheets, wanted)
    strings = shared_strings(package, workbook.strings)
    sheet = _Sheet(strings, number_formats(package, workbook.styles), from_1904=workbook.from_1904)
    package.parse(entry.part, sheet.start, sheet.end, sheet.text)
    if not sheet.is_sheet:
        raise RefusedError("is a damaged workbook: what it names as a sheet is something else")
    return {
        "sheet": entry.name,
        "state": entry.state,
        "macros": workbook.macros,
        "hidden_columns": sheet.hidden_columns,
        "merged": sheet.merged,
        "rows": sheet.rows,
    }


def _chosen(sheets: tuple[SheetEntry, ...], wanted: str | None) -> SheetEntry:
    listed = [sheet for sheet in sheets if sheet.part]
    names = ", ".join(f"'{excerpt(sheet.name)}'" for sheet in listed[:_TOLD_NAMES])
    more = " …" if len(listed) > _TOLD_NAMES else ""
    if not listed:
        raise RefusedError("has no sheet with cells")
    if wanted is None and len(listed) > 1:
        raise RefusedError(f"has {len(listed)} sheets ({names}{more}) and nothing says which one is meant")
    alike = [sheet for sheet in listed if wanted is None or sheet.name.casefold() == wanted.casefold()]
    if len(alike) > 1:
        raise RefusedError("has two sheets of one name")
    if not alike:
        raise RefusedError(f"has no sheet of that name; it has {names}{more}")
    return alike[0]


class _Sheet:
    """Takes the elements of a sheet as they come."""

    def __init__(self, strings: list[str], styles: list[NumberFormat], *, from_1904: bool) -> None:
        self.rows: list[list[Any]] = []
        self.hidden_columns: list[list[int]] = []
        self.merged: list[list[int]] = []
        self.is_sheet = False
        self._strings, self._styles = strings, styles
        self._from_1904 = from_1904
        self._row, self._column, self._hidden = 0, 0, False
        self._cells: list[list[Any]] | None = None
        self._cell: Attributes | None = None
        self._taking = False
        self._inline = False
        self._computed = False
        self._aside = 0
        self._value: list[str] = []
        self._length = self._count = self._total = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if self._cell is not None:
            self._inside(name)
        elif name == "c" and self._cells is not None:
            self._cell = attributes
            self._column = self._placed(attributes)
            self._inline = self._computed = False
            self._value, self._length = [], 0
        elif name == "row":
            self._open_row(attributes)
        elif name == "col" and is_on(attributes.get("hidden")):
            self._range(self.hidden_columns, [_number(attributes.get(key), MAX_COLUMN) for key in ("min", "max")])
        elif name == "mergeCell":
            corner, _, other = attributes.get("ref", "").partition(":")
            self._range(self.merged, [*_reference(corner), *_reference(other or corner)])
        elif name == "worksheet":
            self.is_sheet = True

    def _inside(self, name: str) -> None:
        """An element within a cell."""
        if name == "rPh" or self._aside:
            self._aside += 1
        elif name == "f":
            self._computed = True
        elif name == "is":
            self._inline, self._value = True, []  # its own text counts, whatever stands beside it
        else:
            self._taking = name == ("t" if self._inline else "v")

    def end(self, name: str) -> None:
        """An element ends."""
        if self._aside:
            self._aside -= 1
        elif self._cell is not None:
            self._taking = False
            if name == "c":
                self._close_cell(self._cell)
                self._cell = None
        elif name == "row" and self._cells is not None:
            if self._cells:
                self.rows.append([self._row, self._hidden, self._cells])
            self._cells = None

    def text(self, data: str) -> None:
        """Characters of an element."""
        if self._taking:
            self._length += len(data)
            if self._length > MAX_CELL * 7:  # an escaped character takes seven
                raise self._refused(f"has more than {MAX_CELL:,} characters")
            self._value.append(data)

    def _open_row(self, attributes: Attributes) -> None:
        number = _number(attributes.get("r"), MAX_ROW) if "r" in attributes else self._row + 1
        if number <= self._row or number > MAX_ROW or self._cells is not None:
            raise RefusedError("is a damaged workbook: its rows are out of order", self._row or None)
        self._row, self._column = number, 0
        self._hidden = is_on(attributes.get("hidden"))
        self._cells = []

    def _placed(self, attributes: Attributes) -> int:
        """The column of a cell."""
        row, column = _reference(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
        if row != self._row or column <= self._column or column > MAX_COLUMN:
            raise RefusedError("is a damaged workbook: the cells of a row are out of order", self._row)
        return column

    def _close_cell(self, cell: Attributes) -> None:
        kind, value, plain = self._read(cell)
        if not value and kind != "uncomputed":
            return
        self._count += 1
        self._total += len(value)
        if self._count > MAX_TABLE_CELLS:
            raise RefusedError(f"has more than {MAX_TABLE_CELLS:,} filled cells", self._row)
        if len(value) > MAX_CELL:
            raise self._refused(f"has more than {MAX_CELL:,} characters")
        if self._total > MAX_TABLE_TEXT:
            raise RefusedError(f"has more than {MAX_TABLE_TEXT:,} characters", self._row)
        if self._cells is not None:
            self._cells.append([self._column, kind, value, self._computed, plain])

    def _read(self, cell: Attributes) -> tuple[str, str, bool]:
        """Kind and value of a cell, and whether a number is shown as its digits."""
        type_, raw = cell.get("t", "n"), "".join(self._value)
        if type_ in {"str", "inlineStr"}:
            return "text", unescaped(raw), True
        raw = raw.strip()
        if not raw:
            return ("uncomputed" if self._computed else "text"), "", True
        if type_ == "s":
            if not _WHOLE.fullmatch(raw) or int(raw) >= len(self._strings):
                raise self._refused("names a shared text that is not there")
            return "text", self._strings[int(raw)], True
        try:
            if type_ == "n":
                return value_of_number(raw, self._style(cell.get("s", "0")), from_1904=self._from_1904)
            return value_of_kind(type_, raw)
        except RefusedError as refusal:
            raise self._refused(refusal.reason) from None

    def _style(self, index: str) -> NumberFormat:
        at = int(index) if _WHOLE.fullmatch(index) else 0
        return self._styles[at] if at < len(self._styles) else NumberFormat("plain")

    def _range(self, ranges: list[list[int]], found: list[int]) -> None:
        if len(ranges) >= _MAX_RANGES:
            raise RefusedError(f"has more than {_MAX_RANGES:,} hidden columns or merged ranges")
        ranges.append(found)

    def _refused(self, what: str) -> RefusedError:
        return RefusedError(f"cell {column_letters(self._column)}{self._row} {what}", self._row)


def _reference(text: str) -> tuple[int, int]:
    """Row and column of a cell's name."""
    found = _REFERENCE.fullmatch(text)
    if not found:
        raise RefusedError("is a damaged workbook: a cell has a name that is none")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _number(text: str | None, most: int) -> int:
    if text is None or not _WHOLE.fullmatch(text) or not 1 <= int(text) <= most:
        raise RefusedError("is a damaged workbook: a row or column has a number that is none")
    return int(text)
