"""Exports of promptfoo: what is counted from the rows, what passes without having been asked, and what is told."""

import copy
from pathlib import Path
from typing import Any

import pytest

from support.tool_documents import PROMPTFOO
from support.tool_results import changed, gather, is_told, item, items, told


def with_rows(*changes: dict[str, Any]) -> dict[str, Any]:
    """The export with members of its first rows replaced, and its own sums taken away."""
    made = changed(PROMPTFOO, "results", "prompts")
    for row, change in zip(made["results"]["results"], changes, strict=False):
        row.update(copy.deepcopy(change))
    return made


def rate(gathered: Any) -> tuple[Any, ...]:
    [metric] = [one for one in item(gathered, "eval_results").facts["metrics"] if one["name"] == "pass_rate"]
    return metric["value"], metric["n"], metric["successes"]


def test_a_run_is_counted_from_its_rows(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"out.json": PROMPTFOO})
    found = item(gathered, "eval_results").facts
    assert rate(gathered) == (0.75, 4, 3)
    assert {key: found[key] for key in ("tool", "tool_version", "task", "model", "dataset", "output_tokens")} == {
        "tool": "promptfoo",
        "tool_version": "0.123.1",
        "task": "triage",
        "model": "openai/gpt-4o",
        "dataset": "evals/tests.csv",
        "output_tokens": 28,
    }
    assert found["completed_at"] == "2026-11-20T09:01:00Z"
    assert (found["samples_total"], found["samples_completed"]) == (4, 4)
    named = {(one["scorer"], one["name"]): one["value"] for one in found["metrics"]}
    assert named["named score", "tone"] == 0.5
    assert "SECRET" not in gathered.result.model_dump_json()
    assert told(gathered) == ["is not bound to what is in use: it does not record a digest of its data"]


def test_a_test_that_asserts_nothing_is_no_pass(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"out.json": with_rows({"gradingResult": {"pass": True, "componentResults": []}})})
    assert rate(gathered) == (2 / 3, 3, 2)
    assert is_told(gathered, "1 of 4 tests with provider 'openai:chat:gpt-4o' assert nothing")


def test_without_any_assertion_there_is_no_rate(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"out.json": with_rows(*[{"gradingResult": None}] * 4)})
    assert [one["name"] for one in item(gathered, "eval_results").facts["metrics"]] == ["tone"]


def test_an_error_is_not_passed(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"out.json": with_rows({"failureReason": 2, "success": True, "gradingResult": None})})
    assert rate(gathered) == (0.5, 4, 2)
    assert item(gathered, "eval_results").facts["samples_completed"] == 3
    assert is_told(gathered, "ended in an error and count as not passed")


def test_sums_that_the_rows_refute_leave_the_rate_out(tmp_path: Path) -> None:
    made = changed(PROMPTFOO, "results", "prompts", 0, "metrics", "testPassCount", to=4)
    gathered = gather(tmp_path, {"out.json": made})
    assert "pass_rate" not in {one["name"] for one in item(gathered, "eval_results").facts["metrics"]}
    assert any("its rows are 3, 1 and 0" in reason for reason in told(gathered, "unreadable"))


def test_answers_from_a_cache_are_told(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"out.json": with_rows({"response": {"cached": True}})})
    assert is_told(gathered, "come from a cache of earlier runs")
    assert item(gathered, "eval_results").facts["parameters"]["answers_from_cache"] == 1


def test_repeated_tests_are_no_independent_samples(tmp_path: Path) -> None:
    made = with_rows()
    made["runtimeOptions"] = {"repeat": 2}
    gathered = gather(tmp_path, {"out.json": made})
    found = item(gathered, "eval_results").facts
    assert (found["epochs"], found["samples_total"]) == (2, 4)
    assert [(one["n"], one.get("successes"), one.get("stderr")) for one in found["metrics"]] == [(2, None, None)] * 3
    assert is_told(gathered, "asked each test 2 times")


