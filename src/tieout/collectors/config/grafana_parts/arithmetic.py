"""Grafana's math expressions (`$A > 5 && ${B} < 3`) as PromQL, so that one judge tells what can make either fire.

Grammar and functions: https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/expression-queries/.
A math expression fires where its value is not zero; as PromQL it fires where an element is there, so that a comparison
at its top becomes a filter, and one within arithmetic gives 0 or 1.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<name>\$\{[^{}$]{1,60}\}|\$[A-Za-z_][A-Za-z0-9_]*)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<sign>\|\||&&|\*\*|[<>=!]=|[-+*/%<>!(),])"
)
_RANK: Final = {"||": 1, "&&": 2, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "**": 6} | dict.fromkeys(
    ("==", "!=", "<", "<=", ">", ">="), 3
)
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
_SIGN_RANK: Final = 7
_MOST_DEPTH: Final = 40
_MOST_TOKENS: Final = 500
#: Longer texts are no alert that a person wrote; references that multiply are cut here.
MOST_TEXT: Final = 20_000
#: Functions that PromQL has too.
_FUNCTIONS: Final = {"abs": "abs", "ceil": "ceil", "floor": "floor", "log": "ln", "round": "round"}
_CONSTANTS: Final = {"inf": "Inf", "infn": "(-Inf)", "nan": "NaN"}


class NotUnderstoodError(Exception):
    """What stands there is not of the grammar that is read here."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression as PromQL, in the two ways in which it may be used.

    Attributes:
        value: Its value, element by element.
        fires: An element for each for which it fires.
        constant: It is a number, whatever is measured.
    """

    value: str
    fires: str
    constant: bool = False

    def __post_init__(self) -> None:
        if len(self.value) + len(self.fires) > MOST_TEXT:
            raise NotUnderstoodError


def of_value(value: str, *, constant: bool = False) -> Formula:
    """A formula of something that fires where it is not zero."""
    left = f"vector({value})" if constant else f"({value})"
    return Formula(f"({value})", f"({left} != 0)", constant)


def compared(left: Formula, sign: str, right: Formula) -> Formula:
    """A comparison: 0 or 1 as a value, and the elements for which it holds."""
    one = f"vector({left.value})" if left.constant and right.constant else left.value
    return Formula(f"({one} {sign} bool {right.value})", f"({one} {sign} {right.value})")


def both(left: Formula, right: Formula) -> Formula:
    """Both hold, for elements of the same labels."""
    value = f"(({left.value} != bool 0) * ({right.value} != bool 0))"
    return Formula(value, f"({left.fires} and {right.fires})")


def either(left: Formula, right: Formula) -> Formula:
    """One of the two holds."""
    value = f"(({left.value} != bool 0) + ({right.value} != bool 0))"
    return Formula(value, f"({left.fires} or {right.fires})")


def math(expression: str, variable: Callable[[str], Formula]) -> Formula:
    """A math expression as PromQL.

    Args:
        expression: As written.
        variable: What stands behind a name such as A; raises NotUnderstoodError for one that is not there.

    Raises:
        NotUnderstoodError: It is of another grammar, or too large.
    """
    parser = _Parser(list(_tokens(expression)), variable)
    formula = parser.binary(1, 0)
    if parser.at < len(parser.tokens):
        raise NotUnderstoodError
    return formula


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    at = count = 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        count += 1
        if match is None or count > _MOST_TOKENS:
            raise NotUnderstoodError
        if match.lastgroup != "space":
            yield match.lastgroup or "", match.group()
        at = match.end()


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], variable: Callable[[str], Formula]) -> None:
        self.tokens = tokens
        self.variable = variable
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> tuple[str, str]:
        if self.at >= len(self.tokens) or (wanted and self.peek() != wanted):
            raise NotUnderstoodError
        self.at += 1
        return self.tokens[self.at - 1]

    def binary(self, rank: int, depth: int) -> Formula:
        if depth > _MOST_DEPTH:
            raise NotUnderstoodError
        left = self.signed(depth + 1)
        while _RANK.get(self.peek(), 0) >= rank:
            sign = self.take()[1]
            right = self.binary(_RANK[sign] + (sign != "**"), depth + 1)
            left = _joined(left, sign, right)
        return left

    def signed(self, depth: int) -> Formula:
        if self.peek() not in {"-", "!"}:
            return self.primary(depth)
        sign = self.take()[1]
        part = self.binary(_SIGN_RANK, depth + 1)
        if sign == "!":
            return compared(part, "==", Formula("0", "", constant=True))
        return of_value(f"-{part.value}", constant=part.constant)

    def primary(self, depth: int) -> Formula:
        kind, text = self.take()
        if kind == "number":
            return of_value(text, constant=True)
        if kind == "name":
            return self.variable(text[2:-1] if text.startswith("${") else text[1:])
        if text == "(":
            inner = self.binary(1, depth + 1)
            self.take(")")
            return inner
        if kind == "word":
            return self.called(text, depth)
        raise NotUnderstoodError

    def called(self, name: str, depth: int) -> Formula:
        self.take("(")
        arguments: list[Formula] = []
        while self.peek() != ")":
            arguments.append(self.binary(1, depth + 1))
            if self.peek() == ",":
                self.take()
        self.take(")")
        if name in _CONSTANTS and not arguments:
            return of_value(_CONSTANTS[name], constant=True)
        given = ", ".join(one.value for one in arguments)
        # One that PromQL has not is left as a function that the judge of PromQL does not know either.
        return of_value(f"{_FUNCTIONS.get(name, 'grafana_' + name)}({given})")


def _joined(left: Formula, sign: str, right: Formula) -> Formula:
    if sign == "&&":
        return both(left, right)
    if sign == "||":
        return either(left, right)
    if sign in _COMPARISONS:
        return compared(left, sign, right)
    return of_value(
        f"{left.value} {'^' if sign == '**' else sign} {right.value}", constant=left.constant and right.constant
    )
