"""Results of lm-evaluation-harness: figures, counts that are proved, models, and what a file does not say."""

import math
from pathlib import Path

import pytest

from support.tool_documents import LM_EVAL
from support.tool_results import changed, gather, is_told, item, items, told


def facts(folder: Path, document: dict) -> dict:
    return item(gather(folder, {"run.json": document}), "eval_results").facts


def test_a_task_is_read_whole(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"run.json": LM_EVAL})
    found = item(gathered, "eval_results")
    assert {key: found.facts[key] for key in ("tool", "tool_version", "task", "status", "model", "simulated")} == {
        "tool": "lm-eval",
        "tool_version": "0.4.13",
        "task": "triage",
        "status": "success",
        "model": "openai/gpt-4o-2024-08-06",
        "simulated": False,
    }
    assert (found.facts["dataset"], found.facts["dataset_sha256"]) == ("evals/triage.jsonl", "a" * 64)
    assert found.facts["metrics"] == [
        {"scorer": "none", "name": "acc", "value": 5 / 6, "n": 6, "successes": 5, "stderr": 1 / 6}
    ]
    assert found.facts["started_at"] == "2026-11-22T23:02:37.500000Z"
    assert found.facts["completed_at"] == "2026-11-22T23:02:57.500000Z"
    line = (tmp_path / "run.json").read_text().splitlines()[found.lines["/metrics/0"] - 1]
    assert '"acc,none"' in line
    assert told(gathered) == []


@pytest.mark.parametrize(
    ("value", "error", "n", "successes"),
    [
        (0.75, math.sqrt(0.75 * 0.25 / 3), 4, 3),
        (0.75, 0.2, 4, None),  # other values than 0 and 1 have the same mean
        (0.7, math.sqrt(0.7 * 0.3 / 3), 4, None),  # no whole number of four
        (1.0, 0.0, 4, 4),
        (0.0, 0.0, 4, 0),
        (0.75, "N/A", 4, None),
        (1.5, 0.1, 4, None),
        (1.0, "N/A", 1, 1),
    ],
)
def test_successes_are_counted_only_where_the_file_proves_them(tmp_path, value, error, n, successes) -> None:
    row = {"sample_len": n, "acc,none": value, "acc_stderr,none": error}
    made = changed(changed(LM_EVAL, "results", "triage", to=row), "n-samples", "triage", "effective", to=n)
    [metric] = facts(tmp_path, made)["metrics"]
    assert metric.get("successes") == successes


def test_a_metric_of_unknown_scale_has_no_successes(tmp_path: Path) -> None:
    row = {"sample_len": 4, "bleu,none": 0.75, "bleu_stderr,none": 0.25}
    made = changed(changed(LM_EVAL, "results", "triage", to=row), "n-samples", "triage", "effective", to=4)
    [metric] = facts(tmp_path, made)["metrics"]
    assert (metric.get("successes"), metric["stderr"]) == (None, 0.25)


@pytest.mark.parametrize(
    ("kind", "arguments", "model", "asked"),
    [
        ("openai-chat-completions", "model=gpt-4o", "openai/gpt-4o", None),
        ("openai-chat-completions", "model=gpt-4o,base_url=http://localhost:8000/v1", "openai/gpt-4o", "elsewhere"),
        ("openai-completions", {"model": "x", "base_url": "https://api.openai.com/v1"}, "openai/x", "supplier"),
        ("local-chat-completions", "model=gpt-4o", "local-chat-completions/gpt-4o", "elsewhere"),
        ("hf", f"pretrained=a/b,revision={'c' * 40}", f"hf/a/b@{'c' * 40}", None),
        ("hf", "pretrained=a/b,revision=main", "hf/a/b", None),
        ("hf", "pretrained=/home/ann/models/b", "hf/models/b", None),
        ("hf", "", None, None),
    ],
)
def test_the_model_and_who_was_asked(tmp_path, kind, arguments, model, asked) -> None:
    made = changed(changed(LM_EVAL, "config", "model", to=kind), "config", "model_args", to=arguments)
    found = facts(tmp_path, changed(made, "model_name", to="scratch"))
    assert (found.get("model"), found.get("asked"), found["simulated"]) == (model, asked, False)


def test_a_stand_in_is_simulated_and_a_blank_model_is_told(tmp_path: Path) -> None:
    dummy = changed(changed(LM_EVAL, "config", "model", to="dummy"), "config", "model_args", to={})
    assert facts(tmp_path / "a", dummy)["simulated"] is True
    blank = changed(changed(LM_EVAL, "config", "model_args", to=""), "model_name", to=" ")
    gathered = gather(tmp_path / "b", {"run.json": blank})
    assert "model" not in item(gathered, "eval_results").facts
    assert is_told(gathered, "does not record the model")


def test_a_limited_run_says_so(tmp_path: Path) -> None:
    made = changed(changed(LM_EVAL, "n-samples", "triage", "original", to=60), "config", "limit", to=6)
    found = facts(tmp_path, made)
    assert (found["chosen"], found["samples_total"], found["dataset_samples"]) == ("first", 6, 60)


def test_counts_that_contradict_each_other_leave_the_figures_out(tmp_path: Path) -> None:
    gathered = gather(tmp_path, {"run.json": changed(LM_EVAL, "results", "triage", "sample_len", to=600)})
    assert item(gathered, "eval_results").facts["metrics"] == []
    assert any("over 600 samples and over 6" in reason for reason in told(gathered, "unreadable"))


def test_a_task_without_a_number_of_samples_has_no_figure(tmp_path: Path) -> None:
    made = changed(changed(LM_EVAL, "n-samples"), "results", "triage", "sample_len")
    gathered = gather(tmp_path, {"run.json": made})
    assert item(gathered, "eval_results").facts["metrics"] == []
    assert is_told(gathered, "does not record how many samples")
    assert is_told(gathered, "gives no figure with a number of samples")


def test_groups_are_told_and_their_tasks_are_read(tmp_path: Path) -> None:
    made = changed(LM_EVAL, "results", "all", to={"acc,none": 0.9, "acc_stderr,none": 0.1})
    made["groups"] = {"all": {}}
    gathered = gather(tmp_path, {"run.json": made})
    assert [one.facts["task"] for one in items(gathered, "eval_results")] == ["triage"]
    assert is_told(gathered, "the group 'all' sums up tasks")


def test_instructions_are_marked_and_not_kept(tmp_path: Path) -> None:
    made = changed(LM_EVAL, "system_instruction", to="You are a secret helper of patients")
    assert "secret helper" not in str(facts(tmp_path, made)["parameters"])
    assert "text left out" in facts(tmp_path, made)["parameters"]["system_instruction"]


def test_the_revision_behind_a_tag(tmp_path: Path) -> None:
    assert facts(tmp_path, changed(LM_EVAL, "git_hash", to="v1.2-3-gabc1234d"))["commit"] == "abc1234d"


def test_the_real_sample(shared: Path) -> None:
    gathered = gather(shared / "samples" / "lmeval")
    found = item(gathered, "eval_results").facts
    assert (found["model"], found["simulated"], found["metrics"][0]["successes"]) == ("dummy", True, 5)
    assert "commit" not in found
    assert is_told(gathered, "is a file of samples of lm-eval")
