"""What a cell of a table means for a field: text, whole numbers, days, times, lists; what is not sure is refused."""

import re
from datetime import date
from typing import Any, Final, Protocol

from tieout.collectors.placeholders import says_nothing
from tieout.domain.artefacts.rows import Taken
from tieout.kernel.reading.tables import Cell

#: A cell that only holds the place of a value: `n/a`, `TBD`, `-`.
UNFILLED: Final = object()

_WHOLE = re.compile(r"([+-]?[0-9]{1,15})(?:\.0{1,15})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[Ee][+-]?[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOUR = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
_TIME = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt ]({_HOUR})(Z|z|[+-][0-9]{{2}}:?[0-9]{{2}})?")
_HOUR_AFTER = re.compile(rf"[Tt ]+({_HOUR})")
_YES, _NO = frozenset({"true", "yes", "y"}), frozenset({"false", "no", "n"})
_LONGEST: Final = 60
_FORMAT: Final = "write 2026-11-22, or say in `date_format` how days are written, such as DD/MM/YYYY"
_ZONE: Final = "write 2026-11-22T10:00:00Z, or give `utc_offset` for the whole table, such as Z or +01:00"
_PATTERNS: Final = {"YYYY": "(?P<y>[0-9]{4})", "MM": "(?P<m>[0-9]{1,2})", "DD": "(?P<d>[0-9]{1,2})"}


class Written(Protocol):
    """How a table writes days, times and lists: what a source says of its table, or a field map of its file."""

    @property
    def date_format(self) -> str | None:
        """`YYYY`, `MM` and `DD` once each; None where days are written 2026-11-22."""

    @property
    def utc_offset(self) -> str | None:
        """Zone of times that name none."""

    @property
    def separator(self) -> str:
        """Between the members of a list."""


class MisfitError(Exception):
    """A cell does not hold what its field asks for.

    Args:
        reason: Goes on after the name of the cell; quotes no value, because it may be a secret.
        hint: What to do.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def value_of(cell: Cell, taken: Taken, section: Written) -> Any:
    """The JSON value of a cell for a field; None where it is blank, `UNFILLED` where it says nothing.

    Args:
        cell: Not an error and not without a result; those hold no value.
        taken: What the field asks for.
        section: How the table writes days, times and lists.

    Raises:
        MisfitError: It holds something else, or what it holds may be read in two ways.
    """
    text = cell.value.strip()
    if not text:
        return None
    if taken in {"text", "texts"}:
        shown = _text(cell, text)
        return shown if taken == "text" else _texts(shown, section.separator)
    if cell.kind == "text" and says_nothing(text):
        return UNFILLED
    if taken in {"day", "time"}:
        return _day(cell, text, section) if taken == "day" else _time(cell, text, section)
    return _MEASURES[taken](cell, text)


def _text(cell: Cell, text: str) -> str:
    """A text; a number only where it is shown as its digits, since people mean what they see."""
    if cell.kind == "text" or (cell.kind == "number" and cell.plain):
        return text
    kind = {"number": "a number that is shown in another way", "flag": "true or false"}.get(cell.kind, "a date or time")
    reason = f"is {kind} where text is expected"
    raise MisfitError(reason, "format the column as text, and write it again")


def _texts(text: str, separator: str) -> list[str]:
    return [part for line in text.split("\n") for one in line.split(separator) if (part := one.strip())]


def _whole(cell: Cell, text: str) -> int:
    found = _WHOLE.fullmatch(text) if cell.kind in {"text", "number"} else None
    if not found:
        raise MisfitError("is not a whole number")
    return int(found[1])


def _number(cell: Cell, text: str) -> int | float:
    if cell.kind not in {"text", "number"} or not _NUMBER.fullmatch(text):
        raise MisfitError("is not a number", "write 0.95, with a point and without unit")
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _flag(cell: Cell, text: str) -> bool:
    word = text.casefold()
    if cell.kind not in {"text", "flag"} or word not in _YES | _NO:
        raise MisfitError("is neither yes nor no")
    return word in _YES


_MEASURES: Final = {"whole": _whole, "number": _number, "flag": _flag}


def _day(cell: Cell, text: str, section: Written) -> str:
    if cell.kind == "day":
        return text
    day, _, hour = text.partition("T")
    if cell.kind == "time" and hour == "00:00:00":
        return day
    if cell.kind == "text" and (_DAY.fullmatch(text) or _TIME.fullmatch(text)):
        return text  # the model says what is wrong with a time
    found = _by_format(text, section) if cell.kind == "text" else None
    if found is None or found[1]:
        raise MisfitError(_no_day(cell, section), _FORMAT if cell.kind == "text" else "format the cell as a date")
    return found[0]


def _time(cell: Cell, text: str, section: Written) -> str:
    """A time with its zone, or a day, which counts as its first instant."""
    if cell.kind == "day" or (cell.kind == "text" and _DAY.fullmatch(text)):
        return text
    found = _TIME.fullmatch(text) if cell.kind in {"text", "time"} else None
    if found:
        return _zoned(found[1], found[2], found[3] or "", section)
    parts = _by_format(text, section) if cell.kind == "text" else None
    if parts is None:
        raise MisfitError(_no_day(cell, section), _FORMAT if cell.kind == "text" else "format the cell as a date")
    return _zoned(*parts, "", section) if parts[1] else parts[0]


def _zoned(day: str, hour: str, zone: str, section: Written) -> str:
    zone = zone or section.utc_offset or ""
    if not zone:
        raise MisfitError("is a time without a zone", _ZONE)
    return f"{day}T{hour}{zone.upper()}"


def _by_format(text: str, section: Written) -> tuple[str, str] | None:
    """Day and hour of a text that is written as the table's days are; the hour is empty where none is given."""
    if section.date_format is None or len(text) > _LONGEST:
        return None
    pattern = re.escape(section.date_format)
    for part, digits in _PATTERNS.items():
        pattern = pattern.replace(part, digits)
    found = re.match(pattern, text)
    if found is None:
        return None
    rest = text[found.end() :]
    hour = _HOUR_AFTER.fullmatch(rest)
    if rest and not hour:
        return None
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return day.isoformat(), hour[1] if hour else ""


def _no_day(cell: Cell, section: Written) -> str:
    if cell.kind != "text":
        return "is not a date by its format"
    written = f"2026-11-22 or {section.date_format}" if section.date_format else "2026-11-22"
    return f"is not a day written {written}, so that it may be read in more than one way"
