"""The OpenTelemetry Collector: pipelines in force, where they lead, what is removed and left out on the way."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collecting import line_text, only_item, problems
from support.configurations import config, gather
from support.watching import COLLECTOR
from tieout.collectors.config.otel_parts.exporters import host

MOVED = ['set(attributes["b"], attributes["a"])', 'delete_key(attributes, "a")']
FIVE = {"sampling_percentage": 5}
SECTION = config("telemetry_config", "collector.yaml")


def collector(exporter: dict[str, Any] | None = None, processors: dict[str, Any] | None = None, **more: Any) -> str:
    """A collector of one pipeline of traces."""
    exporters = exporter or {"debug": {}}
    pipeline = {"receivers": ["otlp"], "processors": list(processors or {}), "exporters": list(exporters)}
    whole = {"receivers": {"otlp": None}, "processors": processors or {}, "exporters": exporters}
    return yaml.safe_dump({**whole, "service": {"pipelines": {"traces": pipeline}}, **more}, sort_keys=False)


def only_pipeline(root: Path, text: str) -> dict[str, Any]:
    (pipeline,) = only_item(gather(root, text, SECTION)).facts["pipelines"]
    return pipeline


def test_pipelines_in_force_come_with_their_lines(tmp_path: Path):
    gathered = gather(tmp_path, COLLECTOR, SECTION)
    item = only_item(gathered)
    traces, logs, metrics = item.facts["pipelines"]
    assert traces == {
        "name": "traces",
        "signal": "traces",
        "receivers": ["otlp"],
        "processors": ["attributes/private", "probabilistic_sampler"],
        "exporters": ["otlp/traces"],
        "external": False,
        "encrypted": False,
        "kept": True,
        "redacts": True,
        "redacted": ["user.email"],
        "thinned": True,
        "sampled_share": 0.25,
    }
    assert (logs["external"], logs["encrypted"], logs["kept"], logs["redacts"]) == (True, True, True, False)
    assert (metrics["external"], metrics.get("encrypted"), metrics["kept"]) == (False, None, False)
    expected = {
        "/pipelines/0/sampled_share": "probabilistic_sampler: {sampling_percentage: 25}",
        "/pipelines/0/redacts": "attributes/private:",
    }
    assert {pointer: line_text(gathered, item, pointer).strip() for pointer in expected} == expected
    assert "api.vendor.example.com" in line_text(gathered, item, "/pipelines/1/external")
    (note,) = problems(gathered)
    assert (note.status, note.place.line) == ("not-counted", 3)
    assert note.reason == "the receiver 'hostmetrics' is in no pipeline, so it does nothing"


@pytest.mark.parametrize(
    ("exporter", "external", "encrypted"),
    [
        ({"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": True}}}, False, False),
        ({"otlp": {"endpoint": "tempo:4317"}}, False, True),
        ({"otlp": {"endpoint": "tempo:4317", "tls": {"insecure_skip_verify": True}}}, False, False),
        ({"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": "${env:INSECURE}"}}}, False, None),
        ({"otlp_grpc/x": {"endpoint": "http://tempo:4317"}}, False, False),
        ({"otlp": {"endpoint": "api.honeycomb.io:443"}}, True, True),
        ({"otlp": {"endpoint": "${env:HOST}:4317"}}, None, True),
        ({"otlp": {"endpoint": "tempo:${env:PORT}"}}, False, True),
        ({"otlp": {"endpoint": "localhost:4317", "tls": {"insecure": True}}}, False, None),
        ({"otlp": {"endpoint": "unix:///run/otel.sock"}}, False, None),
        ({"otlp": {"endpoint": "dns:///tempo.tracing.svc.cluster.local:4317"}}, False, True),
        ({"otlp": {"endpoint": "collector.my-namespace:4317"}}, False, True),
        ({"otlp": None}, None, None),
        ({"otlphttp": {"traces_endpoint": "https://otlp.example.com/v1/traces"}}, True, True),
        ({"otlphttp": {"endpoint": "http://10.0.0.7:4318"}}, False, False),
        ({"loki": {"endpoint": "loki:3100/loki/api/v1/push"}}, False, False),
        ({"elasticsearch": {"endpoints": ["https://es:9200", "https://eu.example.com"]}}, True, True),
        ({"elasticsearch": {"cloudid": "x"}}, True, True),
        ({"kafka": {"brokers": ["kafka:9092"]}}, False, False),
        ({"kafka": {"brokers": ["kafka:9092"], "tls": {"ca_file": "/ca"}}}, False, True),
        ({"datadog": {"api": {"key": "${env:DD}"}}}, True, True),
        ({"datadog": {"api": {"site": "datadoghq.eu"}}}, True, True),
        ({"awsxray": {}}, True, True),
        ({"prometheus": {"endpoint": "0.0.0.0:8889"}}, False, None),
        ({"file": {"path": "/var/log/otel.json"}}, False, None),
        ({"loadbalancing": {"resolver": {"k8s": {"service": "otel.observing"}}}}, False, True),
        ({"some_new_exporter": {}}, None, None),
        ({"otlp": {"endpoint": "a:1"}, "otlp/2": {"endpoint": "b:1", "tls": {"insecure": True}}}, False, False),
        ({"otlp": {"endpoint": "tempo:4317"}, "otlphttp": {"endpoint": "${env:X}"}}, None, None),
    ],
)  # fmt: skip
def test_where_an_exporter_sends_and_how(tmp_path: Path, exporter, external, encrypted):
    found = only_pipeline(tmp_path, collector(exporter))
    assert (found.get("external"), found.get("encrypted")) == (external, encrypted)


@pytest.mark.parametrize("exporter", ["debug", "logging", "nop"])
def test_what_is_only_shown_or_dropped_is_not_kept(tmp_path: Path, exporter: str):
    assert only_pipeline(tmp_path, collector({exporter: {"verbosity": "detailed"}}))["kept"] is False


@pytest.mark.parametrize(
    ("processor", "redacted"),
    [
        ({"attributes": {"actions": [{"key": "a", "action": "hash"}, {"key": "b", "action": "insert"}]}}, ["a"]),
        ({"attributes": {"actions": [{"key": "a", "value": "***", "action": "update"}]}}, ["a"]),
        ({"attributes": {"actions": [{"key": "a", "value": "eu", "action": "update"}]}}, []),
        ({"resource": {"attributes": [{"key": "host", "action": "delete"}]}}, ["host"]),
        ({"redaction": {"allow_all_keys": True, "blocked_values": ["4[0-9]{12}"]}}, ["values of a pattern"]),
        ({"redaction": {"allow_all_keys": True}}, []),
        ({"redaction": {"allowed_keys": ["a"]}}, ["*"]),
        ({"transform": {"trace_statements": ['delete_key(span.attributes, "a")']}}, ["a"]),
        ({"transform": {"log_statements": ['delete_key(log.attributes, "a")']}}, []),  # of another signal
        ({"transform": {"trace_statements": [{"statements": ['set(attributes["a"], "***")']}]}}, ["a"]),
        ({"transform": {"trace_statements": ['replace_pattern(attributes["a"], "[0-9]+", "#")']}}, ["a"]),
        ({"transform": {"trace_statements": MOVED}}, []),
        ({"transform": {"trace_statements": ['set(attributes["a"], SHA256(attributes["a"]))']}}, ["a"]),
        ({"transform": {"trace_statements": ['keep_keys(attributes, ["a"])']}}, ["*"]),
        ({"transform": {"trace_statements": ['delete_key(attributes, "a") where false']}}, []),
        ({"transform": {"trace_statements": ['delete_key(attributes, "a") where true']}}, ["a"]),
        ({"transform": {"trace_statements": ['delete_key(attributes, "a") where attributes["a"] != nil']}}, ["a"]),
        ({"transform": {"trace_statements": ['replace_pattern(attributes["a"], "say where it is", "#")']}}, ["a"]),
        ({"batch": {}}, []),
    ],
)  # fmt: skip
def test_what_a_processor_removes_or_masks(tmp_path: Path, processor, redacted):
    found = only_pipeline(tmp_path, collector(processors=processor))
    assert (found["redacts"], found["redacted"]) == (bool(redacted), redacted)


DELETED = 'delete_key(attributes, "a")'
CHOSEN = {"actions": [{"key": "a", "action": "delete"}]}


@pytest.mark.parametrize(
    "processor",
    [
        {"transform": {"trace_statements": [f'{DELETED} where attributes["b"] == "x"']}},
        {"transform": {"trace_statements": [f'{DELETED} where attributes["b"] != nil']}},
        {"transform": {"trace_statements": [f'{DELETED}\nwhere  attributes["b"] == "x"']}},
        {"transform": {"trace_statements": [{"statements": [DELETED], "conditions": ['attributes["b"] == "x"']}]}},
        {"attributes": {**CHOSEN, "include": {"match_type": "strict", "services": ["x"]}}},
        {"attributes": {**CHOSEN, "exclude": {"match_type": "strict", "services": ["x"]}}},
    ],
)
def test_what_is_removed_under_a_condition_is_not_told_to_be_removed(tmp_path: Path, processor):
    gathered = gather(tmp_path, collector(processors=processor), SECTION)
    (pipeline,) = only_item(gathered).facts["pipelines"]
    assert "redacts" not in pipeline
    assert not pipeline.get("redacted")
    (note,) = problems(gathered)
    assert "removes or masks under a condition only" in note.reason


def test_beside_what_is_removed_always_a_condition_hides_nothing(tmp_path: Path):
    statements = [DELETED, 'delete_key(attributes, "b") where attributes["c"] == "x"']
    pipeline = only_pipeline(tmp_path, collector(processors={"transform": {"trace_statements": statements}}))
    assert (pipeline["redacts"], pipeline["redacted"]) == (True, ["a"])


def test_a_processor_that_is_called_after_masking_and_not_known_tells_nothing(tmp_path: Path):
    assert "redacts" not in only_pipeline(tmp_path, collector(processors={"acme_pii_masker": {}}))


@pytest.mark.parametrize(
    ("processor", "thinned", "share"),
    [
        ({"probabilistic_sampler": {"sampling_percentage": 10}}, True, 0.1),
        ({"probabilistic_sampler": {"sampling_percentage": 100}}, False, 1.0),
        ({"probabilistic_sampler": {"sampling_percentage": 250}}, False, 1.0),
        ({"probabilistic_sampler": {}}, True, 0.0),
        ({"probabilistic_sampler": {"sampling_percentage": "${env:SHARE}"}}, None, None),
        ({"tail_sampling": {"policies": [{"type": "latency"}]}}, True, None),
        ({"tail_sampling": {"policies": [{"type": "latency"}, {"type": "always_sample"}]}}, False, 1.0),
        ({"tail_sampling": {"policies": [{"type": "probabilistic", "probabilistic": FIVE}]}}, True, 0.05),
        ({"filter": {"traces": {"span": ['attributes["x"] == "1"']}}}, True, None),
        ({"filter": {"metrics": {"metric": ["true"]}}}, False, None),
        ({"batch": {}}, False, None),
    ],
)  # fmt: skip
def test_what_a_processor_leaves_out(tmp_path: Path, processor, thinned, share):
    found = only_pipeline(tmp_path, collector(processors=processor))
    assert (found.get("thinned"), found.get("sampled_share")) == (thinned, share)


def test_a_connector_that_passes_on_leads_to_where_the_next_pipeline_does(tmp_path: Path):
    text = """\
