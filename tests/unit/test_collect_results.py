"""The results collector: Inspect logs in every state, figures that may be counted, and what other tools wrote."""

import copy
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.git_repositories import Repository
from tieout.collectors import results
from tieout.collectors.base import Commit, Request
from tieout.collectors.deciding import deciding
from tieout.config.model import SourceSection
from tieout.domain.collection import Period
from tieout.kernel.errors import ConfigError
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.reading.files import FolderView

AS_OF = datetime(2026, 11, 24, tzinfo=UTC)
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

LOG = {
    "version": 2,
    "status": "success",
    "eval": {
        "task": "triage",
        "model": "openai/gpt-4o",
        "created": "2026-11-20T09:00:00+00:00",
        "dataset": {"name": "triage", "location": "evals/triage.jsonl", "samples": 4},
        "revision": {"type": "git", "commit": "abc1234", "dirty": False},
        "packages": {"inspect_ai": "0.3.285"},
        "model_generate_config": {"temperature": 0},
        "task_args": {"split": "test"},
        "config": {"epochs": 1},
    },
    "results": {
        "total_samples": 4,
        "completed_samples": 4,
        "scores": [
            {
                "name": "match",
                "scorer": "match",
                "scored_samples": 4,
                "metrics": {
                    "accuracy": {"name": "accuracy", "value": 0.75},
                    "stderr": {"name": "stderr", "value": 0.25},
                    "std": {"name": "std", "value": 0.5},
                },
            }
        ],
    },
    "stats": {"started_at": "2026-11-20T09:00:00+00:00", "completed_at": "2026-11-20T10:05:00+01:00"},
    "samples": [{"id": at, "epoch": 1, "scores": {"match": {"value": value}}} for at, value in enumerate("CCIC")],
}


def log(**changes) -> dict:
    """The log above with values set at dotted paths (`None` removes)."""
    made = copy.deepcopy(LOG)
    for path, value in changes.items():
        *parents, last = path.split("__")
        holder = made
        for name in parents:
            holder = holder[int(name)] if isinstance(holder, list) else holder[name]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return made


def scored(*values, scorer="match") -> list:
    return [{"id": at, "epoch": 1, "scores": {scorer: {"value": value}}} for at, value in enumerate(values)]


def gather(folder: Path, *, format_="inspect", path="results", repositories=()):
    source = SourceSection(name="evaluations", kind="results", path=path, format=format_)
    period = Period(start=AS_OF - timedelta(days=90), end=AS_OF)
    view = FolderView(folder, path)
    return results.collect(
        Request(
            system_id="claims",
            source=source,
            view=view,
            prefix="",
            period=period,
            as_of=AS_OF,
            repositories=repositories,
        )
    )


def facts_of(tmp_path, data) -> dict:
    (tmp_path / "run.json").write_text(json.dumps(data))
    [item] = gather(tmp_path).result.items
    return item.facts


def problems(gathered, status):
    return {one.place.path: one.reason for one in gathered.result.problems if one.status == status}


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


@pytest.mark.parametrize(
    ("changes", "parameters"),
    [
        (
            {"plan": {"name": "plan", "config": {"temperature": 0.0, "max_tokens": 8, "max_connections": 1}}},
            {"plan_config": {"temperature": 0.0, "max_tokens": 8, "max_connections": 1}},
        ),
        ({"plan": {"name": "plan", "config": {"max_connections": 1, "max_retries": 2}}}, {}),
        ({"plan": {"name": "plan", "config": {"temperature": None}}}, {}),
        ({"plan": {"name": "plan"}}, {}),
        ({"plan": ["config"]}, {}),
    ],
)
def test_parameters_are_read_where_the_plan_says_them(tmp_path, changes, parameters):
    data = log(eval__model_generate_config={}, eval__task_args={}, **changes)
    (tmp_path / "run.json").write_text(json.dumps(data, indent=1))
    [item] = gather(tmp_path).result.items
    assert item.facts["parameters"] == parameters
    if parameters:
        text = (tmp_path / "run.json").read_text().splitlines()
        assert '"config": {' in text[item.lines["/parameters/plan_config"] - 1]


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


def accuracy(facts):
    return next(metric for metric in facts["metrics"] if metric["name"].endswith("accuracy"))


