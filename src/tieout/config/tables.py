"""What a source of records may say of a table: which record it is, which column is which field, who approved it."""

import posixpath
import re
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from tieout.domain.artefacts.rows import Rows, Taken, listed_records, rows_of
from tieout.domain.base import Model

#: Keys of a record's approval; of a table they stand in its declaration.
APPROVAL: Final = ("owner", "approver", "approved_on", "review_due")
_NAMED_DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OFFSET: Final = re.compile(r"Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9]")
_PARTS: Final = re.compile(r"YYYY|MM|DD|[-./ ]")
_MAX_COLUMNS: Final = 200
_MAX_TABLES: Final = 100
_MAX_WORDS: Final = 100
_LARGEST: Final = 2**53  # beyond it a number of JSON is not exact
_BLANKS: Final = re.compile(r"[\s_-]+")
#: What a word of a table may stand for, by what its field takes; days and times have `date_format` instead.
_STANDS_FOR: Final[dict[Taken, tuple[tuple[type, ...], str]]] = {
    "text": ((str,), "a text"),
    "texts": ((str,), "a text"),
    "whole": ((int,), "a whole number"),
    "number": ((int, float), "a number"),
    "flag": ((bool,), "true or false"),
}


def _path(text: str) -> str:
    if PurePosixPath(text).is_absolute() or "\\" in text or ".." in PurePosixPath(text).parts:
        message = "is not a path below the source's own path"
        raise ValueError(message)
    return posixpath.normpath(text)


def _artefact(text: str) -> str:
    if rows_of(text) is None:
        message = f"'{text}' is not a record that is a list; known: {', '.join(listed_records())}"
        raise ValueError(message)
    return text


def _day(text: str) -> str:
    try:
        is_day = _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        is_day = False
    if not is_day:
        message = "is no day of the calendar; write 2026-11-22"
        raise ValueError(message)
    return text


def _offset(text: str) -> str:
    if not _OFFSET.fullmatch(text):
        message = "is no offset from UTC; write Z or +01:00"
        raise ValueError(message)
    return text


def _date_format(text: str) -> str:
    parts = _PARTS.findall(text)
    if "".join(parts) != text or sorted(part for part in parts if part.isalpha()) != ["DD", "MM", "YYYY"]:
        message = "names YYYY, MM and DD once each with -, ., / or a blank between, such as DD/MM/YYYY"
        raise ValueError(message)
    return text


def folded(word: str) -> str:
    """A word without case and with its blanks, hyphens and underscores alike: `Very high` is `very-high`."""
    return _BLANKS.sub(" ", word.casefold()).strip()


#: A day as YAML gives it, so that nothing else is taken for one.
Day = Annotated[str, AfterValidator(_day)]
Name = Annotated[str, Field(min_length=1, max_length=300)]


#: How days are written, and the zone of times that name none.
DateFormat = Annotated[str, Field(max_length=20), AfterValidator(_date_format)]
UtcOffset = Annotated[str, AfterValidator(_offset)]
#: What each word of a column stands for.
Words = Annotated[dict[Name, bool | int | float | Name], Field(min_length=1, max_length=_MAX_WORDS)]


