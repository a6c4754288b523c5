"""The configuration collector: what is configured counts, and what looks like it does not."""

from pathlib import Path

import pytest
import yaml

from support.collecting import AS_OF, at, in_folder, in_git, line_text, only_item, problems, source, write
from support.git_repositories import Repository
from tieout.collectors.config import collect
from tieout.collectors.config.convert import pinned
from tieout.collectors.config.field_map import field_maps
from tieout.collectors.config.promql import metric_names
from tieout.domain.artefacts import ARTEFACTS

GATEWAY = """\
model_list:
  - model_name: triage
    litellm_params:
      model: openai/gpt-4o-2024-08-06
      api_key: os.environ/OPENAI_API_KEY
      rpm: 60
      timeout: 30
      max_budget: 50
  - model_name: triage-backup
    litellm_params:
      model: anthropic/claude-sonnet-4-5
      # max_budget: 100
  - model_name: local
    litellm_params:
      model: openai/llama
      api_base: http://10.0.0.7:8000/v1

litellm_settings:
  cache: false
  request_timeout: 600
  fallbacks: [{triage: [triage-backup, gone]}]
  context_window_fallbacks: [{local: [triage]}]
  max_budget: 1000
  budget_duration: 30d
"""
FLAGS = """\
flags:
  assistant-off:
    state: ENABLED
    variants: {on: true, off: false}
    defaultVariant: "off"
    metadata: {kind: kill-switch, authorised_roles: "operations, governance", trigger: error rate above 5 %}
  new-prompt:
    state: DISABLED
    variants: {on: true}
    defaultVariant: "on"
"""
SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "real"


def config(artefact: str = "gateway_config", path: str = "gateway.yaml", **fields):
    return source("config", path, provides=(artefact,), **fields)


def gather(root: Path, content: str, section=None):
    section = section or config()
    return in_folder(collect, write(root, {section.path: content}), section)


def test_routes_come_with_their_limits_and_lines(tmp_path: Path):
    gathered = gather(tmp_path, GATEWAY)
    item = only_item(gathered)
    assert item.facts["routes"][0] == {
        "name": "triage",
        "model": "openai/gpt-4o-2024-08-06",
        "provider": "openai",
        "external": True,
        "pinned": True,
        "fallbacks": ["triage-backup"],
        "other_providers": ["anthropic"],
        "unclear_providers": [],
        "timeout_seconds": 30.0,
        "budget_usd": 50.0,
        "rate_limit_rpm": 60,
    }
    expected = {
        "/routes/0/model": "model: openai/gpt-4o-2024-08-06",
        "/routes/0/budget_usd": "max_budget: 50",
        "/routes/0/fallbacks/0": "fallbacks: [{triage: [triage-backup, gone]}]",
        "/routes/0/other_providers/0": "fallbacks: [{triage: [triage-backup, gone]}]",
        "/routes/1/timeout_seconds": "request_timeout: 600",
        "/routes/2/name": "- model_name: local",
        "/routes/2/external": "api_base: http://10.0.0.7:8000/v1",
        "/cache": "cache: false",
        "/budget_period": "budget_duration: 30d",
    }
    assert {pointer: line_text(gathered, item, pointer).strip() for pointer in expected} == expected


def test_each_scalar_fact_that_the_file_states_stands_on_its_line(tmp_path: Path):
    gathered = gather(tmp_path, GATEWAY)
    item = only_item(gathered)
    for pointer in item.lines:
        value = at(item.facts, pointer)
        if isinstance(value, str) and not pointer.endswith(("provider", "other_providers/0")):
            assert value in line_text(gathered, item, pointer), pointer


def test_what_is_commented_or_false_is_not_configured(tmp_path: Path):
    facts = only_item(gather(tmp_path, GATEWAY)).facts
    assert "budget_usd" not in facts["routes"][1]
    assert facts["cache"] is False
    assert facts["budget_usd"] == 1000.0


def test_only_fallbacks_on_failure_that_lead_somewhere_count(tmp_path: Path):
    gathered = gather(tmp_path, GATEWAY)
    routes = only_item(gathered).facts["routes"]
    assert routes[2]["fallbacks"] == []
    (note,) = problems(gathered)
    assert (note.status, note.place.line) == ("not-counted", 21)
    assert "'gone'" in note.reason


