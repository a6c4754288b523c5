"""Limits against bounds: every operator, both ends, small samples, holes, levels, and the order of limit and run."""

from typing import Any

import pytest
from pydantic import ValidationError

from cases.case_files import run_check
from tieout.analytics.intervals import clopper_pearson, mean_interval
from tieout.domain.artefacts.records import Criterion
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict

LOG: dict[str, Any] = {
    "format": "litellm",
    "files": [],
    "period_start": "2026-08-24T00:00:00Z",
    "period_end": "2026-11-22T00:00:00Z",
    "lines": 1000,
    "blank": 0,
    "unreadable": 0,
    "invalid": 0,
    "records": 1000,
    "in_period": 1000,
    "before_period": 0,
    "after_period": 0,
    "days_in_period": 90,
    "days_covered": 90,
    "longest_hole_seconds": 3600,
    "fields": [{"name": name, "present": 1000} for name in ("status", "principal", "cost", "latency")],
    "latency_n": 1000,
    "latency_ms": [{"share": 0.95, "value": 5600, "low": 5500, "high": 5750}],
    "failures": 10,
    "cost_nanodollars": 90_000_000_000,
}
UNITS = {
    "latency_p95_ms": "ms",
    "error_rate": "share of requests",
    "identity_share": "share of requests",
    "cost_usd": "USD",
    "cost_usd_per_day": "USD per day",
}
HOLE = {"longest_hole_seconds": 24 * 3600 + 1}


def judged(
    criterion: dict[str, Any],
    *,
    metrics: list[dict[str, Any]] | None = None,
    log: dict[str, Any] | None = None,
    committed_at: str | None = "2026-08-01T00:00:00Z",
    **run: Any,
) -> CheckResult:
    one = {"id": "C", "area": "compliance", "statement": "x", "unit": "share", **criterion}
    runs = {
        "tool": "inspect",
        "task": "triage",
        "status": "success",
        "model": "openai/m-2026-01-01",
        "samples_total": 240,
        "samples_completed": 240,
        "started_at": "2026-11-01T00:00:00Z",
        "completed_at": "2026-11-01T01:00:00Z",
        "metrics": metrics or [],
        **run,
    }
    items = {
        "criteria": {"type": "acceptance_criteria", "facts": {"criteria": [one], "committed_at": committed_at}},
        "run": {"type": "eval_results", "facts": runs},
        "log": {"type": "telemetry", "facts": {**LOG, **(log or {})}, "effective": "2026-11-21T23:00:00Z"},
    }
    return run_check("threshold", {"areas": [one["area"]]}, items)


def accuracy(operator: str, limit: float, successes: int = 228, n: int = 240, **criterion: Any) -> CheckResult:
    metric = {"scorer": "match", "name": "accuracy", "value": successes / n, "n": n, "successes": successes}
    measured_by = {"evaluation": "triage", "metric": "accuracy"}
    return judged({"measured_by": measured_by, "operator": operator, "limit": limit, **criterion}, metrics=[metric])


BOUNDS = clopper_pearson(228, 240)


@pytest.mark.parametrize(
    ("operator", "limit", "verdict"),
    [
        (">=", BOUNDS.low, Verdict.SATISFIED),
        (">", BOUNDS.low, Verdict.GAP),
        (">=", BOUNDS.low + 1e-6, Verdict.GAP),
        (">=", 0.95, Verdict.GAP),  # the point itself
        ("<=", BOUNDS.high, Verdict.SATISFIED),
        ("<", BOUNDS.high, Verdict.GAP),
        ("<=", BOUNDS.high - 1e-6, Verdict.GAP),
        ("<=", 0.95, Verdict.GAP),
        ("==", 0.95, Verdict.GAP),  # a sample equals nothing
    ],
)
def test_a_sample_meets_a_limit_by_its_bound(operator: str, limit: float, verdict: Verdict):
    assert accuracy(operator, limit).verdict is verdict


