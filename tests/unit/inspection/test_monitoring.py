"""Alert rules, telemetry, drift and health."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact

RULES = """groups:
  - name: a
    rules:
      - alert: ModelErrors
        expr: rate(llm_errors_total[5m]) > 1
      - record: x
        expr: y
"""


def facts(tmp_path: Path, files: dict[str, str | bytes]) -> dict[str, Fact]:
    """Facts of the topic by the question's key."""
    found = inspected(tmp_path / "r", files, "monitoring")
    return {key.rpartition("/")[2]: fact for key, fact in found.items()}


def test_alert_rules_of_prometheus_count_and_recorded_ones_do_not(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"monitoring/rules.yaml": RULES})["alert-rules"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["monitoring/rules.yaml:4"])
    assert (fact.values["rules"], fact.values["about_the_model"], fact.values["metrics"]) == (1, 1, 1)


def test_alarms_of_infrastructure_count_unless_commented(tmp_path: Path) -> None:
    source = '# resource "aws_cloudwatch_metric_alarm" "old" {}\nresource "aws_cloudwatch_metric_alarm" "a" {\n}\n'
    fact = facts(tmp_path, {"infra/alarms.tf": source})["alert-rules"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["infra/alarms.tf:2"])


def test_rules_of_examples_do_not_count_and_those_of_a_chart_are_partial(tmp_path: Path) -> None:
    example = facts(tmp_path, {"examples/rules.yaml": RULES})["alert-rules"]
    assert (example.answer, spots(example, counting=False)) == (Answer.NO, ["examples/rules.yaml:4"])
    chart = facts(
        tmp_path / "b", {"charts/a/templates/rules.yaml": f"{{{{- if .Values.on }}}}\n{RULES}{{{{- end }}}}\n"}
    )
    assert (chart["alert-rules"].answer, spots(chart["alert-rules"])) == (
        Answer.PARTIAL,
        ["charts/a/templates/rules.yaml:5"],
    )


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("app/main.py", "import sentry_sdk\nsentry_sdk.init(dsn=DSN)\n", 2),
        ("app/main.py", "provider = TracerProvider()\n", 1),
        ("cmd/main.go", 'mux.Handle("/metrics", promhttp.Handler())\n', 1),
        ("src/otel.ts", "const sdk = new NodeSDK({});\n", 1),
        ("deploy/monitor.yaml", "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n", 2),
    ],
)
def test_telemetry_counts_where_it_is_started(tmp_path: Path, path: str, text: str, line: int) -> None:
    fact = facts(tmp_path, {path: text})["telemetry"]
    assert (fact.answer, spots(fact)) == (Answer.YES, [f"{path}:{line}"])


def test_a_dependency_or_an_import_sends_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "requirements.txt": "sentry-sdk==2\n",
        "app/a.py": "import sentry_sdk\n# sentry_sdk.init()\n",
    }
    assert facts(tmp_path, files)["telemetry"].answer is Answer.NO


def test_drift_of_data_counts_and_of_anything_else_does_not(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"jobs/drift.py": "report = Report([DataDriftPreset()])\n"})["drift-monitoring"]
    assert (fact.answer, spots(fact)) == (Answer.YES, ["jobs/drift.py:1"])
    other = facts(tmp_path / "b", {"src/time.ts": "const drift = now - then;\n"})["drift-monitoring"]
    assert (other.answer, spots(other, counting=False)) == (Answer.NO, ["src/time.ts:1"])


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("app/api.py", '@app.get("/healthz")\ndef a(): ...\n', "app/api.py:1"),
        ("app/urls.py", 'urls = [path("health/", views.health)]\n', "app/urls.py:1"),
        ("config/routes.rb", 'get "/healthcheck/live", to: x\n', "config/routes.rb:1"),
        ("cmd/main.go", 'mux.HandleFunc("GET /health", h)\n', "cmd/main.go:1"),
        ("web/pages/api/public/health.ts", "export default h;\n", "web/pages/api/public/health.ts:1"),
    ],
)
def test_a_route_of_health_counts(tmp_path: Path, path: str, text: str, place: str) -> None:
    fact = facts(tmp_path, {path: text})["health-endpoint"]
    assert (fact.answer, spots(fact)) == (Answer.YES, [place])


def test_a_member_called_ready_is_no_route_and_a_probe_alone_is_partial(tmp_path: Path) -> None:
    assert facts(tmp_path, {"app/a.py": 'x = answer.get("ready")\n'})["health-endpoint"].answer is Answer.NO
    probe = facts(tmp_path / "b", {"deploy/a.yaml": "containers:\n  - livenessProbe:\n      httpGet: {path: /x}\n"})
    assert (probe["health-endpoint"].answer, spots(probe["health-endpoint"])) == (Answer.PARTIAL, ["deploy/a.yaml:2"])


def test_an_empty_repository_answers_every_question(tmp_path: Path) -> None:
    assert [fact.answer for fact in facts(tmp_path, {"README.md": "drift, alert: x\n"}).values()] == [Answer.NO] * 4


def test_settings_of_a_monitoring_system_without_rules_are_shown(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "prometheus/config.yaml": "global:\n  evaluation_interval: 15s\nscrape_configs: []\n",
        "loki/config.yaml": "common:\n  storage:\n    filesystem:\n      rules_directory: /var/lib/loki/rules\n",
        "tempo.yaml": "# evaluation_interval: 15s\nserver: {}\n",
    }
    fact = facts(tmp_path, files)["alert-rules"]
    assert fact.answer is Answer.NO
    assert spots(fact) == []
    assert spots(fact, counting=False) == ["loki/config.yaml:4", "prometheus/config.yaml:2"]
    assert "without rules" in fact.statement


MODULE = """module "topic" {
  source        = "git::https://example.org/modules.git//observability/slack-integration?ref=v2"
  slack_webhook = var.webhook
}
module "api-ecs-alarm" {
  source        = "git::https://example.org/modules.git//observability/ecs?ref=v1"
  sns_topic_arn = [module.topic.arn]
}
module "workers" {
  source        = "git::https://example.org/modules.git//observability/ecs-alarms?ref=v1"
  alarm_actions = [aws_sns_topic.ops.arn]
}
"""


def test_modules_of_alarms_with_somebody_to_tell_are_partial(tmp_path: Path) -> None:
    fact = facts(tmp_path, {"infra/ecs.tf": MODULE})["alert-rules"]
    assert (fact.answer, fact.confidence) == (Answer.PARTIAL, Confidence.MODERATE)
    assert spots(fact) == ["infra/ecs.tf:5", "infra/ecs.tf:9", "infra/ecs.tf:1"]
    assert fact.values["modules"] == 2


@pytest.mark.parametrize(
    ("source", "tempting"),
    [
        (MODULE.replace("[module.topic.arn]", "[]").replace("[aws_sns_topic.ops.arn]", "null"), 2),
        ("".join(f"# {line}\n" for line in MODULE.splitlines()), 0),
        (MODULE.replace("api-ecs-alarm", "api").replace("ecs-alarms?", "ecs?"), 0),
        (MODULE.replace("api-ecs-alarm", "api").replace("ecs-alarms?ref=v1", "ecs?ref=v1-alarms"), 0),
    ],
)
def test_modules_that_tell_nobody_or_are_of_something_else(tmp_path: Path, source: str, tempting: int) -> None:
    fact = facts(tmp_path, {"infra/ecs.tf": source})["alert-rules"]
    assert (fact.answer, spots(fact), len(spots(fact, counting=False))) == (Answer.NO, [], tempting)
