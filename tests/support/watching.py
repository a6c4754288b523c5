"""Configuration of what watches and guards, for tests: alert rules, a collector, flags and guardrails of each product.

Also odd values at each place of such a file, and secrets at places where people put them.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

import yaml

GRAFANA: Final = """\
apiVersion: 1
groups:
  - orgId: 1
    name: answers
    folder: Claims
    interval: 1m
    rules:
      - uid: slow
        title: Slow answers
        condition: C
        data:
          - refId: A
            relativeTimeRange: {from: 600, to: 0}
            datasourceUid: metrics
            model:
              expr: histogram_quantile(0.95, sum by (le) (rate(answer_latency_seconds_bucket[$__rate_interval])))
              range: true
          - refId: B
            datasourceUid: __expr__
            model: {type: reduce, expression: A, reducer: last}
          - refId: C
            datasourceUid: __expr__
            model:
              type: threshold
              expression: B
              conditions: [{evaluator: {type: gt, params: [4]}}]
        for: 5m
        isPaused: false
        labels: {severity: page, team: claims}
        notification_settings: {receiver: claims-on-call}
      - uid: quiet
        title: Quiet one
        condition: A
        isPaused: true
        data: [{refId: A, datasourceUid: metrics, model: {expr: up, instant: true}}]
"""

POLICIES: Final = """\
apiVersion: 1
policies:
  - orgId: 1
    receiver: everybody
    routes:
      - receiver: night
        object_matchers: [[severity, "=", page]]
      - receiver: day
        object_matchers: [[severity, "=~", "tick.*"]]
"""

COLLECTOR: Final = """\
receivers:
  otlp: {protocols: {grpc: {endpoint: 0.0.0.0:4317}}}
  hostmetrics: {}
processors:
  attributes/private:
    actions: [{key: user.email, action: delete}, {key: region, value: eu, action: upsert}]
  probabilistic_sampler: {sampling_percentage: 25}
exporters:
  otlp/traces: {endpoint: "tempo.monitoring:4317", tls: {insecure: true}}
  otlphttp/vendor: {endpoint: "https://api.vendor.example.com/otlp", headers: {api-key: "${env:VENDOR_KEY}"}}
  debug: {}
service:
  pipelines:
    traces: {receivers: [otlp], processors: [attributes/private, probabilistic_sampler], exporters: [otlp/traces]}
    logs: {receivers: [otlp], exporters: [otlphttp/vendor, debug]}
    metrics: {receivers: [otlp], exporters: [debug]}
"""

UNLEASH: Final = """\
{
  "features": [
    {"name": "assistant", "type": "kill-switch", "project": "default", "stale": false, "archived": false},
    {"name": "gone", "type": "release", "project": "default", "archived": true}
  ],
  "featureStrategies": [
    {"name": "flexibleRollout", "featureName": "assistant", "environment": "production",
     "parameters": {"rollout": "100"}, "constraints": [], "segments": []}
  ],
  "featureEnvironments": [
    {"featureName": "assistant", "environment": "production", "enabled": true},
    {"featureName": "assistant", "environment": "development", "enabled": false},
    {"featureName": "gone", "environment": "production", "enabled": true}
  ],
  "featureTags": [
    {"featureName": "assistant", "tagType": "trigger", "tagValue": "Slow answers"},
    {"featureName": "assistant", "tagType": "role", "tagValue": "operations"},
    {"featureName": "assistant", "tagType": "role", "tagValue": "governance"},
    {"featureName": "gone", "tagType": "role", "tagValue": "nobody"}
  ]
}
"""

LAUNCHDARKLY: Final = """\
{
  "items": [
    {
      "key": "assistant",
      "kind": "boolean",
      "variations": [{"value": true}, {"value": false}],
      "archived": false,
      "deprecated": false,
      "tags": ["kill-switch", "trigger:Slow answers"],
      "customProperties": {"authorised_roles": {"name": "Roles", "value": ["operations", "governance"]}},
      "environments": {
        "production": {"on": true, "offVariation": 1, "fallthrough": {"variation": 0},
                       "targets": [], "rules": [], "prerequisites": []},
        "test": {"on": false, "offVariation": 1, "fallthrough": {"variation": 0}}
      }
    }
  ]
}
"""

GROWTHBOOK: Final = """\
{
  "features": [
    {
      "id": "assistant",
      "archived": false,
      "valueType": "boolean",
      "defaultValue": "true",
      "tags": ["kill-switch", "trigger:Slow answers", "roles:operations;governance"],
      "environments": {
        "production": {"enabled": true, "rules": []},
        "dev": {"enabled": false, "rules": []}
      }
    }
  ]
}
"""

NEMO: Final = """\
models: [{type: main, engine: openai, model: gpt-4o}]
rails:
  input:
    flows:
      - self check input
      - jailbreak detection heuristics
      - mask sensitive data on input
      # - detect sensitive data on input
      - check house rules
      - check the moon
  output:
    flows:
      - self check facts
      - content safety check output $model=guard
  dialog:
    single_call: {enabled: true}
"""
COLANG: Final = "define flow check house rules\n  $ok = execute house_rules\n  if not $ok\n    stop\n"

LITELLM: Final = """\
model_list:
  - model_name: triage
    litellm_params: {model: openai/gpt-4o-2024-08-06}
