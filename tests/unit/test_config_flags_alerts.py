"""Feature flags and alert rules of the configuration: switches that differ, alerts that can fire."""

from pathlib import Path

import pytest

from support.collecting import line_text, only_item, problems
from support.configurations import FLAGS, config, gather
from tieout.collectors.config.promql import metric_names


def test_flags_count_where_they_are_enabled(tmp_path: Path):
    gathered = gather(tmp_path, FLAGS, config("flag_config", "flags.yaml"))
    item = only_item(gathered)
    assert item.facts["flags"] == [
        {
            "name": "assistant-off",
            "kind": "kill-switch",
            "default": False,
            "switchable": True,
            "authorised_roles": ["operations", "governance"],
            "trigger": "error rate above 5 %",
        }
    ]
    assert line_text(gathered, item, "/flags/0/name").strip() == "assistant-off:"
    assert line_text(gathered, item, "/flags/0/default").strip() == 'defaultVariant: "off"'
    (note,) = problems(gathered)
    assert (note.place.line, note.reason) == (7, "'new-prompt' is not enabled, so it does not count")


def test_a_flag_whose_state_says_neither_is_an_unread_part(tmp_path: Path):
    gathered = gather(tmp_path, FLAGS.replace("state: DISABLED", "state: maybe"), config("flag_config", "flags.yaml"))
    (problem,) = problems(gathered)
    assert (problem.status, problem.place.line, problem.reason) == (
        "unreadable",
        7,
        "whether 'new-prompt' counts cannot be told: its 'state' is neither ENABLED nor DISABLED",
    )


@pytest.mark.parametrize(
    ("variants", "switchable"),
    [
        ("{on: true, off: false}", True),
        ("{off: 'off', live: full}", True),
        ("{off: 0, live: 1}", True),
        ("{off: {limit: 1}, live: {limit: 9}}", True),
        ("{on: true, off: true}", False),
        ("{off: false}", False),
        ("{on: true, off: 'true'}", False),  # of two types: what a program makes of the text is not known
        ("{on: true, off: 'false'}", False),
        ("{on: true, off: 2}", False),
        ("{on: true, off: 0}", False),
        ("{on: true, off: null}", False),
        ("{on: null, off: null}", False),
        ("{on: true, off: false, half: 'half'}", False),
        ("{on: full, off: 0}", False),
        ("{on: [1], off: []}", False),
        ("{on: 'Off', off: 'off '}", False),
        ("{on: 0.0, off: 0}", False),
        ("{on: 2.5, off: 2}", True),
        ("{off: false, none: false}", False),
        ("{off: full, live: reduced}", True),
        ("{a: full, b: reduced}", False),
        ("{on: true, yes: 1}", False),
        ("[true, false]", False),
        ("{}", False),
        ("{live: true, dark: false}", False),  # the default variant is not among them
    ],
)
def test_a_switch_has_variants_that_differ_and_one_that_is_off(tmp_path: Path, variants: str, switchable: bool):
    text = FLAGS.replace("{on: true, off: false}", variants)
    assert (
        only_item(gather(tmp_path, text, config("flag_config", "flags.yaml"))).facts["flags"][0]["switchable"]
        is switchable
    )


def test_an_alert_says_whether_it_can_fire_and_how_long_it_waits(tmp_path: Path):
    text = (
        "groups:\n- name: g\n  rules:\n"
        "  - {alert: A, expr: (latency_errors_cost_total > 1) and (vector(0) > 1), for: 999y}\n"
        "  - {alert: B, expr: up == 0, for: 1h30m}\n"
        "  - {alert: C, expr: up == 0}\n"
        '  - {alert: D, expr: up == 0, for: "${WAIT}"}\n'
    )
    gathered = gather(tmp_path, text, config("alert_rules", "alerts.yml"))
    rules = only_item(gathered).facts["rules"]
    assert [(rule["can_fire"], rule.get("hold_seconds"), rule["metrics"]) for rule in rules] == [
        (False, 31_504_464_000.0, []),
        (True, 5_400.0, ["up"]),
        (True, None, ["up"]),
        (True, None, ["up"]),
    ]
    (note,) = problems(gathered)
    assert (note.status, note.reason) == ("not-counted", "'for' is not a duration such as 5m, so it does not count")


def test_how_often_an_alert_is_looked_at_is_its_groups_interval(tmp_path: Path):
    text = (
        "spec:\n  groups:\n  - name: slow\n    interval: 30d\n    rules:\n"
        "    - {alert: A, expr: up == 0}\n    - {alert: B, expr: up == 0}\n"
        "  - name: usual\n    rules:\n    - {alert: C, expr: up == 0}\n"
        "  - name: odd\n    interval: ${OFTEN}\n    rules:\n    - {alert: D, expr: up == 0}\n"
    )
    gathered = gather(tmp_path, text, config("alert_rules", "alerts.yml"))
    item = only_item(gathered)
    assert [rule.get("interval_seconds") for rule in item.facts["rules"]] == [2_592_000.0, 2_592_000.0, None, None]
    assert line_text(gathered, item, "/rules/1/interval_seconds").strip() == "interval: 30d"
    (note,) = problems(gathered)
    assert (note.place.line, note.reason) == (12, "'interval' is not a duration such as 5m, so it does not count")


def test_a_rule_that_is_neither_an_alert_nor_a_record_is_an_unread_part(tmp_path: Path):
    rules = "  - {alert: A, expr: up == 0}\n  - {record: b, expr: up}\n  - {alrt: C, expr: up}\n"
    text = f"groups:\n- name: g\n  rules:\n{rules}"
    (problem,) = problems(gather(tmp_path, text, config("alert_rules", "alerts.yml")))
    assert (problem.status, problem.place.line) == ("unreadable", 6)


def test_alert_rules_are_not_recording_rules(tmp_path: Path):
    text = (
        "groups:\n  - name: g\n    rules:\n      - record: a:b\n        expr: sum(x)\n"
        '      - alert: Slow\n        expr: histogram_quantile(0.95, sum by (le) (rate(lat_bucket{a="}"}[5m]))) > 4\n'
        "        for: 5m\n        labels: {severity: page, team: operations}\n"
    )
    gathered = gather(tmp_path, text, config("alert_rules", "alerts.yml"))
    (rule,) = only_item(gathered).facts["rules"]
    assert (rule["name"], rule["metrics"], rule["route"]) == ("Slow", ["lat_bucket"], "operations")
    assert line_text(gathered, only_item(gathered), "/rules/0/expression").strip().startswith("expr: histogram")


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("up == 0", ["up"]),
        ("rate(a_total[5m]) / on(job) group_left(team) b:c offset 5m > 1e3", ["a_total", "b:c"]),
        ("sum without (x, y) (a) and absent(b)", ["a"]),
        ('label_replace(a, "x", "$1", "y", "not_this")', ["a"]),
        ("vector(1) # comment_word\n + c", ["c"]),
        ('a{x="', ["a"]),
        ("a[", ["a"]),
        ("absent((a) or b[", []),
        ("absent + c", ["absent", "c"]),
        ("by (", []),
    ],
)
def test_metric_names_of_an_expression(expression: str, names: list[str]):
    assert metric_names(expression) == names
