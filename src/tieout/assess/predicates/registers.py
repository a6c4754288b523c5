"""Predicates over risk registers: scores recompute, treatment follows them, what is above tolerance is treated."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from pydantic import Field

from tieout.assess.context import Context, Supply
from tieout.assess.denials import denies
from tieout.assess.nouns import population
from tieout.assess.people import roster_names
from tieout.assess.predicates.base import Arguments, Predicate, at, lacking, outcome
from tieout.assess.selection import Hit, artefact_of, filled, person, said, select
from tieout.assess.wording import clauses, counted, listed, named, verb, whole
from tieout.domain.artefacts import spoken
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import add_duration

#: Statuses of a risk that nobody works on any more; whatever else a register says, the risk is open.
CLOSED = frozenset({"closed", "done", "resolved", "retired"})


#: Statuses of a risk that is worked on; a word in neither list is told, and the risk is open.
OPEN = frozenset(
    {"active", "identified", "in progress", "in treatment", "monitored", "monitoring", "new", "ongoing", "open",
     "planned", "under review"}
)  # fmt: skip

#: Usual scales of likelihood and severity; a register's is the first that holds its ratings (a default of ours).
SCALES = (5, 10)
#: A tolerance above this share of the scale's highest score is not taken on the register's word (a default of ours).
LENIENT = Fraction(3, 5)
#: What every open risk names, however low its score.
OPEN_NEEDS = ("owner",)
#: Fields in which `none` in other words is no answer.
DENIABLE = ("response", "resource")
#: One in so many rows, and at least one, may be an odd one: a wider scale that only they show is not taken on the
#: register's word (a default of ours).
ODD = 5
#: A note of fewer words gives no reason (a default of ours).
LEAST_WORDS = 3
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
            overdue = [f"{hit.value['id']} (due {hit.value[arguments.due]})" for hit in some]
            reason = f"Open risks that are {what}: {named(overdue)}."
            return outcome("ordered", Verdict.GAP, reason, items=supply.fresh, hits=some)
    late = [
        (hit, other)
        for hit in hits
        for other in hits
        if hit.value[arguments.score] > other.value[arguments.score]
        and hit.value[arguments.due] > other.value[arguments.due]
        and not _explains(hit.value.get(arguments.note))
    ]
    if late:
        pairs = [
            f"{hit.value['id']} (score {hit.value[arguments.score]}, due {hit.value[arguments.due]}) after "
            f"{other.value['id']} (score {other.value[arguments.score]}, due {other.value[arguments.due]})"
            for hit, other in late
        ]
        return outcome(
            "ordered",
            Verdict.GAP,
            f"Due dates contradict the scores: {named(pairs)}.",
            items=supply.fresh,
            hits=[hit for hit, _ in late],
        )
    told = f"The due dates of {counted(len(hits), 'open risk')} do not contradict their scores."
    if len(hits) == 1:
        told = "The one open risk has a due date that is not past."
    same = len({hit.value[arguments.due] for hit in hits}) == 1 < len({hit.value[arguments.score] for hit in hits})
    if same:
        told = (
            f"{whole(len(hits), 'due date')} are the same day ({hits[0].value[arguments.due]}), so no order is shown."
        )
    unseen = [hit for hit in hits if (hit.value.get("next_review") or f"{today}") < f"{today}"]
    if unseen:
        told += f" Open risks whose review is overdue: {named(hit.value['id'] for hit in unseen)}."
    return outcome(
        "ordered",
        Verdict.PARTIAL if same or unseen else Verdict.SATISFIED,
        told,
        hits=unseen,
        items=supply.fresh,
        judged=hits,
        seen={"population": len(hits)},
    )


class TreatedArguments(Arguments):
    """Arguments of `treated`."""

    in_: str = Field(alias="in")
    has: tuple[str, ...] = Field(default=("response", "owner", "resource", "due"), min_length=1)

    def artefacts(self) -> tuple[str, ...]:
        """The register, and the roster that the risks' owners stand in."""
        return (artefact_of(self.in_), "roster")

    def asks(self) -> str:
        """Of each open risk."""
        return (
            "Each open risk has an owner of the roster, and each above the register's own tolerance has "
            f"{listed(spoken(field) for field in self.has)}."
        )


