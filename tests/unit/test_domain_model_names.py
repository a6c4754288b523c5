"""What pins a model to a version, and which names are of one model."""

import pytest

from tieout.domain.model_names import bare_model, is_pinned


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o-2024-08-06",
        "openai/gpt-4o-mini-2024-07-18",
        "gpt-4-0613",
        "claude-3-5-sonnet-20241022",
        "claude-3-5-sonnet@20240620",
        "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
        "gemini-1.5-pro-002",
        "ollama/llama3@sha256:" + "a" * 64,
        "org/model@" + "a" * 40,
        "triage-model:1.4.2",
        "mistral/mistral-large-2407",
        "cohere/rerank-english-v3.0",
        "bedrock/us.anthropic.claude-opus-4-6-v1",
        "vertex_ai/claude-haiku-4-5@20251001",
    ],
)
def test_pinned(name: str):
    assert is_pinned(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "gpt-4o",
        "openai/gpt-4.1",
        "gpt-4o-latest",
        "llama3:latest",
        "claude-3-5-sonnet-latest",
        "gpt-4-1106-preview",
        "models/latest",
        "gpt-4o-2024-08-06:latest",
        "gpt-4o-2024-08-06-current",
        "llama-3-8b",
        "embed-1024",
        "deepseek/deepseek-v3",
        "llava-v1.6-vicuna-7b-hf",
        "openai/*-2024-08-06",
        "llama3@sha256:0123456789abcdef",
        "openai/gpt-5.5",
        "embed-512",
        "model-2024",
        "model-2024-13-45",
        "model-9999",
        "model-1399",
        "2024-08-06/gpt-4o",  # the version of a folder
        "openai/",
        "v2/",
    ],
)
def test_not_pinned(name: str):
    assert not is_pinned(name)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("openai/gpt-4o-2024-08-06", "gpt-4o-2024-08-06", True),
        ("azure/openai/x", "bedrock/x ", True),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20", False),
        ("openai/", "bedrock/", False),
        ("openai/", "", False),
    ],
)
def test_names_of_one_model(one: str, other: str, same: bool):
    assert (bare_model(one) == bare_model(other)) is same
