"""Predicates over exercises: recent enough, passed, and within the time that was allowed."""

from typing import Any

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.people import roster_names
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import filled, person
from tieout.assess.wording import named
from tieout.domain.artefacts.records import DrillRecord
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: No exercise takes longer, and none may be allowed to (a default of ours).
LONGEST_SECONDS = 7 * 86400


class RecentArguments(Arguments):
    """Arguments of `recent`."""

    of: str
    where: dict[str, Any] = Field(default_factory=dict)
    within: str = Field(description="ISO 8601 duration; without a limit, that a record exists shows nothing")

    def artefacts(self) -> tuple[str, ...]:
        """The record's artefact."""
        return (self.of,)


def recent(context: Context, arguments: RecentArguments) -> CheckResult:
    """The newest record of a kind is no older than the limit, counted from the day it speaks of."""
    supply = context.supply(arguments.of, arguments.where, freshness=arguments.within)
    if supply.lack:
        return supply.lack
    newest = max(supply.fresh, key=lambda item: (_day(item), item.id))
    what = context.title(arguments.of, arguments.where)
    return outcome(
        "recent",
        Verdict.SATISFIED,
        f"The newest {what} is of {_day(newest)}, within {arguments.within}.",
        items=(newest,),
    )


class WithinTargetArguments(Arguments):
    """Arguments of `within_target`."""

    where: dict[str, Any] = Field(default_factory=dict)

    def artefacts(self) -> tuple[str, ...]:
        """The drills, and the roster that those who took part stand in."""
        return ("drill_record", "roster")


def within_target(context: Context, arguments: WithinTargetArguments) -> CheckResult:
    """The newest drill passed, named who took part, and measured a time no longer than its target."""
    supply, roster = context.supply("drill_record", arguments.where), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    last_day = max(item.facts["date"] for item in supply.fresh)
    # Of several drills on the last day each must hold: a pass does not undo the failure beside it.
    judged = sorted((item for item in supply.fresh if item.facts["date"] == last_day), key=lambda item: item.id)
    what = context.title("drill_record", arguments.where)
    faults = {
        item.id: fault for item in judged if (fault := _fault(DrillRecord.model_validate(item.facts), roster.fresh))
    }
    newest = next((item for item in judged if item.id in faults), judged[0])
    drill = DrillRecord.model_validate(newest.facts)
    seen = {
        "measured_seconds": drill.measured_seconds,
        "target_seconds": drill.target_seconds,
        "outcome": drill.outcome,
    }
    if faults:
        reason = f"The {what} of {last_day} {faults[newest.id]}."
        return outcome("within_target", Verdict.GAP, reason, items=(*judged, *roster.fresh), seen=seen)
    return outcome(
        "within_target",
        Verdict.SATISFIED,
        f"The {what} of {last_day} passed: {drill.measured_seconds} s measured, {drill.target_seconds} s allowed.",
        items=(*judged, *roster.fresh),
        seen=seen,
    )


def _fault(drill: DrillRecord, roster: tuple[EvidenceItem, ...]) -> str | None:
    lacks = [
        words
        for words, given in (
            ("a measured time", (drill.measured_seconds or 0) > 0),
            ("an allowed time", (drill.target_seconds or 0) > 0),
            ("who took part", filled(drill.people)),
            ("an outcome", drill.outcome is not None),
        )
        if not given
    ]
    if lacks:
        return f"does not record {named(lacks)}"
    known = roster_names(roster, drill.date)
    strangers = [name for name in drill.people if person(name) not in known]
    if strangers:
        return f"names people who were not in the roster: {named(strangers)}"
    longest = max(drill.measured_seconds or 0, drill.target_seconds or 0)
    if longest > LONGEST_SECONDS:
        return f"records a time that cannot be right: {longest} s, more than {LONGEST_SECONDS // 86400} days"
    if drill.outcome != "passed":
        return f"{drill.outcome}: {drill.measured_seconds} s measured, {drill.target_seconds} s allowed"
    if (drill.measured_seconds or 0) > (drill.target_seconds or 0):
        return f"took {drill.measured_seconds} s where {drill.target_seconds} s are allowed"
    return None


def _day(item: EvidenceItem) -> str:
    own = item.facts.get("date")
    if isinstance(own, str):
        return own
    return f"{item.effective.end:%Y-%m-%d}" if item.effective else ""


PREDICATES = (
    Predicate("recent", RecentArguments, recent),
    Predicate("within_target", WithinTargetArguments, within_target),
)
