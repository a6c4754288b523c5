"""Reads values out of a forge's answer: each getter gives the asked kind of value or None, and never raises."""

import re
from datetime import UTC, date, datetime
from typing import Any

_LONGEST = 300
# GitHub's apps, as the API and as `gh` names them, and the users that GitLab makes for tokens of projects and groups.
_PROGRAM = re.compile(r"app/|.*\[bot\]\Z|(?:project|group)_[0-9]+_bot(?:_|\Z|[0-9])", re.IGNORECASE)


def at(data: Any, *steps: str) -> Any:
    """The value below these members; None where one is missing or is no mapping."""
    for step in steps:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def text(data: Any, *steps: str) -> str | None:
    """A text that is not blank; one that no name can be is cut."""
    value = at(data, *steps)
    return value.strip()[:_LONGEST] or None if isinstance(value, str) else None


def whole(data: Any, *steps: str) -> int | None:
    """A whole number; true and false are none."""
    value = at(data, *steps)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(data: Any, *steps: str) -> bool | None:
    """True or false."""
    value = at(data, *steps)
    return value if isinstance(value, bool) else None


def rows(data: Any, *steps: str) -> list[dict[str, Any]]:
    """The mappings of a list; anything else in it is left out."""
    value = at(data, *steps)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def texts(data: Any, *steps: str) -> tuple[str, ...]:
    """The texts of a list, in its order, each once."""
    value = at(data, *steps)
    found = [one.strip()[:_LONGEST] for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return tuple(dict.fromkeys(one for one in found if one))


def instant(data: Any, *steps: str) -> datetime | None:
    """A time with its zone, in UTC (forges write RFC 3339); anything else is no time."""
    value = at(data, *steps)
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def named_as_program(login: str | None) -> bool:
    """Whether a name on the forge is one that only programs have."""
    return login is not None and _PROGRAM.match(login) is not None


def day(data: Any, *steps: str) -> date | None:
    """A day, or the day of a time."""
    value = at(data, *steps)
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
