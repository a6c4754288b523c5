"""Which runs a criterion judges, when a hole is seen in a log, and that every measurement can be told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cases.case_files import collection_of
from tieout.assess.measurement import (
    Measurement,
    Unmeasured,
    earlier,
    evaluations,
    from_run,
    from_telemetry,
    is_unbroken,
    judged_runs,
    newest_runs,
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


def test_the_newest_finished_run_of_each_model():
    runs = items(
        old=run("a", "2026-11-01T00:00:00Z"),
        new=run("x/a", "2026-11-02T00:00:00Z"),
        other_model=run("b", "2026-10-01T00:00:00Z"),
        other_task=run("a", "2026-11-03T00:00:00Z", task="else"),
        broken=run("a", "2026-11-04T00:00:00Z", status="error"),
        undated=run("b", None),
    )
    wanted = criterion(evaluation="triage", metric="accuracy")
    assert [item.id for item in newest_runs(wanted, runs)] == ["new", "other_model"]


def test_every_run_since_the_limit_was_set_is_judged():
    runs = items(
        before={**run("a", "2026-10-02T00:00:00Z"), "started_at": "2026-10-01T00:00:00Z"},
        first={**run("x/a", "2026-11-02T00:00:00Z"), "started_at": "2026-11-01T00:00:00Z"},
        last={**run("a", "2026-11-04T00:00:00Z"), "started_at": "2026-11-03T00:00:00Z"},
        undated=run("a", "2026-11-05T00:00:00Z"),
        broken={**run("a", "2026-11-06T00:00:00Z", status="error"), "started_at": "2026-11-05T12:00:00Z"},
        other_old={**run("b", "2026-09-02T00:00:00Z"), "started_at": "2026-09-01T00:00:00Z"},
        other_new={**run("b", "2026-09-04T00:00:00Z"), "started_at": "2026-09-03T00:00:00Z"},
    )
    wanted = criterion(evaluation="triage", metric="accuracy")
    since = judged_runs(wanted, runs, datetime(2026, 10, 15, tzinfo=UTC))
    # Of b none began after the limit was set: its newest stands for it, and is told to be too early.
    assert [item.id for item in since] == ["first", "last", "undated", "other_new"]
    at_start = judged_runs(wanted, runs, datetime(2026, 11, 3, tzinfo=UTC))
    assert [item.id for item in at_start] == ["undated", "other_new"]
    assert len(judged_runs(wanted, runs, None)) == 6


def at_revision(day: int | None, **facts: Any) -> dict[str, Any]:
    found = {"commit_found": "reached", "commit_at": f"2026-11-{day:02}T00:00:00Z"} if day else {}
    return {**run("a", "2026-11-12T00:00:00Z"), "commit": "abc1234", **found, **facts}


def test_runs_of_an_older_revision_than_the_newest_tested_one():
    runs = items(
        old=at_revision(1),
        new=at_revision(10),
        same=at_revision(10, model="x/a"),
        unknown_before=at_revision(None, completed_at="2026-11-09T23:00:00Z"),
        unknown_after=at_revision(None, completed_at="2026-11-10T01:00:00Z"),
        undated=at_revision(None, completed_at=None),
        other_model=at_revision(5, model="b"),
    )
    assert sorted(item.id for item in earlier(runs)) == ["old", "unknown_before"]
    # Where no revision is known nothing is older: all of them decide.
    assert earlier(items(a=at_revision(None), b=at_revision(None, completed_at="2026-11-01T00:00:00Z"))) == []


def test_a_run_of_a_part_is_left_out_beside_a_whole_one():
    part = {"chosen": "first"}
    runs = items(
        whole=run("a", "2026-11-01T00:00:00Z"),
        trial={**run("x/a", "2026-11-02T00:00:00Z"), **part},
        alone={**run("b", "2026-11-02T00:00:00Z"), **part},
        other_task={**run("a", "2026-11-02T00:00:00Z", task="else"), **part},
    )
    assert sorted(item.id for item in evaluations(runs)) == ["alone", "other_task", "whole"]


@pytest.mark.parametrize(
    ("operator", "lost", "value", "method"),
    [
        (">=", 0, 0.9, "Clopper-Pearson, 9 of 10"),
        (">=", 1, 9 / 11, "9 of 11, 1 sample without a score counted as a failure"),
        (">=", 8, 0.5, "9 of 18, 8 samples without a score counted as failures"),
        # Where less is better, the worst that a lost sample can have done is to count.
        ("<=", 10, 0.95, "19 of 20, 10 samples without a score counted as failures"),
    ],
)
def test_samples_without_a_score_count_as_failures(operator: str, lost: int, value: float, method: str):
    (item,) = items(a={**run("a", "2026-11-01T00:00:00Z"), "samples_total": 10 + lost})
    named_by = {"evaluation": "triage", "metric": "accuracy"}
    wanted = Criterion(id="C", area="security", statement="x", measured_by=named_by, operator=operator, limit=0.5)
    found = from_run(wanted, item)
    assert isinstance(found, Measurement)
    assert (found.value, found.n) == (pytest.approx(value), 10 + lost)
    assert found.low < found.value < found.high
    assert method in found.method


def test_epochs_are_no_lost_samples():
    (item,) = items(a={**run("a", "2026-11-01T00:00:00Z"), "samples_total": 30, "samples_completed": 30, "epochs": 3})
    found = from_run(criterion(evaluation="triage", metric="accuracy"), item)
    assert isinstance(found, Measurement)
    assert (found.value, found.n) == (0.9, 10)


def test_a_mean_of_what_is_left_is_no_mean():
    metric = {"scorer": "g", "name": "accuracy", "value": 0.9, "n": 9, "stderr": 0.01}
    (item,) = items(a={**run("a", "2026-11-01T00:00:00Z"), "metrics": [metric]})
    found = from_run(criterion(evaluation="triage", metric="accuracy"), item)
    assert isinstance(found, Unmeasured)
    assert "1 of the 10 samples has no score, so that their mean is not known" in found.reason


def test_a_criterion_without_an_evaluation_judges_no_run():
    runs = items(a=run("a", "2026-11-01T00:00:00Z"))
    assert judged_runs(criterion(telemetry="error_rate"), runs, None) == []
    assert newest_runs(Criterion(id="C", area="cost", statement="x"), runs) == []


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
    ("facts", "unbroken"),
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
def test_a_log_is_never_the_whole_population(facts: dict, unbroken: bool):
    assert is_unbroken(Telemetry.model_validate({**LOG, **facts})) is unbroken
    (item,) = items(log={**LOG, **facts})
    found = from_telemetry(criterion(telemetry="error_rate"), item)
    assert isinstance(found, Measurement)
    assert found.low < found.value < found.high
    assert "a log that cannot show that it is complete" in found.method


@pytest.mark.parametrize(
    ("figure", "latency_n", "measured"),
    [
        ("latency_p50_ms", 990, True),
        ("latency_p50_ms", 989, False),
        ("latency_p95_ms", 990, True),
        ("latency_p95_ms", 989, False),
        # One slow record of a hundred is the 99th percentile: hardly any may be missing.
        ("latency_p99_ms", 998, True),
        ("latency_p99_ms", 997, False),
    ],
)
def test_records_without_a_latency_may_be_the_slowest(figure: str, latency_n: int, measured: bool):
    quantiles = [{"share": share, "value": 5, "low": 4, "high": 6} for share in (0.5, 0.95, 0.99)]
    (item,) = items(log={**LOG, "latency_ms": quantiles, "latency_n": latency_n})
    found = from_telemetry(criterion(telemetry=figure), item)
    assert isinstance(found, Measurement) is measured
    assert measured or f"in {latency_n} of 1,000 records" in found.reason


def test_instants_compare_in_utc():
    assert utc("2026-11-02T00:30:00+09:00") == datetime(2026, 11, 1, 15, 30, tzinfo=UTC)
    assert utc("2026-11-02T00:30:00") == datetime(2026, 11, 2, 0, 30, tzinfo=UTC)
    assert utc(datetime(2026, 11, 2, tzinfo=UTC)).tzinfo is UTC


@pytest.mark.parametrize(
    ("ids", "repeats", "told"),
    [(1000, 0, False), (990, 1, False), (989, 0, True), (0, 0, True), (1000, None, True)],
)
def test_a_figure_that_wants_a_sample_says_where_repeats_cannot_be_told(ids: int, repeats: int | None, told: bool):
    fields = [*LOG["fields"], {"name": "request_id", "present": ids}]
    [item] = items(log={**LOG, "fields": fields, "repeats": repeats})
    wanting = criterion(telemetry="error_rate").model_copy(update={"min_n": 500})
    found = from_telemetry(wanting, item)
    assert isinstance(found, Measurement)
    assert found.method.endswith(" and in which repeats cannot be told") is told
    assert "repeats" not in from_telemetry(criterion(telemetry="error_rate"), item).method


@pytest.mark.parametrize("figure", ["error_rate", "latency_p95_ms", "cost_usd_per_day", "identity_share"])
def test_a_log_that_repeats_records_measures_nothing(figure: str):
    places = [{"path": "a.jsonl", "line": 3}, {"path": "b.jsonl", "line": 17}]
    [item] = items(log={**LOG, "repeats": 2, "repeat_places": places})
    found = from_telemetry(criterion(telemetry=figure), item)
    assert isinstance(found, Unmeasured)
    assert found.reason == (
        "the log repeats records: 2 of 1,000 records tell another one again (b.jsonl:17 is a.jsonl:3 again)"
    )