class TableSection(Model):
    """A table that is a record: a CSV file, a sheet of a workbook, or a file of JSON lines."""

    path: Annotated[str, Field(min_length=1, max_length=4_095), AfterValidator(_path)] = Field(
        description="file, below the source's path"
    )
    artefact: Annotated[str, AfterValidator(_artefact)] = Field(description="record that it is, such as risk_register")
    sheet: Name | None = Field(default=None, description="sheet of a workbook; needed where it has several")
    header: int | None = Field(
        default=None,
        ge=1,
        le=1_000,
        strict=True,
        description="row of the header; left out: the first that is not blank",
    )
    first_row: int | None = Field(
        default=None,
        ge=2,
        le=100_000,
        strict=True,
        description="first row of the list; left out: that below the header",
    )
    columns: dict[str, Name] = Field(
        default_factory=dict,
        max_length=_MAX_COLUMNS,
        description="field -> heading of its column, where they are not called alike",
    )
    ignore: tuple[Name, ...] = Field(
        default=(), max_length=_MAX_COLUMNS, description="headings of columns that are not read, whatever they are like"
    )
    fields: dict[str, Any] = Field(
        default_factory=dict,
        max_length=_MAX_COLUMNS,
        description="what the record says beside its rows, such as the tolerance of a risk register",
    )
    values: dict[str, Words] = Field(
        default_factory=dict,
        max_length=_MAX_COLUMNS,
        description="field -> word in its column -> what it stands for, such as 4 for `High`; case does not matter",
    )
    date_format: DateFormat | None = Field(
        default=None, description="how days are written that are not written 2026-11-22, such as DD/MM/YYYY"
    )
    utc_offset: UtcOffset | None = Field(default=None, description="zone of times that name none, such as Z or +01:00")
    separator: Annotated[str, Field(min_length=1, max_length=3)] = Field(
        default=";", description="between the members of a cell that is a list; so is a line break"
    )
    delimiter: Literal["comma", "semicolon", "tab"] | None = Field(
        default=None, description="between the cells of a CSV file; left out: the header tells"
    )
    owner: Name | None = Field(default=None, description="who keeps the table; a person of the roster")
    approver: Name | None = Field(default=None, description="who approved it; another person of the roster")
    approved_on: Day | None = Field(
        default=None, description="day of the approval; a change of the file after it undoes it"
    )
    review_due: Day | None = Field(default=None, description="day by which it is looked at again")

    @model_validator(mode="after")
    def _names_fields(self) -> "TableSection":
        rows = self.rows
        for field in self.columns:
            if field not in rows.columns:
                message = f"columns: '{field}' is not a field of a row; known: {', '.join(rows.columns)}"
                raise ValueError(message)
        for field in self.fields:
            if field == rows.field or field in APPROVAL or field == "artefact":
                message = f"fields: '{field}' does not stand here"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _words_fit(self) -> "TableSection":
        for field, words in self.values.items():
            taken = self.rows.columns.get(field)
            if taken is None or taken not in _STANDS_FOR:
                known = ", ".join(name for name, kind in self.rows.columns.items() if kind in _STANDS_FOR)
                message = f"values: '{field}' is not a field of a row that takes words; known: {known}"
                raise ValueError(message)
            types, name = _STANDS_FOR[taken]
            for word, value in words.items():
                # To Python true is a number, and to no reader of a register.
                if isinstance(value, bool) is not (taken == "flag") or not isinstance(value, types):
                    message = f"values: what '{word}' of '{field}' stands for is not {name}"
                    raise ValueError(message)
                if isinstance(value, int | float) and not abs(value) < _LARGEST:  # nor is it, of what is no number
                    message = f"values: what '{word}' of '{field}' stands for is too large, or no number"
                    raise ValueError(message)
            if len({folded(word) for word in words}) < len(words):
                message = f"values: a word of '{field}' stands there twice, in two spellings"
                raise ValueError(message)
        return self

    @property
    def rows(self) -> Rows:
        """Where its rows go."""
        found = rows_of(self.artefact)
        if found is None:  # the field's validator has refused it
            raise TypeError(self.artefact)
        return found

    @property
    def cells_part(self) -> str | None:
        """The character between cells; None where the header tells."""
        return _NAMED_DELIMITERS[self.delimiter] if self.delimiter else None

    @property
    def claims(self) -> dict[str, str]:
        """What it says of its approval, by the keys of a record."""
        return {key: value for key in APPROVAL if (value := getattr(self, key)) is not None}


class RecordOptions(Model):
    """Options of a source of records."""

    tables: tuple[TableSection, ...] = Field(
        default=(),
        max_length=_MAX_TABLES,
        description="lists that are kept in CSV, Excel or JSON lines, one entry for each: path, artefact, sheet, "
        "columns, owner, approver and so on. See records.md, Registers in CSV and Excel.",
    )

    @model_validator(mode="after")
    def _once_each(self) -> "RecordOptions":
        for index, table in enumerate(self.tables):
            for other in self.tables[:index]:
                sheets = {table.sheet and table.sheet.casefold(), other.sheet and other.sheet.casefold()}
                if table.path == other.path and (len(sheets) == 1 or None in sheets):
                    message = f"'{table.path}' is declared twice; give each its own sheet"
                    raise ValueError(message)
        return self
