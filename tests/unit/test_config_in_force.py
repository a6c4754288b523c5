"""Objects of a cluster that are not in force count for no format, whoever reads it."""

from pathlib import Path

import pytest

from support.collecting import in_folder, line_text, only_item, problems, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect

RULES = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: NAME, namespace: prod}
spec: {groups: [{name: a, rules: [{alert: NAME, expr: 'latency > 1'}]}]}
"""
CARRIED = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME, namespace: prod}
data:
  rules.yaml: |
    groups: [{name: a, rules: [{alert: NAME, expr: 'latency > 1'}]}]
"""
COLLECTOR = """\
apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: {name: NAME, namespace: prod}
spec:
  config:
    receivers: {otlp: {}}
    exporters: {debug: {}}
    service: {pipelines: {traces/NAME: {receivers: [otlp], exporters: [debug]}}}
"""
GATEWAY = """\
apiVersion: aigateway.envoyproxy.io/v1alpha1
kind: AIGatewayRoute
metadata: {name: NAME, namespace: prod}
spec:
  rules: [{matches: [{headers: [{name: x-ai-eg-model, value: NAME}]}], backendRefs: [{name: b}]}]
"""
KINDS = [
    pytest.param(RULES, "alert_rules", "rules", id="rules"),
    pytest.param(CARRIED, "alert_rules", "rules", id="carried"),
    pytest.param(COLLECTOR, "telemetry_config", "pipelines", id="collector"),
    pytest.param(GATEWAY, "gateway_config", "routes", id="gateway"),
]


def live(text: str) -> str:
    return text.replace("NAME", "live")


def away(text: str) -> str:
    return text.replace("NAME", "away").replace("prod}", "staging}")


def collected(root: Path, text: str, artefact: str, *, one_file: bool = False) -> Gathered:
    section = source("config", "k8s/a.yaml" if one_file else ".", provides=(artefact,))
    return in_folder(collect, write(root, {"k8s/a.yaml": text}), section, prefix="k8s/a.yaml" if one_file else "")


def as_list(*parts: str) -> str:
    items = ["  - " + one.replace("\n", "\n    ").rstrip(" ") for one in parts]
    return "apiVersion: v1\nkind: List\nitems:\n" + "".join(items)


@pytest.mark.parametrize(("text", "artefact", "field"), KINDS)
@pytest.mark.parametrize("form", ["stream", "list"])
def test_what_stands_in_another_environment_gives_no_row(
    tmp_path: Path, text: str, artefact: str, field: str, form: str
) -> None:
    both = (away(text), live(text))
    gathered = collected(tmp_path, "---\n".join(both) if form == "stream" else as_list(*both), artefact)
    rows = only_item(gathered).facts[field]
    assert rows
    assert "away" not in str(rows)
    if artefact == "alert_rules":  # with the lines of the file, behind what was left out
        assert "live" in line_text(gathered, only_item(gathered), f"/{field}/0/name")
    (problem,) = [one for one in problems(gathered, "not-counted") if "staging" in one.reason]
    assert problem.types == (artefact,)
    assert problem.place is not None
    assert problem.place.line == (2 if form == "stream" else 5)


@pytest.mark.parametrize(("text", "artefact", "field"), KINDS)
@pytest.mark.parametrize("one_file", [False, True])
def test_a_file_of_nothing_else_gives_nothing_and_says_so_once(
    tmp_path: Path, text: str, artefact: str, field: str, *, one_file: bool
) -> None:
    gathered = collected(tmp_path, away(text), artefact, one_file=one_file)
    assert not gathered.result.items
    assert not problems(gathered, "unreadable")
    (problem,) = problems(gathered, "not-counted")
    assert "'staging/" in problem.reason, field


def test_an_object_that_nobody_asks_about_is_not_told(tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: staging}\n"
    gathered = collected(tmp_path, f"{service}---\n{live(RULES)}", "alert_rules")
    assert [row["name"] for row in only_item(gathered).facts["rules"]] == ["live"]
    assert not problems(gathered)


@pytest.mark.parametrize("path", ["rules/disabled/a.yaml", "rules/a_test.yml", "rules/a copy.yaml", "vendor/a.yaml"])
def test_a_file_that_its_path_calls_unused_does_not_count(tmp_path: Path, path: str) -> None:
    files = {"rules/live.yaml": live(RULES), path: live(RULES)}
    gathered = in_folder(collect, write(tmp_path, files), source("config", ".", provides=("alert_rules",)), prefix="")
    assert only_item(gathered).provenance.path == "rules/live.yaml"
    (problem,) = problems(gathered, "not-counted")
    assert "is not in use by its path" in problem.reason