@pytest.mark.parametrize("values", [(1, 1, 0, 1), (1.0, 0.0, 1.0, 1.0), (True, True, False, True), ("C", 1, 0, True)])
def test_all_or_nothing_scores_are_counted(tmp_path, values):
    assert accuracy(facts_of(tmp_path, log(samples=scored(*values))))["successes"] == 3


@pytest.mark.parametrize(
    "values",
    [
        ("C", "C", "P", "P"),
        ("C", "C", "C", "N"),
        (0.5, 0.5, 1, 1),
    ],
)
def test_other_scores_are_never_assumed_to_be_all_or_nothing(tmp_path, values):
    found = accuracy(facts_of(tmp_path, log(samples=scored(*values))))
    assert "successes" not in found
    assert found["stderr"] == 0.25


def test_without_samples_only_known_scorers_are_trusted(tmp_path):
    known = log(samples=None)
    assert accuracy(facts_of(tmp_path, known))["successes"] == 3
    own = log(samples=None, results__scores__0__name="my_grader")
    assert "successes" not in accuracy(facts_of(tmp_path, own))
    partial = log(samples=None, results__scores__0__metrics__accuracy__value=0.7)
    assert "successes" not in accuracy(facts_of(tmp_path, partial))
    repeated = log(samples=None, eval__config__epochs=2)
    assert "successes" not in accuracy(facts_of(tmp_path, repeated))


def test_over_epochs_the_reduced_scores_count(tmp_path):
    reduced = [{"sample_id": at, "value": value} for at, value in enumerate((1.0, 1.0, 0.0, 1.0))]
    data = log(eval__config__epochs=3, reductions=[{"scorer": "match", "samples": reduced}])
    assert accuracy(facts_of(tmp_path, data))["successes"] == 3
    reduced[0]["value"], reduced[2]["value"] = 2 / 3, 1 / 3
    data["samples"] = None
    assert "successes" not in accuracy(facts_of(tmp_path, data))
    assert "successes" not in accuracy(facts_of(tmp_path, log(eval__config__epochs=3)))


def test_a_figure_that_its_own_samples_contradict_is_left_out(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(log(results__scores__0__metrics__accuracy__value=0.99)))
    gathered = gather(tmp_path)
    assert [metric["name"] for metric in gathered.result.items[0].facts["metrics"]] == ["std"]
    assert "recorded as 0.99, but the mean of its own samples is 0.75" in problems(gathered, "unreadable")["run.json"]


def reduced(*values, scorer="match") -> list:
    return [{"scorer": scorer, "samples": [{"sample_id": at, "value": value} for at, value in enumerate(values)]}]


ACCURACY = "results__scores__0__metrics__accuracy__value"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"samples": scored("C", "C", "C")}, "recorded over 4 samples, but 3 of the samples in the log have a score"),
        ({"samples": scored("C", "C", "C", "I", "I")}, "but 5 of the samples in the log have a score"),
        ({"samples": scored("C", "C", "C", None)}, "but 3 of the samples in the log have a score"),
        ({"samples": scored("C", "C", "C", "I", scorer="other")}, "but 0 of the samples in the log have a score"),
        ({"samples": [*scored("C", "C", "I"), *scored("C")]}, "1 of the samples in the log are in it more than once"),
        ({"samples": None, "reductions": reduced(1.0, 1.0, 1.0)}, "but 3 of the reduced scores in the log"),
        ({"samples": None, "results__scores__0__scored_samples": 240}, "over 240 samples, but the run had 4"),
        ({"samples": None, "eval__dataset__samples": 3}, "over 4 samples, but the run had 3"),
        ({"samples": None, "results__completed_samples": 2}, "over 4 samples, but the run had 2"),
        ({"samples": scored("C", "P", "I", "N")}, "but the mean of its own samples is 0.375"),
        ({"samples": scored(0.1, 0.2, 0.1, 0.2)}, "but the mean of its own samples is 0.15"),
        ({"samples": None, "reductions": reduced(1.0, 0.0, 0.0, 0.0)}, "but the mean of its own samples is 0.25"),
        ({"samples": None, ACCURACY: 1.5}, "which is no share from 0 to 1"),
        ({"samples": None, ACCURACY: -0.5}, "which is no share from 0 to 1"),
        ({"eval__config__epochs": 2, "samples": scored("C", "I", "I", "I")}, "mean of its own samples is 0.25"),
        ({"eval__config__epochs": 2, "samples": scored(1, 1, 0, 1) * 2}, "4 of the samples in the log are in it more"),
    ],
)
def test_a_headline_never_beats_its_own_samples(tmp_path, changes, words):
    (tmp_path / "run.json").write_text(json.dumps(log(**changes), indent=1))
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert "accuracy" not in [metric["name"] for metric in item.facts["metrics"]]
    [problem] = gathered.result.problems
    assert (problem.status, problem.types) == ("unreadable", ("eval_results",))
    assert words in problem.reason
    assert problem.place.line


