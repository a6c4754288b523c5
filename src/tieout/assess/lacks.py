"""Why a check has nothing to judge: undeclared, absent, unreadable, too old, dated later, or of another release."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from tieout.assess.wording import brief, capitalised, conditions, counted, listed, named, plain, spot
from tieout.domain.artefacts import ARTEFACT_TITLES, PLURAL_ARTEFACTS
from tieout.domain.assessment import CheckResult
from tieout.domain.collection import Problem, SourceResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import days_between, in_words, parse_instant, rfc3339

#: Records of an event: as old as the day it happened, whenever it was signed.
EVENTS = frozenset({"drill_record", "release_record"})
#: Name of the predicate of a lack, until the check that meets it puts its own.
NEEDS = "needs"
#: How many places a lack names, and how many signs it takes for them.
_PLACES = 3
_SIGNS = 240
_UNREAD = " could not be read: "
_LISTED = "see Problems met while collecting"
#: The source that tieout.yaml itself is.
_CONFIGURATION = "configuration"
#: What closes what is dated later, whatever it is.
LATER = "Assess again as of a later day."


def describe(artefact: str, wanted: Mapping[str, Any]) -> str:
    """An artefact in words: `drill record (scenario provider failover)`, `approved document (AI policy)`."""
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


def told_until(item: EvidenceItem) -> list[datetime]:
    """Every time that must not lie in the future: those it speaks of, and the last change of its text."""
    approval = item.facts.get("approval")
    changes = [item.facts.get("committed_at"), approval.get("changed_at") if isinstance(approval, dict) else None]
    # A history's `committed_at` is that of the commit it ends at, as its effective time is.
    return [*times_of(item), *(parse_instant(change) for change in changes if isinstance(change, str))]


def undeclared(title: str, name: str) -> CheckResult:
    """No source was configured that could answer."""
    reason = f"No configured source provides the {title}; a source with `provides: [{name}]` would answer."
    # A rule that is a gap tells its gaps alone: what to configure must not lean on the reason.
    cure = f"Configure a source that provides `{name}`: the {title}."
    return CheckResult(predicate=NEEDS, verdict=Verdict.NOT_ASSESSED, reason=reason, closes_with=cure)


def unread(title: str, problems: Sequence[Problem]) -> CheckResult:
    """What may hold it could not be read."""
    first = problems[0]
    return CheckResult(
        predicate=NEEDS,
        verdict=Verdict.UNREADABLE,
        reason=f"The {title}{_UNREAD}{spot(first.place)}: {brief(first.reason)}{_more(len(problems) - 1)}.",
        places=tuple(problem.place for problem in problems),
        closes_with="Make the named input readable.",
    )


def absent(
    about: str,
    sources: Sequence[SourceResult],
    others: Sequence[EvidenceItem],
    wanted: Mapping[str, Any],
    notes: Sequence[Problem],
) -> CheckResult:
    """Declared, looked for, and not there.

    Args:
        about: The artefact with its verb.
        sources: Those that were declared to provide it.
        others: Items of its type that are not of the wanted kind.
        wanted: The conditions of that kind.
        notes: What was looked at and does not count.
    """
    names = " and ".join(f"'{source.name}'" for source in sources)
    if others:
        kinds = {conditions({name: item.facts.get(name) for name in wanted}) for item in others}
        what = f"gives {len(others)} of another kind ({named(sorted(kinds))})"
    elif len(sources) == 1:
        what = "was declared to provide it and does not"
    else:
        what = "were declared and give none"
    places = [note.place for note in notes[:_PLACES]] + [item.place() for item in others[:_PLACES]]
    cure = f"Supply the {_alone(about)}, or take the promise of it out of the configuration."
    if [source.name for source in sources] == [_CONFIGURATION]:
        cure = f"Write the {_alone(about)} into tieout.yaml."  # which always promises them
    elif others:
        cure = f"Supply the {_alone(about)}."
    return _gap(f"No {about} recorded here: source {names} {what}.{_looked(notes)}", others, places, cure)


def merged(reasons: Sequence[str]) -> list[str]:
    """Reasons of a rule's checks, each once; what one unreadable input keeps from several checks, together."""
    told: dict[str, list[str]] = {}
    for reason in reasons:
        title, unread, cause = reason.partition(_UNREAD)
        if unread and title.startswith("The "):
            told.setdefault(f"{unread}{cause}", []).append(f"the {title.removeprefix('The ')}")
        else:
            told.setdefault(reason, [])
    return [capitalised(listed(dict.fromkeys(titles))) + text for text, titles in told.items()]


def few(texts: Iterable[str]) -> str:
    """What is told of several places: three at most, fewer where they are long, and how many more there are."""
    whole = list(texts)
    told: list[str] = []
    for text in whole[:_PLACES]:
        if told and sum(map(len, told)) + len(text) > _SIGNS:
            break
        told.append(text)
    return "; ".join(told) + _more(len(whole) - len(told))


