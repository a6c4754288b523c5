"""Predicates about time: a log covers its period, rows are current, limits came before the runs."""

from datetime import datetime, timedelta
from fractions import Fraction

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.coverage import begun_told
from tieout.assess.lifecycle import RETIRED, status_of
from tieout.assess.measurement import began, evaluations, newest_runs, utc, wrongly_dated
from tieout.assess.nouns import population
from tieout.assess.predicates.base import Arguments, Predicate, at, lacking, outcome
from tieout.assess.selection import Hit, artefact_of, select
from tieout.assess.wording import capitalised, clauses, counted, label, named, number, share, verb
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.artefacts.records import AcceptanceCriteria
from tieout.domain.artefacts.results import EvalResults
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import add_duration, in_words


class PeriodCoverArguments(Arguments):
    """Arguments of `period_cover`; the limits are defaults of ours."""

    days_share: float = Field(default=0.95, gt=0, le=1)
    longest_hole: str = "PT48H"

    def artefacts(self) -> tuple[str, ...]:
        """The log."""
        return ("telemetry",)

    def asks(self) -> str:
        """Of days and silences."""
        return (
            f"Records stand on at least {share(self.days_share)} of the days of the assessed period, and no silence is "
            f"longer than {in_words(self.longest_hole)}."
        )


def period_cover(context: Context, arguments: PeriodCoverArguments) -> CheckResult:
    """Records stand on enough days of the assessed period, and no hole is longer than the limit."""
    supply = context.supply("telemetry")
    if supply.lack:
        return supply.lack
    start = context.period.start
    limit = (add_duration(start, arguments.longest_hole) - start) // timedelta(seconds=1)
    faults: list[str] = []
    told: list[str] = []
    for item in supply.fresh:
        log = Telemetry.model_validate(item.facts)
        source = item.provenance.source
        days = f"{log.days_covered} of {counted(log.days_in_period, 'day')}{begun_told(log)}"
        found = _cover_faults(log, context, arguments, limit)
        faults.extend(f"{source} {fault}" for fault in found)
        told.append(
            f"the log {source} has records on {days}, and its longest silence is {_hours(log.longest_hole_seconds)}"
        )
    if faults:
        return outcome(
            "period_cover",
            Verdict.GAP,
            f"The log does not cover the period: {clauses(faults)}.",
            items=supply.fresh,
            seen={"faults": len(faults)},
        )
    return outcome("period_cover", Verdict.SATISFIED, f"{capitalised(clauses(told))}.", items=supply.fresh)


class RowsCurrentArguments(Arguments):
    """Arguments of `rows_current`."""

    in_: str = Field(alias="in", description="selector of the rows; retired ones are left out")
    dated: str = Field(description="field with the day on which a row was last brought up to date")
    within: str = Field(description="ISO 8601 duration")

    def artefacts(self) -> tuple[str, ...]:
        """The list."""
        return (artefact_of(self.in_),)

    def asks(self) -> str:
        """Of each row."""
        one = population(self.in_).one
        return f"Each {one} that is not retired was brought up to date within {in_words(self.within)}."


