"""What closes a check: the sentence follows what was seen, and not the predicate's name alone."""

from typing import Any

import pytest

from cases.case_files import run_check
from support.limits import HOLE, LOG, accuracy, judged
from tieout.assess.limits_told import of_one
from tieout.domain.verdicts import Verdict

LATENCY = {"measured_by": {"telemetry": "latency_p95_ms"}, "area": "latency", "unit": "ms", "operator": "<="}
FIRST, LAST = "2026-08-24T01:00:00Z", "2026-11-21T23:00:00Z"
COST = {"measured_by": {"telemetry": "cost_usd_per_day"}, "area": "cost", "unit": "USD per day", "operator": "<="}


def test_a_missed_limit_of_a_log_is_not_cured_by_more_samples() -> None:
    found = judged({**LATENCY, "limit": 5000})
    assert found.verdict is Verdict.GAP
    assert found.closes_with == "Bring what C limits within its limit."


def test_a_cost_within_its_limit_needs_a_whole_log() -> None:
    broken = judged({**COST, "limit": 12}, log=HOLE)
    assert broken.verdict is Verdict.GAP
    assert broken.closes_with == (
        "Supply the log whole: without silences, unusable lines or records that lack the figure. "
        "Compare the log's cost with the supplier's bill by hand: this version reads none."
    )
    unbroken = judged({**COST, "limit": 12})
    assert unbroken.verdict is Verdict.PARTIAL
    assert "supplier's bill" in (unbroken.closes_with or "")
    assert unbroken.reason == (
        "A log bounds cost from below alone, since it cannot show that it holds all: C wants at most 12 USD per day, "
        "and 1 is recorded (n 1,000), which leaves open whether it is met."
    )
    above = judged({**COST, "limit": 0.5})
    assert (above.verdict, above.reason.partition(":")[0]) == (Verdict.GAP, "The one limit is not shown to be met")


def test_each_limit_has_its_own_word_whatever_the_others_have() -> None:
    kept = judged({**COST, "limit": 12})
    [figure] = kept.seen.values()
    assert (figure["verdict"], figure["high"]) == ("partial", None)
    [figure] = judged({**LATENCY, "limit": 5000}).seen.values()
    assert figure["verdict"] == "gap"


def test_a_missed_limit_of_runs_is() -> None:
    assert "test on more samples" in (accuracy(">=", 0.99).closes_with or "")


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        ({"simulated": True, "models_used": ["mockllm/m"]}, "no stand-in"),
        ({"started_at": None}, "Let the tool record when each run starts."),
        ({"chosen": "named", "dataset_samples": 900}, "on the whole data set"),
        ({"commit": "a" * 40, "commit_found": "unknown"}, "from a commit of the assessed history"),
        ({"commit": "a" * 40}, "Configure the whole git history"),
    ],
)
def test_a_doubt_about_a_run_has_its_own_cure(change: dict[str, Any], cure: str) -> None:
    metric = {"scorer": "match", "name": "accuracy", "value": 0.95, "n": 240, "successes": 228}
    limit = {"measured_by": {"evaluation": "triage", "metric": "accuracy"}, "operator": ">=", "limit": 0.5}
    found = judged(limit, metrics=[metric], **change)
    assert found.verdict is not Verdict.SATISFIED
    assert cure in (found.closes_with or "")
    assert "Improve the system" not in (found.closes_with or "")


def test_two_things_against_a_measurement_are_told_in_one_sentence() -> None:
    found = judged({**LATENCY, "limit": 9000, "min_n": 5000}, committed_at="2026-11-22T00:00:00Z")
    assert "but at least 5,000 samples were asked for and the limit was set on 2026-11-22" in found.reason
    assert found.reason.count("but") == 1


def test_several_measurements_of_one_limit_name_it_once() -> None:
    wants = "C-2 wants at least 0.9 share: measured"
    assert of_one([f"{wants} 0.8 (a)", f"{wants} 0.7 (b)", f"{wants} 0.7 (b)", "C-2: an earlier run missed it"]) == (
        "C-2 wants at least 0.9 share: measured 0.8 (a); another measurement gave 0.7 (b); an earlier run missed it"
    )
    assert of_one(["C-2 is not measured: nothing"]) == "C-2 is not measured: nothing"


def linked(**log: Any) -> Any:
    models = [{"model": "m-2026-01-01", "records": 1000, "first": FIRST, "last": LAST}]
    items = {
        "log": {"type": "telemetry", "facts": {**LOG, "models": models, **log}, "effective": "2026-11-21T23:00:00Z"},
        "card": {"type": "system_card", "facts": {"models": ["m-2026-01-01"]}},
    }
    arguments = {
        "left": "telemetry.models.model",
        "right": "system_card.models",
        "compare": "model",
        "meaning": "served models are in the card",
    }
    return run_check("all_linked", arguments, items)


@pytest.mark.parametrize(
    ("log", "cure"),
    [
        ({"days_covered": 80}, "Supply what source lacks"),
        ({"unreadable": 1}, "Repair the lines of source"),
        ({"period_start": "2026-10-01T00:00:00Z"}, "Collect source again, for the whole period."),
    ],
)
def test_what_a_log_leaves_out_is_cured_by_what_it_leaves_out(log: dict[str, Any], cure: str) -> None:
    found = linked(**log)
    assert found.verdict is Verdict.PARTIAL
    assert cure in (found.closes_with or "")
    assert len((found.closes_with or "").split(". ")) == 1


def test_what_is_absent_is_to_be_supplied_whatever_the_check_asks() -> None:
    arguments = {"left": "telemetry.models.model", "right": "system_card.models", "meaning": "x"}
    found = run_check("all_linked", arguments, {}, sources={"s": ["telemetry", "system_card"]})
    assert found.verdict is Verdict.GAP
    assert (found.closes_with or "").startswith("Supply the ")


def test_a_record_dated_later_is_cured_by_a_later_day() -> None:
    later = {
        "type": "drill_record",
        "facts": {"scenario": "x", "date": "2026-12-24"},
        "effective": "2026-12-24T00:00:00Z",
    }
    found = run_check("recent", {"of": "drill_record", "within": "P180D"}, {"d": later})
    assert (found.verdict, found.closes_with) == (Verdict.GAP, "Assess again as of a later day.")
