"""Reads a PromQL expression so far as to tell which metrics can make it fire, and whether anything can.

Nothing is measured: `vector(0) > 1` and `X > 4 and X < 4` never hold, so what needs them never fires.
Grammar: https://prometheus.io/docs/prometheus/latest/querying/basics/ and /operators/.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from tieout.collectors.config.logql import is_log_query
from tieout.collectors.config.promql import metric_names
from tieout.collectors.config.promql_functions import AGGREGATIONS, FUNCTIONS, aggregated, called
from tieout.collectors.config.promql_parts import NEVER, Matching, Part, combined, number, told
from tieout.collectors.config.promql_types import are_numbers, chooses, is_taken

_TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n]*)|(?P<string>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`)"
    r"|(?P<duration>\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)(?![\w.])"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])"
    r"|(?P<name>[A-Za-z_:][\w:]*)|(?P<sign>==|!=|>=|<=|=~|!~|[-+*/%^<>=(){}\[\],@:])",
    re.DOTALL,
)
_MOST_DEPTH: Final = 60
_MOST_TOKENS: Final = 5_000
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
_SIGN_RANK: Final = 5  # `-a ^ b` is `-(a ^ b)`
_ENVIRONMENTS: Final = frozenset({"deployment_environment", "env", "environment", "stage"})
_PRODUCTION: Final = ("prod", "prd", "live")
_DURATION = re.compile(r"(\d+)(ms|[smhdwy])")
#: From the largest unit to the smallest, each once: https://pkg.go.dev/github.com/prometheus/common/model.
_WHOLE_DURATION = re.compile(r"(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?", re.ASCII)
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0, "y": 31_536_000.0}
_Token = tuple[str, str]
_MATCHER: Final = 3  # label, sign, value
_SIGNS: Final = frozenset({"=", "!=", "=~", "!~"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression can do.

    Attributes:
        metrics: Those whose values decide whether it fires, in the order of their first use: none of X in `absent(X)`,
            `count(X) > 1` or `X` alone, which say that a series is there, and not what its value is.
        can_fire: False where no number that its metrics can have makes it fire; None where it could not be understood.
        broken: It ends too early, a sign stands where none can, or it asks for no time at all: nothing takes it.
        unfit: Its types do not fit, or it calls a function that is not known here: Prometheus' own reader refuses it.
    """

    metrics: tuple[str, ...]
    can_fire: bool | None
    broken: bool = False
    unfit: bool = False


class _NotUnderstoodError(Exception):
    """The text is not of the grammar that is read here."""


class _UnfitError(_NotUnderstoodError):
    """A function, an aggregation or an operator gets what it does not take."""


class _BrokenError(_NotUnderstoodError):
    """The text is of no grammar: it ends too early, or a sign stands where none can."""


def read(expression: str) -> Reading:
    """What an alert's expression can do; of one that is not understood only the metrics it names.

    A query of logs names none, and is not judged.
    """
    if is_log_query(expression):
        return Reading((), None)
    try:
        parser = _Parser(expression)
        part = parser.whole()
    except _NotUnderstoodError as error:
        broken, unfit = (isinstance(error, one) for one in (_BrokenError, _UnfitError))
        return Reading(tuple(metric_names(expression)), None, broken=broken, unfit=unfit)
    if part.never or part.not_a_number:
        return Reading((), can_fire=False)
    deciding = () if part.always else tuple(dict.fromkeys(part.deciding))
    return Reading(deciding, None if parser.unknown else True, unfit=parser.foreign)


def seconds(duration: str) -> float | None:
    """The seconds of a Prometheus duration (`1h30m`, `999y`, `0`); None where it is none."""
    text = duration.strip()
    if text == "0":
        return 0.0
    found = _DURATION.findall(text)
    if not found or _WHOLE_DURATION.fullmatch(text) is None:
        return None
    return sum(float(count) * _SECONDS[unit] for count, unit in found)


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


