"""Predicates over documents: filled in, approved by someone else after the last change, not overdue."""

from datetime import UTC, datetime, time
from typing import Any

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.people import roster_names
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import mixed_alphabets, person
from tieout.assess.wording import counted, named
from tieout.domain.artefacts.records import Approval
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: A body shorter than this is a form, not a document (a default of ours).
LEAST_WORDS = 50


class ApprovedArguments(Arguments):
    """Arguments of `approved_doc`."""

    of: str
    where: dict[str, Any] = Field(default_factory=dict)

    def artefacts(self) -> tuple[str, ...]:
        """The document and the roster that its people must stand in."""
        return (self.of, "roster")


def approved_doc(context: Context, arguments: ApprovedArguments) -> CheckResult:
    """A document is filled in, and approved after its last change by someone other than its owner, and not overdue."""
    supply, roster = context.supply(arguments.of, arguments.where), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    faults = {item.id: _faults(item, roster.fresh, context.as_of) for item in supply.fresh}
    failing = [item for item in supply.fresh if faults[item.id]]
    what = context.title(arguments.of, arguments.where)
    if failing:
        told = [f"{item.provenance.path} {named(faults[item.id])}" for item in failing]
        return outcome(
            "approved_doc",
            Verdict.GAP,
            f"The {what} is not properly approved: {named(told)}.",
            items=(*failing, *roster.fresh),
            seen={"faults": sum(len(v) for v in faults.values())},
        )
    undated = [item for item in supply.fresh if _approval(item).changed_at is None]
    if undated:
        return outcome(
            "approved_doc",
            Verdict.PARTIAL,
            f"The {what} is approved, but not under version control here: that the approved text is "
            f"today's text cannot be shown ({named(item.provenance.path for item in undated)}).",
            items=(*supply.fresh, *roster.fresh),
        )
    told = [
        f"{item.provenance.path} by {_approval(item).approver} on {_approval(item).approved_on}"
        for item in supply.fresh
    ]
    return outcome(
        "approved_doc",
        Verdict.SATISFIED,
        f"The {what} is approved and current: {named(told)}.",
        items=(*supply.fresh, *roster.fresh),
    )


def _approval(item: EvidenceItem) -> Approval:
    return Approval.model_validate(item.facts.get("approval", {}))


def _faults(item: EvidenceItem, roster: tuple[EvidenceItem, ...], as_of: datetime) -> list[str]:
    approval = _approval(item)
    faults = _form_faults(item)
    people = roster_names(roster, approval.approved_on or as_of.date())
    for role, name in (("owner", approval.owner), ("approver", approval.approver)):
        known = person(name)
        if known is None and mixed_alphabets(name or ""):
            faults.append(f"names an {role} in mixed alphabets ({name})")
        elif known is None:
            faults.append(f"names no {role}")
        elif known not in people:
            faults.append(f"names an {role} who is not in the roster ({name})")
    if person(approval.owner) is not None and person(approval.owner) == person(approval.approver):
        faults.append("was approved by its own owner")
    faults.extend(_date_faults(approval, as_of))
    return faults


def _form_faults(item: EvidenceItem) -> list[str]:
    faults = []
    placeholders = item.facts.get("placeholders")
    if placeholders:
        faults.append(f"holds {counted(placeholders, 'unfilled template mark')}")
    words = item.facts.get("words")
    if words is not None and words < LEAST_WORDS:
        faults.append(f"has only {counted(words, 'word')}")
    return faults


def _date_faults(approval: Approval, as_of: datetime) -> list[str]:
    if approval.approved_on is None:
        return ["has no approval date"]
    faults = []
    # Days are UTC days; an approval holds from the start of its day and covers a change made on that day.
    approved_until = datetime.combine(approval.approved_on, time.max, UTC)
    if datetime.combine(approval.approved_on, time.min, UTC) > as_of:
        faults.append(f"is approved in the future ({approval.approved_on})")
    if approval.changed_at is not None and approved_until < approval.changed_at:
        faults.append(f"was changed on {approval.changed_at:%Y-%m-%d}, after its approval on {approval.approved_on}")
    if approval.review_due is None:
        faults.append("has no review date")
    elif datetime.combine(approval.review_due, time.max, UTC) < as_of:
        faults.append(f"was due for review on {approval.review_due}")
    return faults


PREDICATES = (Predicate("approved_doc", ApprovedArguments, approved_doc),)
