"""Types of PromQL: what operators, functions and aggregations take, and what a selector's matchers ask together.

Prometheus loads no rule whose types do not fit, so nothing is concluded from one. Signatures:
https://prometheus.io/docs/prometheus/latest/querying/functions/.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import re2

from tieout.collectors.config.promql_parts import Part
from tieout.kernel.reading.patterns import compile_bytes

#: Of each argument one letter: (i)nstant vector, (r)ange, (s)calar, (t)ext; what follows `?` may be left out,
#: and the letter before `*` may be repeated or left out.
_TAKES: Final = {
    **dict.fromkeys(("absent", "abs", "ceil", "floor", "sgn", "exp", "ln", "log10", "log2", "sqrt", "deg", "rad"), "i"),
    **dict.fromkeys(("acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "sin", "sinh", "tan"), "i"),
    **dict.fromkeys(("tanh", "scalar", "sort", "sort_desc", "timestamp"), "i"),
    **dict.fromkeys(("histogram_avg", "histogram_count", "histogram_sum", "histogram_stddev", "histogram_stdvar"), "i"),
    **dict.fromkeys(("minute", "hour", "day_of_week", "day_of_month", "day_of_year"), "?i"),
    **dict.fromkeys(("days_in_month", "month", "year"), "?i"),
    **dict.fromkeys(("absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv"), "r"),
    **dict.fromkeys(("first_over_time", "idelta", "increase", "irate", "last_over_time", "mad_over_time"), "r"),
    **dict.fromkeys(("max_over_time", "min_over_time", "present_over_time", "rate", "resets"), "r"),
    **dict.fromkeys(("stddev_over_time", "stdvar_over_time", "sum_over_time"), "r"),
    **dict.fromkeys(("ts_of_first_over_time", "ts_of_last_over_time"), "r"),
    **dict.fromkeys(("ts_of_max_over_time", "ts_of_min_over_time"), "r"),
    **dict.fromkeys(("double_exponential_smoothing", "holt_winters"), "rss"),
    "clamp": "iss",
    "clamp_max": "is",
    "clamp_min": "is",
    "histogram_fraction": "ssi",
    "histogram_quantile": "si",
    "info": "i?i",
    "label_join": "ittt*",
    "label_replace": "itttt",
    "pi": "",
    "predict_linear": "rs",
    "quantile_over_time": "sr",
    "round": "i?s",
    "sort_by_label": "it*",
    "sort_by_label_desc": "it*",
    "time": "",
    "vector": "s",
    # Aggregations.
    **dict.fromkeys(("sum", "min", "max", "avg", "group", "stddev", "stdvar", "count"), "i"),
    **dict.fromkeys(("topk", "bottomk", "limitk", "limit_ratio", "quantile"), "si"),
    "count_values": "ti",
}
_NAME: Final = "__name__"
_MOST_MATCHERS: Final = 200


def is_taken(word: str, arguments: Sequence[Part]) -> bool:
    """Whether a function or an aggregation takes arguments of these types; one that is not known takes any."""
    takes = _TAKES.get(word)
    if takes is None:
        return True
    needed, _, optional = takes.partition("?")
    letters = [*needed, *optional]
    least = len(needed)
    if needed.endswith("*"):
        letters = letters[:-1]
        least -= 2
        letters.extend(letters[-1:] * max(0, len(arguments) - len(letters)))
    return least <= len(arguments) <= len(letters) and all(
        _fits(part, letter) for part, letter in zip(arguments, letters, strict=False)
    )


def _fits(part: Part, letter: str) -> bool:
    if letter in {"r", "t"}:
        return part.kind == {"r": "range", "t": "text"}[letter]
    # What never has an element is no longer known as a scalar or a vector.
    return part.kind == "numbers" and (part.never or part.scalar == (letter == "s"))


def are_numbers(*parts: Part) -> bool:
    """Whether an operator takes these: no text, and no range of time."""
    return all(part.kind == "numbers" for part in parts)


def chooses(names: Sequence[str], matchers: Iterable[tuple[str, str, str]]) -> bool | None:
    """Whether any series can suit a selector; None where Prometheus refuses the selector.

    Args:
        names: Metrics that it names beside its matchers.
        matchers: (label, sign, value); a value with an escape in it is not judged.
    """
    found = [*matchers]
    if len(names) > 1 or (names and any(label == _NAME for label, _, _ in found)) or len(found) > _MOST_MATCHERS:
        return None
    patterns: dict[tuple[str, str, str], Any] = {}
    for one in found:
        if one[1] in {"=~", "!~"} and "\\" not in one[2]:
            try:
                patterns[one] = compile_bytes(f"(?s:{one[2]})" if one[2].isascii() else "")
            except re2.error:
                return None
    if not names and not any(_holds(one, "", patterns) is not True for one in found):
        return None
    exact = [one for one in found if one[1] == "=" and "\\" not in one[2]]
    return not any(
        _holds(other, value, patterns) is False for label, _, value in exact for other in found if other[0] == label
    ) and not any((label, {"=~": "!~", "=": "!="}.get(sign), value) in found for label, sign, value in found)


def _holds(matcher: tuple[str, str, str], value: str, patterns: dict[tuple[str, str, str], Any]) -> bool | None:
    """Whether a matcher takes a label's value; None where that is not judged."""
    _, sign, wanted = matcher
    if sign in {"=", "!="}:
        return None if "\\" in wanted else (wanted == value) is (sign == "=")
    if matcher not in patterns or not wanted.isascii():
        return None
    return (patterns[matcher].fullmatch(value.encode("utf-8", "replace")) is not None) is (sign == "=~")