def rows_current(context: Context, arguments: RowsCurrentArguments) -> CheckResult:
    """Each row that is not retired was brought up to date within the limit: one new row renews no old one."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = [hit for hit in select(supply.fresh, arguments.in_) if status_of(hit.value) not in RETIRED]
    if not hits:
        return outcome(
            "rows_current",
            Verdict.GAP,
            "Every row is retired, or there is none: a population of zero shows nothing.",
            items=supply.fresh,
            seen={"population": 0},
        )
    told = [(hit, fault) for hit in hits if (fault := _row_fault(hit, arguments, context.as_of))]
    among, within = population(arguments.in_), in_words(arguments.within)
    if told:
        return outcome(
            "rows_current",
            Verdict.GAP,
            f"{among.some(len(told), len(hits))} {verb(len(told), 'was', 'were')} not brought up to date within "
            f"{within}: {named(f'{label(hit.value)} ({fault})' for hit, fault in told)}.",
            items=supply.fresh,
            hits=[hit for hit, _ in told],
            seen={"population": len(hits), "old": len(told)},
        )
    return outcome(
        "rows_current",
        Verdict.SATISFIED,
        f"{among.each(len(hits))} was brought up to date within {within}.",
        items=supply.fresh,
        judged=hits,
        seen={"population": len(hits)},
    )


def _row_fault(hit: Hit, arguments: RowsCurrentArguments, as_of: datetime) -> str | None:
    day = hit.value.get(arguments.dated)
    if not day:
        return "no date"
    instant = utc(day)
    if instant > as_of:
        return f"{day}, after the as-of date"
    return None if add_duration(instant, arguments.within) >= as_of else str(day)


class SetBeforeArguments(Arguments):
    """Arguments of `set_before` (none)."""

    def artefacts(self) -> tuple[str, ...]:
        """The criteria and the runs that they judge."""
        return ("acceptance_criteria", "eval_results")


def set_before(context: Context, _: SetBeforeArguments) -> CheckResult:
    """The acceptance criteria were committed before each evaluation run that they judge began."""
    criteria, runs = context.supply("acceptance_criteria"), context.supply("eval_results", {"status": "success"})
    if lack := lacking(criteria, runs):
        return lack
    sheets = [AcceptanceCriteria.model_validate(item.facts) for item in criteria.fresh]
    whole = evaluations(runs.fresh)
    judged = {item.id: item for sheet in sheets for one in sheet.criteria for item in newest_runs(one, whole)}
    items = (*criteria.fresh, *judged.values())
    if any(sheet.committed_at is None for sheet in sheets):
        return outcome(
            "set_before",
            Verdict.GAP,
            "When the criteria were set cannot be shown: they are not committed.",
            items=items,
            closes_with=["Commit the criteria before the evaluations run."],
        )
    if not judged:
        return outcome(
            "set_before",
            Verdict.GAP,
            "No finished run is one that a criterion judges, so nothing shows that the limits came first.",
            items=(*criteria.fresh, *runs.fresh),
            closes_with=["Run an evaluation that a criterion names."],
        )
    return _in_order(criteria.fresh, sheets, list(judged.values()))


def _in_order(
    criteria: tuple[EvidenceItem, ...], sheets: list[AcceptanceCriteria], judged: list[EvidenceItem]
) -> CheckResult:
    """Whether runs began after the last change of the criteria that judge them."""
    items = (*criteria, *judged)
    latest = max(utc(sheet.committed_at) for sheet in sheets if sheet.committed_at is not None)
    backwards = [item for item in judged if EvalResults.model_validate(item.facts).ends_before_it_starts]
    if backwards:
        return outcome(
            "set_before",
            Verdict.GAP,
            f"Runs that end before they start, so that when they began cannot be told: "
            f"{named(item.facts['task'] for item in backwards)}.",
            items=items,
            judged=at(backwards, "/started_at"),
            closes_with=["Run the named evaluations again, by a right clock."],
        )
    begun = [(item, began(EvalResults.model_validate(item.facts))) for item in judged]
    undated = [item for item, start in begun if start is None]
    if undated:
        return outcome(
            "set_before",
            Verdict.GAP,
            f"Runs that do not record when they started: {named(item.facts['task'] for item in undated)}.",
            items=items,
            judged=at(undated, "/task"),
            closes_with=["Let the tool record when each run starts."],
        )
    early = [(item, utc(start)) for item, start in begun if start is not None and utc(start) <= latest]
    wrong = "".join(dict.fromkeys(wrongly_dated(sheet) for sheet in sheets))
    if early:
        return outcome(
            "set_before",
            Verdict.GAP,
            f"The criteria were last changed on {latest:%Y-%m-%d %H:%M} UTC{wrong}, not before the runs that they "
            f"judge: {named(_started(early))}.",
            items=items,
            judged=at([item for item, _ in early], "/started_at"),
            closes_with=["Run the named evaluations again: a limit judges only what began after its last change."],
        )
    if wrong:
        return outcome(
            "set_before",
            Verdict.CONFLICT,
            f"When the criteria were set cannot be told: not before {latest:%Y-%m-%d %H:%M} UTC{wrong}.",
            items=items,
            hits=select(criteria, "acceptance_criteria.criteria"),
        )
    return outcome(
        "set_before",
        Verdict.SATISFIED,
        f"The criteria were committed on {latest:%Y-%m-%d}, before the {counted(len(judged), 'run')} that they judge.",
        items=items,
        judged=[*select(criteria, "acceptance_criteria.criteria"), *at(judged, "/started_at")],
        seen={"runs": len(judged)},
    )


def _started(runs: list[tuple[EvidenceItem, datetime]]) -> list[str]:
    """When the runs of each task started; of several of one task the first."""
    starts: dict[str, list[datetime]] = {}
    for item, start in runs:
        starts.setdefault(str(item.facts["task"]), []).append(start)
    return [
        f"{task} started {min(own):%Y-%m-%d %H:%M} UTC" + (f", the first of {len(own)} runs" if len(own) > 1 else "")
        for task, own in starts.items()
    ]


def _cover_faults(log: Telemetry, context: Context, arguments: PeriodCoverArguments, limit: int) -> list[str]:
    if not log.in_period:
        return ["has no record in the period"]
    faults = []
    if utc(log.period_start) > context.period.start or utc(log.period_end) < min(context.period.end, context.as_of):
        faults.append(f"was counted from {log.period_start:%Y-%m-%d} to {log.period_end:%Y-%m-%d} only")
    # As fractions: 0.95 of 60 days is 57, whatever the last binary digit says.
    if log.days_covered < Fraction(repr(arguments.days_share)) * log.days_in_period:
        days = f"{log.days_covered} of {counted(log.days_in_period, 'day')}{begun_told(log)}"
        faults.append(f"has records on {days}, where {share(arguments.days_share)} are wanted")
    hole = log.longest_hole_seconds
    if hole is None:
        faults.append("does not say how long its longest silence is")
    elif hole > limit:
        first = log.holes[0] if log.holes else None
        span = f" from {first.start:%Y-%m-%d %H:%M} to {first.end:%Y-%m-%d %H:%M} UTC" if first else ""
        faults.append(f"is silent for {_hours(hole)}{span}, where {_hours(limit)} are allowed")
    return faults


def _hours(seconds: float | None) -> str:
    return f"{number(round((seconds or 0) / 3600, 1))} h"


PREDICATES = (
    Predicate("period_cover", PeriodCoverArguments, period_cover),
    Predicate("rows_current", RowsCurrentArguments, rows_current),
    Predicate("set_before", SetBeforeArguments, set_before),
)
