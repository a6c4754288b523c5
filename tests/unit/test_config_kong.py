"""Kong's AI plugins: routes, what takes over, limits and guardrails, in declarative files."""

from pathlib import Path

import pytest
import yaml

from support.collecting import line_text
from support.odd_places import collected, guards, routes, survives_each_odd_value, told

KONG = """\
_format_version: "3.0"
services:
  - name: llm
    url: http://localhost:32000
    routes:
      - name: chat
        paths: [/chat]
        plugins:
          - name: ai-proxy-advanced
            config:
              balancer:
                algorithm: priority
                retries: 3
                read_timeout: 30000
                failover_criteria: [error, timeout, http_500, http_503, non_idempotent]
              targets:
                - route_type: llm/v1/chat
                  weight: 90
                  auth: {header_name: Authorization, header_value: Bearer sk-proj-Zx81kQpLm20VbNcRtYwEa73D}
                  model: {provider: openai, name: gpt-4o-2024-11-20}
                - route_type: llm/v1/chat
                  weight: 10
                  model: {provider: anthropic, name: claude-3-5-sonnet-20241022}
    plugins:
      - name: ai-prompt-guard
        config: {deny_patterns: [".*password.*"]}
      - name: ai-sanitizer
        enabled: false
        config: {anonymize: [all]}
      - name: ai-rate-limiting-advanced
        config:
          identifier: consumer
          llm_providers:
            - {name: openai, limit: [1000, 5000], window_size: [60, 3600]}
plugins:
  - name: ai-semantic-cache
    config: {cache_ttl: 60}
  - name: ai-azure-content-safety
    consumer: partner
    config: {guarding_mode: BOTH}
"""


def plugin(text: str) -> str:
    """A declarative file with one plugin for every request."""
    return f'_format_version: "3.0"\nplugins:\n  - name: ai-proxy-advanced\n    config:\n{text}'


def balanced(*targets: str, balancer: str = "{}") -> str:
    lines = "".join(f"        - {one}\n" for one in targets)
    return plugin(f"      balancer: {balancer}\n      targets:\n{lines}")


def aim(provider: str, model: str, more: str = "") -> str:
    return f"{{model: {{provider: {provider}, name: {model}}}{more}}}"


TWO = (aim("openai", "gpt-4o"), aim("cohere", "command-r"))


def test_targets_in_their_order_of_priority_with_limits_and_lines(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"kong/kong.yaml": KONG})
    assert routes(gathered) == {
        "route 'chat', target 1": {
            "name": "route 'chat', target 1",
            "model": "gpt-4o-2024-11-20",
            "provider": "openai",
            "external": True,
            "mode": "chat",
            "pinned": True,
            "fallbacks": ["route 'chat', target 2"],
            "other_providers": ["anthropic"],
            "timeout_seconds": 30.0,
            "token_limit": 1000,
            "token_limit_seconds": 60.0,
            "limit_per": "consumer",
        },
        "route 'chat', target 2": {
            "name": "route 'chat', target 2",
            "model": "claude-3-5-sonnet-20241022",
            "provider": "anthropic",
            "external": True,
            "mode": "chat",
            "pinned": True,
            "timeout_seconds": 30.0,
            "spare": True,
        },
    }
    item = next(item for item in gathered.result.items if item.type == "gateway_config")
    assert (item.facts["product"], item.facts["cache"]) == ("Kong AI Gateway", True)
    expected = {
        "/cache": "- name: ai-semantic-cache",
        "/routes/0/model": "model: {provider: openai, name: gpt-4o-2024-11-20}",
        "/routes/0/timeout_seconds": "read_timeout: 30000",
        "/routes/0/other_providers/0": "algorithm: priority",
        "/routes/0/token_limit": "- {name: openai, limit: [1000, 5000], window_size: [60, 3600]}",
        "/routes/1/spare": "weight: 10",
    }
    assert {pointer: line_text(gathered, item, pointer).strip() for pointer in expected} == expected


