"""Predicates about measured values: a limit is met by the bound, never by the point."""

import math
from collections.abc import Sequence
from fractions import Fraction

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.limits import fault, is_judged
from tieout.assess.measurement import (
    Measurement,
    Unmeasured,
    earlier,
    evaluations,
    from_run,
    from_telemetry,
    judged_runs,
    utc,
    wrongly_dated,
)
from tieout.assess.predicates.base import Arguments, Predicate, at, outcome
from tieout.assess.runs import doubts
from tieout.assess.selection import select
from tieout.assess.wording import (
    OPERATORS,
    capitalised,
    clauses,
    counted,
    listed,
    named,
    number,
    part,
    share,
    verb,
    whole,
)
from tieout.domain.artefacts import spoken
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.artefacts.records import AcceptanceCriteria, Criterion
from tieout.domain.artefacts.results import EvalResults
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict, combine

_FINISHED = {"status": "success"}
_SHORT = 12  # digits of a commit, as places show it


class ThresholdArguments(Arguments):
    """Arguments of `threshold`."""

    areas: tuple[str, ...] = Field(
        min_length=1, description="areas that each need a criterion; others are judged where one names its measure"
    )

    def artefacts(self) -> tuple[str, ...]:
        """The criteria, and the runs and logs that measure them."""
        return ("acceptance_criteria", "eval_results", "telemetry")

    def asks(self) -> str:
        """Of each criterion."""
        return (
            f"Every acceptance criterion for {listed(self.areas)}, and every other that names its measure, is met by "
            "the bound of its measurement, and was set before it."
        )


def threshold(context: Context, arguments: ThresholdArguments) -> CheckResult:
    """Every acceptance criterion of the areas is met by the bound of its measurement, and was set before it."""
    supply = context.supply("acceptance_criteria")
    if supply.lack:
        return supply.lack
    sheets = [AcceptanceCriteria.model_validate(item.facts) for item in supply.fresh]
    criteria = [(sheet, one) for sheet in sheets for one in sheet.criteria if is_judged(one, arguments.areas)]
    absent = [area for area in arguments.areas if area not in {criterion.area for _, criterion in criteria}]
    # A limit is judged on each model and log that it must hold for, and is one limit still.
    judged = [_judge(context, sheet, criterion) for sheet, criterion in criteria]
    results = [result for own in judged for result in own]
    missed = sum(any(result.verdict is not Verdict.SATISFIED for result in own) for own in judged)
    verdict = combine([*(result.verdict for result in results), *(Verdict.GAP for _ in absent)])
    open_ = [result.reason for result in results if result.verdict is not Verdict.SATISFIED]
    told = open_ or [result.reason for result in results]
    head = (
        f"{part(missed, len(judged), 'limit')} {verb(missed, 'is', 'are')} not shown to be met"
        if missed
        else f"{whole(len(judged), 'limit')} {verb(len(judged), 'is', 'are')} met"
    )
    lacking_areas = [f"No acceptance criterion is set for {listed(absent, 'or')}."] if absent else []
    evidence = sorted({item.id for item in supply.fresh} | {ref for result in results for ref in result.evidence})
    limits = select(supply.fresh, "acceptance_criteria.criteria")
    places = [
        *(place for result in results for place in result.places),
        *(hit.place for hit in limits if is_judged(Criterion.model_validate(hit.value), arguments.areas)),
    ] or [item.place() for item in supply.fresh]
    return CheckResult(
        predicate="threshold",
        verdict=verdict,
        reason=" ".join([*lacking_areas, *([f"{head}: {'; '.join(_together(told))}."] if judged else [])]),
        evidence=tuple(evidence),
        places=tuple(dict.fromkeys(places)),
        seen={name: result.seen for result in results if (name := _name(result))},
    )


class SharesArguments(Arguments):
    """Arguments of `fields_present`."""

    fields: tuple[str, ...] = Field(min_length=1)
    at_least: float = Field(default=0.99, gt=0, le=1)

    def artefacts(self) -> tuple[str, ...]:
        """The log."""
        return ("telemetry",)

    def asks(self) -> str:
        """Of each field."""
        fields = listed(spoken(field) for field in self.fields)
        if self.at_least == 1:
            return f"Every record of the log in the period has {fields}."
        return f"At least {share(self.at_least)} of the log's records in the period have {fields}."