def outdated(about: str, stale: Sequence[EvidenceItem], limit: str | None, as_of: datetime) -> CheckResult:
    """There once was one; the newest is named with its age."""
    dated = [item for item in stale if times_of(item)]
    if not dated and stale[0].type == "telemetry":
        reason = f"No record of the {describe(stale[0].type, {})} lies in the assessed period."
        return _gap(
            reason, stale[:1], [stale[0].place()], "Supply the log of the period, or assess a period that it covers."
        )
    if not dated:
        reason = f"The {about} not dated, so the age cannot be shown (limit {in_words(limit or '')})."
        return _gap(reason, stale[:1], [stale[0].place()], f"Date the {_alone(about)}.")
    newest = max(dated, key=lambda item: (min(times_of(item)), item.id))
    end = min(times_of(newest))
    age = counted(days_between(end, as_of), "day")
    allowed = in_words(limit or "")
    reason = f"The newest {about} of {rfc3339(end)[:10]}, {age} before the as-of date; the limit is {allowed}."
    return _gap(reason, [newest], [_dated_at(newest)], f"Supply a newer one: {_alone(about)}.")


def dated_later(about: str, later: Sequence[EvidenceItem]) -> CheckResult:
    """It speaks of a time that has not come."""
    first = min(later, key=lambda item: (max(told_until(item)), item.id))
    day = rfc3339(max(told_until(first)))[:10]
    return _gap(f"The {about} of {day}, after the as-of date: not counted yet.", later, [first.place()], LATER)


def of_another_release(
    about: str, items: Sequence[EvidenceItem], told: str, records: Sequence[EvidenceItem]
) -> CheckResult:
    """It is of models that the release does not name; `told` says which it names."""
    tested = named(sorted({plain(item.facts.get("model")) for item in items}))
    reason = f"No {about} recorded here of a model of {told}; those recorded are of {tested}."
    cure = f"Supply one of a model that the release names: {_alone(about)}; or correct the release record."
    return _gap(reason, (*items, *records), [item.place("/model") for item in items], cure)


def without_release(lack: CheckResult, title: str) -> CheckResult:
    """What was released is not known, so that nothing can be tied to it."""
    return lack.model_copy(update={"reason": f"Which {title} belong to the release cannot be shown. {lack.reason}"})


def no_decision(label: str, records: Sequence[EvidenceItem]) -> CheckResult:
    """Decisions are recorded, but none of the assessed release."""
    versions = named(sorted({str(item.facts["version"]) for item in records}))
    reason = f"No go decision for release {label} is recorded here; those recorded are for {versions}."
    return _gap(
        reason, records, [item.place("/version") for item in records], "Record the go decision of this release."
    )


def no_models(version: str, records: Sequence[EvidenceItem]) -> CheckResult:
    """A release that names no model."""
    reason = f"The record of release {version} names no model, so nothing can be tied to what was released."
    cure = "Name in the release record exactly which models it serves."
    return _gap(reason, records, [item.place("/models") for item in records], cure)


def _looked(notes: Sequence[Problem]) -> str:
    """What was looked at and does not count: a few places with their reasons, and how many more there are."""
    own = [note for note in notes if note.files is None and not _says_only_absent(note)]
    told = few(f"{spot(note.place)} ({brief(note.reason)})" for note in own)
    files = sum(note.files for note in notes if note.files is not None)
    looked = f" Looked at {told}." if told else ""
    noun = "other file" if told else "file"
    none = f"None of {counted(files, noun)} there is one" if files > 1 else f"The one {noun} there is none"
    return looked + (f" {none} ({_LISTED})." if files else "")


def _says_only_absent(note: Problem) -> bool:
    # The collector's own words for `nothing is there`: the reason has said so already.
    return note.status == "absent" and note.reason.startswith("no ") and note.reason.endswith(" recorded here")


def _more(count: int) -> str:
    return f", and {count:,} more ({_LISTED})" if count > 0 else ""


def _dated_at(item: EvidenceItem) -> Place:
    """The line that says how old an item is, where it has one."""
    places = [item.place(pointer) for pointer in ("/date", "/approval/approved_on")]
    return next((place for place in places if place.line is not None), item.place())


def _alone(about: str) -> str:
    """An artefact without the verb that `subject` gives it."""
    return about.removesuffix(" is").removesuffix(" are")


def _gap(reason: str, items: Iterable[EvidenceItem], places: Iterable[Place], cure: str) -> CheckResult:
    return CheckResult(
        predicate=NEEDS,
        verdict=Verdict.GAP,
        reason=reason,
        evidence=tuple(sorted(item.id for item in items)),
        places=tuple(places),
        closes_with=cure,
    )
