"""Predicates about people: one accountable person a role, enough authorised hands."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.names import IN_FULL, Around, bearer
from tieout.assess.nouns import population
from tieout.assess.people import (
    around,
    different_people,
    doubles,
    doubt,
    is_active,
    may_be_one,
    names_of,
    roster_entries,
)
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import person, select
from tieout.assess.wording import clauses, counted, listed, named, number
from tieout.domain.artefacts import spoken
from tieout.domain.artefacts.records import RosterEntry
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict

#: Names that are not one person's, and how a reason says so.
_NOT_ONE = {"body": "no person", "nobody": "nobody", "several": "several people at once"}


class AccountableArguments(Arguments):
    """Arguments of `accountable`."""

    roles: tuple[str, ...] = Field(min_length=1)
    deputy: bool = Field(default=True, description="each role also needs a deputy who is someone else")
    people: int = Field(default=2, ge=1, description="how many different people hold the roles at least, together")

    def artefacts(self) -> tuple[str, ...]:
        """The roster."""
        return ("roster",)

    def asks(self) -> str:
        """Of each role."""
        deputy = ", and a deputy who is someone else" if self.deputy else ""
        least = min(self.people, len(self.roles))
        several = f"; together they are at least {least} people" if least > 1 else ""
        return f"Each of {listed(spoken(role) for role in self.roles)} has exactly one active person{deputy}{several}."


def accountable(context: Context, arguments: AccountableArguments) -> CheckResult:
    """Each role has exactly one active person, and a deputy who is someone else."""
    supply = context.supply("roster")
    if supply.lack:
        return supply.lack
    today, near = context.as_of.date(), around(supply.fresh, context.subject)
    active = [
        entry for entry in roster_entries(supply.fresh) if person(entry.person) is not None and is_active(entry, today)
    ]
    faults = [
        fault
        for role in arguments.roles
        for fault in _role_faults(
            role, [entry for entry in active if entry.role == role], near, deputy=arguments.deputy
        )
    ]
    rows = [hit for hit in select(supply.fresh, "roster.people") if hit.value["role"] in arguments.roles]
    if faults:
        return outcome(
            "accountable",
            Verdict.GAP,
            f"Accountability is open: {named(faults)}.",
            items=supply.fresh,
            judged=rows,
            seen={"faults": faults},
        )
    several = min(arguments.people, len(arguments.roles))
    told = [f"{spoken(entry.role)} ({entry.person})" for entry in active if entry.role in arguments.roles]
    holders = {name for entry in active if entry.role in arguments.roles and (name := person(entry.person))}
    doubts = []
    if len(different_people(holders)) < several:
        doubts.append(
            f"Fewer than {several} people hold the {number(len(arguments.roles))} roles, so that nobody "
            f"checks anybody: {named(told)}."
        )
    if unsure := [one for entry in active if entry.role in arguments.roles for one in _unsure(entry, near, arguments)]:
        doubts.append(f"Not everyone named is shown to be a person: {clauses(unsure)}.")
    if doubts:
        return outcome(
            "accountable",
            Verdict.PARTIAL,
            " ".join(doubts),
            items=supply.fresh,
            judged=rows,
            closes_with=[IN_FULL] if unsure else (),
        )
    deputy = " and a deputy" if arguments.deputy else ""
    each = "The one role" if len(arguments.roles) == 1 else f"Each of the {number(len(arguments.roles))} roles"
    return outcome(
        "accountable",
        Verdict.SATISFIED,
        f"{each} has one accountable person{deputy}: {named(told)}.",
        items=supply.fresh,
        judged=rows,
    )


class AuthorisedArguments(Arguments):
    """Arguments of `authorised`."""

    flags: dict[str, Any] = Field(default_factory=lambda: {"kind": "kill-switch"})
    people: int = Field(default=2, ge=1)

    def artefacts(self) -> tuple[str, ...]:
        """The flags and the roster."""
        return ("flag_config", "roster")

    def asks(self) -> str:
        """Of each such flag."""
        people = counted(self.people, "active person", "different active people")
        return (
            f"Each {population('flag_config.flags', self.flags).one} may be thrown by at least {people} of the roster."
        )


def authorised(context: Context, arguments: AuthorisedArguments) -> CheckResult:
    """Each such flag may be thrown by enough different active people of the roster."""
    supply, roster = context.supply("flag_config"), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    hits = select(supply.fresh, "flag_config.flags", arguments.flags)
    items = (*supply.fresh, *roster.fresh)
    if not hits:
        return outcome(
            "authorised",
            Verdict.GAP,
            f"There are no enabled {population('flag_config.flags', arguments.flags).many}.",
            items=items,
            seen={"population": 0},
        )
    today, near = context.as_of.date(), around(roster.fresh, context.subject)
    entries = [entry for entry in roster_entries(roster.fresh) if is_active(entry, today)]
    hands = [
        (
            str(hit.value["name"]),
            {name for e in entries if e.role in hit.value.get("authorised_roles", ()) for name in names_of(e, near)},
        )
        for hit in hits
    ]
    counts = [(name, len(different_people(people))) for name, people in hands]
    seen = {"people": dict(counts)}
    written = {key: str(name) for e in entries for name in (e.person, e.deputy) if (key := person(name))}
    short = [
        f"{name} by {count}{_told_twice(people, written)}"
        for (name, count), (_, people) in zip(counts, hands, strict=True)
        if count < arguments.people
    ]
    if short:
        return outcome(
            "authorised",
            Verdict.GAP,
            f"Too few different active people may throw a switch ({arguments.people} wanted): {named(short)}.",
            items=items,
            hits=hits,
            seen=seen,
        )
    told = [f"{name} by {people}" for name, people in counts]
    unsure = {key: why for key, name in written.items() if (why := doubt(name, near))}
    open_ = [
        f"{name} ({listed(unsure[one] for one in sorted(people) if one in unsure)})"
        for name, people in hands
        if len(different_people(people - unsure.keys())) < arguments.people
    ]
    enough = f"Enough different active people may throw each switch ({arguments.people} wanted): {named(told)}."
    if open_:
        enough += f" But not all of them are shown to be persons: {clauses(open_)}."
    return outcome(
        "authorised",
        Verdict.PARTIAL if open_ else Verdict.SATISFIED,
        enough,
        items=items,
        judged=hits,
        seen=seen,
        closes_with=[IN_FULL] if open_ else (),
    )


def _told_twice(people: set[str], written: Mapping[str, str]) -> str:
    """The names that were counted once because they may be one person's; empty where there are none."""
    told = [f"{written[one]} and {written[other]}" for one, other in doubles(people)]
    return f" ({named(told)} may be one person)" if told else ""