def test_a_second_deployment_of_a_name_is_no_fallback_and_defaults_reach_every_other_route(tmp_path: Path):
    text = yaml.safe_dump(
        {
            "model_list": [
                {"model_name": "a", "litellm_params": {"model": "openai/x"}},
                {"model_name": "a", "litellm_params": {"model": "azure/x"}},
                {"model_name": "bedrock/*", "litellm_params": {"model": "bedrock/*"}},
            ],
            "router_settings": {"default_fallbacks": ["bedrock/claude"]},
        }
    )
    routes = only_item(gather(tmp_path, text)).facts["routes"]
    assert [route["fallbacks"] for route in routes] == [["bedrock/claude"]] * 3
    assert [route["other_providers"] for route in routes] == [["bedrock"], ["bedrock"], []]
    only = only_item(gather(tmp_path, text.split("router_settings")[0])).facts["routes"]
    assert [route["fallbacks"] for route in only] == [[], [], []]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("'100'", "'max_budget' is not a number of zero or more, so it does not count"),
        ("-5", "'max_budget' is not a number of zero or more, so it does not count"),
        ("true", "'max_budget' is not a number of zero or more, so it does not count"),
        ("os.environ/BUDGET", "'max_budget' comes from the variable BUDGET; its value is not recorded here"),
    ],
)
def test_a_value_of_another_kind_is_noted_and_not_counted(tmp_path: Path, value: str, reason: str):
    gathered = gather(tmp_path, GATEWAY.replace("max_budget: 1000", f"max_budget: {value}"))
    assert "budget_usd" not in only_item(gathered).facts
    note = next(problem for problem in problems(gathered) if "budget" in problem.reason)
    assert (note.reason, note.place.line, note.types) == (reason, 23, ("gateway_config",))


@pytest.mark.parametrize(
    ("address", "external"),
    [
        ("https://api.example.com/v1", True),
        ("http://127.0.0.1:8000", False),
        ("http://gateway.internal", False),
        ("http://vllm:8000", False),
        ("os.environ/OPENAI_API_BASE", None),
        ("not an address", None),
    ],
)
def test_where_a_route_leads_is_only_said_where_it_is_known(tmp_path: Path, address: str, external):
    route = only_item(gather(tmp_path, GATEWAY.replace("http://10.0.0.7:8000/v1", address))).facts["routes"][2]
    assert route.get("external") is external


@pytest.mark.parametrize(
    ("before", "line", "reason"),
    [
        ("include: [more.yaml]\n", 1, "'include' takes in other files, which are not read here"),
        (
            "general_settings: {store_model_in_db: true}\n",
            1,
            "'store_model_in_db' takes in models from a database, which is not read here",
        ),
    ],
)
def test_routes_that_stand_elsewhere_are_an_unread_part(tmp_path: Path, before: str, line: int, reason: str):
    (problem,) = problems(gather(tmp_path, before + GATEWAY.replace(", gone", "")))
    assert (problem.status, problem.types) == ("unreadable", ("gateway_config",))
    assert (problem.place.line, problem.reason) == (line, reason)


def test_an_empty_include_takes_nothing_in(tmp_path: Path):
    assert not problems(gather(tmp_path, "include: []\n" + GATEWAY.replace(", gone", "")))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "{model_name: main, litellm_params: {model: os.environ/MODEL_OF_THE_DAY}}",
            "'main' of the routes cannot be judged: 'model' comes from the variable MODEL_OF_THE_DAY; its value is not",
        ),
        ("{model_name: main, litellm_params: {}}", "'main' of the routes cannot be judged: it has no 'model'"),
        (
            "{model_name: main, litellm_params: {model: 7}}",
            "'main' of the routes cannot be judged: 'model' is not text",
        ),
        ("{litellm_params: {model: openai/x}}", "an entry of the routes cannot be judged: it has no 'model_name'"),
        ("triage", "an entry of routes is not a mapping"),
    ],
)
@pytest.mark.parametrize("path", ["gateway.yaml", "deploy/gateway.yaml"])
def test_a_route_that_was_not_taken_is_an_unread_part(tmp_path: Path, path: str, row: str, reason: str):
    text = GATEWAY.replace(", gone", "").replace("model_list:\n", f"model_list:\n  - {row}\n")
    section = config(path=path.partition("/")[0])
    gathered = in_folder(collect, write(tmp_path, {path: text}), section)
    assert len(only_item(gathered).facts["routes"]) == 3
    (problem,) = problems(gathered)
    assert (problem.status, problem.types, problem.place.line) == ("unreadable", ("gateway_config",), 2)
    assert problem.reason.startswith(reason)


