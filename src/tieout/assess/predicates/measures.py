"""Predicates about measured values: a limit is met by the bound, never by the point."""

import math
from fractions import Fraction

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.measurement import Measurement, Unmeasured, from_run, from_telemetry, judged_runs, utc
from tieout.assess.predicates.base import Arguments, Predicate, outcome
from tieout.assess.selection import filled
from tieout.assess.wording import named
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.artefacts.records import AcceptanceCriteria, Criterion
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict, combine

_FINISHED = {"status": "success"}
#: Areas of which more is better, and of which less is.
_HIGH_IS_GOOD = frozenset({"accuracy"})
_LOW_IS_GOOD = frozenset({"cost", "latency"})


class ThresholdArguments(Arguments):
    """Arguments of `threshold`."""

    areas: tuple[str, ...] = Field(min_length=1, description="areas of acceptance criteria that are judged")

    def artefacts(self) -> tuple[str, ...]:
        """The criteria, and the runs and logs that measure them."""
        return ("acceptance_criteria", "eval_results", "telemetry")


def threshold(context: Context, arguments: ThresholdArguments) -> CheckResult:
    """Every acceptance criterion of the areas is met by the bound of its measurement, and was set before it."""
    supply = context.supply("acceptance_criteria")
    if supply.lack:
        return supply.lack
    sheets = [AcceptanceCriteria.model_validate(item.facts) for item in supply.fresh]
    criteria = [(sheet, one) for sheet in sheets for one in sheet.criteria if one.area in arguments.areas]
    absent = [area for area in arguments.areas if area not in {criterion.area for _, criterion in criteria}]
    results = [result for sheet, criterion in criteria for result in _judge(context, sheet, criterion)]
    results.extend(outcome("threshold", Verdict.GAP, f"no acceptance criterion is set for {area}") for area in absent)
    verdict = combine(result.verdict for result in results)
    open_ = [result.reason for result in results if result.verdict is not Verdict.SATISFIED]
    told = open_ or [result.reason for result in results]
    head = (
        f"Not shown to be met are {len(open_)} of {len(results)} limits"
        if open_
        else f"All {len(results)} limits are met"
    )
    evidence = sorted({item.id for item in supply.fresh} | {ref for result in results for ref in result.evidence})
    places = [place for result in results for place in result.places] or [item.place() for item in supply.fresh]
    return CheckResult(
        predicate="threshold",
        verdict=verdict,
        reason=f"{head}: {'; '.join(told)}.",
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


def fields_present(context: Context, arguments: SharesArguments) -> CheckResult:
    """Each field stands in at least a share of all records of the period (counted, not sampled)."""
    supply = context.supply("telemetry")
    if supply.lack:
        return supply.lack
    faults: list[str] = []
    shares: dict[str, str] = {}
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
                faults.append(f"a log of format {log.format} cannot show {field}")
            elif count.present < Fraction(repr(arguments.at_least)) * log.in_period:
                faults.append(f"{source} has {field} in {count.present} of {log.in_period} records")
            else:
                shares[f"{source}: {field}"] = f"{count.present} of {log.in_period}"
    if faults:
        return outcome(
            "fields_present",
            Verdict.GAP,
            f"Fields are missing from the log ({arguments.at_least:.0%} wanted): {named(faults)}.",
            items=supply.fresh,
            seen=shares,
        )
    told = [f"{field} in {share}" for field, share in shares.items()]
    return outcome(
        "fields_present",
        Verdict.SATISFIED,
        f"The log has the fields in its records: {named(told)}.",
        items=supply.fresh,
        seen=shares,
    )


def _name(result: CheckResult) -> str:
    place = f" ({result.places[0].path})" if result.places else ""
    return f"{result.seen['id']}{place}" if result.seen else ""


def _judge(context: Context, sheet: AcceptanceCriteria, criterion: Criterion) -> list[CheckResult]:
    if criterion.operator is None or criterion.limit is None or not filled(criterion.unit):
        return [outcome("threshold", Verdict.GAP, f"{criterion.id} has no operator, limit or unit")]
    if not math.isfinite(criterion.limit):
        return [outcome("threshold", Verdict.GAP, f"{criterion.id} has a limit that is no number")]
    if wrong := _wrong_way(criterion):
        return [outcome("threshold", Verdict.GAP, f"{criterion.id}: the limit points the wrong way, {wrong}")]
    measured = _measure(context, criterion, sheet)
    if isinstance(measured, CheckResult):
        return [measured]
    return [
        outcome("threshold", Verdict.GAP, f"{criterion.id} is not measured: {one.reason}", items=one.items)
        if isinstance(one, Unmeasured)
        else _compare(criterion, one, sheet)
        for one in measured
    ]


def _wrong_way(criterion: Criterion) -> str | None:
    """Why a limit lets pass what it should stop; None where it does not."""
    figure = (criterion.measured_by.telemetry if criterion.measured_by else None) or ""
    what: str = figure.replace("_", " ") or criterion.area
    if criterion.area in _LOW_IS_GOOD or figure == "error_rate" or figure.startswith("latency"):
        return None if criterion.operator in {"<", "<="} else f"{what} is held down, not up ({criterion.operator})"
    if criterion.area in _HIGH_IS_GOOD or figure == "identity_share":
        return None if criterion.operator in {">", ">="} else f"{what} is held up, not down ({criterion.operator})"
    return None


def _measure(
    context: Context, criterion: Criterion, sheet: AcceptanceCriteria
) -> list[Measurement | Unmeasured] | CheckResult:
    """Every measurement that the criterion must hold for: each tested model, each log."""
    named_by = criterion.measured_by
    if named_by is None or (named_by.evaluation is None and named_by.telemetry is None):
        return [Unmeasured("it names neither an evaluation nor a figure of the log")]
    of_runs = named_by.evaluation is not None
    supply = context.supply("eval_results", _FINISHED) if of_runs else context.supply("telemetry")
    if supply.lack:
        lack = supply.lack
        return lack.model_copy(update={"reason": f"{criterion.id}: {lack.reason.rstrip('.')}"})
    if of_runs:
        runs = judged_runs(criterion, supply.fresh, sheet.committed_at)
        if not runs:
            return [Unmeasured(f"no finished run of evaluation '{named_by.evaluation}' is recorded here", supply.fresh)]
        return [from_run(criterion, run) for run in runs]
    if (named_by.telemetry or "").startswith("cost") and len(supply.fresh) > 1:
        return [Unmeasured(f"its cost adds up over {len(supply.fresh)} logs, which is not computed", supply.fresh)]
    return [from_telemetry(criterion, item) for item in supply.fresh]


def _compare(criterion: Criterion, measured: Measurement, sheet: AcceptanceCriteria) -> CheckResult:
    limit, operator = criterion.limit or 0.0, criterion.operator or "=="
    bound = measured.low if operator in {">", ">="} else measured.high
    if operator == "==":
        bound = None  # what is measured on a sample equals nothing
    enough = criterion.min_n is None or measured.n >= criterion.min_n
    interval = f", {measured.level:.0%} interval {_short(measured.low)} to {_short(measured.high)}"
    sentence = (
        f"{criterion.id} wants {operator} {_short(limit)} {criterion.unit}: measured {_short(measured.value)} "
        f"(n {measured.n}{interval}; {measured.method})"
    )
    if not enough:
        sentence += f", but at least {criterion.min_n} samples were asked for"
    order, note = _order(sheet, measured)
    if measured.item.facts.get("simulated"):
        order = Verdict.GAP
        note += f", but the run used a simulated model ({measured.item.facts.get('model')})"
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
    met = Verdict.SATISFIED if enough and bound is not None and _holds(bound, operator, limit) else Verdict.GAP
    if met is Verdict.GAP and enough and measured.recorded_only and _holds(measured.value, operator, limit):
        # Neither kept nor broken: a request that was never recorded may have cost anything.
        met = Verdict.PARTIAL
    return outcome("threshold", combine((met, order)), sentence + note, items=(measured.item,), seen=seen)


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
    if set_at < began:
        return Verdict.SATISFIED, ""
    when = f"{set_at:%Y-%m-%d %H:%M} UTC"
    if measured.item.type == "telemetry" and set_at < utc(measured.item.facts["period_end"]):
        return Verdict.PARTIAL, f", but the limit was set on {when}, within the period that it judges"
    return Verdict.GAP, f", but the limit was set on {when}, after what it judges"


def _short(value: float | None) -> str:
    return "unbounded" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 6)


PREDICATES = (
    Predicate("threshold", ThresholdArguments, threshold),
    Predicate("fields_present", SharesArguments, fields_present),
)