def fields_present(context: Context, arguments: SharesArguments) -> CheckResult:
    """Each field stands in at least a share of all records of the period (counted, not sampled)."""
    supply = context.supply("telemetry")
    if supply.lack:
        return supply.lack
    faults: list[str] = []
    shares: dict[str, str] = {}
    found: dict[tuple[str, str], list[str]] = {}
    for item in supply.fresh:
        log = Telemetry.model_validate(item.facts)
        source = item.provenance.source
        if log.in_period <= 0:
            faults.append(f"{source} has no record in the period")
            continue
        counts = {count.name: count for count in log.fields}
        for field in arguments.fields:
            count = counts.get(field)
            if count is None or not count.shown:
                faults.append(f"a log of format {log.format} cannot show {spoken(field)}")
            elif count.present < Fraction(repr(arguments.at_least)) * log.in_period:
                faults.append(f"{source} has {spoken(field)} in {_of(count.present, log.in_period)}")
            else:
                shares[f"{source}: {field}"] = f"{count.present} of {log.in_period}"
                found.setdefault((source, _of(count.present, log.in_period)), []).append(spoken(field))
    judged = [hit for hit in select(supply.fresh, "telemetry.fields") if hit.value["name"] in arguments.fields]
    if faults:
        return outcome(
            "fields_present",
            Verdict.GAP,
            f"Fields are missing from the log ({share(arguments.at_least)} wanted): {clauses(faults)}.",
            items=supply.fresh,
            judged=judged,
            seen=shares,
        )
    told = [f"the log {source} has {listed(fields)} in {records}" for (source, records), fields in found.items()]
    return outcome(
        "fields_present",
        Verdict.SATISFIED,
        f"{capitalised(clauses(told))}.",
        items=supply.fresh,
        judged=judged,
        seen=shares,
    )


def _together(reasons: list[str]) -> list[str]:
    """Criteria that fail for one and the same reason, which is told once."""
    told: dict[str, list[str]] = {}
    for reason in reasons:
        name, colon, cause = reason.partition(": ")
        told.setdefault(colon + cause if colon else reason, []).extend([name] if colon else [])
    return [listed(names) + cause for cause, names in told.items()]


def _of(count: int, out_of: int) -> str:
    return f"{number(count)} of {counted(out_of, 'record')}"


def _name(result: CheckResult) -> str:
    place = f" ({result.places[0].path})" if result.places else ""
    return f"{result.seen['id']}{place}" if result.seen else ""


def _judge(context: Context, sheet: AcceptanceCriteria, criterion: Criterion) -> list[CheckResult]:
    """What every measurement that the criterion must hold for says: of each tested model, of each log."""
    if wrong := fault(criterion):
        return [outcome("threshold", Verdict.GAP, f"{criterion.id}: {wrong}")]
    named_by = criterion.measured_by
    if named_by is None or (named_by.evaluation is None and named_by.telemetry is None):
        return [_judged(criterion, Unmeasured("it names neither an evaluation nor a figure of the log"), sheet)]
    of_runs = named_by.evaluation is not None
    supply = context.supply("eval_results", _FINISHED) if of_runs else context.supply("telemetry")
    if supply.lack:
        lack = supply.lack
        return [lack.model_copy(update={"reason": f"{criterion.id}: {lack.reason.rstrip('.')}"})]
    if of_runs:
        return _judge_runs(criterion, supply.fresh, sheet)
    if (named_by.telemetry or "").startswith("cost") and len(supply.fresh) > 1:
        several = Unmeasured(f"its cost adds up over {len(supply.fresh)} logs, which is not computed", supply.fresh)
        return [_judged(criterion, several, sheet)]
    return [_judged(criterion, from_telemetry(criterion, item), sheet) for item in supply.fresh]


def _judge_runs(criterion: Criterion, items: Sequence[EvidenceItem], sheet: AcceptanceCriteria) -> list[CheckResult]:
    """The runs of the newest tested revision decide; a failure of an earlier one is told."""
    runs = evaluations(judged_runs(criterion, items, sheet.committed_at))
    if not runs:
        named_by = criterion.measured_by
        wanted = named_by.evaluation if named_by else None
        none = Unmeasured(f"no finished run of evaluation '{wanted}' is recorded here", tuple(items))
        return [_judged(criterion, none, sheet)]
    older = earlier(runs)
    return [
        *(_judged(criterion, from_run(criterion, run), sheet) for run in runs if run not in older),
        *(told for run in older if (told := _missed_before(criterion, from_run(criterion, run)))),
    ]


def _missed_before(criterion: Criterion, measured: Measurement | Unmeasured) -> CheckResult | None:
    """A limit that a run of an earlier revision did not meet: mended since, and no reason to hide that run."""
    if isinstance(measured, Unmeasured) or _is_met(criterion, measured) or not _is_enough(criterion, measured):
        return None  # too few samples miss nothing
    run = EvalResults.model_validate(measured.item.facts)
    which = f"run, of revision {run.commit[:_SHORT]}," if run.commit else "run"
    return outcome(
        "threshold",
        Verdict.PARTIAL,
        f"{criterion.id}: an earlier {which} did not meet it: measured {_value(measured)}",
        items=(measured.item,),
        judged=at((measured.item,), measured.pointer),
    )


