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


RULE = "groups:\n- name: g\n  rules:\n  - {alert: Cost, expr: cost_usd > 1, for: 5m}\n  - alert: Errors\n    "


@pytest.mark.parametrize(
    ("rest", "line", "words"),
    [
        ("expr: errors_total > 1\n    enabled: false", 7, "'enabled' is no key of a rule"),
        ("expr: errors_total > 1\n    disabled: true", 7, "'disabled' is no key of a rule"),
        ("expr: errors_total > 1\n    for: ten minutes", 7, "'for' is not a duration such as 5m"),
        ("expr: errors_total > 1\n    for: 5m1h", 7, "'for' is not a duration such as 5m"),
        ("expr: errors_total > 1\n    keep_firing_for: long", 7, "'keep_firing_for' is not a duration"),
        ("expr: errors_total >", 6, "'expr' is no expression of PromQL"),
        ("expr: sum(errors_total", 6, "'expr' is no expression of PromQL"),
        ("expr: errors_total > 1\n    record: errors", 5, "a rule has both 'alert' and 'record'"),
        ("expr: errors_total > 1\n  - {record: a, expr: b >}", 7, "'expr' is no expression of PromQL"),
        ("expr: errors_total > 1\n- name: h\n  interval: often", 8, "'interval' is not a duration"),
        ("expr: errors_total > 1\n- name: h\n  enabled: false", 8, "'enabled' is no key of a group"),
    ],
)
@pytest.mark.parametrize("holder", ["file", "object"])
def test_of_a_file_that_prometheus_refuses_no_rule_counts(
    tmp_path: Path, rest: str, line: int, words: str, holder: str
):
    text, above = RULE + rest + "\n", 0
    if holder == "object":
        text, above = "kind: PrometheusRule\nspec:\n" + "".join(f"  {one}\n" for one in text.splitlines()), 2
    gathered = gather(tmp_path, text, config("alert_rules", "rules.yml"))
    assert not gathered.result.items
    (told,) = problems(gathered)
    assert (told.status, told.place.line) == ("unreadable", line + above)
    assert told.reason.startswith(words)
    assert told.reason.endswith("Prometheus refuses all rules of the file, so that none of them counts")


@pytest.mark.parametrize(
    "rest",
    [
        "expr: errors_total > 1\n    keep_firing_for: 1h30m\n    annotations: {enabled: no}\n    labels: {skip: no}",
        "expr: errors_total > 1\n    for: 0",
        "expr: errors_total > 1\n- {name: h, limit: 5, query_offset: 1m, source_tenants: [a], rules: []}",
        "expr: errors_total offset 5m > 1 and on (job) rate(a[5m]) # why",
        "expr: errors_total > 1 if up",  # of another language than PromQL
        "expr: errors_total > ${LIMIT}",
        'expr: \'count_over_time({app="x"} |= "error" [5m]) > 1\'',
    ],
)
def test_what_prometheus_takes_leaves_the_rules_beside_it(tmp_path: Path, rest: str):
    gathered = gather(tmp_path, RULE + rest + "\n", config("alert_rules", "rules.yml"))
    assert [rule["name"] for rule in only_item(gathered).facts["rules"]] == ["Cost", "Errors"]
    assert all(told.status != "unreadable" for told in problems(gathered))


def test_of_one_object_that_is_refused_the_others_of_the_stream_stay(tmp_path: Path):
    wrong = OBJECT.replace("NAME", "one").replace("for: 5m", "for: five minutes")
    text = f"{wrong}---\n{OBJECT.replace('NAME', 'two')}"
    gathered = gather(tmp_path, text, config("alert_rules", "rules.yaml"))
    assert [rule["name"] for rule in only_item(gathered).facts["rules"]] == ["two"]
    assert [(told.status, told.place.line) for told in problems(gathered)] == [("unreadable", 10)]


SOUND = "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up_seconds > 5, for: 5m}\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("enabled: false\n" + SOUND, 1),
        (SOUND + SOUND.removeprefix("groups:\n"), 5),
        (SOUND + SOUND.removeprefix("groups:\n").replace("name: g", "interval: 1m"), 5),
        (SOUND.replace("for: 5m", "labels: [a]"), 4),
        (SOUND.replace("for: 5m", "for: 5"), 4),
        (SOUND.replace("for: 5m", "for: [5m]"), 4),
        (SOUND + "  - {record: b, expr: up, for: 5m}\n", 5),
        (SOUND + "  - {alert: B, expr: 'rate(a_total[0s]) > 1'}\n", 5),
    ],
)
def test_what_prometheus_refuses_takes_the_sound_rules_with_it(tmp_path: Path, text: str, line: int):
    gathered = gather(tmp_path, text, config("alert_rules", "rules.yml"))
    assert [item.facts.get("rules") for item in gathered.result.items if item.facts.get("rules")] == []
    assert any("refuses all rules" in one.reason and one.place.line == line for one in problems(gathered))


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        SOUND.replace("for: 5m", "for: 0"),
        SOUND.replace("for: 5m", "labels: "),
        SOUND + SOUND.removeprefix("groups:\n").replace("name: g", "name: h"),
        SOUND + "  - {record: b, expr: up, for: 0s}\n",
        SOUND + "  - {alert: B, expr: 'rate(a_total[300]) > 1'}\n",
    ],
)
def test_what_prometheus_takes_stays(tmp_path: Path, text: str):
    gathered = gather(tmp_path, text, config("alert_rules", "rules.yml"))
    assert only_item(gathered).facts["rules"][0]["name"] == "A"
    assert not [one for one in problems(gathered) if "refuse" in one.reason]


@pytest.mark.parametrize("expression", ["sum(errors_total[5m]) > 1", "foo(errors) > 1", "rate(errors) > 1"])
def test_an_expression_that_prometheus_may_refuse_is_told_beside_sound_rules(tmp_path: Path, expression: str):
    gathered = gather(tmp_path, SOUND + f"  - {{alert: B, expr: '{expression}'}}\n", config("alert_rules", "rules.yml"))
    (told,) = [one for one in problems(gathered) if "would refuse the file" in one.reason]
    assert told.place.line == 5
    assert only_item(gathered).facts["rules"][0]["can_fire"] is True
