"""Predicates that tie sources together: what one names the other knows; two sources agree or conflict."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.coverage import completes, dropped_models, not_shown
from tieout.assess.lifecycle import in_use
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import Hit, artefact_of, filled, person, select
from tieout.assess.wording import capitalised, clauses, counted, named, number, spot
from tieout.collectors.config.suppliers import unknown_publisher
from tieout.domain.artefacts import ARTEFACT_TITLES, PLURAL_ARTEFACTS
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.model_names import bare_model
from tieout.domain.verdicts import Verdict

#: How two values are the same: to the letter, as names of one model whoever serves it, or as one person's name.
Comparison = Literal["text", "model", "person"]
_PAIR = 2


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

    def asks(self) -> str:
        """What is linked to what."""
        return f"{capitalised(self.meaning)}."


def all_linked(context: Context, arguments: LinkedArguments) -> CheckResult:
    """Every value on the left stands on the right too; orphans are named, an empty left side is a gap."""
    left_supply = context.supply(artefact_of(arguments.left))
    right_supply = context.supply(artefact_of(arguments.right))
    if lack := lacking(left_supply, right_supply):
        return lack
    left = [hit for hit in select(left_supply.fresh, arguments.left, arguments.left_where) if filled(hit.value)]
    right = [in_use(item) for item in right_supply.fresh]
    known: dict[str | None, Hit] = {}
    for hit in select(right, arguments.right, arguments.right_where):
        if filled(hit.value) and _key(hit, arguments.compare) is not None:
            known.setdefault(_key(hit, arguments.compare), hit)
            if arguments.compare == "model":
                known.setdefault(bare_model(str(hit.value)), hit)
    items = (*left_supply.fresh, *right_supply.fresh)
    open_ = f"Not shown that {arguments.meaning}"
    if not left:
        return outcome(
            "all_linked",
            Verdict.GAP,
            f"{open_}: the {_says(arguments.left, 'names', 'name')} none.",
            items=items,
            seen={"population": 0},
        )
    served = left_supply.fresh if artefact_of(arguments.left) == "telemetry" else ()
    if dropped := dropped_models(served):
        return outcome(
            "all_linked",
            Verdict.GAP,
            f"{open_}: the log names {counted(dropped, 'more model')} than could be kept.",
            items=items,
            seen={"dropped": dropped},
            closes_with=["Assess a shorter period, or logs apart, so that every served model can be kept."],
        )
    names = {str(hit.value).strip() for hit in select(right, arguments.right, arguments.right_where)}
    orphans = [
        hit
        for hit in left
        if _key(hit, arguments.compare) not in known
        or (arguments.compare == "model" and _is_of_another(str(hit.value), names))
    ]
    seen = {"population": len(left), "orphans": sorted({str(hit.value) for hit in orphans})}
    if orphans:
        missing = named(sorted({str(hit.value) for hit in orphans}))
        return outcome(
            "all_linked",
            Verdict.GAP,
            f"{open_}: the {_missing(arguments, right_supply.fresh, orphans, missing)}.",
            items=items,
            hits=orphans,
            seen=seen,
        )
    values = sorted({str(hit.value) for hit in left})
    shown = capitalised(arguments.meaning)
    judged = [*left, *(known[_key(hit, arguments.compare)] for hit in left)]
    if unseen := not_shown(served, context.period, context.as_of):
        return outcome(
            "all_linked",
            Verdict.PARTIAL,
            f"{shown}, {_all(len(values))} that the log names, but part of the period is not shown: {clauses(unseen)}.",
            items=items,
            judged=judged,
            seen=seen,
            closes_with=completes(served, context.period, context.as_of),
        )
    return outcome(
        "all_linked",
        Verdict.SATISFIED,
        f"{shown}{f', {_all(len(values))}' if len(values) > 1 else ''}: {named(values)}.",
        items=items,
        judged=judged,
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

    def asks(self) -> str:
        """What is the same."""
        return f"The {self.meaning} are the same; if they are not, it is a conflict and both are shown."


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
                f"The {arguments.meaning} cannot be compared: the {_says(selector, 'names', 'name')} none.",
                items=supply.fresh,
            )
        keys = (_key(hit, arguments.compare) for hit in hits)
        sides.append((selector, {key for key in keys if key is not None}, hits))
    shared = set.intersection(*(values for _, values, _ in sides))
    seen = {selector: sorted(values) for selector, values, _ in sides}
    everything = [hit.item for _, _, hits in sides for hit in hits]
    if all(values == shared for _, values, _ in sides):
        return outcome(
            "agree",
            Verdict.SATISFIED,
            f"The {arguments.meaning} are the same: {named(sorted(shared))}.",
            items=everything,
            judged=[hit for _, _, hits in sides for hit in hits],
            seen=seen,
        )
    # The hit that differs is the line to look at, not the first line of the list.
    differing, told = [], []
    for *_, hits in sides:
        odd: dict[str, list[Hit]] = {}
        for hit in hits:
            if _key(hit, arguments.compare) not in shared:
                odd.setdefault(hit.item.id, []).append(hit)
        for own in odd.values() or [hits[:1]]:
            differing.append(own[0])
            values = {key for hit in own if (key := _key(hit, arguments.compare)) is not None} - shared
            told.append(f"{spot(own[0].place)} names {named(sorted(values)) or 'nothing else'}")
    if shared:
        told.append(f"{'both' if len(sides) == _PAIR else 'all'} name {named(sorted(shared))}")
    return outcome(
        "agree",
        Verdict.CONFLICT,
        f"The {arguments.meaning} differ: {clauses(told, most=len(told))}.",
        items=everything,
        hits=differing,
        seen=seen,
    )


def _all(count: int) -> str:
    return "the one" if count == 1 else f"all {number(count)}"


def _says(selector: str, one: str, many: str) -> str:
    """An artefact with its verb: `system card names`, `alert rules name`."""
    artefact = artefact_of(selector)
    return f"{ARTEFACT_TITLES[artefact]} {many if artefact in PLURAL_ARTEFACTS else one}"


def _key(hit: Hit, compare: Comparison) -> str | None:
    """What is compared; None where a person is wanted and nobody is named, which links to nothing."""
    text = str(hit.value).strip()
    if compare == "person":
        return person(text)
    return bare_model(_base_model(hit) or text) if compare == "model" else text


def _is_of_another(name: str, known: set[str]) -> bool:
    """Whether a broker's name says a publisher that is not known, and no known name says the same one."""
    publisher = unknown_publisher(name)
    return publisher is not None and not any(publisher in text.split("/")[:-1] for text in known)


