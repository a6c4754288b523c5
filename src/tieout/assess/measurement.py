"""Measurements: a value with its sample and its bounds, read from runs and logs for the criteria."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction

from tieout.analytics.intervals import clopper_pearson, mean_interval
from tieout.assess.wording import counted, named, number, verb
from tieout.domain.artefacts.logs import FieldCount, Telemetry, repeats_matter
from tieout.domain.artefacts.records import AcceptanceCriteria, Criterion
from tieout.domain.artefacts.results import EvalResults, Metric
from tieout.domain.evidence import EvidenceItem
from tieout.domain.model_names import bare_model

#: A log whose longest silence stays below this has no hole that is seen (a default of ours).
SEEN_HOLE_SECONDS = 24 * 3600
#: Least share of the period's records that a figure must stand in (a default of ours).
LEAST_PRESENT = Fraction(99, 100)
#: Said of every figure of a log: nothing in a log shows which records were never written or were taken out.
UNPROVEN = "of a log that cannot show that it is complete"
_QUANTILES = {"latency_p50_ms": 0.5, "latency_p95_ms": 0.95, "latency_p99_ms": 0.99}
_NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value.

    Attributes:
        value: As measured.
        n: Sample or population size.
        low: Lower bound; None where it cannot be bounded.
        high: Upper bound; None where it cannot be bounded.
        level: Two-sided confidence level of the bounds, at least the criterion's.
        method: How the bounds were computed, for the reader.
        item: Evidence it stands on.
        began: When the run started or the log's period began; None where that is not recorded or cannot be.
        recorded_only: A sum over all records of a log without a hole that is seen: what was recorded is
            known, what was not recorded is not.
        pointer: Where in the item's facts the value stands; empty where it is computed from several.
    """

    value: float
    n: int
    low: float | None
    high: float | None
    level: float
    method: str
    item: EvidenceItem
    began: datetime | None
    recorded_only: bool = False
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Why a criterion has no usable measurement."""

    reason: str
    items: tuple[EvidenceItem, ...] = ()


def utc(instant: datetime | str) -> datetime:
    """An instant, or its text, in UTC; one without a zone is taken as UTC, as all days are."""
    known = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return known.replace(tzinfo=UTC) if known.tzinfo is None else known.astimezone(UTC)


def wrongly_dated(sheet: AcceptanceCriteria) -> str:
    """What to say beside the time of criteria whose commit is dated before its own ancestor; nothing else."""
    return (
        f" (its commit is dated {utc(sheet.backdated_to):%Y-%m-%d}, before its ancestor)" if sheet.backdated_to else ""
    )


def newest_runs(criterion: Criterion, runs: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """The newest finished run of the criterion's evaluation for each model that it was run on."""
    return [own[-1] for own in _by_model(criterion, runs)]


def judged_runs(criterion: Criterion, runs: Sequence[EvidenceItem], since: datetime | None) -> list[EvidenceItem]:
    """Every finished run of the criterion's evaluation that began after the limit was set, by model.

    A newer run does not undo the failure of an older one of the same revision. Where none of a model began after
    the limit was set, its newest stands for it.
    """
    return [
        item
        for own in _by_model(criterion, runs)
        for item in [one for one in own if _began_after(one, since)] or own[-1:]
    ]


