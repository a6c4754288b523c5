"""What keeps a rule that leans on a log from being more than partial, and what its reason says of the period."""

from datetime import UTC, datetime

import pytest

from cases.case_files import RULES, case_file, changed, collection_of
from tieout.assess.engine import run_rule, validate_rule
from tieout.domain.rules import Need
from tieout.domain.verdicts import Verdict

RULE = RULES["mg-3.2-pinned-models"]
GOOD = case_file(RULE.id).base


def result(**change):
    return run_rule(
        RULE, collection_of(changed(GOOD, {key.replace("__", "/"): value for key, value in change.items()}))
    )


def extent_of(found):
    return [check for check in found.checks if check.predicate == "extent"]


def test_a_long_and_large_log_adds_no_check_and_no_note():
    found = result()
    assert [check.predicate for check in found.checks if check.verdict is not Verdict.SATISFIED] == ["untested"]
    assert extent_of(found) == []
    assert "Period of" not in found.reason


def test_a_shorter_period_is_named_once_where_the_verdict_leans_on_the_log():
    start = datetime(2026, 9, 22, tzinfo=UTC)
    found = result(period={"start": start, "end": GOOD["as_of"]}, items__log__facts__period_start=start)
    assert found.verdict is Verdict.PARTIAL
    assert extent_of(found) == []
    assert found.reason.endswith(" (Period of 61 days; the default is 90.)")
    assert found.reason.count("Period of") == 1


def test_a_verdict_that_no_log_caused_says_nothing_of_the_period():
    start = datetime(2026, 9, 22, tzinfo=UTC)
    found = result(
        period={"start": start, "end": GOOD["as_of"]},
        items__log__facts__period_start=start,
        items__gateway__facts__routes__1__pinned=False,
    )
    assert found.verdict is Verdict.GAP
    assert "Period of" not in found.reason


def test_an_empty_log_is_told_once_by_its_own_checks():
    found = result(items__log__facts__in_period=0, items__log__facts__models=[])
    assert (found.verdict, extent_of(found)) == (Verdict.GAP, [])


def test_a_repeat_is_named_by_its_file_and_line():
    twice = [{"path": "a.jsonl", "line": 3}, {"path": "b.jsonl", "line": 17}]
    [check] = extent_of(result(items__log__facts__repeats=2, items__log__facts__repeat_places=twice))
    assert [(place.path, place.line) for place in check.places] == [("a.jsonl", 3), ("b.jsonl", 17)]
    assert extent_of(result(items__log__facts__repeats=1, items__log__facts__repeat_places=twice)) == []


def test_a_period_that_ends_after_the_as_of_time_is_as_long_as_what_has_passed():
    start = datetime(2026, 11, 1, tzinfo=UTC)
    found = result(
        period={"start": start, "end": datetime(2026, 12, 31, tzinfo=UTC)}, items__log__facts__period_start=start
    )
    assert "the assessed period is 21 days, where 28 are wanted" in found.reason


@pytest.mark.parametrize("wanted", [{"stretch": "P28D"}, {"records": 100}])
def test_only_a_log_has_a_stretch_and_records(wanted):
    needs = {**RULE.needs, "gateway_config": Need(**wanted)}
    assert validate_rule(RULE) == []
    [fault] = validate_rule(RULE.model_copy(update={"needs": needs}))
    assert "which is no log" in fault
