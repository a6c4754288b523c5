"""The eight verdicts, how they combine (the truth table of the semantics), and severities."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What can be said of a check, a rule or a control."""

    SATISFIED = "satisfied"
    PARTIAL = "partial"
    GAP = "gap"
    CONFLICT = "conflict"
    UNREADABLE = "unreadable"
    NOT_ASSESSED = "not-assessed"
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"


#: Reading order in every count and legend: worst news is never last.
VERDICT_ORDER: tuple[Verdict, ...] = (
    Verdict.GAP,
    Verdict.CONFLICT,
    Verdict.UNREADABLE,
    Verdict.PARTIAL,
    Verdict.WAIVED,
    Verdict.NOT_ASSESSED,
    Verdict.NOT_APPLICABLE,
    Verdict.SATISFIED,
)

#: Verdicts that open a plan-of-action item; a waived one is entered as accepted risk.
OPEN_VERDICTS = frozenset({Verdict.GAP, Verdict.CONFLICT, Verdict.UNREADABLE, Verdict.WAIVED})


class Severity(StrEnum):
    """How much an open rule matters; sets the exit code of `tieout run`."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for the checks of a rule, or for the rules of a control.

    Not-applicable ones are set aside first. An empty rest is not-applicable only when something
    was set aside; nothing at all is not-assessed, because silence is never good news.
    """
    given = list(verdicts)
    rest = {verdict for verdict in given if verdict is not Verdict.NOT_APPLICABLE}
    if not rest:
        return Verdict.NOT_APPLICABLE if given else Verdict.NOT_ASSESSED
    for bad in (Verdict.GAP, Verdict.CONFLICT, Verdict.UNREADABLE):
        if bad in rest:
            return bad
    if rest == {Verdict.NOT_ASSESSED}:
        return Verdict.NOT_ASSESSED
    if rest == {Verdict.SATISFIED}:
        return Verdict.SATISFIED
    if rest <= {Verdict.SATISFIED, Verdict.WAIVED}:
        return Verdict.WAIVED
    return Verdict.PARTIAL
