"""Runs, their data, the released models, the watched behaviours and the covered period."""

from typing import Any

import pytest

from cases.case_files import run_check
from support.complete_runs import run
from tieout.domain.verdicts import Verdict


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({}, None),
        ({"dirty": False}, None),
        ({"tool_version": " "}, "records no tool version"),
        ({"commit": "unknown", "dirty": True}, "uncommitted changes"),
        ({"parameters": {}}, "records no parameters"),
        ({"parameters": {"model_generate_config": {}}}, "records no parameters"),
        ({"metrics": []}, "records no metric"),
        ({"model": None}, "records no model"),
        ({"model": "openai/m"}, "names no model version"),
        ({"model": "openai/m-latest"}, "names no model version"),
        ({"started_at": None}, "records no start or end time"),
        ({"completed_at": "2026-10-31T00:00:00Z"}, "ends before it starts"),
        ({"samples_completed": 0}, "completed no sample"),
        ({"samples_completed": 9}, "completed 9 of 10 samples only"),
        ({"metrics": [{"scorer": "s", "name": "a", "value": 1.0, "n": 0}]}, "scored no sample"),
        ({"metrics": [{"scorer": "s", "name": "a", "value": float("nan"), "n": 9}]}, "a metric without a number"),
        ({"commit_at": "2026-11-02T00:00:00Z"}, None),  # a day is what two clocks may differ by
        ({"commit_at": "2026-11-02T00:00:01Z"}, "before the revision abc1234 was made on 2026-11-02"),
        ({"output_tokens": 10, "asked": "supplier", "dataset_then_records": 10}, None),
        ({"dataset_then": "absent"}, "has the revision abc1234, which does not hold its data set"),
        ({"commit_found": "unknown"}, "has the revision abc1234, which is no commit of the repository"),
        ({"commit_found": "elsewhere"}, "which is a commit of the repository that the assessed commit does not hold"),
        ({"chosen": "named", "dataset_samples": 40}, "asked only 10 of the 40 samples of its data set"),
        ({"chosen": "first", "dataset_samples": None}, "asked only 10 samples, that a limit left"),
        (
            {"chosen": "first", "dataset_samples": 40, "samples_total": 20, "samples_completed": 20, "epochs": 2},
            "10 of",
        ),
        ({"models_used": ["openai/m-2026-01-01"]}, None),
        ({"models_used": ["a/grader", "openai/m-2026-01-01"]}, None),
    ],
)
def test_a_complete_record(facts: dict, fault: str | None):
    result = run_check("runs_complete", {}, {"run": run(**facts)})
    assert result.verdict is (Verdict.GAP if fault else Verdict.SATISFIED)
    assert (fault or "") in result.reason


def test_runs_that_did_not_finish_are_no_runs():
    for status in ("error", "cancelled", "started"):
        assert run_check("runs_complete", {}, {"run": run(status=status)}).verdict is Verdict.GAP
    result = run_check("runs_complete", {}, {"run": run(), "broken": run(status="error")})
    assert result.verdict is Verdict.SATISFIED
    assert "1 other run did not finish and counts for nothing" in result.reason


