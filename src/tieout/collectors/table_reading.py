"""A table as the record that a YAML file would be: its rows, its approval, and what is told of it.

What is hidden, computed, merged or in error in a sheet is told; a row that a template left is none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tieout.collectors.bulk import refuse_bulk
from tieout.collectors.fitting import unfilled_rows
from tieout.collectors.naming import one
from tieout.collectors.placeholders import is_mark
from tieout.collectors.table_cells import UNFILLED, MisfitError
from tieout.collectors.table_columns import Columns, cell_name, columns_of, header_of
from tieout.collectors.table_words import TableWords
from tieout.config.tables import TableSection
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.tables import Cell, Form, Row, Table, form_of, read_table
from tieout.kernel.reading.text import column_letters, excerpt

_TEMPLATE: Final = "is a row of a template that nobody filled in, and is no row of the record"
_TOLD: Final = 5
#: What a formula gives in a row that it was only copied into; a text or a day makes a row of it.
_OF_NOTHING: Final = frozenset({"number", "unshown", "flag", "error", "uncomputed"})


@dataclass(slots=True)
class Register:
    """A table as a record.

    Attributes:
        document: As a record in YAML would be parsed; None where only a template's rows stand in it.
        sheet: Name of the sheet; empty where the file has none.
        read_whole: Whether every column is a field; what nobody reads is not copied either: a log of feedback may hold
            the words of those who gave it.
        notes: What is told of it, each with its line.
        unread: Rows of the list that its declaration leaves out, each with its line.
    """

    document: Document | None = None
    sheet: str = ""
    read_whole: bool = True
    notes: list[tuple[str, int | None]] = field(default_factory=list)
    unread: list[tuple[str, int | None]] = field(default_factory=list)


def read_register(data: bytes, section: TableSection, path: str) -> Register:
    """Read a table as the record that it is declared to be.

    Args:
        data: The file's bytes.
        section: What its declaration says.
        path: File, safe to print, for errors.

    Raises:
        UnreadableError: It is no such table, a needed column is missing, or a cell does not hold what its field asks
            for; `where` has the line or row, and the message names sheet and cell.
    """
    form = form_of(path) or "not-read"
    try:
        table = read_table(
            data, form, where=path, sheet=section.sheet, header=section.header, delimiter=section.cells_part
        )
        register = _Reading(table, section, path, form).read()
    except UnreadableError as error:
        named = f"sheet '{excerpt(section.sheet)}': " if section.sheet and form == "workbook" else ""
        raise UnreadableError(named + error.message, hint=error.hint, where=error.where) from error
    if register.document is not None:
        refuse_bulk(register.document.data, path)
    return register


class _Reading:
    def __init__(self, table: Table, section: TableSection, path: str, form: Form) -> None:
        self.table, self.section, self.path = table, section, path
        self.form = form
        self.in_sheet = form == "workbook"
        self.register = Register(sheet=table.sheet)
        self.unfilled: list[tuple[str, int | None]] = []
        self.words = TableWords(section)
        self.by_words: dict[str, list[int]] = {}
        self.computed: dict[str, list[str]] = {}
        self.hidden: list[int] = []
        self.templates: list[int] = []
        self.formulas: list[int] = []

    def read(self) -> Register:
        rows: dict[int, dict[str, Any]] = {}
        header, members = self._members()
        columns = columns_of(header, self.section, self.path)
        self._tell_left_out(columns)
        self._refuse_merged(columns)
        self.register.read_whole = set(columns.headings) <= set(columns.fields)
        for number, row, values in members:
            if _is_template(values):
                self.templates.append(number)
            elif _is_formulas(values, columns):
                self.formulas.append(number)
            else:
                rows[number] = self._row(row, values, columns)
        self._notes(columns)
        if rows or not self.templates:
            self.register.document = self._document(header, rows)
        return self.register

    def _members(self) -> tuple[Row, list[tuple[int, Row, dict[int, Any]]]]:
        """The header, and each row below it with its values: cells, or members of a JSON object."""
        if self.table.objects:
            keys = {key: at for at, key in enumerate(sorted({key for _, row in self.table.objects for key in row}), 1)}
            header = Row(self.table.objects[0][0], {at: Cell("text", key) for key, at in keys.items()})
            return header, [
                (line, Row(line, {}), {keys[key]: value for key, value in row.items()})
                for line, row in self.table.objects
            ]
        if self.form == "json-lines":
            raise UnreadableError("holds no row", where=self.path)
        header = header_of(self.table, self.section, self.path)
        below = [row for row in self.table.rows if row.number > header.number]
        if first := self.section.first_row:
            if between := [row.number for row in below if row.number < first]:
                told = f"not read: {len(between):,} rows between the header and row {first}, which the list begins with"
                self.register.notes.append((told, between[0]))
            below = [row for row in below if row.number >= first]
        filled = [row for row in below if any(cell.value.strip() or not cell.value for cell in row.cells.values())]
        for row in filled:
            if row.width != header.width:
                message = f"the row has {row.width} cells, the header has {header.width}"
                hint = "put a cell that holds the separator in quotes"
                raise UnreadableError(message, hint=hint, where=f"{self.path}:{row.number}")
        return header, [(row.number, row, dict(row.cells)) for row in filled]

    def _tell_left_out(self, columns: Columns) -> None:
        """Rows beside the list, by `header` and `first_row`, that may be rows of it: hints and units are none."""
        first = self.section.first_row or columns.line + 1
        for row in self.table.rows:
            above = row.number < columns.line
            if (above or columns.line < row.number < first) and self._may_be_of_list(row, columns, whole=above):
                sheet = f"sheet '{excerpt(self.table.sheet)}': " if self.table.sheet else ""
                key = "header" if above else "first_row"
                told = f"{sheet}row {row.number} may be a row of the list, and `{key}` of its declaration leaves it out"
                self.register.unread.append((told, row.number))
                return

    def _may_be_of_list(self, row: Row, columns: Columns, *, whole: bool) -> bool:
        """Whether the cells of a row fit their fields.

        Below the header nearly all that a row needs must be there, and a number or day of it must fit, if it has any;
        above it, where titles stand, all of it must fit.
        """
        fits: dict[str, bool] = {}
        for at, name in columns.fields.items():
            cell = row.cells.get(at)
            if cell is None or (cell.value and not cell.value.strip()):
                continue
            try:
                fits[name] = self.words.value(cell, name) is not UNFILLED
            except MisfitError:
                fits[name] = False
        needed = {key for key, field in self.section.rows.model.model_fields.items() if field.is_required()}
        if whole:
            return all(fits.get(name, False) for name in needed)
        typed = [fit for name, fit in fits.items() if self.section.rows.columns[name] not in {"text", "texts"}]
        return len(needed - set(fits)) <= 1 and bool(fits) and (any(typed) or not typed)

    def _row(self, row: Row, values: Mapping[int, Any], columns: Columns) -> dict[str, Any]:
        if row.hidden:
            self.hidden.append(row.number)
        kept: dict[str, Any] = {}
        for at, name in columns.fields.items():
            given = values.get(at)
            if isinstance(given, Cell):
                given = self._cell(given, at, name, row, columns)
            elif isinstance(given, str) and (
                self.words.knows(name) or self.section.rows.columns[name] in {"day", "time"}
            ):
                given = self._value(Cell("text", given), at, name, row, columns)
            if given is UNFILLED:
                self.unfilled.append((name, row.number))
            elif given is not None:
                kept[name] = given
        return kept

    def _cell(self, cell: Cell, at: int, name: str, row: Row, columns: Columns) -> Any:
        if cell.kind == "error":
            called = cell_name(at, row, columns, in_sheet=self.in_sheet)
            note = f"{called} holds the error {excerpt(cell.value)}, which is no value"
            self.register.notes.append((note, row.number))
            return None
        if cell.kind == "unshown":
            called = cell_name(at, row, columns, in_sheet=self.in_sheet)
            message = f"{called} holds a number, and its number format shows other digits or nothing"
            hint = "give the cell a format that shows the number as it is"
            raise UnreadableError(message, hint=hint, where=f"{self.path}:{row.number}")
        if cell.kind == "uncomputed":
            called = cell_name(at, row, columns, in_sheet=self.in_sheet)
            message = f"{called} holds a formula, and no result of it is stored"
            hint = "open the workbook in Excel and save it"
            raise UnreadableError(message, hint=hint, where=f"{self.path}:{row.number}")
        if cell.computed:
            self.computed.setdefault(name, []).append(f"{column_letters(at)}{row.number}")
        return self._value(cell, at, name, row, columns)

    def _value(self, cell: Cell, at: int, name: str, row: Row, columns: Columns) -> Any:
        if self.words.stands_for(name, cell):
            self.by_words.setdefault(name, []).append(row.number)
        try:
            return self.words.value(cell, name)
        except MisfitError as error:
            message = f"{cell_name(at, row, columns, in_sheet=self.in_sheet)} {error.reason}"
            is_word = cell.kind == "text" and self.section.rows.columns[name] in {"whole", "number"}
            hint = error.hint if not is_word or self.words.knows(name) else _say_values(error.hint)
            raise UnreadableError(message, hint=hint, where=f"{self.path}:{row.number}") from None

    def _refuse_merged(self, columns: Columns) -> None:
        """Cells that are shown as one leave open for which rows and fields their text stands."""
        from_row = self.section.first_row or columns.line + 1
        for first_row, first, last_row, last in self.table.merged:
            is_read = first_row <= columns.line <= last_row or last_row >= from_row
            if is_read and any(first <= at <= last for at in columns.fields):
                cells = f"{column_letters(first)}{first_row}:{column_letters(last)}{last_row}"
                message = f"the cells {cells} are merged, so that it is not clear for which rows their text stands"
                raise UnreadableError(message, hint="unmerge them and fill in each", where=f"{self.path}:{first_row}")

    def _document(self, header: Row, rows: Mapping[int, dict[str, Any]]) -> Document:
        """The record; what stands above the header is its text, so that it may say that it is a draft."""
        key = self.section.rows.field
        data = {"artefact": self.section.artefact, **self.section.claims, **self.section.fields, key: [*rows.values()]}
        lines = {"": header.number, f"/{key}": header.number}
        lines |= {f"/{key}/{index}": number for index, number in enumerate(rows)}
        above = {row.number: row for row in self.table.rows if row.number < header.number}
        texts = [_text(above[number]) if number in above else "" for number in range(1, header.number)]
        return Document(data, lines, body="\n".join(texts), body_line=1 if above else 0)

    def _notes(self, columns: Columns) -> None:
        notes = self.register.notes
        sheet = f"sheet '{excerpt(self.table.sheet)}': " if self.table.sheet else ""
        notes[:] = [(sheet + reason, line) for reason, line in notes]
        for reason, line in (*self._of_table(columns), *self._of_sheet(columns)):
            notes.append((sheet + reason, line))
        notes.extend((sheet + reason, line) for reason, line in unfilled_rows(self.unfilled))
        notes.extend((sheet + _TEMPLATE, number) for number in self.templates[:_TOLD])

    def _of_table(self, columns: Columns) -> Iterator[tuple[str, int | None]]:
        if columns.unread:
            names = ", ".join(f"'{name}'" for name in columns.unread[:_TOLD])
            more = f" and {len(columns.unread) - _TOLD} more" if len(columns.unread) > _TOLD else ""
            yield f"no field of {one(self.section.artefact)}, and not read: the columns {names}{more}", columns.line
        from_row = self.section.first_row or columns.line + 1
        loose = {at: row.number for row in reversed(self.table.rows) for at in row.cells if row.number >= from_row}
        for at in sorted(set(loose) - set(columns.headings))[:_TOLD]:
            yield f"column {column_letters(at)} holds values and has no heading; it is not read", loose[at]

        for name, numbers in self.by_words.items():
            rows = "1 row" if len(numbers) == 1 else f"{len(numbers):,} rows"
            yield f"'{name}' is read by `values` of the declaration, in {rows} from row {numbers[0]} on", numbers[0]
        if self.formulas:
            told = f"no row, since formulas alone stand there: row {self.formulas[0]}"
            more = f" and {len(self.formulas) - 1:,} more" if len(self.formulas) > 1 else ""
            yield told + more, self.formulas[0]

    def _of_sheet(self, columns: Columns) -> Iterator[tuple[str, int | None]]:
        if self.table.sheet_hidden:
            yield "the sheet is hidden in the workbook; it is read like any other", None
        if self.table.macros:
            yield "the workbook holds a program (macros), which is not run", None
        if self.hidden:
            more = f", the first of {len(self.hidden):,}," if len(self.hidden) > 1 else ""
            yield f"row {self.hidden[0]}{more} is hidden in the sheet; it is read like the others", self.hidden[0]
        hidden = [at for at in columns.fields if any(first <= at <= last for first, last in self.table.hidden_columns)]
        if hidden:
            names = ", ".join(f"{column_letters(at)} ('{columns.fields[at]}')" for at in hidden)
            yield f"hidden in the sheet, and read like the others: column {names}", columns.line
        for name, cells in self.computed.items():
            said = (
                f"'{name}' is what the sheet computed when it was last saved, in {len(cells):,} rows from {cells[0]} on"
            )
            yield said, int(cells[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _say_values(hint: str) -> str:
    """A hint for a word where a number should be."""
    told = "`values` of the table's declaration says which number a word such as 'High' stands for"
    return f"{hint}; {told}" if hint else told


def _is_template(values: Mapping[int, Any]) -> bool:
    """Whether all that stands in a row only says what should."""
    texts = [value.value if isinstance(value, Cell) else value for value in values.values()]
    filled = [text for text in texts if not (text is None or (isinstance(text, str) and not text.strip()))]
    return bool(filled) and all(isinstance(text, str) and is_mark(text) for text in filled)


def _is_formulas(values: Mapping[int, Any], columns: Columns) -> bool:
    """Whether a row holds nothing but formulas that were copied down to where rows will stand some day."""
    return all(
        isinstance(cell, Cell) and cell.computed and (at not in columns.fields or cell.kind in _OF_NOTHING)
        for at, cell in values.items()
    )


def _text(row: Row) -> str:
    return " ".join(" ".join(cell.value.split()) for _, cell in sorted(row.cells.items()))