def test_over_one_epoch_reduced_scores_count_where_samples_are_not_logged(tmp_path):
    data = log(samples=None, reductions=reduced(1.0, 1.0, 0.0, 1.0), results__scores__0__name="my_grader")
    data["reductions"][0]["scorer"] = "my_grader"
    assert accuracy(facts_of(tmp_path, data))["successes"] == 3


def test_scores_that_no_scorer_owns_are_not_passed_over(tmp_path):
    data = log(samples=None, reductions=reduced(0.0, 0.0, 0.0, 0.0, scorer="renamed"))
    found = accuracy(facts_of(tmp_path, data))
    assert "successes" not in found
    assert "stderr" not in found


@pytest.mark.parametrize("values", [(0.5, 1.0, 0.5, 1.0), ("C", "C", "P", "P")])
def test_a_standard_error_that_its_samples_do_not_bear_out_is_left_out(tmp_path, values):
    small = log(samples=scored(*values), results__scores__0__metrics__stderr__value=0.001)
    assert "stderr" not in accuracy(facts_of(tmp_path, small))
    unknown = log(samples=scored("A", "A", "B", "C"))
    assert "stderr" not in accuracy(facts_of(tmp_path, unknown))


@pytest.mark.parametrize(
    ("model", "simulated"),
    [
        ("mockllm/gpt-4o-2024-11-20", True),
        ("MockLLM/model", True),
        ("none/none", True),
        ("none", True),
        ("openai/mockllm", False),
        ("openai/gpt-4o", False),
    ],
)
def test_a_scripted_stand_in_is_told(tmp_path, model, simulated):
    facts = facts_of(tmp_path, log(eval__model=model))
    assert (facts["model"], facts["simulated"]) == (model, simulated)


@pytest.mark.parametrize(
    ("recorded", "kept"),
    [
        ("/srv/people/ada/claims/evals/triage.jsonl", "evals/triage.jsonl"),
        ("file:///home/ada/claims/evals/triage.jsonl", "evals/triage.jsonl"),
        (r"C:\Users\ada\evals\triage.jsonl", "evals/triage.jsonl"),
        ("~ada/claims/evals/triage.jsonl", "evals/triage.jsonl"),
        ("/home/ada/triage.jsonl", "triage.jsonl"),
        (r"C:\Users\ada\triage.jsonl", "triage.jsonl"),
        ("/Users/ada/evals/triage.jsonl", "evals/triage.jsonl"),
        ("evals/2026/triage.jsonl", "evals/2026/triage.jsonl"),
        ("cais/mmlu", "cais/mmlu"),
        ("s3://bucket/evals/deep/triage.jsonl", "s3://bucket/evals/deep/triage.jsonl"),
    ],
)
def test_paths_of_the_evaluating_machine_are_not_kept(tmp_path, recorded, kept):
    args = {"file": recorded, "files": [recorded], "mode": "/no_think"}
    facts = facts_of(tmp_path, log(eval__dataset__location=recorded, eval__task_args=args))
    assert facts["dataset"] == kept
    assert facts["parameters"]["task_args"] == {"file": kept, "files": [kept], "mode": "/no_think"}


def test_addresses_in_parameters_are_masked(tmp_path):
    facts = facts_of(tmp_path, log(eval__task_args={"run_by": "mailto:ada.king@insurer.example"}))
    assert facts["parameters"]["task_args"] == {"run_by": "mailto:⟨redacted:email-address⟩"}


