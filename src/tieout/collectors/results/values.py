"""Values of parsed results as they can be relied on: whole counts, finite numbers, texts and times."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

LONGEST: Final = 500
"""Characters of a text that are kept."""

NOT_NAMED: Final = "not named"
"""Stands for the name of a tool, a rule or a component that a file does not name."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Seconds since 1970 of 1990 and of 2200: other numbers are no time of a run.
_EARLIEST, _LATEST = 631_152_000, 7_258_118_400
_MILLI = 1000
_EXACT = 2**53 - 1
_MOST = 10**12  # sums of thousands of them are exact in JSON still (RFC 8785)


def member(holder: Any, name: str) -> dict[str, Any]:
    """The object under a name; an empty one where there is none."""
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, dict) else {}


def listed(holder: Any, name: str) -> list[Any]:
    """The list under a name; an empty one where there is none."""
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, list) else []


def objects(holder: Any, name: str) -> list[tuple[int, dict[str, Any]]]:
    """The objects in the list under a name, each with its index."""
    return [(at, one) for at, one in enumerate(listed(holder, name)) if isinstance(one, dict)]


def text(value: Any) -> str | None:
    """A text that says something, cut at `LONGEST` characters."""
    return value[:LONGEST] if isinstance(value, str) and value.strip() else None


def word(value: Any) -> str:
    """A text as it is, to be looked up; an empty one where it is none, since lists and objects cannot be."""
    return value if isinstance(value, str) else ""


def count(value: Any) -> int | None:
    """A whole number from 0 up that something can have been counted to."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST else None


def finite(value: Any) -> bool:
    """Whether it is a number, and no boolean, infinity or not-a-number."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (abs(value) <= _EXACT if isinstance(value, int) else math.isfinite(value))
    )


def number(value: Any) -> float | None:
    """A finite number, also where it is written as text, as in a table."""
    if finite(value):
        return float(value)
    if not isinstance(value, str):
        return None
    try:
        read = float(value)
    except ValueError:
        return None
    return read if math.isfinite(read) else None


def whole(value: Any) -> int | None:
    """A whole number from 0 up, also where it is written as text or as 3.0."""
    read = number(value)
    return int(read) if read is not None and 0 <= read <= _MOST and read == int(read) else None


def share(value: Any) -> float | None:
    """A number from 0 to 1."""
    read = number(value)
    return read if read is not None and 0 <= read <= 1 else None


def sha256(value: Any) -> str | None:
    """A SHA-256 in lower case, with or without `sha256:` before it."""
    bare = value.strip().lower().removeprefix("sha256:") if isinstance(value, str) else ""
    return bare if _SHA256.fullmatch(bare) else None


def instant(value: Any) -> tuple[datetime | None, bool]:
    """A time in UTC and whether its zone is recorded; one without is taken as UTC, as all days are.

    Args:
        value: An ISO 8601 text.

    Returns:
        None where it is no time or leaves the calendar.
    """
    try:
        time = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        if time is None:
            return None, True
        return (time.replace(tzinfo=UTC), False) if time.tzinfo is None else (time.astimezone(UTC), True)
    except (ValueError, OverflowError):
        return None, True


def epoch(value: Any, *, milliseconds: bool = False) -> datetime | None:
    """A time given as seconds since 1970, or milliseconds; None where it cannot be the time of a run."""
    seconds = number(value)
    if seconds is None:
        return None
    seconds = seconds / _MILLI if milliseconds else seconds
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST <= seconds <= _LATEST else None


def recorded_digest(*holders: Mapping[str, Any]) -> str | None:
    """The SHA-256 of a run's data set where its owners recorded one in the run's own metadata."""
    for holder in holders:
        for name in ("dataset_sha256", "sha256"):
            if digest := sha256(holder.get(name)):
                return digest
    return None