@pytest.mark.parametrize(("n", "verdict"), [(240, Verdict.SATISFIED), (241, Verdict.GAP)])
def test_enough_samples_are_as_many_as_were_asked_for(n: int, verdict: Verdict):
    assert accuracy(">=", 0.5, min_n=n).verdict is verdict


def test_a_surer_criterion_is_harder_to_meet():
    limit = clopper_pearson(228, 240, 0.95).low
    assert accuracy(">=", limit, level=0.95).verdict is Verdict.SATISFIED
    result = accuracy(">=", limit, level=0.99)
    assert result.verdict is Verdict.GAP
    assert "99 % interval" in result.reason


@pytest.mark.parametrize("limit", [float("nan"), float("inf"), float("-inf")])
def test_a_limit_is_a_number(limit: float):
    with pytest.raises(ValidationError, match="finite number"):
        Criterion(id="C", area="accuracy", statement="x", operator=">=", limit=limit, unit="share")


@pytest.mark.parametrize("missing", ["operator", "limit", "unit"])
def test_a_criterion_says_what_it_wants(missing: str):
    whole = {"measured_by": {"evaluation": "triage", "metric": "accuracy"}, "operator": ">=", "limit": 0.1}
    assert judged({**whole, missing: None}).verdict is Verdict.GAP


def mean(value: float, stderr: float | None, n: int = 50, **more: Any) -> CheckResult:
    metric = {"scorer": "grade", "name": "accuracy", "value": value, "n": n, "stderr": stderr, **more}
    measured_by = {"evaluation": "triage", "metric": "accuracy"}
    whole = {"samples_total": min(n, 240), "samples_completed": min(n, 240)}
    return judged({"measured_by": measured_by, "operator": ">=", "limit": 0.8}, metrics=[metric], **whole)


def test_a_mean_meets_a_limit_by_its_standard_error():
    low = mean_interval(0.84, 0.02).low
    assert low > 0.8
    assert mean(0.84, 0.02).verdict is Verdict.SATISFIED
    assert mean_interval(0.83, 0.02).low < 0.8
    assert mean(0.83, 0.02).verdict is Verdict.GAP


@pytest.mark.parametrize(
    ("value", "stderr", "n"),
    [(0.99, None, 50), (0.99, 0.0, 50), (0.99, -0.1, 50), (0.99, 0.001, 0), (0.99, 0.001, -3), (0.99, 0.001, 9999)],
)
def test_a_mean_without_a_usable_error_or_sample_is_no_measurement(value: float, stderr: float | None, n: int):
    assert mean(value, stderr, n).verdict is Verdict.GAP


@pytest.mark.parametrize("numbers", [{"value": float("nan")}, {"value": float("inf")}, {"stderr": float("nan")}])
def test_what_is_no_number_is_no_measurement(numbers: dict):
    metric = {"scorer": "grade", "name": "accuracy", "value": 0.99, "n": 50, "stderr": 0.001, **numbers}
    # Canonical JSON has no such numbers; the predicate must hold all the same.
    result = judged(
        {"measured_by": {"evaluation": "triage", "metric": "accuracy"}, "operator": ">=", "limit": 0.8},
        metrics=[metric],
    )
    assert result.verdict is Verdict.GAP


@pytest.mark.parametrize("successes", [-1, 241])
def test_impossible_counts_are_no_measurement(successes: int):
    assert accuracy(">=", 0.5, successes=successes).verdict is Verdict.GAP


