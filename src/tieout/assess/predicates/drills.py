"""Predicates over exercises: recent enough, passed, and within the time that was allowed."""

from datetime import timedelta
from typing import Any

from pydantic import Field

from tieout.assess.approval import approval_doubts, approval_faults
from tieout.assess.context import Context
from tieout.assess.exercises import doubts_of
from tieout.assess.lacks import describe
from tieout.assess.people import around, different_people, doubt, roster_names
from tieout.assess.predicates.base import Arguments, Predicate, at, lacking, outcome
from tieout.assess.selection import filled, person
from tieout.assess.wording import clauses, counted, named, number
from tieout.domain.artefacts.records import DrillRecord
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import add_duration, in_words

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

    def asks(self) -> str:
        """Of the newest record."""
        return f"The newest {describe(self.of, self.where)} is no older than {in_words(self.within)}."


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
        f"The newest {what} is of {_day(newest)}, within {in_words(arguments.within)}.",
        items=(newest,),
        judged=at((newest,), "/date" if "date" in newest.facts else "/approval/approved_on"),
    )


class WithinTargetArguments(Arguments):
    """Arguments of `within_target`."""

    where: dict[str, Any] = Field(default_factory=dict)
    longest: str = Field(
        default="P1D", description="ISO 8601 duration; a longer target is not taken on the record's word"
    )
    people: int = Field(default=1, ge=1, description="how many people a drill takes at least")

    def artefacts(self) -> tuple[str, ...]:
        """The drills, and the roster that those who took part stand in."""
        return ("drill_record", "roster")

    def asks(self) -> str:
        """Of the newest drill."""
        return (
            f"The newest {describe('drill_record', self.where)} passed, names "
            f"{counted(self.people, 'person', 'people')} who took part, measured a time no longer than its target, "
            f"which is at most {in_words(self.longest)}, and was approved by someone other than its owner."
        )


def within_target(context: Context, arguments: WithinTargetArguments) -> CheckResult:
    """The newest drill passed, named who took part, kept to its target, and was approved by someone else."""
    supply, roster = context.supply("drill_record", arguments.where), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    last_day = max(item.facts["date"] for item in supply.fresh)
    # Of several drills on the last day each must hold: a pass does not undo the failure beside it.
    judged = sorted((item for item in supply.fresh if item.facts["date"] == last_day), key=lambda item: item.id)
    what = context.title("drill_record", arguments.where)
    faults = {
        item.id: fault
        for item in judged
        if (fault := _fault(DrillRecord.model_validate(item.facts), roster.fresh, arguments.people))
    }
    newest = next((item for item in judged if item.id in faults), judged[0])
    drill = DrillRecord.model_validate(newest.facts)
    seen = {
        "measured_seconds": drill.measured_seconds,
        "target_seconds": drill.target_seconds,
        "outcome": drill.outcome,
    }
    lines = at((newest,), "/measured_seconds", "/target_seconds", "/outcome", "/date")
    if faults:
        reason = f"The {what} of {last_day} {faults[newest.id]}."
        return outcome("within_target", Verdict.GAP, reason, items=(*judged, *roster.fresh), judged=lines, seen=seen)
    open_ = list(dict.fromkeys(doubt for item in judged for doubt in _doubts(item, roster.fresh, context, arguments)))
    passed = f"The {what} of {last_day} passed: {_times(drill)}"
    return outcome(
        "within_target",
        Verdict.PARTIAL if open_ else Verdict.SATISFIED,
        f"{passed}. But the record {clauses(open_)}." if open_ else f"{passed}.",
        items=(*judged, *roster.fresh),
        judged=lines,
        seen=seen,
    )


def _doubts(
    item: EvidenceItem, roster: tuple[EvidenceItem, ...], context: Context, arguments: WithinTargetArguments
) -> list[str]:
    """What keeps a record that says all the right things from being taken on its word."""
    drill = DrillRecord.model_validate(item.facts)
    near = around(roster, context.subject)
    doubts = [*doubts_of(drill, context.subject), *approval_faults(item, roster, context.as_of, reviewed=False)]
    doubts += [told for told, _ in approval_doubts(item, roster, context.subject)]
    unsure = [told for name in drill.people if (told := doubt(name, near))]
    shown = {one for name in drill.people if not doubt(name, near) and (one := person(name))}
    if unsure and len(different_people(shown)) < arguments.people:
        doubts.append(f"names who took part without showing that they are persons ({named(unsure)})")
    approved = drill.approval.approved_on
    if approved is not None and approved < drill.date:
        doubts.append(f"was approved on {approved}, before the drill")
    start = context.period.start
    longest = (add_duration(start, arguments.longest) - start) // timedelta(seconds=1)
    if (drill.target_seconds or 0) > longest:
        doubts.append(
            f"sets its own target of {number(drill.target_seconds or 0)} s, longer than {in_words(arguments.longest)}"
        )
    return doubts


def _fault(drill: DrillRecord, roster: tuple[EvidenceItem, ...], people: int) -> str | None:
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
    took_part = different_people(one for name in drill.people if (one := person(name)))
    if len(took_part) < people:
        told = f" ({named(drill.people)} may be one)" if len(set(drill.people)) > len(took_part) else ""
        return f"names {counted(len(took_part), 'person', 'people')}{told} where it takes {people}"
    longest = max(drill.measured_seconds or 0, drill.target_seconds or 0)
    if longest > LONGEST_SECONDS:
        return f"records a time that cannot be right: {number(longest)} s, more than {LONGEST_SECONDS // 86400} days"
    return _not_in_time(drill)


def _not_in_time(drill: DrillRecord) -> str | None:
    if drill.outcome != "passed":
        return f"{drill.outcome}: {_times(drill)}"
    if (drill.measured_seconds or 0) > (drill.target_seconds or 0):
        return f"took {number(drill.measured_seconds or 0)} s where {number(drill.target_seconds or 0)} s are allowed"
    return None


def _times(drill: DrillRecord) -> str:
    return f"{number(drill.measured_seconds or 0)} s measured, {number(drill.target_seconds or 0)} s allowed"


def _day(item: EvidenceItem) -> str:
    own = item.facts.get("date")
    if isinstance(own, str):
        return own
    return f"{item.effective.end:%Y-%m-%d}" if item.effective else ""


PREDICATES = (
    Predicate("recent", RecentArguments, recent),
    Predicate("within_target", WithinTargetArguments, within_target),
)
