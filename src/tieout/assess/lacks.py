"""Why a check has nothing to judge: undeclared, absent, unreadable, too old, dated later, or of another release."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from tieout.assess.wording import conditions, counted, named, plain
from tieout.domain.artefacts import ARTEFACT_TITLES, PLURAL_ARTEFACTS
from tieout.domain.assessment import CheckResult
from tieout.domain.collection import Problem, SourceResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import days_between, rfc3339

#: Records of an event: as old as the day it happened, whenever it was signed.
EVENTS = frozenset({"drill_record", "release_record"})
#: Name of the predicate of a lack, until the check that meets it puts its own.
NEEDS = "needs"
#: How many places a lack names.
_PLACES = 3


def describe(artefact: str, wanted: Mapping[str, Any]) -> str:
    """An artefact in words: `drill record (scenario provider_failover)`."""
    extra = conditions(wanted)
    return ARTEFACT_TITLES[artefact] + (f" ({extra})" if extra else "")


def subject(artefact: str, wanted: Mapping[str, Any]) -> str:
    """An artefact with its verb: `drill record is`, `acceptance criteria are`."""
    return f"{describe(artefact, wanted)} {'are' if artefact in PLURAL_ARTEFACTS else 'is'}"


def times_of(item: EvidenceItem) -> list[datetime]:
    """Every time an item speaks of: its effective end, and of an event the day it happened."""
    times = [item.effective.end] if item.effective else []
    if item.type in EVENTS and isinstance(item.facts.get("date"), str):
        times.append(datetime.combine(date.fromisoformat(item.facts["date"]), time.min, UTC))
    return times


def undeclared(title: str, name: str) -> CheckResult:
    """No source was configured that could answer."""
    reason = f"No configured source provides the {title}; a source with `provides: [{name}]` would answer."
    return CheckResult(predicate=NEEDS, verdict=Verdict.NOT_ASSESSED, reason=reason)


def unread(title: str, problems: Sequence[Problem]) -> CheckResult:
    """What may hold it could not be read."""
    first = problems[0]
    return CheckResult(
        predicate=NEEDS,
        verdict=Verdict.UNREADABLE,
        reason=f"The {title} could not be read: {first.place}: {first.reason.rstrip('.')}.",
        places=tuple(problem.place for problem in problems),
    )


def absent(
    about: str,
    sources: Sequence[SourceResult],
    others: Sequence[EvidenceItem],
    wanted: Mapping[str, Any],
    notes: Sequence[tuple[Place, str]],
) -> CheckResult:
    """Declared, looked for, and not there.

    Args:
        about: The artefact with its verb.
        sources: Those that were declared to provide it.
        others: Items of its type that are not of the wanted kind.
        wanted: The conditions of that kind.
        notes: Places that were looked at and do not count, with the reason.
    """
    names = " and ".join(f"'{source.name}'" for source in sources)
    if others:
        kinds = {conditions({name: item.facts.get(name) for name in wanted}) for item in others}
        what = f"gives {len(others)} of another kind ({named(sorted(kinds))})"
    elif len(sources) == 1:
        what = "was declared to provide it and does not"
    else:
        what = "were declared and give none"
    looked = "".join(f" Looked at {place}: {reason.rstrip('.')}." for place, reason in notes[:_PLACES])
    places = [place for place, _ in notes[:_PLACES]] + [item.place() for item in others[:_PLACES]]
    return _gap(f"No {about} recorded here: source {names} {what}.{looked}", others, places)


def outdated(about: str, stale: Sequence[EvidenceItem], limit: str | None, as_of: datetime) -> CheckResult:
    """There once was one; the newest is named with its age."""
    dated = [item for item in stale if times_of(item)]
    if not dated:
        reason = f"The {about} not dated, so the age cannot be shown (limit {limit})."
        return _gap(reason, stale[:1], [stale[0].place()])
    newest = max(dated, key=lambda item: (min(times_of(item)), item.id))
    end = min(times_of(newest))
    age = counted(days_between(end, as_of), "day")
    reason = f"The newest {about} of {rfc3339(end)[:10]}, {age} before the as-of date; the limit is {limit}."
    return _gap(reason, [newest], [newest.place()])


def dated_later(about: str, later: Sequence[EvidenceItem]) -> CheckResult:
    """It speaks of a time that has not come."""
    first = min(later, key=lambda item: (max(times_of(item)), item.id))
    day = rfc3339(max(times_of(first)))[:10]
    return _gap(f"The {about} of {day}, after the as-of date: not counted yet.", later, [first.place()])


def of_another_release(
    about: str, items: Sequence[EvidenceItem], told: str, records: Sequence[EvidenceItem]
) -> CheckResult:
    """It is of models that the release does not name; `told` says which it names."""
    tested = named(sorted({plain(item.facts.get("model")) for item in items}))
    reason = f"No {about} recorded here of a model of {told}; those recorded are of {tested}."
    return _gap(reason, (*items, *records), [item.place("/model") for item in items])


def without_release(lack: CheckResult, title: str) -> CheckResult:
    """What was released is not known, so that nothing can be tied to it."""
    return lack.model_copy(update={"reason": f"Which {title} belong to the release cannot be shown. {lack.reason}"})


def no_decision(label: str, records: Sequence[EvidenceItem]) -> CheckResult:
    """Decisions are recorded, but none of the assessed release."""
    versions = named(sorted({str(item.facts["version"]) for item in records}))
    reason = f"No go decision for release {label} is recorded here; those recorded are for {versions}."
    return _gap(reason, records, [item.place("/version") for item in records])


def no_models(version: str, records: Sequence[EvidenceItem]) -> CheckResult:
    """A release that names no model."""
    reason = f"The record of release {version} names no model, so nothing can be tied to what was released."
    return _gap(reason, records, [item.place("/models") for item in records])


def _gap(reason: str, items: Iterable[EvidenceItem], places: Iterable[Place]) -> CheckResult:
    return CheckResult(
        predicate=NEEDS,
        verdict=Verdict.GAP,
        reason=reason,
        evidence=tuple(sorted(item.id for item in items)),
        places=tuple(places),
    )
