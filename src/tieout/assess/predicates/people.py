"""Predicates about people: one accountable person a role, owned paths, enough authorised hands."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from tieout.assess.context import Context
from tieout.assess.nouns import population
from tieout.assess.people import (
    different_people,
    doubles,
    is_active,
    is_body,
    may_be_one,
    names_of,
    roster_contacts,
    roster_entries,
)
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import filled, person, select
from tieout.assess.wording import counted, listed, named, number, part, verb, whole
from tieout.domain.artefacts import spoken
from tieout.domain.artefacts.records import RosterEntry
from tieout.domain.assessment import CheckResult
from tieout.domain.pseudonyms import pseudonym
from tieout.domain.verdicts import Verdict


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
    today = context.as_of.date()
    active = [
        entry for entry in roster_entries(supply.fresh) if person(entry.person) is not None and is_active(entry, today)
    ]
    faults = [
        fault
        for role in arguments.roles
        for fault in _role_faults(role, [entry for entry in active if entry.role == role], deputy=arguments.deputy)
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
    if len(different_people(holders)) < several:
        return outcome(
            "accountable",
            Verdict.PARTIAL,
            f"Fewer than {several} people hold the {number(len(arguments.roles))} roles, so that nobody "
            f"checks anybody: {named(told)}.",
            items=supply.fresh,
            judged=rows,
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


class OwnedPathsArguments(Arguments):
    """Arguments of `owned_paths` (the governed paths are in the artefact)."""

    resolve: bool = Field(default=True, description="owners must be contacts of the roster")

    def artefacts(self) -> tuple[str, ...]:
        """The code owners file and the roster."""
        return ("codeowners", "roster")

    def asks(self) -> str:
        """Of each governed path."""
        known = ", and each owner is in the roster" if self.resolve else ""
        return f"Every model, prompt, evaluation and policy path has a code owner{known}."


def owned_paths(context: Context, arguments: OwnedPathsArguments) -> CheckResult:
    """Every model, prompt, evaluation and policy path has a code owner, and each owner is in the roster."""
    supply, roster = context.supply("codeowners"), context.supply("roster")
    if lack := lacking(supply, roster):
        return lack
    hits = select(supply.fresh, "codeowners.governed")
    items = (*supply.fresh, *roster.fresh)
    if not hits:
        return outcome(
            "owned_paths",
            Verdict.GAP,
            "The tree has no model, prompt, evaluation or policy path that ownership could be shown for.",
            items=items,
            seen={"population": 0},
        )
    orphans = [hit for hit in hits if not filled(hit.value["owners"])]
    if orphans:
        return outcome(
            "owned_paths",
            Verdict.GAP,
            f"{part(len(orphans), len(hits), 'governed path')} {verb(len(orphans), 'has', 'have')} no code owner: "
            f"{named(hit.value['path'] for hit in orphans)}.",
            items=items,
            hits=orphans,
            seen={"population": len(hits), "orphans": len(orphans)},
        )
    owners = sorted({owner for hit in hits for owner in hit.value["owners"]})
    contacts = roster_contacts(roster.fresh, context.as_of.date())
    # A code owner who is an address stands in the evidence as a pseudonym; the roster's contact is one too then.
    contacts |= {pseudonym(context.subject.system_id, contact) for contact in contacts if "@" in contact[1:]}
    unknown = [owner for owner in owners if owner not in contacts]
    if arguments.resolve and unknown:
        return outcome(
            "owned_paths",
            Verdict.GAP,
            f"Code owners who are no contact in the roster: {named(unknown)}.",
            items=items,
            judged=[hit for hit in hits if set(hit.value["owners"]) & set(unknown)],
            seen={"unknown": unknown},
        )
    return outcome(
        "owned_paths",
        Verdict.SATISFIED,
        f"{whole(len(hits), 'governed path')} {verb(len(hits), 'has', 'have')} a code owner"
        f"{' who is in the roster' if arguments.resolve else ''}: {named(owners)}.",
        items=items,
        judged=hits,
        seen={"population": len(hits), "owners": owners},
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
    today = context.as_of.date()
    entries = [entry for entry in roster_entries(roster.fresh) if is_active(entry, today)]
    hands = [
        (
            str(hit.value["name"]),
            {name for e in entries if e.role in hit.value.get("authorised_roles", ()) for name in names_of(e)},
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
    return outcome(
        "authorised",
        Verdict.SATISFIED,
        f"Enough different active people may throw each switch ({arguments.people} wanted): {named(told)}.",
        items=items,
        judged=hits,
        seen=seen,
    )


def _told_twice(people: set[str], written: Mapping[str, str]) -> str:
    """The names that were counted once because they may be one person's; empty where there are none."""
    told = [f"{written[one]} and {written[other]}" for one, other in doubles(people)]
    return f" ({named(told)} may be one person)" if told else ""


def _role_faults(role: str, active: list[RosterEntry], *, deputy: bool) -> list[str]:
    words = spoken(role)
    people = {person(entry.person) for entry in active}
    if not people:
        return [f"{words} has no accountable person"]
    bodies = sorted({str(entry.person) for entry in active if is_body(person(entry.person) or "")})
    if bodies:
        return [f"{words} names no person ({named(bodies)})"]
    if len(people) > 1:
        return [f"{words} has {len(people)} accountable people"]
    if deputy and not any(_is_another(entry) for entry in active):
        return [f"{words} has no deputy who is someone else"]
    return []


def _is_another(entry: RosterEntry) -> bool:
    """Whether the deputy of a role is a person, and not its own holder in another spelling."""
    holder, deputy = person(entry.person), person(entry.deputy)
    return holder is not None and deputy is not None and not is_body(deputy) and not may_be_one(holder, deputy)


PREDICATES = (
    Predicate("accountable", AccountableArguments, accountable),
    Predicate("owned_paths", OwnedPathsArguments, owned_paths),
    Predicate("authorised", AuthorisedArguments, authorised),
)