def _base_model(hit: Hit) -> str | None:
    """The supplier's name of a model whose own name somebody chose for a deployment, where its row declares it."""
    row: Any = hit.item.facts
    *steps, last = hit.pointer.split("/")[1:] or [""]
    for step in steps:
        row = row[int(step)] if isinstance(row, list) else row[step]
    declared = row.get("base_model") if last == "model" and isinstance(row, dict) else None
    return declared.strip() if isinstance(declared, str) and declared.strip() else None


def _missing(arguments: LinkedArguments, items: Sequence[EvidenceItem], orphans: Sequence[Hit], names: str) -> str:
    """What the right side says of the values that it lacks: it may name each in a row that is out of use."""
    in_any_row = {
        key
        for hit in select(items, arguments.right, arguments.right_where)
        if filled(hit.value) and (key := _key(hit, arguments.compare)) is not None
    }
    in_use_rows = select([in_use(item) for item in items], arguments.right, arguments.right_where)
    retired = in_any_row - {_key(hit, arguments.compare) for hit in in_use_rows}
    if all(_key(hit, arguments.compare) in retired for hit in orphans):
        return f"{_says(arguments.right, 'names', 'name')} {names} only where it is out of use"
    return f"{_says(arguments.right, 'does', 'do')} not name {names}"


PREDICATES = (
    Predicate("all_linked", LinkedArguments, all_linked),
    Predicate("agree", AgreeArguments, agree),
)
