"""A small, true and consistent set of OSCAL documents in our own words, to try judges and lints on."""

import json
from typing import Any

from tieout.kernel.ids import stable_uuid

Document = dict[str, Any]

WHEN = "2026-11-22T10:00:00Z"
LATER = "2026-11-22T10:30:00Z"
ROOT_OF_FILE = {
    "catalog.json": "catalog",
    "profile.json": "profile",
    "mapping-collection.json": "mapping-collection",
    "component-definition.json": "component-definition",
    "system-security-plan.json": "system-security-plan",
    "assessment-plan.json": "assessment-plan",
    "assessment-results.json": "assessment-results",
    "plan-of-action-and-milestones.json": "plan-of-action-and-milestones",
}
SYSTEM = stable_uuid("test", "component", "claims-triage")
TOOL = stable_uuid("test", "component", "tool")
OWNER = stable_uuid("test", "party", "owner")
PLATFORM = stable_uuid("test", "platform")
ACTIVITY = stable_uuid("test", "activity")
OBSERVATION = stable_uuid("test", "observation")
RISK = stable_uuid("test", "risk")
FINDING = stable_uuid("test", "finding")
EVIDENCE = stable_uuid("test", "resource", "evidence")


def documents(oscal_version: str = "1.2.1") -> dict[str, Document]:
    """One document of each type, by file name; they import each other as a packet's do."""
    made = {
        "catalog.json": _catalog(),
        "profile.json": _profile(),
        "mapping-collection.json": _mapping(),
        "component-definition.json": _components(),
        "system-security-plan.json": _plan_of_system(),
        "assessment-plan.json": _assessment_plan(),
        "assessment-results.json": _results(1),
        "plan-of-action-and-milestones.json": _poam(),
    }
    for name, root in ROOT_OF_FILE.items():
        made[name][root]["uuid"] = stable_uuid("test", root)
        made[name][root]["metadata"] = {
            "title": f"Test {root}",
            "last-modified": WHEN,
            "version": "1.0",
            "oscal-version": oscal_version,
            "roles": [{"id": "system-owner", "title": "System owner"}],
            "parties": [{"uuid": OWNER, "type": "person", "name": "Ada Example"}],
        } | made[name][root].get("metadata", {})
    # By way of JSON, so that no two places share an object that a test may change.
    copied: dict[str, Document] = json.loads(json.dumps(made))
    return copied


def results_with(observations: int) -> Document:
    """An assessment-results document with this many observations, each with a subject and evidence."""
    document = documents()["assessment-results.json"]
    document["assessment-results"]["results"] = _results(observations)["assessment-results"]["results"]
    return document


def _catalog() -> Document:
    statement = {
        "id": "test-1.1_smt",
        "name": "statement",
        "prose": "Someone reads the log every {{ insert: param, test-1.1_prm }}.",
    }
    control = {
        "id": "test-1.1",
        "title": "Somebody reads the log",
        "params": [{"id": "test-1.1_prm", "label": "interval"}],
        "props": [{"name": "label", "value": "TEST 1.1"}],
        "parts": [statement],
    }
    return {"catalog": {"groups": [{"id": "test", "title": "Test", "controls": [control]}]}}


def _profile() -> Document:
    catalog = stable_uuid("test", "resource", "catalog")
    return {
        "profile": {
            "imports": [{"href": f"#{catalog}", "include-controls": [{"with-ids": ["test-1.1"]}]}],
            "merge": {"as-is": True},
            "back-matter": {
                "resources": [
                    {
                        "uuid": catalog,
                        "title": "The catalog",
                        "rlinks": [{"href": "catalog.json", "media-type": "application/oscal+json"}],
                    }
                ]
            },
        }
    }


def _mapping() -> Document:
    item = {"type": "control", "id-ref": "test-1.1"}
    return {
        "mapping-collection": {
            "provenance": {
                "method": "human",
                "matching-rationale": "semantic",
                "status": "draft",
                "mapping-description": "Read side by side.",
            },
            "mappings": [
                {
                    "uuid": stable_uuid("test", "mapping"),
                    "source-resource": {"type": "catalog", "href": "catalog.json"},
                    "target-resource": {"type": "profile", "href": "profile.json"},
                    "maps": [
                        {
                            "uuid": stable_uuid("test", "map"),
                            "relationship": "equal-to",
                            "sources": [item],
                            "targets": [item],
                        }
                    ],
                }
            ],
        }
    }


def _components() -> Document:
    return {
        "component-definition": {
            "components": [
                {
                    "uuid": TOOL,
                    "type": "validation",
                    "title": "Log collector",
                    "description": "Counts the days that have entries.",
                }
            ]
        }
    }


