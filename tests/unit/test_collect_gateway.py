"""What a gateway's routes mean together: another supplier or another name of one, what takes over, what is pinned."""

from pathlib import Path

import pytest

from support.collecting import in_folder, only_item, problems, source, write
from tieout.collectors.config import collect


def pair(tmp_path: Path, first: str, second: str, more: str = "{}") -> dict:
    """The first of two routes, `a` and `b`, of which `b` takes over from `a`; models or whole rows."""
    rows = [row if row.startswith("{") else f"{{model: {row}}}" for row in (first, second)]
    text = (
        f"model_list:\n- {{model_name: a, litellm_params: {rows[0]}}}\n- {{model_name: b, litellm_params: {rows[1]}}}\n"
        f"litellm_settings: {{fallbacks: [{{a: [b]}}]}}\nrouter_settings: {more}\n"
    )
    section = source("config", "sources/gateway.yaml", provides=("gateway_config",), format="litellm")
    return only_item(in_folder(collect, write(tmp_path, {"sources/gateway.yaml": text}), section)).facts["routes"][0]


@pytest.mark.parametrize(
    ("first", "second", "others", "unclear"),
    [
        ("azure/gpt-4o", "azure_ai/gpt-4o", [], []),
        ("azure/gpt-4o", "Azure-OpenAI/gpt-4o", [], []),
        ("bedrock/claude", "sagemaker/llama", [], []),
        ("vertex_ai/gemini-2.0", "gemini/gemini-2.0", [], []),
        ("vertex_ai/gemini-2.0", "google/gemini-2.0", [], []),
        ("openai/gpt-4o", "OpenAI/gpt-4o", [], []),
        ("cohere/command-r", "cohere_chat/command-r", [], []),
        ("mistral/mistral-large-2411", "codestral/codestral-2501", [], []),
        ("openai/gpt-4o", "openrouter/openai/gpt-4o", [], []),
        ("openrouter/openai/gpt-4o", "openai/gpt-4o", [], []),
        ("openrouter/openai/gpt-4o", "openrouter/anthropic/claude", [], []),
        ("openrouter/mistralai/x", "codestral/x", [], []),
        ("ollama/a", "hosted_vllm/b", [], []),
        ("gpt-4o", "claude", [], []),  # no provider is named, and none is guessed
        ("openai/gpt-4o", "claude", [], []),
        ("openai/gpt-4o", "azure/gpt-4o", ["azure"], []),
        ("openai/gpt-4o", "anthropic/claude", ["anthropic"], []),
        ("openai/gpt-4o", "ollama/llama3", ["ollama"], []),
        ("openai/gpt-4o", "openrouter/anthropic/claude", [], ["openrouter"]),
        ("openai/gpt-4o", "openrouter/meta-llama/llama", [], ["openrouter"]),
        ("openai/gpt-4o", "somebody/model", [], ["somebody"]),
        ("openai/gpt-4o", "{model: azure/gpt-4o, api_base: os.environ/A}", ["azure"], []),
        ("openai/gpt-4o", "{model: azure/gpt-4o, api_base: 'https://x.openai.azure.com'}", ["azure"], []),
        ("openai/gpt-4o", "{model: openai/llama, api_base: 'http://10.0.0.5'}", [], ["openai"]),
        ("openai/gpt-4o", "{model: anthropic/claude, api_base: 'https://api.openai.com/v1'}", [], []),
        ("openai/gpt-4o", "{model: openai/m, api_base: 'https://api.mistral.ai/v1'}", ["openai"], []),
        ("openai/gpt-4o", "{model: openai/m, base_url: 'https://notopenai.com/v1'}", [], ["openai"]),
        ("openai/gpt-4o", "{model: anthropic/claude, api_base: os.environ/A}", [], ["anthropic"]),
        ("openai/gpt-4o", "{model: hosted_vllm/m, api_base: 'https://api.example.com'}", [], ["hosted_vllm"]),
        ("openai/gpt-4o", "{model: hosted_vllm/m, api_base: 'http://10.0.0.5'}", ["hosted_vllm"], []),
        (
            "{model: openai/a, api_base: 'http://10.0.0.5/a'}",
            "{model: openai/b, api_base: 'http://10.0.0.5/b'}",
            [],
            [],
        ),
    ],
)
def test_another_supplier_is_told_from_another_name_and_from_one_not_known(
    tmp_path: Path, first: str, second: str, others: list[str], unclear: list[str]
):
    route = pair(tmp_path, first, second)
    assert route["fallbacks"] == ["b"]
    assert (route["other_providers"], route["unclear_providers"]) == (others, unclear)