class _Parser:
    """Reads tokens from left to right; parts that are written the same, spaces and brackets aside, are one.

    Attributes:
        unknown: It has met what is not known here: a function, or a fixed moment, whose values stay as they are.
        foreign: It was such a function.
    """

    def __init__(self, text: str) -> None:
        self.tokens: list[_Token] = []
        self.idents: dict[object, int] = {}
        self.unknown = False
        self.foreign = False
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None or len(self.tokens) >= _MOST_TOKENS:
                raise _NotUnderstoodError
            if match.lastgroup != "space":
                self.tokens.append((match.lastgroup or "", match.group()))
            at = match.end()
        self.at = 0

    def whole(self) -> Part:
        part = self.binary(1, 0)
        if self.at < len(self.tokens):
            raise _BrokenError if self.tokens[self.at][0] == "sign" else _NotUnderstoodError
        if not are_numbers(part):  # Prometheus loads such a rule; it fails each time that it is evaluated
            raise _NotUnderstoodError
        return part

    def told(self, part: Part, *written: object) -> Part:
        """A part under the number of how it is written."""
        return told(part, self.idents.setdefault(written, len(self.idents)))

    def peek(self, ahead: int = 0) -> str:
        """The next token in small letters; a text never looks like a sign or a word."""
        at = self.at + ahead
        if at >= len(self.tokens):
            return ""
        kind, text = self.tokens[at]
        return '"' if kind == "string" else text.lower()

    def take(self, wanted: str | None = None) -> _Token:
        if self.at >= len(self.tokens):
            raise _BrokenError
        if wanted is not None and self.peek() != wanted:
            raise _NotUnderstoodError
        self.at += 1
        return self.tokens[self.at - 1]

    def binary(self, lowest: int, depth: int) -> Part:
        if depth > _MOST_DEPTH:
            raise _NotUnderstoodError
        left = self.signed(depth + 1)
        while (rank := _RANK.get(self.peek(), 0)) >= lowest:
            sign = self.take()[1].lower()
            as_number = self.peek() == "bool"
            if as_number:
                self.take()
            matching, clause = self.matching()
            right = self.binary(rank if sign == "^" else rank + 1, depth + 1)
            if not are_numbers(left, right):
                raise _UnfitError
            part = combined(sign, left, right, matching, as_number=as_number)
            keys = [left.key, right.key]
            if sign in {"+", "*"} and matching.by_all:
                keys.sort(key=lambda key: key or ())
            left = self.told(part, sign, as_number, clause, *keys)
        return left

    def matching(self) -> tuple[Matching, tuple[str, ...]]:
        """How two sides are matched (`on(…)`, `ignoring(…)`, `group_left(…)`), and the words that say so."""
        clause: list[str] = []
        matching = Matching()
        if self.peek() in {"on", "ignoring"}:
            word = self.take()[1].lower()
            labels = [text for _, text in self.enclosed("(", ")")]
            on_nothing, on_name = word == "on" and not labels, word == "on" and any("__name__" in one for one in labels)
            matching = Matching(by_all=False, on_nothing=on_nothing, on_name=on_name)
            clause = [word, *labels]
        if self.peek() in {"group_left", "group_right"}:
            clause.append(self.take()[1].lower())
            matching = replace(matching, by_all=False)
            if self.peek() == "(":
                clause.extend(text for _, text in self.enclosed("(", ")"))
        return matching, tuple(clause)

    def enclosed(self, opening: str, closing: str) -> list[_Token]:
        self.take(opening)
        start = self.at
        while self.peek() != closing:
            self.take()
        self.take()
        return self.tokens[start : self.at - 1]

    def signed(self, depth: int) -> Part:
        if self.peek() in {"+", "-"}:
            sign = self.take()[1]
            part = self.binary(_SIGN_RANK + 1, depth + 1)
            if not are_numbers(part):
                raise _NotUnderstoodError
            if sign == "+" or part.never:
                return part
            turned = replace(part, values=part.values.turned(), same=None, exact=None, within=frozenset())
            return self.told(turned, "-", part.key)
        part = self.primary(depth)
        while self.peek() in {"[", "offset", "@"}:
            start = self.at
            if part.kind == "text" or (part.kind == "range" and self.peek() == "["):
                raise _NotUnderstoodError
            if self.peek() == "[":
                self.span()
                part = replace(part, kind="range")
            else:
                sign = self.take()[1]
                if self.peek() in {"+", "-"}:
                    self.take()
                kind, _ = self.take()
                if kind == "name":
                    self.enclosed("(", ")")
                elif sign == "@":
                    self.unknown = True
            # At other times than the rest of the expression, nothing that is known beside the values holds.
            part = self.told(
                replace(
                    part, always=False, scalar=False, key=None, same=None, exact=None, facts={}, within=frozenset()
                ),
                *(_plainly(token) for token in self.tokens[start : self.at]),
                part.key,
            )
        return part

    def span(self) -> None:
        """A range of time between square brackets, and how often it is looked at within it."""
        inside = self.enclosed("[", "]")
        if not inside or any(kind == "duration" and seconds(text) is None for kind, text in inside):
            raise _NotUnderstoodError
        kind, text = inside[0]
        is_alone = len(inside) == 1 or inside[1][1] == ":"
        if is_alone and ((kind == "duration" and seconds(text) == 0) or (kind == "number" and text == "0")):
            raise _BrokenError

    def primary(self, depth: int) -> Part:
        if self.peek() == "(":
            self.take()
            part = self.binary(1, depth + 1)
            self.take(")")
            return part
        if self.peek() == "{":
            return self.selected(())
        kind, text = self.take()
        return self.named(text, depth) if kind == "name" else self.literal(kind, text)

    def named(self, text: str, depth: int) -> Part:
        word = text.lower()
        if word in {"inf", "nan"} and self.peek() not in {"{", "("}:
            return self.told(number(float(word)), word)
        if word in AGGREGATIONS and self.peek() in {"by", "without", "("}:
            before = self.grouping()
            arguments = self.arguments(depth)
            grouping = before or self.grouping()
            if not is_taken(word, arguments):
                raise _UnfitError
            part = aggregated(word, arguments, grouped=bool(grouping))
            return self.told(part, word, grouping, *(one.key for one in arguments))
        if self.peek() == "(":
            arguments = self.arguments(depth)
            if not is_taken(word, arguments):
                raise _UnfitError
            self.foreign |= word not in FUNCTIONS
            self.unknown |= self.foreign
            return self.told(called(word, arguments), word, "(", *(one.key for one in arguments))
        return self.selected((text,))

    def selected(self, names: tuple[str, ...]) -> Part:
        """The series that a selector names: of one metric, or of each that fits."""
        inside = self.enclosed("{", "}") if self.peek() == "{" else []
        matchers = _matched(inside)
        suits = chooses((*names, *_quoted_names(inside)), matchers)
        if suits is None:
            raise _NotUnderstoodError
        if not suits:
            return NEVER
        metrics = (*names, *_names_inside(inside))
        return self.told(Part(metrics, unique=bool(metrics)), "{", *metrics, *_matchers(inside))

    def grouping(self) -> tuple[str, ...]:
        if self.peek() not in {"by", "without"}:
            return ()
        word = self.take()[1].lower()
        return word, *sorted({text for _, text in self.enclosed("(", ")")} - {","})

    def arguments(self, depth: int) -> list[Part]:
        self.take("(")
        found: list[Part] = []
        while self.peek() != ")":
            found.append(self.binary(1, depth + 1))
            if self.peek() == ",":
                self.take()
            elif self.peek() != ")":
                raise _NotUnderstoodError if self.peek() else _BrokenError
        self.take(")")
        return found

    def literal(self, kind: str, text: str) -> Part:
        if kind == "number":
            value = float(int(text, 16)) if text[:2].lower() == "0x" else float(text)
        elif kind == "duration":
            value = seconds(text) or 0.0
        elif kind == "string":
            return self.told(Part(kind="text"), _plainly((kind, text)))
        else:
            raise _BrokenError
        return self.told(number(value), "#", value)


