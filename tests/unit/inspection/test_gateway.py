"""Fallbacks, limits, caches and budgets: as configured in files in use, not as offered."""

import json
from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact

LITELLM = """model_list:
  - model_name: chat
    litellm_params:
      model: openai/gpt-4o-2024-08-06
      api_key: os.environ/OPENAI_API_KEY
      rpm: 60
  - model_name: spare
    litellm_params:
      model: anthropic/claude-sonnet-latest
router_settings:
  routing_strategy: least-busy
  num_retries: 2
litellm_settings:
  cache: true
  max_budget: 100
  fallbacks:
    - chat: [spare]
"""
ROUTE = """apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIGatewayRoute
metadata: {name: a}
spec:
  rules:
    - backendRefs:
        - {name: one, priority: 0}
        - {name: two, priority: 1}
"""
POLICY = """---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: {name: a}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: a}]
  retry: {numRetries: 2, numAttemptsPerPriority: 1}
"""


def facts(tmp_path: Path, files: dict[str, str | bytes]) -> dict[str, Fact]:
    """Facts of the topic by the question's key."""
    found = inspected(tmp_path / "r", files, "gateway")
    return {key.rpartition("/")[2]: fact for key, fact in found.items()}


def test_a_live_litellm_configuration_answers_every_question(tmp_path: Path) -> None:
    found = facts(tmp_path, {"gateway/config.yaml": LITELLM})
    wanted = {
        "fallback": ("yes", ["gateway/config.yaml:16"]),
        "routing": ("yes", ["gateway/config.yaml:11"]),
        "cache": ("yes", ["gateway/config.yaml:14"]),
        "budgets": ("yes", ["gateway/config.yaml:15"]),
        "rate-limits": ("yes", ["gateway/config.yaml:6"]),
        "timeouts-and-retries": ("yes", ["gateway/config.yaml:12"]),
        "models-pinned": ("partial", ["gateway/config.yaml:9", "gateway/config.yaml:4"]),
    }
    assert {key: (str(fact.answer), spots(fact)) for key, fact in found.items()} == wanted


def test_what_is_false_zero_or_commented_does_not_count(tmp_path: Path) -> None:
    off = "model_list:\n  - model_name: a\n    litellm_params: {model: openai/gpt-4o, rpm: 0}\n"
    off += "litellm_settings:\n  cache: false\n  # max_budget: 100\n  fallbacks: []\n"
    found = facts(tmp_path, {"config.yaml": off})
    assert {key: found[key].answer for key in ("fallback", "cache", "budgets", "rate-limits")} == dict.fromkeys(
        ("fallback", "cache", "budgets", "rate-limits"), Answer.NO
    )
    assert spots(found["cache"], counting=False) == ["config.yaml:5"]


def test_a_fallback_to_no_route_does_not_count(tmp_path: Path) -> None:
    found = facts(tmp_path, {"config.yaml": LITELLM.replace("[spare]", "[nobody]")})
    assert found["fallback"].answer is Answer.NO
    assert "config.yaml:16" in spots(found["fallback"], counting=False)


def test_an_example_is_no_configuration(tmp_path: Path) -> None:
    live = {"plugins_enabled": ["default"], "credentials": {}, "cache": False}
    example = {**live, "integrations": [{"provider": "a", "rate_limits": [{"unit": "rph", "value": 3}]}]}
    files: dict[str, str | bytes] = {
        "conf.json": json.dumps(live, indent=1),
        "conf.example.json": json.dumps(example, indent=1),
        "src/types.ts": "export type Mode = 'single' | 'fallback';\n// 'fallback' mode\n",
        "README.md": "Has **fallbacks**.\n",
    }
    found = facts(tmp_path, files)
    assert (found["rate-limits"].answer, spots(found["rate-limits"])) == (Answer.NO, [])
    assert spots(found["rate-limits"], counting=False) == ["conf.example.json:10"]
    assert (found["cache"].answer, spots(found["cache"], counting=False)[0]) == (Answer.NO, "conf.json:6")
    assert found["fallback"].answer is Answer.NO
    assert spots(found["fallback"]) == ["conf.json:5", "conf.json:6"]  # what the live file does set
    assert spots(found["fallback"], counting=False) == ["src/types.ts:1", "README.md:1"]


