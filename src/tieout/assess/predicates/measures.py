"""Predicates about measured values: a limit is met by the bound, never by the point."""

import math
from collections.abc import Sequence

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.limits import fault, is_judged
from tieout.assess.limits_told import LEAST, MEASURED, told
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
from tieout.assess.runs import TEST_THE_MODEL, doubts
from tieout.assess.selection import select
from tieout.assess.wording import (
    OPERATORS,
    listed,
    named,
    number,
    sentences,
    share,
)
from tieout.domain.artefacts import spoken
from tieout.domain.artefacts.records import AcceptanceCriteria, Criterion
from tieout.domain.artefacts.results import EvalResults
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict, combine

_FINISHED = {"status": "success"}
_SHORT = 12  # digits of a commit, as places show it
_IMPROVE = (
    "Improve the system, or test on more samples, until the bound meets the limit; the point alone is not enough."
)
_WHOLE_LOG = "Supply the log whole: without silences, unusable lines or records that lack the figure."
_BILL = "Compare the log's cost with the supplier's bill by hand: this version reads none."


#: What speaks against a measurement: what it lets the limit be at most, what is told, what would close it.
_Finding = tuple[Verdict, str, tuple[str, ...]]


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
    verdict = combine([*(result.verdict for result in results), *(Verdict.GAP for _ in absent)])
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
        reason=" ".join([*lacking_areas, *told(judged)]),
        evidence=tuple(evidence),
        places=tuple(dict.fromkeys(places)),
        seen={name: result.seen for result in results if (name := _name(result))},
        closes_with=_cures(results, absent),
    )


def _cures(results: Sequence[CheckResult], absent: Sequence[str]) -> str | None:
    """What closes each open limit; each sentence once."""
    told = [f"Set an acceptance criterion for {listed(absent, 'and')}."] if absent else []
    told += [one.closes_with for one in results if one.closes_with and one.verdict is not Verdict.SATISFIED]
    return " ".join(dict.fromkeys(one for text in told for one in sentences(text))) or None


def _name(result: CheckResult) -> str:
    place = f" ({result.places[0].path})" if result.places else ""
    return f"{result.seen['id']}{place}" if result.seen else ""


def _judge(context: Context, sheet: AcceptanceCriteria, criterion: Criterion) -> list[CheckResult]:
    """What every measurement that the criterion must hold for says: of each tested model, of each log."""
    if wrong := fault(criterion):
        cure = ["Correct the named limits, so that each can judge its figure."]
        return [outcome("threshold", Verdict.GAP, f"{criterion.id}: {wrong}", closes_with=cure)]
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
        return outcome("threshold", Verdict.GAP, reason, items=one.items, closes_with=[_unmeasured_cure(criterion)])
    return _compare(criterion, one, sheet)


def _compare(criterion: Criterion, measured: Measurement, sheet: AcceptanceCriteria) -> CheckResult:
    limit, operator = criterion.limit or 0.0, criterion.operator or "=="
    sentence = (
        f"{criterion.id} wants {OPERATORS[operator]} {number(limit)} {criterion.unit}{MEASURED}{_value(measured)}"
    )
    of_run = measured.item.type == "eval_results"
    found = [_size(criterion, measured), _order(sheet, measured), *([_trust(measured.item)] if of_run else [])]
    notes = [note for _, note, _ in found if note]
    order = combine(verdict for verdict, _, _ in found)
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
    met = Verdict.SATISFIED if _is_met(criterion, measured) else Verdict.GAP
    cure: list[str] = []
    if met is Verdict.GAP:
        holds = _holds(measured.value, operator, limit)
        if measured.recorded_only and holds:
            # Neither kept nor broken: a request that was never recorded may have cost anything.
            met = Verdict.PARTIAL
        if of_run:
            cure = [_IMPROVE]
        elif holds:
            cure = [_BILL] if measured.recorded_only else [_WHOLE_LOG, *([_BILL] if measured.high is None else [])]
        else:
            cure = [f"Bring what {criterion.id} limits within its limit."]
    verdict = combine((met, order))
    seen["verdict"] = verdict.value
    if met is Verdict.PARTIAL and order is Verdict.SATISFIED:
        seen[LEAST] = True
        wanted = sentence.partition(MEASURED)[0]
        recorded = f"{number(measured.value)} is recorded (n {number(measured.n)})"
        sentence = f"{wanted}, and {recorded}, which leaves open whether it is met"
    # What a stand-in answered is no figure to improve.
    cures = [*(text for _, _, own in found for text in own), *([] if measured.item.facts.get("simulated") else cure)]
    return outcome(
        "threshold",
        verdict,
        f"{sentence}, but {' and '.join(notes)}" if notes else sentence,
        items=(measured.item,),
        judged=at((measured.item,), measured.pointer, *_doubtful(measured.item)),
        seen=seen,
        closes_with=cures,
    )


