"""Periods of time as people and settings write them, in days."""

import re
from dataclasses import dataclass
from typing import Final

_WORDS: Final = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "fourteen": 14, "eighteen": 18, "twenty-four": 24, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
#: Days of a unit; a month is a twelfth of a year.
_DAYS: Final = {
    "second": 1 / 86_400,
    "minute": 1 / 1_440,
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "month": 365 / 12,
    "year": 365,
}
_PERIOD = re.compile(
    rf"\b(\d{{1,5}}|{'|'.join(_WORDS)})(?:[ -]|\.)(?:\(\d{{1,4}}\) )?(?:calendar |business |working )?"
    r"(hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\b(?:under|over|age|aged|below|above)(?: (?:of|the age of))? \d{1,2}(?: years?)?(?: old| of age)?"
    r"|\b\d{1,2} years? (?:old|of age|or (?:older|younger))",
    re.IGNORECASE,
)
_LOOKED_AT: Final = 20_000
#: How much two ways of writing the same period may differ: 30 days and a month.
_TOLERANCE: Final = 0.03


@dataclass(frozen=True, slots=True)
class Period:
    """A period.

    Attributes:
        days: Its length.
        shown: As it is written.
    """

    days: float
    shown: str

    def is_like(self, other: "Period") -> bool:
        """Whether another period is as long, as people count months."""
        return abs(self.days - other.days) <= _TOLERANCE * max(self.days, other.days)


def periods_in(text: str) -> list[tuple[int, Period]]:
    """Every period that a text names, in order, with its offset; how old people are is none."""
    plain = _AGE.sub(lambda match: " " * len(match[0]), text[:_LOOKED_AT])
    return [
        (match.start(), Period(_number(match[1]) * _DAYS[match[2].lower()], match[0]))
        for match in _PERIOD.finditer(plain)
    ]


def period_of(value: str, unit: str) -> Period | None:
    """A period of a value and the unit that its setting names; None where they make none.

    Args:
        value: Digits.
        unit: In any form: `IN_DAYS`, `seconds`, `d`.
    """
    plain = unit.lower().strip("_- ").removeprefix("in_").rstrip("s") or unit.lower()
    name = {
        "d": "day",
        "h": "hour",
        "s": "second",
        "sec": "second",
        "m": "month",
        "y": "year",
        "w": "week",
        "": "second",
    }
    unit_name = name.get(plain, plain)
    if unit_name not in _DAYS or not value.isdigit() or len(value) > 12:  # noqa: PLR2004 - no period has more digits
        return None
    return Period(int(value) * _DAYS[unit_name], f"{value} {unit_name}{'' if int(value) == 1 else 's'}")


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _WORDS[written.lower()]
