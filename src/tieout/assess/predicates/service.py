"""Predicate about service limits: what happened was answered in time, as far as its recorded times can tell."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.measurement import utc
from tieout.assess.nouns import population
from tieout.assess.predicates.base import Arguments, Predicate, outcome
from tieout.assess.predicates.nil_returns import of_none
from tieout.assess.risks import comparable_id
from tieout.assess.selection import Hit, artefact_of, select
from tieout.assess.wording import named, verb
from tieout.domain.artefacts import spoken
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import add_duration, in_words

_DAY = timedelta(days=1)


class SlaArguments(Arguments):
    """Arguments of `sla`."""

    in_: str = Field(alias="in")
    start: str
    end: str
    within: str = Field(description="ISO 8601 duration")
    where: dict[str, Any] = Field(default_factory=dict)

    def artefacts(self) -> tuple[str, ...]:
        """The log."""
        return (artefact_of(self.in_),)

    def asks(self) -> str:
        """Of each entry."""
        return (
            f"Each {population(self.in_, self.where).one} took at most {in_words(self.within)} from "
            f"{spoken(self.start)} to {spoken(self.end)}; one that is open for longer counts as a failure."
        )


def sla(context: Context, arguments: SlaArguments) -> CheckResult:
    """Each entry's time from start to end is within the limit; open ones past it count as failures."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, arguments.in_, arguments.where)
    among = population(arguments.in_, arguments.where)
    start, end = spoken(arguments.start), spoken(arguments.end)
    if not hits:
        return of_none("sla", context, arguments.in_, supply.fresh)
    if fault := _not_timed(hits, arguments, context.as_of):
        reason, failing, key = fault
        seen = {"population": len(hits), key: len(failing)}
        return outcome("sla", Verdict.GAP, reason, items=supply.fresh, hits=failing, seen=seen)
    late = [hit for hit in hits if _took(hit, arguments, context.as_of) is True]
    unclear = [hit for hit in hits if _took(hit, arguments, context.as_of) is None]
    seen = {"population": len(hits), "late": len(late)}
    if late:
        return outcome(
            "sla",
            Verdict.GAP,
            f"{among.some(len(late), len(hits))} took longer than {in_words(arguments.within)} from {start} to {end}: "
            f"{named(hit.value['id'] for hit in late)}.",
            items=supply.fresh,
            hits=late,
            seen=seen,
        )
    if unclear:
        return outcome(
            "sla",
            Verdict.PARTIAL,
            f"Given as days only, so that more than {in_words(arguments.within)} from {start} to {end} may have "
            f"passed: {named(hit.value['id'] for hit in unclear)}.",
            items=supply.fresh,
            hits=unclear,
            seen={**seen, "unclear": len(unclear)},
            closes_with=["Record the times of what is named with hours and minutes, in UTC."],
        )
    return outcome(
        "sla",
        Verdict.SATISFIED,
        f"{among.each(len(hits))} took at most {in_words(arguments.within)} from {start} to {end}.",
        items=supply.fresh,
        judged=hits,
        seen=seen,
    )


def _not_timed(hits: list[Hit], arguments: SlaArguments, as_of: datetime) -> tuple[str, list[Hit], str] | None:
    """Why nothing can be counted, of which entries, and what they are called among the values that were seen."""
    among, start, end = population(arguments.in_, arguments.where), spoken(arguments.start), spoken(arguments.end)
    names = Counter((hit.item.id, comparable_id(hit)) for hit in hits)
    if twice := [hit for hit in hits if names[hit.item.id, comparable_id(hit)] > 1]:
        shared = named(sorted({str(hit.value["id"]).strip() or "an empty one" for hit in twice}))
        reason = f"Rows that share one id, so that which {among.one} is meant cannot be told: {shared}."
        return reason, twice, "doubled"
    if unbegun := [hit for hit in hits if not hit.value.get(arguments.start)]:
        reason = (
            f"{among.some(len(unbegun), len(hits))} {verb(len(unbegun), 'has', 'have')} no time of {start} to count "
            f"from: {named(hit.value['id'] for hit in unbegun)}."
        )
        return reason, unbegun, "unbegun"
    if impossible := [hit for hit in hits if not _possible(hit, arguments, as_of)]:
        which = named(hit.value["id"] for hit in impossible)
        return (
            f"Times that cannot be right (in the future, or not {end} after {start}): {which}.",
            impossible,
            "impossible",
        )
    return None


def _span(hit: Hit, field: str) -> tuple[datetime, datetime] | None:
    """The first and the last moment that a time may be: a day that is given without its hour is any of its moments."""
    if not hit.value.get(field):
        return None
    first = utc(hit.value[field])
    by_day = f"{hit.pointer}/{field}" in hit.item.facts.get("by_day", ())
    return first, first + _DAY if by_day else first


def _possible(hit: Hit, arguments: SlaArguments, as_of: datetime) -> bool:
    start, end = _span(hit, arguments.start), _span(hit, arguments.end)
    if start is None or start[0] > as_of:
        return False
    # Nothing is contained in no time at all: two equal times are one time written twice.
    return end is None or (start[0] < end[1] and end[0] <= as_of)


def _took(hit: Hit, arguments: SlaArguments, as_of: datetime) -> bool | None:
    """Whether it took too long; None where days without hours leave both open."""
    start, end = _span(hit, arguments.start), _span(hit, arguments.end) or (as_of, as_of)
    if start is None:
        return None
    if end[0] > add_duration(start[1], arguments.within):
        return True
    return None if min(end[1], as_of) > add_duration(start[0], arguments.within) else False


PREDICATES = (Predicate("sla", SlaArguments, sla),)