def test_backends_of_different_priority_are_a_fallback_where_a_policy_leads_there(tmp_path: Path) -> None:
    live = facts(tmp_path, {"deploy/route.yaml": ROUTE + POLICY})["fallback"]
    assert (live.answer, spots(live)) == (Answer.YES, ["deploy/route.yaml:6"])
    apart = facts(tmp_path / "a", {"deploy/route.yaml": ROUTE, "deploy/policy.yaml": POLICY})["fallback"]
    assert (apart.answer, spots(apart)) == (Answer.YES, ["deploy/route.yaml:6"])
    alone = facts(tmp_path / "n", {"deploy/route.yaml": ROUTE, "examples/policy.yaml": POLICY})["fallback"]
    assert (alone.answer, spots(alone), spots(alone, counting=False)[0]) == (Answer.NO, [], "deploy/route.yaml:6")
    same = facts(tmp_path / "b", {"deploy/route.yaml": ROUTE.replace("priority: 1", "priority: 0") + POLICY})
    assert (same["fallback"].answer, same["routing"].answer) == (Answer.NO, Answer.YES)
    example = facts(tmp_path / "c", {"examples/route.yaml": ROUTE + POLICY})["fallback"]
    assert (example.answer, spots(example, counting=False)) == (Answer.NO, ["examples/route.yaml:6"])


def test_portkeys_strategy_counts_and_a_rollouts_does_not(tmp_path: Path) -> None:
    portkey = '{\n "strategy": {"mode": "fallback"},\n "targets": [{"provider": "a"}, {"provider": "b"}]\n}\n'
    fact = facts(tmp_path, {"gateway/portkey.json": portkey})["fallback"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["gateway/portkey.json:2"])
    refused = portkey.replace('"fallback"', '"fallback", "on_status_codes": [429, 446]')
    fact = facts(tmp_path / "c", {"gateway/portkey.json": refused})["fallback"]
    assert (fact.answer, spots(fact, counting=False)) == (Answer.NO, ["gateway/portkey.json:2"])
    rollout = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  strategy:\n    type: RollingUpdate\n"
    assert facts(tmp_path / "b", {"deployment.yaml": rollout})["fallback"].answer is Answer.NO


def test_kongs_plugins_count_where_they_are_enabled(tmp_path: Path) -> None:
    plugins = "plugins:\n  - name: ai-rate-limiting-advanced\n  - name: ai-semantic-cache\n    enabled: false\n"
    kong = f'_format_version: "3.0"\n{plugins}'
    found = facts(tmp_path, {"kong.yaml": kong})
    assert (found["rate-limits"].answer, spots(found["rate-limits"])) == (Answer.YES, ["kong.yaml:3"])
    assert (found["cache"].answer, spots(found["cache"], counting=False)) == (Answer.NO, ["kong.yaml:4"])


@pytest.mark.parametrize(
    ("balancer", "fallback", "routing"),
    [
        ("{algorithm: priority}", Answer.YES, Answer.NO),
        ("{algorithm: round-robin}", Answer.YES, Answer.YES),
        ("{algorithm: priority, retries: 0}", Answer.NO, Answer.NO),
        ("{algorithm: round-robin, failover_criteria: [http_429]}", Answer.NO, Answer.YES),
    ],
)
def test_kongs_targets_stand_in_for_each_other_where_a_failed_request_goes_on(
    tmp_path: Path, balancer: str, fallback: Answer, routing: Answer
) -> None:
    targets = "".join(
        f"        - {{weight: {weight}, model: {{provider: {name}, name: m}}}}\n"
        for name, weight in (("openai", 9), ("cohere", 1))
    )
    kong = f'_format_version: "3.0"\nplugins:\n  - name: ai-proxy-advanced\n    config:\n      balancer: {balancer}\n'
    found = facts(tmp_path, {"kong.yaml": f"{kong}      targets:\n{targets}"})
    assert (found["fallback"].answer, found["routing"].answer) == (fallback, routing)
    assert spots(found["fallback"]) == (["kong.yaml:3"] if fallback is Answer.YES else [])


