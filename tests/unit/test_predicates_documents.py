"""Approved documents and drills, at the edges of their days and limits."""

from typing import Any

import pytest

from cases.case_files import run_check
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict

ROSTER = {
    "type": "roster",
    "facts": {"people": [{"role": "a", "person": "Ann Ode"}, {"role": "b", "person": "Bo Lin"}]},
}
GOOD = {
    "owner": "Ann Ode",
    "approver": "Bo Lin",
    "approved_on": "2026-10-15",
    "review_due": "2027-10-15",
    "changed_at": "2026-10-15T12:00:00Z",
}


def approved(as_of: str = "2026-11-22T00:00:00Z", **approval: Any) -> CheckResult:
    facts = {"record_type": "ai_policy", "title": "x", "words": 50, "approval": {**GOOD, **approval}}
    items = {"policy": {"type": "approved_record", "facts": facts}, "roster": ROSTER}
    return run_check("approved_doc", {"of": "approved_record"}, items, as_of=as_of)


@pytest.mark.parametrize(
    ("changed_at", "verdict"),
    [
        ("2026-10-15T00:00:00Z", Verdict.SATISFIED),
        ("2026-10-15T23:59:59Z", Verdict.SATISFIED),
        ("2026-10-16T00:00:00Z", Verdict.GAP),
        # Days are days in UTC: half past one in Berlin on the 16th is still the 15th.
        ("2026-10-16T01:30:00+02:00", Verdict.SATISFIED),
        ("2026-10-15T22:30:00-05:00", Verdict.GAP),
    ],
)
def test_an_approval_covers_changes_of_its_own_day(changed_at: str, verdict: Verdict):
    assert approved(changed_at=changed_at).verdict is verdict


@pytest.mark.parametrize(
    ("as_of", "verdict"),
    [
        ("2026-11-01T00:00:00Z", Verdict.SATISFIED),
        ("2027-03-01T23:59:59Z", Verdict.SATISFIED),
        ("2027-03-02T00:00:00Z", Verdict.GAP),
    ],
)
def test_a_review_is_overdue_the_day_after_it_was_due(as_of: str, verdict: Verdict):
    assert approved(as_of, review_due="2027-03-01").verdict is verdict


@pytest.mark.parametrize(("approved_on", "verdict"), [("2026-11-22", Verdict.SATISFIED), ("2026-11-23", Verdict.GAP)])
def test_an_approval_counts_from_its_day_on(approved_on: str, verdict: Verdict):
    assert approved(approved_on=approved_on).verdict is verdict


@pytest.mark.parametrize("field", ["owner", "approver"])
@pytest.mark.parametrize("nobody", [None, "", "   ", "TBD", "[insert name]", "<your name>", "none", "N/A", "-"])
def test_nobody_neither_owns_nor_approves(field: str, nobody: str | None):
    result = approved(**{field: nobody})
    assert result.verdict is Verdict.GAP
    assert f"names no {field}" in result.reason


def test_nobody_in_the_roster_is_not_a_person_either():
    facts = {"record_type": "ai_policy", "title": "x", "words": 50, "approval": {**GOOD, "approver": "TBD"}}
    roster = {
        "type": "roster",
        "facts": {"people": [{"role": "a", "person": "Ann Ode"}, {"role": "b", "person": "TBD"}]},
    }
    items = {"policy": {"type": "approved_record", "facts": facts}, "roster": roster}
    assert run_check("approved_doc", {"of": "approved_record"}, items).verdict is Verdict.GAP


@pytest.mark.parametrize(
    ("until", "verdict"),
    [
        ("2026-10-14", Verdict.GAP),
        ("2026-10-15", Verdict.SATISFIED),  # the last day is a day of work
        ("2026-10-31", Verdict.SATISFIED),  # who leaves later did approve
    ],
)
def test_an_approver_was_there_on_the_day(until: str, verdict: Verdict):
    people = [{"role": "a", "person": "Ann Ode"}, {"role": "b", "person": "Bo Lin", "until": until}]
    facts = {"record_type": "ai_policy", "title": "x", "words": 50, "approval": GOOD}
    items = {
        "policy": {"type": "approved_record", "facts": facts},
        "roster": {"type": "roster", "facts": {"people": people}},
    }
    assert run_check("approved_doc", {"of": "approved_record"}, items).verdict is verdict


def test_without_a_roster_the_missing_roster_is_the_reason():
    facts = {"record_type": "ai_policy", "title": "x", "words": 50, "approval": GOOD}
    result = run_check(
        "approved_doc", {"of": "approved_record"}, {"policy": {"type": "approved_record", "facts": facts}}
    )
    assert result.verdict is Verdict.NOT_ASSESSED
    assert "No configured source provides the roster of owners" in result.reason


