"""Envoy AI Gateway: routes from objects of several documents and files, and what takes over from them."""

from pathlib import Path

import pytest
import yaml

from support.collecting import line_text
from support.odd_places import collected, routes, survives_each_odd_value, told

ROUTE = """\
apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIGatewayRoute
metadata: {name: chat, namespace: ai}
spec:
  parentRefs: [{name: gw, kind: Gateway}]
  rules:
    - matches:
        - headers:
            - {type: Exact, name: x-ai-eg-model, value: gpt-4o-2024-11-20}
      timeouts: {request: 1m30s}
      backendRefs:
        - name: openai
          priority: 0
        - name: bedrock
          modelNameOverride: anthropic.claude-3-5-sonnet-20241022-v2:0
          priority: 1
  llmRequestCosts:
    - {metadataKey: total, type: TotalToken}
"""
BACKENDS = """\
apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIServiceBackend
metadata: {name: openai, namespace: ai}
spec:
  schema: {name: OpenAI}
  backendRef: {name: openai-server, kind: Backend, group: gateway.envoyproxy.io}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: {name: openai-server, namespace: ai}
spec:
  endpoints:
    - fqdn:
        hostname: api.openai.com
        port: 443
---
apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIServiceBackend
metadata: {name: bedrock, namespace: ai}
spec:
  schema: {name: AWSBedrock}
  backendRef: {name: bedrock-server, kind: Backend, group: gateway.envoyproxy.io}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: {name: bedrock-server, namespace: ai}
spec:
  endpoints:
    - fqdn: {hostname: bedrock-runtime.eu-west-1.amazonaws.com, port: 443}
"""
POLICY = """\
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: {name: chat-policy, namespace: ai}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: chat}]
  retry:
    numAttemptsPerPriority: 1
    numRetries: 3
    retryOn: {httpStatusCodes: [500], triggers: [connect-failure, retriable-status-codes]}
"""
FIRST, SECOND = "chat/gpt-4o-2024-11-20/openai", "chat/gpt-4o-2024-11-20/bedrock"


def stream(*parts: str) -> str:
    return "---\n".join(parts)


def read(root: Path, *parts: str) -> dict[str, dict[str, object]]:
    return routes(collected(root, {"gateway.yaml": stream(*parts)}))


def test_one_stream_gives_routes_with_what_takes_over_and_lines(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"gateway.yaml": stream(ROUTE, BACKENDS, POLICY)})
    assert routes(gathered) == {
        FIRST: {
            "name": FIRST,
            "model": "gpt-4o-2024-11-20",
            "provider": "openai",
            "external": True,
            "pinned": True,
            "fallbacks": [SECOND],
            "other_providers": ["bedrock"],
            "timeout_seconds": 90.0,
        },
        SECOND: {
            "name": SECOND,
            "model": "anthropic.claude-3-5-sonnet-20241022-v2:0",
            "provider": "bedrock",
            "external": True,
            "pinned": True,
            "timeout_seconds": 90.0,
            "spare": True,
        },
    }
    (item,) = gathered.result.items
    expected = {
        "/routes/0": "- name: openai",
        "/routes/0/model": "- {type: Exact, name: x-ai-eg-model, value: gpt-4o-2024-11-20}",
        "/routes/0/provider": "hostname: api.openai.com",
        "/routes/0/timeout_seconds": "timeouts: {request: 1m30s}",
        "/routes/0/fallbacks/0": "retry:",
        "/routes/0/other_providers/0": "retry:",
        "/routes/1/model": "modelNameOverride: anthropic.claude-3-5-sonnet-20241022-v2:0",
        "/routes/1/spare": "priority: 1",
    }
    assert {pointer: line_text(gathered, item, pointer).strip() for pointer in expected} == expected
    assert not item.files