def _figure(criterion: Criterion) -> str:
    named_by = criterion.measured_by
    return (spoken(named_by.telemetry) if named_by and named_by.telemetry else "") or criterion.area


def _unmeasured_cure(criterion: Criterion) -> str:
    named_by = criterion.measured_by
    if named_by is None or not (named_by.evaluation or named_by.telemetry):
        return "Say of each limit which evaluation or which figure of the log measures it."
    if named_by.evaluation:
        return (
            f"Run the evaluation {named_by.evaluation} to its end, so that it records the metric that the limit names."
        )
    return f"Let the log record what shows the {_figure(criterion)}."


def _size(criterion: Criterion, measured: Measurement) -> _Finding:
    """Whether a measurement has the samples that its limit asks for."""
    if _is_enough(criterion, measured):
        return Verdict.SATISFIED, "", ()
    least = number(criterion.min_n or 0)
    return (
        Verdict.GAP,
        f"at least {least} samples were asked for",
        ("Measure on as many samples as the limit asks for.",),
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


def _trust(run: EvidenceItem) -> _Finding:
    """Whether a run measured what it is taken for, and what speaks against it."""
    found = doubts(run)
    reasons = [doubt.reason for doubt in found]
    verdicts = [doubt.verdict for doubt in found]
    if run.facts.get("simulated"):
        verdicts.append(Verdict.GAP)
        if not any(doubt.about == "model" for doubt in found):
            used = named(run.facts.get("models_used") or [run.facts.get("model")])
            reasons.insert(0, f"used a simulated model ({used})")
    cures = [doubt.closes_with for doubt in found]
    if run.facts.get("simulated"):
        cures = [TEST_THE_MODEL, *(cure for doubt, cure in zip(found, cures, strict=True) if doubt.about != "model")]
    return combine((Verdict.SATISFIED, *verdicts)), f"the run {listed(reasons)}" if reasons else "", tuple(cures)


def _holds(bound: float, operator: str, limit: float) -> bool:
    return {
        "<": bound < limit,
        "<=": bound <= limit,
        ">": bound > limit,
        ">=": bound >= limit,
        "==": bound == limit,
    }[operator]


_BY_A_RIGHT_CLOCK = "Measure again, by a right clock."


def _order(sheet: AcceptanceCriteria, measured: Measurement) -> _Finding:
    """Whether the limit came before what it judges: a run after it, a log's period at least in part."""
    if sheet.committed_at is None:
        cure = "Commit the limit, and measure after it."
        return Verdict.GAP, "the limit is not committed, so when it was set cannot be shown", (cure,)
    if measured.began is None:
        if measured.item.facts.get("started_at"):
            told, cure = "the run ends before it starts, so that when it began cannot be told", _BY_A_RIGHT_CLOCK
        else:
            told, cure = "when the run started is not recorded", "Let the tool record when each run starts."
        return Verdict.GAP, told, (cure,)
    set_at, began = utc(sheet.committed_at), utc(measured.began)
    when = f"{set_at:%Y-%m-%d %H:%M} UTC"
    wrong = wrongly_dated(sheet)
    if set_at < began:
        if wrong:
            told = f"when the limit was set cannot be told: not before {when}{wrong}"
            return Verdict.CONFLICT, told, ("Commit the limit again, by a right clock, and measure after it.",)
        return Verdict.SATISFIED, "", ()
    if measured.item.type == "telemetry" and set_at < utc(measured.item.facts["period_end"]):
        told = f"the limit was set on {when}{wrong}, within the period that it judges"
        return Verdict.PARTIAL, told, ("Assess a period that begins after the limit was set.",)
    told = f"the limit was set on {when}{wrong}, after what it judges"
    return Verdict.GAP, told, ("Measure again: a limit judges only what began after it was set.",)


def _short(value: float | None) -> str:
    return "unbounded" if value is None else number(value)


def _rounded(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(value, 6) or float(f"{value:.1g}")  # as a sentence writes it: what is small is not nothing


PREDICATES = (Predicate("threshold", ThresholdArguments, threshold),)
