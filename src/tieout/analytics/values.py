"""What a member of a record is worth: times, texts, durations, counts and costs as plain integers, or None."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from tieout.analytics.fields import Candidate, FieldMap
from tieout.domain.artefacts.logs import Meaning

MAX_TEXT = 256
"""Longest usable name of a model, a person or a request, characters."""

MAX_TOKENS = 10**12
MAX_COST_USD = 10**6
MAX_LATENCY_MS = 10**9
# Every count of milliseconds up to here has its own bin, above it four significant digits do.
_EXACT_LATENCY_MS = 100_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# 2000-01-01 and 2100-01-01. Numbers of seconds may start at 1970, finer ones at 2000: none can be mistaken.
_FIRST_SECOND, _LAST_SECOND = 946_684_800, 4_102_444_800
_FIRST_US, _LAST_US = _FIRST_SECOND * 1_000_000, _LAST_SECOND * 1_000_000
_LONGEST_INTEGER = 2**63
_FEW_DIGITS = 10
_STATUS_NUMBER = re.compile("[0-9]{1,3}")
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
_NO_WORDS = frozenset({"", "-", "null", "none", "n/a", "undefined", "unknown", "anonymous"})
_LONGEST_NO_WORD = max(map(len, _NO_WORDS))
# Where a name of a caller is asked for, these are given to all who have none; a route or a model may be called so.
_NOBODY = frozenset({"default_user_id", "guest"})


def to_microseconds(value: Any) -> int | None:
    """A time as microseconds since 1970 in UTC; None where it is no time from 1970 to 2099.

    Numbers (and texts of digits) count seconds, or, from the year 2000 on, milli-, micro- or nanoseconds
    since 1970: no two of these readings overlap. Texts follow RFC 3339, with a zone.
    """
    kind = type(value)
    if kind is float or kind is int:
        number: float = value
        if 0 <= number < _LAST_SECOND:
            return round(number * 1_000_000)
        if _FIRST_SECOND <= number // 1_000 < _LAST_SECOND:
            return round(number * 1_000)
        if _FIRST_US <= number < _LAST_US:
            return round(number)
        return int(number // 1_000) if _FIRST_US <= number // 1_000 < _LAST_US else None
    if kind is str:
        return _text_to_microseconds(value)
    return None


def to_text(value: Any) -> str | None:
    """A name or id; None where it is empty, a stand-in for nothing, too long or of another type."""
    if type(value) is str:
        if len(value) > MAX_TEXT:
            return None
        if len(value) > _LONGEST_NO_WORD and value[0] > " " and value.isascii():
            return value
        word = value.strip()
        return value if len(word) > _LONGEST_NO_WORD or word.lower() not in _NO_WORDS else None
    return str(value) if type(value) is int and abs(value) < _LONGEST_INTEGER else None


def to_count(value: Any) -> int | None:
    """A number of tokens; None where it is not a whole number from nought to a million million."""
    if type(value) is str and value.isascii() and value.isdigit() and len(value) <= len(str(MAX_TOKENS)):
        value = int(value)
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= MAX_TOKENS else None


def to_nanodollars(value: Any) -> int | None:
    """US dollars as whole nano-dollars, by the decimal that was written, half to even."""
    if type(value) not in {float, int} or not 0 <= value <= MAX_COST_USD:
        return None
    return round(Decimal(repr(value)).scaleb(9)) if value else 0


def to_milliseconds(value: Any, per_unit: int) -> int | None:
    """A duration in whole milliseconds, rounded up; beyond 100 s rounded up to four significant digits."""
    if type(value) not in {float, int} or not 0 <= value * per_unit <= MAX_LATENCY_MS:
        return None
    microseconds: int = round(value * per_unit * 1000)
    milliseconds = -(-microseconds // 1000)
    if milliseconds <= _EXACT_LATENCY_MS:
        return milliseconds
    step: int = 10 ** (len(str(milliseconds)) - 4)
    return -(-milliseconds // step) * step


def to_flag(value: Any) -> bool | None:
    """Yes or no: a boolean, 0 or 1, or such a word."""
    if type(value) is bool:
        return value
    word = _word(value)
    return True if word in _TRUE else (False if word in _FALSE else None)


def to_tagged(value: Any, tag: str) -> bool | None:
    """Whether a tag stands in a list; None where there is no list."""
    return tag in value if type(value) is list else None


def to_any(value: Any) -> bool | None:
    """Whether a number of attempts is one or more; None where it is no such number."""
    word = _word(value)
    return int(word) > 0 if word.isascii() and word.isdigit() and len(word) < _FEW_DIGITS else None


def to_failure(value: Any, candidate: Candidate) -> bool | None:
    """Whether a status means failure; None where the map does not know it."""
    if candidate.any_text:
        return True if type(value) is str and value.strip() else None
    word = _word(value)
    if candidate.failure_from is not None and _STATUS_NUMBER.fullmatch(word):
        return int(word) >= candidate.failure_from
    return True if word in candidate.failure else (False if word in candidate.success else None)


def usable(
    columns: Mapping[tuple[str, ...], Sequence[Any]], field_map: FieldMap, meaning: Meaning, n: int
) -> list[Any]:
    """The values of a meaning for `n` records: of each record the first usable candidate, else None."""
    result: list[Any] = []
    lacking: Sequence[int] = range(n)
    for candidate in field_map.fields.get(meaning, ()):
        convert = _converter(field_map, meaning, candidate)
        values = columns[candidate.path]
        if len(lacking) == n:
            result = _each(values, convert)
        else:
            for index in lacking:
                result[index] = convert(values[index])
        if None not in result:
            break
        lacking = [index for index in lacking if result[index] is None]
    return result or [None] * n


def _each(values: Sequence[Any], convert: Callable[[Any], Any]) -> list[Any]:
    """The values converted; texts and booleans, which repeat, once for all equal ones of a batch."""
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return list(values)
    if kinds in _REPEATING:
        known = {value: convert(value) for value in set(values)}
        return [known[value] for value in values]
    return [convert(value) for value in values]


def _converter(field_map: FieldMap, meaning: Meaning, candidate: Candidate) -> Callable[[Any], Any]:
    if meaning == "latency":
        return partial(to_milliseconds, per_unit=field_map.milliseconds_per_unit(candidate))
    if meaning == "status":
        return partial(to_failure, candidate=candidate)
    if meaning == "fallback" and candidate.from_one:
        return to_any
    if meaning in {"fallback", "cache_hit"} and candidate.contains is not None:
        return partial(to_tagged, tag=candidate.contains)
    if candidate.excepted or meaning == "principal":
        nobody = _NOBODY if meaning == "principal" else frozenset[str]()
        return partial(_to_other_text, excepted=candidate.excepted, nobody=nobody)
    return _CONVERTERS.get(meaning, to_text)


def _to_other_text(value: Any, excepted: Sequence[str], nobody: frozenset[str]) -> str | None:
    text = to_text(value)
    return None if text is None or text in excepted or text.strip().casefold() in nobody else text


def _word(value: Any) -> str:
    """A scalar as a word in lower case; empty where it is none or too long for one."""
    if type(value) is int:
        return str(value) if abs(value) < _LONGEST_INTEGER else ""
    if type(value) is bool:
        return "true" if value else "false"
    return value.lower() if type(value) is str and len(value) <= MAX_TEXT else ""


def _text_to_microseconds(text: str) -> int | None:
    if text.isascii() and text.isdigit():
        return to_microseconds(int(text)) if len(text) < 20 else None  # noqa: PLR2004 - nanoseconds have 19 digits
    if len(text) > 40 or text[4:5] != "-" or text[7:8] != "-" or text[10:11] not in {"T", "t", " "}:  # noqa: PLR2004 - RFC 3339, 5.6
        return None
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            return None
        microseconds = (instant - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None
    return microseconds if 0 <= microseconds < _LAST_US else None


_CONVERTERS: dict[Meaning, Callable[[Any], Any]] = {
    "time": to_microseconds,
    "input_tokens": to_count,
    "output_tokens": to_count,
    "cost": to_nanodollars,
    "fallback": to_flag,
    "cache_hit": to_flag,
}
_REPEATING: tuple[set[type], ...] = ({str}, {bool})