def test_a_missing_document_outweighs_a_roster_that_nobody_promised():
    result = run_check("approved_doc", {"of": "approved_record"}, {}, sources={"policies": ["approved_record"]})
    assert result.verdict is Verdict.GAP


@pytest.mark.parametrize(("words", "verdict"), [(49, Verdict.GAP), (50, Verdict.SATISFIED)])
def test_a_document_has_a_body(words: int, verdict: Verdict):
    facts = {"record_type": "ai_policy", "title": "x", "words": words, "approval": GOOD}
    items = {"policy": {"type": "approved_record", "facts": facts}, "roster": ROSTER}
    assert run_check("approved_doc", {"of": "approved_record"}, items).verdict is verdict


def drill(**facts: Any) -> dict[str, Any]:
    whole = {
        "scenario": "kill_switch",
        "date": "2026-10-01",
        "people": ["Ann Ode"],
        "measured_seconds": 41,
        "target_seconds": 60,
        "outcome": "passed",
        "approval": {"owner": "Ann Ode", "approver": "Bo Lin", "approved_on": "2026-10-15"},
        **facts,
    }
    return {"type": "drill_record", "facts": whole, "effective": whole["date"]}


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Verdict.SATISFIED),
        ({"measured_seconds": 60}, Verdict.SATISFIED),
        ({"measured_seconds": 61}, Verdict.GAP),
        ({"measured_seconds": 0}, Verdict.GAP),
        ({"measured_seconds": -5}, Verdict.GAP),
        ({"measured_seconds": 0, "target_seconds": 0}, Verdict.GAP),
        ({"outcome": "failed"}, Verdict.GAP),
        ({"outcome": None}, Verdict.GAP),
        ({"people": []}, Verdict.GAP),
        ({"people": [" "]}, Verdict.GAP),
        ({"people": ["Ann Ode", "A. Stranger"]}, Verdict.GAP),
        ({"target_seconds": 86400}, Verdict.SATISFIED),
        ({"target_seconds": 86401}, Verdict.PARTIAL),
        ({"target_seconds": 7 * 86400}, Verdict.PARTIAL),
        ({"approval": {}}, Verdict.PARTIAL),
        ({"approval": {"owner": "Ann Ode", "approver": "A. Ode", "approved_on": "2026-10-15"}}, Verdict.PARTIAL),
        ({"target_seconds": 7 * 86400 + 1}, Verdict.GAP),
    ],
)
def test_a_drill_passes_in_time_with_people(facts: dict, verdict: Verdict):
    assert run_check("within_target", {}, {"drill": drill(**facts), "roster": ROSTER}).verdict is verdict


@pytest.mark.parametrize("failed_first", [True, False])
def test_of_two_drills_of_one_day_the_failed_one_speaks(failed_first: bool):
    passed, failed = drill(), drill(outcome="failed")
    items = {"a": failed, "b": passed} if failed_first else {"a": passed, "b": failed}
    items["roster"] = ROSTER
    result = run_check("within_target", {}, items)
    assert result.verdict is Verdict.GAP
    assert result.evidence == ("a", "b", "roster")


def test_a_later_pass_makes_good_an_earlier_failure():
    items = {"a": drill(outcome="failed"), "b": drill(date="2026-10-02"), "roster": ROSTER}
    assert run_check("within_target", {}, items).verdict is Verdict.SATISFIED


@pytest.mark.parametrize(
    ("effective", "date", "verdict"),
    [
        ("2026-11-21", "2026-11-21", Verdict.SATISFIED),
        ("2026-05-26", "2026-05-26", Verdict.SATISFIED),
        ("2026-05-25", "2026-05-25", Verdict.GAP),
        ("2026-11-21", "2026-05-25", Verdict.GAP),  # signed lately, held long ago
        ("2026-05-25", "2026-11-21", Verdict.GAP),  # approved before it was held
        ("2026-11-21", "2026-11-23", Verdict.GAP),  # planned
        ("2026-11-23", "2026-11-21", Verdict.GAP),  # approved later than the as-of time
    ],
)
def test_a_drill_is_as_old_as_the_day_it_was_held(effective: str, date: str, verdict: Verdict):
    item = {**drill(date=date), "effective": effective}
    result = run_check("recent", {"of": "drill_record", "within": "P180D"}, {"drill": item})
    assert result.verdict is verdict
    assert result.evidence == ("drill",)


def test_a_record_without_a_date_is_not_recent():
    item = {"type": "risk_register", "facts": {"risks": []}, "effective": None}
    result = run_check("recent", {"of": "risk_register", "within": "P1Y"}, {"register": item})
    assert result.verdict is Verdict.GAP
    assert "is not dated" in result.reason
