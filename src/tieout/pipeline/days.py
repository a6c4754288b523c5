"""Days and spans of days as the command line has them, and the time at which something is signed or handed in."""

from datetime import UTC, date, datetime
from typing import Final

from tieout.kernel.clock import parse_stated
from tieout.kernel.errors import UsageError
from tieout.kernel.reading.text import excerpt
from tieout.pipeline.options import RunOptions

_HINT: Final = "write a day such as 2026-11-22, or two with a slash, as in 2026-10-01/2026-12-31"


def stated_time(options: RunOptions) -> datetime:
    """When something is signed or handed in, whole seconds: as asked, by SOURCE_DATE_EPOCH, or by the clock.

    Raises:
        UsageError: SOURCE_DATE_EPOCH is no time that a calendar has.
    """
    epoch = options.source_date_epoch
    try:
        stated = options.as_of or (datetime.fromtimestamp(epoch, UTC) if epoch is not None else options.now)
    except (OverflowError, ValueError, OSError) as error:
        message = f"SOURCE_DATE_EPOCH is {epoch}, which is no year that a calendar has"
        raise UsageError(message, hint="set it to seconds since 1970") from error
    return stated.replace(microsecond=0)


def parse_days(text: str) -> tuple[date, date]:
    """First and last day of a span; of a single day the same twice.

    Raises:
        UsageError: It is neither, or ends before it starts.
    """
    start, slash, end = text.partition("/")
    days = _day(start, text), _day(end if slash else start, text)
    if days[1] < days[0]:
        raise UsageError(f"'{excerpt(text)}' ends before it starts", hint=_HINT)
    return days


def _day(part: str, text: str) -> date:
    if len(part) != len("2026-11-22"):
        raise UsageError(f"'{excerpt(text)}' is no day and no span of days", hint=_HINT)
    return parse_stated(part).date()
