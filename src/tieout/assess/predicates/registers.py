"""Predicates over risk registers: scores recompute, treatment follows them, what is above tolerance is treated."""

from collections import Counter
from datetime import date

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.predicates.base import Arguments, Predicate, outcome
from tieout.assess.selection import Hit, artefact_of, filled, select
from tieout.assess.wording import counted, named
from tieout.collectors.placeholders import names_nobody
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import add_duration

#: Statuses of a risk that nobody works on any more; whatever else a register says, the risk is open.
CLOSED = frozenset({"closed", "done", "resolved", "retired"})


#: Usual scales of likelihood and severity; a register's is the first that holds its ratings (a default of ours).
SCALES = (5, 10)
#: What is due later than this is not planned (a default of ours).
FARTHEST = "P10Y"


class RecomputesArguments(Arguments):
    """Arguments of `recomputes`."""

    in_: str = Field(alias="in")
    factors: tuple[str, ...] = Field(min_length=1)
    equals: str

    def artefacts(self) -> tuple[str, ...]:
        """The register."""
        return (artefact_of(self.in_),)


def recomputes(context: Context, arguments: RecomputesArguments) -> CheckResult:
    """A recorded score equals the product of its recorded factors, row by row; a factor of zero rates nothing."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, arguments.in_)
    if not hits:
        return outcome("recomputes", Verdict.GAP, "The risk register has no rows.", items=supply.fresh)
    names = Counter((hit.item.id, str(hit.value["id"]).strip().casefold()) for hit in hits)
    twice = [hit for hit in hits if names[hit.item.id, str(hit.value["id"]).strip().casefold()] > 1]
    if twice:
        shared = named(sorted({str(hit.value["id"]).strip() for hit in twice}))
        return outcome(
            "recomputes",
            Verdict.GAP,
            f"Rows that share one id, so that which risk is meant cannot be told: {shared}.",
            items=supply.fresh,
            hits=twice,
        )
    wrong = [hit for hit in hits if not _recomputes(hit, arguments)]
    formula = " x ".join(arguments.factors)
    if wrong:
        told = [f"{hit.value['id']} records {hit.value[arguments.equals]}" for hit in wrong]
        return outcome(
            "recomputes",
            Verdict.GAP,
            f"Scores that are not {formula}, each at least 1: {named(told)}.",
            items=supply.fresh,
            hits=wrong,
            seen={"rows": len(hits), "wrong": len(wrong)},
        )
    return outcome(
        "recomputes",
        Verdict.SATISFIED,
        f"All {counted(len(hits), 'score')} recompute as {formula}.",
        items=supply.fresh,
        seen={"rows": len(hits)},
    )


class OrderedArguments(Arguments):
    """Arguments of `ordered`."""

    in_: str = Field(alias="in")
    score: str
    due: str
    note: str

    def artefacts(self) -> tuple[str, ...]:
        """The register."""
        return (artefact_of(self.in_),)


def ordered(context: Context, arguments: OrderedArguments) -> CheckResult:
    """No open risk is overdue, or due later than one with a lower score unless a noted reason says why."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = _open(select(supply.fresh, arguments.in_))
    if not hits:
        return outcome(
            "ordered",
            Verdict.GAP,
            "The register has no open risk: an empty list orders nothing.",
            items=supply.fresh,
            seen={"population": 0},
        )
    dateless = [hit for hit in hits if not filled(hit.value.get(arguments.due))]
    if dateless:
        return outcome(
            "ordered",
            Verdict.GAP,
            f"Open risks without a due date: {named(hit.value['id'] for hit in dateless)}.",
            items=supply.fresh,
            hits=dateless,
        )
    today = context.as_of.date()
    far = add_duration(context.as_of, FARTHEST).date()
    past = [hit for hit in hits if date.fromisoformat(hit.value[arguments.due]) < today]
    never = [hit for hit in hits if date.fromisoformat(hit.value[arguments.due]) > far]
    for some, what in ((past, "overdue"), (never, "due in more than ten years")):
        if some:
            told = [f"{hit.value['id']} (due {hit.value[arguments.due]})" for hit in some]
            reason = f"Open risks that are {what}: {named(told)}."
            return outcome("ordered", Verdict.GAP, reason, items=supply.fresh, hits=some)
    late = [
        (hit, other)
        for hit in hits
        for other in hits
        if hit.value[arguments.score] > other.value[arguments.score]
        and hit.value[arguments.due] > other.value[arguments.due]
        and not filled(hit.value.get(arguments.note))
    ]
    if late:
        told = [
            f"{hit.value['id']} (score {hit.value[arguments.score]}, due {hit.value[arguments.due]}) after "
            f"{other.value['id']} (score {other.value[arguments.score]}, due {other.value[arguments.due]})"
            for hit, other in late
        ]
        return outcome(
            "ordered",
            Verdict.GAP,
            f"Due dates contradict the scores: {named(told)}.",
            items=supply.fresh,
            hits=[hit for hit, _ in late],
        )
    return outcome(
        "ordered",
        Verdict.SATISFIED,
        f"The due dates of {counted(len(hits), 'open risk')} do not contradict their scores.",
        items=supply.fresh,
        seen={"population": len(hits)},
    )


