"""Whether the approval that a record claims holds: by someone else of the roster, after the last change, in time."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from tieout.assess.people import is_body, may_be_one, roster_names
from tieout.assess.selection import mixed_alphabets, person
from tieout.domain.artefacts.records import Approval
from tieout.domain.evidence import EvidenceItem

#: A review that is due later than this after the approval is none (a default of ours).
LONGEST_REVIEW = timedelta(days=3 * 366)


def approval_of(item: EvidenceItem) -> Approval:
    """The approval that an item claims; an empty one where it claims none."""
    return Approval.model_validate(item.facts.get("approval", {}))


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
    people = roster_names(roster, approval.approved_on or as_of.date())
    faults = []
    for role, name in (("owner", approval.owner), ("approver", approval.approver)):
        known = person(name)
        if known is None and mixed_alphabets(name or ""):
            faults.append(f"names an {role} in mixed alphabets ({name})")
        elif known is None:
            faults.append(f"names no {role}")
        elif is_body(known):
            faults.append(f"names no person as {role} ({name})")
        elif known not in people:
            faults.append(f"names an {role} who is not in the roster ({name})")
    owner, approver = person(approval.owner), person(approval.approver)
    if owner is not None and owner == approver:
        faults.append("was approved by its own owner")
    elif owner is not None and approver is not None and may_be_one(owner, approver):
        faults.append(f"may have been approved by its own owner ({approval.owner}, {approval.approver})")
    return [*faults, *_date_faults(approval, as_of, reviewed=reviewed)]


def _date_faults(approval: Approval, as_of: datetime, *, reviewed: bool) -> list[str]:
    if approval.approved_on is None:
        return ["has no approval date"]
    faults = []
    # Days are UTC days; an approval holds from the start of its day and covers a change made on that day.
    approved_until = datetime.combine(approval.approved_on, time.max, UTC)
    if datetime.combine(approval.approved_on, time.min, UTC) > as_of:
        faults.append(f"is approved in the future ({approval.approved_on})")
    if approval.changed_at is not None and approved_until < approval.changed_at:
        merge = f" by the merge {approval.merged_in[:12]}" if approval.merged_in else ""
        faults.append(
            f"was changed on {approval.changed_at:%Y-%m-%d} (UTC){merge}, after its approval on {approval.approved_on}"
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
    elif datetime.combine(approval.review_due, time.max, UTC) < as_of:
        faults.append(f"was due for review on {approval.review_due}")
    elif approval.review_due - approval.approved_on > LONGEST_REVIEW:
        faults.append(f"is due for review only on {approval.review_due}, more than three years after its approval")
    return faults
