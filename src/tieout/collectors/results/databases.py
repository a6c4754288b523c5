"""SQLite files of strangers: a private copy, opened so that nothing in it can be run, written or looped over.

What a database may do to its reader stands in SQLite's "Defense Against The Dark Arts": a view or a trigger in place of
a table, functions in a schema, values of any size, queries without end. So only ordinary tables are read, columns are
named, every other action is refused by an authoriser, sizes are limited and a clock of steps runs.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from tieout.collectors.results.interface import Input
from tieout.kernel.errors import UnreadableError
from tieout.kernel.temporary import TemporaryFolder

MAX_DATABASE: Final = 256 * 1024 * 1024
"""Bytes of a database that is copied and read."""

MAX_ROWS: Final = 200_000
"""Rows of one table that are read."""

_MAX_STEPS: Final = 400  # of a million instructions of the virtual machine: some ten seconds in all
_STEP: Final = 1_000_000
_MAX_VALUE: Final = 1_000_000
_CHUNK = 1 << 20
_WAL_BYTE, _WAL = 18, 2  # database file format, section 1.3: the file format write version
_COMPUTED = re.compile(r"\bAS\b", re.IGNORECASE)
_ALLOWED: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


class Database:
    """A database as it is read here.

    Args:
        connection: Guarded.
        where: How errors name the file.

    Attributes:
        has_log: It was written with a write-ahead log, whose content is in another file.
    """

    def __init__(self, connection: sqlite3.Connection, where: str, *, has_log: bool) -> None:
        self._connection = connection
        self._where = where
        self.has_log = has_log
        self._columns = self._read_schema()

    @property
    def tables(self) -> frozenset[str]:
        """Names of the ordinary tables."""
        return frozenset(self._columns)

    def rows(self, table: str, columns: Sequence[str]) -> list[dict[str, object]]:
        """Some columns of a table; one that the table does not have is None in each row.

        Raises:
            UnreadableError: The table is damaged, or has too many rows.
        """
        known = self._columns.get(table)
        if known is None:
            return []
        have = [column for column in columns if column in known]
        if not have:
            return []
        # Names are ours, and each stands in the schema as it is written here.
        listed = ", ".join(f'"{column}"' for column in have)
        query = f'SELECT {listed} FROM "{table}" LIMIT {MAX_ROWS + 1}'  # noqa: S608 - names of our own
        found = self._run(query)
        if len(found) > MAX_ROWS:
            message = f"table {table} has more than {MAX_ROWS:,} rows"
            raise UnreadableError(message, where=self._where)
        return [dict.fromkeys(columns) | dict(zip(have, row, strict=True)) for row in found]

    def _read_schema(self) -> dict[str, frozenset[str]]:
        found = self._run("SELECT type, name, sql FROM sqlite_master LIMIT 5000")
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
                self._connection.set_authorizer(None)
                try:
                    told = self._run(f'PRAGMA table_info("{name}")')
                finally:
                    self._connection.set_authorizer(_authorised)
                columns[name] = frozenset(row[1] for row in told if isinstance(row[1], str))
        return columns

    def _run(self, query: str) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        size = 0
        try:
            for row in self._connection.execute(query):
                found.append(row)
                # Many rows can share the pages of one large value.
                size += sum(len(value) for value in row if isinstance(value, str | bytes))
                if size > MAX_DATABASE or len(found) > MAX_ROWS:
                    break
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            message = "the database is damaged or asks for more than is allowed to read it"
            raise UnreadableError(message, where=self._where) from error
        if size > MAX_DATABASE:
            message = "the database gives more than it can hold"
            raise UnreadableError(message, where=self._where)
        return found


@contextmanager
def opened(file: Input) -> Iterator[Database]:
    """A database, from a copy that is gone at the end.

    Raises:
        UnreadableError: It is too large, or damaged.
    """
    if file.size > MAX_DATABASE:
        message = f"has {file.size:,} bytes; databases are read up to {MAX_DATABASE:,}"
        raise UnreadableError(message, where=file.path)
    folder = TemporaryFolder("tieout-database-")
    try:
        copy = folder.path / "copy.db"
        with file.open() as stream:
            has_log = _copy(stream, copy, file.path)
        try:
            connection = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True, timeout=0)
        except sqlite3.Error as error:
            message = "the database cannot be opened"
            raise UnreadableError(message, where=file.path) from error
        with closing(connection):
            _guard(connection)
            yield Database(connection, file.path, has_log=has_log)
    finally:
        folder.close()


def _copy(stream: BinaryIO, to: Path, where: str) -> bool:
    size, header = 0, b""
    with to.open("xb") as copy:
        while piece := stream.read(_CHUNK):
            header = header or piece[:100]
            size += len(piece)
            if size > MAX_DATABASE:
                message = f"databases are read up to {MAX_DATABASE:,} bytes"
                raise UnreadableError(message, where=where)
            copy.write(piece)
    return len(header) > _WAL_BYTE and header[_WAL_BYTE] == _WAL


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
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.set_authorizer(_authorised)


def _authorised(action: int, *_about: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
