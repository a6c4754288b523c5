"""SQLite files of strangers: read in a confined process of their own, so that nothing in them can be run or written.

kernel/reading/database_worker.py has the guards. It is a process of its own, since a database needs more memory than
documents may have, and it ends with the database. Its answers are checked like what comes from outside.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

from tieout.collectors.results.interface import Input
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.conversation import Conversation
from tieout.kernel.reading.parser_process import ParserProcess
from tieout.kernel.reading.refusal import DATABASE_MEMORY_BYTES, MAX_DATABASE_BYTES, MAX_DATABASE_ROWS

_WORKER: Final = "tieout.kernel.reading.database_worker"
_PIECE: Final = 1 << 20
_INFINITE = re.compile(r"-?inf")


class Database:
    """A database as it is read here.

    Args:
        talk: With the process that holds it.
        size: Bytes that it was sent.

    Attributes:
        has_log: It was written with a write-ahead log, whose content is in another file.

    Raises:
        UnreadableError: It is damaged.
    """

    def __init__(self, talk: Conversation, size: int) -> None:
        self._talk = talk
        self.has_log, self._columns = talk.ask({"kind": "open", "at": size}, _opened)

    @property
    def tables(self) -> frozenset[str]:
        """Names of the ordinary tables."""
        return frozenset(self._columns)

    def rows(self, table: str, columns: Sequence[str]) -> list[dict[str, object]]:
        """Some columns of a table; one that the table does not have is None in each row.

        Raises:
            UnreadableError: The table is damaged, or has too many rows.
        """
        known = self._columns.get(table, frozenset())
        have = [column for column in columns if column in known]
        if not have:
            return []
        found: list[dict[str, object]] = []
        size = 0

        def read(told: dict[str, Any]) -> bool:
            nonlocal size
            for row in told["rows"]:
                values = [_value(value) for value in row]
                found.append(dict.fromkeys(columns) | dict(zip(have, values, strict=True)))
                size += sum(len(value) for value in values if isinstance(value, str | bytes))
            # The process counts, too; what it read may have taken it over.
            if len(found) > MAX_DATABASE_ROWS or size > MAX_DATABASE_BYTES or not (told["rows"] or not told["more"]):
                raise ValueError
            return bool(told["more"])

        more = self._talk.ask({"kind": "rows", "table": table, "columns": have}, read)
        while more:
            more = self._talk.ask({"kind": "more"}, read)
        return found


@contextmanager
def opened(file: Input) -> Iterator[Database]:
    """A database, in a process that is gone at the end.

    Raises:
        UnreadableError: It is too large, or damaged.
    """
    if file.size > MAX_DATABASE_BYTES:
        message = f"has {file.size:,} bytes; databases are read up to {MAX_DATABASE_BYTES:,}"
        raise UnreadableError(message, where=file.path)
    with closing(ParserProcess(_WORKER, DATABASE_MEMORY_BYTES)) as process:
        talk = Conversation(process, where=file.path)
        size = 0
        with file.open() as stream:
            while piece := stream.read(_PIECE):
                talk.ask({"kind": "piece", "at": size}, bool, content=piece)
                size += len(piece)
        yield Database(talk, size)


def _opened(told: dict[str, Any]) -> tuple[bool, dict[str, frozenset[str]]]:
    return bool(told["has_log"]), {name: frozenset(own) for name, own in told["tables"].items()}


def _value(value: object) -> object:
    """A value of an answer; ValueError or TypeError for one that no database holds."""
    if isinstance(value, list):
        kind, text = value
        if kind == "blob":
            return bytes.fromhex(text)
        if kind != "number" or not _INFINITE.fullmatch(text):
            raise ValueError
        return float(text)
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    raise TypeError