receivers: {otlp: }
processors: {redaction: }
connectors: {forward: , spanmetrics: }
exporters: {otlphttp: {endpoint: "https://x.example.com"}, file: {path: /x}}
service:
  pipelines:
    traces/in: {receivers: [otlp], exporters: [forward]}
    traces/out: {receivers: [forward], processors: [redaction], exporters: [otlphttp]}
    traces/counted: {receivers: [otlp], exporters: [spanmetrics, file]}
    metrics: {receivers: [spanmetrics], exporters: [otlphttp]}
"""
    rows = {one["name"]: one for one in only_item(gather(tmp_path, text, SECTION)).facts["pipelines"]}
    assert (rows["traces/in"]["external"], rows["traces/in"]["redacts"]) == (True, True)
    # Spans that are only counted do not go where the counts go.
    assert (rows["traces/counted"]["external"], rows["traces/counted"]["redacts"]) == (False, False)


@pytest.mark.parametrize(
    ("pipelines", "status", "reason"),
    [
        ({"traces": {"receivers": ["otlp"]}}, "unreadable", "the pipeline 'traces' has no receiver or no exporter"),
        ({"traces": None}, "unreadable", "the pipeline 'traces' has no receiver or no exporter in this file"),
        ({"spans": {"receivers": ["otlp"], "exporters": ["debug"]}}, "unreadable", "the pipeline 'spans' is of no"),
        (
            {"traces": {"receivers": ["otlp"], "exporters": ["elsewhere"]}},
            "not-counted",
            "the pipeline 'traces' names the exporter 'elsewhere', which this file does not configure",
        ),
    ],
)  # fmt: skip
def test_a_pipeline_that_cannot_start_as_it_stands_is_told(tmp_path: Path, pipelines, status, reason):
    text = yaml.safe_dump({"receivers": {"otlp": {}}, "exporters": {"debug": {}}, "service": {"pipelines": pipelines}})
    gathered = gather(tmp_path, text, SECTION)
    assert any(one.reason.startswith(reason) for one in problems(gathered, status))
    for item in gathered.result.items:
        assert "external" not in item.facts["pipelines"][0]


def test_the_operators_object_and_a_configmap_are_read_and_text_within_an_object_is_told(tmp_path: Path):
    inner = yaml.safe_load(COLLECTOR)
    operators = {"kind": "OpenTelemetryCollector", "metadata": {"name": "c"}, "spec": {"config": inner}}
    assert len(only_item(gather(tmp_path, yaml.safe_dump(operators), SECTION)).facts["pipelines"]) == 3
    carrying = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c"},
        "data": {"collector.yaml": COLLECTOR},
    }
    item = only_item(gather(tmp_path, yaml.safe_dump(carrying, default_style="|"), SECTION))
    assert [one["name"] for one in item.facts["pipelines"]] == ["traces", "logs", "metrics"]
    older = {**operators, "spec": {"config": COLLECTOR}}
    (problem,) = problems(gather(tmp_path, yaml.safe_dump(older), SECTION), "unreadable")
    assert problem.reason == "keeps its configuration as text within the object, which is not read here"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a:1", "a"),
        ("http://a.b/c", "a.b"),
        ("[::1]:4317", "::1"),
        ("${env:X}:1", None),
        ("://", None),
        ("unix:/x", ""),
    ],
)
def test_the_host_of_an_address(address: str, expected: str | None):
    assert host(address) == expected


def test_a_processor_that_says_that_it_is_off_tells_nothing_and_a_pipeline_that_does_is_none(tmp_path: Path):
    masking = {"attributes/private": {"enabled": False, "actions": [{"key": "user.email", "action": "delete"}]}}
    gathered = gather(tmp_path, collector(processors=masking), SECTION)
    (pipeline,) = only_item(gathered).facts["pipelines"]
    assert (pipeline.get("redacts"), pipeline.get("thinned"), pipeline["redacted"]) == (None, None, [])
    assert any("'enabled' says that it is off" in one.reason for one in problems(gathered, "unreadable"))
    whole = yaml.safe_load(collector())
    whole["service"]["pipelines"]["traces"]["enabled"] = False
    gathered = gather(tmp_path / "second", yaml.safe_dump(whole), SECTION)
    assert not gathered.result.items
    assert any("the pipeline 'traces' cannot be judged" in one.reason for one in problems(gathered, "unreadable"))