@pytest.mark.parametrize(
    "line",
    ["chain = llm.with_fallbacks([other])", 'fallback_model = "claude-3"', 'complete(x, fallbacks=["gpt-4o-mini"])'],
)
def test_a_fallback_in_code_is_partial(tmp_path: Path, line: str) -> None:
    fact = facts(tmp_path, {"app/chat.py": f"# fallback\n{line}\n"})["fallback"]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["app/chat.py:2"])


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("app/decode.py", "def decode_with_fallback(segment):"),
        ("app/lookup.py", "fallback = default_value"),
        ("config/production.rb", "config.i18n.fallbacks = true"),
        ("app/types.ts", "export type T = { fallbackModel?: string }"),
        ("mkdocs.yml", "fallback_to_build_date: true"),
    ],
)
def test_homonyms_are_no_fallback(tmp_path: Path, path: str, line: str) -> None:
    fact = facts(tmp_path, {path: f"{line}\n"})["fallback"]
    assert (fact.answer, spots(fact)) == (Answer.NO, [])


def test_what_is_answered_without_a_model_is_partial(tmp_path: Path) -> None:
    source = (
        "def classify(texts):\n    if classifier:\n        found = classifier.predict(texts)\n    else:\n"
        '        found = [("no-model", 0.0)] * len(texts)\n    return found\n'
    )
    readme = "# A\n\nWithout a model the answer is `no-model`.\n"
    fact = facts(tmp_path, {"app/classify.py": source, "README.md": readme})["fallback"]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["app/classify.py:5", "README.md:3"])
    raising = source.replace('found = [("no-model", 0.0)] * len(texts)', 'raise RuntimeError("no model")')
    assert facts(tmp_path / "b", {"app/classify.py": raising})["fallback"].answer is Answer.NO


def test_a_gateway_elsewhere_is_said(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"app/llm.py": 'import os\nkey = os.environ["LITELLM_PROXY_API_KEY"]\n'})["fallback"]
    assert (fact.answer, spots(fact)) == (Answer.NO, ["app/llm.py:2"])
    assert "elsewhere" in fact.statement


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (
            "config/initializers/rack_attack.rb",
            'class Rack::Attack\n  throttle("a", limit: 10, period: 60) { |r| r.ip }\n',
            2,
        ),
        ("app/api.py", "# @limiter.limit('1/s')\n@limiter.limit('5/minute')\ndef a(): pass\n", 2),
        ("src/limit.ts", 'import { RateLimiterRedis } from "x";\nnew RateLimiterRedis({ points: 5 });\n', 2),
        ("deploy/nginx.conf", "limit_req_zone $binary_remote_addr zone=a:10m rate=1r/s;\n", 1),
    ],
)
def test_limits_of_the_service_itself_count(tmp_path: Path, path: str, text: str, line: int) -> None:
    fact = facts(tmp_path, {path: text})["rate-limits"]
    assert (fact.answer, spots(fact)) == (Answer.YES, [f"{path}:{line}"])


def test_clients_are_counted_by_their_patience(tmp_path: Path) -> None:
    source = "a = OpenAI(timeout=20, max_retries=2)\nb = ChatOpenAI(model=name)\n"
    fact = facts(tmp_path, {"app/llm.py": source})["timeouts-and-retries"]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["app/llm.py:1", "app/llm.py:2"])


def test_names_in_code_are_pinned_by_their_date(tmp_path: Path) -> None:
    source = 'MODEL = "gpt-4o-2024-08-06"\nother_model = "gpt-4o"\nif model == "gpt-3.5-turbo": pass\n'
    source += 'SAMPLE = \'write {"model": "gpt-4"}\'\n'
    fact = facts(tmp_path, {"app/llm.py": source})["models-pinned"]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["app/llm.py:2", "app/llm.py:1"])


def test_an_empty_repository_answers_every_question(tmp_path: Path) -> None:
    found = facts(tmp_path, {"README.md": "hello\n"})
    assert [str(fact.answer) for fact in found.values()] == ["no"] * 6 + ["not-applicable"]


