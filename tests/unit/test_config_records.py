"""The examples of records: filled in for one's own system they are whole, and as they are shipped they are none."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from support.collecting import in_folder, in_git, only_item, problems, source, write
from support.git_repositories import Repository
from support.systems import AREAS, Assessed, assessed, configuration
from support.systems import source as entry
from tieout.collectors import git, records
from tieout.collectors.copied import COPIED, is_example
from tieout.config.kinds import RECORDS
from tieout.config.records import FILLED, example_file, record_example, record_schema
from tieout.domain.artefacts import ARTEFACTS
from tieout.kernel.errors import UsageError

CARDS = {"system_card": "SYSTEM_CARD.md", "dataset_card": "evals/DATASET_CARD.md"}


#: What another organisation writes for another system, so that the examples are records of its own.
OWN = {"parcel": "letter", "Halden": "Nordvik", "halden": "nordvik", "draft": "answer", "in the trial": "in the pilot"}


def filled_in(name: str) -> str:
    """An example as somebody fills it in for a system of their own."""
    text = record_example(name)
    for word, own in OWN.items():
        text = text.replace(word, own)
    return text


def said(name: str) -> Any:
    """What an example that was filled in says, with days and times as JSON has them."""
    text = filled_in(name)
    front = text.split("---\n")[1] if example_file(name).suffix == ".md" else text
    return json.loads(json.dumps(yaml.safe_load(front), default=lambda day: day.isoformat().replace("+00:00", "Z")))


@pytest.mark.parametrize("name", RECORDS)
def test_the_collector_takes_what_was_filled_in_without_a_problem(name: str, tmp_path: Path) -> None:
    declared = "approved_record/ai_policy" if name == "approved_record" else name
    write(tmp_path, {example_file(name).name: filled_in(name)})
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
    repository.commit("card", {CARDS[name]: filled_in(name)})
    gathered = in_git(git.collect, repository, source("git", ".", provides=(name,)))
    assert problems(gathered) == []
    assert only_item(gathered).type == name


def later(text: str) -> str:
    """The same, a year later: only its days and times are other ones."""
    return re.sub(r"\b2026-", "2027-", text)


def of_others(text: str) -> str:
    """The same by other people."""
    names = ("Mira Lund", "Jonas Eide", "Per Holm", "Tor Vik", "Ida Moe", "Aisha Karim", "Lena Strand", "Sindre Aas")
    for number, name in enumerate(names):
        text = text.replace(name, f"Another Person{number}")
    return text


def in_json(text: str) -> str:
    """The fields of an example in another order and form; its comments are gone, and a body too."""
    front = yaml.safe_load(text.split("---\n")[1] if text.startswith("---\n") else text)
    return json.dumps(dict(reversed(front.items())), default=lambda day: day.isoformat().replace("+00:00", "Z"))


CHANGES: dict[str, Callable[[str], str]] = {
    "as shipped": str,
    "later": later,
    "of others": of_others,
    "in JSON": in_json,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", RECORDS)
def test_the_example_as_it_is_shipped_is_nobodys_record(name: str, change: str, tmp_path: Path) -> None:
    if (name, change) in {("roster", "of others"), ("approved_record", "in JSON")}:
        return  # a roster is nothing but people; a document is its body
    text = CHANGES[change](record_example(name))
    assert (text != record_example(name)) is (change != "as shipped")
    write(tmp_path, {"record.json" if change == "in JSON" else example_file(name).name: text})
    as_of = datetime(2028, 1, 1, tzinfo=UTC)
    gathered = in_folder(records.collect, tmp_path, source("records", ".", provides=(name,)), prefix="", as_of=as_of)
    assert gathered.result.items == ()
    told = [problem for problem in problems(gathered) if problem.status == "not-counted"]
    assert [(problem.reason, problem.types[0].partition("/")[0]) for problem in told] == [(COPIED, name)]


@pytest.mark.parametrize("name", CARDS)
def test_a_copied_card_in_the_repository_is_none_even_above_another_text(name: str, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    front = "---\n".join(later(record_example(name)).split("---\n")[:2])
    repository.commit("card", {CARDS[name]: f"{front}---\nA text of our own below what was copied.\n"})
    gathered = in_git(git.collect, repository, source("git", ".", provides=(name,)))
    assert gathered.result.items == ()
    assert COPIED in [problem.reason for problem in problems(gathered)]


def test_a_copied_drill_of_another_scenario_and_time_is_still_copied() -> None:
    fields = yaml.safe_load(record_example("drill_record"))
    assert is_example("drill_record", {**fields, "scenario": "kill_switch", "measured_seconds": 50}, "")
    assert not is_example("drill_record", {**fields, "actions": ["The switch was thrown at noon."]}, "")
    assert not is_example("drill_record", {**fields, "actions": []}, "")
    assert not is_example("telemetry", fields, "")


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


#: Records that tieout.yaml gives as well; the fixture fills them in there.
DECLARED = ("acceptance_criteria", "roster", "system_profile")
GATEWAY = """\
model_list:
  - {model_name: answers, litellm_params: {model: openai/gpt-4o-2024-11-20}}
  - {model_name: second, litellm_params: {model: anthropic/claude-3-5-haiku-20241022}}
"""


def with_records(folder: Path, written: Callable[[str], str]) -> Assessed:
    """A system whose roster has the people of the examples, with a record of each kind and each drill."""
    profile, roster, criteria = (said(name) for name in ("system_profile", "roster", "acceptance_criteria"))
    rows = {row.pop("role"): row for row in roster["people"]}
    kept = ("name", "purpose", "owner", "phase", "users", "settings", "prohibited_uses", "jurisdictions")
    config = configuration(
        entry("records", "records", "records", *RECORDS, inside="application"),
        entry("gateway", "config", "config/gateway.yaml", "gateway_config", inside="application"),
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
    files = {f"records/{example_file(name).name}": written(name) for name in RECORDS}
    drills = {
        f"records/{scenario}.yaml": written("drill_record").replace("provider_failover", scenario)
        for scenario in ("kill_switch", "contact_chain", "alert_test")
    }
    kept_files = {"tieout.yaml": yaml.safe_dump(config, sort_keys=False), "config/gateway.yaml": GATEWAY}
    repository = Repository(folder / "r")
    days: dict[str, dict[str, str]] = {}
    for path, text in {**kept_files, **files, **drills}.items():
        approved = re.search(r"approved_on: '?([\d-]+)", text)
        days.setdefault(approved[1] if approved else "2026-01-02", {})[path] = text
    for day, of_day in sorted(days.items()):  # an approval that stood in its file before its day approves nothing
        when = f"{day}T12:00:00Z"
        repository.commit(f"records of {day}", of_day, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
    return assessed(repository.folder, as_of=datetime(2026, 11, 22, tzinfo=UTC))


def test_no_rule_holds_on_the_examples_as_they_are_shipped(tmp_path: Path) -> None:
    """Their people stand in the roster here, and still nobody wrote these records."""
    found = with_records(tmp_path, record_example)
    assert found.satisfied_by(*(name for name in RECORDS if name not in DECLARED)) == []


def test_rules_that_stand_on_records_alone_hold_on_the_examples(tmp_path: Path) -> None:
    """Whoever fills in the examples for a system of their own has what these checks ask for."""
    found = with_records(tmp_path, filled_in)
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
        ("mg-4.3-incidents", "explained"),
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