def test_objects_of_several_files_are_one_gateway_and_each_fact_names_its_file(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"route.yaml": ROUTE, "backends/all.yaml": BACKENDS, "policies/a.yaml": POLICY}
    gathered = collected(tmp_path, files)
    together = routes(collected(tmp_path / "one", {"gateway.yaml": stream(ROUTE, BACKENDS, POLICY)}))
    assert routes(gathered) == together
    (item,) = gathered.result.items
    assert item.provenance.path.endswith("route.yaml")
    named = {pointer: path.rpartition("/")[2] for pointer, path in (item.files or {}).items()}
    assert named["/routes/0/provider"] == named["/routes/0/external"] == named["/routes/0/pinned"] == "all.yaml"
    assert named["/routes/0/fallbacks/0"] == "a.yaml"
    assert named["/routes/0/other_providers/0"] == "all.yaml"
    assert item.lines["/routes/0/provider"] == 14
    assert item.lines["/routes/0/fallbacks/0"] == 6
    assert "/routes/0/model" not in named


@pytest.mark.parametrize(
    ("change", "others"),
    [
        (("", ""), ["bedrock"]),
        (
            ("    retryOn: {httpStatusCodes: [500], triggers: [connect-failure, retriable-status-codes]}\n", ""),
            ["bedrock"],
        ),
        (("numAttemptsPerPriority: 1\n", "numAttemptsPerPriority: 0\n"), None),
        (("    numAttemptsPerPriority: 1\n", ""), None),
        (("numRetries: 3", "numRetries: 0"), None),
        (("[connect-failure, retriable-status-codes]", "[retriable-status-codes]"), ["bedrock"]),
        (("[500], triggers: [connect-failure,", "[429], triggers: ["), None),
        (("triggers: [connect-failure, retriable-status-codes]", "triggers: [retriable-4xx]"), None),
        (("name: chat}", "name: other}"), None),
        (("kind: HTTPRoute, name: chat", "kind: Gateway, name: gw"), ["bedrock"]),
        (("kind: HTTPRoute, name: chat", "kind: Gateway, name: another"), None),
        (("name: chat-policy, namespace: ai", "name: chat-policy, namespace: web"), None),
        (("name: chat-policy, namespace: ai", "name: chat-policy"), ["bedrock"]),
        (("  retry:\n    numAttemptsPerPriority: 1\n", "  healthCheck: {passive: {}}\n  retry:\n"), ["bedrock"]),
    ],
)
def test_a_lower_priority_takes_over_only_where_a_policy_leads_there(
    tmp_path: Path, change: tuple[str, str], others: list[str] | None
) -> None:
    policy = POLICY.replace(*change)
    gathered = collected(tmp_path, {"gateway.yaml": stream(ROUTE, BACKENDS, policy)})
    assert routes(gathered)[FIRST].get("other_providers") == others
    assert routes(gathered)[SECOND]["spare"] is True
    reasons = [reason for _, reason in told(gathered) if "does not count as a fallback" in reason]
    assert len(reasons) == (others is None)


def test_a_policy_of_the_route_takes_the_place_of_the_gateways(tmp_path: Path) -> None:
    above = POLICY.replace("kind: HTTPRoute, name: chat", "kind: Gateway, name: gw").replace("chat-policy", "all")
    own = POLICY.partition("  retry:")[0] + "  timeout: {tcp: {connectTimeout: 5s}}\n"
    merged = own + "  mergeType: StrategicMerge\n"
    assert "other_providers" not in read(tmp_path / "a", ROUTE, BACKENDS, above, own)[FIRST]
    assert read(tmp_path / "b", ROUTE, BACKENDS, above, merged)[FIRST]["other_providers"] == ["bedrock"]


def test_without_a_policy_and_with_the_same_priority_nothing_takes_over(tmp_path: Path) -> None:
    alone = read(tmp_path / "a", ROUTE, BACKENDS)
    same = read(tmp_path / "b", ROUTE.replace("priority: 1", "priority: 0"), BACKENDS, POLICY)
    assert not any("fallbacks" in row for row in (*alone.values(), *same.values()))
    assert not any("spare" in row for row in same.values())


def test_a_backend_without_weight_gets_nothing(tmp_path: Path) -> None:
    route = ROUTE.replace("          priority: 1\n", "          priority: 1\n          weight: 0\n")
    gathered = collected(tmp_path, {"gateway.yaml": stream(route, BACKENDS, POLICY)})
    assert list(routes(gathered)) == [FIRST]
    assert "other_providers" not in routes(gathered)[FIRST]
    assert (17, "the backend 'bedrock' has the weight 0 and gets no request, so it does not count") in told(gathered)