def test_the_newest_run_speaks_by_the_clock_and_not_by_the_text():
    # Half past midnight in Tokyo on the 2nd is the afternoon of the 1st: text order would pick the wrong one.
    def run(value: int, completed_at: str) -> dict[str, Any]:
        metric = {"scorer": "match", "name": "accuracy", "value": value / 240, "n": 240, "successes": value}
        facts = {
            "tool": "inspect",
            "task": "triage",
            "status": "success",
            "model": "openai/m-2026-01-01",
            "samples_total": 240,
            "samples_completed": 240,
            "started_at": "2026-10-31T00:00:00Z",
            "completed_at": completed_at,
            "metrics": [metric],
        }
        return {"type": "eval_results", "facts": facts}

    criterion = {
        "id": "C",
        "area": "accuracy",
        "statement": "x",
        "unit": "share",
        "operator": ">=",
        "limit": 0.9,
        "measured_by": {"evaluation": "triage", "metric": "accuracy"},
    }
    facts = {"criteria": [criterion], "committed_at": "2026-08-01T00:00:00Z"}
    items = {
        "criteria": {"type": "acceptance_criteria", "facts": facts},
        "good": run(238, "2026-11-02T00:30:00+09:00"),
        "bad": run(100, "2026-11-01T18:00:00Z"),
    }
    result = run_check("threshold", {"areas": ["accuracy"]}, items)
    assert result.verdict is Verdict.GAP
    assert "100 of 240" in result.reason


def figure(name: str, operator: str, limit: float, log: dict[str, Any] | None = None, **criterion: Any) -> CheckResult:
    wanted = {"measured_by": {"telemetry": name}, "operator": operator, "limit": limit, "unit": UNITS[name]}
    return judged({**wanted, **criterion}, log=log)


@pytest.mark.parametrize(
    ("log", "operator", "limit", "verdict"),
    [
        ({}, "<=", 5600, Verdict.GAP),  # the point: a log without holes is no whole population
        ({}, "==", 5600, Verdict.GAP),
        ({}, "<=", 5749, Verdict.GAP),
        ({}, "<=", 5750, Verdict.SATISFIED),
        ({}, "<", 5750, Verdict.GAP),
        (HOLE, "<=", 5750, Verdict.SATISFIED),
        ({}, ">=", 1, Verdict.GAP),  # a latency is held down
        ({}, ">", 1, Verdict.GAP),
        ({"latency_n": 990}, "<=", 5750, Verdict.SATISFIED),
        ({"latency_n": 989}, "<=", 99999, Verdict.GAP),  # what is missing may be the worst
        ({"latency_n": 0}, "<=", 99999, Verdict.GAP),
        ({"latency_ms": []}, "<=", 99999, Verdict.GAP),
        ({"latency_ms": [{"share": 0.95, "value": 0, "low": 0, "high": 0}]}, "<=", 99999, Verdict.GAP),
        ({"in_period": 0}, "<=", 99999, Verdict.GAP),
    ],
)
def test_a_latency_meets_a_limit_by_its_bound(log: dict, operator: str, limit: float, verdict: Verdict):
    assert figure("latency_p95_ms", operator, limit, log).verdict is verdict


def test_a_latency_bound_at_another_level_is_not_passed_off_as_the_asked_one():
    result = figure("latency_p95_ms", "<=", 99999, HOLE, level=0.99)
    assert result.verdict is Verdict.GAP
    assert "at level 0.95, the criterion asks 0.99" in result.reason
    wider = figure("latency_p95_ms", "<=", 5750, HOLE, level=0.9)
    assert wider.verdict is Verdict.SATISFIED
    assert "95 % interval" in wider.reason


@pytest.mark.parametrize(
    ("log", "limit", "verdict"),
    [
        ({}, 0.01, Verdict.GAP),
        ({}, clopper_pearson(10, 1000).high, Verdict.SATISFIED),
        # 20 records say nothing of how they went, and count as failures beside the ten.
        ({"fields": [{"name": "status", "present": 980}]}, clopper_pearson(30, 1000).high, Verdict.SATISFIED),
        ({"fields": [{"name": "status", "present": 980}]}, clopper_pearson(30, 1000).high - 1e-6, Verdict.GAP),
        ({"fields": [{"name": "status", "present": 100}], "failures": 0}, 0.5, Verdict.GAP),
        ({"fields": [{"name": "status", "present": 0}], "failures": 0}, 0.05, Verdict.GAP),
        ({"fields": []}, 0.05, Verdict.GAP),
        ({"fields": [{"name": "status", "present": 1000, "shown": False}]}, 0.05, Verdict.GAP),
        ({"failures": 2000}, 0.9, Verdict.GAP),
        ({"failures": -1}, 0.9, Verdict.GAP),
    ],
)
def test_an_error_rate_is_a_share_of_all_records(log: dict, limit: float, verdict: Verdict):
    assert figure("error_rate", "<=", limit, log).verdict is verdict


