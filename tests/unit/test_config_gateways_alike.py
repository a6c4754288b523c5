"""The same targets in each gateway's own words: what takes over, from whom, and what is pinned, is judged alike."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from support.odd_places import collected, routes

Target = tuple[str, str, str]


def litellm(first: Target, second: Target) -> str:
    rows = "".join(
        f"  - model_name: {name}\n    litellm_params:\n      model: {provider}/{model}\n"
        + (f"      api_base: {address}\n" if address else "")
        for name, (provider, model, address) in (("first", first), ("second", second))
    )
    return f"model_list:\n{rows}litellm_settings:\n  fallbacks: [{{first: [second]}}]\n"


def portkey(first: Target, second: Target) -> str:
    targets = [
        {
            "name": name,
            "provider": {"azure": "azure-openai", "vertex_ai": "vertex-ai"}.get(provider, provider),
            "override_params": {"model": model},
            **({"custom_host": address} if address else {}),
        }
        for name, (provider, model, address) in (("first", first), ("second", second))
    ]
    return json.dumps({"strategy": {"mode": "fallback"}, "targets": targets})


def kong(first: Target, second: Target) -> str:
    rows = "".join(
        f"        - weight: {weight}\n          model:\n            provider: "
        f"{'gemini' if provider == 'vertex_ai' else provider}\n            name: {model}\n"
        + (f"            options: {{upstream_url: '{address}'}}\n" if address else "")
        for weight, (provider, model, address) in ((9, first), (1, second))
    )
    return (
        '_format_version: "3.0"\nplugins:\n  - name: ai-proxy-advanced\n    config:\n'
        f"      balancer: {{algorithm: priority}}\n      targets:\n{rows}"
    )


PRODUCTS: dict[str, Callable[[Target, Target], str]] = {
    "litellm.yaml": litellm,
    "portkey.json": portkey,
    "kong.yaml": kong,
}
OPENAI = ("openai", "gpt-4o-2024-11-20", "")
BEDROCK = ("bedrock", "anthropic.claude-3-5-sonnet-20241022-v2:0", "")


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        (OPENAI, BEDROCK, True),
        (OPENAI, ("openai", "gpt-4o-mini-2024-07-18", ""), False),
        (OPENAI, ("azure", "own", ""), True),
        (OPENAI, ("openai", "m", "https://models.example.com/v1"), None),
        (OPENAI, ("openai", "m", "https://api.anthropic.com/v1"), True),
        (("openai", "m", "https://one.example.com/v1"), ("openai", "m", "https://one.example.com/v2"), False),
        (OPENAI, ("somebody", "m", ""), None),
        (("anthropic", "claude", ""), ("vertex_ai", "gemini-1.5-pro-002", ""), True),
    ],
)
def test_another_supplier_is_one_whatever_the_gateway(
    tmp_path: Path, name: str, first: Target, second: Target, apart: bool | None
) -> None:
    found = routes(collected(tmp_path, {name: PRODUCTS[name](first, second)}, path=name))
    asked = next(iter(found.values()))
    told = ("other" if asked.get("other_providers") else None, "unclear" if asked.get("unclear_providers") else None)
    assert asked["fallbacks"]
    assert told == ("other" if apart else None, "unclear" if apart is None else None)


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize(
    ("target", "pinned"),
    [
        (OPENAI, True),
        (BEDROCK, True),
        (("openai", "gpt-4o", ""), False),
        (("openai", "gpt-4o-latest", ""), False),
        (("openai", "gpt-4o-2024-11-20", "https://api.openai.com/v1"), True),
        (("openai", "gpt-4o-2031-01-01", ""), False),
    ],
)
def test_a_version_is_pinned_whatever_the_gateway(tmp_path: Path, name: str, target: Target, pinned: bool) -> None:
    found = routes(collected(tmp_path, {name: PRODUCTS[name](target, OPENAI)}, path=name))
    assert next(iter(found.values()))["pinned"] is pinned


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize(
    "target",
    [
        ("azure", "gpt-4o-2024-11-20", ""),
        ("azure", "prod-chat", ""),
        ("openai", "gpt-4o-2024-11-20", "https://own.example.com"),
        ("ollama", "llama3-v1.2.3", ""),
    ],
)
def test_of_a_name_of_ones_own_no_gateway_says_no_where_its_file_has_no_place_for_the_version(
    tmp_path: Path, name: str, target: Target
) -> None:
    found = routes(collected(tmp_path, {name: PRODUCTS[name](target, OPENAI)}, path=name))
    # LiteLLM's file has a place for the base model, and it is empty.
    assert next(iter(found.values())).get("pinned") is (False if "litellm" in name.lower() else None)