guardrails:
  - guardrail_name: personal-data
    litellm_params:
      guardrail: presidio
      mode: [pre_call, post_call]
      default_on: true
      pii_entities_config: {EMAIL_ADDRESS: MASK}
  - guardrail_name: attacks
    litellm_params: {guardrail: lakera_v2, mode: during_call, api_key: os.environ/LAKERA_KEY}
  - guardrail_name: only-logs
    litellm_params: {guardrail: presidio, mode: logging_only}
  # - guardrail_name: commented
"""

LLM_GUARD: Final = """\
input_scanners:
  - type: Anonymize
    params: {threshold: 0.75}
  - type: PromptInjection
    params: {threshold: 0.92}
#  - type: Toxicity
output_scanners:
  - type: Deanonymize
    params: {}
  - type: Regex
    params: {patterns: ["x"], redact: true}
"""

GUARDS: Final = """\
{"guards": [{"id": "g1", "name": "answers", "validators": [
  {"id": "guardrails/toxic_language", "on": "output", "onFail": "exception", "kwargs": {"threshold": 0.5}},
  {"id": "guardrails/detect_pii", "on": "prompt", "onFail": "fix"},
  {"id": "guardrails/provenance_llm_hallucination", "on": "output", "onFail": "noop"}
]}]}
"""

BEDROCK: Final = """\
{
  "name": "claims",
  "guardrailId": "abc",
  "status": "READY",
  "contentPolicy": {"filters": [
    {"type": "HATE", "inputStrength": "HIGH", "outputStrength": "NONE"},
    {"type": "VIOLENCE", "inputStrength": "NONE", "outputStrength": "NONE"},
    {"type": "PROMPT_ATTACK", "inputStrength": "HIGH", "outputStrength": "NONE"}
  ]},
  "sensitiveInformationPolicy": {
    "piiEntities": [
      {"type": "EMAIL", "action": "ANONYMIZE"},
      {"type": "PHONE", "action": "BLOCK", "inputEnabled": false, "outputEnabled": false},
      {"type": "NAME", "action": "NONE"}
    ],
    "regexes": [{"name": "claim number", "pattern": "C-[0-9]{8}", "action": "ANONYMIZE"}]
  },
  "topicPolicy": {"topics": [{"name": "legal advice", "definition": "x", "type": "DENY"}]},
  "contextualGroundingPolicy": {"filters": [{"type": "GROUNDING", "threshold": 0.7}]},
  "wordPolicy": {"words": [{"text": "the forbidden word"}], "managedWordLists": [{"type": "PROFANITY"}]}
}
"""

AZURE: Final = """\
{"name": "claims-filter", "properties": {"mode": "Default", "contentFilters": [
  {"name": "Hate", "enabled": true, "blocking": true, "severityThreshold": "Medium", "source": "Prompt"},
  {"name": "Hate", "enabled": true, "blocking": false, "severityThreshold": "High", "source": "Completion"},
  {"name": "Violence", "enabled": false, "blocking": true, "severityThreshold": "Medium", "source": "Prompt"},
  {"name": "Jailbreak", "enabled": true, "blocking": true, "source": "Prompt"},
  {"name": "Protected Material Text", "enabled": true, "blocking": true, "source": "Completion"}
]}}
"""

#: Format -> artefact, file name, content.
FILES: Final = {
    "azure-content-filter": ("guardrail_config", "filter.json", AZURE),
    "bedrock-guardrail": ("guardrail_config", "guardrail.json", BEDROCK),
    "grafana": ("alert_rules", "rules.yaml", GRAFANA),
    "growthbook": ("flag_config", "features.json", GROWTHBOOK),
    "guardrails-ai": ("guardrail_config", "guards.json", GUARDS),
    "launchdarkly": ("flag_config", "flags.json", LAUNCHDARKLY),
    "litellm-guardrails": ("guardrail_config", "gateway.yaml", LITELLM),
    "llm-guard": ("guardrail_config", "scanners.yml", LLM_GUARD),
    "nemo-guardrails": ("guardrail_config", "config.yml", NEMO),
    "otel-collector": ("telemetry_config", "collector.yaml", COLLECTOR),
    "unleash": ("flag_config", "features.json", UNLEASH),
}

#: What may stand where a file holds something else.
ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 10**400, 1e308, "", " ", "\u0000", "²", "x" * 5_000, "9" * 5_000, "${env:X}", "{{ x }}",
    [], {}, [[]], [None], [{}], ["a", 7, None], {"a": []}, {"": None}, {"a/b~c": {"d": [1]}}, "(" * 200, "$A" * 200,
)  # fmt: skip


def parsed(name: str, text: str) -> Any:
    """The content of a file by its name."""
    return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


def written(name: str, data: Any) -> str:
    """The text of a file by its name."""
    return json.dumps(data, indent=1) if name.endswith(".json") else yaml.safe_dump(data, sort_keys=False)


def places(data: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Keys and indices of every value below the top."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield (*at, key)
        yield from places(value, (*at, key))


def changed(data: Any, at: tuple[str | int, ...], value: Any) -> Any:
    """The same with another value at one place."""
    found = copy.deepcopy(data)
    inner = found
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return found