@pytest.mark.parametrize(
    ("log", "verdict"),
    [
        ({}, Verdict.SATISFIED),
        ({"fields": [{"name": "principal", "present": 990}]}, Verdict.GAP),
        ({"fields": [{"name": "principal", "present": 1000, "shown": False}]}, Verdict.GAP),
    ],
)
def test_an_identity_share(log: dict, verdict: Verdict):
    assert figure("identity_share", ">=", 0.99, log).verdict is verdict


@pytest.mark.parametrize(
    ("name", "log", "operator", "limit", "verdict"),
    [
        # What was recorded is within the limit, what was not recorded is not known: never satisfied.
        ("cost_usd", {}, "<=", 90, Verdict.PARTIAL),
        ("cost_usd", {}, "<", 90, Verdict.GAP),
        ("cost_usd_per_day", {}, "<=", 1, Verdict.PARTIAL),
        ("cost_usd", {"longest_hole_seconds": 24 * 3600}, "<=", 90, Verdict.PARTIAL),
        ("cost_usd", {"longest_hole_seconds": None}, "<=", 90, Verdict.GAP),
        ("cost_usd", {"days_covered": 89}, "<=", 90, Verdict.GAP),
        ("cost_usd", {"unreadable": 1}, "<=", 90, Verdict.GAP),
        ("cost_usd", {"invalid": 1}, "<=", 90, Verdict.GAP),
        ("cost_usd_per_day", HOLE, "<=", 1000, Verdict.GAP),
        ("cost_usd", HOLE, ">=", 80, Verdict.GAP),  # a cost is held down
        ("cost_usd", {"cost_nanodollars": 0}, "<=", 90, Verdict.GAP),
        ("cost_usd", {"cost_nanodollars": -5}, "<=", 90, Verdict.GAP),
        ("cost_usd", {"fields": [{"name": "cost", "present": 500}]}, "<=", 1000, Verdict.GAP),
        ("cost_usd", {"fields": [{"name": "cost", "present": 0}]}, "<=", 1000, Verdict.GAP),
        ("cost_usd", {"fields": []}, "<=", 1000, Verdict.GAP),
    ],
)
def test_a_cost_is_bounded_only_below(name: str, log: dict, operator: str, limit: float, verdict: Verdict):
    assert figure(name, operator, limit, log).verdict is verdict


@pytest.mark.parametrize(
    ("committed_at", "verdict"),
    [
        ("2026-10-31T23:59:59Z", Verdict.SATISFIED),
        ("2026-11-01T00:00:00Z", Verdict.GAP),
        ("2026-11-10T00:00:00Z", Verdict.GAP),
        (None, Verdict.GAP),
    ],
)
def test_a_limit_comes_before_the_run_that_it_judges(committed_at: str | None, verdict: Verdict):
    metric = {"scorer": "match", "name": "accuracy", "value": 1.0, "n": 240, "successes": 240}
    result = judged(
        {"measured_by": {"evaluation": "triage", "metric": "accuracy"}, "operator": ">=", "limit": 0.5},
        metrics=[metric],
        committed_at=committed_at,
    )
    assert result.verdict is verdict


@pytest.mark.parametrize(
    ("committed_at", "verdict"),
    [
        ("2026-08-23T23:59:59Z", Verdict.SATISFIED),
        ("2026-08-24T00:00:00Z", Verdict.PARTIAL),
        ("2026-11-21T00:00:00Z", Verdict.PARTIAL),
        ("2026-11-22T00:00:00Z", Verdict.GAP),
        (None, Verdict.GAP),
    ],
)
def test_a_limit_comes_before_the_period_that_it_judges(committed_at: str | None, verdict: Verdict):
    result = judged(
        {"measured_by": {"telemetry": "error_rate"}, "operator": "<=", "limit": 0.5}, committed_at=committed_at
    )
    assert result.verdict is verdict