def _role_faults(role: str, active: list[RosterEntry], near: Around, *, deputy: bool) -> list[str]:
    words = spoken(role)
    people = {person(entry.person) for entry in active}
    if not people:
        return [f"{words} has no accountable person"]
    for kind, told in _NOT_ONE.items():
        if found := sorted({str(entry.person) for entry in active if bearer(entry.person, near).kind == kind}):
            return [f"{words} names {told} ({named(found)})"]
    if len(people) > 1:
        return [f"{words} has {len(people)} accountable people"]
    if deputy and not any(_is_another(entry, near) for entry in active):
        given = named(sorted({entry.deputy for entry in active if entry.deputy}))
        return [f"{words} has no deputy who is someone else{f' ({given})' if given else ''}"]
    return []


def _is_another(entry: RosterEntry, near: Around) -> bool:
    """Whether the deputy of a role may be a person, and is not its own holder in another spelling."""
    holder, deputy = person(entry.person), person(entry.deputy)
    if holder is None or deputy is None or bearer(entry.deputy, near).kind in _NOT_ONE:
        return False
    return not may_be_one(holder, deputy)


def _unsure(entry: RosterEntry, near: Around, arguments: AccountableArguments) -> list[str]:
    """The names of a role that are not shown to be a person's."""
    names = (entry.person, entry.deputy) if arguments.deputy else (entry.person,)
    return [f"{spoken(entry.role)} ({told})" for name in names if (told := doubt(name, near))]


PREDICATES = (
    Predicate("accountable", AccountableArguments, accountable),
    Predicate("authorised", AuthorisedArguments, authorised),
)
