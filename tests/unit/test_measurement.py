"""Which runs a criterion judges, when a log is a whole population, and that every measurement can be told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cases.case_files import collection_of
from tieout.assess.measurement import (
    WHOLE,
    Measurement,
    Unmeasured,
    from_run,
    from_telemetry,
    is_whole,
    judged_runs,
    utc,
)
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.artefacts.records import Criterion
from tieout.domain.evidence import EvidenceItem

LOG: dict[str, Any] = {
    "format": "litellm",
    "files": [],
    "period_start": "2026-08-24T00:00:00Z",
    "period_end": "2026-11-22T00:00:00Z",
    **dict.fromkeys(("lines", "records", "in_period"), 1000),
    **dict.fromkeys(("blank", "unreadable", "invalid", "before_period", "after_period"), 0),
    "days_in_period": 90,
    "days_covered": 90,
    "longest_hole_seconds": 60,
    "fields": [{"name": "status", "present": 1000}],
    "failures": 10,
}


def criterion(**measured_by: str) -> Criterion:
    return Criterion.model_validate({"id": "C", "area": "accuracy", "statement": "x", "measured_by": measured_by})


def items(**facts: dict[str, Any]) -> list[EvidenceItem]:
    type_ = "telemetry" if "log" in facts else "eval_results"
    written = {key: {"source": "s", "type": type_, "path": f"{key}.json", "facts": one} for key, one in facts.items()}
    return list(collection_of({"as_of": "2026-11-22", "sources": {"s": [type_]}, "items": written}).items)


def run(model: str, completed_at: str | None, *, task: str = "triage", status: str = "success") -> dict[str, Any]:
    return {
        "tool": "inspect",
        "task": task,
        "status": status,
        "model": model,
        "samples_total": 10,
        "samples_completed": 10,
        "completed_at": completed_at,
        "metrics": [{"scorer": "match", "name": "inspect_ai/accuracy", "value": 0.9, "n": 10, "successes": 9}],
    }


def test_the_newest_finished_run_of_each_model_is_judged():
    runs = items(
        old=run("a", "2026-11-01T00:00:00Z"),
        new=run("x/a", "2026-11-02T00:00:00Z"),
        other_model=run("b", "2026-10-01T00:00:00Z"),
        other_task=run("a", "2026-11-03T00:00:00Z", task="else"),
        broken=run("a", "2026-11-04T00:00:00Z", status="error"),
        undated=run("b", None),
    )
    judged = judged_runs(criterion(evaluation="triage", metric="accuracy"), runs)
    assert [item.id for item in judged] == ["new", "other_model"]


def test_a_criterion_without_an_evaluation_judges_no_run():
    runs = items(a=run("a", "2026-11-01T00:00:00Z"))
    assert judged_runs(criterion(telemetry="error_rate"), runs) == []
    assert judged_runs(Criterion(id="C", area="cost", statement="x"), runs) == []


def test_a_metric_is_known_by_its_short_name_and_its_full_one():
    (item,) = items(a=run("a", "2026-11-01T00:00:00Z"))
    for name in ("accuracy", "inspect_ai/accuracy", "match/accuracy"):
        found = from_run(criterion(evaluation="triage", metric=name), item)
        assert isinstance(found, Measurement)
        assert (found.value, found.n, found.level) == (0.9, 10, 0.95)
        assert found.low < 0.9 < found.high
    assert isinstance(from_run(criterion(evaluation="triage", metric="ccuracy"), item), Unmeasured)
    assert isinstance(from_run(criterion(evaluation="triage"), item), Unmeasured)


@pytest.mark.parametrize(
    ("facts", "whole"),
    [
        ({}, True),
        ({"longest_hole_seconds": 24 * 3600}, True),
        ({"longest_hole_seconds": 24 * 3600 + 1}, False),
        ({"longest_hole_seconds": None}, False),
        ({"days_covered": 89}, False),
        ({"days_covered": 0, "days_in_period": 0}, False),
        ({"unreadable": 1}, False),
        ({"invalid": 1}, False),
    ],
)
def test_a_whole_population(facts: dict, whole: bool):
    assert is_whole(Telemetry.model_validate({**LOG, **facts})) is whole
    (item,) = items(log={**LOG, **facts})
    found = from_telemetry(criterion(telemetry="error_rate"), item)
    assert isinstance(found, Measurement)
    assert found.population is whole
    assert (found.method == WHOLE) is whole
    assert (found.low == found.value == found.high) is whole


def test_instants_compare_in_utc():
    assert utc("2026-11-02T00:30:00+09:00") == datetime(2026, 11, 1, 15, 30, tzinfo=UTC)
    assert utc("2026-11-02T00:30:00") == datetime(2026, 11, 2, 0, 30, tzinfo=UTC)
    assert utc(datetime(2026, 11, 2, tzinfo=UTC)).tzinfo is UTC
