"""Predicates over documents and records: filled in, approved by someone else after the last change, not overdue."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from tieout.assess.approval import approval_faults, approval_of
from tieout.assess.context import Context
from tieout.assess.lacks import describe
from tieout.assess.predicates.base import Arguments, Predicate, at, lacking, outcome
from tieout.assess.wording import clauses, counted, named
from tieout.collectors.standing import in_force
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: A body shorter than this is a form, not a document (a default of ours).
LEAST_WORDS = 50
_STANDS = "names an owner of the roster and was approved, after its last change, by someone else of the roster"
_UNVERSIONED = "is not under version control here, so that it may have been changed since"
_STANDS_BY = "Name an owner and, as approver, someone else of the roster, and let the approval follow the last change."
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
            f"The {describe(self.of, self.where)} is filled in and in force, and approved after its last change by "
            "someone other than its owner, and not overdue."
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
    unclear = [item for item in supply.fresh if (status := item.facts.get("status")) and not in_force(status)]
    if undated or unclear:
        doubts, cures = [], []
        if undated:
            paths = named(item.provenance.path for item in undated)
            doubts.append(
                f"not under version control here: that the approved text is today's cannot be shown ({paths})"
            )
            cures.append("Keep the document under version control.")
        if unclear:
            stated = named(f"{item.provenance.path} (status {item.facts['status']})" for item in unclear)
            doubts.append(f"by its status it cannot be told whether it is in force: {stated}")
            cures.append("Say in the document's status that it is in force: approved, current, in force.")
        return outcome(
            "approved_doc",
            Verdict.PARTIAL,
            f"The {what} is approved, but {clauses(doubts)}.",
            items=(*supply.fresh, *roster.fresh),
            judged=[*at(unclear, "/status"), *at(undated, *_LINES)],
            closes_with=cures,
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
    status = item.facts.get("status")
    if status and in_force(status) is False:
        faults.append(f"is not in force by its status ({status})")
    return faults


class VouchedArguments(Arguments):
    """Arguments of `vouched`."""

    of: str

    def artefacts(self) -> tuple[str, ...]:
        """The record and the roster that its people must stand in."""
        return (self.of, "roster")

    def asks(self) -> str:
        """Of each record."""
        return f"Each {describe(self.of, {})} {_STANDS}."


def vouched(context: Context, arguments: VouchedArguments) -> CheckResult:
    """Each record of a kind has an owner of the roster and was approved by someone else after its last change."""
    supply, roster = context.supply(arguments.of), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    return _stood_for("vouched", context, supply.fresh, roster.fresh, context.title(arguments.of, {}))


class DecidedArguments(Arguments):
    """`decided` has no arguments."""

    def artefacts(self) -> tuple[str, ...]:
        """The release record and the roster that its people must stand in."""
        return ("release_record", "roster")

    def asks(self) -> str:
        """Of the decision."""
        return f"The go decision {_STANDS}."


def decided(context: Context, _arguments: DecidedArguments) -> CheckResult:
    """The go decision on the release has an owner of the roster and was approved by someone else."""
    release, roster = context.released(), context.supply("roster")
    if isinstance(release, CheckResult):
        return release
    if roster.lack:
        return roster.lack
    return _stood_for("decided", context, release.items, roster.fresh, f"go decision for {release.version}")


def _stood_for(
    predicate: str, context: Context, items: Sequence[EvidenceItem], roster: Sequence[EvidenceItem], what: str
) -> CheckResult:
    """Whether records that speak for themselves have people who stand for them: partial where they do not."""
    faults = {item.id: approval_faults(item, roster, context.as_of, reviewed=False) for item in items}
    for item in items:
        if not faults[item.id] and approval_of(item).changed_at is None:
            faults[item.id].append(_UNVERSIONED)
    failing = [item for item in items if faults[item.id]]
    unversioned = all(faults[item.id] == [_UNVERSIONED] for item in failing)
    if failing:
        told = clauses(f"{item.provenance.path} {named(faults[item.id])}" for item in failing)
        reason = f"That somebody stands for the {what} is not shown: {told}."
    else:
        told = named(
            f"{item.provenance.path} by {approval_of(item).approver} on {approval_of(item).approved_on}"
            for item in items
        )
        reason = f"The {what} has an owner and was approved by someone else: {told}."
    return outcome(
        predicate,
        Verdict.PARTIAL if failing else Verdict.SATISFIED,
        reason,
        items=(*items, *roster),
        judged=at(failing or items, *_LINES),
        closes_with=[f"Keep the {what} under version control." if unversioned else _STANDS_BY] if failing else (),
    )


PREDICATES = (
    Predicate("approved_doc", ApprovedArguments, approved_doc),
    Predicate("decided", DecidedArguments, decided),
    Predicate("vouched", VouchedArguments, vouched),
)