def test_secrets_in_parameters_are_masked_by_their_names_at_any_depth(tmp_path):
    args = {
        "api_key": "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "judge_password": "horsebattery",
        "nested": {"client_secret": "plainwords", "list": [{"name": "DB_PASSWORD", "value": "x"}]},
        "extra": '{"token": "inner"}',
        "argv": ["--auth-token", "abc", "--limit", "10"],
        "max_tokens": "512",
        "token_limit": 9,
        "seed": 7,
        "dataset_sha256": "ab" * 32,
    }
    told = facts_of(tmp_path, log(eval__task_args=args))["parameters"]["task_args"]
    hidden = "⟨redacted:secret-by-name⟩"
    assert told == {
        **args,
        "api_key": hidden,
        "judge_password": hidden,
        "nested": {"client_secret": hidden, "list": [{"name": "DB_PASSWORD", "value": hidden}]},
        "extra": told["extra"],
        "argv": ["--auth-token", hidden, "--limit", "10"],
    }
    assert "inner" not in told["extra"]


SAID = "You are a clerk. The patient is John Q. Public, born 1970-01-01."


@pytest.mark.parametrize(
    "changes",
    [
        {"plan": {"config": {"system_message": SAID, "temperature": 0}}},
        {"eval__task_args": {"deep": {"messages": [{"role": "user", "content": SAID}]}, "temperature": 0}},
        {"eval__task_args": {"persona": "JohnQPublic", "temperature": 0}},
        {"eval__task_args": {"anything": SAID, SAID: 1, "temperature": 0}},
        {"eval__model_generate_config": {"userPrompt": SAID.replace(" ", "_"), "temperature": 0}},
    ],
)
def test_prompts_and_texts_are_left_out_and_marked(tmp_path, changes):
    facts = facts_of(tmp_path, log(**changes))
    assert "Public" not in json.dumps(facts)
    assert "text left out" in json.dumps(facts, ensure_ascii=False)
    assert '"temperature": 0' in json.dumps(facts)


def test_a_mark_tells_texts_apart_and_is_made_of_the_whole_log(tmp_path):
    args = {"one": SAID, "same": SAID, "other": SAID + "!"}
    told = facts_of(tmp_path, log(eval__task_args=args))["parameters"]["task_args"]
    assert told["one"] == told["same"] != told["other"]
    assert told["one"].startswith(f"⟨text left out: {len(SAID)} characters, mark ")
    again = facts_of(tmp_path, log(eval__task_args=args, eval__created="2026-11-01T00:00:00+00:00"))
    assert again["parameters"]["task_args"]["one"] != told["one"]  # nobody can try out names without the log


def test_a_standard_error_of_zero_bounds_nothing(tmp_path):
    data = log(
        samples=scored(0.5, 0.5, 0.5, 0.5),
        results__scores__0__metrics__accuracy__value=0.5,
        results__scores__0__metrics__stderr__value=0.0,
    )
    found = accuracy(facts_of(tmp_path, data))
    assert "stderr" not in found
    assert "successes" not in found


def test_no_sample_scored_is_zero_samples(tmp_path):
    data = log(samples=None, results__scores__0__scored_samples=0)
    found = accuracy(facts_of(tmp_path, data))
    assert found["n"] == 0
    assert "successes" not in found


def test_a_scorer_with_several_values_is_found_by_its_inner_name(tmp_path):
    samples = [
        {"id": at, "scores": {"grader": {"value": {"match": value, "tone": 0.4}}}}
        for at, value in enumerate((1, 1, 0, 1))
    ]
    assert accuracy(facts_of(tmp_path, log(samples=samples)))["successes"] == 3


def test_logs_of_version_one_with_a_single_scorer(tmp_path):
    data = log(version=1)
    data["results"] = {"scorer": {"name": "match"}, "metrics": {"accuracy": {"name": "accuracy", "value": 0.75}}}
    data["samples"] = [{"id": at, "score": {"value": value}} for at, value in enumerate("CCIC")]
    found = accuracy(facts_of(tmp_path, data))
    assert (found["scorer"], found["n"], found["successes"]) == ("match", 4, 3)


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


def test_secrets_in_parameters_are_masked(tmp_path):
    key = "AKIA" + "Q3EGZ7KLM2XVPW5T"
    (tmp_path / "run.json").write_text(json.dumps(log(eval__task_args={"key": key})))
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert key not in json.dumps(item.facts)
    assert all(key.encode() not in kept for kept in gathered.copies.values())


def test_an_unknown_format_is_a_configuration_error(tmp_path):
    with pytest.raises(ConfigError, match="no reader for results of format 'garak'"):
        gather(tmp_path, format_="garak")


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


