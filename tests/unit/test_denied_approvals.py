"""What an approver says beside the approval against it, and names that call a record of events a draft."""

import pytest

from tieout.collectors.named_state import denied_by_name
from tieout.collectors.withdrawals import withdrawn

BODY = "# Use of models\n\nModels are reviewed.\n\n"


@pytest.mark.parametrize(
    "told",
    [
        "## Approval\n\nI do not approve this policy.\n",
        "## Approval\n\nBen Okoro, 3 November: I do not approve.\n",
        "## 4. Sign-off\n\n- Ben Okoro: approval withdrawn\n",
        "## Approval\n\n| Ben Okoro | not approved |\n",
        "## Approvals\n\nWe cannot approve this version, as the limits are missing.\n",
        "## Approval\n\nI hereby withdraw my approval.\n",
        "Approver: Ben Okoro, approval withdrawn on 3 November\n",
        "Approved by: Ben Okoro - I no longer approve this document\n",
        "## Freigabe\n\nBen Okoro: nicht freigegeben\n",
    ],
)
def test_an_approver_who_denies_the_approval_is_heard(told: str) -> None:
    found = withdrawn(BODY + told)
    assert found is not None
    assert found.sure
    assert found.line >= 5


@pytest.mark.parametrize(
    "told",
    [
        "## Approval\n\nI approve this policy.\n",
        "## Approval\n\nThe owner may withdraw the approval at any time.\n",
        "## Approval\n\nA model that is not approved must not be used.\n",
        "## Approval\n\nI do not approve models that were not tested.\n",
        "## Use\n\nI do not approve.\n",
        "## Approval history\n\n- Version 1: not approved\n",
        "## Approval process\n\nApprovers do not approve their own work.\n",
        "```\n## Approval\nI do not approve this policy.\n```\n",
    ],
)
def test_what_is_said_of_other_things_or_elsewhere_is_not(told: str) -> None:
    found = withdrawn(BODY + told)
    assert found is None or not found.sure


@pytest.mark.parametrize("type_", ["incident_log", "drill_record", "meeting_record"])
@pytest.mark.parametrize(
    "path", ["records/draft-2026-11.yaml", "records/incidents_DRAFT.yaml", "drafts/one.yaml", "records/Entwurf.md"]
)
def test_a_record_of_events_may_be_a_draft_by_its_name(type_: str, path: str) -> None:
    assert "so it is not in force" in denied_by_name(type_, path)
    assert denied_by_name(type_, "records/one.xlsx", sheet="DRAFT")


@pytest.mark.parametrize("type_", ["incident_log", "drill_record", "meeting_record"])
@pytest.mark.parametrize(
    "path",
    ["archive/one.yaml", "records/minutes-draft-policy-review.md", "records/aircraft.yaml", "superseded/2025.yaml"],
)
def test_an_archive_is_the_place_of_past_events(type_: str, path: str) -> None:
    assert not denied_by_name(type_, path)


def test_a_long_text_takes_no_time() -> None:
    body = "## Approval\n\n" + "I do not approve the " * 9 + "\n" + "i " * 90_000
    assert withdrawn(body) is None
