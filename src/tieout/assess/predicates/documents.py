"""Predicates over documents and records: filled in, approved by someone else after the last change, not overdue."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from tieout.assess.approval import approval_doubts, approval_faults, signed
from tieout.assess.context import Context
from tieout.assess.documents import form_faults, is_unclear, is_unversioned
from tieout.assess.lacks import describe
from tieout.assess.predicates.base import Arguments, Predicate, at, lacking, outcome
from tieout.assess.wording import clauses, named
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

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
        item.id: [*form_faults(item), *approval_faults(item, roster.fresh, context.as_of)] for item in supply.fresh
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
    undated = [item for item in supply.fresh if is_unversioned(item)]
    unclear = [item for item in supply.fresh if is_unclear(item)]
    people = {item.id: approval_doubts(item, roster.fresh, context.subject) for item in supply.fresh}
    unsure = [item for item in supply.fresh if people[item.id]]
    if undated or unclear or unsure:
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
        if unsure:
            doubts += [f"{item.provenance.path} {named(told for told, _ in people[item.id])}" for item in unsure]
            cures += [cure for item in unsure for _, cure in people[item.id]]
        return outcome(
            "approved_doc",
            Verdict.PARTIAL,
            f"The {what} is approved, but {clauses(doubts)}.",
            items=(*supply.fresh, *roster.fresh),
            judged=[*at(unclear, "/status"), *at((*undated, *unsure), *_LINES)],
            closes_with=cures,
        )
    told = [f"{item.provenance.path} {signed(item)}" for item in supply.fresh]
    return outcome(
        "approved_doc",
        Verdict.SATISFIED,
        f"The {what} is approved and current: {named(told)}.",
        items=(*supply.fresh, *roster.fresh),
        judged=at(supply.fresh, *_LINES),
    )


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
    faults = {
        item.id: approval_faults(item, roster, context.as_of, reviewed=False)
        or [told for told, _ in approval_doubts(item, roster, context.subject)]
        for item in items
    }
    for item in items:
        if not faults[item.id] and is_unversioned(item):
            faults[item.id].append(_UNVERSIONED)
    failing = [item for item in items if faults[item.id]]
    unversioned = all(faults[item.id] == [_UNVERSIONED] for item in failing)
    if failing:
        told = clauses(f"{item.provenance.path} {named(faults[item.id])}" for item in failing)
        reason = f"That somebody stands for the {what} is not shown: {told}."
    else:
        told = named(f"{item.provenance.path} {signed(item)}" for item in items)
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
