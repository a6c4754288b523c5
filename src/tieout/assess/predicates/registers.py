"""Predicates over risk registers: scores recompute, and due dates follow them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.denials import gives_no_reason
from tieout.assess.nouns import population
from tieout.assess.predicates.base import Arguments, Predicate, outcome
from tieout.assess.risks import comparable_id, open_risks
from tieout.assess.selection import Hit, artefact_of, filled, select
from tieout.assess.wording import brief, clauses, counted, named, part, verb, whole
from tieout.collectors.placeholders import leaves_open
from tieout.domain.artefacts import spoken
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import add_duration

#: A note of fewer words gives no reason (a default of ours).
LEAST_WORDS = 3
#: What is due later than this is not planned (a default of ours).
FARTHEST = "P10Y"
_NO_ROWS = "Enter the risks that the system has, each with its ratings, their score, an owner and a due date."


class RecomputesArguments(Arguments):
    """Arguments of `recomputes`."""

    in_: str = Field(alias="in")
    factors: tuple[str, ...] = Field(min_length=1)
    equals: str

    def artefacts(self) -> tuple[str, ...]:
        """The register."""
        return (artefact_of(self.in_),)

    def asks(self) -> str:
        """Of each row."""
        return f"The {spoken(self.equals)} of each {population(self.in_).one} is {_formula(self)}, each at least 1."


def recomputes(context: Context, arguments: RecomputesArguments) -> CheckResult:
    """A recorded score equals the product of its recorded factors, row by row; a factor of zero rates nothing."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, arguments.in_)
    if not hits:
        reason = "The risk register has no rows."
        return outcome("recomputes", Verdict.GAP, reason, items=supply.fresh, closes_with=[_NO_ROWS])
    names = Counter((hit.item.id, comparable_id(hit)) for hit in hits)
    twice = [hit for hit in hits if names[hit.item.id, comparable_id(hit)] > 1]
    if nameless := [hit for hit in hits if not filled(hit.value["id"])]:
        some = f"{part(len(nameless), len(hits), 'row')} of the risk register"
        reason = f"{some} {verb(len(nameless), 'has', 'have')} no id."
        return outcome("recomputes", Verdict.GAP, reason, items=supply.fresh, hits=nameless)
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
    formula = _formula(arguments)
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
        f"{whole(len(hits), 'score')} {verb(len(hits), 'recomputes', 'recompute')} as {formula}.",
        items=supply.fresh,
        judged=hits,
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
    """No open risk is overdue, or due later than one with a lower score; where a note says why, that is told."""
    supply = context.supply(artefact_of(arguments.in_))
    if supply.lack:
        return supply.lack
    hits = open_risks(select(supply.fresh, arguments.in_))
    if not hits:
        return outcome(
            "ordered",
            Verdict.GAP,
            "The register has no open risk: an empty list orders nothing.",
            items=supply.fresh,
            seen={"population": 0},
            closes_with=[_NO_ROWS],
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
            overdue = [f"{hit.value['id']} (due {hit.value[arguments.due]})" for hit in some]
            reason = f"Open risks that are {what}: {named(overdue)}."
            return outcome("ordered", Verdict.GAP, reason, items=supply.fresh, hits=some)
    late = _late(hits, arguments)
    bare = [pair for pair in late if not _explains(pair[0].value.get(arguments.note))]
    if bare:
        return outcome(
            "ordered",
            Verdict.GAP,
            f"Due dates contradict the scores: {named(_pair(pair, arguments) for pair in bare)}.",
            items=supply.fresh,
            hits=[hit for hit, _ in bare],
        )
    same = len({hit.value[arguments.due] for hit in hits}) == 1 < len({hit.value[arguments.score] for hit in hits})
    told = _order(hits, late, arguments, same=same)
    unseen = [hit for hit in hits if (hit.value.get("next_review") or f"{today}") < f"{today}"]
    if unseen:
        told += f" Open risks whose review is overdue: {named(hit.value['id'] for hit in unseen)}."
    return outcome(
        "ordered",
        Verdict.PARTIAL if same or late or unseen else Verdict.SATISFIED,
        told,
        hits=[*(hit for hit, _ in late), *unseen],
        items=supply.fresh,
        judged=hits,
        seen={"population": len(hits)},
    )


def _order(hits: Sequence[Hit], late: Sequence[tuple[Hit, Hit]], arguments: OrderedArguments, *, same: bool) -> str:
    """What the due dates show, where none contradicts the scores without a note."""
    if same:
        return (
            f"{whole(len(hits), 'due date')} are the same day ({hits[0].value[arguments.due]}), so no order is shown."
        )
    if len(hits) == 1:
        return "The one open risk has a due date that is not past."
    if not late:
        return f"The due dates of {counted(len(hits), 'open risk')} do not contradict their scores."
    excused = clauses(f"{_pair(pair, arguments)}, “{brief(pair[0].value[arguments.note])}”" for pair in late)
    return (
        f"{part(len(late), len(hits), 'open risk')} {verb(len(late), 'is', 'are')} due later than one with a lower "
        f"score; a note says why, and whether that is reason enough cannot be told here: {excused}."
    )


def _late(hits: Sequence[Hit], arguments: OrderedArguments) -> list[tuple[Hit, Hit]]:
    """Each risk that is due after one with a lower score, with the earliest such one, in the register's order."""
    earliest: Hit | None = None
    found: dict[int, Hit] = {}
    turns = sorted(range(len(hits)), key=lambda turn: hits[turn].value[arguments.score])
    for _, same in groupby(turns, key=lambda turn: hits[turn].value[arguments.score]):
        equal = list(same)
        for turn in equal:
            if earliest is not None and hits[turn].value[arguments.due] > earliest.value[arguments.due]:
                found[turn] = earliest
        earliest = min(
            (*([earliest] if earliest else []), *(hits[turn] for turn in equal)),
            key=lambda hit: str(hit.value[arguments.due]),
        )
    return [(hits[turn], found[turn]) for turn in sorted(found)]


def _pair(pair: tuple[Hit, Hit], arguments: OrderedArguments) -> str:
    """`R-01 (score 15, due 2027-03-01) after R-02 (score 8, due 2027-01-15)`."""
    return " after ".join(
        f"{hit.value['id']} (score {hit.value[arguments.score]}, due {hit.value[arguments.due]})" for hit in pair
    )


def _explains(note: object) -> bool:
    """Whether a note says why: a few words at least that leave nothing open and deny no reason."""
    if not isinstance(note, str) or not filled(note) or leaves_open(note):
        return False
    return len(note.split()) >= LEAST_WORDS and not gives_no_reason(note)


def _formula(arguments: RecomputesArguments) -> str:
    return " x ".join(spoken(factor) for factor in arguments.factors)


def _recomputes(hit: Hit, arguments: RecomputesArguments) -> bool:
    product = 1
    for factor in arguments.factors:
        rating = int(hit.value[factor])
        if rating < 1:
            return False
        product *= rating
    return product == int(hit.value[arguments.equals])


PREDICATES = (
    Predicate("recomputes", RecomputesArguments, recomputes),
    Predicate("ordered", OrderedArguments, ordered),
)