CLOUD = "telemetry: {level: info}\ncache-store:\n  type: redis\nrate-limit-store:\n  type: redis\n"
GUIDE = """# Gate

A gateway for OpenAI and other models. It caches responses, has rate limits and budgets.

```yaml
cache:
  ttl: 5
rate-limit:
  capacity: 1000
```
"""


def test_a_store_or_a_word_turns_nothing_on_and_is_shown(tmp_path: Path) -> None:
    source = "/// 1. Request cache\n/// 2. Spend controls\nlet x = thinking.budget_tokens;\n"
    source += "// cache\nif let Some(c) = router_config.cache.as_ref() {\n}\n"
    found = facts(tmp_path, {"config/cloud.yaml": CLOUD, "README.md": GUIDE, "src/app.rs": source})
    assert {found[key].answer for key in ("cache", "rate-limits", "budgets", "fallback")} == {Answer.NO}
    assert [spots(found[key]) for key in ("cache", "rate-limits", "budgets")] == [[], [], []]
    assert spots(found["cache"], counting=False) == [
        "config/cloud.yaml:2",
        "README.md:3",
        "README.md:6",
        "src/app.rs:1",
        "src/app.rs:5",
    ]
    assert spots(found["rate-limits"], counting=False) == ["config/cloud.yaml:4", "README.md:3", "README.md:8"]
    assert spots(found["budgets"], counting=False) == ["README.md:3", "src/app.rs:2", "src/app.rs:3"]


def test_words_of_a_project_without_models_tempt_nobody(tmp_path: Path) -> None:
    readme = "# A web server\n\nIt caches responses within a budget, and has rate limits.\n"
    found = facts(tmp_path, {"README.md": readme, "config.yaml": CLOUD})
    assert not any(found[key].places for key in ("cache", "rate-limits", "budgets"))


BALANCED = """routers:
  default:
    load-balance:
      chat:
        strategy: latency
        providers:
          - openai
          - anthropic
"""


def test_a_strategy_of_the_programs_own_is_a_part_of_routing(tmp_path: Path) -> None:
    fly = f"app = 'a'\n[[files]]\nraw_value = '''\n{BALANCED}'''\n"
    found = facts(tmp_path, {"config/gateway.yaml": BALANCED, "fly.toml": fly})
    assert found["routing"].answer is Answer.PARTIAL
    assert spots(found["routing"]) == ["config/gateway.yaml:5", "fly.toml:8"]
    one = BALANCED.replace("          - anthropic\n", "")
    assert facts(tmp_path / "b", {"config/gateway.yaml": one})["routing"].answer is Answer.NO
    istio = "kind: DestinationRule\nspec:\n  trafficPolicy:\n    loadBalancer:\n      simple: ROUND_ROBIN\n"
    assert facts(tmp_path / "c", {"rule.yaml": istio})["routing"].answer is Answer.NO


WATCHED = """
fn check(&mut self) {
    for provider in providers {
        if !self.is_healthy(provider) {
            warn!("Provider became unhealthy, removing");
            self.tx.send(Change::Remove(provider));
        }
    }
}
"""


def test_a_provider_that_is_taken_out_while_it_fails_is_a_part(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"src/health/monitor.rs": WATCHED, "src/providers/openai.rs": "struct Client;\n"}
    fact = facts(tmp_path, files)["fallback"]
    assert (fact.answer, spots(fact)) == (Answer.PARTIAL, ["src/health/monitor.rs:5"])
    assert fact.confidence is Confidence.MODERATE


@pytest.mark.parametrize(
    "source",
    [
        WATCHED.replace("warn!", "// warn!"),
        WATCHED.replace("Provider", "Pod").replace("provider", "pod"),
        WATCHED.replace("became unhealthy, removing", "is asked"),
    ],
)
def test_health_of_something_else_is_no_fallback(tmp_path: Path, source: str) -> None:
    files: dict[str, str | bytes] = {"src/health/monitor.rs": source, "src/providers/openai.rs": "struct Client;\n"}
    assert facts(tmp_path, files)["fallback"].answer is Answer.NO