@pytest.mark.parametrize(
    ("second", "more"),
    [
        ("anthropic/claude", "{disable_fallbacks: true}"),
        ("anthropic/claude", "{disable_fallbacks: os.environ/OFF}"),
        ("anthropic/claude", "{default_litellm_params: {disable_fallbacks: true}}"),
        ("anthropic/claude", "{max_fallbacks: 0}"),
        ("{model: anthropic/claude, rpm: 0}", "{}"),
        ("{model: anthropic/claude, max_budget: 0}", "{}"),
        ("{model: anthropic/claude, tpm: 0}", "{}"),
        ("{model: anthropic/claude, mock_response: all is well}", "{}"),
        ("voyage/voyage-3", "{}"),
        ("cohere/embed-english-v3.0", "{}"),
        ("cohere/rerank-english-v3.0", "{}"),
        ("{model: mistral/large}, model_info: {mode: embedding}", "{}"),
        ("{model: mistral/large}, model_info: {supported_environments: [staging, development]}", "{}"),
        ("{model: mistral/large}, model_info: {supported_environments: []}", "{}"),
    ],
)
def test_what_cannot_take_over_is_no_fallback(tmp_path: Path, second: str, more: str):
    route = pair(tmp_path, "openai/gpt-4o", second, more)
    assert (route["fallbacks"], route["other_providers"], route["unclear_providers"]) == ([], [], [])


@pytest.mark.parametrize(
    ("first", "second", "more"),
    [
        ("openai/gpt-4o", "anthropic/claude", "{disable_fallbacks: false, max_fallbacks: 5}"),
        ("openai/text-embedding-3-small", "voyage/voyage-3", "{}"),
        (
            "{model: openai/gpt-4o}, model_info: {mode: chat}",
            "{model: mistral/large}, model_info: {mode: responses}",
            "{}",
        ),
        ("openai/gpt-4o", "{model: anthropic/claude, rpm: 1}", "{}"),
        ("openai/gpt-4o", "{model: mistral/large}, model_info: {supported_environments: [staging, production]}", "{}"),
        ("openai/gpt-4o", "{model: mistral/large, tags: [paid]}", "{enable_tag_filtering: true}"),
        ("{model: openai/gpt-4o, tags: [paid]}", "{model: mistral/large, tags: [free]}", "{}"),
        (
            "{model: openai/gpt-4o, tags: [paid]}",
            "{model: mistral/large, tags: [free, paid]}",
            "{enable_tag_filtering: true}",
        ),
        (
            "{model: openai/gpt-4o, tags: [paid]}",
            "{model: mistral/large, tags: [default]}",
            "{enable_tag_filtering: true}",
        ),
        ("{model: openai/gpt-4o, tags: [paid]}", "mistral/large", "{enable_tag_filtering: false}"),
    ],
)
def test_what_does_the_same_work_may_take_over(tmp_path: Path, first: str, second: str, more: str):
    assert pair(tmp_path, first, second, more)["fallbacks"] == ["b"]


@pytest.mark.parametrize(
    ("second", "more"),
    [
        ("mistral/large", "{enable_tag_filtering: true}"),
        ("{model: mistral/large, tags: [free]}", "{enable_tag_filtering: true}"),
        ("{model: mistral/large, tags: free}", "{enable_tag_filtering: os.environ/FILTERED}"),
        ("{model: mistral/large, tags: [free]}, model_info: {enable_tag_filtering: true}", "{}"),
    ],
)
def test_a_route_without_the_tags_of_another_takes_none_of_its_requests(tmp_path: Path, second: str, more: str):
    route = pair(tmp_path, "{model: openai/gpt-4o, tags: [eu, paid]}", second, more)
    assert (route["fallbacks"], route["other_providers"], route["unclear_providers"]) == ([], [], [])