def _plan_of_system() -> Document:
    by_component = {
        "component-uuid": SYSTEM,
        "uuid": stable_uuid("test", "by-component"),
        "description": "The owner reads the log on Mondays.",
    }
    return {
        "system-security-plan": {
            "import-profile": {"href": "profile.json"},
            "system-characteristics": {
                "system-ids": [{"identifier-type": "https://tieout.dev/ns/1.0", "id": "claims-triage"}],
                "system-name": "Claims triage",
                "description": "Sorts claims by urgency.",
                "system-information": {
                    "information-types": [
                        {
                            "uuid": stable_uuid("test", "information"),
                            "title": "Claims",
                            "description": "What customers write about their damage.",
                        }
                    ]
                },
                "status": {"state": "operational"},
                "authorization-boundary": {"description": "The service and its model."},
            },
            "system-implementation": {
                "users": [{"uuid": stable_uuid("test", "user"), "title": "Clerk", "role-ids": ["system-owner"]}],
                "components": [
                    {
                        "uuid": SYSTEM,
                        "type": "this-system",
                        "title": "Claims triage",
                        "description": "The whole system.",
                        "status": {"state": "operational"},
                    }
                ],
            },
            "control-implementation": {
                "description": "As its owners describe it.",
                "implemented-requirements": [
                    {
                        "uuid": stable_uuid("test", "requirement"),
                        "control-id": "test-1.1",
                        "by-components": [by_component],
                    }
                ],
            },
        }
    }


def _assessment_plan() -> Document:
    return {
        "assessment-plan": {
            "import-ssp": {"href": "system-security-plan.json"},
            "local-definitions": {
                "activities": [
                    {
                        "uuid": ACTIVITY,
                        "title": "Count the days",
                        "description": "Count the days of the period that have entries.",
                        "props": [{"name": "method", "value": "TEST"}],
                    }
                ]
            },
            "reviewed-controls": {"control-selections": [{"include-controls": [{"control-id": "test-1.1"}]}]},
            "assessment-assets": {
                "components": [
                    {
                        "uuid": TOOL,
                        "type": "software",
                        "title": "tieout",
                        "description": "Reads the log.",
                        "status": {"state": "operational"},
                    }
                ],
                "assessment-platforms": [
                    {"uuid": PLATFORM, "title": "Build runner", "uses-components": [{"component-uuid": TOOL}]}
                ],
            },
            "tasks": [
                {
                    "uuid": stable_uuid("test", "task"),
                    "type": "action",
                    "title": "Run the assessment",
                    "timing": {"within-date-range": {"start": WHEN, "end": LATER}},
                    "associated-activities": [
                        {"activity-uuid": ACTIVITY, "subjects": [{"type": "component", "include-all": {}}]}
                    ],
                }
            ],
        }
    }


def _results(observations: int) -> Document:
    finding = {
        "uuid": FINDING,
        "title": "The log has a hole",
        "description": "Two days have no entries.",
        "target": {
            "type": "statement-id",
            "target-id": "test-1.1_smt",
            "status": {"state": "not-satisfied", "reason": "fail"},
        },
        "related-observations": [{"observation-uuid": OBSERVATION}],
        "related-risks": [{"risk-uuid": RISK}],
    }
    return {
        "assessment-results": {
            "import-ap": {"href": "assessment-plan.json"},
            "results": [
                {
                    "uuid": stable_uuid("test", "result"),
                    "title": "November",
                    "description": "The last thirty days.",
                    "start": WHEN,
                    "end": LATER,
                    "reviewed-controls": {"control-selections": [{"include-controls": [{"control-id": "test-1.1"}]}]},
                    "observations": [_observation(number) for number in range(observations)],
                    "risks": [_risk()],
                    "findings": [finding],
                }
            ],
            "back-matter": {"resources": [_evidence()]},
        }
    }


def _observation(number: int) -> Document:
    return {
        "uuid": stable_uuid("test", "observation", str(number)) if number else OBSERVATION,
        "title": f"Days counted in log {number}",
        "description": "28 of 30 days have entries.",
        "props": [
            {"name": "verdict", "ns": "https://tieout.dev/ns/oscal", "value": "gap"},
            {"name": "seen", "ns": "https://tieout.dev/ns/oscal", "value": "28"},
        ],
        "methods": ["TEST"],
        "types": ["finding"],
        "origins": [
            {
                "actors": [
                    {"type": "tool", "actor-uuid": TOOL},
                    {"type": "assessment-platform", "actor-uuid": PLATFORM},
                    {"type": "party", "actor-uuid": OWNER},
                ]
            }
        ],
        "subjects": [{"subject-uuid": SYSTEM, "type": "component", "title": "Claims triage"}],
        "relevant-evidence": [{"href": f"#{EVIDENCE}", "description": "The counted log."}],
        "collected": WHEN,
        "remarks": "Nothing else was looked at.",
    }


def _risk() -> Document:
    return {
        "uuid": RISK,
        "title": "Nobody would notice",
        "description": "A failure on a day without entries stays unseen.",
        "statement": "Two days of the month are not recorded.",
        "status": "open",
    }


def _evidence() -> Document:
    return {
        "uuid": EVIDENCE,
        "title": "Log of November",
        "props": [{"name": "type", "value": "evidence"}],
        "rlinks": [
            {
                "href": "../evidence/log.jsonl",
                "media-type": "application/jsonl",
                "hashes": [{"algorithm": "SHA-256", "value": "0" * 64}],
            }
        ],
    }


def _poam() -> Document:
    return {
        "plan-of-action-and-milestones": {
            "import-ssp": {"href": "system-security-plan.json"},
            "risks": [_risk()],
            "poam-items": [
                {
                    "uuid": stable_uuid("test", "poam-item"),
                    "title": "Close the hole",
                    "description": "The owner restores the two days by Friday.",
                    "related-risks": [{"risk-uuid": RISK}],
                }
            ],
        }
    }
