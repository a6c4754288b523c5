"""Statuses of an inventory's systems: which are in use, and which nobody looks after any more."""

from collections.abc import Mapping
from typing import Any

from tieout.domain.evidence import EvidenceItem

#: Statuses of a system whose models may be served. Any other word is taken for one that is not in use.
IN_USE = frozenset(
    {"active", "deployed", "in operation", "in production", "in use", "live", "operational", "pilot", "production",
     "running"}
)  # fmt: skip
#: Statuses of a system whose row needs no renewal.
RETIRED = frozenset({"archived", "closed", "decommissioned", "retired", "shut down", "withdrawn"})


def status_of(row: Mapping[str, Any]) -> str:
    """A row's status in the form in which two spellings compare."""
    return " ".join(str(row.get("status") or "").replace("_", " ").replace("-", " ").split()).casefold()


def in_use(item: EvidenceItem) -> EvidenceItem:
    """An inventory in which the systems that are not in use say nothing; any other item as it is."""
    if item.type != "inventory":
        return item
    # Their rows stay, empty: the others keep their places.
    systems = [row if status_of(row) in IN_USE else {} for row in item.facts["systems"]]
    return item.model_copy(update={"facts": {**item.facts, "systems": systems}})