def test_plugins_that_check_are_guardrails_and_those_switched_off_are_none(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"kong.yaml": KONG})
    assert guards(gathered) == [
        {
            "name": "ai-prompt-guard of service 'llm'",
            "against": "other",
            "stages": ["input"],
            "action": "block",
            "always_on": True,
        },
        {
            "name": "ai-azure-content-safety of consumer 'partner'",
            "against": "harmful-content",
            "stages": ["input", "output"],
            "action": "block",
            "always_on": False,
        },
    ]
    assert (28, "the plugin 'ai-sanitizer' of service 'llm' is switched off, so it does not count") in told(gathered)


@pytest.mark.parametrize(
    ("config", "row"),
    [
        ("name: ai-sanitizer\n    config: {block_if_detected: true}", ("personal-data", ["input"], "block")),
        ("name: ai-sanitizer\n    config: {sanitization_mode: OUTPUT}", ("personal-data", ["output"], "mask")),
        ("name: ai-aws-guardrails\n    config: {allow_masking: true}", ("other", ["input"], None)),
        ("name: ai-lakera-guard\n    config: {guarding_mode: $X}", ("prompt-injection", [], "block")),
        (
            "name: ai-semantic-prompt-guard\n    config: {rules: {allow_prompts: [claims]}}",
            ("off-topic", ["input"], "block"),
        ),
        (
            "name: ai-prompt-guard\n    instance_name: no-pii\n    config: {deny_patterns: [x]}",
            ("personal-data", ["input"], "block"),
        ),
        ("name: ai-prompt-guard\n    config: {deny_patterns: []}", None),
        ("name: ai-semantic-response-guard\n    config: {rules: {}}", None),
    ],
)
def test_what_a_plugin_looks_for_and_does(
    tmp_path: Path, config: str, row: tuple[str, list[str], str | None] | None
) -> None:
    gathered = collected(tmp_path, {"kong.yaml": f'_format_version: "3.0"\nplugins:\n  - {config}\n'})
    found = [(one["against"], one["stages"], one.get("action")) for one in guards(gathered)]
    assert found == ([row] if row else [])


@pytest.mark.parametrize(
    ("balancer", "others"),
    [
        ("{}", ["cohere"]),  # by default another target is tried where one cannot be reached
        ("{algorithm: round-robin}", ["cohere"]),
        ("{algorithm: consistent-hashing, failover_criteria: [error]}", ["cohere"]),
        ("{failover_criteria: [http_500, non_idempotent]}", ["cohere"]),
        ("{failover_criteria: [http_500]}", None),  # a request with a body is not sent again
        ("{failover_criteria: [http_429, http_403, non_idempotent]}", None),
        ("{failover_criteria: []}", None),
        ("{retries: 0}", None),
        ("{retries: '3'}", None),
    ],
)
def test_another_target_takes_over_only_where_a_failed_request_goes_on(
    tmp_path: Path, balancer: str, others: list[str] | None
) -> None:
    gathered = collected(tmp_path, {"kong.yaml": balanced(*TWO, balancer=balancer)})
    assert routes(gathered)["every request, target 1"].get("other_providers") == others
    if others is None:
        assert any("retries" in reason or "failover_criteria" in reason for _, reason in told(gathered))


def test_that_an_error_of_the_supplier_leads_nowhere_is_told(tmp_path: Path) -> None:
    def says(balancer: str) -> bool:
        gathered = collected(tmp_path, {"kong.yaml": balanced(*TWO, balancer=balancer)})
        return any("500 to 504 does not count as a failure" in reason for _, reason in told(gathered))

    assert says("{}")
    assert not says("{failover_criteria: [error, http_503, non_idempotent]}")


