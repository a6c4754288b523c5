"""Documents that break their word to each other: each defect planted alone, and a set without any."""

from collections.abc import Callable
from typing import Any

import pytest

from support.oscal_documents import ACTIVITY, OBSERVATION, OWNER, PLATFORM, RISK, SYSTEM, TOOL, documents
from tieout.kernel.ids import stable_uuid
from tieout.oscal.lint import lint

NOWHERE = stable_uuid("test", "nowhere")
Documents = dict[str, dict[str, Any]]


def result(made: Documents) -> dict[str, Any]:
    return made["assessment-results.json"]["assessment-results"]["results"][0]


def poam(made: Documents) -> dict[str, Any]:
    return made["plan-of-action-and-milestones.json"]["plan-of-action-and-milestones"]


def plan(made: Documents) -> dict[str, Any]:
    return made["assessment-plan.json"]["assessment-plan"]


def mapping(made: Documents) -> dict[str, Any]:
    return made["mapping-collection.json"]["mapping-collection"]["mappings"][0]


def system(made: Documents) -> dict[str, Any]:
    return made["system-security-plan.json"]["system-security-plan"]["system-implementation"]


def actor(made: Documents, number: int) -> dict[str, Any]:
    return result(made)["observations"][0]["origins"][0]["actors"][number]


RESULTS = "assessment-results.json#/assessment-results/results/0"
PLAN = "assessment-plan.json#/assessment-plan"
MAPPING = "mapping-collection.json#/mapping-collection/mappings/0"
CONTROL = "catalog.json#/catalog/groups/0/controls/0"
SYSTEM_PLAN = "system-security-plan.json#/system-security-plan"

DEFECTS: dict[str, tuple[Callable[[Documents], Any], str]] = {
    "finding to observation": (
        lambda made: result(made)["findings"][0]["related-observations"][0].update({"observation-uuid": NOWHERE}),
        f"{RESULTS}/findings/0/related-observations/0: observation-uuid {NOWHERE} is not among the observations",
    ),
    "finding to a risk that is an observation": (
        lambda made: result(made)["findings"][0]["related-risks"][0].update({"risk-uuid": OBSERVATION}),
        f"{RESULTS}/findings/0/related-risks/0: risk-uuid {OBSERVATION} is not among the risks",
    ),
    "origin actor, tool": (
        lambda made: actor(made, 0).update({"actor-uuid": OWNER}),
        f"{RESULTS}/observations/0/origins/0/actors/0: actor-uuid {OWNER} is not among the components",
    ),
    "origin actor, platform": (
        lambda made: actor(made, 1).update({"actor-uuid": TOOL}),
        f"{RESULTS}/observations/0/origins/0/actors/1: actor-uuid {TOOL} is not among the assessment-platforms",
    ),
    "origin actor, party": (
        lambda made: actor(made, 2).update({"actor-uuid": PLATFORM}),
        f"{RESULTS}/observations/0/origins/0/actors/2: actor-uuid {PLATFORM} is not among the parties",
    ),
    "subject": (
        lambda made: result(made)["observations"][0]["subjects"][0].update({"subject-uuid": NOWHERE}),
        f"{RESULTS}/observations/0/subjects/0: subject-uuid {NOWHERE} is not among the components",
    ),
    "subject of another type": (
        lambda made: result(made)["observations"][0]["subjects"][0].update({"type": "inventory-item"}),
        f"{RESULTS}/observations/0/subjects/0: subject-uuid {SYSTEM} is not among the inventory-items",
    ),
    "POA&M item to risk": (
        lambda made: poam(made).pop("risks"),
        (
            "plan-of-action-and-milestones.json#/plan-of-action-and-milestones/poam-items/0/related-risks/0: "
            f"risk-uuid {RISK} is not among the risks"
        ),
    ),
    "task to activity": (
        lambda made: plan(made).pop("local-definitions"),
        f"{PLAN}/tasks/0/associated-activities/0: activity-uuid {ACTIVITY} is not among the activities",
    ),
    "unknown parameter": (
        lambda made: made["catalog.json"]["catalog"]["groups"][0]["controls"][0]["parts"][0].update(
            prose="Daily, {{ insert: param, test-9_prm }}."
        ),
        f"{CONTROL}/parts/0: prose inserts the parameter 'test-9_prm', which is not defined",
    ),
    "mapping relationship": (
        lambda made: mapping(made)["maps"][0].update(relationship="alike"),
        f"{MAPPING}: map {stable_uuid('test', 'map')}: 'alike' is not a relationship of OSCAL",
    ),
    "mapping source": (
        lambda made: mapping(made)["maps"][0].update(sources=[{"type": "control", "id-ref": "test-9.9"}]),
        f"{MAPPING}: map {stable_uuid('test', 'map')}: the source has no control 'test-9.9'",
    ),
    "mapping target": (
        lambda made: mapping(made)["maps"][0].update(targets=[{"type": "statement", "id-ref": "test-1.1"}]),
        f"{MAPPING}: map {stable_uuid('test', 'map')}: the target has no statement 'test-1.1'",
    ),
    "profile imports no resource": (
        lambda made: made["profile.json"]["profile"]["imports"].append({"href": "#catalog", "include-all": {}}),
        (
            "profile.json#/profile/imports/1: imports '#catalog', which is none of the documents and no resource "
            "that leads to one"
        ),
    ),
    "evidence is no resource": (
        lambda made: result(made)["observations"][0]["relevant-evidence"][0].update(href=f"#{NOWHERE}"),
        f"{RESULTS}/observations/0/relevant-evidence/0: '#{NOWHERE}' is not in this document",
    ),
    "result ends before it starts": (
        lambda made: result(made).update(end="2026-11-22T10:59:59+01:00"),
        f"{RESULTS}: it ends (2026-11-22T10:59:59+01:00) before it starts (2026-11-22T10:00:00Z)",
    ),
    "task ends before it starts": (
        lambda made: plan(made)["tasks"][0]["timing"]["within-date-range"].update(end="2026-11-21T10:00:00Z"),
        (
            f"{PLAN}/tasks/0/timing/within-date-range: it ends (2026-11-21T10:00:00Z) before it starts "
            "(2026-11-22T10:00:00Z)"
        ),
    ),
    "two systems": (
        lambda made: system(made)["components"].append({**system(made)["components"][0], "uuid": NOWHERE}),
        f"{SYSTEM_PLAN}/system-implementation: 2 components are 'this-system': {SYSTEM}, {NOWHERE}",
    ),
}