@pytest.mark.parametrize(
    ("facts", "verdict", "told"),
    [
        ({"completed_at": "2026-11-01T00:00:00Z"}, Verdict.PARTIAL, "it ended in the second in which it started"),
        ({"output_tokens": 9}, Verdict.PARTIAL, "it counts 9 tokens of answers to 10 samples"),
        ({"asked": "elsewhere"}, Verdict.PARTIAL, "it was told to ask an address that is no known supplier's"),
        ({"model": "stub/m-2026-01-01"}, Verdict.PARTIAL, "it names a provider that is not known"),
        ({"dataset_then": "held", "dataset_then_records": 11}, Verdict.PARTIAL, "asked only 10 of the 11 records"),
        ({"models_used": ["mockllm/m-2026-01-01"]}, Verdict.CONFLICT, "counts the use of mockllm/m-2026-01-01 alone"),
        ({"chosen": "random", "dataset_samples": 40}, Verdict.PARTIAL, "that a recorded seed drew"),
        ({"commit_found": None, "commit_at": None}, Verdict.PARTIAL, "cannot be looked up: no repository is read"),
        ({"commit_found": "unshown", "commit_at": None}, Verdict.PARTIAL, "the history is cut or it has too few"),
    ],
)
def test_a_complete_record_that_is_in_doubt(facts: dict, verdict: Verdict, told: str):
    result = run_check("runs_complete", {}, {"run": run(**facts), "other": run(task="another")})
    assert result.verdict is verdict
    assert "What 1 of the 2 finished runs tested is not shown" in result.reason
    assert told in result.reason
    # What is missing in one run outweighs what is in doubt of another.
    assert run_check("runs_complete", {}, {"run": run(**facts), "other": run(commit=None)}).verdict is Verdict.GAP


def test_a_contradiction_is_shown_at_both_of_its_lines():
    lines = {"/model": 31, "/models_used": 812}
    result = run_check("runs_complete", {}, {"run": {**run(models_used=["mockllm/x"]), "lines": lines}})
    assert [place.line for place in result.places] == [31, 812]


def test_a_trial_counts_for_nothing_beside_the_whole_evaluation():
    trial = run(chosen="first", dataset_samples=10, samples_total=2, samples_completed=2, metrics=[])
    result = run_check("runs_complete", {}, {"run": run(), "trial": trial})
    assert result.verdict is Verdict.SATISFIED
    assert "1 other run asked only a part of the data set and counts for nothing" in result.reason
    other = {**trial, "facts": {**trial["facts"], "task": "another"}}
    assert run_check("runs_complete", {}, {"run": run(), "trial": other}).verdict is Verdict.GAP


def test_one_incomplete_run_among_complete_ones():
    assert run_check("runs_complete", {}, {"a": run(), "b": run(commit=None)}).verdict is Verdict.GAP


def resolves(run_facts: dict, cards: list[dict], files: list[dict]) -> Any:
    listed = [{"size": 1, "digest": "gitblob:1", **file} for file in files]
    items = {
        "run": run(**{"dataset_then_sha256": "aa", **run_facts}),
        "tree": {"type": "repository_tree", "facts": {"commit": "c", "files": 1, "by_class": {}, "listed": listed}},
    }
    for index, one in enumerate(cards):
        items[f"card{index}"] = {"type": "dataset_card", "facts": {"name": "a", **one}}
    return run_check(
        "data_resolves", {}, items, sources={"source": ["eval_results", "dataset_card", "repository_tree"]}
    )


FILE = {"path": "evals/a.jsonl", "sha256": "aa"}
CARD = {"path": "evals/a.jsonl", "split_sha256": "aa"}