def treated(context: Context, arguments: TreatedArguments) -> CheckResult:
    """Every open risk has an owner of the roster; above the register's own tolerance also treatment and resource."""
    supply, roster = context.supply(artefact_of(arguments.in_)), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    rows = select(supply.fresh, arguments.in_)
    if fault := _no_tolerance(supply.fresh, rows):
        return fault
    open_ = _open(rows)
    above = [hit for hit in open_ if hit.value["score"] > hit.item.facts["tolerance"]]
    failing = _untreated(rows, open_, above, arguments.has, roster_names(roster.fresh, context.as_of.date()))
    if failing:
        return outcome(
            "treated",
            Verdict.GAP,
            f"Risks without treatment: {clauses(told for _, told in failing)}.{_unknown_statuses(open_)}",
            items=(*supply.fresh, *roster.fresh),
            hits=[hit for hit, _ in failing],
        )
    limits = named(sorted({item.facts["tolerance"] for item in supply.fresh}))
    if not above:
        told = f"None of the {counted(len(rows), 'recorded risk')} is open and above the tolerance of {limits}, so that"
        told += " no treatment could be tested."
    else:
        told = f"{whole(len(above), 'open risk')} above the tolerance of {limits} {verb(len(above), 'has', 'have')} "
        told += f"{listed(spoken(field) for field in arguments.has)}."
    lenient = [item for item in supply.fresh if item.facts["tolerance"] > LENIENT * _highest(item)]
    if lenient:
        limits = named(f"{item.facts['tolerance']} of at most {_highest(item)}" for item in lenient)
        told += f" But the tolerance leaves most of the scale untreated: {limits}; above 60 % it needs a person's word."
    doubts = [*_odd_scales(supply.fresh), *_left_behind(context, supply, rows)]
    told = " ".join((told, *doubts)) + _unknown_statuses(open_)
    return outcome(
        "treated",
        Verdict.PARTIAL if lenient or doubts or not above else Verdict.SATISFIED,
        told,
        items=(*supply.fresh, *roster.fresh),
        judged=above or rows,
        seen={"rows": len(rows), "above_tolerance": len(above)},
    )


def _no_tolerance(items: Sequence[EvidenceItem], rows: Sequence[Hit]) -> CheckResult | None:
    """Why there is nothing to compare scores with; None where there is."""
    without = [item for item in items if item.facts.get("tolerance") is None]
    idle = [item for item in items if item not in without and item.facts["tolerance"] >= _highest(item)]
    if without:
        reason = "The risk register records no tolerance to compare scores with."
        return outcome("treated", Verdict.GAP, reason, items=without, judged=at(without, "/risks"))
    if not rows:
        return outcome("treated", Verdict.GAP, "The risk register has no rows.", items=items)
    if idle:
        told = named(f"{item.facts['tolerance']} of at most {_highest(item)}" for item in idle)
        reason = f"The tolerance lets every score pass that the register's scale has: {told}."
        return outcome("treated", Verdict.GAP, reason, items=idle, judged=at(idle, "/tolerance"))
    return None


def _untreated(
    rows: Sequence[Hit], open_: Sequence[Hit], above: Sequence[Hit], has: Sequence[str], people: frozenset[str]
) -> list[tuple[Hit, str]]:
    """Rows that lack what they need: an owner of the roster where a risk is open, all of it above the tolerance.

    A row above the tolerance that was closed without a residual score, or with one above the tolerance, is not
    treated either; nor is one whose treatment left more than there was.
    """
    found: list[tuple[Hit, str]] = []
    for hit in rows:
        lacks = [name for name in (has if hit in above else OPEN_NEEDS) if not said(name, hit.value.get(name))]
        if hit in open_ and lacks:
            found.append((hit, f"{hit.value['id']} has no {listed((spoken(field) for field in lacks), 'or')}"))
        found.extend(
            (hit, f"{hit.value['id']} {told}") for told in _row_faults(hit, hit in open_, hit in above, people)
        )
    return found