def test_a_gateway_of_which_no_route_was_taken_is_unreadable_and_not_absent(tmp_path: Path):
    text = "model_list: [{model_name: main, litellm_params: {model: os.environ/M}}]\n"
    (problem,) = problems(gather(tmp_path, text))
    assert (problem.status, problem.place.line) == ("unreadable", 1)


def test_a_file_of_two_formats_is_unreadable(tmp_path: Path):
    gathered = in_folder(collect, write(tmp_path, {"d/gateway.yaml": GATEWAY + FLAGS}), config(path="d"))
    (problem,) = problems(gathered)
    assert (problem.status, problem.reason) == (
        "unreadable",
        "looks like flagd and litellm at once (keep each in a file of its own)",
    )


@pytest.mark.parametrize("content", ["", "# model_list:\n#   - model_name: x\n", "{}\n"])
def test_an_empty_or_commented_file_configures_nothing(tmp_path: Path, content: str):
    gathered = gather(tmp_path, content)
    assert not gathered.result.items
    assert [problem.status for problem in problems(gathered)] == ["absent"]


def test_a_gateway_without_routes_is_no_gateway(tmp_path: Path):
    gathered = gather(tmp_path, "litellm_settings: {cache: true}\n", config(format="litellm"))
    (problem,) = problems(gathered)
    assert (problem.status, problem.reason) == ("absent", "configures no routes")


@pytest.mark.parametrize(
    "path",
    [
        "gateway.example.yaml",
        "examples/gateway.yaml",
        "templates/gateway.yaml",
        "tests/gateway.yaml",
        "gateway.yaml.j2",
        "sandbox/deprecated/gateway-DO-NOT-USE.yaml",
        "staging/gateway-dev.yaml",
        "archive/old/gateway.yaml.bak.yaml",
        "docs/staging/gateway.yaml",
    ],
)
def test_a_named_file_that_is_no_live_configuration_does_not_count(tmp_path: Path, path: str):
    gathered = gather(tmp_path, GATEWAY, config(path=path))
    assert not gathered.result.items
    assert [problem.status for problem in problems(gathered)].count("not-counted") == 1
    assert not problems(gathered, "unreadable")


def test_what_does_not_count_by_its_path_says_by_which_word_and_what_to_do(tmp_path: Path):
    section = config(path="staging")
    gathered = in_folder(collect, write(tmp_path, {"staging/a/gateway.yaml": GATEWAY}), section)
    (problem,) = problems(gathered, "not-counted")
    assert problem.reason == (
        "is of another environment than production by its path ('staging'; if it is live, move or rename it), "
        "not configuration"
    )
    archived = in_folder(collect, write(tmp_path, {"x/old/gateway.yaml": GATEWAY}), config(path="x"))
    assert [problem.reason for problem in problems(archived, "not-counted")] == [
        "is an archive or an old copy by its path ('old'; if it is in use, move or rename it), not configuration"
    ]


def test_in_a_folder_only_the_live_files_of_a_known_format_count(tmp_path: Path):
    files = {
        "deploy/gateway.yaml": GATEWAY.replace(", gone", ""),
        "deploy/gateway.example.yaml": GATEWAY,
        "deploy/tests/gateway.yaml": GATEWAY,
        "deploy/docs/gateway.yaml": GATEWAY,
        "deploy/other.yaml": "kind: Deployment\nspec: {strategy: {type: Recreate}}\n",
        "deploy/README.md": "model_list:\n",
    }
    gathered = in_folder(collect, write(tmp_path, files), config(path="deploy"))
    assert only_item(gathered).provenance.path == "deploy/gateway.yaml"
    assert [problem.reason for problem in problems(gathered)] == [
        "is documentation, not configuration",
        "is an example, not configuration",
        "is a test or its fixture, not configuration",
    ]


def test_a_broken_file_in_a_folder_spoils_only_what_it_may_have_been(tmp_path: Path):
    section = source("config", "deploy", provides=("gateway_config", "alert_rules"))
    files = {"deploy/gateway.yaml": GATEWAY, "deploy/alerts.yaml": "groups: [\n", "deploy/litellm-b.yaml": "x: ["}
    gathered = in_folder(collect, write(tmp_path, files), section)
    unreadable = {problem.place.path: problem.types for problem in problems(gathered, "unreadable")}
    assert unreadable == {"deploy/alerts.yaml": ("alert_rules",), "deploy/litellm-b.yaml": ("gateway_config",)}