@pytest.mark.parametrize(
    ("facts", "cards", "files", "verdict"),
    [
        ({"dataset_sha256": "aa", "dataset_then_sha256": None}, [CARD], [FILE], Verdict.PARTIAL),
        ({"dataset_sha256": "aa", "dataset_then_sha256": "bb"}, [CARD], [FILE], Verdict.GAP),
        ({"dataset_sha256": "aa"}, [{**CARD, "records": 10}], [FILE], Verdict.SATISFIED),
        ({"dataset_sha256": "aa"}, [{**CARD, "records": 11}], [FILE], Verdict.GAP),
        ({"dataset_sha256": "aa", "dataset_then_records": 11}, [CARD], [FILE], Verdict.GAP),
        ({"dataset_sha256": "aa", "dataset_then_records": 10}, [{**CARD, "records": 9}], [FILE], Verdict.GAP),
        ({"dataset_sha256": "aa", "samples_total": 20, "epochs": 2}, [{**CARD, "records": 11}], [FILE], Verdict.GAP),
        ({"simulated": True, "dataset_sha256": "aa"}, [CARD], [FILE], Verdict.GAP),
        ({}, [CARD], [FILE], Verdict.PARTIAL),  # by its place only: what the run read is not shown
        ({"dataset": "evals/a.jsonl"}, [CARD], [FILE], Verdict.PARTIAL),
        ({"dataset_sha256": "aa"}, [CARD], [FILE], Verdict.SATISFIED),
        ({"dataset_sha256": "bb"}, [CARD], [FILE], Verdict.GAP),
        ({"dataset": "/x/myevals/a.jsonl"}, [CARD], [FILE], Verdict.GAP),
        ({"dataset": "a"}, [CARD], [FILE], Verdict.GAP),
        ({"dataset": " "}, [CARD], [FILE], Verdict.GAP),
        ({}, [{**CARD, "split_sha256": "bb"}], [FILE], Verdict.GAP),
        ({}, [{**CARD, "split_sha256": None}], [FILE], Verdict.GAP),
        ({}, [{**CARD, "split_sha256": None}], [{**FILE, "sha256": None}], Verdict.GAP),
        ({}, [{**CARD, "split_sha256": ""}], [{**FILE, "sha256": ""}], Verdict.GAP),
        ({}, [CARD, {**CARD, "split_sha256": "bb"}], [FILE], Verdict.GAP),  # two cards that differ
        # Two parts of a longer path are enough where one file alone ends in them.
        (
            {"dataset": "in/a.jsonl"},
            [{**CARD, "path": "x/in/a.jsonl"}],
            [{**FILE, "path": "x/in/a.jsonl"}],
            Verdict.PARTIAL,
        ),
        (
            {"dataset": "in/a.jsonl"},
            [{**CARD, "path": "x/in/a.jsonl"}],
            [{**FILE, "path": "x/in/a.jsonl"}, {**FILE, "path": "y/in/a.jsonl"}],
            Verdict.GAP,
        ),
        (
            {"dataset": "in/a.jsonl"},
            [{**CARD, "path": "x/in/a.jsonl"}],
            [{**FILE, "path": "x/in/a.jsonl"}, {**FILE, "path": "in/a.jsonl"}],
            Verdict.GAP,
        ),
        ({"dataset": "a.jsonl"}, [CARD], [FILE], Verdict.GAP),
        ({}, [CARD], [], Verdict.GAP),
        ({}, [], [FILE], Verdict.GAP),
        # The longest path that fits is meant, not a file of the same name in the root.
        ({}, [{"path": "a.jsonl", "split_sha256": "cc"}], [FILE, {"path": "a.jsonl", "sha256": "cc"}], Verdict.GAP),
    ],
)
def test_data_that_resolves(facts: dict, cards: list, files: list, verdict: Verdict):
    assert resolves(facts, cards, files).verdict is verdict


def deployed(models: list[str], *tested: str, served: list[str] | None = None, **log: Any) -> Any:
    release = {"version": "1", "decision": "go", "date": "2026-11-01", "models": models}
    items = {f"run{index}": run(model=model) for index, model in enumerate(tested)}
    use = {"records": 1, "first": "2026-09-01T00:00:00Z", "last": "2026-09-01T00:00:00Z"}
    names = models if served is None else served
    items["log"] = {"type": "telemetry", "facts": {**LOG, "models": [{"model": one, **use} for one in names], **log}}
    return run_check("deployed_match", {}, {**items, "release": {"type": "release_record", "facts": release}})


@pytest.mark.parametrize(
    ("models", "tested", "verdict"),
    [
        (["m-2026-01-01"], ["openai/m-2026-01-01"], Verdict.SATISFIED),
        (["a-2026-01-01", "b-2026-01-01"], ["openai/b-2026-01-01", "google/a-2026-01-01", "c"], Verdict.SATISFIED),
        (["a-2026-01-01", "b-2026-01-01"], ["a-2026-01-01"], Verdict.GAP),
        (["m-2026-01-01"], ["openai/m-2026-01-02"], Verdict.GAP),
        (["m-2026-01-01"], ["stub/m-2026-01-01"], Verdict.GAP),
        (["m-2026-01-01"], ["m"], Verdict.GAP),
        ([], ["m-2026-01-01"], Verdict.GAP),
    ],
)
def test_each_released_model_was_tested(models: list, tested: list, verdict: Verdict):
    assert deployed(models, *tested).verdict is verdict


