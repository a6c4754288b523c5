"""Predicates over populations: every element has it; zero is never a pass."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

from pydantic import Field, model_validator

from tieout.assess.answers import NAMES, Fault, fault_of
from tieout.assess.context import Context
from tieout.assess.names import NOTHING_AROUND, Around
from tieout.assess.nouns import demanded, population
from tieout.assess.people import around
from tieout.assess.predicates.base import Arguments, Predicate, at, outcome
from tieout.assess.predicates.nil_returns import of_none
from tieout.assess.selection import Hit, artefact_of, filled, matches, said, select
from tieout.assess.wording import clauses, fill, label, listed, plain, verb
from tieout.domain.artefacts import spoken
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict


class EveryArguments(Arguments):
    """Arguments of `every`."""

    in_: str = Field(alias="in", description="selector of the population")
    where: dict[str, Any] = Field(default_factory=dict)
    has: tuple[str, ...] | str = Field(default=(), description="fields that must be filled")
    equals: dict[str, Any] = Field(default_factory=dict, description="field = value that must hold")
    reason: str = Field(default="", description="sentence for a failing element, with {field} slots")
    unclear: str = Field(
        default="", description="field that, filled in an element that falls short, says that it may not: partial"
    )
    unclear_reason: str = Field(default="", description="sentence for such an element, with {field} slots")
    untold: tuple[str, ...] = Field(
        default=(),
        description="fields of `equals` that an element may leave open, because its source cannot tell them: partial",
    )
    untold_reason: str = Field(default="", description="sentence for such an element, with {field} slots")

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.has and not self.equals:
            message = "give `has` or `equals`: that an element exists shows nothing"
            raise ValueError(message)
        if unknown := set(self.untold) - set(self.equals):
            message = f"`untold` names {', '.join(sorted(unknown))}, which `equals` does not ask for"
            raise ValueError(message)
        return self

    def artefacts(self) -> tuple[str, ...]:
        """The population's artefact."""
        return (artefact_of(self.in_),)

    def asks(self) -> str:
        """Of each element."""
        one = population(self.in_, self.where).one
        none = "a list of none is a gap" if "." in self.in_ else "none at all is a gap"
        return f"Each {one} {demanded(self.has, self.equals)}; {none}."


def every(context: Context, arguments: EveryArguments) -> CheckResult:
    """Every element of a population has the fields filled or the values wanted; an empty population is a gap."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, arguments.in_, arguments.where)
    among = population(arguments.in_, arguments.where)
    if not hits and not arguments.where:
        return of_none("every", context, arguments.in_, supply.fresh)
    if not hits:
        reason = f"There are no {among.many}: a population of zero shows nothing."
        return outcome("every", Verdict.GAP, reason, items=supply.fresh, seen={"population": 0})
    wanted = (arguments.has,) if isinstance(arguments.has, str) else arguments.has
    near = around(context.supply("roster").fresh, context.subject) if NAMES.intersection(wanted) else NOTHING_AROUND
    failing: list[tuple[Hit, str]] = []
    open_: list[tuple[Hit, str]] = []
    for hit in hits:
        faults = _faults(hit.value, wanted, near)
        lacks = _lacks(hit.value, wanted, arguments.equals, faults)
        if lacks and (unsure := _unsure(hit, wanted, arguments, faults)):
            open_.append((hit, unsure))
        elif lacks:
            told = fill(arguments.reason, hit.value) if arguments.reason and isinstance(hit.value, dict) else ""
            failing.append((hit, told or f"{_name(hit)} {lacks}"))
        elif faults:
            open_.append((hit, f"{_name(hit)} {listed(fault.told for fault in faults)}"))
    seen: dict[str, Any] = {"population": len(hits), "failing": len(failing)}
    if open_:
        seen["unclear"] = len(open_)
    if failing or open_:
        some, part = among.some(len(failing), len(hits)), among.some(len(open_), len(hits))
        short, is_ = verb(len(failing), "falls", "fall"), verb(len(open_), "is", "are")
        sentences = [
            *([f"{some} {short} short: {clauses(_apart(failing))}."] if failing else []),
            *([f"{part} {is_} not clear: {clauses(_apart(open_))}."] if open_ else []),
        ]
        return outcome(
            "every",
            Verdict.GAP if failing else Verdict.PARTIAL,
            " ".join(sentences),
            items=supply.fresh,
            hits=[hit for hit, _ in (*failing, *open_)],
            seen=seen,
        )
    fields = [f"/{field}" for field in (*wanted, *arguments.equals)]
    return outcome(
        "every",
        Verdict.SATISFIED,
        f"{among.each(len(hits))} {demanded(wanted, arguments.equals)}.",
        items=supply.fresh,
        judged=hits if "." in arguments.in_ else at(supply.fresh, *fields),
        seen=seen,
    )


def _name(hit: Hit) -> str:
    """A row by its name or id; a whole document by its file."""
    return label(hit.value) if hit.pointer else hit.item.provenance.path


def _apart(rows: Sequence[tuple[Hit, str]]) -> list[str]:
    """The sentences, with the line of each of those that say the same of another element."""
    times = Counter(text for _, text in rows)
    return [
        f"{text} (line {hit.place.line})" if times[text] > 1 and hit.place.line is not None else text
        for hit, text in rows
    ]


def _faults(value: Any, has: tuple[str, ...], near: Around) -> list[Fault]:
    """What the words of an element's filled fields deny or leave open."""
    if not isinstance(value, dict):
        return []
    filled_in = [field for field in has if said(field, value.get(field))]
    return [fault for field in filled_in if (fault := fault_of(field, value[field], near))]


def _lacks(value: Any, has: tuple[str, ...], equals: dict[str, Any], faults: Sequence[Fault]) -> str:
    """What one element is short of, with its verb; empty where nothing is."""
    if not isinstance(value, dict):
        return "has no fields"
    empty = [spoken(field) for field in has if not said(field, value.get(field))]
    return listed(
        [
            *([f"has no {listed(empty, 'or')}"] if empty else []),
            *(fault.told for fault in faults if fault.verdict is Verdict.GAP),
            *(
                _differs(field, value.get(field), wanted)
                for field, wanted in equals.items()
                if not matches(value, {field: wanted})
            ),
        ]
    )


def _unsure(hit: Hit, has: tuple[str, ...], arguments: EveryArguments, faults: Sequence[Fault]) -> str:
    """Why it is not clear whether an element falls short; empty where it is."""
    value = hit.value
    if not isinstance(value, dict):
        return ""
    if filled(value.get(arguments.unclear)):
        return fill(arguments.unclear_reason, value)
    told = {
        field: wanted
        for field, wanted in arguments.equals.items()
        if field not in arguments.untold or value.get(field) is not None
    }
    if len(told) == len(arguments.equals) or _lacks(value, has, told, faults):
        return ""
    untold = fill(arguments.untold_reason, value) if arguments.untold_reason else ""
    return untold or f"{_name(hit)} {_lacks(value, has, arguments.equals, faults)}"


def _differs(field: str, given: Any, wanted: Any) -> str:
    if isinstance(wanted, bool) and (given is None or isinstance(given, bool)):
        return (
            f"does not say whether it is {spoken(field)}"
            if given is None
            else f"is {'' if given else 'not '}{spoken(field)}"
        )
    return f"has {spoken(field)} {plain(given)}, not {plain(wanted)}"


PREDICATES = (Predicate("every", EveryArguments, every),)
