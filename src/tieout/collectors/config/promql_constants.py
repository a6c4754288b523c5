"""Reads a PromQL expression so far as to tell which metrics can make it fire, and whether anything can.

Constants are folded and nothing is measured: `vector(0) > 1` never holds, so what needs it never fires.
Grammar: https://prometheus.io/docs/prometheus/latest/querying/basics/ and /operators/.
"""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.promql import metric_names

_TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n]*)|(?P<string>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`)"
    r"|(?P<duration>\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)(?![\w.])"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])"
    r"|(?P<name>[A-Za-z_:][\w:]*)|(?P<sign>==|!=|>=|<=|=~|!~|[-+*/%^<>=(){}\[\],@:])",
    re.DOTALL,
)
_MOST_DEPTH: Final = 60
_AGGREGATIONS: Final = frozenset(
    {"sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "bottomk", "topk", "quantile"}
    | {"limitk", "limit_ratio"}
)
_OF_ONE: Final = frozenset({"sum", "min", "max", "avg"})
_RANK: Final = {
    "or": 1,
    "and": 2,
    "unless": 2,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    "atan2": 5,
    "^": 6,
} | dict.fromkeys(("==", "!=", ">", "<", ">=", "<="), 3)
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_COUNT: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "^": operator.pow,
    "atan2": math.atan2,
}
_SIGN_RANK: Final = 5  # `-a ^ b` is `-(a ^ b)`
_TURNED: Final = str.maketrans("<>", "><")
_COUNTING: Final = frozenset({"count", "group", "stddev", "stdvar"})
#: Functions whose values are never below zero, and those that keep it so where their argument is not.
_NEVER_NEGATIVE: Final = frozenset(
    {"abs", "changes", "count_over_time", "exp", "increase", "irate", "present_over_time", "rate", "resets", "sqrt"}
    | {"stddev_over_time", "stdvar_over_time", "absent", "absent_over_time"}
)
_KEEPING: Final = frozenset(
    {"avg_over_time", "ceil", "floor", "last_over_time", "max_over_time", "min_over_time", "round", "scalar", "sort"}
    | {"sort_desc", "sum_over_time", "vector"}
)
_ENVIRONMENTS: Final = frozenset({"deployment_environment", "env", "environment", "stage"})
_PRODUCTION: Final = ("prod", "prd", "live")
_DURATION = re.compile(r"(\d+)(ms|[smhdwy])")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0, "y": 31_536_000.0}


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression can do.

    Attributes:
        metrics: Those that can make it fire, in the order of their first use.
        can_fire: False where a constant keeps it from ever firing; None where it could not be understood.
    """

    metrics: tuple[str, ...]
    can_fire: bool | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an expression: empty for ever, or one number for ever, or neither; and the metrics that it reads."""

    metrics: tuple[str, ...] = ()
    never: bool = False
    constant: float | None = None
    positive: bool = False  # never below zero, whatever is measured

    @property
    def at_least_zero(self) -> bool:
        return self.positive or (self.constant is not None and self.constant >= 0)


class _NotUnderstoodError(Exception):
    """The text is not of the grammar that is read here."""


def read(expression: str) -> Reading:
    """What an alert's expression can do; of one that is not understood only the metrics it names."""
    try:
        part = _Parser(expression).whole()
    except _NotUnderstoodError:
        return Reading(tuple(metric_names(expression)), None)
    return Reading(tuple(dict.fromkeys(part.metrics)), not part.never)


def seconds(duration: str) -> float | None:
    """The seconds of a Prometheus duration (`1h30m`, `999y`, `0`); None where it is none."""
    text = duration.strip()
    if text == "0":
        return 0.0
    found = _DURATION.findall(text)
    if not found or "".join(count + unit for count, unit in found) != text:
        return None
    return sum(float(count) * _SECONDS[unit] for count, unit in found)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise _NotUnderstoodError
            if match.lastgroup != "space":
                self.tokens.append((match.lastgroup or "", match.group()))
            at = match.end()
        self.at = 0

    def whole(self) -> _Part:
        part = self.binary(1, 0)
        if self.at < len(self.tokens):
            raise _NotUnderstoodError
        return part

    def peek(self, ahead: int = 0) -> str:
        """The next token in small letters; a text never looks like a sign or a word."""
        at = self.at + ahead
        if at >= len(self.tokens):
            return ""
        kind, text = self.tokens[at]
        return '"' if kind == "string" else text.lower()

    def take(self, wanted: str | None = None) -> tuple[str, str]:
        if self.at >= len(self.tokens) or (wanted is not None and self.peek() != wanted):
            raise _NotUnderstoodError
        self.at += 1
        return self.tokens[self.at - 1]

    def binary(self, lowest: int, depth: int) -> _Part:
        if depth > _MOST_DEPTH:
            raise _NotUnderstoodError
        left = self.signed(depth + 1)
        while (rank := _RANK.get(self.peek(), 0)) >= lowest:
            sign = self.take()[1].lower()
            as_number = self.peek() == "bool"
            if as_number:
                self.take()
            on_nothing = self.matching()
            right = self.binary(rank if sign == "^" else rank + 1, depth + 1)
            left = _combined(sign, left, right, as_number=as_number, on_nothing=on_nothing)
        return left

    def matching(self) -> bool:
        """Pass over `on(…)`, `ignoring(…)` and `group_left(…)`; whether it is `on()`, which every series matches."""
        on_nothing = False
        if self.peek() in {"on", "ignoring"}:
            on = self.take()[1].lower() == "on"
            on_nothing = on and self.peek(1) == ")"
            self.enclosed("(", ")")
        if self.peek() in {"group_left", "group_right"}:
            self.take()
            if self.peek() == "(":
                self.enclosed("(", ")")
        return on_nothing

    def enclosed(self, opening: str, closing: str) -> list[tuple[str, str]]:
        self.take(opening)
        start = self.at
        while self.peek() != closing:
            self.take()
        self.take()
        return self.tokens[start : self.at - 1]

    def signed(self, depth: int) -> _Part:
        if self.peek() in {"+", "-"}:
            sign = self.take()[1]
            part = self.binary(_SIGN_RANK + 1, depth + 1)
            if sign == "+":
                return part
            return _Part(part.metrics, part.never, None if part.constant is None else -part.constant)
        part = self.primary(depth)
        while self.peek() in {"[", "offset", "@"}:
            if self.peek() == "[":
                self.enclosed("[", "]")
                continue
            self.take()
            if self.peek() in {"+", "-"}:
                self.take()
            kind, _ = self.take()
            if kind == "name":
                self.enclosed("(", ")")
        return part

    def primary(self, depth: int) -> _Part:
        if self.peek() == "(":
            self.take()
            part = self.binary(1, depth + 1)
            self.take(")")
            return part
        if self.peek() == "{":
            return _Part(metrics=_names_inside(self.enclosed("{", "}")))
        kind, text = self.take()
        return self.named(text, depth) if kind == "name" else _literal(kind, text)

    def named(self, text: str, depth: int) -> _Part:
        word = text.lower()
        if word in {"inf", "nan"} and self.peek() not in {"{", "("}:
            return _Part(constant=float(word))
        if word in _AGGREGATIONS and self.peek() in {"by", "without", "("}:
            self.grouping()
            part = _aggregated(word, self.arguments(depth))
            self.grouping()
            return part
        if self.peek() == "(":
            return _called(word, self.arguments(depth))
        inside = _names_inside(self.enclosed("{", "}")) if self.peek() == "{" else ()
        return _Part(metrics=(text, *inside))

    def grouping(self) -> None:
        if self.peek() in {"by", "without"}:
            self.take()
            self.enclosed("(", ")")

    def arguments(self, depth: int) -> list[_Part]:
        self.take("(")
        found: list[_Part] = []
        while self.peek() != ")":
            found.append(self.binary(1, depth + 1))
            if self.peek() == ",":
                self.take()
            elif self.peek() != ")":
                raise _NotUnderstoodError
        self.take(")")
        return found


def _names_inside(tokens: list[tuple[str, str]]) -> tuple[str, ...]:
    """The metric that stands between braces: `{"http.latency"}` or `{__name__="latency"}`."""
    before = ["", *(text for _, text in tokens)]
    return tuple(
        text[1:-1]
        for index, (kind, text) in enumerate(tokens)
        if kind == "string"
        and (before[index] in {"", ","} or (before[index] == "=" and index > 1 and tokens[index - 2][1] == "__name__"))
    )


def _literal(kind: str, text: str) -> _Part:
    if kind == "number":
        return _Part(constant=float(int(text, 16)) if text[:2].lower() == "0x" else float(text))
    if kind == "duration":
        return _Part(constant=seconds(text))
    if kind == "string":
        return _Part()
    raise _NotUnderstoodError


def _combined(sign: str, left: _Part, right: _Part, *, as_number: bool, on_nothing: bool) -> _Part:
    both = _Part((*left.metrics, *right.metrics))
    constants = left.constant is not None and right.constant is not None
    if sign == "or" and (left.never or right.never):
        return right if left.never else left
    if left.never or (right.never and sign != "unless"):
        return _Part(never=True)
    if sign in {"or", "and"}:
        return left if constants else both
    if sign == "unless":
        return _Part(never=True) if constants or (right.constant is not None and on_nothing) else left
    return _compared(sign, left, right, as_number=as_number) if sign in _COMPARE else _reckoned(sign, left, right)


def _reckoned(sign: str, left: _Part, right: _Part) -> _Part:
    if sign == "*" and 0.0 in {left.constant, right.constant}:
        return _Part(constant=0.0)
    if left.constant is None or right.constant is None:
        positive = sign in {"+", "*", "/"} and left.at_least_zero and right.at_least_zero
        return _Part((*left.metrics, *right.metrics), positive=positive)
    try:
        value = _COUNT[sign](left.constant, right.constant)
    except (ArithmeticError, ValueError):
        return _Part()
    # A root of a negative number is complex to Python, and not a number to Prometheus.
    return _Part(constant=value) if type(value) is float else _Part()


def _compared(sign: str, left: _Part, right: _Part, *, as_number: bool) -> _Part:
    one, other = left.constant, right.constant
    if one is not None and other is not None:
        holds = _COMPARE[sign](one, other)
        return _Part(constant=float(holds)) if as_number else _Part(constant=one) if holds else _Part(never=True)
    limit = one if other is None else other
    if limit is not None and not as_number:
        beyond = (">" if other is not None else "<", math.inf), ("<" if other is not None else ">", -math.inf)
        if (math.isnan(limit) and sign != "!=") or (sign, limit) in beyond:
            return _Part(never=True)
        turned = sign if other is not None else sign.translate(_TURNED)
        below = limit < 0 and turned in {"<", "<=", "=="}
        if (left if other is not None else right).positive and (below or (limit == 0 and turned == "<")):
            return _Part(never=True)
    # Only a comparison that keeps the left side's values keeps what is known of them.
    return _Part((*left.metrics, *right.metrics), positive=as_number or left.positive)


def _aggregated(word: str, arguments: list[_Part]) -> _Part:
    if any(part.never for part in arguments[-1:]):
        return _Part(never=True)
    if word in _OF_ONE and len(arguments) == 1 and arguments[0].constant is not None:
        return arguments[0]
    positive = word in _COUNTING or (word in _OF_ONE and len(arguments) == 1 and arguments[0].positive)
    return _Part(tuple(name for part in arguments for name in part.metrics), positive=positive)


def _called(word: str, arguments: list[_Part]) -> _Part:
    if word in {"absent", "absent_over_time"}:
        return _Part(constant=1.0) if any(part.never for part in arguments) else _Part(_all(arguments))
    if any(part.never for part in arguments):
        return _Part(never=True)
    if word in {"vector", "scalar"} and len(arguments) == 1 and arguments[0].constant is not None:
        return arguments[0]
    kept = word in _KEEPING and len(arguments) == 1 and arguments[0].positive
    return _Part(_all(arguments), positive=word in _NEVER_NEGATIVE or kept)


def other_environment(expression: str) -> str | None:
    """The first environment other than production that a label of an expression asks for; None where none does."""
    found = [(match.lastgroup, match.group()) for match in _TOKEN.finditer(expression) if match.lastgroup != "space"]
    for (kind, name), (_, sign), (third, value) in zip(found, found[1:], found[2:], strict=False):
        if kind != "name" or name.casefold() not in _ENVIRONMENTS or third != "string":
            continue
        live = any(word in value.casefold() for word in _PRODUCTION) or (
            sign == "=~" and ("*" in value or "+" in value)
        )
        if (sign in {"=", "=~"} and not live) or (sign == "!=" and live):
            return f"{name} {'other than ' if sign == '!=' else ''}{value[1:-1]}"
    return None


def _all(arguments: list[_Part]) -> tuple[str, ...]:
    return tuple(name for part in arguments for name in part.metrics)
