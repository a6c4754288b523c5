"""Sets of numbers of PromQL expressions: what two values give is in the set that their sets give."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.collectors.config.promql_values import (
    Values,
    always_holds,
    between,
    just,
    kept,
    of_equal,
    reckoned,
    turned,
)

NUMBERS = st.sampled_from(
    [-math.inf, -1e308, -3.0, -1.0, -0.1, 0.0, 5e-324, 0.1, 0.5, 1.0, 2.0, 3.0, 1e16, 1e308, math.inf]
) | st.floats(-10, 10).map(lambda value: value + 0.0)  # a negative zero is not measured
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
}


def quotient(one: float, other: float) -> float:
    if other != 0:
        return one / other
    return math.nan if one == 0 or math.isnan(one) else math.copysign(math.inf, one * math.copysign(1.0, other))


COUNT: dict[str, Callable[[float, float], float]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": quotient,
    "%": lambda one, other: math.nan if other == 0 or math.isinf(one) else math.fmod(one, other),
    "atan2": math.atan2,
}


def has(values: Values, number: float) -> bool:
    return values.nan if math.isnan(number) else any(low <= number <= high for low, high in values.spans)


@st.composite
def sets(draw: st.DrawFn) -> tuple[Values, float]:
    """A set of one to three spans, and a number in it."""
    ends = sorted(draw(st.lists(NUMBERS, min_size=2, max_size=6)))
    values = Values((), nan=draw(st.booleans()))
    for low, high in zip(ends[::2], ends[1::2], strict=False):
        values = values.join(between(low, high))
    return values, draw(st.sampled_from(ends[: len(ends) // 2 * 2]))


@given(left=sets(), right=sets(), sign=st.sampled_from(sorted(COUNT)))
def test_what_two_values_give_is_in_what_their_sets_give(
    left: tuple[Values, float], right: tuple[Values, float], sign: str
):
    assert has(reckoned(sign, left[0], right[0]), COUNT[sign](left[1], right[1]))


@given(left=sets(), right=sets(), sign=st.sampled_from(sorted(COMPARE)))
def test_a_value_that_passes_a_comparison_is_kept(left: tuple[Values, float], right: tuple[Values, float], sign: str):
    holds = COMPARE[sign](left[1], right[1])
    assert COMPARE[turned(sign)](right[1], left[1]) == holds
    if holds:
        assert has(kept(left[0], sign, right[0]), left[1])
    else:
        assert not always_holds(left[0], sign, right[0])


@given(left=sets(), number=NUMBERS, sign=st.sampled_from(sorted(COMPARE)))
def test_against_one_number_nothing_is_kept_that_does_not_pass(left: tuple[Values, float], number: float, sign: str):
    assert has(kept(left[0], sign, just(number)), left[1]) == COMPARE[sign](left[1], number)


@given(left=sets(), right=sets())
def test_two_sets_meet_join_and_part(left: tuple[Values, float], right: tuple[Values, float]):
    for number in (left[1], right[1], math.nan):
        one, other = has(left[0], number), has(right[0], number)
        assert has(left[0].meet(right[0]), number) == (one and other)
        assert has(left[0].join(right[0]), number) == (one or other)
        assert has(left[0].without(right[0]), number) == (one and not other)
    assert left[0].without(left[0].join(right[0])).empty
    assert has(left[0].turned(), -left[1])


@given(one=sets(), sign=st.sampled_from(sorted({*COMPARE, "-", "/", "%"})))
def test_a_value_beside_itself(one: tuple[Values, float], sign: str):
    values = of_equal(one[0], sign)
    assert values is not None
    if sign in COUNT:
        assert has(values, COUNT[sign](one[1], one[1]))
    else:
        assert has(values, one[1]) == COMPARE[sign](one[1], one[1])


@pytest.mark.parametrize("sign", ["+", "*"])
def test_of_two_equal_values_a_sum_and_a_product_are_not_settled(sign: str):
    assert of_equal(just(1.0), sign) is None