@pytest.mark.parametrize(
    ("usage", "of_samples", "used", "simulated"),
    [
        ({}, {}, None, False),
        ({"openai/gpt-4o": {"total_tokens": 9}}, {}, ["openai/gpt-4o"], False),
        ({"mockllm/gpt-4o": {"total_tokens": 9}}, {}, ["mockllm/gpt-4o"], True),
        ({"openai/gpt-4o": {}, "mockllm/grader": {}}, {}, ["mockllm/grader", "openai/gpt-4o"], True),
        ({"openai/gpt-4o": {}}, {"MockLLM/x": {}}, ["MockLLM/x", "openai/gpt-4o"], True),
        ("a text", ["a list"], None, False),
    ],
)
def test_the_models_that_a_run_counts_the_use_of(tmp_path, usage, of_samples, used, simulated):
    samples = [{**one, "model_usage": of_samples} for one in LOG["samples"]]
    facts = facts_of(tmp_path, log(stats__model_usage=usage, samples=samples))
    assert (facts.get("models_used"), facts["simulated"]) == (used, simulated)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"eval__model_generate_config": {"extra_body": {"model": "gpt-4o-mini"}}}, ["gpt-4o-mini"]),
        ({"plan": {"config": {"extra_body": {"models": ["a/x", "b/y", 7]}}}}, ["a/x", "b/y"]),
        ({"eval__model_args": {"model": "gpt-4o-mini"}}, ["gpt-4o-mini"]),
        ({"eval__model_args": {"extra_body": {"model": "gpt-4o-mini"}}}, ["gpt-4o-mini"]),
        (
            {
                "samples": [
                    {
                        "id": at,
                        "events": [
                            {"event": "info", "config": {"extra_body": {"model": "no-call"}}},
                            {"event": "model", "config": {"extra_body": {"model": f"other-{at}"}}},
                        ],
                    }
                    for at in range(4)
                ]
            },
            ["other-0", "other-1", "other-2", "other-3"],
        ),
        # The very model that is named, whoever serves it, is no other.
        ({"eval__model_generate_config": {"extra_body": {"model": "gpt-4o"}}}, None),
        ({"eval__model_generate_config": {"extra_body": {"model": " ", "top_k": 3}}}, None),
        ({"eval__model_generate_config": {"extra_body": "model"}, "plan": 3, "eval__model_args": ["model"]}, None),
    ],
)
def test_other_models_that_the_settings_put_into_requests_are_read(tmp_path, changes, asked):
    assert facts_of(tmp_path, log(**changes)).get("models_asked") == asked


def test_a_model_that_the_settings_ask_for_has_its_line(tmp_path):
    made = log(eval__model_generate_config={"temperature": 0, "extra_body": {"model": "openai/other"}})
    (tmp_path / "run.json").write_text(json.dumps(made, indent=1))
    [item] = gather(tmp_path).result.items
    line = (tmp_path / "run.json").read_text().splitlines()[item.lines["/models_asked"] - 1]
    assert '"model": "openai/other"' in line


def test_the_use_of_models_has_its_line(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(log(stats__model_usage={"openai/other": {}}), indent=1))
    [item] = gather(tmp_path).result.items
    text = (tmp_path / "run.json").read_text().splitlines()
    assert '"model_usage"' in text[item.lines["/models_used"] - 1]
    assert '"model": "openai/gpt-4o"' in text[item.lines["/model"] - 1]


@pytest.mark.parametrize(
    ("held", "config", "chosen"),
    [
        (4, {}, None),
        (4, {"limit": 4}, None),
        (4, {"limit": 100}, None),
        (4, {"sample_id": [0, 1, 2, 3]}, None),
        (16, {"sample_id": ["a", "b", "c", "d"]}, "named"),
        (16, {"sample_id": "a*", "limit": 4, "sample_shuffle": 7}, "named"),
        (16, {"limit": 4}, "first"),
        (16, {"limit": [4, 8]}, "first"),
        (16, {"limit": 4, "sample_shuffle": 7}, "random"),
        (16, {"limit": 4, "sample_shuffle": 0}, "random"),
        (16, {"limit": 4, "sample_shuffle": True}, "first"),
        (16, {}, "fewer"),
        (None, {}, None),
        (None, {"limit": 4}, "first"),
    ],
)
def test_how_the_samples_were_chosen(tmp_path, held, config, chosen):
    facts = facts_of(tmp_path, log(eval__dataset__samples=held, eval__config={"epochs": 1, **config}))
    assert facts.get("chosen") == chosen
    assert facts.get("dataset_samples") == held


