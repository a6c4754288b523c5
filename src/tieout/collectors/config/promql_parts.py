"""What a part of a PromQL expression can hold, and what operators make of two parts.

An element of a result is told by its labels, the metric's name aside. Beside the values that an element can have,
a part knows what must hold of other expressions at the same labels for the element to be there: `X > 4 and X < 4`
asks for a value of X that there is not. What is not known is taken to be possible.
Operators: https://prometheus.io/docs/prometheus/latest/querying/operators/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from tieout.collectors.config.promql_values import (
    ANYTHING,
    COMPARISONS,
    NOTHING,
    Values,
    always_holds,
    between,
    just,
    kept,
    of_equal,
    reckoned,
    turned,
)

#: An expression by its number (or two that are compared), and last whether it is one value without labels.
Key = tuple[int, ...]
_MOST_FACTS: Final = 64
_SIGN: Final = {">": (1, 1), ">=": (0, 1), "==": (0, 0), "<=": (-1, 0), "<": (-1, -1)}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression.

    Attributes:
        metrics: Those whose values sway it, in the order of their first use: its elements' values, or which there are.
        deciding: Those of them whose values decide which elements there are.
        values: What its elements can be.
        never: It has no element, whatever is measured.
        not_a_number: It has elements only where something that is measured is `NaN`.
        always: It has an element, whatever is measured.
        bare: It is one value without labels, if anything.
        scalar: It is a scalar, no vector.
        unique: No two of its elements differ in nothing but the metric's name.
        key: Its own.
        same: Whose values its elements have; None where that is not known.
        exact: It has an element for each of `same` whose value is one of these; None where that is not known.
        facts: What expressions must be, at an element's labels, for it to be there.
        within: Expressions whose elements all have one of the same labels here.
        kind: Whether it is numbers, a range of time with numbers in it, or a text.
    """

    metrics: tuple[str, ...] = ()
    values: Values = ANYTHING
    deciding: tuple[str, ...] = ()
    never: bool = False
    not_a_number: bool = False
    always: bool = False
    bare: bool = False
    scalar: bool = False
    unique: bool = True
    key: Key | None = None
    same: Key | None = None
    exact: Values | None = None
    facts: Mapping[Key, Values] = field(default_factory=dict)
    within: frozenset[Key] = frozenset()
    kind: Literal["numbers", "range", "text"] = "numbers"


@dataclass(frozen=True, slots=True)
class Matching:
    """How the elements of two sides find each other: by all labels, or by those that a clause names."""

    by_all: bool = True
    on_nothing: bool = False
    on_name: bool = False


NEVER: Final = Part(never=True, values=NOTHING)


def number(value: float) -> Part:
    """A number that is written down."""
    return Part(values=just(value), scalar=True, always=True, bare=True)


def told(part: Part, ident: int) -> Part:
    """A part that is known by a number of its own: what has the same number is the same expression."""
    if part.never:
        return replace(NEVER, kind=part.kind)
    key = (ident, int(part.bare))
    facts = dict(part.facts)
    if len(facts) < _MOST_FACTS:
        facts[key] = part.values if part.unique else ANYTHING
    same, exact = part.same, part.exact
    if same is None and part.unique:
        same, exact = key, ANYTHING
    return replace(part, key=key, same=same, exact=exact, facts=facts, within=part.within | {key})


def everywhere(facts: Mapping[Key, Values]) -> dict[Key, Values]:
    """What must hold whatever an element's labels are: facts of expressions without labels."""
    return {key: values for key, values in facts.items() if key[-1]}


def combined(sign: str, left: Part, right: Part, matching: Matching, *, as_number: bool) -> Part:
    """What a binary operator makes of two parts."""
    if sign == "or":
        return _either(left, right, matching)
    if sign == "unless":
        return _unless(left, right, matching)
    facts = _both(left, right, matching, whole=sign == "and")
    if left.never or right.never or facts is None:
        return NEVER
    if sign == "and":
        return _and(left, right, matching, facts)
    if sign not in COMPARISONS:
        return _reckoned(sign, left, right, matching, facts)
    compare = _as_number if as_number else _compared
    return compare(sign, left, right, matching, facts)


def _either(left: Part, right: Part, matching: Matching) -> Part:
    if left.never or right.never:
        return right if left.never else left
    if left.always and (matching.on_nothing or (left.bare and right.bare)):
        return replace(left, within=frozenset())
    return Part(
        metrics=(*left.metrics, *right.metrics),
        deciding=(*left.deciding, *right.deciding),
        values=left.values.join(right.values),
        not_a_number=left.not_a_number and right.not_a_number,
        always=left.always or right.always,
        bare=left.bare and right.bare,
        unique=left.unique and right.unique and matching.by_all,
        facts={key: values.join(right.facts[key]) for key, values in left.facts.items() if key in right.facts},
        within=left.within | right.within if matching.by_all else left.within,
    )


def _and(left: Part, right: Part, matching: Matching, facts: dict[Key, Values]) -> Part:
    values, exact = left.values, None
    if left.same in facts and left.same is not None:
        values = values.meet(facts[left.same])
    if left.same == right.same and left.exact is not None and right.exact is not None and matching.by_all:
        exact = left.exact.meet(right.exact)
    return replace(
        left,
        metrics=(*left.metrics, *right.deciding),
        deciding=(*left.deciding, *right.deciding),
        values=values,
        not_a_number=left.not_a_number or right.not_a_number,
        always=left.always and right.always and (matching.on_nothing or (left.bare and right.bare)),
        same=left.same,
        exact=exact,
        facts=facts,
        within=frozenset(),
    )