def test_why_a_fallback_is_out_of_reach_is_told_with_its_line(tmp_path: Path):
    rows = (
        "{model_name: a, litellm_params: {model: openai/gpt-4o, tags: [paid]}}",
        "{model_name: b, litellm_params: {model: m/large}, model_info: {supported_environments: [staging]}}",
        "{model_name: c, litellm_params: {model: cohere/command-r}}",
    )
    text = "model_list:\n" + "".join(f"  - {row}\n" for row in rows)
    text += "router_settings:\n  enable_tag_filtering: true\n  fallbacks:\n    - a: [b, c]\n"
    section = source("config", "sources/gateway.yaml", provides=("gateway_config",), format="litellm")
    gathered = in_folder(collect, write(tmp_path, {"sources/gateway.yaml": text}), section)
    told = problems(gathered, "not-counted")
    assert [problem.place.line for problem in told] == [8, 8]
    assert [problem.reason.removesuffix(" and does not count") for problem in told] == [
        "the fallback 'b' of 'a' is not loaded in production (only in staging)",
        "the fallback 'c' of 'a' does not serve requests with the tag 'paid', and these are filtered by tags,",
    ]


@pytest.mark.parametrize(
    ("row", "pinned_"),
    [
        ("{model: azure/prod-chat-2024-11-20}", False),
        ("{model: azure/prod-chat-2024-11-20, api_base: os.environ/A}", False),
        ("{model: openai/anything-2024-11-20, api_base: 'http://10.0.0.5:8000/v1'}", False),
        ("{model: openai/gpt-4o-2024-11-20, api_base: os.environ/A}", False),
        ("{model: openai/gpt-4o-2024-11-20, api_base: 'https://eu.api.openai.com/v1'}", True),
        ("{model: openai/gpt-4o-2024-11-20}", True),
        ("{model: gpt-4o-2024-11-20}", True),
        ("{model: openrouter/openai/gpt-4o-2024-11-20}", True),
        ("{model: somebody/gpt-4o-2024-11-20}", False),
        ("{model: sagemaker/my-endpoint-2024-11-20}", False),
        ("{model: ollama/llama3-v1.2.3}", False),
        ("{model: 'ollama/llama3@sha256:" + "a" * 64 + "'}", True),
        ("{model: azure/prod-chat}, model_info: {base_model: azure/gpt-4o-2024-11-20}", True),
        ("{model: azure/prod-chat-2024-11-20}, model_info: {base_model: azure/gpt-4o}", False),
        ("{model: openai/gpt-4o}, model_info: {base_model: gpt-4o-2024-11-20}", False),
        ("{model: openai/m, api_base: 'http://10.0.0.5'}, model_info: {base_model: mistral-large-2407}", True),
    ],
)
def test_a_name_of_ones_own_pins_nothing_but_the_declared_base_model_does(tmp_path: Path, row: str, pinned_: bool):
    assert pair(tmp_path, row, "anthropic/claude")["pinned"] is pinned_


def test_a_base_model_beside_a_suppliers_own_name_is_not_taken_for_it(tmp_path: Path):
    own = "{model: openai/gpt-4o-mini-2024-07-18}, model_info: {base_model: gpt-4o-2024-11-20}"
    assert "base_model" not in pair(tmp_path, own, "anthropic/claude")


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ("enabled: false", False),
        ("disabled: true", False),
        ("model_info: {active: false}", False),
        ('enabled: "${ON}"', False),
        ("enabled: true", True),
        ("disabled: false", True),
        ("model_info: {mode: chat}", True),
    ],
)
def test_a_route_that_says_it_is_off_does_not_take_over(tmp_path: Path, told: str, *, counts: bool):
    row = "{model: anthropic/claude}, " + told
    assert pair(tmp_path, "openai/gpt-4o", row)["other_providers"] == (["anthropic"] if counts else [])