def test_epochs_ask_the_same_samples_again(tmp_path):
    samples = [{"id": at, "epoch": epoch, "scores": {}} for at in range(4) for epoch in (1, 2)]
    asked_twice = log(
        eval__config={"epochs": 2}, results__total_samples=8, results__completed_samples=8, samples=samples
    )
    facts = facts_of(tmp_path, asked_twice)
    assert (facts["samples_total"], facts["epochs"], facts.get("chosen")) == (8, 2, None)


@pytest.mark.parametrize(
    ("origin", "kept"),
    [
        ("https://me:secret@git.example/team/app.git?x=1", "git.example/team/app.git"),
        ("git@git.example:team/app.git", "git.example:team/app.git"),
        ("/home/me/work/app", "work/app"),
        ("", None),
        (None, None),
    ],
)
def test_the_origin_of_a_revision_names_nobody(tmp_path, origin, kept):
    facts = facts_of(tmp_path, log(eval__revision={"type": "git", "commit": "abc1234", "origin": origin}))
    assert facts.get("origin") == kept


def test_the_revision_is_looked_up_in_the_repositories(tmp_path):
    repository = Repository(tmp_path / "r")
    first = repository.commit("one")
    repository.git("checkout", "-q", "-b", "side")
    side = repository.commit("two")
    repository.git("checkout", "-q", "main")
    last = repository.commit("three")
    found = {}
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=last, committed_at=AS_OF),)
        for revision in (first[:7], last.upper(), side[:9], "0000000", first[:6], "main", "--all", " "):
            folder = tmp_path / "results"
            folder.mkdir(exist_ok=True)
            (folder / "run.json").write_text(json.dumps(log(eval__revision__commit=revision)))
            [item] = gather(folder, repositories=commits).result.items
            found[revision] = [item.facts.get(name) for name in ("commit_found", "commit_id", "commit_at")]
    assert found == {
        first[:7]: ["reached", first, "2026-01-01T00:00:00Z"],
        last.upper(): ["reached", last, "2026-01-03T00:00:00Z"],
        side[:9]: ["elsewhere", None, None],
        "0000000": ["unknown", None, None],
        first[:6]: ["unshown", None, None],
        "main": ["unknown", None, None],  # a name that moves is no revision
        "--all": ["unknown", None, None],
        " ": [None, None, None],
    }


def test_prompts_and_gateways_that_were_changed_after_the_revision_are_named(tmp_path):
    repository = Repository(tmp_path / "r")
    first = repository.commit("one", {"prompts/a.md": "old", "conf/routes.yaml": "a: 1", "src/app.py": "1"})
    second = repository.commit("two", {"prompts/a.md": "new", "src/app.py": "2"})
    third = repository.commit("three", {"conf/routes.yaml": "a: 2", "docs/prompts/a.md": "x", "prompts/b.md": "x"})
    last = repository.commit("four", {"README.md": "x"})
    found = {}
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=last, committed_at=AS_OF, gateways=("conf/*.yaml",)),)
        for revision in (first, second, third, last, "0000000"):
            folder = tmp_path / "results"
            folder.mkdir(exist_ok=True)
            (folder / "run.json").write_text(json.dumps(log(eval__revision__commit=revision)))
            [item] = gather(folder, repositories=commits).result.items
            found[revision] = item.facts.get("changed_since")
    assert found == {
        first: ["conf/routes.yaml", "prompts/a.md", "prompts/b.md"],
        second: ["conf/routes.yaml", "prompts/b.md"],
        third: [],
        last: [],
        "0000000": None,
    }


@pytest.mark.parametrize(
    ("path", "decides"),
    [
        ("prompts/triage.md", True),
        ("app/Prompts/triage_template.txt", True),
        ("deploy/litellm-config.yaml", True),
        ("ops/gateway.yaml", True),
        ("guardrails.json", True),
        ("conf/routes.yaml", True),
        ("conf.d/routes.yaml", False),
        ("tests/prompts/a.md", False),
        ("docs/prompts/a.md", False),
        ("src/promptly/a.md", False),
        ("src/gateway.py", False),
    ],
)
def test_which_files_decide_answers(path, decides):
    assert deciding([path], ["conf"]) == ([path] if decides else [])


