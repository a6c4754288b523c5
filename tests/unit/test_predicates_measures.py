"""Limits against what evaluations measured: every operator, both ends, small samples, several runs."""

from typing import Any

import pytest
from pydantic import ValidationError

from cases.case_files import run_check
from support.limits import accuracy, judged
from tieout.analytics.intervals import clopper_pearson, mean_interval
from tieout.domain.artefacts.records import Criterion
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict

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
