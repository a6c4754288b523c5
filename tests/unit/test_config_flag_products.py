"""Feature flags of Unleash, LaunchDarkly and GrowthBook: production alone, what a switch does, what is archived."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting import line_text, only_item, problems
from support.configurations import config, gather
from support.watching import GROWTHBOOK, LAUNCHDARKLY, UNLEASH, changed
from tieout.collectors.config.flag_parts.declared import kind_of_words, production_of, told_by_pairs

FLAG = {
    "name": "assistant",
    "kind": "kill-switch",
    "default": True,
    "switchable": True,
    "authorised_roles": ["operations", "governance"],
    "trigger": "Slow answers",
    "stale": False,
}
SECTION = config("flag_config", "flags.json")


def flag_of(root: Path, content: str | dict[str, Any]) -> dict[str, Any]:
    text = content if isinstance(content, str) else json.dumps(content)
    (flag,) = only_item(gather(root, text, SECTION)).facts["flags"]
    return flag


@pytest.mark.parametrize(("content", "marked"), [(UNLEASH, {"stale"}), (LAUNCHDARKLY, {"stale"}), (GROWTHBOOK, set())])
def test_a_kill_switch_comes_with_what_is_declared_of_it(tmp_path: Path, content: str, marked: set[str]):
    expected = {name: value for name, value in FLAG.items() if name != "stale" or name in marked}
    assert flag_of(tmp_path, content) == expected


def test_facts_stand_on_their_lines_and_an_archived_flag_does_not_count(tmp_path: Path):
    gathered = gather(tmp_path, UNLEASH, SECTION)
    item = only_item(gathered)
    assert '"name": "assistant"' in line_text(gathered, item, "/flags/0/name")
    assert '"environment": "production"' in line_text(gathered, item, "/flags/0/default")
    (note,) = problems(gathered)
    assert (note.status, note.reason) == ("not-counted", "'gone' is archived, so it does not count")


def unleash(*strategies: dict[str, Any], enabled: Any = True, **feature: Any) -> dict[str, Any]:
    data = json.loads(UNLEASH)
    data["features"] = [{"name": "assistant", "type": "release", **feature}]
    data["featureStrategies"] = [{"featureName": "assistant", **one} for one in strategies]
    data["featureEnvironments"][0]["enabled"] = enabled
    return data


ROLLOUT = {"name": "flexibleRollout", "parameters": {"rollout": "100"}}


@pytest.mark.parametrize(
    ("content", "default", "switchable"),
    [
        (unleash(), True, True),
        (unleash({"name": "default"}), True, True),
        (unleash(ROLLOUT), True, True),
        (unleash(ROLLOUT, enabled=False), False, True),
        (unleash({**ROLLOUT, "parameters": {"rollout": "0"}}), None, False),  # it is on for nobody
        (unleash({**ROLLOUT, "parameters": {"rollout": "50"}}), None, None),
        (unleash({**ROLLOUT, "constraints": [{"contextName": "region"}]}), None, None),
        (unleash({**ROLLOUT, "segments": [1]}), None, None),
        (unleash({"name": "userWithId", "parameters": {"userIds": "7"}}), None, None),
        (unleash({"name": "userWithId"}, {"name": "default"}), True, True),  # one that is on for all is enough
        (unleash({"name": "default", "disabled": True}), None, None),
        (unleash(ROLLOUT, dependencies=[{"feature": "other"}]), None, None),
        (unleash(ROLLOUT, enabled="true"), None, None),
    ],
)
def test_what_a_flag_of_unleash_does_follows_from_its_strategies(tmp_path: Path, content, default, switchable):
    flag = flag_of(tmp_path, content)
    assert (flag.get("default"), flag.get("switchable")) == (default, switchable)


def test_only_production_counts(tmp_path: Path):
    other = UNLEASH.replace('"production"', '"development"')
    gathered = gather(tmp_path, other, SECTION)
    assert not gathered.result.items
    (problem,) = problems(gathered, "unreadable")
    assert problem.reason == (
        "'assistant' cannot be judged: which of its environments is production cannot be told: 'development'"
    )
    twice = gather(tmp_path, UNLEASH.replace('"development"', '"production"'), SECTION)
    assert not twice.result.items
    (problem,) = problems(twice, "unreadable")
    assert problem.reason == "'assistant' cannot be judged: its environment of production stands there more than once"


def test_what_is_imported_counts_for_the_environment_that_it_is_imported_into(tmp_path: Path):
    data = json.loads(UNLEASH)
    data["featureEnvironments"] = [{"featureName": "assistant", "environment": "development", "enabled": True}]
    data["featureStrategies"] = []
    assert flag_of(tmp_path, {"project": "p", "environment": "production", "data": data})["default"] is True


def test_older_exports_of_unleash_have_no_environments(tmp_path: Path):
    old = {"version": 1, "features": [{"name": "a", "enabled": False, "strategies": [{"name": "default"}]}]}
    assert flag_of(tmp_path, old)["default"] is False
    listed = {"name": "a", "type": "operational", "environments": [{"name": "production", "enabled": True}]}
    flag = flag_of(tmp_path, {"features": [listed]})
    assert (flag["kind"], flag["default"]) == ("other", True)


PRODUCTION = ("items", 0, "environments", "production")


@pytest.mark.parametrize(
    ("at", "value", "default", "switchable"),
    [
        ("on", False, False, True),  # off: the off variation is served to everybody
        ("on", "false", None, True),
        ("offVariation", None, True, False),
        ("offVariation", 0, True, False),  # on and off serve the same
        ("offVariation", 7, True, False),
        ("offVariation", True, True, False),
        ("fallthrough", {"rollout": {"variations": []}}, None, None),
        ("fallthrough", {}, None, False),
        ("rules", [{"variation": 1}], None, None),
        ("targets", [{"values": ["x"], "variation": 1}], None, None),
        ("prerequisites", [{"key": "other", "variation": 0}], None, None),
    ],
)
def test_what_a_flag_of_launchdarkly_serves(tmp_path: Path, at, value, default, switchable):
    flag = flag_of(tmp_path, changed(json.loads(LAUNCHDARKLY), (*PRODUCTION, at), value))
    assert (flag.get("default"), flag.get("switchable")) == (default, switchable)


def test_a_flag_of_launchdarkly_that_is_archived_or_has_no_production_is_told(tmp_path: Path):
    data = json.loads(LAUNCHDARKLY)
    gathered = gather(tmp_path, json.dumps(changed(data, ("items", 0, "archived"), value=True)), SECTION)
    assert [one.reason for one in problems(gathered, "not-counted")] == [
        "'assistant' is archived, so it does not count"
    ]
    text = LAUNCHDARKLY.replace('"production"', '"blue"')
    (problem,) = problems(gather(tmp_path, text, SECTION), "unreadable")
    assert problem.reason.endswith("which of its environments is production cannot be told: 'blue', 'test'")
    assert flag_of(tmp_path, json.loads(LAUNCHDARKLY)["items"][0]) == FLAG  # one flag alone


FEATURE = ("features", 0)


@pytest.mark.parametrize(
    ("at", "value", "default", "switchable"),
    [
        ((*FEATURE, "environments", "production", "enabled"), False, False, True),
        ((*FEATURE, "defaultValue"), "false", False, False),  # enabled or not, it is off
        ((*FEATURE, "valueType"), "string", None, None),
        ((*FEATURE, "environments", "production", "rules"), [{"type": "force", "enabled": True}], None, None),
        ((*FEATURE, "environments", "production", "rules"), [{"type": "force", "enabled": False}], True, True),
        ((*FEATURE, "environments", "production", "enabled"), "yes", None, None),
    ],
)
def test_what_a_feature_of_growthbook_gives(tmp_path: Path, at, value, default, switchable):
    flag = flag_of(tmp_path, changed(json.loads(GROWTHBOOK), at, value))
    assert (flag.get("default"), flag.get("switchable")) == (default, switchable)


def test_which_environment_is_production():
    assert production_of({"Production": 1, "dev": 2}) == 1
    assert production_of({"prod": 1, "staging": 2}) == 1
    assert production_of({"production": 1, "prod": 2}) == 1
    assert production_of({"prod": 1, "live": 2}) is None
    assert production_of({"pre-production": 1}) is None


def test_what_tags_declare():
    assert kind_of_words(["ops", "Kill Switch"]) == "kill-switch"
    assert kind_of_words(["killing"]) == "other"
    assert told_by_pairs([("Trigger", "A"), ("trigger", "B"), ("roles", "x, y"), ("role", "x")]) == ("A", ["x", "y"])