def test_the_data_file_of_the_revision_is_the_one_compared(tmp_path):
    repository = Repository(tmp_path / "r")
    none = repository.commit("no data")
    old = repository.commit("data", {"evals/triage.jsonl": '{"a": 1}\n\n{"a": 2}\n'})
    last = repository.commit("other data", {"evals/triage.jsonl": "x\n"})
    found = {}
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=last, committed_at=AS_OF),)
        relative, absolute = "evals/triage.jsonl", "/a/evals/triage.jsonl"
        for revision, place in ((none, relative), (old, absolute), (last, relative)):
            folder = tmp_path / "results"
            folder.mkdir(exist_ok=True)
            told = log(eval__revision__commit=revision, eval__dataset__location=place)
            (folder / "run.json").write_text(json.dumps(told))
            [item] = gather(folder, repositories=commits).result.items
            names = ("dataset_then", "dataset_then_sha256", "dataset_then_records")
            found[revision] = [item.facts.get(name) for name in names]
        (folder / "run.json").write_text(json.dumps(log(eval__revision__commit=old, eval__dataset__location="hf/else")))
        [elsewhere] = gather(folder, repositories=commits).result.items
    assert found == {
        none: ["absent", None, None],
        old: ["held", hashlib.sha256(b'{"a": 1}\n\n{"a": 2}\n').hexdigest(), 2],
        last: ["held", hashlib.sha256(b"x\n").hexdigest(), 1],
    }
    assert "dataset_then" not in elsewhere.facts


@pytest.mark.parametrize(
    ("changes", "tokens"),
    [
        ({"stats__model_usage": {"openai/gpt-4o": {"input_tokens": 9, "output_tokens": 5}}}, 5),
        ({"stats__model_usage": {"openai/gpt-4o": {"total_tokens": 7}}}, 7),
        ({"stats__model_usage": {"openai/gpt-4o": {"output_tokens": 0, "total_tokens": 7}}}, 0),
        ({"stats__model_usage": {"a/grader": {"output_tokens": 5}}}, 0),
        ({"stats__model_usage": {}}, 0),
        ({"stats__model_usage": {"openai/gpt-4o": {"output_tokens": "many"}}}, 0),
        ({"samples": [{"model_usage": {"openai/gpt-4o": {"output_tokens": 2}}}] * 2}, 4),
    ],
)
def test_tokens_of_answers_are_those_of_the_model_that_is_named(tmp_path, changes, tokens):
    assert facts_of(tmp_path, log(**changes))["output_tokens"] == tokens


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, None),
        ({"eval__model_base_url": "https://api.openai.com/v1"}, "supplier"),
        ({"eval__model_base_url": "https://desk.openai.azure.com/"}, "supplier"),
        ({"eval__model_base_url": "http://localhost:9999/v1"}, "elsewhere"),
        ({"eval__model_base_url": "http://api.openai.com/v1"}, "elsewhere"),  # anyone between may answer
        ({"eval__model_base_url": "https://api.openai.com.example/v1"}, "elsewhere"),
        ({"eval__model_base_url": "https://myopenai.com/v1"}, "elsewhere"),
        ({"eval__model_base_url": "https://api.openai.com@localhost/v1"}, "elsewhere"),
        ({"eval__model_base_url": "https://[/v1"}, "elsewhere"),
        ({"eval__model_base_url": 7}, "elsewhere"),
        ({"eval__model_args": {"base_url": "http://10.0.0.1/v1"}}, "elsewhere"),
    ],
)
def test_an_address_that_the_run_was_told_to_ask_is_placed(tmp_path, changes, asked):
    assert facts_of(tmp_path, log(**changes)).get("asked") == asked


def test_a_history_that_is_cut_shows_no_revision_to_be_none_of_it(tmp_path):
    repository = Repository(tmp_path / "r")
    first = repository.commit("one")
    repository.commit("two")
    shallow = tmp_path / "shallow"
    repository.git("clone", "-q", "--depth=1", repository.folder.as_uri(), str(shallow))
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "run.json").write_text(json.dumps(log(eval__revision__commit=first)))
    with Quarantine.open(shallow, uri="r") as quarantine:
        commits = (Commit(quarantine=quarantine, id=quarantine.resolve(""), committed_at=AS_OF),)
        [item] = gather(tmp_path / "results", repositories=commits).result.items
    assert (item.facts["commit_found"], "commit_at" in item.facts) == ("unshown", False)
