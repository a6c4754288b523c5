"""Predicates over populations: every element has it, enough elements are there; zero is never a pass."""

from typing import Any, Self

from pydantic import Field, model_validator

from tieout.assess.context import Context
from tieout.assess.predicates.base import Arguments, Predicate, outcome
from tieout.assess.selection import Hit, artefact_of, filled, matches, select
from tieout.assess.wording import conditions, fill, label, named, plain
from tieout.domain.artefacts import ARTEFACT_TITLES
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict


class EveryArguments(Arguments):
    """Arguments of `every`."""

    in_: str = Field(alias="in", description="selector of the population")
    where: dict[str, Any] = Field(default_factory=dict)
    has: tuple[str, ...] | str = Field(default=(), description="fields that must be filled")
    equals: dict[str, Any] = Field(default_factory=dict, description="field = value that must hold")
    reason: str = Field(default="", description="sentence for a failing element, with {field} slots")

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.has and not self.equals:
            message = "give `has` or `equals`: that an element exists shows nothing"
            raise ValueError(message)
        return self

    def artefacts(self) -> tuple[str, ...]:
        """The population's artefact."""
        return (artefact_of(self.in_),)


def every(context: Context, arguments: EveryArguments) -> CheckResult:
    """Every element of a population has the fields filled or the values wanted; an empty population is a gap."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, arguments.in_, arguments.where)
    what = _population(arguments.in_)
    if not hits:
        scope = f" with {conditions(arguments.where)}" if arguments.where else ""
        return outcome(
            "every",
            Verdict.GAP,
            f"There are no {what}{scope}: a population of zero shows nothing.",
            items=supply.fresh,
            seen={"population": 0},
        )
    wanted = (arguments.has,) if isinstance(arguments.has, str) else arguments.has
    failing = [(hit, lacks) for hit in hits if (lacks := _lacks(hit.value, wanted, arguments.equals))]
    seen = {"population": len(hits), "failing": len(failing)}
    if failing:
        sentences = [
            fill(arguments.reason, hit.value)
            if arguments.reason and isinstance(hit.value, dict)
            else f"{label(hit.value)} has {named(lacks)}"
            for hit, lacks in failing
        ]
        return outcome(
            "every",
            Verdict.GAP,
            f"Incomplete in {what}, {len(failing)} of {len(hits)}: {named(sentences)}.",
            items=supply.fresh,
            hits=[hit for hit, _ in failing],
            seen=seen,
        )
    demanded = [
        *(f"{_words(field)} filled" for field in wanted),
        *(f"{_words(field)} {plain(value)}" for field, value in arguments.equals.items()),
    ]
    return outcome(
        "every",
        Verdict.SATISFIED,
        f"Complete in {what}, all {len(hits)}: {named(demanded, most=len(demanded))}.",
        items=supply.fresh,
        seen=seen,
    )


class CountArguments(Arguments):
    """Arguments of `at_least`."""

    in_: str = Field(alias="in", description="selector of a number or of a list")
    where: dict[str, Any] = Field(default_factory=dict)
    count: int = Field(ge=1)
    meaning: str = Field(description="what is counted, in words, as in 'fallback events'")

    def artefacts(self) -> tuple[str, ...]:
        """The counted artefact."""
        return (artefact_of(self.in_),)


def at_least(context: Context, arguments: CountArguments) -> CheckResult:
    """A counter reaches a number, or a selector reaches so many distinct values."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, arguments.in_, arguments.where)
    total = _count(hits)
    verdict = Verdict.SATISFIED if total >= arguments.count else Verdict.GAP
    return outcome(
        "at_least",
        verdict,
        f"{total} {arguments.meaning}, at least {arguments.count} wanted.",
        items=supply.fresh,
        hits=hits,
        seen={"count": total, "wanted": arguments.count},
    )


def _population(selector: str) -> str:
    artefact, _, path = selector.partition(".")
    return f"the {ARTEFACT_TITLES[artefact]}" if not path else f"{_words(path)} of the {ARTEFACT_TITLES[artefact]}"


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _count(hits: list[Hit]) -> int:
    # A boolean is no count, whatever Python says; a negative count is an error that must not cancel others.
    numbers = [hit.value for hit in hits if isinstance(hit.value, int) and not isinstance(hit.value, bool)]
    if numbers:
        return sum(max(number, 0) for number in numbers)
    return len({hit.value for hit in hits if isinstance(hit.value, str) and filled(hit.value)})


def _lacks(value: Any, has: tuple[str, ...], equals: dict[str, Any]) -> list[str]:
    if not isinstance(value, dict):
        return ["no fields"]
    empty = [f"no {_words(field)}" for field in has if not filled(value.get(field))]
    other = [
        f"{_words(field)} {plain(value.get(field))}, not {plain(wanted)}"
        for field, wanted in equals.items()
        if not matches(value, {field: wanted})
    ]
    return empty + other


PREDICATES = (
    Predicate("every", EveryArguments, every),
    Predicate("at_least", CountArguments, at_least),
)