def _unless(left: Part, right: Part, matching: Matching) -> Part:
    if left.never or right.never:
        return replace(left, within=frozenset())
    if right.always and (matching.on_nothing or (left.bare and right.bare)):
        return NEVER
    here = {key for key in left.facts if not key[-1] or left.bare or matching.on_nothing}
    if matching.on_name:
        here = set()
    if here & right.within:
        return NEVER
    values, facts = left.values, dict(left.facts)
    if right.same in here and right.exact is not None:
        facts[right.same] = facts[right.same].without(right.exact)
        if facts[right.same].empty:
            return NEVER
        if left.same == right.same:
            values = values.meet(facts[right.same])
    return replace(left, values=values, always=False, exact=None, facts=facts, within=frozenset())


def _both(left: Part, right: Part, matching: Matching, *, whole: bool) -> dict[Key, Values] | None:
    """What must hold for both sides to be there, None where it cannot; `whole` keeps the left side's labels."""
    alike = matching.by_all or left.scalar or right.scalar
    facts = dict(left.facts if alike or whole else everywhere(left.facts))
    for key, values in (right.facts if alike else everywhere(right.facts)).items():
        if key in facts:
            facts[key] = facts[key].meet(values)
            if facts[key].empty:
                return None
        elif len(facts) < _MOST_FACTS:
            facts[key] = values
    return facts


def _are_one(left: Part, right: Part, matching: Matching) -> bool:
    """Whether the two sides of an element are the value of one thing."""
    if left.key is not None and left.key == right.key:
        return True
    alike = matching.by_all or left.scalar or right.scalar or (left.bare and right.bare)
    return alike and left.same is not None and left.same == right.same


def _compared(sign: str, left: Part, right: Part, matching: Matching, facts: dict[Key, Values]) -> Part:
    """Of a comparison that is no number the left side's elements are left, or the vector's where that is a scalar."""
    if left.scalar and not right.scalar:
        left, right, sign = right, left, turned(sign)
    idle = _holds_for_every_number(sign, left, right, matching)
    values = of_equal(left.values, sign) if _are_one(left, right, matching) else None
    if values is None:
        values = kept(left.values, sign, right.values)
    alike = matching.by_all or right.scalar
    if left.same is not None and left.same in facts:
        facts[left.same] = facts[left.same].meet(values)
        values = values.meet(facts[left.same])
    if alike and left.same is not None and right.same is not None and left.same != right.same:
        pair, signs = _pair(sign, left.same, right.same)
        facts[pair] = facts[pair].meet(signs) if pair in facts else signs
        if facts[pair].empty:
            return NEVER
    if values.empty:
        return NEVER
    sure = always_holds(left.values, sign, right.values) and (right.scalar or (left.bare and right.bare))
    known = right.scalar and right.values.point is not None and not right.values.nan
    both = (*left.metrics, *right.metrics)
    return Part(
        metrics=both,
        deciding=(*left.deciding, *right.deciding) if idle else both,
        values=values,
        not_a_number=left.not_a_number or right.not_a_number or (not values.spans and bool(left.values.spans)),
        always=sure and left.always and right.always,
        bare=left.bare,
        scalar=left.scalar,
        unique=left.unique,
        same=left.same if alike else None,
        exact=kept(left.exact, sign, right.values) if known and left.exact is not None else None,
        facts=facts,
    )


def _pair(sign: str, one: Key, other: Key) -> tuple[Key, Values]:
    """How two expressions stand to each other, as -1, 0 and 1."""
    if other < one:
        one, other, sign = other, one, turned(sign)
    pair = (*one[:-1], *other[:-1], min(one[-1], other[-1]))
    if sign == "!=":
        return pair, just(-1.0).join(just(1.0)).join(Values((), nan=True))
    return pair, between(*map(float, _SIGN[sign]))


def _holds_for_every_number(sign: str, left: Part, right: Part, matching: Matching) -> bool:
    """Whether a comparison keeps each element that is a number, so that no value of a metric decides anything."""
    one, other = Values(left.values.spans), Values(right.values.spans)
    if _are_one(left, right, matching):
        return of_equal(one, sign) == one
    return not other.spans or always_holds(one, sign, other)


def _as_number(sign: str, left: Part, right: Part, matching: Matching, facts: dict[Key, Values]) -> Part:
    if always_holds(left.values, sign, right.values):
        values = just(1.0)
    elif kept(left.values, sign, right.values).empty:
        values = just(0.0)
    else:
        values = just(0.0).join(just(1.0))
    # `NaN` aside: of one thing and itself each comparison is 0 or 1 whatever it is.
    idle = _are_one(left, right, matching) or _holds_for_every_number(sign, left, right, matching)
    return _result(left, right, values, facts, decided=idle or values.point is not None)


def _reckoned(sign: str, left: Part, right: Part, matching: Matching, facts: dict[Key, Values]) -> Part:
    values = of_equal(left.values, sign) if _are_one(left, right, matching) else None
    if sign == "^" and (left.values.point == 1 or right.values.point == 0):
        values = just(1.0)
    decided = values is not None or (sign == "*" and 0.0 in {left.values.point, right.values.point})
    return _result(left, right, values or reckoned(sign, left.values, right.values), facts, decided=decided)


def _result(left: Part, right: Part, values: Values, facts: dict[Key, Values], *, decided: bool) -> Part:
    """A new value for each pair of elements; where it is decided beforehand, no metric sways it."""
    beside = left.scalar or right.scalar
    deciding = (*left.deciding, *right.deciding)
    return Part(
        metrics=deciding if decided else (*left.metrics, *right.metrics),
        deciding=deciding,
        values=values,
        not_a_number=left.not_a_number or right.not_a_number,
        always=left.always and right.always and (beside or (left.bare and right.bare)),
        bare=left.bare and right.bare,
        scalar=left.scalar and right.scalar,
        facts=facts,
    )
