"""Limits against measurements: every acceptance criterion, and what each threshold test measured for it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from tieout.assess.limits import is_judged
from tieout.assess.wording import number
from tieout.domain.artefacts.records import AcceptanceCriteria, Criterion
from tieout.domain.assessment import Assessment, CheckResult
from tieout.domain.collection import Collection
from tieout.domain.rules import Check, Rule
from tieout.domain.verdicts import Verdict
from tieout.render.facts import sheets
from tieout.render.model import Cell, CriterionRow, LimitChart, MeasureRow

#: Predicate that judges acceptance criteria.
THRESHOLD = "threshold"
_NOT_MEASURED = "not measured"
_NO_RULE = "no rule measures it"
#: Room left and right of a chart, as a share of what it shows.
_PAD = 0.14
_WORD = re.compile(r"[\w-]+")


def measure_rows(
    check: Check | None, result: CheckResult, collection: Collection, refs: Mapping[str, str]
) -> Iterator[MeasureRow]:
    """Every criterion that a threshold test judged, met or not, and those that it could not measure.

    Args:
        check: The test as its rule has it.
        result: What came out.
        collection: The evidence, for the criteria that were not measured.
        refs: The workpaper's reference of each path that a measurement can stand in.
    """
    if result.predicate != THRESHOLD:
        return
    seen = {name: found for name, found in result.seen.items() if isinstance(found, Mapping) and "limit" in found}
    told = {str(found.get("id", name)) for name, found in seen.items()}
    failed = _named_in(result.reason, told)
    for name, found in sorted(seen.items(), key=lambda entry: entry[0]):
        criterion = str(found.get("id", name))
        measured_in = name.removeprefix(criterion).strip(" ()")
        yield MeasureRow(
            criterion=criterion,
            of=refs.get(measured_in, measured_in),
            limit=f"{found.get('operator', '')} {_number(found['limit'])} {found.get('unit') or ''}".strip(),
            measured=_number(found.get("value", found.get("point"))),
            n=_number(found.get("n")),
            interval=_interval(found),
            verdict=_verdict(found, result.verdict, open_=criterion in failed or not failed),
            chart=_chart(found),
        )
    areas = check.arguments.get("areas", ()) if check else ()
    for one in _criteria(collection):
        if check and is_judged(one, areas) and one.id not in told:
            yield MeasureRow(
                criterion=one.id, limit=_limit(one), measured=_NOT_MEASURED, n="", interval="", verdict=Verdict.GAP
            )


def criterion_rows(
    collection: Collection, assessment: Assessment, rules: Mapping[str, Rule], cells: Mapping[str, Cell]
) -> Iterator[CriterionRow]:
    """All acceptance criteria with the workpapers that measure them; for the others, that none does."""
    for one in _criteria(collection):
        measured_in = [
            cells[label]
            for outcome in assessment.rules
            if _judges(rules.get(outcome.rule), one)
            for label in outcome.controls
            if label in cells
        ]
        yield CriterionRow(
            id=one.id,
            area=one.area,
            statement=one.statement,
            limit=_limit(one),
            source=_source(one),
            owner=one.owner or "not recorded here",
            measured_in=tuple(measured_in),
            unmeasured="" if measured_in else _NO_RULE,
        )


def _criteria(collection: Collection) -> Iterator[Criterion]:
    for _, sheet in sheets(collection, "acceptance_criteria", AcceptanceCriteria):
        yield from sheet.criteria


def _judges(rule: Rule | None, criterion: Criterion) -> bool:
    checks = rule.checks if rule else ()
    return any(c.predicate == THRESHOLD and is_judged(criterion, c.arguments.get("areas", ())) for c in checks)


def _limit(one: Criterion) -> str:
    if one.operator is None or one.limit is None:
        return "no limit is set"
    size = f", n at least {one.min_n:,}" if one.min_n else ""
    return f"{one.operator} {_number(one.limit)} {one.unit or '(no unit)'}{size}"


def _source(one: Criterion) -> str:
    named = one.measured_by
    if named and named.evaluation:
        return f"evaluation {named.evaluation}, {named.metric or 'no metric named'}"
    return f"log, {named.telemetry.replace('_', ' ')}" if named and named.telemetry else "no measurement is named"


def _interval(found: Mapping[str, Any]) -> str:
    if "low" not in found and "high" not in found:
        return "not recorded"
    low, high = (_number(found.get(end), none="unbounded") for end in ("low", "high"))
    return f"{low} to {high}"


def _chart(found: Mapping[str, Any]) -> LimitChart | None:
    """The interval on a scale of its own, with the limit in sight; None without two figures to compare."""
    limit, low, high = (_figure(found.get(name)) for name in ("limit", "low", "high"))
    point = _figure(found.get("value", found.get("point")))
    known = [value for value in (limit, point, low, high) if value is not None]
    if limit is None or len(known) == 1:
        return None
    reach = (max(known) - min(known)) or abs(limit) or 1.0
    first, last = min(known) - _PAD * reach, max(known) + _PAD * reach

    def x(value: float | None) -> float | None:
        return None if value is None else round(100 * (value - first) / (last - first), 2)

    operator = str(found.get("operator", ""))
    measured = f"measured {_number(point)}, " if point is not None else ""
    return LimitChart(
        limit=x(limit),
        met_above=operator.startswith(">"),
        exact=operator not in {"<", "<=", ">", ">="},
        point=x(point),
        low=x(low),
        high=x(high),
        words=f"{measured}interval {_interval(found)}, limit {operator} {_number(limit)}",
    )


def _figure(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) else None


def _verdict(found: Mapping[str, Any], of_all: Verdict, *, open_: bool) -> Verdict:
    """The engine's own word for one criterion: the reason of an open test names every one that is open."""
    if found.get("verdict") in set(Verdict):
        return Verdict(found["verdict"])
    return of_all if open_ or of_all is Verdict.SATISFIED else Verdict.SATISFIED


def _named_in(reason: str, criteria: Iterable[str]) -> set[str]:
    """The criteria that a reason names, each as a whole word; of plain words one pass finds all, however many."""
    words = set(_WORD.findall(reason))
    return {name for name in criteria if (name in words if _WORD.fullmatch(name) else _stands_in(reason, name))}


def _stands_in(reason: str, name: str) -> bool:
    at = reason.find(name) if name else -1
    while at >= 0:
        end = at + len(name)
        if not _WORD.search(reason[max(at - 1, 0) : at] + reason[end : end + 1]):
            return True
        at = reason.find(name, at + 1)
    return False


def _number(value: Any, none: str = "not recorded") -> str:
    """Figures as the reasons write them."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return none if value is None else str(value)
    return number(value)
