"""What a cell of a workbook holds, as it is shown: numbers, days and times; runs in the parser's process.

After ISO/IEC 29500-1, 18.17.4 (dates) and 18.18.11 (kinds of cells). A value is `(kind, text, plain)`.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from tieout.kernel.reading.refusal import MAX_EXACT_INTEGER, RefusedError
from tieout.kernel.reading.workbook_parts import NumberFormat

Value = tuple[str, str, bool]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)Z?")
_HOUR = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[Ee][+-]?[0-9]{1,4})?")
#: Day 0 of the two ways to count. The first counts a 29 February 1900 that never was, as day 60.
_FROM_1900, _FROM_1904 = date(1899, 12, 30), date(1904, 1, 1)
_NO_DAY: Final = 60
_LAST_DAY: Final = 2_958_465  # 9999-12-31
_LAST_DAY_1904: Final = _LAST_DAY - 1_462
_DAY_MS: Final = 86_400_000
_NO_NUMBER: Final = "holds a number that is none"


def value_of_kind(type_: str, raw: str) -> Value:
    """The value of a cell that says what it is: a flag, an error, or a day that is stored as text.

    Raises:
        RefusedError: It is none.
    """
    if type_ == "b" and raw in {"0", "1", "false", "true"}:
        return "flag", "true" if raw in {"1", "true"} else "false", True
    if type_ == "e":
        return "error", raw, True
    if type_ == "d" and _DAY.fullmatch(raw):
        return "day", raw, True
    if type_ == "d" and (found := _TIME.fullmatch(raw)):
        return "time", f"{found[1]}T{found[2]}", True
    if type_ == "d" and _HOUR.fullmatch(raw):
        return "clock", raw, True
    raise RefusedError("holds a date that is none" if type_ == "d" else "is of a kind that is not known")


def value_of_number(raw: str, style: NumberFormat, *, from_1904: bool) -> Value:
    """A number as what it is shown as.

    Args:
        raw: Its digits, as stored.
        style: The format of the cell; what that shows otherwise is told as `unshown`.
        from_1904: Days are counted from 1904-01-01.

    Raises:
        RefusedError: It is no number, or is shown as a day that is none.
    """
    number = float(raw) if _NUMBER.fullmatch(raw) else float("inf")
    if abs(number) == float("inf"):
        raise RefusedError(_NO_NUMBER)
    if ("positive" if number > 0 else "negative" if number < 0 else "zero") in style.hides:
        return "unshown", raw, False
    shown = style.shown
    if shown in {"plain", "other"}:
        whole = number.is_integer() and abs(number) <= MAX_EXACT_INTEGER
        return "number", str(int(number)) if whole else repr(number), shown == "plain"
    days, rest = divmod(round(number * _DAY_MS), _DAY_MS) if abs(number) <= _LAST_DAY else (-1, 0)
    hour = (datetime.combine(_FROM_1904, time()) + timedelta(milliseconds=rest)).time()
    if shown == "clock" and not days:
        return "clock", hour.isoformat(), True
    day = _day_of(days, from_1904=from_1904)
    return ("day", day.isoformat(), True) if shown == "day" else ("time", f"{day}T{hour.isoformat()}", True)


def _day_of(serial: int, *, from_1904: bool) -> date:
    if from_1904 and 0 <= serial <= _LAST_DAY_1904:
        return _FROM_1904 + timedelta(days=serial)
    if not from_1904 and serial != _NO_DAY and 1 <= serial <= _LAST_DAY:
        return _FROM_1900 + timedelta(days=serial + (serial < _NO_DAY))
    raise RefusedError("is shown as a date and is none")
