"""Parameters of Inspect logs: what is kept of them, and what is masked or left out."""

import json

import pytest

from support.inspect_logs import facts_of, gather, log


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


def test_secrets_in_parameters_are_masked(tmp_path):
    key = "AKIA" + "Q3EGZ7KLM2XVPW5T"
    (tmp_path / "run.json").write_text(json.dumps(log(eval__task_args={"key": key})))
    gathered = gather(tmp_path)
    [item] = gathered.result.items
    assert key not in json.dumps(item.facts)
    assert all(key.encode() not in kept for kept in gathered.copies.values())
