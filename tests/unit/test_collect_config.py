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


def test_what_stands_in_other_files_is_told(tmp_path: Path):
    gathered = gather(tmp_path, "include: [more.yaml]\n" + GATEWAY)
    assert any("other files" in problem.reason and problem.place.line == 1 for problem in problems(gathered))


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
    ],
)
def test_a_named_file_that_is_no_live_configuration_does_not_count(tmp_path: Path, path: str):
    gathered = gather(tmp_path, GATEWAY, config(path=path))
    assert not gathered.result.items
    assert [problem.status for problem in problems(gathered)].count("not-counted") == 1
    assert not problems(gathered, "unreadable")


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
            "authorised_roles": ["operations", "governance"],
            "trigger": "error rate above 5 %",
        }
    ]
    assert line_text(gathered, item, "/flags/0/name").strip() == "assistant-off:"
    assert line_text(gathered, item, "/flags/0/default").strip() == 'defaultVariant: "off"'
    (note,) = problems(gathered)
    assert (note.place.line, note.reason) == (7, "'new-prompt' is not enabled, so it does not count")


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
        ("sum without (x, y) (a) and absent(b)", ["a", "b"]),
        ('label_replace(a, "x", "$1", "y", "not_this")', ["a"]),
        ("vector(1) # comment_word\n + c", ["c"]),
        ('a{x="', ["a"]),
        ("a[", ["a"]),
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
def test_published_configurations_are_read_whole(name: str, artefact: str, rows: int):
    gathered = in_folder(collect, SAMPLES, config(artefact, name))
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


@pytest.mark.parametrize(
    ("first", "second", "others"),
    [
        ("azure/gpt-4o", "azure_ai/gpt-4o", []),
        ("azure/gpt-4o", "Azure-OpenAI/gpt-4o", []),
        ("bedrock/claude", "sagemaker/llama", []),
        ("vertex_ai/gemini-2.0", "gemini/gemini-2.0", []),
        ("vertex_ai/gemini-2.0", "google/gemini-2.0", []),
        ("openai/gpt-4o", "OpenAI/gpt-4o", []),
        ("openai/gpt-4o", "azure/gpt-4o", ["azure"]),
        ("openai/gpt-4o", "anthropic/claude", ["anthropic"]),
    ],
)
def test_another_name_of_the_same_supplier_is_no_other_provider(tmp_path: Path, first, second, others):
    text = (
        f"model_list:\n- {{model_name: a, litellm_params: {{model: {first}}}}}\n"
        f"- {{model_name: b, litellm_params: {{model: {second}}}}}\n"
        "litellm_settings: {fallbacks: [{a: [b]}]}\n"
    )
    section = source("config", "sources/gateway.yaml", provides=("gateway_config",), format="litellm")
    item = only_item(in_folder(collect, write(tmp_path, {"sources/gateway.yaml": text}), section))
    assert item.facts["routes"][0]["fallbacks"] == ["b"]
    assert item.facts["routes"][0]["other_providers"] == others
