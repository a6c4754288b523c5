"""Predicate over a risk register: what is above the register's own tolerance is treated, by somebody, with means."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain

from pydantic import Field

from tieout.assess.context import Context, Supply
from tieout.assess.controls import Controls
from tieout.assess.people import around, doubt, roster_names, shown_persons
from tieout.assess.predicates.base import Arguments, Predicate, at, lacking, outcome
from tieout.assess.responses import Reading, accepts, read_field
from tieout.assess.risks import comparable_id, highest_score, open_risks, ratings, read_status, unknown_statuses
from tieout.assess.selection import Hit, artefact_of, person, said, select
from tieout.assess.wording import clauses, counted, listed, named, verb, whole
from tieout.domain.artefacts import spoken
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.verdicts import Verdict

#: A tolerance above this share of the scale's highest score is not taken on the register's word (a default of ours).
LENIENT = Fraction(3, 5)
#: What every open risk has, however low its score.
OPEN_NEEDS = ("title", "owner")
#: Fields of free text, whose words must show what they are there for.
READ = ("response", "resource")
#: One in so many rows, and at least one, may be an odd one: a wider scale that only they show is not taken on the
#: register's word (a default of ours).
ODD = 5

_Key = tuple[str, str]


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
            "Each open risk has a title and an owner of the roster, and each above the register's own tolerance has "
            f"{listed(spoken(field) for field in self.has)}: a response that begins with mitigate, transfer, avoid or "
            "accept and has more words than that (whether they are true or enough, is not judged), controls that were "
            "collected as evidence, a resource that is amounts or persons of the roster. One that was closed has such "
            "a response and controls, too, and a residual score within the tolerance."
        )


def treated(context: Context, arguments: TreatedArguments) -> CheckResult:
    """Every open risk has a title and an owner of the roster; above the register's own tolerance it is treated, too."""
    supply, roster = context.supply(artefact_of(arguments.in_)), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    rows = select(supply.fresh, arguments.in_)
    if fault := _no_tolerance(supply.fresh, rows):
        return fault
    open_ = open_risks(rows)
    above = [hit for hit in open_ if hit.value["score"] > hit.item.facts["tolerance"]]
    people = roster_names(roster.fresh, context.as_of.date())
    persons = shown_persons(roster.fresh, context.as_of.date(), context.subject)
    are_open = set(map(_key, open_))
    closed = [hit for hit in rows if hit.value["score"] > hit.item.facts["tolerance"] and _key(hit) not in are_open]
    readings = [(hit, reading) for hit in above for reading in _readings(hit, READ, persons)]
    readings += [(hit, reading) for hit in above if (reading := read_status(hit))]
    readings += [(hit, reading) for hit in closed for reading in _readings(hit, READ[:1], persons)]
    failing = _untreated(rows, open_, above, arguments.has, people, readings=readings)
    if failing:
        return outcome(
            "treated",
            Verdict.GAP,
            f"Risks without treatment: {clauses(told for _, told in failing)}.{unknown_statuses(open_)}",
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
    controls = Controls(context, roster.fresh)
    if closed:
        told += f" {counted(len(closed), 'risk')} above it {verb(len(closed), 'is', 'are')} closed: "
        told += f"{named(hit.value['id'] for hit in closed)}."
    followed = {hit.value["id"]: controls.of(hit.value) for hit in (*above, *closed)}
    loose = [(hit, why) for hit in (*above, *closed) if (why := controls.doubt(hit.value))]
    if followed and not loose:
        told += f" The controls that they name were collected: {clauses(_tied(followed))}. Whether they are the right "
        told += "ones, and work, and what the responses say, is asked by MANAGE 1.3 and not judged here."
    left = _left(rows, open_)
    near = around(roster.fresh, context.subject)
    unsure = [(hit, why) for hit in open_ if (why := doubt(hit.value.get("owner"), near))]
    loose += [(hit, f"has an owner who is not shown to be a person ({why})") for hit, why in unsure]
    readings += [(hit, Reading(Verdict.PARTIAL, why)) for hit, why in loose]
    doubts = [*_words(readings), *(told for _, told in left), *_lenient(supply.fresh), *_odd_scales(supply.fresh)]
    doubts += _left_behind(context, supply, rows)
    return outcome(
        "treated",
        Verdict.PARTIAL if doubts or not above else Verdict.SATISFIED,
        " ".join((told, *doubts)) + unknown_statuses(open_),
        items=(*supply.fresh, *roster.fresh, *chain.from_iterable(followed.values())),
        hits=[*(hit for hit, _ in readings), *(hit for hit, _ in left)],
        judged=above or rows,
        seen={"rows": len(rows), "above_tolerance": len(above)},
    )


def _tied(followed: Mapping[str, Sequence[EvidenceItem]]) -> Iterator[str]:
    for name, items in followed.items():
        yield f"{name} to {listed(sorted({item.provenance.path for item in items}))}"


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
    rows: Sequence[Hit],
    open_: Sequence[Hit],
    above: Sequence[Hit],
    has: Sequence[str],
    people: frozenset[str],
    *,
    readings: Sequence[tuple[Hit, Reading]],
) -> list[tuple[Hit, str]]:
    """Rows that lack what they need: an owner of the roster where a risk is open, all of it above the tolerance.

    A row above the tolerance that was closed without a residual score, or with one above the tolerance, is not
    treated either; nor is one whose treatment left more than there was, or whose words deny it or leave it open.
    """
    found: list[tuple[Hit, str]] = []
    are_open, are_above = set(map(_key, open_)), set(map(_key, above))
    said_so: dict[_Key, list[str]] = {}
    for hit, reading in readings:
        if reading.verdict is Verdict.GAP:
            said_so.setdefault(_key(hit), []).append(reading.told)
    for hit in rows:
        is_open = _key(hit) in are_open
        needs = ("title", *has) if _key(hit) in are_above else OPEN_NEEDS
        lacks = [name for name in needs if not said(name, hit.value.get(name))]
        faults = [f"has no {listed((spoken(field) for field in lacks), 'or')}"] if is_open and lacks else []
        faults += _row_faults(hit, is_open, people)
        faults += said_so.get(_key(hit), [])
        found.extend((hit, f"{hit.value['id']} {told}") for told in faults)
    return found


