"""Limits against figures of a log: latency, errors, identity, cost, and fields that stand in enough records."""

from typing import Any

import pytest

from cases.case_files import run_check
from support.limits import HOLE, LOG, judged
from tieout.analytics.intervals import clopper_pearson
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict

UNITS = {
    "latency_p95_ms": "ms",
    "error_rate": "share of requests",
    "identity_share": "share of requests",
    "cost_usd": "USD",
    "cost_usd_per_day": "USD per day",
}


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


def test_a_figure_points_its_own_way_in_any_area():
    for name in ("error_rate", "latency_p95_ms"):
        assert "points the wrong way" in figure(name, ">=", 0.0).reason
    assert "points the wrong way" in figure("identity_share", "<=", 1.0).reason


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
