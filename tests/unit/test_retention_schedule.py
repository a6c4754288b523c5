"""Retention: the shipped rules, each branch of putting them together, with dates worked by hand."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from tieout.domain.retention_rules import RetentionRule, RetentionSchedule, RuleStatus, apply
from tieout.frameworks.retention_schedule import load_schedule
from tieout.kernel.errors import ConfigError, UsageError

FOLDER = Path(__file__).resolve().parents[2] / "controls" / "retention"
CREATED = date(2026, 3, 1)


@pytest.fixture(scope="module")
def schedule() -> RetentionSchedule:
    return load_schedule(FOLDER)


def rule(rule_id: str, action: str = "floor", period: str | None = "P1Y", **more) -> RetentionRule:
    fields = {
        "id": rule_id,
        "applies": "anyone",
        "what": "records",
        "trigger": "creation",
        "period": period,
        "action": action,
        "authority": "a test",
        "as_of": date(2026, 1, 1),
        "confidence": "high",
    }
    return RetentionRule.model_validate(fields | more)


def put(*rules: RetentionRule, creation: date | None = CREATED, **others: date | None):
    return apply(rules, trigger_dates={"creation": creation, **others})


# The shipped file


def test_the_shipped_rules(schedule):
    assert len(schedule.rules) == 26
    by_id = {shipped.id: shipped for shipped in schedule.rules}
    assert [name for name, shipped in by_id.items() if shipped.permanent] == ["us-nara-grs-3.1-050"]
    assert [name for name, shipped in by_id.items() if shipped.status is RuleStatus.RESCINDED] == ["us-omb-m-21-31"]
    assert [name for name, shipped in by_id.items() if shipped.mandatory] == [
        "us-nara-grs-3.2-010",
        "us-nara-grs-3.2-030",
        "us-nara-grs-5.2-010",
        "us-nara-grs-5.2-020",
    ]
    assert [name for name, shipped in by_id.items() if shipped.period is None] == [
        "us-nara-grs-3.1-050",
        "us-fedramp-au-11",
        "us-omb-m-25-21-inventory",
    ]
    assert by_id["us-nara-grs-3.2-036"].period == "P30M"
    assert by_id["us-omb-m-26-14"].active == "P6M"
    assert all(shipped.as_of == date(2026, 11, 22) for shipped in schedule.rules)


def test_a_rule_that_was_not_read_again_says_so(schedule):
    unread = [shipped.id for shipped in schedule.rules if "not read again" in (shipped.note or "")]
    assert unread == [
        "us-nara-grs-3.2-030",
        "us-nara-grs-3.2-031",
        "us-nara-grs-5.2-020",
        "us-hipaa-164.316",
        "us-sox-210.2-06",
        "us-regb-1002.12",
    ]


def test_rules_are_selected_in_the_order_asked(schedule):
    chosen = schedule.select(["us-omb-m-26-14", "eu-aia-19"])
    assert [each.id for each in chosen] == ["us-omb-m-26-14", "eu-aia-19"]


def test_an_unknown_rule_is_refused_with_the_nearest(schedule):
    with pytest.raises(UsageError) as caught:
        schedule.select(["us-omb-m-26-15"])
    assert "us-omb-m-26-14" in caught.value.hint


def test_a_misspelt_trigger_is_refused(schedule):
    schedule.check_triggers({"creation": None, "final payment": CREATED})
    with pytest.raises(UsageError) as caught:
        schedule.check_triggers({"system superceded": CREATED})
    assert "'system superseded'" in caught.value.hint


# One rule


def test_a_floor_keeps_and_never_destroys():
    result = put(rule("a", "floor", "P3Y"))
    assert result.floor_until.on == date(2029, 3, 1)
    assert result.destroy_due is None
    assert result.destroy_mandatory is False
    assert result.blocked is None
    assert result.outcomes[0].reason == "P3Y from: creation on 2026-03-01"


def test_destroy_with_longer_ok_allows_destruction_after_its_day():
    result = put(rule("a", "destroy", "P5Y", longer_ok=True))
    assert (result.floor_until.on, result.destroy_due.on) == (date(2031, 3, 1), date(2031, 3, 1))
    assert result.destroy_mandatory is False


def test_destroy_without_longer_ok_demands_it_on_its_day():
    result = put(rule("a", "destroy", "P1Y"))
    assert (result.floor_until.on, result.destroy_due.on) == (date(2027, 3, 1), date(2027, 3, 1))
    assert result.destroy_mandatory is True
    assert result.conflicts == ()


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),  # no 29 February in 2025
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2023, 2, 28), "P1Y", date(2024, 2, 28)),  # the anniversary, not the month's last day
        (date(2026, 3, 1), "P30M", date(2028, 9, 1)),
        (date(2024, 8, 31), "P30M", date(2027, 2, 28)),  # February has no 31st
        (date(2025, 12, 15), "P25M", date(2028, 1, 15)),
        (date(2024, 2, 28), "PT72H", date(2024, 3, 2)),  # 29 February, 1 March, 2 March
        (date(2025, 2, 28), "PT72H", date(2025, 3, 3)),
        (date(2026, 3, 1), "PT36H", date(2026, 3, 3)),  # noon on the 2nd, rounded up
        (date(2026, 3, 1), "P0D", date(2026, 3, 1)),
        (date(2026, 3, 1), "P90D", date(2026, 5, 30)),  # 30 left in March, 30 in April, 30 in May
        (date(2026, 3, 1), "P10Y", date(2036, 3, 1)),  # by the calendar: 3,653 days, not 3,650
    ],
)
def test_periods_run_by_the_calendar(start, period, end):
    assert put(rule("a", "floor", period), creation=start).floor_until.on == end


def test_p0d_is_due_on_the_day_itself():
    result = put(rule("a", "destroy", "P0D"))
    assert (str(result.destroy_due), result.destroy_mandatory) == ("2026-03-01", True)


@pytest.mark.parametrize("dates", [{}, {"creation": None}])
def test_a_trigger_that_has_not_happened_is_pending(dates):
    result = apply([rule("a", "destroy", "P5Y", longer_ok=True)], trigger_dates=dates)
    assert result.floor_until.pending
    assert result.floor_until.waits_for == ("creation",)
    assert result.floor_until.on is None
    assert str(result.destroy_due) == "pending: waits for creation"
    assert result.blocked == "pending: waits for creation"
    assert result.outcomes[0].reason == "P5Y from: creation (pending)"


def test_permanent_is_never_destroyed():
    result = put(rule("a", "transfer", None, permanent=True))
    assert str(result.floor_until) == "permanent"
    assert result.destroy_due is None
    assert result.blocked == "a rule keeps it permanently"


def test_a_rescinded_rule_says_so_and_does_not_count():
    old = rule("old", "floor", "P30M", status="rescinded", rescinded_on=date(2026, 5, 22))
    result = put(old, rule("new", "floor", "P1Y"))
    assert result.floor_until.on == date(2027, 3, 1)
    assert [(each.rule, each.counted) for each in result.outcomes] == [("old", False), ("new", True)]
    assert result.outcomes[0].reason == "rescinded on 2026-05-22; shown, not counted"
    assert result.outcomes[0].day is None


def test_only_a_rescinded_rule_leaves_the_record_without_a_floor():
    result = put(rule("old", status="rescinded", rescinded_on=date(2026, 5, 22)))
    assert result.floor_until is None
    assert result.blocked == "no counted rule sets how long to keep it"


def test_no_rules_at_all_permit_nothing():
    result = apply([], trigger_dates={})
    assert (result.floor_until, result.destroy_due, result.outcomes) == (None, None, ())
    assert result.blocked is not None


def test_a_period_beyond_the_calendar_is_refused():
    with pytest.raises(UsageError, match="runs past the year 9999"):
        put(rule("a", "floor", "P6Y"), creation=date(9998, 1, 1))


# Several rules


def test_the_latest_floor_holds():
    result = put(rule("a", period="P3Y"), rule("b", period="P6Y"), rule("c", period="P6M"))
    assert result.floor_until.on == date(2032, 3, 1)


def test_allowed_destruction_waits_for_the_latest_floor():
    result = put(rule("a", "destroy", "P1Y", longer_ok=True), rule("b", "floor", "P6Y"))
    assert (result.destroy_due.on, result.destroy_mandatory) == (date(2032, 3, 1), False)
    assert result.conflicts == ()


def test_mandatory_destruction_before_another_floor_is_a_conflict():
    result = put(rule("go", "destroy", "P1Y"), rule("stay", "floor", "P3Y"))
    (conflict,) = result.conflicts
    assert (conflict.destroy_rule, conflict.floor_rule) == ("go", "stay")
    assert (conflict.destroy_on.on, conflict.floor_until.on) == (date(2027, 3, 1), date(2029, 3, 1))
    assert result.blocked == (
        "go demands destruction (2027-03-01) before the floor of stay (2029-03-01); the records officer decides"
    )
    assert result.floor_until.on == date(2029, 3, 1)
    assert result.destroy_due.on == date(2027, 3, 1)


def test_mandatory_destruction_on_or_after_the_floor_is_none():
    same = put(rule("go", "destroy", "P3Y"), rule("stay", "floor", "P3Y"))
    later = put(rule("go", "destroy", "P3Y"), rule("stay", "floor", "P1Y"))
    assert same.conflicts == later.conflicts == ()
    assert later.blocked is None


def test_two_mandatory_days_conflict_because_each_is_a_floor():
    result = put(rule("soon", "destroy", "P1Y"), rule("late", "destroy", "P2Y"))
    assert [(each.destroy_rule, each.floor_rule) for each in result.conflicts] == [("soon", "late")]
    assert (result.destroy_due.on, result.floor_until.on) == (date(2027, 3, 1), date(2028, 3, 1))


def test_mandatory_destruction_meets_permanence_even_while_pending():
    result = put(rule("go", "destroy", "P1Y"), rule("keep", "transfer", None, permanent=True), creation=None)
    assert [str(each.destroy_on) for each in result.conflicts] == ["pending: waits for creation"]
    assert result.blocked is not None
    assert result.floor_until.permanent


def test_a_pending_floor_hides_no_settled_one():
    result = put(rule("a", period="P3Y"), rule("b", period="P1Y", trigger="final payment"))
    assert result.floor_until.waits_for == ("final payment",)
    assert result.floor_until.known == date(2029, 3, 1)
    assert str(result.floor_until) == "pending: waits for final payment (by what is known: 2029-03-01)"


def test_a_pending_floor_blocks_a_settled_mandatory_day_without_inventing_a_conflict():
    result = put(rule("go", "destroy", "P1Y"), rule("stay", "floor", "P1Y", trigger="final payment"))
    assert result.conflicts == ()
    assert result.blocked == "pending: waits for final payment (by what is known: 2027-03-01)"


def test_several_triggers_are_named_in_order():
    result = put(rule("a", trigger="z"), rule("b", trigger="m"), rule("c", trigger="z"))
    assert result.floor_until.waits_for == ("m", "z")


def test_the_order_of_rules_changes_no_day():
    rules = [rule("a", "destroy", "P1Y"), rule("b", "floor", "P3Y"), rule("c", "destroy", "P2Y", longer_ok=True)]
    forward, backward = put(*rules), put(*reversed(rules))
    assert (forward.floor_until, forward.destroy_due) == (backward.floor_until, backward.destroy_due)
    assert set(forward.conflicts) == set(backward.conflicts)


# Shipped rules at work


def test_civilian_agency_log_with_the_rescinded_memo_in_its_contract(schedule):
    rules = schedule.select(["us-omb-m-26-14", "us-omb-m-21-31", "us-nara-grs-3.2-036"])
    result = put(*rules)
    # GRS 3.2 item 036: thirty months from 1 March 2026; M-26-14 alone would end on 1 March 2027.
    assert (result.floor_until.on, result.destroy_due.on) == (date(2028, 9, 1), date(2028, 9, 1))
    assert result.destroy_mandatory is False
    assert "2026-05-22" in result.outcomes[1].reason


def test_fedramp_takes_its_period_from_the_archives(schedule):
    alone = put(*schedule.select(["us-fedramp-au-11"]))
    assert alone.floor_until.pending
    assert "National Archives" in str(alone.floor_until)
    unrelated = put(*schedule.select(["us-fedramp-au-11", "eu-aia-19"]))
    assert unrelated.floor_until.pending
    filled = put(*schedule.select(["us-fedramp-au-11", "us-nara-grs-3.2-036"]))
    assert filled.floor_until.on == date(2028, 9, 1)
    assert filled.outcomes[0].reason == "its period is that of us-nara-grs-3.2-036"


def test_a_rescinded_rule_fills_no_period():
    taker = rule("taker", "floor", None, basis="the archives", filled_by="us-nara-")
    filler = rule("us-nara-x", "floor", "P1Y", status="rescinded", rescinded_on=date(2026, 1, 1))
    assert str(put(taker, filler).floor_until) == "pending: waits for a period (the archives)"


def test_the_inventory_rule_sets_no_period(schedule):
    result = put(*schedule.select(["us-omb-m-25-21-inventory"]))
    assert result.floor_until is None
    assert result.outcomes[0].reason.startswith("sets no retention period: yearly publication")


def test_packet_capture_under_a_one_year_log_rule(schedule):
    result = put(*schedule.select(["us-nara-grs-3.2-035", "us-omb-m-26-14"]))
    assert result.outcomes[0].day.on == date(2026, 3, 4)
    assert result.floor_until.on == date(2027, 3, 1)
    assert result.conflicts == ()


def test_transitory_record_of_a_high_risk_deployer_is_a_conflict(schedule):
    rules = schedule.select(["us-nara-grs-5.2-010", "eu-aia-26-6"])
    result = apply(rules, trigger_dates={"no longer needed": date(2026, 4, 1), "creation": CREATED})
    (conflict,) = result.conflicts
    assert (conflict.destroy_on.on, conflict.floor_until.on) == (date(2026, 4, 1), date(2026, 9, 1))


# Wrong rules


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"period": "P1.5Y"}, "is not a period such as"),
        ({"period": "-P1Y"}, "is not a period such as"),
        ({"period": "P"}, "is not a period such as"),
        ({"period": "P1YT"}, "is not a period such as"),
        ({"period": "per NARA"}, "is not a period such as"),
        ({"period": None}, "`basis` must say who sets it"),
        ({"permanent": True}, "a permanent rule has no period"),
        ({"period": None, "permanent": True, "action": "destroy"}, "never destroyed"),
        ({"action": "transfer"}, "only a permanent record is transferred"),
        ({"action": "destroy", "period": None, "basis": "someone"}, "destroying needs a period"),
        ({"action": "none"}, "a period needs an action"),
        ({"longer_ok": True}, "longer_ok goes with action: destroy"),
        ({"status": "rescinded"}, "rescinded_on goes with"),
        ({"rescinded_on": date(2026, 1, 1)}, "rescinded_on goes with"),
        ({"filled_by": "us-"}, "filled_by goes with"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(more, says):
    with pytest.raises(ValidationError, match=says):
        rule("a", **more)


def test_a_wrong_file_names_rule_and_line(tmp_path):
    text = (FOLDER / "rules.yaml").read_text(encoding="utf-8")
    broken = text.replace("period: P30M", "period: 30 months", 1)
    line = broken.splitlines().index("    period: 30 months") + 1
    folder = tmp_path / "retention"
    folder.mkdir()
    (folder / "rules.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_schedule(folder)
    assert caught.value.where == f"retention/rules.yaml:{line}"
    assert "'30 months' is not a period" in caught.value.message


def test_two_rules_of_one_id_are_refused():
    with pytest.raises(ValidationError, match="two rules have the id a"):
        RetentionSchedule(rules=(rule("a"), rule("a", period="P2Y")))
