"""Whose log it is, as far as the models that it names can tell."""

from datetime import UTC, datetime

import pytest

from cases.case_files import RULES, case_file, changed, collection_of
from tieout.assess.engine import run_rule
from tieout.assess.log_owner import is_another_log, strangers
from tieout.domain.artefacts.configuration import Route
from tieout.domain.artefacts.logs import ModelUse, Telemetry
from tieout.domain.verdicts import Verdict

READING = sorted(name for name, rule in RULES.items() if "telemetry" in rule.needs)
TIME = datetime(2026, 11, 1, tzinfo=UTC)


def routes(*models, **more):
    return [Route(name=f"r{index}", model=model, pinned=True, **more) for index, model in enumerate(models)]


def log(*models):
    uses = tuple(ModelUse(model=model, records=10, first=TIME, last=TIME) for model in models)
    facts = case_file("mg-3.2-pinned-models").base["items"]["log"]["facts"]
    return Telemetry.model_validate({**facts, "models": uses})


def test_every_rule_that_reads_a_log_says_that_it_may_be_shared():
    assert len(READING) == 6
    for name in READING:
        assert "that the log is of this system alone" in RULES[name].untested, name


@pytest.mark.parametrize("name", READING)
def test_every_rule_that_reads_a_log_asks_whose_it_is(name):
    base = case_file(name).base
    gateway = {
        "source": "gateway-config",
        "type": "gateway_config",
        "path": "config/gateway.yaml",
        "effective": datetime(2026, 11, 20, tzinfo=UTC).date(),
        "facts": {"product": "litellm", "routes": [{"name": "x", "model": "openai/other-1.2.3", "pinned": True}]},
    }
    change = {"sources/gateway-config": ["gateway_config"], "items/gateway": gateway}
    found = run_rule(RULES[name], collection_of(changed(base, change)))
    [check] = [check for check in found.checks if check.predicate == "own_log"]
    assert check.verdict is Verdict.PARTIAL
    assert check.reason.startswith("The log is not shown to be of this system alone: gateway-log names n")
    assert check.places
    assert found.verdict is not Verdict.SATISFIED
    assert not [check for check in run_rule(RULES[name], collection_of(base)).checks if check.predicate == "own_log"]


@pytest.mark.parametrize(
    ("configured", "served", "expected"),
    [
        ({"openai/gpt-4o"}, ["gpt-4o"], []),
        ({"azure/my-deployment"}, ["my-deployment"], []),
        ({"openai/*"}, ["gpt-4o"], []),
        ({"bedrock/anthropic.claude-*"}, ["anthropic.claude-3", "gpt-4o"], ["gpt-4o"]),
        ({"openai/gpt-4o"}, ["gpt-4o", "gpt-4o-mini"], ["gpt-4o-mini"]),
    ],
)
def test_a_stranger_is_a_model_that_no_route_leads_to(configured, served, expected):
    assert [use.model for use in strangers(routes(*configured), log(*served))] == expected


def test_a_base_model_is_a_name_of_its_route():
    assert strangers(routes("azure/mine", base_model="azure/gpt-4o-2024-11-20"), log("gpt-4o-2024-11-20")) == []


def test_a_log_is_another_one_where_all_its_models_are_strangers_or_it_names_none():
    assert is_another_log(routes("a"), log("b", "c"))
    assert is_another_log(routes("a"), log())
    assert not is_another_log(routes("a"), log("a", "c"))
