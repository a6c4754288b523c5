"""The retention block in words: one line a field, one row a rule, and no claim that nobody made."""

from datetime import date

import pytest

from tieout.domain.retention import AppliedRule, Hold, RetentionBlock, in_words


def applied(rule: str, action: str = "floor", **more: object) -> AppliedRule:
    fields: dict[str, object] = {
        "rule": rule,
        "authority": f"authority of {rule}",
        "what": "records",
        "trigger": "creation",
        "period": "P10Y",
        "action": action,
        "counted": True,
        "outcome": "P10Y from: creation (pending)",
    }
    return AppliedRule.model_validate(fields | more)


def block(*rules: AppliedRule, **more: object) -> RetentionBlock:
    return RetentionBlock.model_validate({"record_id": "R-1", "title": "A record", "rules": rules, **more})


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("P10Y", "10 years"),
        ("P1Y", "1 year"),
        ("P1Y6M", "1 year 6 months"),
        ("P30M", "30 months"),
        ("P2W3D", "2 weeks 3 days"),
        ("P90D", "90 days"),
        ("PT72H", "72 hours"),
        ("P1MT30M", "1 month 30 minutes"),
        ("P0D", "0 days"),
        ("permanent", "permanent"),
        (None, "none set by the rule"),
    ],
)
def test_a_period_in_words(period, words):
    assert in_words(period) == words


def test_one_rule_is_said_plainly_and_several_each_under_its_id():
    alone = dict(block(applied("a")).lines())
    assert (alone["Schedule"], alone["Period"], alone["Trigger"]) == ("a", "P10Y", "creation (pending)")
    both = dict(block(applied("a"), applied("b", period="P3Y", trigger_date=date(2026, 1, 2))).lines())
    assert both["Period"] == "a: P10Y; b: P3Y"
    assert both["Trigger"] == "a: creation (pending); b: creation (2026-01-02)"
    assert both["Authority"] == "a: authority of a; b: authority of b"


@pytest.mark.parametrize(
    ("actions", "mandatory", "words"),
    [
        ((), False, "none chosen"),
        (("floor", "floor"), False, "keep; no destruction ordered"),
        (("floor", "destroy"), True, "destroy (mandatory)"),
        (("destroy", "destroy"), False, "destroy (permitted, not required)"),
        (("transfer",), False, "transfer"),
        (("destroy", "transfer"), True, "destroy (mandatory); transfer"),
    ],
)
def test_a_floor_is_no_disposition(actions, mandatory, words):
    rules = [applied(f"r{at}", action) for at, action in enumerate(actions)]
    assert dict(block(*rules, destroy_mandatory=mandatory).lines())["Disposition"] == words


def test_a_rule_that_does_not_count_asks_for_nothing():
    assert dict(block(applied("a", "destroy", counted=False)).lines())["Disposition"] == "none chosen"


def test_that_no_hold_is_configured_is_not_said_to_be_that_there_is_none():
    assert dict(block().lines())["Hold"] == "none recorded in the configuration"
    hold = Hold(id="H-1", reason="audit", since=date(2026, 1, 1), released_on=date(2026, 2, 1))
    assert dict(block(hold=hold).lines())["Hold"] == "H-1, released on 2026-02-01"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "records: keep at least 10 years"),
        ({"action": "destroy"}, "records: keep 10 years, destruction follows"),
        ({"action": "destroy", "longer_ok": True}, "records: keep 10 years, destruction is permitted from then on"),
        ({"action": "destroy", "longer_ok": False}, "records: keep 10 years, then destroy"),
        ({"action": "transfer", "period": "permanent"}, "records: keep for ever and transfer"),
        ({"period": None, "outcome": "names no period: ask"}, "records: names no period: ask"),
        ({"counted": False, "outcome": "rescinded on 2026-05-22"}, "not counted: rescinded on 2026-05-22"),
    ],
)
def test_what_a_rule_says(more, says):
    (row,) = block(applied("a", **more)).rule_rows()
    assert row.says == says


def test_a_row_has_all_that_a_reader_needs_of_a_rule():
    noted = applied("b", trigger_date=date(2026, 7, 1), note="begins later", counted=False, outcome="rescinded")
    first, second = block(applied("a"), noted).rule_rows()
    assert (first.rule, first.authority, first.trigger, first.period, first.note, first.counted) == (
        "a",
        "authority of a",
        "creation (pending)",
        "10 years",
        None,
        True,
    )
    assert (second.rule, second.trigger, second.note, second.counted) == (
        "b",
        "creation (2026-07-01)",
        "begins later",
        False,
    )