def _judged(criterion: Criterion, one: Measurement | Unmeasured, sheet: AcceptanceCriteria) -> CheckResult:
    if isinstance(one, Unmeasured):
        reason = f"{criterion.id} is not measured: {one.reason}"
        return outcome("threshold", Verdict.GAP, reason, items=one.items)
    return _compare(criterion, one, sheet)


def _compare(criterion: Criterion, measured: Measurement, sheet: AcceptanceCriteria) -> CheckResult:
    limit, operator = criterion.limit or 0.0, criterion.operator or "=="
    enough = _is_enough(criterion, measured)
    sentence = (
        f"{criterion.id} wants {OPERATORS[operator]} {number(limit)} {criterion.unit}: measured {_value(measured)}"
    )
    if not enough:
        sentence += f", but at least {number(criterion.min_n or 0)} samples were asked for"
    order, note = _order(sheet, measured)
    if measured.item.type == "eval_results":
        trust, doubt = _trust(measured.item)
        order, note = combine((order, trust)), note + doubt
    seen = {
        "id": criterion.id,
        "value": _rounded(measured.value),
        "n": measured.n,
        "low": _rounded(measured.low),
        "high": _rounded(measured.high),
        "limit": limit,
        "operator": operator,
        "unit": criterion.unit,
    }
    met = Verdict.SATISFIED if enough and _is_met(criterion, measured) else Verdict.GAP
    if met is Verdict.GAP and enough and measured.recorded_only and _holds(measured.value, operator, limit):
        # Neither kept nor broken: a request that was never recorded may have cost anything.
        met = Verdict.PARTIAL
    return outcome(
        "threshold",
        combine((met, order)),
        sentence + note,
        items=(measured.item,),
        judged=at((measured.item,), measured.pointer, *_doubtful(measured.item)),
        seen=seen,
    )


def _doubtful(item: EvidenceItem) -> list[str]:
    """Where in a run stands what speaks against it, and for a model the name beside it."""
    if item.type != "eval_results":
        return []
    return [pointer for doubt in doubts(item) for pointer in doubt.pointers]


def _value(measured: Measurement) -> str:
    interval = f", {share(measured.level)} interval {_short(measured.low)} to {_short(measured.high)}"
    return f"{number(measured.value)} (n {number(measured.n)}{interval}; {measured.method})"


def _is_enough(criterion: Criterion, measured: Measurement) -> bool:
    return criterion.min_n is None or measured.n >= criterion.min_n


def _is_met(criterion: Criterion, measured: Measurement) -> bool:
    """Whether the unlucky end of the interval is on the right side of the limit."""
    operator = criterion.operator or "=="
    bound = measured.low if operator in {">", ">="} else measured.high
    # What is measured on a sample equals nothing.
    return operator != "==" and bound is not None and _holds(bound, operator, criterion.limit or 0.0)


def _trust(run: EvidenceItem) -> tuple[Verdict, str]:
    """Whether a run measured what it is taken for, and what speaks against it."""
    found = doubts(run)
    reasons = [doubt.reason for doubt in found]
    verdicts = [doubt.verdict for doubt in found]
    if run.facts.get("simulated"):
        verdicts.append(Verdict.GAP)
        if not any(doubt.about == "model" for doubt in found):
            used = named(run.facts.get("models_used") or [run.facts.get("model")])
            reasons.insert(0, f"used a simulated model ({used})")
    note = f", but the run {listed(reasons)}" if reasons else ""
    return combine((Verdict.SATISFIED, *verdicts)), note


def _holds(bound: float, operator: str, limit: float) -> bool:
    return {
        "<": bound < limit,
        "<=": bound <= limit,
        ">": bound > limit,
        ">=": bound >= limit,
        "==": bound == limit,
    }[operator]


def _order(sheet: AcceptanceCriteria, measured: Measurement) -> tuple[Verdict, str]:
    """Whether the limit came before what it judges: a run after it, a log's period at least in part."""
    if sheet.committed_at is None:
        return Verdict.GAP, ", but the limit is not committed, so when it was set cannot be shown"
    if measured.began is None:
        return Verdict.GAP, ", but when the run started is not recorded"
    set_at, began = utc(sheet.committed_at), utc(measured.began)
    when = f"{set_at:%Y-%m-%d %H:%M} UTC"
    wrong = wrongly_dated(sheet)
    if set_at < began:
        if wrong:
            return Verdict.CONFLICT, f", but when the limit was set cannot be told: not before {when}{wrong}"
        return Verdict.SATISFIED, ""
    if measured.item.type == "telemetry" and set_at < utc(measured.item.facts["period_end"]):
        return Verdict.PARTIAL, f", but the limit was set on {when}{wrong}, within the period that it judges"
    return Verdict.GAP, f", but the limit was set on {when}{wrong}, after what it judges"


def _short(value: float | None) -> str:
    return "unbounded" if value is None else number(value)


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 6)


PREDICATES = (
    Predicate("threshold", ThresholdArguments, threshold),
    Predicate("fields_present", SharesArguments, fields_present),
)
