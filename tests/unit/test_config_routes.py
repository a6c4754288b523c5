"""Routes of a gateway's configuration: limits, fallbacks, pinned models, and what leads elsewhere."""

from pathlib import Path

import pytest
import yaml

from support.collecting import at, in_folder, line_text, only_item, problems, write
from support.configurations import GATEWAY, config, gather
from tieout.collectors.config import collect
from tieout.collectors.config.convert import pinned


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
