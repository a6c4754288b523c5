"""How long products keep by their own configuration: what is in force, what is not, and what keeps for ever."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, line_text, only_item, problems, source, write
from support.terraform import stores
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect


def gather(root: Path, text: str, name: str = "product.yaml") -> Gathered:
    write(root, {f"deploy/{name}": text})
    return in_folder(collect, root, source("config", "deploy", provides=("retention_config",)))


LOKI = "limits_config:\n  retention_period: 744h\ncompactor:\n  retention_enabled: true\n"
TOPIC = """\
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata: {name: answers}
spec:
  config:
    retention.ms: 604800000
    cleanup.policy: delete
"""
ILM = """{"answers": {"version": 1, "policy": {"phases": {
 "hot": {"actions": {}}, "delete": {"min_age": "30d", "actions": {"delete": {}}}}}}}"""
ISM = """{"policy": {"policy_id": "answers", "states": [
 {"name": "hot", "actions": [], "transitions": [{"state_name": "gone", "conditions": {"min_index_age": "90d"}}]},
 {"name": "gone", "actions": [{"delete": {}}], "transitions": []}]}}"""


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (LOKI, "loki.yaml", {"store": "logs in Loki", "period_days": 31.0, "then": "delete", "enabled": True}),
        (
            LOKI.replace("true", "false"),
            "loki.yaml",
            {"store": "logs in Loki", "then": "keep", "enabled": False},
        ),
        (
            "limits_config: {retention_period: 744h}\n",
            "loki.yaml",
            {"store": "logs in Loki", "then": "keep", "enabled": False},
        ),
        (LOKI.replace("744h", "0s"), "loki.yaml", {"store": "logs in Loki", "then": "keep", "enabled": True}),
        (
            "compactor: {compaction: {block_retention: 336h}}\n",
            "tempo.yaml",
            {"store": "traces in Tempo", "period_days": 14.0, "then": "delete", "enabled": True},
        ),
        (
            "storage: {tsdb: {retention: {time: 15d}}}\n",
            "prometheus.yml",
            {"store": "metrics in Prometheus", "period_days": 15.0, "then": "delete", "enabled": True},
        ),
        (
            "general_settings: {maximum_spend_logs_retention_period: 7d}\n",
            "litellm.yaml",
            {"store": "spend logs of LiteLLM", "period_days": 7.0, "then": "delete", "enabled": True},
        ),
        (TOPIC, "topic.yaml", {"store": "topic answers", "period_days": 7.0, "then": "delete", "enabled": True}),
        (
            TOPIC.replace("604800000", "-1"),
            "topic.yaml",
            {"store": "topic answers", "then": "keep", "enabled": True},
        ),
        (
            TOPIC.replace("policy: delete", "policy: compact"),
            "topic.yaml",
            {"store": "topic answers", "then": "keep", "enabled": True},
        ),
        (
            ILM,
            "ilm.json",
            {"store": "indexes under the policy answers", "period_days": 30.0, "then": "delete", "enabled": True},
        ),
        (
            '{"policy": {"phases": {"hot": {"actions": {}}}}}',
            "ilm.json",
            {"store": "indexes under this policy", "then": "keep", "enabled": True},
        ),
        (
            ISM,
            "ism.json",
            {"store": "indexes under the policy answers", "period_days": 90.0, "then": "delete", "enabled": True},
        ),
        (
            '{"data": [{"id": "1", "name": "triage", "retentionDays": 30}]}',
            "projects.json",
            {"store": "traces of the project triage", "period_days": 30.0, "then": "delete", "enabled": True},
        ),
        (
            '{"data": [{"id": "1", "name": "triage", "retentionDays": 0}]}',
            "projects.json",
            {"store": "traces of the project triage", "then": "keep", "enabled": True},
        ),
    ],
)
def test_what_is_kept_and_then(tmp_path: Path, text: str, name: str, expected: dict[str, Any]):
    assert stores(gather(tmp_path, text, name)) == [expected]


def test_a_period_stands_on_its_line_in_a_stream_of_documents(tmp_path: Path):
    other = TOPIC.replace("answers", "questions").replace("604800000", "86400000")
    gathered = gather(tmp_path, f"{TOPIC}---\n{other}")
    items = sorted(gathered.result.items, key=lambda item: item.facts["stores"][0]["store"])
    assert [item.facts["stores"][0]["period_days"] for item in items] == [7.0, 1.0]
    for item, number in zip(items, ("604800000", "86400000"), strict=True):
        assert number in line_text(gathered, item, "/stores/0/period_days")


def test_a_period_that_nothing_enforces_is_told(tmp_path: Path):
    gathered = gather(tmp_path, LOKI.replace("true", "false"))
    (note,) = problems(gathered, "not-counted")
    assert (note.place.line, note.reason) == (2, "deletes nothing: the compactor's retention is not switched on")


def test_streams_of_logs_have_periods_of_their_own(tmp_path: Path):
    text = LOKI + "  retention_delete_delay: 2h\n"
    more = text.replace("744h\n", "744h\n  retention_stream:\n    - {selector: '{job=\"audit\"}', period: 8784h}\n")
    item = only_item(gather(tmp_path, more))
    assert [(row.get("scope"), row["period_days"]) for row in item.facts["stores"]] == [
        ("streams without a period of their own", 31.0),
        ('{job="audit"}', 366.0),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# limits_config: {retention_period: 744h}\nserver: {}\n", "loki.yaml"),
        ("limits_config: {ingestion_rate_mb: 4}\n", "loki.yaml"),
        ('{"data": [{"id": "1", "name": "x"}]}', "projects.json"),
        ('{"policy": {"name": "x"}}', "policy.json"),
        (TOPIC.replace("    retention.ms: 604800000\n", ""), "topic.yaml"),
        (TOPIC.replace("kafka.strimzi.io", "example.org"), "topic.yaml"),
    ],
)
def test_what_says_nothing_of_retention_is_passed_over(tmp_path: Path, text: str, name: str):
    assert stores(gather(tmp_path, text, name)) == []


ODD_TOPIC = """\
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: ODD
spec: {topicName: ODD, config: {retention.ms: ODD, cleanup.policy: ODD}}
"""


@pytest.mark.parametrize(
    "odd", ["soon", "[]", "{}", "-5", "7", "true", "''", "9" * 40 + "d", "1e99", "[{}]", "{a: [1]}"]
)
@pytest.mark.parametrize(
    "text",
    [
        "limits_config: {retention_period: ODD, retention_stream: [{selector: ODD, period: ODD}]}\ncompactor: ODD\n",
        "limits_config: {retention_period: 1d, retention_stream: ODD}\ncompactor: {retention_enabled: ODD}\n",
        "compactor: {compaction: {block_retention: ODD}}\n",
        "general_settings: {maximum_spend_logs_retention_period: ODD}\n",
        "policy: {phases: {delete: {min_age: ODD, actions: ODD}}}\n",
        "policy: {phases: {delete: {min_age: ODD, actions: {delete: {}}}}}\n",
        "policy: {policy_id: ODD, states: [{name: ODD, actions: ODD, transitions: ODD}]}\n",
        "policy: {states: [{name: b, actions: [{delete: ODD}], transitions: [{state_name: b, conditions: ODD}]}]}\n",
        "data: [{name: ODD, retentionDays: ODD}]\n",
        ODD_TOPIC,
    ],
)
def test_odd_values_give_no_period(tmp_path: Path, text: str, odd: str):
    gathered = gather(tmp_path, text.replace("ODD", odd))
    assert gathered.result.items or gathered.result.problems
    for row in stores(gathered):
        assert 0 <= row.get("period_days", 0) <= 1_000_000
