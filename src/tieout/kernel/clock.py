"""Times and durations: RFC 3339 in UTC, ISO 8601 durations; nothing here reads the clock."""

import re
from datetime import UTC, date, datetime, time, timedelta

import isodate

from tieout.kernel.errors import UsageError
from tieout.kernel.reading.text import excerpt

_WHOLE = re.compile(r"P(?=.)(?P<days>(?:\d+[YMWD])*)(?:T(?P<clock>(?:\d+[HMS])+))?")
_STATED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"  # without a zone: told by its own line
)
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_CLOCK_UNITS = {"H": "hour", "M": "minute", "S": "second"}

SKEW = timedelta(days=1)
"""How far two machines' clocks may stand apart, a zone mistaken for another included (a default of ours)."""


_EAST = timedelta(hours=14)
"""So long before UTC a day begins somewhere: whoever commits there in the morning does so on the day before."""


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant or an ISO date (midnight UTC), as an aware UTC datetime.

    Raises:
        UsageError: The text is no date or has a time without a zone.
    """
    try:
        if len(text) == len("2026-01-01"):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"'{text}' is not a date or time"
        raise UsageError(message, hint="write 2026-11-22 or 2026-11-22T10:00:00Z") from error
    if instant.tzinfo is None:
        message = f"'{text}' has no time zone"
        raise UsageError(message, hint="add Z for UTC, as in 2026-11-22T10:00:00Z")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        message = f"'{text}' leaves the calendar (years 1 to 9999)"
        raise UsageError(message, hint="write 2026-11-22 or 2026-11-22T10:00:00Z") from error


def parse_stated(text: str) -> datetime:
    """An instant as a person states it: `2026-11-22`, or `2026-11-22T10:00:00Z` with `Z` or an offset.

    Evidence may spell its times in other ways of ISO 8601; what is asked for is spelt in one.

    Raises:
        UsageError: It is spelt in another way, or is no such day or time.
    """
    if not _STATED.fullmatch(text):
        raise UsageError(f"'{excerpt(text)}' is not a date or time", hint="write 2026-11-22 or 2026-11-22T10:00:00Z")
    return parse_instant(text)


def rfc3339(instant: datetime) -> str:
    """`2026-11-22T10:00:00Z`; whole seconds where the instant has them, else microseconds."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def end_of(day: date) -> datetime:
    """The last instant of a day. Days are UTC days; what is approved or due on one covers all of it."""
    return datetime.combine(day, time.max, UTC)


def is_ahead(day: date, at: datetime) -> bool:
    """Whether a day had begun nowhere on earth at an instant."""
    return datetime.combine(day, time.min, UTC) - at > _EAST


def add_duration(start: datetime, duration: str) -> datetime:
    """`start` plus an ISO 8601 duration, by the calendar (P5Y is five years, not 1,825 days)."""
    parsed = _parse(duration)
    result: datetime = start + parsed
    return result


def subtract_duration(end: datetime, duration: str) -> datetime:
    """`end` minus an ISO 8601 duration, by the calendar."""
    result: datetime = end - _parse(duration)
    return result


def is_duration(text: str) -> bool:
    """Whether the text is an ISO 8601 duration."""
    try:
        _parse(text)
    except UsageError:
        return False
    return True


def in_words(duration: str) -> str:
    """An ISO 8601 duration as people say it: `180 days`, `1 year 6 months`; any other text as it is."""
    parts = _WHOLE.fullmatch(duration)
    if parts is None:
        return duration
    said = (*_spoken(parts["days"], _UNITS), *_spoken(parts["clock"] or "", _CLOCK_UNITS))
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in said)


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole days from one instant to another, rounded down."""
    return (later - earlier) // timedelta(days=1)


def _spoken(parts: str, units: dict[str, str]) -> list[tuple[int, str]]:
    return [(int(part[:-1]), units[part[-1]]) for part in re.findall(r"\d+[A-Z]", parts)]


def _parse(duration: str) -> isodate.Duration | timedelta:
    try:
        return isodate.parse_duration(duration)
    except (isodate.ISO8601Error, TypeError, ValueError) as error:
        message = f"'{duration}' is not an ISO 8601 duration"
        raise UsageError(message, hint="write P90D, P1Y or PT48H") from error
