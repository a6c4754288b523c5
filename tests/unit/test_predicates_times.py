"""Times that fit: limits between two hours, and limits that come before the runs that they judge."""

from typing import Any

import pytest

from cases.case_files import run_check
from support.complete_runs import run
from tieout.domain.verdicts import Verdict

SLA = {"in": "incident_log.incidents", "start": "detected", "end": "contained", "within": "PT72H"}


@pytest.mark.parametrize(
    ("incident", "verdict"),
    [
        ({"contained": "2026-11-04T00:00:00Z"}, Verdict.SATISFIED),
        ({"contained": "2026-11-04T00:00:01Z"}, Verdict.GAP),
        ({"contained": None}, Verdict.GAP),
        ({"detected": "2026-11-20T00:00:00Z", "contained": None}, Verdict.SATISFIED),  # open, and still in time
        ({"detected": "2026-11-19T00:00:00Z", "contained": None}, Verdict.SATISFIED),
        ({"detected": "2026-11-18T23:59:59Z", "contained": None}, Verdict.GAP),
        ({"contained": "2026-10-31T00:00:00Z"}, Verdict.GAP),  # before it was seen
        ({"detected": "2026-12-01T00:00:00Z", "contained": None}, Verdict.GAP),
        ({"contained": "2026-12-01T00:00:00Z"}, Verdict.GAP),
        ({"contained": "2026-11-04T00:00:00"}, Verdict.SATISFIED),  # without a zone: UTC
    ],
)
def test_time_to_contain(incident: dict, verdict: Verdict):
    whole = {"id": "I", "severity": 1, "detected": "2026-11-01T00:00:00Z", **incident}
    items = {"log": {"type": "incident_log", "facts": {"incidents": [whole]}}}
    assert run_check("sla", SLA, items).verdict is verdict


def test_a_limit_may_be_a_calendar_year():
    whole = {"id": "I", "severity": 1, "detected": "2025-11-22T00:00:00Z"}
    items = {"log": {"type": "incident_log", "facts": {"incidents": [whole]}}}
    assert run_check("sla", {**SLA, "within": "P1Y"}, items).verdict is Verdict.SATISFIED


def test_no_incident_is_no_proof():
    items = {"log": {"type": "incident_log", "facts": {"incidents": []}}}
    assert run_check("sla", SLA, items).verdict is Verdict.GAP


def before(committed_at: str | None, *runs: dict[str, Any], evaluation: str = "triage") -> Any:
    criterion = {
        "id": "C",
        "area": "accuracy",
        "statement": "x",
        "measured_by": {"evaluation": evaluation, "metric": "a"},
    }
    items = {
        "criteria": {"type": "acceptance_criteria", "facts": {"criteria": [criterion], "committed_at": committed_at}}
    }
    for index, facts in enumerate(runs):
        items[f"run{index}"] = run(**facts)
    return run_check("set_before", {}, items)


@pytest.mark.parametrize(
    ("committed_at", "runs", "verdict"),
    [
        ("2026-10-31T23:59:59Z", [{}], Verdict.SATISFIED),
        ("2026-11-01T00:00:00Z", [{}], Verdict.GAP),
        (None, [{}], Verdict.GAP),
        ("2026-10-31T00:00:00Z", [{"started_at": None}], Verdict.GAP),
        ("2026-10-31T00:00:00Z", [{"started_at": "2026-10-31T12:00:00"}], Verdict.SATISFIED),
        ("2026-10-31T00:00:00Z", [{"task": "other"}], Verdict.GAP),
        # An earlier run of the same evaluation is not the one that is judged.
        (
            "2026-10-31T00:00:00Z",
            [{}, {"started_at": "2026-01-01T00:00:00Z", "completed_at": "2026-01-01T01:00:00Z"}],
            Verdict.SATISFIED,
        ),
        # One of another model is.
        (
            "2026-10-31T00:00:00Z",
            [
                {},
                {"model": "n-2026-01-01", "started_at": "2026-01-01T00:00:00Z", "completed_at": "2026-01-01T01:00:00Z"},
            ],
            Verdict.GAP,
        ),
    ],
)
def test_limits_come_before_the_runs_that_they_judge(committed_at: str | None, runs: list, verdict: Verdict):
    assert before(committed_at, *runs).verdict is verdict