def evaluations(runs: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """The runs without those that asked a part of their data set where another of task and model asked all of it.

    A trial on a few samples is no evaluation, and beside one it is no evidence against it.
    """
    whole = {_kind(item) for item in runs if item.facts.get("chosen") is None}
    return [item for item in runs if item.facts.get("chosen") is None or _kind(item) not in whole]


def _kind(item: EvidenceItem) -> tuple[str, str]:
    return str(item.facts["task"]), bare_model(str(item.facts.get("model")))


def earlier(runs: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Of runs of one evaluation, those of a revision older than the newest one that their model was tested at.

    A run whose revision is not known is older where it ended before the newest one was made.
    """
    models: dict[str, list[tuple[EvidenceItem, EvalResults]]] = {}
    for item in runs:
        run = EvalResults.model_validate(item.facts)
        models.setdefault(bare_model(str(run.model)), []).append((item, run))
    older: list[EvidenceItem] = []
    for own in models.values():
        times = [utc(run.commit_at) for _, run in own if run.commit_at is not None]
        older += [item for item, run in own if times and (made := _made(run)) is not None and made < max(times)]
    return older


def _made(run: EvalResults) -> datetime | None:
    """When what a run tested was made: its commit, or at the latest the run's own end."""
    made = run.commit_at or run.completed_at
    return utc(made) if made is not None else None


def _by_model(criterion: Criterion, runs: Sequence[EvidenceItem]) -> list[list[EvidenceItem]]:
    named_by = criterion.measured_by
    found: dict[str, list[EvidenceItem]] = {}
    for item in sorted(runs, key=_completed):
        if named_by and item.facts["task"] == named_by.evaluation and item.facts["status"] == "success":
            found.setdefault(bare_model(str(item.facts.get("model"))), []).append(item)
    return [found[model] for model in sorted(found)]


def began(run: EvalResults) -> datetime | None:
    """When a run began; None where that is not recorded, or cannot be since the run would have ended before."""
    if run.started_at is None or run.ends_before_it_starts:
        return None
    return utc(run.started_at)


def _began_after(item: EvidenceItem, since: datetime | None) -> bool:
    start = began(EvalResults.model_validate(item.facts))
    return since is None or start is None or start > utc(since)


def from_run(criterion: Criterion, item: EvidenceItem) -> Measurement | Unmeasured:
    """The criterion's metric in one run."""
    wanted = criterion.measured_by.metric if criterion.measured_by else None
    if wanted is None:
        return Unmeasured("it names no metric of the evaluation", (item,))
    run = EvalResults.model_validate(item.facts)
    found = [metric for metric in run.metrics if wanted in _names(metric)]
    if not found:
        return Unmeasured(f"run {item.provenance.path} has no metric '{wanted}'", (item,))
    if len(found) > 1:
        scorers = named(metric.scorer for metric in found)
        return Unmeasured(f"run {item.provenance.path} has '{wanted}' of several scorers ({scorers})", (item,))
    if found[0].n > max(run.samples_completed, run.samples_total):
        return Unmeasured(f"metric '{wanted}' counts more samples than run {item.provenance.path} has", (item,))
    measured = _of_metric(found[0], criterion, item, run)
    pointer = f"/metrics/{run.metrics.index(found[0])}"
    return replace(measured, pointer=pointer) if isinstance(measured, Measurement) else measured


def from_telemetry(criterion: Criterion, item: EvidenceItem) -> Measurement | Unmeasured:
    """The criterion's figure of the log over the assessed period."""
    log = Telemetry.model_validate(item.facts)
    figure = criterion.measured_by.telemetry if criterion.measured_by else None
    if log.in_period <= 0:
        return Unmeasured("the log has no record in the period", (item,))
    if repeats_matter(log.repeats, log.in_period):
        return Unmeasured(f"the log {repeats_told(log)}", (item,))
    found = _figure(log, figure, criterion.level, item)
    if criterion.min_n is None or isinstance(found, Unmeasured) or _tells_repeats(log):
        return found
    return replace(found, method=f"{found.method} and in which repeats cannot be told")


def repeats_told(log: Telemetry) -> str:
    """`repeats records: 9 of 20 records tell another one again (b.jsonl:17 is a.jsonl:3 again)`."""
    places = [str(place) for place in log.repeat_places]
    such = f" ({places[-1]} is {places[0]} again)" if len(places) > 1 else ""
    repeats = log.repeats or 0
    return (
        f"repeats records: {number(repeats)} of {counted(log.in_period, 'record')} {verb(repeats, 'tells', 'tell')} "
        f"another one again{such}"
    )


def _tells_repeats(log: Telemetry) -> bool:
    return log.repeats is not None and _field(log, "request_id").present >= LEAST_PRESENT * log.in_period


def _figure(log: Telemetry, figure: str | None, level: float, item: EvidenceItem) -> Measurement | Unmeasured:
    if figure in _QUANTILES:
        return _of_quantile(log, _QUANTILES[figure], level, item)
    if figure == "error_rate":
        # A record without a status is not one that went well: it counts as a failure.
        silent = log.in_period - _field(log, "status").present
        failed = _of_share(log, "status", (log.failures + max(silent, 0), log.in_period), level, item)
        return replace(failed, pointer="/failures") if isinstance(failed, Measurement) else failed
    if figure == "identity_share":
        known = _of_share(log, "principal", (_field(log, "principal").present, log.in_period), level, item)
        names = [count.name for count in log.fields]
        # The first record without one is the line to look at.
        return (
            replace(known, pointer=f"/fields/{names.index('principal')}") if isinstance(known, Measurement) else known
        )
    if figure in {"cost_usd", "cost_usd_per_day"}:
        return _of_cost(log, item, level, per_day=figure == "cost_usd_per_day")
    return Unmeasured("it names no figure of the log", (item,))


def is_unbroken(log: Telemetry) -> bool:
    """Whether no hole is seen in the log: no reject, no missing day, no long silence.

    That shows no completeness: two records a day stand on every day too.
    """
    return (
        log.unreadable + log.invalid == log.rejected_outside
        and log.days_covered == log.days_in_period > 0
        and log.longest_hole_seconds is not None
        and log.longest_hole_seconds <= SEEN_HOLE_SECONDS
    )


def _of_metric(metric: Metric, criterion: Criterion, item: EvidenceItem, run: EvalResults) -> Measurement | Unmeasured:
    if metric.n <= 0:
        return Unmeasured(f"metric '{metric.name}' was scored on no sample", (item,))
    lost = max(run.samples_total // (run.epochs or 1) - metric.n, 0)
    value, n, level = metric.value, metric.n + lost, criterion.level
    try:
        if metric.successes is not None:
            # A sample that failed or has no score went as badly as it can: that is not known to be untrue.
            bad = lost if criterion.operator in {"<", "<="} else 0
            clopper_pearson(metric.successes, metric.n, level)  # what is recorded must be possible by itself
            bounds = clopper_pearson(metric.successes + bad, n, level)
            value = (metric.successes + bad) / n if lost else value
            method = f"Clopper-Pearson, {number(metric.successes + bad)} of {number(n)}"
            if lost:
                method += (
                    f", {counted(lost, 'sample')} without a score counted as {verb(lost, 'a failure', 'failures')}"
                )
        elif lost:
            those = f"{number(lost)} of the {counted(n, 'sample')} {verb(lost, 'has', 'have')} no score"
            return Unmeasured(f"metric '{metric.name}': {those}, so that their mean is not known", (item,))
        elif metric.stderr is not None and metric.stderr > 0:
            bounds = mean_interval(metric.value, metric.stderr, level)
            method = f"mean and standard error {metric.stderr:.6g}"
        else:
            # A standard error of zero is what a tool writes for one sample, or for none that differ.
            return Unmeasured(f"metric '{metric.name}' records neither counts nor a standard error above zero", (item,))
    except ValueError:
        bounds = None
    if bounds is None:
        return Unmeasured(f"the numbers of metric '{metric.name}' cannot be right", (item,))
    return Measurement(value, n, bounds.low, bounds.high, level, method, item, began(run))


def _of_quantile(log: Telemetry, share: float, level: float, item: EvidenceItem) -> Measurement | Unmeasured:
    found = next((quantile for quantile in log.latency_ms if quantile.share == share), None)
    if found is None or log.latency_n <= 0 or found.value <= 0:
        return Unmeasured("the log records no latency above zero", (item,))
    # Records without the value may be its worst: beyond this share they could carry the quantile themselves.
    least = max(LEAST_PRESENT, 1 - (1 - Fraction(repr(share))) / 5)
    if log.latency_n < least * log.in_period:
        return Unmeasured(f"latency stands in {number(log.latency_n)} of {number(log.in_period)} records only", (item,))
    if level > found.level:
        return Unmeasured(f"the log's bounds are at level {found.level:g}, the criterion asks {level:g}", (item,))
    return Measurement(
        found.value,
        log.latency_n,
        found.low,
        found.high,
        found.level,
        f"order statistics {UNPROVEN}",
        item,
        log.period_start,
    )


def _of_share(
    log: Telemetry, field: str, share: tuple[int, int], level: float, item: EvidenceItem
) -> Measurement | Unmeasured:
    count, out_of = share
    if not _field(log, field).shown:
        return Unmeasured(f"a log of format {log.format} cannot show the {field}", (item,))
    try:
        bounds = clopper_pearson(count, out_of, level)
    except ValueError:
        bounds = None
    if bounds is None:
        return Unmeasured(f"the log counts {number(count)} of {number(out_of)}, which cannot be right", (item,))
    value = count / out_of
    method = f"Clopper-Pearson, {number(count)} of {number(out_of)}, {UNPROVEN}"
    return Measurement(value, out_of, bounds.low, bounds.high, level, method, item, log.period_start)


def _of_cost(log: Telemetry, item: EvidenceItem, level: float, *, per_day: bool) -> Measurement | Unmeasured:
    cost = _field(log, "cost")
    if not cost.shown or cost.present <= 0:
        return Unmeasured(f"a log of format {log.format} records no cost", (item,))
    if log.cost_nanodollars <= 0:
        # Gateways write a cost of zero for a model that they have no price of.
        return Unmeasured("every cost in the log is zero, so nothing was priced", (item,))
    value = log.cost_nanodollars / _NANO / (max(log.days_covered, 1) if per_day else 1)
    method = "a log that cannot show that it is complete bounds cost only below"
    recorded = is_unbroken(log) and cost.present == log.in_period
    return Measurement(value, log.in_period, value, None, level, method, item, log.period_start, recorded)


def _field(log: Telemetry, name: str) -> FieldCount:
    return next((count for count in log.fields if count.name == name), FieldCount(name=name, present=0, shown=False))


def _names(metric: Metric) -> set[str]:
    short = metric.name.rpartition("/")[2]
    return {metric.name, short, f"{metric.scorer}/{metric.name}", f"{metric.scorer}/{short}"}


def _completed(item: EvidenceItem) -> tuple[datetime, str]:
    done = item.facts.get("completed_at")
    return (utc(done) if done else datetime.min.replace(tzinfo=UTC), item.id)
