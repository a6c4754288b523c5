"""Sets of numbers that a part of a PromQL expression can have, and how operators change them; never too small a set.

An open end is the next double, so that all ends belong to their span and rounding cannot lead out of it. That a
measured zero may be negative is left aside, as is the rounding of averages.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

_Span = tuple[float, float]
_MOST_SPANS: Final = 8
_JUST_BELOW: Final = -math.ulp(0.0)
_TURNED: Final = str.maketrans("<>", "><")
#: What two equal finite values give.
_OF_EQUAL: Final = {"-": (0.0, 0.0), "%": (_JUST_BELOW, 0.0), "/": (1.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Values:
    """A set of doubles.

    Attributes:
        spans: First and last number of each run, in order, apart from each other.
        nan: Whether `NaN` is one of them.
    """

    spans: tuple[_Span, ...]
    nan: bool = False

    @property
    def low(self) -> float:
        """The least number; the set has one."""
        return self.spans[0][0]

    @property
    def high(self) -> float:
        """The greatest number; the set has one."""
        return self.spans[-1][1]

    @property
    def point(self) -> float | None:
        """The one number of the set, where it has no other (`NaN` aside)."""
        return self.low if self.spans and self.low == self.high else None

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.spans and not self.nan

    def meet(self, other: "Values") -> "Values":
        """What is in both."""
        found = [
            (max(one[0], two[0]), min(one[1], two[1]))
            for one in self.spans
            for two in other.spans
            if one[0] <= two[1] and two[0] <= one[1]
        ]
        return _of(found, nan=self.nan and other.nan)

    def join(self, other: "Values") -> "Values":
        """What is in one of them."""
        return _of((*self.spans, *other.spans), nan=self.nan or other.nan)

    def without(self, other: "Values") -> "Values":
        """What is in this one only."""
        gaps, start = [], -math.inf
        for low, high in other.spans:
            if low > start:
                gaps.append((start, math.nextafter(low, -math.inf)))
            start = math.nextafter(high, math.inf)
        if not other.spans or other.high < math.inf:
            gaps.append((start, math.inf))
        kept = self.meet(Values(tuple(gaps), nan=True))
        return Values(kept.spans, nan=self.nan and not other.nan)

    def turned(self) -> "Values":
        """With the other sign."""
        # `-0` is below `0` to a division: where a zero may have come out negative, the set goes on just below it.
        spans = [(_JUST_BELOW if high == 0 else -high, -low) for low, high in self.spans]
        return _of(spans, nan=self.nan)


def between(low: float, high: float, *, nan: bool = False) -> Values:
    """All numbers from one to another, both included."""
    return Values(((low, high),), nan)


def just(number: float) -> Values:
    """One number, or `NaN`."""
    return Values((), nan=True) if math.isnan(number) else Values(((number, number),))


ANYTHING: Final = between(-math.inf, math.inf, nan=True)
NOTHING: Final = Values(())
NOT_NEGATIVE: Final = between(0.0, math.inf, nan=True)


def turned(sign: str) -> str:
    """A comparison that says the same with its sides exchanged."""
    return sign.translate(_TURNED)


def kept(values: Values, sign: str, other: Values) -> Values:
    """What of a set can be left by a comparison with some value of another."""
    if not other.spans:
        return values if sign == "!=" and other.nan else NOTHING
    if sign == "!=":
        return values if other.point is None or other.nan else values.without(just(other.point))
    if sign == "==":
        return Values(values.meet(other).spans)
    return Values(values.meet(_passing(sign, other)).spans)


def _passing(sign: str, other: Values) -> Values:
    """Every number that lies above or below some number of a set."""
    low, high = other.low, other.high
    if sign in {">", ">="}:
        first = math.nextafter(low, math.inf) if sign == ">" else low
        return NOTHING if (sign, low) == (">", math.inf) else between(first, math.inf)
    last = math.nextafter(high, -math.inf) if sign == "<" else high
    return NOTHING if (sign, high) == ("<", -math.inf) else between(-math.inf, last)


def of_equal(values: Values, sign: str) -> Values | None:
    """What comes of a value and the very same value: what a comparison leaves, or the result; None where it differs."""
    if sign in {">", "<"}:
        return NOTHING
    if sign == "!=":
        return Values((), nan=values.nan)
    if sign in {"==", ">=", "<="}:
        return Values(values.spans)
    return Values((_OF_EQUAL[sign],), nan=True) if sign in _OF_EQUAL else None


def always_holds(values: Values, sign: str, other: Values) -> bool:
    """Whether a comparison holds whatever the two are."""
    if sign == "!=":
        return values.meet(Values(other.spans)).empty
    if values.nan or other.nan or not values.spans or not other.spans:
        return False
    return {
        "==": values.point is not None and values.point == other.point,
        ">": values.low > other.high,
        ">=": values.low >= other.high,
        "<": values.high < other.low,
        "<=": values.high <= other.low,
    }[sign]


def reckoned(sign: str, one: Values, other: Values) -> Values:
    """What an arithmetic operator makes of two sets."""
    if not one.spans or not other.spans:
        return Values((), nan=True)
    how = _RECKONED[sign]
    nan, spans = one.nan or other.nan, []
    for left in one.spans:
        for right in other.spans:
            low, high, may_be_nan = how(left, right)
            nan = nan or may_be_nan
            if low <= high:
                spans.append((low, high))
    return _of(spans, nan=nan)


_Result = tuple[float, float, bool]
_FULL: Final[_Result] = (-math.inf, math.inf, True)


def _sum(left: _Span, right: _Span) -> _Result:
    low, high = left[0] + right[0], left[1] + right[1]
    if math.isnan(low) or math.isnan(high):
        return _FULL
    return low, high, (left[1], right[0]) == (math.inf, -math.inf) or (left[0], right[1]) == (-math.inf, math.inf)


def _difference(left: _Span, right: _Span) -> _Result:
    return _sum(left, (-right[1], -right[0]))


def _corners(how: Callable[[float, float], float], left: _Span, right: _Span) -> _Result:
    """Of an operation that only grows or only falls along each side, the ends lie in its corners."""
    found = [how(one, other) for one in left for other in right]
    numbers = [value for value in found if not math.isnan(value)]
    nan = len(numbers) < len(found)
    if not numbers:
        return math.inf, -math.inf, True
    low, high = min(numbers), max(numbers)
    if low == 0 and (left[0] < 0 or right[0] < 0):
        low = _JUST_BELOW  # the zero may be a negative one
    return low, high, nan


def _product(left: _Span, right: _Span) -> _Result:
    low, high, nan = _corners(lambda one, other: one * other, left, right)
    zero, infinite = ([_reaches(span, number) for span in (left, right)] for number in (0.0, math.inf))
    if any(zero):  # nothing times any finite number, though not at the corners where the other is infinite
        low, high = min(low, _JUST_BELOW if left[0] < 0 or right[0] < 0 else 0.0), max(high, 0.0)
    return low, high, nan or (zero[0] and infinite[1]) or (zero[1] and infinite[0])


def _reaches(span: _Span, size: float) -> bool:
    return span[0] <= size <= span[1] or span[0] <= -size <= span[1]


def _quotient(left: _Span, right: _Span) -> _Result:
    if right[0] > 0 or right[1] < 0:
        low, high, nan = _corners(lambda one, other: one / other, left, right)
        return low, high, nan or (_reaches(left, math.inf) and _reaches(right, math.inf))
    if right[0] == 0 and left[0] >= 0:
        return (0.0 if left[0] == 0 else left[0] / right[1] if right[1] else math.inf), math.inf, True
    return _FULL


def _rest(left: _Span, right: _Span) -> _Result:
    most = max(abs(right[0]), abs(right[1]))
    return 0.0 if left[0] >= 0 else max(-most, left[0]), 0.0 if left[1] < 0 else min(most, left[1]), True


def _power(left: _Span, right: _Span) -> _Result:
    if left[0] == left[1] and right[0] == right[1]:
        try:
            value = left[0] ** right[0]
        except (ArithmeticError, ValueError):
            return _FULL
        # A root of a negative number is complex to Python, and not a number to Prometheus.
        return (value, value, False) if isinstance(value, float) else (math.inf, -math.inf, True)
    return (0.0, math.inf, True) if left[0] >= 0 else _FULL


def _angle(left: _Span, right: _Span) -> _Result:
    if left[0] == left[1] and right[0] == right[1]:
        value = math.atan2(left[0], right[0])
        return value, value, False
    return -math.pi, math.pi, True


_RECKONED: Final[dict[str, Callable[[_Span, _Span], _Result]]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "%": _rest,
    "^": _power,
    "atan2": _angle,
}
ARITHMETIC: Final = frozenset(_RECKONED)
COMPARISONS: Final = frozenset({"==", "!=", ">", "<", ">=", "<="})


def _of(spans: Iterable[_Span], *, nan: bool) -> Values:
    """Spans in order, those that touch as one, and one for all where they are many."""
    merged: list[_Span] = []
    for low, high in sorted(spans):
        if merged and low <= math.nextafter(merged[-1][1], math.inf):
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    if len(merged) > _MOST_SPANS:
        merged = [(merged[0][0], merged[-1][1])]
    return Values(tuple(merged), nan)
