"""Grafana's alert rules: what their queries and expressions can do, who is called, and what does not count."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collecting import in_folder, line_text, only_item, problems, source, write
from support.configurations import config, gather
from support.watching import GRAFANA, POLICIES
from tieout.collectors.config import collect

RULES = config("alert_rules", "rules.yaml")


def chain(*nodes: dict[str, Any], **rule: Any) -> str:
    """A provisioning file of one rule whose last node is its condition."""
    data = []
    for node in nodes:
        ref = node.pop("refId")
        uid = node.pop("uid", "__expr__" if "type" in node else "metrics")
        data.append({"refId": ref, "datasourceUid": uid, "model": node})
    one = {"title": "T", "condition": data[-1]["refId"], "data": data, **rule}
    group = {"name": "g", "folder": "F", "interval": "1m", "rules": [one]}
    return yaml.safe_dump({"apiVersion": 1, "groups": [group]}, sort_keys=False)


def query(expr: str, ref: str = "A", **more: Any) -> dict[str, Any]:
    return {"refId": ref, "expr": expr, "instant": True, **more}


def threshold(kind: str, *params: float, of: str = "A", ref: str = "C") -> dict[str, Any]:
    condition = {"evaluator": {"type": kind, "params": list(params)}}
    return {"refId": ref, "type": "threshold", "expression": of, "conditions": [condition]}


def only_rule(root: Path, text: str) -> dict[str, Any]:
    (rule,) = only_item(gather(root, text, RULES)).facts["rules"]
    return rule


def test_a_rule_comes_with_its_chain_its_limits_and_its_lines(tmp_path: Path):
    gathered = gather(tmp_path, GRAFANA, RULES)
    item = only_item(gathered)
    (rule,) = item.facts["rules"]
    expression = rule.pop("expression")
    assert expression.startswith("A: histogram_quantile(0.95,")
    assert expression.endswith("; B: last of A; C: B > 4")
    assert rule == {
        "name": "Slow answers",
        "metrics": ["answer_latency_seconds_bucket"],
        "hold": "5m",
        "hold_seconds": 300.0,
        "interval_seconds": 60.0,
        "can_fire": True,
        "severity": "page",
        "route": "claims-on-call",
    }
    expected = {
        "/rules/0/name": "title: Slow answers",
        "/rules/0/hold_seconds": "for: 5m",
        "/rules/0/interval_seconds": "interval: 1m",
        "/rules/0/route": "notification_settings: {receiver: claims-on-call}",
    }
    assert {pointer: line_text(gathered, item, pointer).strip() for pointer in expected} == expected
    assert "expr: histogram_quantile" in line_text(gathered, item, "/rules/0/expression")
    (note,) = problems(gathered)
    assert (note.status, note.place.line) == ("not-counted", 31)
    assert note.reason == "'Quiet one' is paused, so it does not count"


def test_a_file_of_grafana_is_not_taken_for_one_of_prometheus(tmp_path: Path):
    named = config("alert_rules", "rules.yaml", format="grafana")
    assert only_item(gather(tmp_path, GRAFANA, named)).facts["product"] == "Grafana"
    other = gather(tmp_path, GRAFANA, config("alert_rules", "rules.yaml", format="prometheus"))
    assert not other.result.items
    assert problems(other, "unreadable")


@pytest.mark.parametrize(
    ("nodes", "can_fire", "metrics"),
    [
        ([query("up == 0")], False, []),  # fires where it is not zero: zero is never that
        ([query("up == 0"), threshold("lt", 1)], True, ["up"]),
        ([query("up == 0"), threshold("gt", 0)], False, []),
        ([query("errors_total > 5"), threshold("gt", 0)], True, ["errors_total"]),
        ([query("rate(errors_total[5m])"), threshold("lt", 0)], False, []),
        ([query("x"), threshold("within_range", 5, 3)], False, []),
        ([query("x"), threshold("within_range", 3, 5)], True, ["x"]),
        ([query("x"), threshold("outside_range", 3, 5)], True, ["x"]),
        ([query("x"), threshold("within_range_included", 3, 3)], True, ["x"]),
        ([query("x"), {"refId": "C", "type": "math", "expression": "$A > 5 && $A < 3"}], False, []),
        ([query("x"), {"refId": "C", "type": "math", "expression": "$A > 5 || ${A} < 3"}], True, ["x"]),
        ([query("x"), query("y", "B"), {"refId": "C", "type": "math", "expression": "$A / $B > 1"}], True, ["x", "y"]),
        ([query("x"), {"refId": "C", "type": "math", "expression": "1 > 2"}], False, []),
        ([query("x"), {"refId": "C", "type": "math", "expression": "!($A > 2)"}], True, ["x"]),
        ([query("x"), {"refId": "C", "type": "math", "expression": "is_nan($A)"}], None, ["x"]),
        ([query("x"), {"refId": "C", "type": "math", "expression": "$A >"}], None, ["x"]),
        ([query("x"), {"refId": "C", "type": "math", "expression": "$Z > 1"}], None, ["x"]),
        ([query("x"), {"refId": "C", "type": "sql", "expression": "SELECT 1"}], None, ["x"]),
        ([query("count(x)"), threshold("gt", 3)], True, []),  # that there are many says nothing of their values
        ([query("x) or (vector(1)"), threshold("gt", 3)], None, ["x"]),  # no way out of the brackets around it
        ([query("unheard_of(x)"), threshold("gt", 3)], None, ["x"]),
        ([query("x"), threshold("near", 3)], None, ["x"]),
        ([query("x"), threshold("gt", of="C")], None, ["x"]),  # it names itself
    ],
)  # fmt: skip
def test_the_way_from_the_condition_to_the_query_tells_what_can_fire(tmp_path: Path, nodes, can_fire, metrics):
    rule = only_rule(tmp_path, chain(*nodes))
    assert (rule.get("can_fire"), rule["metrics"]) == (can_fire, metrics)


def test_a_series_is_reduced_before_it_is_compared(tmp_path: Path):
    ranged = {"refId": "A", "expr": "x", "range": True}
    reduced = {"refId": "B", "type": "reduce", "expression": "A", "reducer": "mean"}
    assert only_rule(tmp_path, chain(dict(ranged), reduced, threshold("gt", 1, of="B")))["can_fire"] is True
    counted = {"refId": "B", "type": "reduce", "expression": "A", "reducer": "count"}
    rule = only_rule(tmp_path, chain(dict(ranged), counted, threshold("gt", 1, of="B")))
    assert (rule["can_fire"], rule["metrics"]) == (True, [])
    gathered = gather(tmp_path, chain(dict(ranged), threshold("gt", 1)), RULES)
    (rule,) = only_item(gathered).facts["rules"]
    assert (rule.get("can_fire"), rule["metrics"]) == (None, ["x"])
    (note,) = problems(gathered)
    assert "a series of points that nothing reduces to a number" in note.reason


def test_conditions_of_the_older_kind_are_judged(tmp_path: Path):
    def classic(*evaluators: dict[str, Any]) -> str:
        conditions = [
            {"evaluator": one, "operator": {"type": "and"}, "query": {"params": ["A"]}, "reducer": {"type": "avg"}}
            for one in evaluators
        ]
        ranged = {"refId": "A", "expr": "x", "range": True}
        return chain(ranged, {"refId": "B", "type": "classic_conditions", "conditions": conditions})

    over, under = {"type": "gt", "params": [5]}, {"type": "lt", "params": [3]}
    rule = only_rule(tmp_path, classic(over))
    assert (rule["can_fire"], rule["metrics"], rule["expression"]) == (True, ["x"], "A: x; B: avg of A > 5")
    # One series over the limit and another under it are enough: each condition looks at all of them.
    assert only_rule(tmp_path, classic(over, under))["can_fire"] is True
    assert only_rule(tmp_path, classic({"type": "no_value", "params": []}))["metrics"] == []


@pytest.mark.parametrize(
    ("node", "metrics", "shown"),
    [
        ({"expr": '{app="x"} |= "error"', "datasource": {"type": "loki"}}, [], '{app="x"} |= "error"'),
        ({"expr": 'sum(rate({app="x"} |= "error" [5m]))', "uid": "loki-main"}, [], "sum(rate("),
        ({"metricName": "ModelLatency", "datasource": {"type": "cloudwatch"}}, ["ModelLatency"], "a query of cloudw"),
        ({"rawSql": "SELECT cost FROM spend", "datasource": {"type": "mysql"}}, [], "SELECT cost FROM spend"),
    ],
)  # fmt: skip
def test_a_query_of_another_language_is_not_judged_as_promql(tmp_path: Path, node, metrics, shown):
    rule = only_rule(tmp_path, chain({"refId": "A", "instant": True, **node}, threshold("gt", 1)))
    assert (rule.get("can_fire"), rule["metrics"]) == (None, metrics)
    assert shown in rule["expression"]
    impossible = threshold("within_range", 5, 3)
    assert only_rule(tmp_path, chain({"refId": "A", "instant": True, **node}, impossible))["can_fire"] is False


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"isPaused": "true"}, "not-counted", "'T' is paused, so it does not count"),
        ({"isPaused": "$PAUSED"}, "unreadable", "whether 'T' counts cannot be told: its 'isPaused' is neither true"),
        ({"condition": "Z"}, "unreadable", "'T' cannot be judged: its condition names none of its queries"),
        ({"title": 7}, "unreadable", "an alert rule cannot be judged: it has no 'title'"),
    ],
)
def test_a_rule_that_does_not_count_or_cannot_be_judged_is_told(tmp_path: Path, change, status, reason):
    gathered = gather(tmp_path, chain(query("x > 1"), **change), RULES)
    assert not gathered.result.items
    assert any(one.status == status and one.reason.startswith(reason) for one in problems(gathered))


def test_rules_that_record_that_are_taken_away_or_ask_made_up_data_do_not_count(tmp_path: Path):
    assert not gather(tmp_path, chain(query("x"), record={"metric": "m", "from": "A"}), RULES).result.items
    made_up = {"refId": "A", "instant": True, "datasource": {"type": "grafana-testdata-datasource"}}
    (note,) = problems(gather(tmp_path, chain(made_up, threshold("gt", 1)), RULES), "not-counted")
    assert "data that Grafana makes up" in note.reason
    text = chain(query("x > 1"), uid="u1") + "deleteRules:\n- {orgId: 1, uid: u1}\n"
    (note,) = problems(gather(tmp_path, text, RULES), "not-counted")
    assert note.reason == "'T' is taken away again by 'deleteRules', so it does not count"


def test_alerts_of_a_dashboard_are_told_and_do_not_count(tmp_path: Path):
    text = '{"panels": [{"alert": {"name": "Old one", "conditions": [{}]}, "targets": [{"expr": "up"}]}]}'
    gathered = gather(tmp_path, text, config("alert_rules", "board.json"))
    assert not gathered.result.items
    (note,) = problems(gathered, "not-counted")
    assert note.reason.startswith("'Old one' is an alert of a dashboard")


@pytest.mark.parametrize(
    ("labels", "route"),
    [
        ({"severity": "page"}, "night"),
        ({"severity": "ticket"}, "day"),
        ({"severity": "none"}, "everybody"),
        ({}, None),  # the series may bring a severity of its own
        ({"severity": "{{ $labels.x }}", "team": "claims"}, "claims"),
    ],
)
def test_whom_a_policy_of_the_source_calls_is_told_where_the_labels_decide(tmp_path: Path, labels, route):
    files = {"d/rules.yaml": chain(query("x > 1"), labels=labels), "d/policies.yaml": POLICIES}
    section = source("config", "d", provides=("alert_rules",))
    item = only_item(in_folder(collect, write(tmp_path, files), section))
    assert item.facts["rules"][0].get("route") == route
    if route in {"night", "day", "everybody"}:
        assert item.files == {"/rules/0/route": "d/policies.yaml"}


def test_two_trees_of_policies_tell_nothing(tmp_path: Path):
    files = {"d/rules.yaml": chain(query("x > 1"), labels={"severity": "page"})}
    files |= {"d/a.yaml": POLICIES, "d/b.yaml": POLICIES.replace("night", "nobody")}
    item = only_item(in_folder(collect, write(tmp_path, files), source("config", "d", provides=("alert_rules",))))
    assert "route" not in item.facts["rules"][0]


def test_rules_are_read_in_each_form_that_grafana_and_its_operator_give_them(tmp_path: Path):
    (rule,) = yaml.safe_load(chain(query("x > 1")))["groups"][0]["rules"]
    ruler = {"F": [{"name": "g", "interval": "2m", "rules": [{"for": "1m", "labels": {}, "grafana_alert": rule}]}]}
    group = {"folderUid": "f", "title": "g", "interval": 120, "rules": [rule]}
    operators = {"kind": "GrafanaAlertRuleGroup", "spec": {"interval": "2m", "rules": [rule]}}
    for form in ([rule], ruler, group, operators, {"kind": "List", "items": [operators]}):
        found = only_rule(tmp_path, yaml.safe_dump(form))
        assert (found["name"], found["can_fire"], found["metrics"]) == ("T", True, ["x"])
        assert found.get("interval_seconds") == (None if isinstance(form, list) else 120.0)


def test_a_wait_that_is_none_is_told(tmp_path: Path):
    gathered = gather(tmp_path, chain(query("x > 1"), **{"for": "soon"}), RULES)
    (rule,) = only_item(gathered).facts["rules"]
    assert (rule["hold"], rule.get("hold_seconds")) == ("soon", None)
    assert problems(gathered)[0].reason == "'for' is not a duration such as 5m, so it does not count"


def test_references_that_multiply_end(tmp_path: Path):
    nodes = [query("x")] + [
        {
            "refId": f"N{index}",
            "type": "math",
            "expression": " + ".join([f"${'A' if not index else f'N{index - 1}'}"] * 9),
        }
        for index in range(12)
    ]
    assert only_rule(tmp_path, chain(*nodes)).get("can_fire") is None