def test_an_artefact_that_is_not_declared_does_not_count(tmp_path: Path):
    gathered = gather(tmp_path, GATEWAY, config("alert_rules"))
    assert {(problem.status, problem.types) for problem in problems(gathered)} == {
        ("not-counted", ("gateway_config",)),
        ("absent", ("alert_rules",)),
    }


@pytest.mark.parametrize(
    ("content", "section", "part"),
    [
        ("cache: true\n", config(), "none of those that are recognised"),
        (GATEWAY, config(format="envoy"), "format 'envoy' is not known"),
        ("model_list: [\n", config(), "is not valid YAML"),
        ("- a\n", config(format="litellm"), "top level is no mapping"),
        ("x", config(path="gateway.txt"), "is none of YAML"),
    ],
)
def test_what_cannot_be_read_says_why_and_which_artefact_is_missing(tmp_path: Path, content, section, part: str):
    (problem,) = problems(gather(tmp_path, content, section))
    assert (problem.status, problem.types) == ("unreadable", ("gateway_config",))
    assert part in problem.reason


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
        "  - {alert: D, expr: up == 0, for: soon}\n"
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
        "  - name: odd\n    interval: often\n    rules:\n    - {alert: D, expr: up == 0}\n"
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


@pytest.mark.parametrize(
    ("model", "is_pinned"),
    [
        ("openai/gpt-4o-2024-08-06", True),
        ("vertex_ai/claude-haiku-4-5@20251001", True),
        ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", True),
        ("bedrock/us.anthropic.claude-opus-4-6-v1", True),
        ("openai/gpt-4-0613", True),
        ("mistral/mistral-large-2407", True),
        ("gemini/gemini-1.5-pro-002", True),
        ("cohere/rerank-english-v3.0", True),
        ("ollama/llama3@sha256:" + "a" * 64, True),
        ("openai/gpt-4o", False),
        ("openai/gpt-4o-latest", False),
        ("openai/gpt-5.5", False),
        ("anthropic/claude-sonnet-4-5", False),
        ("deepseek/deepseek-v3", False),
        ("openai/llava-hf/llava-v1.6-vicuna-7b-hf", False),
        ("openai/*-2024-08-06", False),
        ("openai/model-2024-13-45", False),
    ],
)
def test_a_pinned_model_names_one_frozen_version(model: str, is_pinned: bool):
    assert pinned(model, {}) is is_pinned


def test_every_field_map_names_fields_of_its_artefact():
    for field_map in field_maps().values():
        model = ARTEFACTS[field_map.artefact]
        assert set(field_map.fields) <= set(model.model_fields)
        row = model.model_fields[field_map.rows.field].annotation.__args__[0]
        assert set(field_map.rows.fields) <= set(row.model_fields)


def test_in_git_it_speaks_of_the_assessed_commit_and_outside_of_the_as_of_time(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"gateway.yaml": GATEWAY})
    repository.commit("two", {"README.md": "x"})
    inside = only_item(in_git(collect, repository, config(inside="repo"), prefix="gateway.yaml"))
    assert inside.effective.end.isoformat() == "2026-01-02T00:00:00+00:00"
    outside = only_item(gather(tmp_path / "f", GATEWAY))
    assert (outside.effective.end, outside.effective.basis) == (AS_OF, "as read; not under version control")


def test_a_key_written_into_the_file_is_masked(tmp_path: Path):
    key = "sk-ant-api03-" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1cD2eF3gH4" * 2 + "-AAAAAAAA"
    gathered = gather(tmp_path, GATEWAY.replace("os.environ/OPENAI_API_KEY", key))
    assert key not in only_item(gathered).model_dump_json()
    assert key.encode() not in b"".join(gathered.copies.values())
    assert only_item(gathered).redactions[0].line == 5


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not beside this clone")
@pytest.mark.parametrize(
    ("name", "artefact", "rows"),
    [
        ("litellm-dev_config.yaml", "gateway_config", 40),
        ("litellm-enterprise_config.yaml", "gateway_config", 1),
        ("litellm-load_balancer.yaml", "gateway_config", 4),
        ("litellm-oai_misc_config.yaml", "gateway_config", 5),
        ("litellm-otel_test_config.yaml", "gateway_config", 7),
        ("litellm-spend_tracking_config.yaml", "gateway_config", 1),
        ("prometheus-litellm-alerts.yml", "alert_rules", 3),
    ],
)
def test_published_configurations_are_read_whole(tmp_path: Path, name: str, artefact: str, rows: int):
    live = name.replace("-dev_", "-")  # its own name says that it is no production's
    gathered = in_folder(collect, write(tmp_path, {live: (SAMPLES / name).read_bytes()}), config(artefact, live))
    facts = only_item(gathered).facts
    assert len(facts.get("routes") or facts.get("rules")) == rows
    assert "budget_usd" not in facts
    assert not problems(gathered)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not beside this clone")
