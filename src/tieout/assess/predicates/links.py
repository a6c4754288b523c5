"""Predicates that tie sources together: what one names the other knows; two sources agree or conflict."""

from typing import Any, Literal

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.coverage import dropped_models, not_shown
from tieout.assess.lifecycle import in_use
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import Hit, artefact_of, filled, select
from tieout.assess.wording import counted, named
from tieout.domain.artefacts import ARTEFACT_TITLES
from tieout.domain.assessment import CheckResult
from tieout.domain.model_names import bare_model
from tieout.domain.verdicts import Verdict

#: How two values are the same: to the letter, or as names of one model whoever serves it.
Comparison = Literal["text", "model"]


class LinkedArguments(Arguments):
    """Arguments of `all_linked`."""

    left: str
    right: str
    left_where: dict[str, Any] = Field(default_factory=dict)
    right_where: dict[str, Any] = Field(default_factory=dict)
    compare: Comparison = "text"
    meaning: str = Field(description="what is linked to what, as in 'models served are in the inventory'")

    def artefacts(self) -> tuple[str, ...]:
        """Both sides."""
        return (artefact_of(self.left), artefact_of(self.right))


def all_linked(context: Context, arguments: LinkedArguments) -> CheckResult:
    """Every value on the left stands on the right too; orphans are named, an empty left side is a gap."""
    left_supply = context.supply(artefact_of(arguments.left))
    right_supply = context.supply(artefact_of(arguments.right))
    if lack := lacking(left_supply, right_supply):
        return lack
    left = [hit for hit in select(left_supply.fresh, arguments.left, arguments.left_where) if filled(hit.value)]
    right = [in_use(item) for item in right_supply.fresh]
    known = {
        _key(hit, arguments.compare)
        for hit in select(right, arguments.right, arguments.right_where)
        if filled(hit.value)
    }
    items = (*left_supply.fresh, *right_supply.fresh)
    if not left:
        return outcome(
            "all_linked",
            Verdict.GAP,
            f"Nothing to link ({arguments.meaning}): the {_title(arguments.left)} names none.",
            items=items,
            seen={"population": 0},
        )
    served = left_supply.fresh if artefact_of(arguments.left) == "telemetry" else ()
    if dropped := dropped_models(served):
        return outcome(
            "all_linked",
            Verdict.GAP,
            f"Not shown ({arguments.meaning}): the log names {counted(dropped, 'more model')} than could be kept.",
            items=items,
            seen={"dropped": dropped},
        )
    orphans = [hit for hit in left if _key(hit, arguments.compare) not in known]
    seen = {"population": len(left), "orphans": sorted({str(hit.value) for hit in orphans})}
    if orphans:
        names = named(sorted({str(hit.value) for hit in orphans}))
        return outcome(
            "all_linked",
            Verdict.GAP,
            f"Not so ({arguments.meaning}): the {_title(arguments.right)} does not name {names}.",
            items=items,
            hits=orphans,
            seen=seen,
        )
    if open_ := not_shown(served, context.period, context.as_of):
        return outcome(
            "all_linked",
            Verdict.PARTIAL,
            f"All {len(left)} that the log names are linked ({arguments.meaning}), but part of the period is not "
            f"shown: {named(open_)}.",
            items=items,
            seen=seen,
        )
    return outcome(
        "all_linked",
        Verdict.SATISFIED,
        f"All {len(left)} are linked ({arguments.meaning}).",
        items=items,
        seen=seen,
    )


class AgreeArguments(Arguments):
    """Arguments of `agree`."""

    values: tuple[str, ...] = Field(min_length=2, description="selectors that must reach the same set of values")
    compare: Comparison = "text"
    meaning: str

    def artefacts(self) -> tuple[str, ...]:
        """All sides."""
        return tuple(artefact_of(selector) for selector in self.values)


def agree(context: Context, arguments: AgreeArguments) -> CheckResult:
    """Several sources name the same set of values; if they do not it is a conflict, and all are shown."""
    supplies = [context.supply(artefact_of(selector)) for selector in arguments.values]
    if lack := lacking(*supplies):
        return lack
    sides: list[tuple[str, set[str], list[Hit]]] = []
    for selector, supply in zip(arguments.values, supplies, strict=True):
        hits = [hit for hit in select(supply.fresh, selector) if filled(hit.value)]
        if not hits:
            return outcome(
                "agree",
                Verdict.GAP,
                f"The {_title(selector)} names none ({arguments.meaning}).",
                items=supply.fresh,
            )
        sides.append((selector, {_key(hit, arguments.compare) for hit in hits}, hits))
    first = sides[0][1]
    seen = {selector: sorted(values) for selector, values, _ in sides}
    everything = [hit.item for _, _, hits in sides for hit in hits]
    if all(values == first for _, values, _ in sides):
        return outcome(
            "agree",
            Verdict.SATISFIED,
            f"{len(sides)} sources agree ({arguments.meaning}): {named(sorted(first))}.",
            items=everything,
            seen=seen,
        )
    shared = set.intersection(*(values for _, values, _ in sides))
    # The hit that differs is the line to look at, not the first line of the list.
    differing = [
        next((hit for hit in hits if _key(hit, arguments.compare) not in shared), hits[0]) for *_, hits in sides
    ]
    told = "; ".join(
        f"{hit.place} says {named(sorted(values))}" for hit, (_, values, _) in zip(differing, sides, strict=True)
    )
    return outcome(
        "agree",
        Verdict.CONFLICT,
        f"Sources disagree ({arguments.meaning}): {told}.",
        items=everything,
        hits=differing,
        seen=seen,
    )


def _title(selector: str) -> str:
    return ARTEFACT_TITLES[artefact_of(selector)]


def _key(hit: Hit, compare: Comparison) -> str:
    text = str(hit.value).strip()
    return bare_model(text) if compare == "model" else text


PREDICATES = (
    Predicate("all_linked", LinkedArguments, all_linked),
    Predicate("agree", AgreeArguments, agree),
)
