"""Records of meetings, feedback, reviews, trainings, impacts, suppliers and endings, for tests: whole, as data."""

import copy
import json
from typing import Any

import yaml

from tieout.collectors.base import Gathered
from tieout.domain.evidence import EvidenceItem

APPROVAL = {"owner": "Ada Ferri", "approver": "Ben Okoro", "approved_on": "2026-10-20", "review_due": "2027-04-20"}
WHOLE: dict[str, dict[str, Any]] = {
    "decommission_record": {
        "system_id": "claims-scan",
        "retired_on": "2026-06-30",
        "models": ["scan-1.2"],
        "routes": ["scan"],
        "data_disposition": [{"data": "scanned letters", "action": "deleted", "done_on": "2026-07-10"}],
        "access_revoked_on": "2026-07-01",
        "dependants": ["claims desk"],
        "dependants_told_on": "2026-06-01",
        "retention_rule": "us-nara-grs-3.1-011",
    },
    "feedback_log": {
        "period_start": "2026-07-01",
        "period_end": "2026-09-30",
        "feedback": [
            {
                "id": "F-1",
                "source_class": "outside",
                "channel": "web form",
                "kind": "report",
                "received": "2026-08-03T08:00:00Z",
                "acknowledged": "2026-08-03T09:00:00Z",
                "triaged": "2026-08-04T10:00:00Z",
                "triage": "accepted",
                "disposition": "changed",
                "closed": "2026-08-20T12:00:00Z",
                "links": ["PR-12", "R-02"],
            },
            {"id": "F-2", "source_class": "test", "channel": "web form", "received": "2026-09-02T08:00:00Z"},
        ],
    },
    "impact_assessment": {
        "system": "claims-triage",
        "release": "v4.2.0",
        "date": "2026-10-01",
        "assessors": ["Ada Ferri"],
        "impacts": [
            {
                "id": "I-1",
                "impact": "a claim is put aside wrongly",
                "effect": "harm",
                "groups": ["claimants over 70"],
                "likelihood": 2,
                "severity": 4,
                "source": "complaints of 2026",
                "source_kind": "field data",
                "source_date": "2026-09-30",
                "risk_ids": ["R-02"],
            }
        ],
    },
    "meeting_record": {
        "meeting": "AI risk board",
        "date": "2026-10-07",
        "system": "claims-triage",
        "accountable_role": "governance",
        "participants": [
            {"person": "Ada Ferri", "role": "chair", "discipline": "law"},
            {"role": "user", "discipline": "claims handling", "outside": True},
        ],
        "decisions": [{"decision": "keep the limits", "tier": "high", "links": ["ACC-1"]}],
        "actions": [
            {"action": "test again", "owner": "Carl Ito", "due": "2026-11-30", "links": ["ISSUE-4"]},
            {"action": "tell the desk", "owner": "Ada Ferri", "due": "2026-10-10", "closed_on": "2026-10-09"},
        ],
    },
    "override_log": {
        "period_start": "2026-10-01",
        "period_end": "2026-10-15",
        "reviews": [
            {
                "request_id": "req-1",
                "action": "refuse a claim",
                "requested_by": "claims-triage",
                "reviewer": "Carl Ito",
                "decided": "2026-10-05T08:00:00Z",
                "decision": "changed",
                "seconds": 80.5,
                "reason": "the policy number was misread",
            }
        ],
    },
    "training_export": {
        "exported_on": "2026-11-02",
        "trainings": [
            {
                "person": "Carl Ito",
                "account": "cito",
                "engaged_as": "staff",
                "role": "operations",
                "course": "Using triage",
                "version": "2",
                "version_date": "2026-02-01",
                "completed": "2026-09-08",
                "valid_until": "2027-09-07",
                "score": 18,
                "pass_mark": 15,
            },
            {"person": "Ada Ferri", "course": "Using triage"},
        ],
    },
    "vendor_file": {
        "supplier": "Northwind Models",
        "known_as": ["northwind"],
        "supplies": ["northwind-large-2026"],
        "decision": "approved with conditions",
        "conditions": ["no names are sent"],
        "terms_version": "2026-03",
        "ip_terms": "outputs are ours",
        "data_terms": "kept for seven days, no training",
        "reviewed_on": "2026-09-18",
        "exit_plan": "the second route takes over within an hour",
        "notices": [
            {
                "notice": "version 2026 ends",
                "concerns": ["northwind-large-2026"],
                "received_on": "2026-09-01",
                "takes_effect_on": "2027-03-31",
                "action": "test the next version",
                "owner": "Carl Ito",
                "due": "2027-02-01",
                "done_on": "2026-11-01",
            }
        ],
    },
}


def whole(name: str, **changes: Any) -> dict[str, Any]:
    """A whole record as data; a change of None takes the field out."""
    record = {"artefact": name, **APPROVAL, **copy.deepcopy(WHOLE[name]), **changes}
    return {key: value for key, value in record.items() if value is not None}


def without(record: dict[str, Any], *at: str | int) -> dict[str, Any]:
    """The same record without the field at a path of keys and indexes."""
    holder: Any = record
    for step in at[:-1]:
        holder = holder[step]
    del holder[at[-1]]
    return record


def as_yaml(record: dict[str, Any]) -> str:
    """As somebody writes it."""
    text: str = yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=1_000)
    return text


def as_front_matter(record: dict[str, Any], body: str = "") -> str:
    """The same as Markdown."""
    return f"---\n{as_yaml(record)}---\n{body}"


def as_json(record: dict[str, Any]) -> str:
    """The same as JSON."""
    return json.dumps(record, indent=1)


def effective(item: EvidenceItem) -> tuple[str | None, str, str]:
    """The days from which to which an item speaks, and what says so."""
    assert item.effective is not None
    start = item.effective.start
    return (str(start)[:10] if start else None, str(item.effective.end)[:10], item.effective.basis)


def nothing_kept(gathered: Gathered, word: str) -> bool:
    """Whether a word of a source is in no fact, copy or problem."""
    kept = b"".join(gathered.copies.values()).decode() + gathered.result.model_dump_json()
    return word not in kept
