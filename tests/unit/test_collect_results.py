"""The results collector: Inspect logs in every state, packed or odd, and what other tools wrote."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.inspect_logs import LOG, facts_of, gather, log, problems
from tieout.kernel.errors import ConfigError

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


def test_a_finished_run_is_read_whole(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(LOG, indent=1))
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert item.facts == {
        "tool": "inspect",
        "tool_version": "0.3.285",
        "task": "triage",
        "status": "success",
        "model": "openai/gpt-4o",
        "output_tokens": 0,
        "simulated": False,
        "dataset": "evals/triage.jsonl",
        "dataset_samples": 4,
        "samples_total": 4,
        "samples_completed": 4,
        "started_at": "2026-11-20T09:00:00Z",
        "completed_at": "2026-11-20T09:05:00Z",
        "commit": "abc1234",
        "dirty": False,
        "parameters": {"model_generate_config": {"temperature": 0}, "task_args": {"split": "test"}},
        "metrics": [
            {"scorer": "match", "name": "accuracy", "value": 0.75, "n": 4, "successes": 3, "stderr": 0.25},
            {"scorer": "match", "name": "std", "value": 0.5, "n": 4},
        ],
    }
    assert item.effective.end == datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
    text = (tmp_path / "run.json").read_text().splitlines()
    assert '"accuracy": {' not in text[item.lines["/metrics/0"] - 1]
    assert '"value": 0.75' in text[item.lines["/metrics/0"] - 1]
    assert '"commit"' in text[item.lines["/commit"] - 1]
    assert (gathered.copies, item.copy_sha256) == ({}, None)  # a log holds inputs of samples: facts alone are kept


@pytest.mark.parametrize("status", ["error", "cancelled", "started"])
def test_a_run_that_did_not_finish_stays_without_figures(tmp_path, status):
    facts = facts_of(tmp_path, log(status=status))
    assert (facts["status"], facts["metrics"]) == (status, [])


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("error", "the run ended with status error and gives no figures"),
        ("cancelled", "the run ended with status cancelled and gives no figures"),
        ("started", "the run is recorded as started and not as ended, and gives no figures"),
    ],
)
def test_a_run_that_did_not_finish_is_told_at_its_line(tmp_path, status, words):
    text = json.dumps(log(status=status), indent=1)
    (tmp_path / "run.json").write_text(text)
    (tmp_path / "good.json").write_text(json.dumps(LOG))
    gathered = gather(tmp_path)
    assert len(gathered.result.items) == 2
    [problem] = gathered.result.problems
    assert (problem.status, problem.place.path, problem.reason) == ("not-counted", "run.json", words)
    assert status in text.splitlines()[problem.place.line - 1]


def test_many_files_that_are_no_results_are_one_row(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(LOG))
    for number in range(300):
        (tmp_path / f"m{number:03}.py").write_text("")
    [problem] = gather(tmp_path).result.problems
    assert problem.reason == (
        "each of 300 files here is not an Inspect log: m000.py, m001.py, m002.py, m003.py, m004.py and 295 more"
    )


def test_a_run_without_results_has_no_figures(tmp_path):
    data = log(status="error", samples=None)
    data["results"] = None
    data["stats"] = {"started_at": "", "completed_at": ""}
    (tmp_path / "run.json").write_text(json.dumps(data))
    [item] = gather(tmp_path).result.items
    assert (item.facts["metrics"], item.facts["samples_completed"], item.facts["samples_total"]) == ([], 0, 4)
    assert item.effective.basis == "eval.created of the log"


def test_a_recorded_digest_of_the_data_set_is_kept(tmp_path):
    facts = facts_of(tmp_path, log(eval__metadata={"dataset_sha256": "sha256:" + "a" * 64}))
    assert facts["dataset_sha256"] == "a" * 64
    assert "dataset_sha256" not in facts_of(tmp_path, log(eval__metadata={"dataset_sha256": "abc"}))


def test_an_invalidated_run_does_not_count(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(log(invalidated=True)))
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    assert "invalid" in problems(gathered, "not-counted")["run.json"]


def test_a_run_after_the_as_of_time_is_listed_and_not_counted(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(log(stats__completed_at="2026-11-25T00:00:00+00:00")))
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    assert problems(gathered, "after-as-of")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps(log(version=3)), "format version 3"),
        (json.dumps(log(status="done")), "unknown status"),
        (json.dumps(log(eval__task="")), "names no task"),
        ('{"eval": ', "is not valid JSON"),
        (json.dumps(log(results__scores__0__metrics__accuracy__value=float("nan"))), "NaN"),
    ],
)
def test_logs_that_cannot_be_read_say_why(tmp_path, text, words):
    (tmp_path / "run.json").write_text(text)
    gathered = gather(tmp_path)
    assert gathered.result.items == ()
    assert words in problems(gathered, "unreadable")["run.json"]
    assert gathered.result.problems[0].types == ("eval_results",)


@pytest.mark.parametrize(
    "changes",
    [
        {"results__scores": "x"},
        {"results__scores": [None, 1, {"name": 3, "metrics": {"a": 1, "b": {"value": "x"}}}]},
        {"samples": [None, 1, {"scores": []}, {"scores": {"match": 3}}]},
        {"stats": [], "results": 7, "eval__dataset": "d", "eval__revision": None, "eval__config": 1},
        {"stats__completed_at": "2026-11-20T10:00:00", "eval__created": 7},
    ],
)
def test_odd_shapes_never_crash_nor_count(tmp_path, changes):
    facts = facts_of(tmp_path, log(**changes))
    assert all("successes" not in metric or metric["successes"] == 3 for metric in facts["metrics"])


def test_packed_logs_say_how_to_export_them_unless_that_was_done(tmp_path):
    (tmp_path / "one.eval").write_bytes(b"PK\x03\x04" + b"\0" * 60)
    (tmp_path / "two.eval").write_bytes(b"PK\x03\x04" + b"\0" * 60)
    (tmp_path / "two.json").write_text(json.dumps(LOG))
    gathered = gather(tmp_path)
    assert "inspect log convert" in problems(gathered, "unreadable")["one.eval"]
    assert "two.json" in problems(gathered, "not-counted")["two.eval"]
    assert len(gathered.result.items) == 1


def test_results_below_test_or_example_folders_do_not_count_but_names_do_not_matter(tmp_path):
    for name in ("tests/run.json", "examples/run.json", "2026-11-20_demo_abc.json", "test_triage.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(LOG))
    gathered = gather(tmp_path)
    assert {item.provenance.path for item in gathered.result.items} == {"2026-11-20_demo_abc.json", "test_triage.json"}
    assert set(problems(gathered, "not-counted")) == {"tests/run.json", "examples/run.json"}


def test_an_unknown_format_is_a_configuration_error(tmp_path):
    with pytest.raises(ConfigError, match="no reader for results of format 'fax'"):
        gather(tmp_path, format_="fax")


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip(f"real outputs of the tools are not beside this repository: {SAMPLES.name}")
    return SAMPLES


def test_real_inspect_logs(samples):
    gathered = gather(samples / "inspect")
    failed, good = sorted((item.facts for item in gathered.result.items), key=lambda facts: facts["status"])
    assert (failed["status"], failed["metrics"]) == ("error", [])
    assert good["metrics"] == [
        {"scorer": "match", "name": "accuracy", "value": 2 / 3, "n": 3, "successes": 2, "stderr": 0.33333333333333337}
    ]
    assert [path.rpartition(".")[2] for path in problems(gathered, "unreadable")] == ["eval"]


@pytest.mark.parametrize(
    ("folder", "said"),
    [("promptfoo", "is a promptfoo result"), ("lmeval", "is an lm-eval result"), ("garak", "is a garak report")],
)
def test_real_outputs_of_other_tools_are_named_and_not_counted(samples, folder, said):
    gathered = gather(samples / folder)
    assert gathered.result.items == ()
    assert any(reason.startswith(said) for reason in problems(gathered, "not-counted").values())
    assert problems(gathered, "absent") == {"results": "no evaluation results are recorded here"}