@pytest.mark.parametrize(
    "facts",
    [
        {"models_used": ["x/other-2026-01-01"]},
        {"commit_found": "unknown"},
        {"commit_found": "elsewhere"},
        {"commit_at": "2026-11-10T00:00:00Z"},
    ],
)
def test_a_run_that_contradicts_itself_tests_no_model(facts: dict):
    use = {"records": 1, "first": "2026-09-01T00:00:00Z", "last": "2026-09-01T00:00:00Z", "model": "m-2026-01-01"}
    release = {"version": "1", "decision": "go", "date": "2026-11-01", "models": ["m-2026-01-01"]}
    items = {
        "run": run(**facts),
        "log": {"type": "telemetry", "facts": {**LOG, "models": [use]}},
        "release": {"type": "release_record", "facts": release},
    }
    result = run_check("deployed_match", {}, items)
    assert result.verdict is Verdict.GAP
    assert "No finished run tested m-2026-01-01" in result.reason
    assert "Not counted: run.yaml" in result.reason
    again = run_check("deployed_match", {}, {**items, "sound": run()})
    assert again.verdict is Verdict.SATISFIED


@pytest.mark.parametrize(
    ("served", "dropped", "told"),
    [
        (["x/m-2026-01-01"], 0, None),
        (["m-2026-01-01", "other-2026-01-01"], 0, "The log shows other-2026-01-01"),
        ([], 0, "the log names none"),
        (["m-2026-01-01"], 2, "the log names 2 more models than could be kept"),
    ],
)
def test_no_other_model_than_the_released_one_is_served(served: list, dropped: int, told: str | None):
    result = deployed(["m-2026-01-01"], "openai/m-2026-01-01", served=served, models_dropped=dropped)
    assert result.verdict is (Verdict.GAP if told else Verdict.SATISFIED)
    assert (told or "") in result.reason


@pytest.mark.parametrize(
    ("metrics", "verdict"),
    [
        (["nolatency_seconds"], Verdict.GAP),
        (["latencyless"], Verdict.GAP),
        (["job:Latency:p95"], Verdict.SATISFIED),
        (["request_latency_seconds"], Verdict.SATISFIED),
        (["job:latency_bucket:sum"], Verdict.SATISFIED),
        (["latency_errors_count"], Verdict.SATISFIED),  # of errors their number is the value
        (["latency_seconds_count"], Verdict.GAP),
        (["latency_errors_created"], Verdict.GAP),
        (["up"], Verdict.GAP),
        ([], Verdict.GAP),
    ],
)
def test_a_behaviour_is_watched_by_what_an_alert_reads(metrics: list, verdict: Verdict):
    # The name and the expression's text say latency in each case; only a metric that is read counts.
    rule = {"name": "latency", "expression": "latency", "metrics": metrics, "can_fire": True}
    items = {"alerts": {"type": "alert_rules", "facts": {"product": "p", "rules": [rule]}}}
    assert run_check("watched", {"behaviours": {"latency": "latency"}}, items).verdict is verdict


