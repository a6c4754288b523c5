"""Times and durations: RFC 3339 in UTC, ISO 8601 durations; nothing here reads the clock."""

from datetime import UTC, date, datetime, timedelta

import isodate

from tieout.kernel.errors import UsageError


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
    return instant.astimezone(UTC)


def rfc3339(instant: datetime) -> str:
    """`2026-11-22T10:00:00Z`; whole seconds where the instant has them, else microseconds."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


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


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole days from one instant to another, rounded down."""
    return (later - earlier) // timedelta(days=1)


def _parse(duration: str) -> isodate.Duration | timedelta:
    try:
        return isodate.parse_duration(duration)
    except (isodate.ISO8601Error, TypeError, ValueError) as error:
        message = f"'{duration}' is not an ISO 8601 duration"
        raise UsageError(message, hint="write P90D, P1Y or PT48H") from error
