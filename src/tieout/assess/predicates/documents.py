"""Predicates over documents: filled in, approved by someone else after the last change, not overdue."""

from typing import Any

from pydantic import Field

from tieout.assess.approval import approval_faults, approval_of
from tieout.assess.context import Context
from tieout.assess.lacks import describe
from tieout.assess.predicates.base import Arguments, Predicate, at, lacking, outcome
from tieout.assess.wording import clauses, counted, named
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: A body shorter than this is a form, not a document (a default of ours).
LEAST_WORDS = 50
_LINES = ("/approval/approver", "/approval/approved_on", "/approval/owner")


class ApprovedArguments(Arguments):
    """Arguments of `approved_doc`."""

    of: str
    where: dict[str, Any] = Field(default_factory=dict)

    def artefacts(self) -> tuple[str, ...]:
        """The document and the roster that its people must stand in."""
        return (self.of, "roster")

    def asks(self) -> str:
        """Of the document."""
        return (
            f"The {describe(self.of, self.where)} is filled in, and approved after its last change by someone other "
            "than its owner, and not overdue."
        )


def approved_doc(context: Context, arguments: ApprovedArguments) -> CheckResult:
    """A document is filled in, and approved after its last change by someone other than its owner, and not overdue."""
    supply, roster = context.supply(arguments.of, arguments.where), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    faults = {
        item.id: [*_form_faults(item), *approval_faults(item, roster.fresh, context.as_of)] for item in supply.fresh
    }
    failing = [item for item in supply.fresh if faults[item.id]]
    what = context.title(arguments.of, arguments.where)
    if failing:
        told = [f"{item.provenance.path} {named(faults[item.id])}" for item in failing]
        return outcome(
            "approved_doc",
            Verdict.GAP,
            f"The {what} is not properly approved: {clauses(told)}.",
            items=(*failing, *roster.fresh),
            judged=at(failing, *_LINES),
            seen={"faults": sum(len(v) for v in faults.values())},
        )
    undated = [item for item in supply.fresh if approval_of(item).changed_at is None]
    if undated:
        return outcome(
            "approved_doc",
            Verdict.PARTIAL,
            f"The {what} is approved, but not under version control here: that the approved text is "
            f"today's text cannot be shown ({named(item.provenance.path for item in undated)}).",
            items=(*supply.fresh, *roster.fresh),
            judged=at(undated, *_LINES),
        )
    told = [
        f"{item.provenance.path} by {approval_of(item).approver} on {approval_of(item).approved_on}"
        for item in supply.fresh
    ]
    return outcome(
        "approved_doc",
        Verdict.SATISFIED,
        f"The {what} is approved and current: {named(told)}.",
        items=(*supply.fresh, *roster.fresh),
        judged=at(supply.fresh, *_LINES),
    )


def _form_faults(item: EvidenceItem) -> list[str]:
    faults = []
    placeholders = item.facts.get("placeholders")
    if placeholders:
        faults.append(f"holds {counted(placeholders, 'unfilled template mark')}")
    words = item.facts.get("words")
    if words is not None and words < LEAST_WORDS:
        faults.append(f"has only {counted(words, 'word')}")
    return faults


PREDICATES = (Predicate("approved_doc", ApprovedArguments, approved_doc),)
