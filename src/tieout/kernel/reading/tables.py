"""Tables that people keep (CSV, Excel workbooks, JSON lines) as rows of cells, each with the place it stands at.

Parsing runs in the confined child process of documents.py. Nothing is made of a cell here but what the file says of it:
which column is what, and what its text means, is for whoever asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final, Literal, cast

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import ask_parser, senseless
from tieout.kernel.reading.refusal import MAX_BYTES, TABLE_SECONDS
from tieout.kernel.reading.text import decode_text, display_path

#: What a file is read as; a form that is known and not read is told by `read_table`.
Form = Literal["separated", "workbook", "json-lines", "not-read"]
CellKind = Literal["text", "number", "unshown", "day", "time", "clock", "flag", "error", "uncomputed"]

_FORMS: Final[dict[str, Form]] = {
    ".csv": "separated", ".tsv": "separated", ".tab": "separated",
    ".xlsx": "workbook", ".xlsm": "workbook",
    ".jsonl": "json-lines", ".ndjson": "json-lines",
    ".xls": "not-read", ".xlsb": "not-read", ".xlt": "not-read", ".xltx": "not-read", ".xltm": "not-read",
    ".ods": "not-read", ".fods": "not-read", ".numbers": "not-read",
}  # fmt: skip
_KINDS: Final = frozenset({"text", "number", "unshown", "day", "time", "clock", "flag", "error", "uncomputed"})
_SAVE: Final = "save it as .xlsx or as CSV in UTF-8"
_AS_UTF_8: Final = "save it as CSV in UTF-8; Excel calls that 'CSV UTF-8 (comma delimited)'"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty.

    Attributes:
        kind: What the file says that it is; in separated values all is text. `unshown` is a number of which the sheet
            shows other digits, or none.
        value: Text, digits, `2026-11-22`, `2026-11-22T10:00:00`, `10:00:00`, `true`, or the name of an error; empty
            where a formula has no stored result.
        computed: A formula stands behind the value.
        plain: A number is shown as its digits, and not as a percentage, an amount of money and the like.
    """

    kind: CellKind
    value: str
    computed: bool = False
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a filled cell.

    Attributes:
        number: Line of a text (of its first, where a cell goes on over several), row of a sheet.
        cells: Column, from 1 -> what stands there; empty cells are left out.
        width: Cells that a line has, the empty ones included; None in a sheet, where every row has all columns.
        hidden: The sheet does not show it.
    """

    number: int
    cells: Mapping[int, Cell]
    width: int | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, or of one sheet of it.

    Attributes:
        rows: In order.
        sheet: Name of the sheet; empty where the file has none.
        sheet_hidden: The workbook does not show it.
        hidden_columns: First and last column of ranges that the sheet does not show.
        merged: First row and column, last row and column of cells that are shown as one.
        macros: The workbook holds a program, which is never run.
        objects: Of JSON lines, in place of rows: line and object.
    """

    rows: tuple[Row, ...]
    sheet: str = ""
    sheet_hidden: bool = False
    hidden_columns: tuple[tuple[int, int], ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    macros: bool = False
    objects: tuple[tuple[int, Mapping[str, Any]], ...] = field(default=())


def form_of(path: str) -> Form | None:
    """The form that a path's name says, None for what is no table; case does not matter."""
    return _FORMS.get(PurePosixPath(path).suffix.lower())


def read_table(
    data: bytes,
    form: Form,
    *,
    where: str,
    sheet: str | None = None,
    header: int | None = None,
    delimiter: str | None = None,
    seconds: float = TABLE_SECONDS,
) -> Table:
    """Read the rows of a table.

    Args:
        data: The file's bytes.
        form: As `form_of` says.
        where: How errors name the file.
        sheet: Of a workbook: which sheet; None where it has one only.
        header: Of separated values: line of the header, which tells what parts the cells; None: the first filled one.
        delimiter: What parts them; None: the header tells.
        seconds: Wall time allowed.

    Raises:
        UnreadableError: The bytes are no such table, or break a cap of refusal.py; `where` is `path:row` where the
            row is known.
    """
    if len(data) > MAX_BYTES:
        message = f"has {len(data):,} bytes; tables are read up to {MAX_BYTES:,}"
        raise UnreadableError(message, where=display_path(where))
    if form == "not-read":
        raise UnreadableError("is a table of a form that is not read", hint=_SAVE, where=display_path(where))
    request: dict[str, Any] = {"kind": form}
    if form == "workbook":
        request["sheet"] = sheet
    else:
        data = _text(data, form, where).encode()
        request |= {"header": header, "delimiter": delimiter}
    told = ask_parser(request, data, where=where, seconds=seconds)
    try:
        return _table(told["table"])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise senseless(where) from None


def _text(data: bytes, form: Form, where: str) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        message = "is an archive or a workbook, whatever its name says"
        raise UnreadableError(message, hint="name it .xlsx if it is one", where=display_path(where))
    try:
        text = decode_text(data, where)
    except UnreadableError as error:
        hint = _AS_UTF_8 if form == "separated" else error.hint
        raise UnreadableError(error.message, hint=hint, where=error.where) from None
    if "\0" in text:
        raise UnreadableError("holds zero bytes, so it is no text", hint=_AS_UTF_8, where=display_path(where))
    return text


def _table(told: dict[str, Any]) -> Table:
    """The child's answer, checked as what comes from outside."""
    return Table(
        rows=tuple(_row(row) for row in told.get("rows", ())),
        sheet=str(told.get("sheet", "")),
        sheet_hidden=told.get("state", "visible") != "visible",
        hidden_columns=tuple((int(first), int(last)) for first, last in told.get("hidden_columns", ())),
        merged=tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in told.get("merged", ())),
        macros=bool(told.get("macros", False)),
        objects=tuple((int(line), dict(value)) for line, value in told.get("objects", ())),
    )


def _row(row: list[Any]) -> Row:
    number, hidden, cells, *width = row
    return Row(
        number=int(number),
        cells={int(at): _cell(kind, value, computed, plain) for at, kind, value, computed, plain in cells},
        width=int(width[0]) if width else None,
        hidden=bool(hidden),
    )


def _cell(kind: str, value: str, computed: object, plain: object) -> Cell:
    if kind not in _KINDS or not isinstance(value, str):
        raise ValueError(kind)
    return Cell(cast("CellKind", kind), value, computed=bool(computed), plain=bool(plain))