@pytest.mark.parametrize(
    ("area", "operator", "verdict"),
    [
        ("accuracy", ">=", Verdict.SATISFIED),
        ("accuracy", ">", Verdict.SATISFIED),
        ("accuracy", "<=", Verdict.GAP),
        ("accuracy", "<", Verdict.GAP),
        ("accuracy", "==", Verdict.GAP),
        ("latency", ">=", Verdict.GAP),
        ("cost", ">", Verdict.GAP),
        ("compliance", ">=", Verdict.SATISFIED),
    ],
)
def test_a_limit_points_the_way_of_its_area(area: str, operator: str, verdict: Verdict):
    limit = 0.5 if operator[0] == ">" else 1.0
    result = accuracy(operator, limit, area=area)
    assert result.verdict is verdict
    assert ("points the wrong way" in result.reason) is (verdict is Verdict.GAP)


def test_a_figure_points_its_own_way_in_any_area():
    for name in ("error_rate", "latency_p95_ms"):
        assert "points the wrong way" in figure(name, ">=", 0.0).reason
    assert "points the wrong way" in figure("identity_share", "<=", 1.0).reason


def test_a_simulated_run_meets_nothing():
    metric = {"scorer": "match", "name": "accuracy", "value": 1.0, "n": 240, "successes": 240}
    wanted = {"measured_by": {"evaluation": "triage", "metric": "accuracy"}, "operator": ">=", "limit": 0.5}
    result = judged(wanted, metrics=[metric], simulated=True, model="mockllm/m-2026-01-01")
    assert result.verdict is Verdict.GAP
    assert "but the run used a simulated model (mockllm/m-2026-01-01)" in result.reason


@pytest.mark.parametrize(
    ("wanted", "verdict"),
    [("accuracy", Verdict.GAP), ("strict/accuracy", Verdict.SATISFIED), ("lenient/accuracy", Verdict.SATISFIED)],
)
def test_of_two_scorers_one_is_named(wanted: str, verdict: Verdict):
    metrics = [
        {"scorer": scorer, "name": "accuracy", "value": 1.0, "n": 240, "successes": 240}
        for scorer in ("strict", "lenient")
    ]
    measured_by = {"evaluation": "triage", "metric": wanted}
    assert judged({"measured_by": measured_by, "operator": ">=", "limit": 0.5}, metrics=metrics).verdict is verdict


@pytest.mark.parametrize(
    "measured_by", [None, {}, {"evaluation": "triage"}, {"evaluation": "other", "metric": "accuracy"}]
)
def test_what_nothing_measures_is_not_met(measured_by: dict | None):
    assert judged({"measured_by": measured_by, "operator": ">=", "limit": 0.0}).verdict is Verdict.GAP


@pytest.mark.parametrize(
    ("present", "in_period", "at_least", "verdict"),
    [
        (990, 1000, 0.99, Verdict.SATISFIED),
        (989, 1000, 0.99, Verdict.GAP),
        (100, 100, 1.0, Verdict.SATISFIED),
        (99, 100, 1.0, Verdict.GAP),
        (0, 0, 0.99, Verdict.GAP),
        # 0.07 of 100 is 7.000000000000001 to a computer, and 7 to a reader.
        (7, 100, 0.07, Verdict.SATISFIED),
    ],
)
def test_a_field_stands_in_enough_records(present: int, in_period: int, at_least: float, verdict: Verdict):
    log = {**LOG, "in_period": in_period, "fields": [{"name": "model", "present": present}]}
    items = {"log": {"type": "telemetry", "facts": log}}
    assert run_check("fields_present", {"fields": ["model"], "at_least": at_least}, items).verdict is verdict
