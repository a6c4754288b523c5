"""No alert is said to be unable to fire that fires: expressions are reckoned here on made-up series, in a plain way."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tieout.collectors.config.promql_reading import read

Labels = tuple[tuple[str, str], ...]
Element = tuple[str, Labels, float]  # name, other labels, value


class FailsError(Exception):
    """The expression has no result on these series."""


@dataclass
class World:
    """Series of one moment; `doubt` notes that a value that is no number was told from another."""

    series: list[Element]
    doubt: bool = False


@dataclass
class Node:
    """An expression as text, and how its elements or its number come about."""

    text: str
    run: Callable[[World], list[Element]]
    scalar: bool = False


COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def divided(one: float, other: float) -> float:
    if other == 0:
        return math.nan if one == 0 or math.isnan(one) else math.copysign(math.inf, one) * math.copysign(1.0, other)
    return one / other


def rest(one: float, other: float) -> float:
    return math.nan if other == 0 or math.isinf(one) or math.isnan(other) else math.fmod(one, other)


COUNT = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": divided, "%": rest}
SAMPLES = st.sampled_from([-math.inf, -7.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 3.5, 4.0, 5.0, 60.0, math.inf])
NUMBERS = st.sampled_from([-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 24.0])
MATCHINGS = st.sampled_from(["", "", "", "on()", "on(i)", "ignoring(i)"])


def sign_of(labels: Labels, matching: str) -> Labels:
    if matching == "":
        return labels
    if matching == "on()":
        return ()
    return tuple(pair for pair in labels if (pair[0] == "i") == (matching == "on(i)"))


def number_of(value: float) -> Node:
    return Node(repr(value), lambda _: [("", (), value)], scalar=True)


def selected(name: str, job: str | None) -> Node:
    text = f'{name}{{j="{job}"}}' if job else name
    if name == "any":
        text = f'{{j="{job or "1"}"}}'
        return Node(text, lambda world: [one for one in world.series if ("j", job or "1") in one[1]])
    return Node(
        text,
        lambda world: [one for one in world.series if one[0] == name and (job is None or ("j", job) in one[1])],
    )


def unlike(elements: list[Element]) -> list[Element]:
    """Without names; two of the same labels are an error."""
    if len({labels for _, labels, _ in elements}) < len(elements):
        raise FailsError
    return [("", labels, value) for _, labels, value in elements]


def pairs(left: list[Element], right: list[Element], matching: str) -> list[tuple[Element, Element]]:
    signs = [[sign_of(labels, matching) for _, labels, _ in side] for side in (left, right)]
    found = [
        (one, other)
        for one, mine in zip(left, signs[0], strict=True)
        for other, theirs in zip(right, signs[1], strict=True)
        if mine == theirs
    ]
    if len(set(signs[1])) < len(signs[1]) or len({sign_of(one[1], matching) for one, _ in found}) < len(found):
        raise FailsError
    return found


def reckoned(left: Node, sign: str, right: Node, matching: str, as_number: bool = False) -> Node:
    scalars = left.scalar or right.scalar
    matching = "" if scalars else matching
    as_number = sign in COMPARE and (as_number or (left.scalar and right.scalar))

    def run(world: World) -> list[Element]:
        one, other = left.run(world), right.run(world)
        if left.scalar and right.scalar:
            both = [(one[0], other[0])]
        elif left.scalar:
            both = [(one[0], element) for element in other]
        elif right.scalar:
            both = [(element, other[0]) for element in one]
        else:
            both = pairs(one, other, matching)
        found: list[Element] = []
        for mine, theirs in both:
            kept = theirs if left.scalar and not right.scalar else mine
            labels = sign_of(kept[1], matching) if matching else kept[1]
            if sign not in COMPARE:
                found.append(("", labels, COUNT[sign](mine[2], theirs[2])))
                continue
            if math.isnan(mine[2]) or math.isnan(theirs[2]):
                world.doubt = True
            holds = COMPARE[sign](mine[2], theirs[2])
            if as_number:
                found.append(("", labels, float(holds)))
            elif holds:
                found.append((kept[0] if not matching else "", labels, kept[2]))
        return unlike(found) if as_number or sign not in COMPARE else found

    text = f"({left.text} {sign}{' bool' if as_number else ''} {matching} {right.text})"
    return Node(text, run, scalar=left.scalar and right.scalar)


def joined(left: Node, word: str, right: Node, matching: str) -> Node:
    def run(world: World) -> list[Element]:
        one, other = left.run(world), right.run(world)
        mine = {sign_of(labels, matching) for _, labels, _ in one}
        theirs = {sign_of(labels, matching) for _, labels, _ in other}
        if word == "or":
            return one + [element for element in other if sign_of(element[1], matching) not in mine]
        return [element for element in one if (sign_of(element[1], matching) in theirs) == (word == "and")]

    return Node(f"({left.text} {word} {matching} {right.text})", run)


def called(word: str, inner: Node, low: float, high: float) -> Node:
    changes: dict[str, Callable[[float], float]] = {
        "abs": abs,
        "ceil": lambda value: value if not math.isfinite(value) else float(math.ceil(value)),
        "floor": lambda value: value if not math.isfinite(value) else float(math.floor(value)),
        "sgn": lambda value: value if math.isnan(value) or value == 0 else math.copysign(1.0, value),
        "clamp": lambda value: value if math.isnan(value) else max(low, min(high, value)),
        "clamp_min": lambda value: value if math.isnan(value) else max(low, value),
        "clamp_max": lambda value: value if math.isnan(value) else min(low, value),
        "sqrt": lambda value: math.sqrt(value) if value >= 0 else math.nan,
    }
    limits = {"clamp": f", {low!r}, {high!r}", "clamp_min": f", {low!r}", "clamp_max": f", {low!r}"}.get(word, "")

    def run(world: World) -> list[Element]:
        found = inner.run(world)
        if word == "absent":
            return [] if found else [("", (), 1.0)]
        if word == "clamp" and low > high:
            return []
        return unlike([("", labels, changes[word](value)) for _, labels, value in found])

    return Node(f"{word}({inner.text}{limits})", run)


def aggregated(word: str, inner: Node, by: str | None) -> Node:
    def run(world: World) -> list[Element]:
        groups: dict[Labels, list[float]] = {}
        for _, labels, value in inner.run(world):
            groups.setdefault(tuple(pair for pair in labels if pair[0] == by), []).append(value)
        if word in {"min", "max"} and any(math.isnan(value) for values in groups.values() for value in values):
            raise FailsError  # which of several is taken is another matter
        how: dict[str, Callable[[list[float]], float]] = {
            "sum": sum,
            "min": min,
            "max": max,
            "count": len,
            "group": lambda _: 1.0,
        }
        return [("", labels, float(how[word](values))) for labels, values in groups.items()]

    return Node(f"{word}{f' by ({by})' if by else ''} ({inner.text})", run)


def as_vector(inner: Node) -> Node:
    return Node(f"vector({inner.text})", inner.run) if inner.scalar else inner


def as_scalar(inner: Node) -> Node:
    def run(world: World) -> list[Element]:
        found = inner.run(world)
        return [("", (), found[0][2] if len(found) == 1 else math.nan)]

    return inner if inner.scalar else Node(f"scalar({inner.text})", run, scalar=True)


def turned(inner: Node) -> Node:
    def run(world: World) -> list[Element]:
        return unlike([("", labels, -value) for _, labels, value in inner.run(world)])

    return Node(f"(-{inner.text})", run, scalar=inner.scalar)


LEAVES = st.one_of(
    st.builds(number_of, NUMBERS),
    st.builds(selected, st.sampled_from(["a", "a", "a", "b", "any"]), st.sampled_from([None, None, "1"])),
)


def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    vector = inner.map(as_vector)
    return st.one_of(
        st.builds(reckoned, inner, st.sampled_from([*COMPARE, *COMPARE, *COUNT]), inner, MATCHINGS, st.booleans()),
        st.builds(reckoned, inner, st.sampled_from([*COMPARE]), st.builds(number_of, NUMBERS), MATCHINGS),
        st.builds(joined, vector, st.sampled_from(["and", "and", "or", "unless"]), vector, MATCHINGS),
        st.builds(
            called,
            st.sampled_from(["abs", "ceil", "floor", "sgn", "clamp", "clamp_min", "clamp_max", "sqrt", "absent"]),
            vector,
            NUMBERS,
            NUMBERS,
        ),
        st.builds(
            aggregated, st.sampled_from(["sum", "min", "max", "count", "group"]), vector, st.sampled_from([None, "i"])
        ),
        inner.map(as_scalar),
        inner.map(turned),
    )


EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=10)
SERIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from([(), (("i", "1"), ("j", "1")), (("i", "2"), ("j", "1")), (("j", "1"),)]),
        SAMPLES,
    ),
    max_size=5,
    unique_by=lambda element: element[:2],
)


@settings(max_examples=600)
@given(expression=EXPRESSIONS, worlds=st.lists(SERIES, min_size=8, max_size=8))
def test_an_alert_that_fires_is_never_said_to_be_unable_to(expression: Node, worlds: list[list[Element]]):
    reading = read(expression.text)
    assert reading.can_fire is not None, expression.text
    if reading.can_fire:
        return
    event("said to be unable")
    for series in worlds:
        world = World(series)
        try:
            found = expression.run(world)
        except FailsError:
            continue
        assert not found or world.doubt, (expression.text, series, found)
