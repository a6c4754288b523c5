"""What functions and aggregations of PromQL make of their arguments: which values can come out, and whether any.

Functions: https://prometheus.io/docs/prometheus/latest/querying/functions/. One that is not known may give anything.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from tieout.collectors.config.promql_parts import NEVER, Part, everywhere
from tieout.collectors.config.promql_values import ANYTHING, NOT_NEGATIVE, Values, between, just

_AT_LEAST_ONE: Final = between(1.0, math.inf)
_HALF: Final = math.pi / 2
#: Values of the functions of a time, by https://pkg.go.dev/time; of no argument they speak of now.
_CLOCK: Final = {
    "minute": between(0.0, 59.0),
    "hour": between(0.0, 23.0),
    "day_of_week": between(0.0, 6.0),
    "day_of_month": between(1.0, 31.0),
    "day_of_year": between(1.0, 366.0),
    "days_in_month": between(28.0, 31.0),
    "month": between(1.0, 12.0),
    "year": between(-math.inf, math.inf),
}
#: Functions of a vector's elements whose values do not depend on the argument's, or not in a way that matters here.
_ELEMENTWISE: Final = {
    "acos": between(0.0, math.pi, nan=True),
    "acosh": NOT_NEGATIVE,
    "asin": between(-_HALF, _HALF, nan=True),
    "asinh": ANYTHING,
    "atan": between(-_HALF, _HALF, nan=True),
    "atanh": ANYTHING,
    "cos": between(-1.0, 1.0, nan=True),
    "cosh": between(1.0, math.inf, nan=True),
    "deg": ANYTHING,
    "exp": NOT_NEGATIVE,
    "ln": ANYTHING,
    "log10": ANYTHING,
    "log2": ANYTHING,
    "rad": ANYTHING,
    "sin": between(-1.0, 1.0, nan=True),
    "sinh": ANYTHING,
    "sqrt": NOT_NEGATIVE,
    "tan": ANYTHING,
    "tanh": between(-1.0, 1.0, nan=True),
    "timestamp": ANYTHING,
}
#: Functions that give nothing of nothing, and new elements otherwise: of ranges, of histograms, of labels.
_ANEW: Final = {
    "changes": NOT_NEGATIVE,
    "count_over_time": _AT_LEAST_ONE,
    "delta": ANYTHING,
    "deriv": ANYTHING,
    "double_exponential_smoothing": ANYTHING,
    "histogram_avg": ANYTHING,
    "histogram_count": ANYTHING,
    "histogram_fraction": ANYTHING,
    "histogram_quantile": ANYTHING,
    "histogram_stddev": ANYTHING,
    "histogram_stdvar": ANYTHING,
    "histogram_sum": ANYTHING,
    "holt_winters": ANYTHING,
    "idelta": ANYTHING,
    "increase": NOT_NEGATIVE,
    "irate": NOT_NEGATIVE,
    "mad_over_time": NOT_NEGATIVE,
    "predict_linear": ANYTHING,
    "present_over_time": just(1.0),
    "rate": NOT_NEGATIVE,
    "resets": NOT_NEGATIVE,
    "stddev_over_time": NOT_NEGATIVE,
    "stdvar_over_time": NOT_NEGATIVE,
    "ts_of_first_over_time": NOT_NEGATIVE,
    "ts_of_last_over_time": NOT_NEGATIVE,
    "ts_of_max_over_time": NOT_NEGATIVE,
    "ts_of_min_over_time": NOT_NEGATIVE,
}
#: Functions that say that something is there, when, or how often, whatever its value is.
_PRESENCE: Final = frozenset(
    {"count_over_time", "histogram_count", "present_over_time", "timestamp", "ts_of_first_over_time"}
    | {"ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"}
)
#: Others of that kind, whose values come of the argument's.
_AMONG: Final = frozenset(
    {"avg_over_time", "first_over_time", "label_join", "label_replace", "last_over_time", "max_over_time"}
    | {"min_over_time", "quantile_over_time", "sum_over_time"}
)
_SORTING: Final = frozenset({"sort", "sort_desc", "sort_by_label", "sort_by_label_desc"})
_CLAMPS: Final = frozenset({"clamp", "clamp_max", "clamp_min"})
_PICKING: Final = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
AGGREGATIONS: Final = (
    frozenset({"sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "quantile"}) | _PICKING
)
#: What counts or notes that something is there, whatever its value.
_COUNTING: Final = {"count": _AT_LEAST_ONE, "count_values": _AT_LEAST_ONE, "group": just(1.0)}


def aggregated(word: str, arguments: Sequence[Part], *, grouped: bool) -> Part:
    """What an aggregation makes of its arguments; the last one is what it aggregates."""
    if not arguments:
        return Part()
    part = arguments[-1]
    if part.never or (word in {"topk", "bottomk", "limitk"} and len(arguments) > 1 and _below_one(arguments[0])):
        return NEVER
    if word in _PICKING:
        return replace(part, always=False, exact=None, within=frozenset())
    values = _of_group(word, arguments)
    return Part(
        metrics=part.deciding if word in _COUNTING else _metrics(arguments),
        deciding=part.deciding,
        values=values,
        not_a_number=part.not_a_number and word not in _COUNTING,
        always=part.always and not grouped and word != "count_values",
        bare=not grouped and word != "count_values",
        facts=everywhere(part.facts),
    )


def called(word: str, arguments: Sequence[Part]) -> Part:
    """What a function makes of its arguments."""
    if not arguments:
        return _of_now(word)
    if len(arguments) == 1 and word in _OF_ONE:
        return _OF_ONE[word](arguments[0])
    if any(part.never for part in arguments) and word in _EMPTY_OF_EMPTY:
        return NEVER
    if word in _SORTING:
        return arguments[0]
    if word in _ELEMENTWISE or word in _CLAMPS or word in _CHANGING or word in _CLOCK:
        return _elementwise(word, arguments)
    return _anew(word, arguments)


def _of_now(word: str) -> Part:
    """A function without arguments: of the moment, or a number for ever."""
    if word in {"time", "pi"}:
        return Part(values=just(math.pi) if word == "pi" else NOT_NEGATIVE, scalar=True, always=True, bare=True)
    return Part(values=_CLOCK[word], always=True, bare=True) if word in _CLOCK else Part()


def _anew(word: str, arguments: Sequence[Part]) -> Part:
    """New elements, of other labels or of a range of time; of a function that is not known, anything."""
    deciding = tuple(name for part in arguments for name in part.deciding)
    metrics = deciding if word in _PRESENCE else _metrics(arguments)
    if word in _ANEW:
        return Part(metrics, _ANEW[word], deciding, facts=_globals(arguments))
    if word in _AMONG:
        doubt = any(part.not_a_number for part in arguments)
        return Part(metrics, _over_time(word, arguments), deciding, not_a_number=doubt, facts=_globals(arguments))
    if word == "info":  # its second argument says which labels to add
        return Part(arguments[0].metrics, deciding=arguments[0].deciding)
    return Part(metrics, deciding=deciding)


def _over_time(word: str, arguments: Sequence[Part]) -> Values:
    """Values that come of those within a range of time, or under other labels."""
    if word == "sum_over_time":
        return _sum_of(arguments[-1])
    if word == "quantile_over_time":
        return _quantile(arguments)
    return _hull(arguments[0].values) if word == "avg_over_time" else arguments[0].values


def _metrics(arguments: Sequence[Part]) -> tuple[str, ...]:
    return tuple(name for part in arguments for name in part.metrics)


def _globals(arguments: Sequence[Part]) -> dict[tuple[int, ...], Values]:
    return {key: values for part in arguments for key, values in everywhere(part.facts).items()}


def _absent(part: Part) -> Part:
    """One where its argument is empty, and otherwise nothing: no value of its metrics makes it hold."""
    return NEVER if part.always else Part(values=just(1.0), always=part.never)


def _scalar(part: Part) -> Part:
    """The value of a vector of one element; of any other it is `NaN`."""
    values = Values((), nan=True) if part.never else part.values
    if not (part.always and part.bare):
        values = replace(values, nan=True)
    return Part(part.metrics, values, scalar=True, always=True, bare=True)


def _vector(part: Part) -> Part:
    """A scalar as a vector of one element without labels."""
    return replace(part, scalar=False, same=None, exact=None, within=frozenset())


def _elementwise(word: str, arguments: Sequence[Part]) -> Part:
    """A new value for each element, which keeps its labels."""
    part = arguments[0]
    if word in _CLAMPS:
        values = _clamped(word, arguments)
    elif word in _CHANGING:
        values = _CHANGING[word](part.values) if len(arguments) == 1 else ANYTHING
    else:
        values = {**_ELEMENTWISE, **_CLOCK}[word]
    if values.empty:
        return NEVER
    decided = values.point is not None and part.values.point is None
    return Part(
        metrics=part.deciding if decided or word in _PRESENCE else _metrics(arguments),
        deciding=part.deciding,
        values=values,
        not_a_number=part.not_a_number,
        always=part.always and word not in _CLAMPS,
        bare=part.bare,
        facts=part.facts,
    )


def _clamped(word: str, arguments: Sequence[Part]) -> Values:
    """Values between limits; nothing comes out where the lower lies above the upper one."""
    values = arguments[0].values
    limits = [part.values for part in arguments[1:]]
    if len(limits) != (2 if word == "clamp" else 1) or not all(limit.spans for limit in limits):
        return ANYTHING
    least = limits[0] if word != "clamp_max" else None
    most = limits[-1] if word != "clamp_min" else None
    nan = values.nan or any(limit.nan for limit in limits)
    if least is not None and most is not None and least.low > most.high and not any(limit.nan for limit in limits):
        return Values(())
    if not values.spans:
        return replace(values, nan=True)
    low, high = values.low, values.high
    if least is not None:
        low, high = max(low, least.low), max(high, least.high)
    if most is not None:
        low, high = min(low, most.low), min(high, most.high)
    return between(low, high, nan=nan)


def _below_one(part: Part) -> bool:
    return bool(part.values.spans) and not part.values.nan and part.values.high < 1


def _of_group(word: str, arguments: Sequence[Part]) -> Values:
    """The values that one element for a group can have."""
    part = arguments[-1]
    if word in _COUNTING:
        return _COUNTING[word]
    if word in {"stddev", "stdvar"}:
        return NOT_NEGATIVE
    if word == "sum":
        return part.values if part.bare else _sum_of(part)
    if word == "quantile":
        return _quantile(arguments)
    return _hull(part.values)


def _sum_of(part: Part) -> Values:
    """One value, or several together."""
    values = part.values
    if not values.spans:
        return values
    low, high = (values.low if values.low >= 0 else -math.inf), (values.high if values.high <= 0 else math.inf)
    return between(low, high, nan=values.nan or (values.low == -math.inf and values.high == math.inf))


def _quantile(arguments: Sequence[Part]) -> Values:
    """Between the least and the greatest value, for a share of 0 to 1."""
    share = arguments[0].values
    if not share.spans or share.nan or share.low < 0 or share.high > 1:
        return ANYTHING
    return replace(_hull(arguments[-1].values), nan=True)


def _hull(values: Values) -> Values:
    """All between the least and the greatest value; of both infinities the middle is no number."""
    if not values.spans:
        return values
    both = values.low == -math.inf and values.high == math.inf
    return between(values.low, values.high, nan=values.nan or both)


def _each_end(change: Callable[[float], float], values: Values) -> Values:
    if not values.spans:
        return values
    low, high = (end if math.isinf(end) else float(change(end)) for end in (values.low, values.high))
    # What is rounded up to zero from below is a negative zero.
    return between(-math.ulp(0.0) if low == 0 > values.low else low, high, nan=values.nan)


def _size(values: Values) -> Values:
    if not values.spans:
        return values
    ends = (abs(values.low), abs(values.high))
    return between(0.0 if values.low <= 0 <= values.high else min(ends), max(ends), nan=values.nan)


def _rounded(values: Values) -> Values:
    if not values.spans:
        return values
    return between(_each_end(math.floor, values).low, _each_end(math.ceil, values).high, nan=values.nan)


def _sign(values: Values) -> Values:
    if not values.spans:
        return values
    low = 1.0 if values.low > 0 else 0.0 if values.low == 0 else -1.0
    high = -1.0 if values.high < 0 else 0.0 if values.high == 0 else 1.0
    return between(low, high, nan=values.nan)


_CHANGING: Final[dict[str, Callable[[Values], Values]]] = {
    "abs": _size,
    "ceil": lambda values: _each_end(math.ceil, values),
    "floor": lambda values: _each_end(math.floor, values),
    "round": _rounded,
    "sgn": _sign,
}
_OF_ONE: Final[dict[str, Callable[[Part], Part]]] = {
    "absent": _absent,
    "absent_over_time": _absent,
    "scalar": _scalar,
    "vector": _vector,
}
_EMPTY_OF_EMPTY: Final = frozenset({*_SORTING, *_CLAMPS, *_CHANGING, *_ELEMENTWISE, *_CLOCK, *_ANEW, *_AMONG})
FUNCTIONS: Final = _EMPTY_OF_EMPTY | {*_OF_ONE, "info", "pi", "time"}
"""Those that are known here."""