def _row_faults(hit: Hit, is_open: bool, people: frozenset[str]) -> list[str]:
    """What a row says that cannot stand, each with its verb."""
    row, limit, residual = hit.value, hit.item.facts["tolerance"], hit.value.get("residual")
    owner = row.get("owner")
    faults = []
    if is_open and said("owner", owner) and person(owner) not in people:
        faults.append(f"names an owner who is not in the roster ({owner})")
    if not is_open and residual is None and row["score"] > limit:
        faults.append(f"(score {row['score']}) is closed without a residual score")
    elif not is_open and (residual or 0) > limit:
        faults.append(f"is closed with a residual score of {residual}")
    if residual is not None and residual < 0:
        faults.append(f"records a residual score of {residual}, which no score can be")
    if residual is not None and residual > row["score"]:
        faults.append(f"records a residual score of {residual}, above its score of {row['score']}")
    return faults


def _readings(hit: Hit, fields: Sequence[str], people: frozenset[str]) -> Iterator[Reading]:
    """What the words of a risk above the tolerance leave to be desired."""
    for field in fields:
        if said(field, hit.value.get(field)) and (reading := read_field(field, hit.value, people)):
            yield reading


def _words(readings: Sequence[tuple[Hit, Reading]]) -> list[str]:
    if not readings:
        return []
    told = clauses(f"{hit.value['id']} {reading.told}" for hit, reading in readings)
    return [f"But the register does not show that this is treatment: {told}."]


def _left(rows: Sequence[Hit], open_: Sequence[Hit]) -> list[tuple[Hit, str]]:
    """Rows above the tolerance whose treatment does not get them below it, or that a mere figure got there."""
    found = []
    are_open = set(map(_key, open_))
    for hit in rows:
        row, limit, residual = hit.value, hit.item.facts["tolerance"], hit.value.get("residual")
        if row["score"] <= limit:
            continue
        if _key(hit) not in are_open:
            if not said("response", row.get("response")):
                told = f"But {row['id']} (score {row['score']}) is closed without a word on what was done."
                found.append((hit, told))
        elif residual is not None and residual > limit and not accepts(row):
            told = f"But the treatment of {row['id']} leaves a residual score of {residual}, above the tolerance."
            found.append((hit, told))
    return found


def _lenient(items: Sequence[EvidenceItem]) -> list[str]:
    """Registers whose tolerance leaves most of the scale untreated."""
    lenient = [item for item in items if item.facts["tolerance"] > LENIENT * _highest(item)]
    if not lenient:
        return []
    limits = named(f"{item.facts['tolerance']} of at most {_highest(item)}" for item in lenient)
    return [f"But the tolerance leaves most of the scale untreated: {limits}; above 60 % it needs a person's word."]


def _odd_scales(items: Sequence[EvidenceItem]) -> list[str]:
    """Registers whose tolerance is moderate only on a scale that hardly a row shows."""
    told = []
    for item in items:
        rated = ratings(item)
        odd = max(1, len(rated) // ODD)
        usual = highest_score(rated[:-odd])
        wider = counted(sum(highest_score([rating]) > usual for rating in rated), "row")
        limit, highest = item.facts["tolerance"], _highest(item)
        if usual < highest and limit > LENIENT * usual:
            told.append(
                f"But the tolerance of {limit} is measured on a scale up to {highest} that stands on {wider} of "
                f"{len(rated)}; the others stay on one up to {usual}."
            )
    return told


def _left_behind(context: Context, supply: Supply, rows: Sequence[Hit]) -> list[str]:
    """Registers too old to count that hold open risks which those that count do not list."""
    known = {comparable_id(hit) for hit in rows}
    told = []
    for item in supply.stale:
        left = [hit for hit in open_risks(select((item,), "risk_register.risks")) if comparable_id(hit) not in known]
        if left and (item.effective is None or item.effective.end <= context.as_of):
            when = f"of {item.effective.end:%Y-%m-%d}" if item.effective else "without a date"
            told.append(
                f"But {item.provenance.path} {when} is too old to count and has "
                f"{counted(len(left), 'open risk')} that the newer register does not list: "
                f"{named(hit.value['id'] for hit in left)}."
            )
    return told


def _key(hit: Hit) -> _Key:
    """A row among others: registers may be long, and comparing rows by all that they say is slow."""
    return hit.item.id, hit.pointer


def _highest(item: EvidenceItem) -> int:
    """The highest score of a register's scale: 25 (5 x 5), or of the wider scale that its ratings show."""
    return highest_score(ratings(item))


PREDICATES = (Predicate("treated", TreatedArguments, treated),)
