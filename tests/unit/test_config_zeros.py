"""Zeros, tenants and what lets nothing through: a period, lock or weight of 0 is what its maker says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collecting import only_item, problems
from support.configurations import config, gather
from support.odd_places import collected, routes
from support.terraform import gather as terraform
from support.terraform import stores

KEPT = config("retention_config", "product.yaml")
WATCHED = config("telemetry_config", "collector.yaml")
ENABLED = "compactor: {retention_enabled: true}\n"
PROMETHEUS = "storage: {tsdb: {retention: {time: %s}}}\n"
KONG = """\
_format_version: "3.0"
plugins:
  - name: ai-proxy-advanced
    config:
      targets:
        - {route_type: llm/v1/chat, model: {provider: openai, name: gpt-4o-2024-11-20}}
        - {route_type: llm/v1/chat, weight: %s, model: {provider: anthropic, name: claude-3-5-sonnet-20241022}}
"""
LITELLM = """\
model_list:
  - {model_name: chat, litellm_params: {model: openai/gpt-4o}}
  - {model_name: spare, litellm_params: {model: anthropic/claude-sonnet-4-5, weight: %s}}
litellm_settings: {fallbacks: [{chat: [spare]}]}
"""


def kept(root: Path, text: str) -> list[tuple[Any, ...]]:
    rows = only_item(gather(root, text, KEPT)).facts["stores"]
    return [(row.get("scope"), row.get("period_days"), row.get("then"), row.get("enabled")) for row in rows]


def reasons(root: Path, text: str) -> list[str]:
    return [problem.reason for problem in problems(gather(root, text, KEPT), "not-counted")]


def test_a_general_period_of_loki_is_not_that_of_streams_and_tenants(tmp_path: Path):
    text = ENABLED + "limits_config:\n  retention_period: 744h\nruntime_config: {file: /etc/loki/overrides.yaml}\n"
    assert kept(tmp_path, text) == [("tenants without a period of their own", 31.0, "delete", True)]
    assert "'/etc/loki/overrides.yaml' may set other periods" in reasons(tmp_path, text)[0]
    both = text.replace("744h", "744h\n  retention_stream: [{selector: '{app=\"a\"}', period: 24h}]")
    assert [row[0] for row in kept(tmp_path, both)] == [
        "streams and tenants without a period of their own",
        '{app="a"}',
    ]


def test_streams_with_a_period_leave_the_others_for_ever(tmp_path: Path):
    text = ENABLED + "limits_config: {retention_stream: [{selector: '{app=\"a\"}', period: 24h}]}\n"
    assert kept(tmp_path, text) == [
        ("streams without a period of their own", None, "keep", True),
        ('{app="a"}', 1.0, "delete", True),
    ]


def test_tenants_of_loki_and_mimir_have_periods_of_their_own(tmp_path: Path):
    text = """\
overrides:
  hospital: {retention_period: 8784h, retention_stream: [{selector: '{app="a"}', period: 48h}]}
  clinic: {retention_period: 0s}
  other: {ingestion_rate_mb: 4}