def test_a_backend_that_is_not_here_has_no_supplier_that_is_told(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"gateway.yaml": stream(ROUTE, BACKENDS.partition("---\n")[0], POLICY)})
    found = routes(gathered)
    assert found[FIRST]["unclear_providers"] == ["the backend 'bedrock'"]
    assert not any("provider" in row or "pinned" in row for row in found.values())
    assert any("stands in no file of this source" in reason for _, reason in told(gathered))


def test_an_interface_alone_tells_the_supplier_only_where_it_is_its_own(tmp_path: Path) -> None:
    services = stream(*(part for part in BACKENDS.split("---\n") if "AIServiceBackend" in part))
    found = read(tmp_path, ROUTE, services, POLICY)
    assert (found[FIRST].get("provider"), found[SECOND]["provider"]) == (None, "bedrock")


def test_objects_of_one_name_that_disagree_tell_no_supplier(tmp_path: Path) -> None:
    other = BACKENDS.replace("api.openai.com", "api.anthropic.com")
    gathered = collected(tmp_path, {"a/gw.yaml": stream(ROUTE, BACKENDS, POLICY), "b/gw.yaml": other})
    assert "provider" not in routes(gathered)[FIRST]
    assert any("is described in several ways" in reason for _, reason in told(gathered))
    twice = collected(tmp_path / "t", {"a/gw.yaml": stream(ROUTE, BACKENDS, POLICY), "b/gw.yaml": BACKENDS})
    assert routes(twice)[FIRST]["provider"] == "openai"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("api.openai.com", ("openai", True, True)),
        ("api.groq.com", ("groq", True, True)),
        ("openrouter.ai", ("openrouter", True, None)),
        ("own.openai.azure.com", ("azure", True, None)),
        ("llm.models.svc.cluster.local", ("llm.models.svc.cluster.local", False, None)),
        ("llm.example.com", ("llm.example.com", True, None)),
        ("${HOST}", (None, None, None)),
    ],
)
def test_the_servers_address_tells_who_is_behind_a_common_interface(
    tmp_path: Path, host: str, expected: tuple[str | None, bool | None, bool | None]
) -> None:
    row = read(tmp_path, ROUTE, BACKENDS.replace("api.openai.com", host), POLICY)[FIRST]
    assert (row.get("provider"), row.get("external"), row.get("pinned")) == expected
    if host != "api.openai.com":
        known = host in {"api.groq.com", "own.openai.azure.com"}
        assert row.get("other_providers", []) == (["bedrock"] if known else [])
        assert row.get("unclear_providers", []) == ([] if known else ["bedrock"])


def test_a_fallback_of_the_same_supplier_is_no_other(tmp_path: Path) -> None:
    backends = BACKENDS.replace("api.openai.com", "bedrock-runtime.us-east-1.amazonaws.com")
    row = read(tmp_path, ROUTE, backends, POLICY)[FIRST]
    assert (row["fallbacks"], row.get("other_providers"), row.get("unclear_providers")) == ([SECOND], None, None)


@pytest.mark.parametrize(
    ("change", "model"),
    [
        (("type: Exact, ", ""), "gpt-4o-2024-11-20"),
        (("type: Exact", "type: RegularExpression"), "*"),
        (("x-ai-eg-model", "x-team"), "*"),
    ],
)
def test_a_rule_without_a_model_of_its_own_serves_any(tmp_path: Path, change: tuple[str, str], model: str) -> None:
    found = read(tmp_path, ROUTE.replace(*change), BACKENDS, POLICY)
    assert next(iter(found.values()))["model"] == model


@pytest.mark.parametrize("change", ["value: '${MODEL}'", "value: '{{ .Values.model }}'"])
def test_a_model_that_is_filled_in_elsewhere_cannot_be_judged(tmp_path: Path, change: str) -> None:
    route = ROUTE.replace("value: gpt-4o-2024-11-20", change)
    gathered = collected(tmp_path, {"gateway.yaml": stream(route, BACKENDS, POLICY)})
    assert [row["provider"] for row in routes(gathered).values()] == ["bedrock"]
    assert len(told(gathered, "unreadable")) == 1