@pytest.mark.parametrize(
    ("targets", "balancer"),
    [
        ((aim("openai", "a", ", description: x"), aim("cohere", "b", ", description: y")), "{algorithm: semantic}"),
        (("{model: {provider: openai, name: a, model_alias: x}}", "{model: {provider: cohere, name: b}}"), "{}"),
        ((aim("openai", "gpt-4o"), aim("openai", "gpt-4o-mini")), "{}"),
        (
            (
                aim("openai", "gpt-4o", ", route_type: llm/v1/chat"),
                aim("cohere", "e", ", route_type: llm/v1/embeddings"),
            ),
            "{}",
        ),
    ],
)
def test_targets_for_other_requests_or_of_one_supplier_are_no_other_supplier(
    tmp_path: Path, targets: tuple[str, ...], balancer: str
) -> None:
    found = routes(collected(tmp_path, {"kong.yaml": balanced(*targets, balancer=balancer)}))
    assert len(found) == 2
    assert not any(row.get("other_providers") or row.get("unclear_providers") for row in found.values())


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("{provider: azure, name: gpt-4o-2024-11-20, options: {azure_instance: own}}", ("azure", True, None)),
        ("{provider: openai, name: gpt-4o-2024-11-20}", ("openai", True, True)),
        (
            "{provider: openai, name: gpt-4o-2024-11-20, options: {upstream_url: 'http://10.0.0.7/v1'}}",
            ("openai", False, None),
        ),
        ("{provider: openai, name: gpt-4o}", ("openai", True, False)),
        ("{provider: openai, name: x, options: {upstream_url: '${{ env \"DECK_X\" }}'}}", ("openai", None, None)),
        ("{provider: llama2, name: llama, options: {upstream_url: 'http://ollama:11434'}}", ("llama2", False, None)),
        ("{provider: bedrock, name: 'anthropic.claude-3-5-sonnet-20241022-v2:0'}", ("bedrock", True, True)),
    ],
)
def test_who_is_behind_a_target(tmp_path: Path, model: str, expected: tuple[str, bool | None, bool | None]) -> None:
    text = f'_format_version: "3.0"\nplugins:\n  - name: ai-proxy\n    config:\n      model: {model}\n'
    row = routes(collected(tmp_path, {"kong.yaml": text}))["every request"]
    assert (row["provider"], row.get("external"), row.get("pinned")) == expected


@pytest.mark.parametrize(
    ("name", "model"), [("$(uri_captures.model)", "*"), ("$(headers.x-model)", "*"), (None, "*"), ("gpt-4o", "gpt-4o")]
)
def test_a_model_that_each_request_names_is_any(tmp_path: Path, name: str | None, model: str) -> None:
    named = f", name: {name}" if name else ""
    text = f'_format_version: "3.0"\nplugins:\n  - name: ai-proxy\n    config: {{model: {{provider: openai{named}}}}}\n'
    assert routes(collected(tmp_path, {"kong.yaml": text}))["every request"]["model"] == model


@pytest.mark.parametrize("name", ['${{ env "DECK_MODEL" }}', "{vault://env/model}", "<model>"])
def test_a_model_that_is_filled_in_elsewhere_cannot_be_judged(tmp_path: Path, name: str) -> None:
    gathered = collected(tmp_path, {"kong.yaml": balanced(f"{{model: {{provider: openai, name: '{name}'}}}}", TWO[1])})
    assert list(routes(gathered)) == ["every request, target 2"]
    assert [line for line, _ in told(gathered, "unreadable")] == [7]


def test_a_service_that_is_switched_off_takes_its_plugins_with_it(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"kong.yaml": KONG.replace("- name: llm\n", "- name: llm\n    enabled: false\n")})
    assert not routes(gathered)
    assert any("of the service 'llm', which is switched off" in reason for _, reason in told(gathered))


def test_a_plugin_refers_to_its_route_by_name_too_and_shares_settings_by_name(tmp_path: Path) -> None:
    text = """\
_format_version: "3.0"
_plugin_configs:
  main:
    model: {provider: cohere, name: command-r}
services: [{name: s, routes: [{name: r}]}]
plugins:
  - name: ai-proxy
    route: r
    _config: main
  - name: rate-limiting
    route: {name: r}
    config: {minute: 30, limit_by: ip}
"""
    (row,) = routes(collected(tmp_path, {"kong.yaml": text})).values()
    assert (row["name"], row["provider"], row["rate_limit_rpm"], row["limit_per"]) == ("route 'r'", "cohere", 30, "ip")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("{llm_providers: [{name: openai, limit: 100, window_size: 60}]}", (100, 60.0)),
        ("{llm_providers: [{name: openai, limit: [9, 5], window_size: [3600, 60]}]}", (5, 60.0)),
        ("{llm_providers: [{name: cohere, limit: 100, window_size: 60}]}", None),
        ("{llm_providers: [{name: openai, limit: [1, 2], window_size: [60]}]}", None),
        ("{tokens_count_strategy: cost, llm_providers: [{name: openai, limit: 5, window_size: 60}]}", None),
        ("{policies: [{limits: [{limit: 5, window_size: 60}]}]}", None),
        ("{}", None),
    ],
)
def test_limits_of_tokens_count_for_the_provider_that_they_name(
    tmp_path: Path, config: str, expected: tuple[int, float] | None
) -> None:
    text = f"{balanced(TWO[0])}  - name: ai-rate-limiting-advanced\n    config: {config}\n"
    row = routes(collected(tmp_path, {"kong.yaml": text}))["every request, target 1"]
    assert (row.get("token_limit"), row.get("token_limit_seconds")) == (expected or (None, None))


