"""Who may be proposed as the owner of an open point: the roster's person for the area that a role names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tieout.assess.people import is_active
from tieout.assess.selection import person
from tieout.domain.artefacts.records import Roster, RosterEntry, SystemProfile
from tieout.domain.collection import Collection
from tieout.render.facts import sheets


@dataclass(frozen=True, slots=True)
class Owners:
    """What the evidence says of owners.

    Attributes:
        entries: Roles of every roster, in their order.
        system: Owner of the system by its profile.
        day: Day on which a role must be held.
    """

    entries: tuple[RosterEntry, ...]
    system: str | None
    day: date

    @classmethod
    def of(cls, collection: Collection) -> "Owners":
        """The owners that a collection names."""
        entries = (entry for _, roster in sheets(collection, "roster", Roster) for entry in roster.people)
        profile = next((profile for _, profile in sheets(collection, "system_profile", SystemProfile)), None)
        return cls(tuple(entries), profile.owner if profile else None, collection.as_of.date())

    def proposed(self, roles: Iterable[str]) -> str:
        """The owner to write beside an open point; a proposal, since nobody has accepted it."""
        return "; ".join(self._one(role) for role in dict.fromkeys(roles)) or "not set"

    def _one(self, role: str) -> str:
        area = role.lower().removesuffix(" owner").strip().replace(" ", "_")
        held = [e for e in self.entries if e.role == area and person(e.person) is not None and is_active(e, self.day)]
        if len(held) == 1:
            return f"{held[0].person} ({role}, proposed from the roster)"
        if area == "system" and person(self.system) is not None:
            return f"{self.system} ({role}, proposed from the system profile)"
        return f"{role} (nobody is named for it)"
