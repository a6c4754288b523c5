"""The assessed system's own row of the AI inventory, held against the system profile: in what the two differ."""

from collections.abc import Mapping
from typing import Any, Final

from tieout.assess.denials import plain
from tieout.assess.lifecycle import IN_USE, RETIRED, status_of
from tieout.assess.names import bearer
from tieout.assess.people import may_be_one
from tieout.assess.selection import person

#: Statuses that name a phase; `live` or `in use` may be said of a pilot as of a system in production.
_PHASES: Final = {"pilot": "pilot", "in pilot": "pilot", "production": "production", "in production": "production"}
#: Tiers of the profile, and the other common word for its middle one; a tier of another scale is not compared.
_TIERS: Final = {"low": "low", "moderate": "moderate", "medium": "moderate", "high": "high"}
_ABOUT_TIERS: Final = frozenset({"risk", "tier"})


def own_rows(inventory: Mapping[str, Any], system_id: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Rows of an inventory that are of a system, with their turns; where some are of a system in use, only those."""
    wanted = plain(system_id)
    rows = [(turn, row) for turn, row in enumerate(inventory["systems"]) if plain(str(row["system_id"])) == wanted]
    return [(turn, row) for turn, row in rows if status_of(row) in IN_USE] or rows


def differences(row: Mapping[str, Any], profile: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Fields in which a row and the profile cannot both be right: that of the row and that of the profile.

    What one of them leaves out, or says in words that do not compare (an office or an address for a person, a tier
    of another scale, a status that names no phase), is no difference.
    """
    fields = []
    if _owners_differ(row.get("owner"), profile.get("owner")):
        fields.append(("owner", "owner"))
    if _tiers_differ(row.get("tier"), profile.get("tier")):
        fields.append(("tier", "tier"))
    status = status_of(row)
    if status in RETIRED or _PHASES.get(status, profile["phase"]) != profile["phase"]:
        fields.append(("status", "phase"))
    return fields


def _owners_differ(one: str | None, other: str | None) -> bool:
    left, right = person(one), person(other)
    if left is None or right is None or any(bearer(name).kind not in {"person", "unsure"} for name in (one, other)):
        return False
    if "@" in left or "@" in right:
        return False
    return not may_be_one(left, right)


def _tiers_differ(one: str | None, other: str | None) -> bool:
    left, right = _tier(one), _tier(other)
    return left is not None and right is not None and left != right


def _tier(given: str | None) -> str | None:
    words = (given or "").casefold().replace("-", " ").replace("_", " ").split()
    return _TIERS.get(" ".join(word for word in words if word not in _ABOUT_TIERS))
