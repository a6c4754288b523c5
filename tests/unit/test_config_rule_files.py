"""Files that look like Prometheus' rules: queries of logs, objects in lists and streams, what a ConfigMap carries."""

from pathlib import Path

import pytest

from support.collecting import line_text, only_item, problems
from support.configurations import config, gather
from tieout.collectors.config.logql import is_log_query
from tieout.collectors.config.promql_reading import read

OBJECT = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: NAME}
spec:
  groups:
    - name: g
      rules:
        - alert: NAME
          expr: errors_total{job="NAME"} > 5
          for: 5m
"""


@pytest.mark.parametrize(
    ("expression", "is_one"),
    [
        ('{app="x"} |= "error"', True),
        ('sum(rate({app="x"} |= "error" [5m])) > 10', True),
        ('sum by (level) (count_over_time({app="x"} | json | level="error" [5m])) > 1', True),
        ('count_over_time({app="x"} != "health" [1m]) > 1', True),
        ('count_over_time({app="x"} !~ `a|b` [1m]) > 1', True),
        ('count_over_time({app="x"} # every line\n | logfmt [1m]) > 1', True),
        ('rate({app="x"}[5m]) > 1', False),  # the same in both languages
        ('a{x="|"} > 1', False),
        ('a{x="1"} != 1', False),
        ('a{x!="1"} != b{y!~"2|3"}', False),
        ("a |= b", False),
        ("", False),
        ("{", False),
        ('{app="x"} |', True),
    ],
)  # fmt: skip
def test_a_query_of_logs_is_told_from_one_of_metrics(expression: str, is_one: bool):
    assert is_log_query(expression) is is_one
    if is_one:
        assert (read(expression).metrics, read(expression).can_fire) == ((), None)


def test_a_rule_on_logs_is_not_judged_as_one_on_metrics(tmp_path: Path):
    text = (
        "namespace: logs\ngroups:\n- name: g\n  rules:\n"
        '  - {alert: Errors, expr: "sum(rate({app=\\"x\\"} | json | latency > 5 [5m])) > 1", for: 5m}\n'
        "  - {alert: Latency, expr: latency_seconds > 5}\n"
    )
    gathered = gather(tmp_path, text, config("alert_rules", "rules.yml"))
    rules = only_item(gathered).facts["rules"]
    assert [(rule["name"], rule.get("can_fire"), rule["metrics"]) for rule in rules] == [
        ("Errors", None, []),
        ("Latency", True, ["latency_seconds"]),
    ]
    (note,) = problems(gathered)
    assert (note.status, note.place.line) == ("not-counted", 5)
    assert note.reason.startswith("'expr' is a query of logs (LogQL)")


def test_each_rule_object_of_a_stream_is_read_with_its_lines(tmp_path: Path):
    other = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
    text = "---\n".join([OBJECT.replace("NAME", "one"), other, OBJECT.replace("NAME", "two")])
    gathered = gather(tmp_path, text, config("alert_rules", "rules.yaml"))
    found = {item.facts["rules"][0]["name"]: item for item in gathered.result.items}
    assert sorted(found) == ["one", "two"]
    for name, item in found.items():
        assert line_text(gathered, item, "/rules/0/name").strip() == f"- alert: {name}"


def test_rule_objects_within_a_list_are_read(tmp_path: Path):
    item = OBJECT.replace("NAME", "one").replace("\n", "\n    ").rstrip()
    text = f"kind: List\nitems:\n  - kind: Service\n    metadata: {{name: s}}\n  - {item}\n"
    gathered = gather(tmp_path, text, config("alert_rules", "rules.yaml"))
    (rule,) = only_item(gathered).facts["rules"]
    assert (rule["name"], rule["hold_seconds"]) == ("one", 300.0)
    assert line_text(gathered, only_item(gathered), "/rules/0/expression").strip().startswith("expr: errors_total")
    assert not problems(gathered)


def test_rules_that_a_configmap_carries_are_read(tmp_path: Path):
    inner = "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up == 0}\n".replace("\n", "\n    ").rstrip()
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: rules}}\ndata:\n  alerts.yaml: |\n    {inner}\n"
    gathered = gather(tmp_path, text, config("alert_rules", "rules.yaml"))
    assert only_item(gathered).facts["rules"][0]["name"] == "A"
    assert line_text(gathered, only_item(gathered), "/rules/0/name").strip() == "- {alert: A, expr: up == 0}"