"""
    assert kept(tmp_path, text) == [
        ("streams without a period of their own of the tenant hospital", 366.0, "delete", None),
        ('{app="a"} of the tenant hospital', 2.0, "delete", None),
        ("the tenant clinic", None, "keep", None),
    ]
    mimir = "overrides: {hospital: {compactor_blocks_retention_period: 30d}}\n"
    assert kept(tmp_path, mimir) == [("the tenant hospital", 30.0, "delete", True)]


@pytest.mark.parametrize(
    ("text", "then", "enabled", "told"),
    [
        (PROMETHEUS % "0", None, None, "is 0, which leaves the end to the limit of size"),
        (PROMETHEUS % "0s", None, None, "is 0, which leaves the end to the limit of size"),
        ("limits: {compactor_blocks_retention_period: 0}\n", "keep", True, ""),
        ("compactor: {compaction: {block_retention: 0s}}\n", None, None, "gives no meaning"),
        ("general_settings: {maximum_spend_logs_retention_period: 0d}\n", None, None, "gives no meaning"),
    ],
)
def test_a_period_of_zero_is_what_its_maker_says(tmp_path: Path, text: str, then: Any, enabled: Any, told: str):
    assert kept(tmp_path, text) == [(None, None, then, enabled)]
    assert told in "".join(reasons(tmp_path, text))


def test_a_limit_of_size_beside_the_time_is_told(tmp_path: Path):
    text = "storage: {tsdb: {retention: {time: 15d, size: 50GB}}}\n"
    assert kept(tmp_path, text)[0][1] == 15.0
    assert "'size' limits what is kept too" in reasons(tmp_path, text)[0]
    assert reasons(tmp_path, PROMETHEUS % "15d") == []


LOCKS = [
    ("aws_s3_bucket_object_lock_configuration", 'rule {\ndefault_retention {\nmode = "COMPLIANCE"\ndays = %s\n}\n}'),
    ("aws_backup_vault_lock_configuration", "changeable_for_days = 3\nmin_retention_days = %s"),
    ("azurerm_storage_container_immutability_policy", "locked = true\nimmutability_period_in_days = %s"),
    ("google_storage_bucket", "retention_policy {\nis_locked = true\nretention_period = %s\n}"),
]


@pytest.mark.parametrize(("type_", "content"), LOCKS)
def test_a_lock_of_no_days_locks_nothing(tmp_path: Path, type_: str, content: str):
    gathered = terraform(tmp_path, f'resource "{type_}" "x" {{\n{content % "0"}\n}}\n')
    assert [(row["lock"], row["lock_days"]) for row in stores(gathered)] == [("none", 0.0)]
    assert any("holds for 0 days, so it locks nothing" in one.reason for one in problems(gathered))
    sound = terraform(tmp_path, f'resource "{type_}" "x" {{\n{content % "864000"}\n}}\n')
    assert stores(sound)[0]["lock"] in {"compliance", "locked"}
    assert problems(sound, "not-counted") == []


@pytest.mark.parametrize("odd", ["-1", "1e999", '"for ever"', "[30]", "true"])
@pytest.mark.parametrize(("type_", "content"), LOCKS)
def test_a_lock_for_odd_days_tells_none_and_says_so(tmp_path: Path, type_: str, content: str, odd: str):
    gathered = terraform(tmp_path, f'resource "{type_}" "x" {{\n{content % odd}\n}}\n')
    assert all(row.get("lock_days") is None for row in stores(gathered))
    assert any("is not a number of zero or more" in one.reason for one in problems(gathered))


@pytest.mark.parametrize("odd", ["-1", "1e999", '"for ever"'])
def test_an_odd_period_of_a_log_group_is_not_for_ever(tmp_path: Path, odd: str):
    text = 'resource "aws_cloudwatch_log_group" "x" {\nretention_in_days = %s\n}\n'
    assert stores(terraform(tmp_path, text % odd)) == []
    assert stores(terraform(tmp_path, text % "0"))[0]["then"] == "keep"


def test_zero_days_that_a_cloud_does_not_take_are_no_deletion_at_once(tmp_path: Path):
    workspace = terraform(tmp_path, 'resource "azurerm_log_analytics_workspace" "x" {\nretention_in_days = 0\n}\n')
    assert (stores(workspace), len(problems(workspace, "not-counted"))) == ([], 1)
    logs = 'resource "google_logging_project_bucket_config" "x" {\nretention_days = 0\nlocked = true\n}\n'
    (row,) = stores(terraform(tmp_path, logs))
    assert (row.get("period_days"), row.get("then"), row["lock"]) == (None, None, "locked")


@pytest.mark.parametrize(("weight", "number"), [("0", 1), ("0.0", 1), ("1", 2), ("'0'", 2)])
def test_a_target_of_weight_zero_takes_over_from_nothing(tmp_path: Path, weight: str, number: int):
    found = list(routes(collected(tmp_path, {"kong.yaml": KONG % weight})).values())
    assert len(found) == number
    assert bool(found[0].get("fallbacks")) is (number > 1)


@pytest.mark.parametrize(("weight", "counts"), [("0", False), ("1", True)])
def test_a_deployment_of_weight_zero_is_no_fallback(tmp_path: Path, weight: str, counts: bool):
    item = only_item(gather(tmp_path, LITELLM % weight))
    assert bool(item.facts["routes"][0].get("fallbacks")) is counts


def pipeline(root: Path, processors: dict[str, Any], **more: Any) -> tuple[Any, list[str]]:
    used = {"receivers": ["otlp"], "processors": list(processors), "exporters": ["otlphttp"]}
    exporters = {"otlphttp": {"endpoint": "https://logs.example.com"}}
    whole = {"receivers": {"otlp": None}, "processors": processors, "exporters": exporters}
    text = yaml.safe_dump({**whole, "service": {"pipelines": {"logs": used, "traces": used}}, **more})
    gathered = gather(root, text, WATCHED)
    rows = {row["name"]: row.get("kept") for row in only_item(gathered).facts["pipelines"]}
    return rows, [problem.reason for problem in problems(gathered)]


@pytest.mark.parametrize(
    ("processor", "logs", "traces"),
    [
        ({"probabilistic_sampler": {"sampling_percentage": 0}}, False, False),
        ({"probabilistic_sampler": {"sampling_percentage": 0, "sampling_priority": "urgent"}}, None, None),
        ({"probabilistic_sampler": {"sampling_percentage": 1}}, True, True),
        ({"probabilistic_sampler": {"sampling_percentage": "${env:SHARE}"}}, True, True),
        ({"tail_sampling": {"policies": [{"type": "drop"}]}}, True, False),
        ({"tail_sampling": {"policies": [{"type": "probabilistic", "probabilistic": {"sampling_percentage": 0}}]}},
         True, False),
        ({"tail_sampling": {"policies": [{"type": "always_sample"}, {"type": "drop"}]}}, True, True),
        ({"filter": {"logs": {"log_record": ["true"]}}}, False, True),
        ({"filter": {"logs": {"log_record": ['body == "x"']}}}, True, True),
    ],
)  # fmt: skip
def test_what_lets_nothing_through_keeps_nothing(tmp_path: Path, processor: dict[str, Any], logs: Any, traces: Any):
    kept_by_name, _ = pipeline(tmp_path, processor)
    assert kept_by_name == {"logs": logs, "traces": traces}


def test_a_filter_is_told_where_it_stands(tmp_path: Path):
    _, told = pipeline(tmp_path, {"filter/noise": {"logs": {"log_record": ['body == "x"']}}})
    assert told == [
        "the processor 'filter/noise' leaves out what meets its conditions: 'logs' does not hand on everything"
    ]
    assert pipeline(tmp_path, {"batch": {}})[1] == []


def test_a_pipeline_that_another_one_stops_keeps_nothing(tmp_path: Path):
    text = """\
receivers: {otlp: }
processors: {probabilistic_sampler: {sampling_percentage: 0}}
exporters: {otlphttp: {endpoint: "https://logs.example.com"}, debug: }
connectors: {forward: }
service:
  pipelines:
    traces/in: {receivers: [otlp], exporters: [forward]}
    traces/out: {receivers: [forward], processors: [probabilistic_sampler], exporters: [otlphttp]}
"""
    rows = only_item(gather(tmp_path, text, WATCHED)).facts["pipelines"]
    assert [row["kept"] for row in rows] == [False, False]
    rows = only_item(gather(tmp_path, text.replace("percentage: 0", "percentage: 9"), WATCHED)).facts["pipelines"]
    assert [row["kept"] for row in rows] == [True, True]
