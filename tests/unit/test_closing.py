"""What closes a rule leads on: after each step it names the next, and what doing it would undo."""

from typing import Any

import pytest

from cases.case_files import RULES, case_file, changed, collection_of, run_check
from tieout.assess.engine import run_rule
from tieout.domain.verdicts import Verdict

VOIDS = "voids its approval: have it approved again after that."


def result(rule: str, **change: Any) -> Any:
    given = changed(case_file(rule).base, {key.replace("__", "/"): value for key, value in change.items()})
    return run_rule(RULES[rule], collection_of(given))


@pytest.mark.parametrize("rule", sorted(RULES))
def test_where_nothing_is_there_yet_all_that_a_rule_asks_is_told(rule: str) -> None:
    found = result(rule, sources={})
    whole = RULES[rule].closes_with
    assert f"In all it takes this: {whole[:1].lower()}{whole[1:]}" in found.closes_with
    for name in {name for check in found.checks for name in RULES[rule].needs if f"`provides: [{name}" in check.reason}:
        assert f"Configure a source that provides `{name}" in found.closes_with


@pytest.mark.parametrize(
    "rule", ["gv-2.1-roles", "gv-6.2-supplier-failure", "mg-2.4-switch-off", "mg-4.3-incidents", "mp-1.1-context"]
)
def test_that_somebody_must_stand_for_a_record_is_told_from_the_start(rule: str) -> None:
    assert "approve" in result(rule, sources={}).closes_with


def test_a_log_that_cannot_be_read_will_need_an_owner_and_an_approver() -> None:
    broken = {"source": "records", "status": "unreadable", "types": ["incident_log"], "path": "x", "reason": "is odd"}
    found = result("mg-4.3-incidents", items__incidents=None, problems__broken=broken)
    assert found.verdict is Verdict.UNREADABLE
    assert found.closes_with.startswith("Make the named input readable. In all it takes this: record for each incident")
    assert "let an owner and an approver of the roster stand for the log." in found.closes_with


def test_what_is_judged_is_not_told_over_again() -> None:
    assert "In all it takes this" not in result("mg-4.3-incidents").closes_with


def test_a_change_that_undoes_an_approval_is_told_with_the_advice_to_make_it() -> None:
    whole = result("mp-2.1-task-and-model")
    assert VOIDS not in whole.closes_with
    other = result("mp-2.1-task-and-model", items__card__facts__models=["openai/gpt-4o-2024-08-06"])
    assert other.verdict is Verdict.CONFLICT
    assert f"A change of the system card {VOIDS}" in other.closes_with
    # Where the approval does not hold either, its own sentence says when to have it approved.
    late = result(
        "mp-2.1-task-and-model",
        items__card__facts__models=["openai/gpt-4o-2024-08-06"],
        items__card__facts__approval__approver=None,
    )
    assert VOIDS not in late.closes_with
    assert "let the approval follow the last change" in late.closes_with


def test_a_register_that_is_to_be_changed_is_to_be_approved_again() -> None:
    found = result("mg-1.2-treatment-order", items__register__facts__risks__0__score=1)
    assert f"A change of the risk register {VOIDS}" in found.closes_with


def test_a_limit_that_is_to_be_changed_judges_later_runs_alone() -> None:
    found = result("mp-1.5-tolerance", items__criteria__facts__criteria__0__owner=None)
    assert "A limit judges only runs that began after its last change." in found.closes_with


def test_rows_that_are_not_there_are_to_be_entered_and_not_corrected() -> None:
    found = result("mg-1.2-treatment-order", items__register__facts__risks=[])
    assert "Enter the risks that the system has" in found.closes_with
    assert "Correct the named rows" not in found.closes_with


def test_a_tree_without_a_governed_path_is_not_cured_by_code_owners() -> None:
    found = result("gv-2.1-roles", items__owners__facts__governed=[])
    assert "Keep what decides the system's answers where it is recognised" in found.closes_with
    assert "Let code owners cover" not in found.closes_with


def test_what_tieout_yaml_itself_promises_is_to_be_written_there() -> None:
    found = result("mp-1.5-tolerance", items__criteria=None)
    assert "Write the acceptance criteria into tieout.yaml." in found.closes_with
    assert "take the promise" not in found.closes_with.partition("In all")[0]


def test_a_record_of_another_kind_keeps_its_promise() -> None:
    other = {"drill": {"type": "drill_record", "facts": {"scenario": "x", "date": "2026-10-01"}}}
    roster = {"roster": {"type": "roster", "facts": {"people": []}}}
    asked = {"where": {"scenario": "kill_switch"}, "longest": "PT1H"}
    assert run_check("within_target", asked, {**other, **roster}).closes_with == (
        "Supply the drill record (scenario kill switch)."
    )