LIMITS = """\
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: {name: limits, namespace: ai}
spec:
  targetRefs: [{kind: Gateway, name: gw}]
  rateLimit:
    type: Global
    global:
      rules:
        - clientSelectors: [{headers: [{name: x-team, type: Distinct}]}]
          limit: {requests: 5000, unit: Hour}
          cost:
            request: {from: Number, number: 0}
            response: {from: Metadata, metadata: {namespace: io.envoy.ai_gateway, key: total}}
        - limit: {requests: 10, unit: Second}
"""


def test_limits_of_tokens_and_requests_come_from_the_policies_of_a_route(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"gateway.yaml": stream(ROUTE, BACKENDS, LIMITS)})
    row = routes(gathered)[FIRST]
    assert (row["token_limit"], row["token_limit_seconds"], row["limit_per"]) == (5000, 3600.0, "x-team")
    assert row["rate_limit_rpm"] == 600
    item = gathered.result.items[0]
    assert line_text(gathered, item, "/routes/0/token_limit").strip() == "limit: {requests: 5000, unit: Hour}"


@pytest.mark.parametrize(
    "change",
    [
        ("          limit: {requests: 5000", "          shadowMode: true\n          limit: {requests: 5000"),
        ("key: total", "key: unknown"),
        ("type: Distinct", "type: Exact, value: one-team"),
        ("requests: 5000", "requests: '5000'"),
        ("unit: Hour", "unit: Fortnight"),
    ],
)
def test_a_limit_that_is_only_tried_or_of_something_else_does_not_count(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    assert "token_limit" not in read(tmp_path, ROUTE, BACKENDS, LIMITS.replace(*change))[FIRST]


def test_a_quota_holds_for_the_model_that_an_override_names(tmp_path: Path) -> None:
    quota = """\
apiVersion: aigateway.envoyproxy.io/v1alpha1
kind: QuotaPolicy
metadata: {name: q, namespace: ai}
spec:
  targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: bedrock}]
  perModelQuotas:
    - modelName: anthropic.claude-3-5-sonnet-20241022-v2:0
      quota: {defaultBucket: {limit: 9000, duration: 1h}}
    - modelName: other
      quota: {defaultBucket: {limit: 1, duration: 1s}}
"""
    found = read(tmp_path, ROUTE, BACKENDS, quota)
    assert (found[SECOND]["token_limit"], found[SECOND]["token_limit_seconds"]) == (9000, 3600.0)
    assert "token_limit" not in found[FIRST]


def test_definitions_comments_and_examples_are_no_routes(tmp_path: Path) -> None:
    commented = "".join(f"# {line}\n" for line in ROUTE.splitlines())
    definition = ROUTE.replace("aigateway.envoyproxy.io/v1beta1", "apiextensions.k8s.io/v1").replace(
        "AIGatewayRoute", "CustomResourceDefinition"
    )
    files: dict[str, str | bytes] = {
        "a.yaml": commented + BACKENDS,
        "b.yaml": definition,
        "examples/c.yaml": ROUTE,
        "d.yaml": ROUTE.replace("aigateway.envoyproxy.io", "example.com"),
    }
    assert not routes(collected(tmp_path, files, format="envoy-ai-gateway"))


def test_no_planted_secret_is_in_the_facts_or_the_copy(tmp_path: Path) -> None:
    secret = "sk-proj-Zx81kQpLm20VbNcRtYwEa73D"
    key = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: k}}\nstringData: {{apiKey: {secret}}}\n"
    gathered = collected(tmp_path, {"gateway.yaml": stream(ROUTE, BACKENDS, POLICY, key)})
    everything = gathered.result.model_dump_json() + "".join(copy.decode() for copy in gathered.copies.values())
    assert len(routes(gathered)) == 2
    assert secret not in everything


def test_more_backends_than_people_configure_are_refused(tmp_path: Path) -> None:
    many = ROUTE.partition("        - name: openai")[0] + "".join(f"        - name: b{n}\n" for n in range(201))
    gathered = collected(tmp_path, {"gateway.yaml": many})
    assert not gathered.result.items
    assert told(gathered, "unreadable")


def test_odd_values_at_each_place_are_told(tmp_path: Path) -> None:
    text = stream(ROUTE, BACKENDS, POLICY, LIMITS)
    assert survives_each_odd_value(tmp_path, list(yaml.safe_load_all(text)), "gateway.yaml") > 50
