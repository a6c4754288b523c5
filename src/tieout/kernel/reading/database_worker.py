"""The process that reads one SQLite database: it gets the bytes, and answers with columns of ordinary tables.

Run as `python -I -m tieout.kernel.reading.database_worker`; serving.py has the frames and what the process gives up.
Requests are, in this order: `piece` (with bytes, and how many came before) until all are there, `open` (with their
number), and then `rows` and `more` at will.

What a database may do to its reader stands in SQLite's "Defense Against The Dark Arts": a view or a trigger in place of
a table, functions in a schema, values of any size, queries without end. So only ordinary tables are read, columns are
named, every other action is refused by an authoriser, sizes are limited and a clock of steps runs. SQLite has the
bytes in memory and no file: there is no log, no journal and no other database beside them.
"""

import re
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any, Final

from tieout.kernel.reading.refusal import (
    DATABASE_MEMORY_BYTES,
    MAX_DATABASE_BYTES,
    MAX_DATABASE_ROWS,
    RefusedError,
)
from tieout.kernel.reading.serving import serve

_STEP: Final = 1_000_000
_MAX_STEPS: Final = 400  # of a million instructions of the virtual machine: some ten seconds in all
_MAX_VALUE: Final = 1_000_000
_BATCH_ROWS, _BATCH_BYTES = 10_000, 4 * 1024 * 1024
_VERSIONS, _WITH_LOG, _WITHOUT_LOG = slice(18, 20), 2, 1  # database file format, section 1.3.3
_COMPUTED = re.compile(r"\bAS\b", re.IGNORECASE)
_ALLOWED: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_PRAGMAS: Final = (
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "temp_store = MEMORY",
    "query_only = ON",
)
_REPLACED: Final = "was not read to its end: its parser was stopped meanwhile"
_Row = tuple[Any, ...]


class DatabaseReader:
    """The database of this process."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._connection: sqlite3.Connection | None = None
        self._columns: dict[str, frozenset[str]] = {}
        self._rows: Iterator[_Row] = iter(())

    def answer(self, request: dict[str, Any], content: bytes) -> dict[str, Any]:
        """Answer one request.

        Raises:
            RefusedError: The database is damaged, is too large, or gives too much.
        """
        kind = request["kind"]
        if kind == "piece":
            self._expect(request["at"])
            if len(self._bytes) + len(content) > MAX_DATABASE_BYTES:
                raise RefusedError(f"databases are read up to {MAX_DATABASE_BYTES:,} bytes")
            self._bytes += content
            return {}
        if kind == "open":
            self._expect(request["at"])
            has_log = self._open()
            return {"has_log": has_log, "tables": {name: sorted(own) for name, own in self._columns.items()}}
        if self._connection is None:
            raise RefusedError(_REPLACED)
        if kind == "rows":
            self._rows = self._select(request["table"], request["columns"])
        return self._batch()

    def _expect(self, at: int) -> None:
        """A process that took the place of one that ended has not all pieces."""
        if at != len(self._bytes):
            raise RefusedError(_REPLACED)

    def _open(self) -> bool:
        has_log = self._bytes[_VERSIONS.start : _VERSIONS.start + 1] == bytes([_WITH_LOG])
        for at in range(_VERSIONS.start, min(_VERSIONS.stop, len(self._bytes))):
            # A database with a log does not open in memory; what it holds without the log is all the same.
            if self._bytes[at] == _WITH_LOG:
                self._bytes[at] = _WITHOUT_LOG
        if not self._bytes:  # the module takes no bytes for no memory
            raise RefusedError("the database cannot be opened")
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            connection.deserialize(self._bytes)
        except sqlite3.Error:
            raise RefusedError("the database cannot be opened") from None
        self._bytes = bytearray()
        _guard(connection)
        self._connection = connection
        self._columns = self._read_schema(connection)
        return has_log

    def _read_schema(self, connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
        found = list(_run(connection, "SELECT type, name, sql FROM sqlite_master LIMIT 5000"))
        names = [
            name
            for type_, name, sql in found
            if type_ == "table"
            and isinstance(name, str)
            and isinstance(sql, str)
            and not sql.lstrip().upper().startswith("CREATE VIRTUAL")
            # A column that is computed runs what its author wrote.
            and not _COMPUTED.search(sql)
        ]
        columns: dict[str, frozenset[str]] = {}
        for name in names:
            if name.isidentifier():
                connection.set_authorizer(None)
                try:
                    told = list(_run(connection, f'PRAGMA table_info("{name}")'))
                finally:
                    connection.set_authorizer(_authorised)
                columns[name] = frozenset(row[1] for row in told if isinstance(row[1], str))
        return columns

    def _select(self, table: str, columns: list[str]) -> Iterator[_Row]:
        if self._connection is None or not set(columns) <= self._columns.get(table, frozenset()):
            raise RefusedError("the database was asked for what it does not have")
        # Names are tieout's own, and each stands in the schema as it is written here.
        listed = ", ".join(f'"{column}"' for column in columns)
        query = f'SELECT {listed} FROM "{table}" LIMIT {MAX_DATABASE_ROWS + 1}'  # noqa: S608 - names of our own
        for number, row in enumerate(_run(self._connection, query)):
            if number == MAX_DATABASE_ROWS:
                raise RefusedError(f"table {table} has more than {MAX_DATABASE_ROWS:,} rows")
            yield row

    def _batch(self) -> dict[str, Any]:
        """The next rows, few enough for one answer."""
        rows: list[list[Any]] = []
        size = 0
        for row in self._rows:
            rows.append([_written(value) for value in row])
            size += _size(row)
            if len(rows) >= _BATCH_ROWS or size > _BATCH_BYTES:
                return {"rows": rows, "more": True}
        return {"rows": rows, "more": False}


def _run(connection: sqlite3.Connection, query: str) -> Iterator[_Row]:
    size = 0
    try:
        for row in connection.execute(query):
            # Many rows can share the pages of one large value.
            size += _size(row)
            if size > MAX_DATABASE_BYTES:
                raise RefusedError("the database gives more than it can hold")
            yield row
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError):
        raise RefusedError("the database is damaged or asks for more than is allowed to read it") from None


def _size(row: _Row) -> int:
    return sum(len(value) for value in row if isinstance(value, str | bytes))


def _written(value: Any) -> Any:
    """A value as JSON has it; a blob and an infinite number are in a list."""
    if isinstance(value, bytes):
        return ["blob", value.hex()]
    if isinstance(value, float) and value - value != 0:
        return ["number", repr(value)]
    return value


def _guard(connection: sqlite3.Connection) -> None:
    limits = (
        (sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (sqlite3.SQLITE_LIMIT_COLUMN, 500),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    )
    for limit, value in limits:
        connection.setlimit(limit, value)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    left = _MAX_STEPS

    def step() -> int:
        nonlocal left
        left -= 1
        return int(left < 0)  # anything but 0 ends the query

    connection.set_progress_handler(step, _STEP)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.set_authorizer(_authorised)


def _authorised(action: int, *_about: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


if __name__ == "__main__":
    sys.exit(serve(DatabaseReader().answer, DATABASE_MEMORY_BYTES))
