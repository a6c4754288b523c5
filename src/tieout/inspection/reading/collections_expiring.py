"""Collections of a database whose rows are deleted by an index of their own after a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.inspection.reading.source_code import SourceCode, groups_of
from tieout.kernel.reading.patterns import compile_bytes

#: The collection, its field, and the seconds, which may be a product:
#: `chats.createIndex({ endedAt: 1 }, { expireAfterSeconds: 7 * 86400 })`.
_INDEX: Final = compile_bytes(
    r"\b(?P<collection>\w{1,60})\b[\"'\])]{0,3}[ \t\n]*\.(?:createIndex|create_index|ensureIndex)\([ \t\n]*"
    r"[{\[(]?[^{}()\[\]]{1,200}[}\])]?[ \t\n]*,[^;()]{0,200}?\bexpireAfterSeconds\b[\"']?[ \t]*[:=][ \t]*"
    r"(?P<seconds>\d{1,9}(?:[ \t]*\*[ \t]*\d{1,6}){0,4})"
)
#: What expires for other reasons than that it is old.
_NOT_DATA: Final = re.compile(
    r"session|token|cache|lock|semaphore|lease|otp|nonce|code|abort|rate|limit|heartbeat|queue|job|invit|signal|presence",
    re.IGNORECASE,
)
_DAY: Final = 86_400
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Expiring:
    """A collection whose rows are deleted.

    Attributes:
        collection: Its name in the program.
        line: Where the time stands.
        days: How long a row is kept.
    """

    collection: str
    line: int
    days: float


def expiring(source: SourceCode) -> Iterator[Expiring]:
    """Collections of data that is kept for a day or longer and then deleted; sessions, locks and the like are none."""
    for number, match in enumerate(_INDEX.finditer(source.stated)):
        if number == _MOST:
            return
        groups = groups_of(match)
        seconds = 1
        for factor in groups["seconds"].split("*"):
            seconds *= int(factor)
        if seconds >= _DAY and not _NOT_DATA.search(groups["collection"]):
            yield Expiring(groups["collection"], source.text.line_at(match.end() - 1), seconds / _DAY)
