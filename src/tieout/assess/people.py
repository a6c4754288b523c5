"""Who is who: names and contacts that stand in the roster; blanks and `TBD` are nobody."""

from collections.abc import Iterable
from datetime import date

from tieout.assess.selection import filled, person
from tieout.domain.artefacts.records import Roster, RosterEntry
from tieout.domain.evidence import EvidenceItem


def roster_entries(items: Iterable[EvidenceItem]) -> list[RosterEntry]:
    """Every role of every roster, in their order."""
    return [entry for item in items for entry in Roster.model_validate(item.facts).people]


def is_active(entry: RosterEntry, day: date) -> bool:
    """Whether a role is held on a day."""
    return (entry.since is None or entry.since <= day) and (entry.until is None or day <= entry.until)


def names_of(entry: RosterEntry) -> frozenset[str]:
    """The person and the deputy of a role, comparable; the same human being twice is one."""
    return frozenset(name for name in (person(entry.person), person(entry.deputy)) if name is not None)


def roster_names(items: Iterable[EvidenceItem], day: date) -> frozenset[str]:
    """Everyone who had not left by a day; a later start does not unmake who a person is."""
    return frozenset(
        name for entry in roster_entries(items) if entry.until is None or day <= entry.until for name in names_of(entry)
    )


def roster_contacts(items: Iterable[EvidenceItem], day: date) -> frozenset[str]:
    """Contact handles of the roles that are held on a day by somebody."""
    return frozenset(
        entry.contact
        for entry in roster_entries(items)
        if entry.contact and filled(entry.contact) and is_active(entry, day) and names_of(entry)
    )