class TreatedArguments(Arguments):
    """Arguments of `treated`."""

    in_: str = Field(alias="in")
    has: tuple[str, ...] = Field(default=("response", "owner", "resource", "due"), min_length=1)

    def artefacts(self) -> tuple[str, ...]:
        """The register."""
        return (artefact_of(self.in_),)


def treated(context: Context, arguments: TreatedArguments) -> CheckResult:
    """Every open risk above the register's own tolerance has a treatment, an owner and a resource."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    without = [item for item in supply.fresh if item.facts.get("tolerance") is None]
    if without:
        return outcome(
            "treated",
            Verdict.GAP,
            "The risk register records no tolerance to compare scores with.",
            items=without,
        )
    rows = select(supply.fresh, arguments.in_)
    if not rows:
        return outcome("treated", Verdict.GAP, "The risk register has no rows.", items=supply.fresh)
    idle = [item for item in supply.fresh if item.facts["tolerance"] >= _highest(item)]
    if idle:
        told = [f"{item.facts['tolerance']} of at most {_highest(item)}" for item in idle]
        return outcome(
            "treated",
            Verdict.GAP,
            f"The tolerance lets every score pass that the register's scale has: {named(told)}.",
            items=idle,
        )
    above = [hit for hit in _open(rows) if hit.value["score"] > hit.item.facts["tolerance"]]
    bare = [(hit, [name for name in arguments.has if not _says(hit.value.get(name))]) for hit in above]
    failing = [(hit, lacks) for hit, lacks in bare if lacks]
    if failing:
        told = [f"{hit.value['id']} has no {' or '.join(lacks)}" for hit, lacks in failing]
        return outcome(
            "treated",
            Verdict.GAP,
            f"Risks above tolerance without treatment: {named(told)}.",
            items=supply.fresh,
            hits=[hit for hit, _ in failing],
        )
    limits = named(sorted({item.facts["tolerance"] for item in supply.fresh}))
    sentence = (
        f"All {counted(len(above), 'open risk')} above the tolerance of {limits} have {named(arguments.has)}."
        if above
        else f"None of the {counted(len(rows), 'recorded risk')} is open and above the tolerance of {limits}."
    )
    return outcome(
        "treated",
        Verdict.SATISFIED,
        sentence,
        items=supply.fresh,
        seen={"rows": len(rows), "above_tolerance": len(above)},
    )


def _highest(item: EvidenceItem) -> int:
    """The highest score of a register's scale: 25 (5 x 5), or of the wider scale that its ratings show."""
    rating = max((max(row["likelihood"], row["severity"]) for row in item.facts["risks"]), default=0)
    scale = next((one for one in SCALES if rating <= one), rating)
    return int(scale * scale)


def _says(value: object) -> bool:
    return filled(value) and not (isinstance(value, str) and names_nobody(value))


def _recomputes(hit: Hit, arguments: RecomputesArguments) -> bool:
    product = 1
    for factor in arguments.factors:
        rating = int(hit.value[factor])
        if rating < 1:
            return False
        product *= rating
    return product == int(hit.value[arguments.equals])


def _open(hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if str(hit.value["status"]).strip().casefold() not in CLOSED]


PREDICATES = (
    Predicate("recomputes", RecomputesArguments, recomputes),
    Predicate("ordered", OrderedArguments, ordered),
    Predicate("treated", TreatedArguments, treated),
)