def test_only_the_alerts_that_watch_a_behaviour_are_counted_and_named():
    rules = [
        {"name": "Down", "expression": "up == 0", "metrics": ["up"]},
        {"name": "Slow", "expression": "latency > 1", "metrics": ["latency"]},
        {"name": "SlowOnStaging", "expression": "latency > 1", "metrics": ["latency"], "environment": "env staging"},
        {"name": "Costly", "expression": "cost > 1", "metrics": ["cost"]},
        {"name": "Silent", "expression": "absent(latency)", "metrics": []},
    ]
    rules = [{"can_fire": True, **rule} for rule in rules]
    lines = {"": 1, **{f"/rules/{index}": 10 + index for index in range(len(rules))}}
    items = {"alerts": {"type": "alert_rules", "facts": {"product": "p", "rules": rules}, "lines": lines}}
    result = run_check("watched", {"behaviours": {"latency": "latency", "cost": "cost"}}, items)
    assert (result.verdict, result.reason) == (Verdict.SATISFIED, "2 alert rules watch cost and latency.")
    assert [place.line for place in result.places] == [11, 13]


LOG: dict[str, Any] = {
    "format": "litellm",
    "files": [],
    "period_start": "2026-08-24T00:00:00Z",
    "period_end": "2026-11-22T00:00:00Z",
    **dict.fromkeys(("lines", "records", "in_period"), 100),
    **dict.fromkeys(("blank", "unreadable", "invalid", "before_period", "after_period"), 0),
    "days_in_period": 90,
    "days_covered": 90,
    "longest_hole_seconds": 60,
}


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Verdict.SATISFIED),
        ({"longest_hole_seconds": 48 * 3600}, Verdict.SATISFIED),
        ({"longest_hole_seconds": 48 * 3600 + 1}, Verdict.GAP),
        ({"longest_hole_seconds": None}, Verdict.GAP),
        ({"days_in_period": 60, "days_covered": 57}, Verdict.SATISFIED),  # 95 % to the day
        ({"days_in_period": 60, "days_covered": 56}, Verdict.GAP),
        ({"days_in_period": 20, "days_covered": 19}, Verdict.SATISFIED),
        ({"days_in_period": 0, "days_covered": 0, "in_period": 0}, Verdict.GAP),
        ({"in_period": 0}, Verdict.GAP),
        ({"period_start": "2026-08-24T00:00:01Z"}, Verdict.GAP),
        ({"period_end": "2026-11-21T23:59:59Z"}, Verdict.GAP),
    ],
)
def test_a_log_covers_its_period(facts: dict, verdict: Verdict):
    items = {"log": {"type": "telemetry", "facts": {**LOG, **facts}}}
    assert run_check("period_cover", {}, items).verdict is verdict


def test_a_day_that_has_begun_is_told_and_not_held_against_a_log():
    begun = {"days_begun": ["2026-11-22"], "days_in_period": 20, "days_covered": 20}
    result = run_check("period_cover", {}, {"log": {"type": "telemetry", "facts": {**LOG, **begun}}})
    assert result.verdict is Verdict.SATISFIED
    said = "20 of 20 days (not counting 2026-11-22, which lies only partly in the period and has no record)"
    assert said in result.reason
    result = run_check(
        "period_cover", {}, {"log": {"type": "telemetry", "facts": {**LOG, **begun, "days_covered": 18}}}
    )
    assert result.verdict is Verdict.GAP
    assert "18 of 20 days (not counting 2026-11-22" in result.reason


def test_each_of_two_logs_covers_the_period():
    items = {
        "a": {"type": "telemetry", "facts": LOG, "source": "a"},
        "b": {"type": "telemetry", "facts": {**LOG, "days_covered": 3}, "source": "b"},
    }
    result = run_check("period_cover", {}, items)
    assert result.verdict is Verdict.GAP
    assert "b has records on 3 of 90 days" in result.reason


def test_a_log_that_ended_is_a_silence_beside_one_that_goes_on():
    items = {
        "a": {"type": "telemetry", "facts": LOG, "source": "a", "effective": "2026-11-21"},
        "b": {"type": "telemetry", "facts": LOG, "source": "b", "effective": "2026-11-01"},
    }
    assert run_check("period_cover", {}, items).verdict is Verdict.SATISFIED
    assert run_check("period_cover", {}, items, needs={"telemetry": {"freshness": "P7D"}}).verdict is Verdict.GAP