def _row_faults(hit: Hit, is_open: bool, is_above: bool, people: frozenset[str]) -> list[str]:
    """What a row says that cannot stand, each with its verb."""
    row, limit, residual = hit.value, hit.item.facts["tolerance"], hit.value.get("residual")
    owner = row.get("owner")
    faults = []
    if is_open and said("owner", owner) and person(owner) not in people:
        faults.append(f"names an owner who is not in the roster ({owner})")
    if is_above:
        faults += [
            f"says of its {spoken(name)} that there is none (“{row[name]}”)"
            for name in DENIABLE
            if said(name, row.get(name)) and denies(name, row[name])
        ]
    if not is_open and residual is None and row["score"] > limit:
        faults.append(f"(score {row['score']}) is closed without a residual score")
    elif not is_open and (residual or 0) > limit:
        faults.append(f"is closed with a residual score of {residual}")
    if residual is not None and residual > row["score"]:
        faults.append(f"records a residual score of {residual}, above its score of {row['score']}")
    return faults


def _odd_scales(items: Sequence[EvidenceItem]) -> list[str]:
    """Registers whose tolerance is moderate only on a scale that hardly a row shows."""
    told = []
    for item in items:
        ratings = sorted(max(row["likelihood"], row["severity"]) for row in item.facts["risks"])
        odd = max(1, len(ratings) // ODD)
        usual = _highest_of(ratings[:-odd])
        wider = counted(sum(_highest_of([rating]) > usual for rating in ratings), "row")
        limit, highest = item.facts["tolerance"], _highest(item)
        if usual < highest and limit > LENIENT * usual:
            told.append(
                f"But the tolerance of {limit} is measured on a scale up to {highest} that stands on {wider} of "
                f"{len(ratings)}; the others stay on one up to {usual}."
            )
    return told


def _left_behind(context: Context, supply: Supply, rows: Sequence[Hit]) -> list[str]:
    """Registers too old to count that hold open risks which those that count do not list."""
    known = {_id(hit) for hit in rows}
    told = []
    for item in supply.stale:
        left = [hit for hit in _open(select((item,), "risk_register.risks")) if _id(hit) not in known]
        if left and (item.effective is None or item.effective.end <= context.as_of):
            when = f"of {item.effective.end:%Y-%m-%d}" if item.effective else "without a date"
            told.append(
                f"But {item.provenance.path} {when} is too old to count and has "
                f"{counted(len(left), 'open risk')} that the newer register does not list: "
                f"{named(hit.value['id'] for hit in left)}."
            )
    return told


def _unknown_statuses(open_: Sequence[Hit]) -> str:
    """The words that a register uses for a status and that nobody knows here; empty where all are known."""
    unknown = sorted({str(hit.value["status"]).strip() for hit in open_ if _status(hit) not in OPEN})
    if not unknown:
        return ""
    quoted = named(f"“{word}”" for word in unknown)
    one, many = (
        "Status {} is not known, so the risk counts as open.",
        "Statuses {} are not known, so these risks count as open.",
    )
    return " " + (one if len(unknown) == 1 else many).format(quoted)


def _explains(note: object) -> bool:
    """Whether a note says why: a few words at least."""
    return isinstance(note, str) and filled(note) and len(note.split()) >= LEAST_WORDS


def _id(hit: Hit) -> str:
    return str(hit.value["id"]).strip().casefold()


def _highest(item: EvidenceItem) -> int:
    """The highest score of a register's scale: 25 (5 x 5), or of the wider scale that its ratings show."""
    return _highest_of([max(row["likelihood"], row["severity"]) for row in item.facts["risks"]])


def _highest_of(ratings: Sequence[int]) -> int:
    rating = max(ratings, default=0)
    scale = next((one for one in SCALES if rating <= one), rating)
    return int(scale * scale)


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


def _open(hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if _status(hit) not in CLOSED]


def _status(hit: Hit) -> str:
    return " ".join(str(hit.value["status"]).casefold().replace("_", " ").replace("-", " ").split())


PREDICATES = (
    Predicate("recomputes", RecomputesArguments, recomputes),
    Predicate("ordered", OrderedArguments, ordered),
    Predicate("treated", TreatedArguments, treated),
)