@pytest.mark.parametrize(
    ("provider", "model", "simulated"),
    [
        ("openai:responses:gpt-4o", "openai/gpt-4o", False),
        ("azureopenai:chat:own-deployment", "azure/own-deployment", False),
        ("bedrock:anthropic.claude-v2:1", "bedrock/anthropic.claude-v2:1", False),
        ("echo", "echo", True),
        ("file:///home/ann/provider.py", "provider.py", False),
        ("https://host/x", "https://host/x", False),
        ("", None, False),
    ],
)
def test_models(tmp_path, provider, model, simulated) -> None:
    gathered = gather(tmp_path, {"out.json": with_rows(*[{"provider": {"id": provider}}] * 4)})
    found = item(gathered, "eval_results").facts
    assert (found.get("model"), found["simulated"]) == (model, simulated)
    assert is_told(gathered, "does not record the model") is (model is None)


def test_each_provider_and_prompt_is_a_run_of_its_own(tmp_path: Path) -> None:
    made = with_rows({"provider": {"id": "anthropic:messages:claude"}}, {"promptIdx": 1})
    found = [one.facts for one in items(gather(tmp_path, {"out.json": made}), "eval_results")]
    assert sorted((one["model"], one["samples_total"]) for one in found) == [
        ("anthropic/claude", 1),
        ("openai/gpt-4o", 1),
        ("openai/gpt-4o", 2),
    ]


def test_a_provider_at_another_address_is_asked_elsewhere(tmp_path: Path) -> None:
    made = with_rows()
    made["config"]["providers"] = [{"id": "openai:chat:gpt-4o", "config": {"apiBaseUrl": "http://localhost:1/v1"}}]
    assert item(gather(tmp_path, {"out.json": made}), "eval_results").facts["asked"] == "elsewhere"


def test_the_real_sample(shared: Path) -> None:
    gathered = gather(shared / "samples" / "promptfoo")
    found = item(gathered, "eval_results").facts
    assert (found["simulated"], found["model"], found["task"]) == (True, "echo", "offline echo")
    assert rate(gathered) == (0.5, 2, 1)


CASES = [{"vars": {"q": f"question {at}"}, "assert": [{"type": "equals", "value": at}]} for at in range(4)]


def asked_again(cases: list[dict[str, Any]], tests: Any = "file://evals/tests.csv") -> dict[str, Any]:
    made = with_rows(*[{"testCase": case, "vars": case["vars"]} for case in cases])
    made["config"]["tests"] = tests
    return made


def test_one_test_that_is_asked_often_is_one_sample(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"out.json": asked_again([CASES[0]] * 3 + [CASES[1]])})
    found = item(gathered, "eval_results").facts
    [metric] = [one for one in found["metrics"] if one["name"] == "pass_rate"]
    assert (metric["value"], metric["n"], metric.get("successes"), metric.get("stderr")) == (0.5, 2, None, None)
    assert (found["samples_total"], found["samples_completed"]) == (2, 2)
    assert is_told(gathered, "2 of 4 answers are further ones to tests that were asked before; each test counts once")


def test_the_same_question_with_another_demand_is_another_test(tmp_path: Path) -> None:
    cases = [{"vars": {"q": "a"}, "assert": [{"type": "equals", "value": at}]} for at in range(4)]
    gathered = gather(tmp_path, {"out.json": asked_again(cases)})
    assert rate(gathered) == (0.75, 4, 3)


def test_tests_without_variables_are_told_apart_by_their_index(tmp_path: Path) -> None:
    rows = [{"testIdx": at, "vars": {}, "testCase": {}} for at in (0, 0, 1, 2)]
    assert item(gather(tmp_path, {"out.json": with_rows(*rows)}), "eval_results").facts["samples_total"] == 3


@pytest.mark.parametrize(
    ("tests", "is_part"),
    [
        (CASES, False),
        ([*CASES, {"vars": {"q": "more"}}], True),
        ([*CASES, {"assert": [{"type": "is-json"}]}], True),
        ([*CASES, {"vars": {"q": "more"}, "providers": ["other"]}], False),
        ([*CASES, {"path": "file://make.py"}, "file://more.csv", None, 7], False),
        ([*CASES, CASES[0]], False),
    ],
)
def test_a_run_of_a_part_of_its_tests_is_no_whole_one(tmp_path: Path, tests: Any, *, is_part: bool) -> None:
    gathered = gather(tmp_path, {"out.json": asked_again(CASES, tests)})
    found = item(gathered, "eval_results").facts
    assert (found.get("chosen"), found.get("dataset_samples")) == (("fewer", 5) if is_part else (None, None))
    assert is_told(gathered, "asked 4 of the 5 tests of its configuration") is is_part


