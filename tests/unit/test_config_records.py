"""The examples of records: the real collector takes each whole, the published schema too, and rules hold on them."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from support.collecting import in_folder, in_git, only_item, problems, source, write
from support.git_repositories import Repository
from support.systems import AREAS, assessed, configuration, system
from support.systems import source as entry
from tieout.collectors import git, records
from tieout.config.kinds import RECORDS
from tieout.config.records import FILLED, example_file, record_example, record_schema
from tieout.domain.artefacts import ARTEFACTS
from tieout.kernel.errors import UsageError

CARDS = {"system_card": "SYSTEM_CARD.md", "dataset_card": "evals/DATASET_CARD.md"}


def said(name: str) -> Any:
    """What an example says, with days and times as JSON has them."""
    text = record_example(name)
    front = text.split("---\n")[1] if example_file(name).suffix == ".md" else text
    return json.loads(json.dumps(yaml.safe_load(front), default=lambda day: day.isoformat().replace("+00:00", "Z")))


@pytest.mark.parametrize("name", RECORDS)
def test_the_collector_takes_the_example_without_a_problem(name: str, tmp_path: Path) -> None:
    declared = "approved_record/ai_policy" if name == "approved_record" else name
    write(tmp_path, {example_file(name).name: record_example(name)})
    gathered = in_folder(records.collect, tmp_path, source("records", ".", provides=(declared,)), prefix="")
    assert problems(gathered) == []
    item = only_item(gathered)
    assert item.type == name
    assert item.effective is not None
    for key, value in said(name).items():
        if key in ARTEFACTS[name].model_fields:
            assert item.facts[key] == value or isinstance(value, list | str), key
        elif key != "artefact":
            assert item.facts.get("approval", {}).get(key, value) == value


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_found_in_the_repository_too(name: str, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit("card", {CARDS[name]: record_example(name)})
    gathered = in_git(git.collect, repository, source("git", ".", provides=(name,)))
    assert problems(gathered) == []
    assert only_item(gathered).type == name


@pytest.mark.parametrize("name", RECORDS)
def test_the_schema_takes_the_example_and_refuses_what_does_not_fit(name: str) -> None:
    schema = record_schema(name)
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.Draft202012Validator(schema)
    document = said(name)
    validator.validate(document)
    assert not validator.is_valid({**document, "artefact": "another"})
    for required in schema["required"]:
        assert not validator.is_valid({key: value for key, value in document.items() if key != required}), required
    if schema["additionalProperties"] is False:
        assert not validator.is_valid({**document, "misspelt": 1})
    assert FILLED.isdisjoint(schema["properties"])


@pytest.mark.parametrize("name", RECORDS)
def test_the_example_shows_every_field_and_says_what_each_means(name: str) -> None:
    schema = record_schema(name)
    text = record_example(name)
    definitions = [one for key, one in schema.get("$defs", {}).items() if f"#/$defs/{key}" in json.dumps(schema)]
    for part in (schema, *definitions):
        for field, what in part.get("properties", {}).items():
            assert what.get("description"), f"{name}: {field} is not explained"
            if field not in {"level", "until", "order_note"}:  # for the rare case; the table has them
                assert field in text, f"{name}: {field} is not shown"


def test_an_unknown_record_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'telemetry'") as caught:
        record_schema("telemetry")
    assert "drill_record" in caught.value.hint


# --- what the examples are good for


GATEWAY = """\
model_list:
  - {model_name: answers, litellm_params: {model: openai/gpt-4o-2024-11-20}}
  - {model_name: second, litellm_params: {model: anthropic/claude-3-5-haiku-20241022}}
"""


def test_rules_that_stand_on_records_alone_hold_on_the_examples(tmp_path: Path) -> None:
    """Whoever fills in the examples for a system of their own has what these checks ask for."""
    profile, roster, criteria = (said(name) for name in ("system_profile", "roster", "acceptance_criteria"))
    rows = {row.pop("role"): row for row in roster["people"]}
    kept = ("name", "purpose", "owner", "phase", "users", "settings", "prohibited_uses", "jurisdictions")
    config = configuration(
        entry("records", "records", "records", *RECORDS, inside="application"),
        entry("gateway", "config", "gateway.yaml", "gateway_config", inside="application"),
        git=("codeowners", "git_history", "repository_tree"),
        owners={area: rows[area] for area in AREAS},
        roles=[{"role": role, **row} for role, row in rows.items() if role not in AREAS],
        acceptance_criteria=criteria["criteria"],
    )
    config["system"] = {
        **{key: profile[key] for key in (*kept, "generative", "third_party", "approver", "approved_on", "review_due")},
        "id": profile["system_id"],
        "risk_tier": profile["tier"],
    }
    files = {f"records/{example_file(name).name}": record_example(name) for name in RECORDS}
    drills = {
        f"records/{scenario}.yaml": record_example("drill_record").replace("provider_failover", scenario)
        for scenario in ("kill_switch", "contact_chain", "alert_test")
    }
    repository = system(tmp_path / "r", config, {**files, **drills, "gateway.yaml": GATEWAY})
    found = assessed(repository.folder, as_of=datetime(2026, 11, 22, tzinfo=UTC))
    told = {(rule.rule, check.predicate): check for rule in found.assessment.rules for check in rule.checks}
    for rule, predicate in (
        ("gv-1.4-policy", "every"),
        ("gv-1.4-policy", "approved_doc"),
        ("gv-2.1-roles", "accountable"),
        ("gv-2.1-roles", "recent"),
        ("gv-2.1-roles", "within_target"),
        ("gv-6.2-supplier-failure", "within_target"),
        ("mg-1.2-treatment-order", "recomputes"),
        ("mg-1.2-treatment-order", "ordered"),
        ("mg-1.2-treatment-order", "treated"),
        ("mg-2.4-switch-off", "within_target"),
        ("mg-4.3-incidents", "every"),
        ("mg-4.3-incidents", "sla"),
        ("mp-1.1-context", "approved_doc"),
        ("mp-1.5-tolerance", "limits_judge"),
        ("mp-2.1-task-and-model", "agree"),
        ("ms-2.4-production-watch", "recent"),
    ):
        check = told[rule, predicate]
        assert check.verdict == "satisfied", (rule, check)
    assert not [check for check in told.values() if check.predicate in {"one_truth", "readable"}]


def test_the_data_set_card_carries_a_digest_of_the_right_form() -> None:
    assert len(said("dataset_card")["split_sha256"]) == len(hashlib.sha256().hexdigest())