def test_an_example_with_rate_limits_beside_a_live_file_without_gives_nothing():
    live = in_folder(collect, SAMPLES, config(path="portkey-conf.json"))
    example = in_folder(collect, SAMPLES, config(path="portkey-conf.example.json"))
    assert not live.result.items
    assert not example.result.items
    assert [problem.status for problem in problems(live)] == ["unreadable"]
    assert "is an example, not configuration" in [problem.reason for problem in problems(example)]


ROUTE = "model_list:\n- model_name: a\n  litellm_params:\n    model: MODEL\n"


def one_route(root: Path, model: str, more: str = "") -> dict[str, object]:
    return only_item(gather(root, ROUTE.replace("MODEL", model) + more)).facts["routes"][0]


@pytest.mark.parametrize(
    ("model", "more", "pinned"),
    [
        ("bedrock/x-20240307-v1:0", "", True),
        ("bedrock/x-20240307-v1:0", "    model_id: arn:aws:bedrock::1:application-inference-profile/new\n", False),
        ("bedrock/x", "    model_id: abc\n  model_info: {base_model: x-20240307-v1:0}\n", True),
        ("openai/gpt-4o-2024-08-06", "    extra_body: {model: gpt-4o}\n", False),
        ("openai/gpt-4o-2024-08-06", "    extra_body: {top_k: 3}\n", True),
        ("openai/gpt-4o-2024-08-06", "    mock_response: hello\n", False),
        ("openai/gpt-4o-2099-01-01", "", False),
        ("azure/chat", "  model_info: {base_model: gpt-4o-2099-01-01}\n", False),
        ("openrouter/shady/gpt-4o-2024-08-06", "", False),
        ("openrouter/openai/gpt-4o-2024-08-06", "", True),
    ],
)  # fmt: skip
def test_what_leads_to_another_model_is_not_pinned(tmp_path: Path, model: str, more: str, pinned: bool):
    assert one_route(tmp_path, model, more)["pinned"] is pinned


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("environment_variables: {AWS_BEDROCK_RUNTIME_ENDPOINT: https://x.example}\n", "AWS_BEDROCK_RUNTIME_ENDPOINT"),
        ("environment_variables: {STORE_MODEL_IN_DB: 'True'}\n", "STORE_MODEL_IN_DB"),
        ("environment_variables: {STORE_MODEL_IN_DB: 'False', REDIS_HOST: x}\n", ""),
        ("litellm_settings: {model_alias_map: {a: b}}\n", "model_alias_map"),
        ("router_settings: {model_group_alias: {a: b}}\n", "model_group_alias"),
        ("router_settings: {model_group_alias: {}}\n", ""),
        ("general_settings: {pass_through_endpoints: [{path: /x, target: y}]}\n", "pass_through_endpoints"),
        ("general_settings: {database_url: x, master_key: y}\n", ""),
        ("router_settings: {fallbacks: [{a: [{model: b}]}]}\n", "an entry of the fallbacks of 'a'"),
        ("    litellm_credential_name: c\n", "litellm_credential_name"),
        ("    aws_bedrock_runtime_endpoint: https://x.example\n", "aws_bedrock_runtime_endpoint"),
        ("    fallbacks: [b]\n", "'fallbacks' names fallbacks of one deployment"),
    ],
)  # fmt: skip
def test_settings_that_may_lead_requests_elsewhere_are_an_unread_part(tmp_path: Path, more: str, told: str):
    found = problems(gather(tmp_path, ROUTE.replace("MODEL", "openai/gpt-4o-2024-08-06") + more))
    unread = [one.reason for one in found if one.status == "unreadable"]
    assert [told in reason for reason in unread] == ([True] if told else []), found
