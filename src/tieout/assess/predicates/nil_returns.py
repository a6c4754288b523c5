"""Lists that may rightly hold nothing: who says that there was nothing to list, and what that shows."""

from collections.abc import Mapping, Sequence
from typing import Final

from tieout.assess.approval import approval_doubts, approval_faults, signed
from tieout.assess.context import Context
from tieout.assess.nouns import population
from tieout.assess.predicates.base import at, outcome
from tieout.assess.wording import clauses, named
from tieout.domain.artefacts import ARTEFACT_TITLES
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: Selector of a list that is empty in a quiet time -> what happened not to happen.
_MAY_BE_EMPTY: Final[Mapping[str, str]] = {"incident_log.incidents": "incident"}
_LINES: Final = ("/approval/approved_on", "/approval/approver")


def of_none(predicate: str, context: Context, selector: str, items: Sequence[EvidenceItem]) -> CheckResult:
    """What a list without rows shows.

    A population of zero shows nothing. An empty list of what may not have happened is a nil return, where its
    owner and an approver of the roster stand for it; since that is a claim, and nothing shows that it would have
    been reported, it is partial.

    Args:
        predicate: The test that found no rows.
        context: Of the rule; its roster says who the people are.
        selector: Of the list.
        items: The lists, all empty.
    """
    among = population(selector)
    seen = {"population": 0}
    what = _MAY_BE_EMPTY.get(selector)
    if what is None:
        reason = f"There are no {among.many}: a population of zero shows nothing."
        return outcome(predicate, Verdict.GAP, reason, items=items, seen=seen)
    roster = context.supply("roster").fresh
    title = ARTEFACT_TITLES[selector.partition(".")[0]]
    faults = {item.id: approval_faults(item, roster, context.as_of, reviewed=False) for item in items}
    failing = [item for item in items if faults[item.id]]
    if failing:
        told = clauses(f"{item.provenance.path} {named(faults[item.id])}" for item in failing)
        return outcome(
            predicate,
            Verdict.GAP,
            f"The {title} holds no {what}, and is no nil return either: {told}.",
            items=(*items, *roster),
            judged=at(failing, *_LINES),
            seen=seen,
            closes_with=[
                f"Let an owner and an approver of the roster state, by a dated approval, that there was no {what}."
            ],
        )
    doubts = [told for item in items for told, _ in approval_doubts(item, roster, context.subject)]
    who = named(signed(item).removeprefix("by ") for item in items)
    return outcome(
        predicate,
        Verdict.PARTIAL,
        f"The {title} holds no {what}, approved as a nil return by {who}. It is not signed, and that an {what} would "
        f"have been reported is not shown.{f' And it {named(doubts)}.' if doubts else ''}",
        items=(*items, *roster),
        judged=at(items, *_LINES),
        seen=seen,
        closes_with=[
            f"Sign the nil return, and test the way in which an {what} is reported (this version reads neither)."
        ],
    )
