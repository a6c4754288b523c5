"""Predicate over acceptance criteria alone: each limit can be missed, whatever is measured later."""

from tieout.assess.context import Context
from tieout.assess.limits import fault
from tieout.assess.predicates.base import Arguments, Predicate, outcome
from tieout.assess.selection import select
from tieout.assess.wording import named
from tieout.domain.artefacts.records import Criterion
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict


class LimitsJudgeArguments(Arguments):
    """Arguments of `limits_judge` (none)."""

    def artefacts(self) -> tuple[str, ...]:
        """The criteria."""
        return ("acceptance_criteria",)


def limits_judge(context: Context, _: LimitsJudgeArguments) -> CheckResult:
    """Each limit points the right way, in the unit of a figure that measures its area."""
    supply = context.supply("acceptance_criteria")
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, "acceptance_criteria.criteria")
    if not hits:
        return outcome("limits_judge", Verdict.GAP, "No acceptance criterion is set.", items=supply.fresh)
    found = [(hit, wrong) for hit in hits if (wrong := fault(Criterion.model_validate(hit.value)))]
    if found:
        told = [f"{hit.value['id']}: {wrong}" for hit, wrong in found]
        return outcome(
            "limits_judge",
            Verdict.GAP,
            f"Limits that judge nothing: {named(told)}.",
            items=supply.fresh,
            hits=[hit for hit, _ in found],
            seen={"criteria": len(hits), "faults": len(found)},
        )
    return outcome(
        "limits_judge",
        Verdict.SATISFIED,
        f"Each of the {len(hits)} limits points the right way, in the unit of a figure that measures its area; "
        "how strict they are, is for people to judge."
        if len(hits) > 1
        else "The one limit points the right way, in the unit of a figure that measures its area; "
        "how strict it is, is for people to judge.",
        items=supply.fresh,
        hits=hits,
        seen={"criteria": len(hits), "faults": 0},
    )


PREDICATES = (Predicate("limits_judge", LimitsJudgeArguments, limits_judge),)
