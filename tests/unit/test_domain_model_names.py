"""What pins a model to a version, and which names are of one model."""

from datetime import date

import pytest

from tieout.domain.model_names import bare_model, has_known_provider, is_pinned, version_date


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o-2024-08-06",
        "bedrock/arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
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
        "bedrock/anthropic.claude-3-haiku-20240307-v1:0:48k",
        "gpt-4-1106-preview",
        "gpt-4-0125-preview",
        "gpt-3.5-turbo-0125",
        "gpt-4o-realtime-preview-2024-12-17",
        "gemini-2.5-pro-preview-05-06",
        "gemini-2.5-flash-preview-09-2025",
        "command-r-08-2024",
        "grok-4-0709",
        "deepseek/deepseek-v3-0324",
        "kimi-k2-0711-preview",
        "qwen3-235b-a22b-2507",
        "ft:gpt-4o-mini-2024-07-18:team::7p4lURel",
        "llama3:latest@sha256:" + "a" * 64,  # the digest decides, as it does for whoever pulls it
    ],
)
def test_pinned(name: str):
    assert is_pinned(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "gpt-4o",
        "x-2024-02-31",
        "gpt-4o-20240230",
        "gpt-4-0231",
        "bedrock/arn:aws:bedrock:eu-west-1:1:prompt-router/cheapest-v1",
        "arn:aws:bedrock:eu-west-1:1:application-inference-profile/x-2024-05-01",
        "openai/gpt-4.1",
        "gpt-4o-latest",
        "llama3:latest",
        "claude-3-5-sonnet-latest",
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
        "prod-2024-01-01-autoupdate",
        "gpt-4o-auto-2024-08-06",
        "gpt-4o-2024-08-06-whatever",
        "claude-latest@1.0.0",
        "gpt-5-nightly-v1.0",
        "gpt-4-turbo-preview",
        "model-1201",
        "openai/anything-1201",
        "my-gpt-0613",
        "gpt-embed-1024",
        "ft:gpt-4o:team::7p4lURel",
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


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("openai/gpt-4o-2024-11-20", True),
        ("OpenAI/azure/gpt-4o-2024-11-20", True),
        ("bedrock/anthropic.claude-3-haiku-20240307-v1:0", True),
        ("stub/gpt-4o-2024-11-20", False),
        ("gpt-4o-2024-11-20", False),
        ("openai", False),
        ("vllm/gpt-4o-2024-11-20", False),  # whoever runs the server chose the name
        ("vllm/own@sha256:" + "a" * 64, True),
    ],
)
def test_a_known_provider_stands_before_the_name(name, known):
    assert has_known_provider(name) is known


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("azure/gpt-4o-2099-01-01", date(2099, 1, 1)),
        ("bedrock/anthropic.claude-3-haiku-20240307-v1:0", date(2024, 3, 7)),
        ("command-r-08-2024", date(2024, 8, 1)),
        ("mistral-large-2407", date(2024, 7, 1)),
        ("ft:gpt-4o-2024-08-06:team::id", date(2024, 8, 6)),
        ("gpt-4-0613", None),
        ("gpt-4o", None),
    ],
)
def test_the_date_of_a_version(name: str, day: date | None):
    assert version_date(name) == day