@pytest.mark.parametrize(
    ("weight", "counts"), [(0, False), (0.0, False), (1, True), (0.5, True), (None, True), ("0", False)]
)
def test_an_assertion_without_weight_asserts_nothing(tmp_path: Path, weight: Any, *, counts: bool) -> None:
    graded = {"pass": True, "componentResults": [{"pass": False, "assertion": {"type": "equals", "weight": weight}}]}
    gathered = gather(tmp_path, {"out.json": with_rows({"gradingResult": graded})})
    assert rate(gathered)[1] == (4 if counts else 3)


def test_an_error_is_not_counted_as_passed_too(tmp_path: Path) -> None:
    made = changed(PROMPTFOO, "results", "results", 0, "failureReason", to=2)
    gathered = gather(tmp_path, {"out.json": made})
    assert any("but its rows are 2, 1 and 1" in reason for reason in told(gathered, "unreadable"))


@pytest.mark.parametrize(("threshold", "counts"), [(0, False), (-1, False), (0.5, True), (None, True), ("0", False)])
def test_a_test_that_no_score_can_fail_asserts_nothing(tmp_path: Path, threshold: Any, *, counts: bool) -> None:
    row = {"testCase": {"threshold": threshold}, "success": True}
    gathered = gather(tmp_path, {"out.json": with_rows(*[row] * 4)})
    names = {one["name"] for one in item(gathered, "eval_results").facts["metrics"]}
    assert ("pass_rate" in names) is counts
    assert is_told(gathered, "4 of 4 tests with provider 'openai:chat:gpt-4o' assert nothing") is not counts


def test_a_failure_counts_whatever_would_have_been_enough(tmp_path: Path) -> None:
    row = {"testCase": {"threshold": 0}, "success": False}
    assert rate(gather(tmp_path, {"out.json": with_rows(*[row] * 4)})) == (0.0, 4, 0)


def test_another_label_makes_no_other_test(tmp_path: Path) -> None:
    def labelled(at: int) -> dict[str, Any]:
        inner = [{"type": "equals", "value": "a", "metric": f"i{at}"}]
        return {"vars": {"q": "a"}, "assert": [{"type": "assert-set", "metric": f"m{at}", "assert": inner}]}

    gathered = gather(tmp_path, {"out.json": asked_again([labelled(at) for at in range(4)])})
    assert item(gathered, "eval_results").facts["samples_total"] == 1


MANY = [{"vars": {str(at): list(range(10)) for at in range(5_000)}}]


@pytest.mark.parametrize(
    ("tests", "usual", "held"),
    [
        ([{"vars": {"q": ["a", "b", "c", "d", "e"]}}], {}, 5),
        ([{"vars": {"q": ["a", "b", "c"], "r": [1, 2]}}], {}, 6),
        ([{"vars": {"q": ["a", "b", "c"]}}], {"vars": {"r": [1, 2], "q": ["z"]}}, 6),
        ([{"vars": {"q": ["a", "b", "c"]}}, {"vars": {"q": ["b", "c", "d"]}}], {}, None),
        ([{"vars": {"q": ["a", "b", "c", "d"]}}], {}, None),
        ([{"vars": {"q": ["a"] * 9}}], {}, None),
        ([{"vars": {"q": list(range(9))}, "options": {"disableVarExpansion": True}}], {}, None),
        ([{"vars": {"q": list(range(9))}}], {"options": {"disableVarExpansion": True}}, None),
        ([{"vars": {"q": list(range(9))}}], "file://usual.yaml", 9),
        (MANY, {}, 1_000_000_000),
    ],
)  # fmt: skip
def test_a_variable_with_several_values_makes_several_tests(tmp_path: Path, tests: Any, usual: Any, held: Any) -> None:
    made = asked_again(CASES, tests)
    made["config"]["defaultTest"] = usual
    found = item(gather(tmp_path, {"out.json": made}), "eval_results").facts
    assert (found.get("chosen"), found.get("dataset_samples")) == ("fewer" if held else None, held)
