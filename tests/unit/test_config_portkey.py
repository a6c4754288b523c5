"""Portkey's configs: which targets are asked, what takes over from them, and what checks their requests."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting import AS_OF, line_text
from support.odd_places import collected, guards, routes, survives_each_odd_value, told

FALLBACK = """{
  "strategy": {"mode": "fallback"},
  "cache": {"mode": "semantic"},
  "request_timeout": 20000,
  "targets": [
    {
      "name": "first",
      "provider": "openai",
      "api_key": "sk-proj-Zx81kQpLm20VbNcRtYwEa73D",
      "override_params": {"model": "gpt-4o-2024-11-20"}
    },
    {
      "name": "second",
      "provider": "anthropic",
      "request_timeout": 5000,
      "override_params": {"model": "claude-3-5-sonnet-20241022"}
    }
  ],
  "before_request_hooks": [
    {"id": "own", "type": "guardrail", "deny": true, "checks": [
      {"id": "default.detectPII", "parameters": {}},
      {"id": "default.regexMatch", "parameters": {"rule": "x"}, "is_enabled": false}
    ]}
  ],
  "output_guardrails": ["pg-moderation-1"]
}
"""


def config(mode: str, *targets: dict[str, Any], **strategy: Any) -> str:
    return json.dumps({"strategy": {"mode": mode, **strategy}, "targets": targets})


def target(provider: str, model: str | None = None, **more: Any) -> dict[str, Any]:
    return {"provider": provider, **({"override_params": {"model": model}} if model else {}), **more}


def test_targets_come_in_their_order_with_what_takes_over_and_their_lines(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"gateway/config.json": FALLBACK})
    assert routes(gathered) == {
        "first": {
            "name": "first",
            "model": "gpt-4o-2024-11-20",
            "provider": "openai",
            "external": True,
            "pinned": True,
            "fallbacks": ["second"],
            "other_providers": ["anthropic"],
            "timeout_seconds": 20.0,
        },
        "second": {
            "name": "second",
            "model": "claude-3-5-sonnet-20241022",
            "provider": "anthropic",
            "external": True,
            "pinned": True,
            "timeout_seconds": 5.0,
            "spare": True,
        },
    }
    item = next(item for item in gathered.result.items if item.type == "gateway_config")
    assert (item.facts["product"], item.facts["cache"]) == ("Portkey", True)
    expected = {
        "/cache": '"cache": {"mode": "semantic"},',
        "/routes/0/name": '"name": "first",',
        "/routes/0/model": '"override_params": {"model": "gpt-4o-2024-11-20"}',
        "/routes/0/provider": '"provider": "openai",',
        "/routes/0/timeout_seconds": '"request_timeout": 20000,',
        "/routes/1/timeout_seconds": '"request_timeout": 5000,',
        "/routes/0/fallbacks/0": '"strategy": {"mode": "fallback"},',
        "/routes/0/other_providers/0": '"strategy": {"mode": "fallback"},',
        "/routes/1/spare": '"strategy": {"mode": "fallback"},',
    }
    assert {pointer: line_text(gathered, item, pointer).strip() for pointer in expected} == expected


def test_checks_are_guardrails_with_what_they_do(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"config.json": FALLBACK})
    assert guards(gathered) == [
        {
            "name": "default.detectPII",
            "against": "personal-data",
            "stages": ["input"],
            "action": "block",
            "always_on": True,
        },
        {"name": "pg-moderation-1", "against": "harmful-content", "stages": ["output"], "always_on": True},
    ]
    assert (22, "the check 'default.regexMatch' is switched off, so it does not count") in told(gathered)


@pytest.mark.parametrize(
    ("hook", "action"),
    [
        ({"default.detectPII": {"redact": True}, "deny": True}, "mask"),
        ({"default.contains": {"words": ["a"]}, "deny": True}, "block"),
        ({"default.contains": {"words": ["a"]}, "deny": False}, "flag"),
        ({"default.contains": {"words": ["a"]}}, "flag"),
        ({"default.contains": {"words": ["a"]}, "deny": True, "async": True}, "flag"),
        ({"id": "pg-of-elsewhere"}, None),
    ],
)
def test_a_check_blocks_only_where_it_denies_and_is_waited_for(
    tmp_path: Path, hook: dict[str, Any], action: str | None
) -> None:
    text = json.dumps({**json.loads(config("single", target("openai", "gpt-4o"))), "input_guardrails": [hook]})
    (guard,) = guards(collected(tmp_path, {"config.json": text}))
    assert guard.get("action") == action


def test_a_check_that_targets_replace_or_one_of_a_target_is_not_passed_by_every_request(tmp_path: Path) -> None:
    own = target("openai", "gpt-4o", input_guardrails=["pg-own"])
    text = json.dumps({**json.loads(config("fallback", own, target("cohere", "c"))), "input_guardrails": ["pg-a"]})
    assert [row["always_on"] for row in guards(collected(tmp_path, {"config.json": text}))] == [False, False]


@pytest.mark.parametrize(
    ("codes", "counts"),
    [
        (None, True),
        ([429, 503], True),
        ([408], True),
        ([429], False),
        ([246, 446], False),
        ([], False),
        ("503", False),
        ([True], False),
    ],
)
def test_only_statuses_of_a_failure_lead_to_the_next_target(tmp_path: Path, codes: Any, counts: bool) -> None:
    more = {} if codes is None else {"on_status_codes": codes}
    text = config("fallback", target("openai", "gpt-4o"), target("cohere", "command-r"), **more)
    gathered = collected(tmp_path, {"config.json": text})
    found = routes(gathered)
    assert found["target 1"].get("other_providers") == (["cohere"] if counts else None)
    assert found["target 2"]["spare"] is True
    assert any("on_status_codes" in reason for _, reason in told(gathered)) is not counts


def test_targets_that_share_the_load_do_not_take_over_and_those_without_weight_get_nothing(tmp_path: Path) -> None:
    text = config(
        "loadbalance",
        target("openai", "gpt-4o", weight=0.7),
        target("anthropic", "claude", weight=0.3),
        target("cohere", "command-r", weight=0),
    )
    gathered = collected(tmp_path, {"config.json": text})
    assert [(name, row.get("fallbacks")) for name, row in routes(gathered).items()] == [
        ("target 1", None),
        ("target 2", None),
    ]
    assert [reason for _, reason in told(gathered)] == [
        "'target 3' has the weight 0 and gets no request, so it does not count"
    ]


def test_a_group_falls_back_as_a_whole_and_takes_over_what_stands_above_it(tmp_path: Path) -> None:
    group = {
        "strategy": {"mode": "loadbalance"},
        "override_params": {"model": "gpt-4o-2024-11-20"},
        "targets": [{"provider": "openai"}, {"provider": "azure-openai", "custom_host": "https://own.example.com/v1"}],
    }
    found = routes(collected(tmp_path, {"config.json": config("fallback", group, target("anthropic", "claude"))}))
    assert [(name, row["model"], row.get("other_providers"), row.get("spare")) for name, row in found.items()] == [
        ("target 1.1", "gpt-4o-2024-11-20", ["anthropic"], None),
        ("target 1.2", "gpt-4o-2024-11-20", None, None),
        ("target 2", "claude", None, True),
    ]
    # Behind an address of one's own the supplier is not known: what the model's name pins cannot be told here.
    assert found["target 1.2"]["unclear_providers"] == ["anthropic"]
    assert (found["target 1.1"]["pinned"], found["target 1.2"].get("pinned")) == (True, None)


def test_only_targets_that_a_condition_leads_to_are_routes(tmp_path: Path) -> None:
    text = config(
        "conditional",
        target("openai", "gpt-4o", name="a"),
        target("anthropic", "claude", name="b"),
        target("cohere", "command-r", name="c"),
        target("groq", "llama"),
        conditions=[{"query": {"metadata.tier": {"$eq": "paid"}}, "then": "a"}],
        default="b",
    )
    gathered = collected(tmp_path, {"config.json": text})
    assert list(routes(gathered)) == ["a", "b"]
    assert [reason.partition(" is")[0] for _, reason in told(gathered)] == ["'c'", "'target 4'"]


def test_of_a_single_strategy_the_first_target_alone_is_asked(tmp_path: Path) -> None:
    text = config("single", target("openai", "gpt-4o"), target("anthropic", "claude"))
    assert list(routes(collected(tmp_path, {"config.json": text}))) == ["target 1"]


@pytest.mark.parametrize(
    ("first", "second", "unclear"),
    [
        (target("@openai-prod", "gpt-4o"), target("@anthropic-prod", "claude"), ["@anthropic-prod"]),
        (target("@one", "gpt-4o"), target("@one", "gpt-4o-mini"), None),
        ({"virtual_key": "key-1"}, {"virtual_key": "key-2"}, ["a virtual key (target 2)"]),
        ({"virtual_key": "key-1"}, {"virtual_key": "key-1"}, None),
        (target("openai", "gpt-4o"), target("anthropic"), ["anthropic"]),
        (target("openai", "gpt-4o"), {"passthrough": True}, ["whichever the request names"]),
        (
            {"override_params": {"model": "@a/gpt-4o"}},
            {"override_params": {"model": "@b/claude-3-5-sonnet-20241022"}},
            ["@b"],
        ),
    ],
)
def test_where_the_file_does_not_name_a_supplier_nothing_is_concluded(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], unclear: list[str] | None
) -> None:
    found = routes(collected(tmp_path, {"config.json": config("fallback", first, second)}))
    assert (found["target 1"].get("other_providers"), found["target 1"].get("unclear_providers")) == (None, unclear)
    # The supplier's own name says no; behind a slug or a key the version may be fixed elsewhere.
    assert found["target 1"].get("pinned") is (False if first.get("provider") == "openai" else None)


@pytest.mark.parametrize(
    ("asked", "pinned"),
    [
        (target("@openai-prod", "gpt-4o-2024-11-20"), None),
        ({"override_params": {"model": "@openai-prod/gpt-4o-2024-11-20"}}, None),
        ({"virtual_key": "key-1", "override_params": {"model": "gpt-4o-2024-11-20"}}, None),
        ({"virtual_key": "key-1"}, None),
        (target("@openai-prod", "gpt-4o-latest"), False),  # it says itself that it moves
        ({"passthrough": True, "override_params": {"model": "gpt-4o-2024-11-20"}}, None),
        ({"passthrough": True}, False),  # each request names the supplier and the model
        (target("openai"), False),
        (target("openai", "gpt-4o-2024-11-20"), True),
    ],
)
def test_behind_a_slug_or_a_key_it_cannot_be_told_what_is_pinned(
    tmp_path: Path, asked: dict[str, Any], pinned: bool | None
) -> None:
    found = routes(collected(tmp_path, {"config.json": config("fallback", asked, target("openai", "gpt-4o"))}))
    assert found["target 1"].get("pinned") is pinned
    assert found["target 2"]["pinned"] is False


def test_a_target_of_the_same_supplier_or_for_other_work_is_no_other_supplier(tmp_path: Path) -> None:
    text = config(
        "fallback", target("openai", "gpt-4o"), target("openai", "gpt-4o-mini"), target("cohere", "embed-english-v3.0")
    )
    gathered = collected(tmp_path, {"config.json": text})
    first = routes(gathered)["target 1"]
    assert (first["fallbacks"], first.get("other_providers"), first.get("unclear_providers")) == (
        ["target 2"],
        None,
        None,
    )
    assert any("does other work" in reason for _, reason in told(gathered))


def test_a_version_of_tomorrow_pins_nothing(tmp_path: Path) -> None:
    later = f"gpt-4o-{AS_OF.year + 1}-01-01"
    text = config("single", target("openai", later))
    assert routes(collected(tmp_path, {"config.json": text}))["target 1"]["pinned"] is False


@pytest.mark.parametrize("member", [{"prompt_id": "pp-x"}, target("openai", "${MODEL}")])
def test_a_target_whose_model_stands_elsewhere_cannot_be_judged(tmp_path: Path, member: dict[str, Any]) -> None:
    gathered = collected(tmp_path, {"config.json": config("fallback", target("openai", "gpt-4o"), member)})
    assert list(routes(gathered)) == ["target 1"]
    ((_, reason),) = told(gathered, "unreadable")
    assert reason.startswith("'target 2' of the routes cannot be judged")


def test_the_settings_of_a_gateway_hold_no_routes_and_that_is_said(tmp_path: Path) -> None:
    text = '{"plugins_enabled": ["default"], "credentials": {"portkey": {"apiKey": "x"}}, "cache": false}'
    gathered = collected(tmp_path, {"conf.json": text})
    assert not gathered.result.items
    assert any("no routes" in reason for _, reason in told(gathered))


def test_exports_say_the_name_and_whether_a_config_is_in_use(tmp_path: Path) -> None:
    inner = config("fallback", target("openai", "gpt-4o"), target("cohere", "command-r"))
    live = json.dumps({"data": {"name": "Main", "status": "active", "config": inner}}, indent=1)
    old = json.dumps({"data": {"name": "Old", "status": "archived", "config": json.loads(inner)}}, indent=1)
    gathered = collected(tmp_path, {"live.json": live, "other.json": old})
    (item,) = (item for item in gathered.result.items)
    assert item.provenance.path.endswith("live.json")
    assert set(item.lines.values()) == {5}  # one text, one line
    assert any("not in use any more" in reason for _, reason in told(gathered))


def test_two_configs_in_one_file_are_two_items(tmp_path: Path) -> None:
    one, two = (json.loads(config("single", target(name, "m"))) for name in ("openai", "cohere"))
    gathered = collected(tmp_path, {"configs.json": json.dumps({"chat": one, "draft": two}, indent=1)})
    assert sorted(item.facts["routes"][0]["provider"] for item in gathered.result.items) == ["cohere", "openai"]


@pytest.mark.parametrize(
    "text",
    [
        '{"strategy": {"mode": "fallback"}, "targets": ["es5", "es6"]}',
        '{"strategy": {"type": "RollingUpdate"}, "targets": []}',
        '{"provider": "openai", "request_timeout": 30}',
        '{"app": {"provider": "openai", "override_params": {"model": "m"}}}',
        '{"config": "not { json, but it says \\"targets\\""}',
    ],
)
def test_what_only_looks_like_a_config_is_none(tmp_path: Path, text: str) -> None:
    gathered = collected(tmp_path, {"config.json": text})
    assert not gathered.result.items
    assert any("of no format that is recognised" in reason for _, reason in told(gathered))


def test_an_example_does_not_count(tmp_path: Path) -> None:
    gathered = collected(tmp_path, {"examples/config.json": FALLBACK})
    assert not gathered.result.items
    assert any("is an example" in reason for _, reason in told(gathered))


def test_no_planted_secret_is_in_the_facts_or_the_copy(tmp_path: Path) -> None:
    secrets = ["sk-proj-Zx81kQpLm20VbNcRtYwEa73D", "AKIAQ7XJ2LMPZ5RTYWKD", "wJalrXUtnFEMIb7MDENGbPxRfiCYzQ81LMNOPQRS"]
    own = {
        "name": "b",
        "provider": "bedrock",
        "aws_access_key_id": secrets[1],
        "aws_secret_access_key": secrets[2],
        "override_params": {"model": "m"},
    }
    text = json.dumps({**json.loads(FALLBACK), "targets": [json.loads(FALLBACK)["targets"][0], own]}, indent=1)
    gathered = collected(tmp_path, {"config.json": text})
    everything = gathered.result.model_dump_json() + "".join(copy.decode() for copy in gathered.copies.values())
    assert len(routes(gathered)) == 2
    assert not [secret for secret in secrets if secret in everything]


def test_more_targets_than_people_configure_are_refused(tmp_path: Path) -> None:
    many = config("loadbalance", *(target("openai", "m") for _ in range(201)))
    groups = config("fallback", *(json.loads(config("loadbalance", *[target("openai", "m")] * 150)) for _ in range(2)))
    for name, text in (("many.json", many), ("groups.json", groups)):
        gathered = collected(tmp_path / name, {name: text})
        assert not gathered.result.items
        assert told(gathered, "unreadable"), name


def test_odd_values_at_each_place_are_told(tmp_path: Path) -> None:
    assert survives_each_odd_value(tmp_path, [json.loads(FALLBACK)], "config.json") > 50


@pytest.mark.parametrize("off", [{"enabled": False}, {"disabled": True}, {"isEnabled": False}, {"status": "disabled"}])
def test_a_target_that_says_that_it_is_off_is_no_route_and_takes_over_from_none(tmp_path: Path, off: Any) -> None:
    text = config("fallback", target("openai", "gpt-4o-2024-11-20"), target("anthropic", "claude-x", **off))
    gathered = collected(tmp_path, {"gateway/config.json": text})
    (first,) = routes(gathered).values()
    assert not first.get("fallbacks")
    reasons = [reason for _, reason in told(gathered, "unreadable")]
    assert any("'target 2' of the routes cannot be judged: " in one for one in reasons)


@pytest.mark.parametrize("at", ["config", "hook", "check", "text"])
def test_a_check_that_says_that_it_is_off_cannot_be_judged(tmp_path: Path, at: str) -> None:
    switch = {place: {"enabled": False} if place == at else {} for place in ("config", "hook", "check")}
    if at == "text":
        switch["check"] = {"is_enabled": "false"}
    checks = [{"id": "default.detectPII", "parameters": {}, **switch["check"]}]
    hooks = [{"id": "own", "deny": True, "checks": checks, **switch["hook"]}]
    text = {**json.loads(config("single", target("openai", "gpt-x"))), **switch["config"]}
    gathered = collected(tmp_path, {"gateway/config.json": json.dumps({**text, "before_request_hooks": hooks})})
    assert not guards(gathered)
    said = "'is_enabled' is neither true nor false" if at == "text" else "'enabled' says that it is off"
    reasons = [reason for _, reason in told(gathered, "unreadable")]
    assert any(f"cannot be judged: {said}" in one for one in reasons)