@pytest.mark.parametrize(("plant", "line"), DEFECTS.values(), ids=DEFECTS)
def test_a_planted_defect_is_the_one_line(plant, line):
    made = documents()
    plant(made)
    assert lint(made) == [line]


def test_sound_documents_have_nothing_to_say():
    assert lint(documents()) == []


def test_a_missing_document_is_said_and_what_it_alone_could_answer_is_not_guessed():
    made = documents()
    del made["assessment-plan.json"]
    problems = lint(made)
    assert problems[0].startswith(
        "assessment-results.json#/assessment-results/import-ap: imports 'assessment-plan.json', which is none"
    )
    # The tool, the platform and the system were defined in the plan or behind it; the party is our own.
    assert len(problems) == 4
    made = documents()
    del made["assessment-plan.json"]
    made["assessment-results.json"]["assessment-results"]["import-ap"]["href"] = "https://example.org/plan.json"
    assert lint(made) == []


def test_a_relationship_of_another_namespace_is_its_owners_affair():
    made = documents()
    mapping(made)["maps"][0].update(relationship="alike", ns="https://example.org/ns")
    assert lint(made) == []


def test_what_leads_in_a_circle_ends():
    made = documents()
    made["profile.json"]["profile"]["imports"].append({"href": "profile.json", "include-all": {}})
    assert lint(made) == []


def test_a_catalog_that_is_carried_inline_may_answer_what_the_set_cannot():
    made = documents()
    mapping(made)["maps"][0]["targets"][0]["id-ref"] = "other"
    resource = made["profile.json"]["profile"]["back-matter"]["resources"][0]
    del resource["rlinks"]
    assert [problem.partition(": ")[2] for problem in lint(made)] == [
        f"map {stable_uuid('test', 'map')}: the target has no control 'other'",
        f"imports '#{resource['uuid']}', which is none of the documents and no resource that leads to one",
    ]
    resource["base64"] = {"value": "e30="}
    assert lint(made) == []