def test_a_cache_counts_where_it_is_on_and_in_front_of_every_route(tmp_path: Path) -> None:
    def cache(text: str) -> object:
        gathered = collected(tmp_path, {"kong.yaml": text})
        return next(one for one in gathered.result.items if one.type == "gateway_config").facts.get("cache")

    assert cache(f"{balanced(TWO[0])}  - name: ai-semantic-cache\n") is True
    assert cache(f"{balanced(TWO[0])}  - name: ai-semantic-cache\n    enabled: false\n") is None
    assert cache(f"{balanced(TWO[0])}  - name: ai-semantic-cache\n    route: other\n") is None
    assert cache(f"{balanced(TWO[0])}  # - name: ai-semantic-cache\n") is None


def test_a_file_without_plugins_for_models_is_not_taken(tmp_path: Path) -> None:
    text = '_format_version: "3.0"\nplugins:\n  - name: rate-limiting\n    config: {minute: 5}\n  # - name: ai-proxy\n'
    gathered = collected(tmp_path, {"kong.yaml": text})
    assert not gathered.result.items
    assert any("of no format that is recognised" in reason for _, reason in told(gathered))


def test_no_planted_secret_is_in_the_facts_or_the_copy(tmp_path: Path) -> None:
    secret, password = "sk-proj-Zx81kQpLm20VbNcRtYwEa73D", "Tr0ub4dor-Horse-9"
    text = KONG.replace("config: {cache_ttl: 60}", f"config: {{vectordb: {{redis: {{password: {password}}}}}}}")
    gathered = collected(tmp_path, {"kong.yaml": text})
    everything = gathered.result.model_dump_json() + "".join(copy.decode() for copy in gathered.copies.values())
    assert len(routes(gathered)) == 2
    assert secret not in everything
    assert password not in everything


def test_more_targets_than_people_configure_are_refused(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"kong.yaml": balanced(*[TWO[0]] * 201)})
    assert not gathered.result.items
    assert told(gathered, "unreadable")


def test_odd_values_at_each_place_are_told(tmp_path: Path) -> None:
    assert survives_each_odd_value(tmp_path, [yaml.safe_load(KONG)], "kong.yaml") > 50


def test_a_declarative_file_in_a_config_map_is_read_with_its_lines(tmp_path: Path) -> None:
    without_key = KONG.replace("Bearer sk-proj-Zx81kQpLm20VbNcRtYwEa73D", "$KEY")
    body = "".join(f"    {line}\n" for line in without_key.splitlines())
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: kong}}\ndata:\n  kong.yml: |\n{body}"
    gathered = collected(tmp_path, {"deploy/kong.yaml": text}, format="kong")
    assert routes(gathered) == routes(collected(tmp_path / "own", {"kong.yaml": KONG}))
    item = next(item for item in gathered.result.items if item.type == "gateway_config")
    assert line_text(gathered, item, "/routes/1/spare").strip() == "weight: 10"


@pytest.mark.parametrize("off", ["disabled: true", "active: false", 'enabled: "false"', "config: {enabled: false}"])
def test_a_plugin_that_says_that_it_is_off_cannot_be_judged(tmp_path: Path, off: str) -> None:
    text = f'_format_version: "3.0"\nplugins:\n  - name: ai-azure-content-safety\n    {off}\n'
    gathered = collected(tmp_path, {"gateway/kong.yaml": text})
    assert not guards(gathered)
    assert any("of every request cannot be judged: '" in reason for _, reason in told(gathered, "unreadable"))
