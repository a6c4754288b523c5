"""What the OSCAL documents say of an assessment and of its system: neither more nor less."""

import json
import re

import pytest

from cases.plain_language import faults
from golden.documents import Document, made, objects, own, plan_of_system, strings
from golden.sample import PROFILE, WAIVED, empty, rich, with_facts, without_rules
from tieout.assess.asking import asked
from tieout.domain.packet import Contents, copy_name
from tieout.domain.retention import RetentionBlock
from tieout.domain.retention_rules import RetentionDay
from tieout.domain.verdicts import OPEN_VERDICTS, Verdict
from tieout.oscal import packet_set, text


def result(contents: Contents) -> Document:
    return made(contents)["assessment-results"]["results"][0]


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
