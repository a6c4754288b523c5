"""Whether the approval that a record claims holds: by someone else of the roster, after the last change, in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tieout.assess.names import IN_FULL, bearer
from tieout.assess.people import around, doubt, may_be_one, roster_names
from tieout.assess.selection import mixed_alphabets, person
from tieout.domain.artefacts.records import Approval
from tieout.domain.collection import Subject
from tieout.domain.evidence import EvidenceItem
from tieout.kernel.clock import end_of, is_ahead

#: A review that is due later than this after the approval is none (a default of ours).
LONGEST_REVIEW = timedelta(days=3 * 366)
_APPROVE_IN_PLACE = (
    "Have the text approved as the repository has it, on the day on which it came in (of a merge, its day) or later, "
    "and write approver and day into it; that alone is no change of the text."
)
_APPROVE_AGAIN = (
    "Have the text approved as it reads now, and write the day of that into it; on the day of the change itself, "
    "take the approval out first, so that it is seen to come in anew."
)


def approval_of(item: EvidenceItem) -> Approval:
    """The approval that an item claims; an empty one where it claims none."""
    return Approval.model_validate(item.facts.get("approval", {}))


def signed(item: EvidenceItem) -> str:
    """Who approved a record when, for a sentence; with the day on which that was written into it, if a later one."""
    approval = approval_of(item)
    on, recorded = approval.approved_on, approval.recorded_at
    written = f" (written down on {recorded:%Y-%m-%d})" if on and recorded and recorded.date() > on else ""
    return f"by {approval.approver} on {approval.approved_on}{written}"


class Doubt(NamedTuple):
    """What is not shown of an approval, with its verb, and what would show it."""

    told: str
    closes_with: str


def approval_doubts(item: EvidenceItem, roster: Sequence[EvidenceItem], subject: Subject) -> list[Doubt]:
    """What is not shown of an approval that has no fault: that its people are persons, and that it is of this text.

    Args:
        item: The record.
        roster: Whose roles and contacts have words that no person is called by.
        subject: The system, whose name has such words, too.
    """
    approval, near = approval_of(item), around(roster, subject)
    doubts = [
        Doubt(f"names an {role} who is not shown to be a person ({told})", IN_FULL)
        for role, name in (("owner", approval.owner), ("approver", approval.approver))
        if (told := doubt(name, near))
    ]
    if approval.changed_at is not None and _came_with_its_text(approval):
        doubts.append(
            Doubt(
                f"came into the repository on {approval.changed_at:%Y-%m-%d} (UTC){_by_merge(approval)} with an "
                f"approval of {approval.approved_on}, so that this is the text which was approved is not shown",
                _APPROVE_IN_PLACE,
            )
        )
    elif approval.changed_at is not None and _is_older_than_its_text(approval):
        doubts.append(
            Doubt(
                f"was changed on {approval.changed_at:%Y-%m-%d at %H:%M} (UTC){_by_merge(approval)}, on the day of its "
                f"approval but after that had been written into it (on {approval.recorded_at:%Y-%m-%d at %H:%M})",
                _APPROVE_AGAIN,
            )
        )
    return doubts


def approval_faults(
    item: EvidenceItem, roster: Sequence[EvidenceItem], as_of: datetime, *, reviewed: bool = True
) -> list[str]:
    """What is wrong with an approval, each with its verb; empty where it holds.

    Args:
        item: The record.
        roster: Where its people must stand, on the day of the approval.
        as_of: Instant that the assessment speaks of.
        reviewed: Whether the record must be reviewed again; one of a past event need not.
    """
    approval = approval_of(item)
    on = approval.approved_on or as_of.date()
    people, near = roster_names(roster, on), around(roster)
    faults = []
    for role, name in (("owner", approval.owner), ("approver", approval.approver)):
        known, kind = person(name), bearer(name, near).kind
        if known is None and mixed_alphabets(name or ""):
            faults.append(f"names an {role} in mixed alphabets ({name})")
        elif known is None:
            faults.append(f"names no {role}")
        elif kind in {"body", "nobody"}:
            faults.append(f"names no person as {role} ({name})")
        elif kind == "several":
            faults.append(f"names several people as {role} ({name})")
        elif known not in people:
            told = f"held no role on {on}" if known in roster_names(roster, None) else "is not in the roster"
            faults.append(f"names an {role} who {told} ({name})")
    owner, approver = person(approval.owner), person(approval.approver)
    if owner is not None and owner == approver:
        faults.append("was approved by its own owner")
    elif owner is not None and approver is not None and may_be_one(owner, approver):
        faults.append(f"may have been approved by its own owner ({approval.owner}, {approval.approver})")
    return [*faults, *_date_faults(approval, as_of, reviewed=reviewed)]


def _changed_after(approval: Approval) -> bool:
    """Days are UTC days; an approval holds from the start of its day and covers a change made on that day."""
    if approval.approved_on is None or approval.changed_at is None:
        return False
    return end_of(approval.approved_on) < approval.changed_at


def _came_with_its_text(approval: Approval) -> bool:
    """Whether an older approval was written into the file with the text that it is of, or after it.

    So it is with what is signed elsewhere, and with whatever a merge brings in: it was not changed since, but what
    was signed is not shown either.
    """
    recorded, changed = approval.recorded_at, approval.changed_at
    return _changed_after(approval) and recorded is not None and changed is not None and recorded >= changed


def _is_older_than_its_text(approval: Approval) -> bool:
    """Whether the text was changed on the approval's own day, when the approval stood in it already."""
    recorded, changed = approval.recorded_at, approval.changed_at
    return not _changed_after(approval) and recorded is not None and changed is not None and recorded <= changed


def _by_merge(approval: Approval) -> str:
    return f" by the merge {approval.merged_in[:12]}" if approval.merged_in else ""


def _date_faults(approval: Approval, as_of: datetime, *, reviewed: bool) -> list[str]:
    if approval.approved_on is None:
        return ["has no approval date"]
    faults = []
    if is_ahead(approval.approved_on, as_of):
        faults.append(f"is approved in the future ({approval.approved_on})")
    elif approval.recorded_at is not None and is_ahead(approval.approved_on, approval.recorded_at):
        faults.append(
            f"has an approval that is dated {approval.approved_on} and stood in the file already on "
            f"{approval.recorded_at:%Y-%m-%d}"
        )
    if _changed_after(approval) and not _came_with_its_text(approval):
        faults.append(
            f"was changed on {approval.changed_at:%Y-%m-%d} (UTC){_by_merge(approval)}, after its approval on "
            f"{approval.approved_on}"
        )
    elif approval.changed_at is not None and approval.backdated_to is not None:
        faults.append(
            f"was last changed by a commit that is dated {approval.backdated_to:%Y-%m-%d}, before its ancestor of "
            f"{approval.changed_at:%Y-%m-%d}, so that the approval came after it is not shown"
        )
    if not reviewed:
        return faults
    if approval.review_due is None:
        faults.append("has no review date")
    elif end_of(approval.review_due) < as_of:
        faults.append(f"was due for review on {approval.review_due}")
    elif approval.review_due - approval.approved_on > LONGEST_REVIEW:
        faults.append(f"is due for review only on {approval.review_due}, more than three years after its approval")
    return faults
