"""A file that lies in two places is evidence once; what it counts is not counted again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.systems import assessed, configuration, source, system

INCIDENTS = """artefact: incident_log
owner: A B
incidents:
  - id: I-1
    severity: 2
    detected: 2026-11-02T08:00:00Z
    acknowledged: 2026-11-02T09:00:00Z
    contained: 2026-11-02T10:00:00Z
    closed: 2026-11-03T10:00:00Z
    cause: a certificate ran out
"""
AS_OF = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "files",
    [
        {"one/incidents.yaml": INCIDENTS, "two/incidents.yaml": INCIDENTS},
        {"one/incidents.yaml": INCIDENTS, "one/incidents-of-november.yaml": INCIDENTS, "two/other.yaml": "a: 1\n"},
    ],
    ids=["two sources", "one source"],
)
def test_a_copy_adds_nothing_to_a_population(files: dict[str, str], tmp_path: Path) -> None:
    sources = [source(name, "records", name, "incident_log", inside="application") for name in ("one", "two")]
    found = assessed(system(tmp_path / "r", configuration(*sources), files).folder, as_of=AS_OF)
    logs = [item for item in found.collection.items if item.type == "incident_log"]
    assert len(logs) == 2  # both are kept, and shown
    checks = [check for check in found.checks("mg-4.3-incidents") if check.predicate in {"every", "sla"}]
    reasons = [check.reason for check in checks]
    assert all(reason.startswith("The one incident of the incident log") for reason in reasons), reasons
    assert len(reasons) == 4
    assert {ref for check in checks for ref in check.evidence} < {item.id for item in logs}
