"""Tells which record a list in CSV or Excel may be, by its columns: as they are read once it is declared to be one."""

from typing import Final

from tieout.collectors.table_columns import columns_of, header_of
from tieout.config.kinds import RECORDS
from tieout.config.tables import TableSection
from tieout.domain.artefacts.rows import rows_of
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.tables import Table, form_of, read_table

#: Fewer columns fit by chance: many a list has an id and a name.
_FEWEST: Final = 4


def record_of(data: bytes, path: str) -> str | None:
    """The record that most columns of a table are of; None where there is none, or two fit alike.

    Args:
        data: Of a workbook the file, of separated values its first line or more.
        path: Its name tells what it is read as.
    """
    form = form_of(path)
    if form not in {"separated", "workbook"}:
        return None
    try:
        table = read_table(data if form == "workbook" else _first_line(data), form, where=path)
    except UnreadableError:
        return None  # several sheets, or no table
    fitting = sorted(
        ((_fields(table, name, path), name) for name in RECORDS if rows_of(name) is not None), reverse=True
    )
    (most, name), (next_, _) = fitting[0], fitting[1]
    return name if most >= _FEWEST and most > next_ else None


def _fields(table: Table, name: str, path: str) -> int:
    """How many columns are fields of a record's rows; 0 where it lacks one or more others are none."""
    section = TableSection(path="table.csv", artefact=name)
    try:
        columns = columns_of(header_of(table, section, path), section, path)
    except UnreadableError:
        return 0
    return len(columns.fields) if len(columns.fields) > len(columns.unread) else 0


def _first_line(data: bytes) -> bytes:
    filled = data.lstrip(b"\xef\xbb\xbf\r\n ")
    return filled.partition(b"\n")[0]