def _plainly(token: _Token) -> object:
    """A token as what it means: `1h` is `60m`, and one kind of quotes is as good as another."""
    kind, text = token
    if kind == "duration":
        return seconds(text)
    if kind == "string" and "\\" not in text and '"' not in text[1:-1]:
        return f'"{text[1:-1]}"'
    return text


def _matchers(inside: list[_Token]) -> list[str]:
    """What stands between braces, matcher by matcher in one order."""
    found: list[str] = [""]
    for token in inside:
        if token[1] == ",":
            found.append("")
        else:
            found[-1] += str(_plainly(token))
    return sorted(one for one in found if one)


def _matched(inside: list[_Token]) -> list[tuple[str, str, str]]:
    """The matchers that stand between braces: label, sign, value; quoted names of metrics aside.

    Raises:
        _NotUnderstoodError: Something else stands there.
    """
    found: list[tuple[str, str, str]] = []
    at = 0
    while at < len(inside):
        ends = next((index for index in range(at, len(inside)) if inside[index][1] == ","), len(inside))
        one = inside[at:ends]
        at = ends + 1
        if len(one) == _MATCHER and one[0][0] in {"name", "string"} and one[1][1] in _SIGNS and one[2][0] == "string":
            label = one[0][1].strip("\"'`")
            found.append((label, one[1][1], one[2][1][1:-1]))
        elif len(one) != 1 or one[0][0] != "string":
            raise _NotUnderstoodError
    return found


def _quoted_names(inside: list[_Token]) -> list[str]:
    """Names of metrics that stand alone between braces."""
    around = [("sign", ","), *inside, ("sign", ",")]
    return [
        text
        for before, (kind, text), after in zip(around, around[1:], around[2:], strict=False)
        if kind == "string" and before[1] == after[1] == ","
    ]


def _names_inside(tokens: list[_Token]) -> tuple[str, ...]:
    """The metric that stands between braces: `{"http.latency"}` or `{__name__="latency"}`."""
    before = ["", *(text for _, text in tokens)]
    return tuple(
        text[1:-1]
        for index, (kind, text) in enumerate(tokens)
        if kind == "string"
        and (before[index] in {"", ","} or (before[index] == "=" and index > 1 and tokens[index - 2][1] == "__name__"))
    )
