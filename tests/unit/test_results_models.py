"""Models that a run of Inspect asked or counted, and how its samples were chosen."""

import json

import pytest

from support.inspect_logs import LOG, facts_of, gather, log


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
