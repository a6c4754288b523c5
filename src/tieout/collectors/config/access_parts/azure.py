"""What roles of Azure and Entra ID may do, by the names that Microsoft's documentation of built-in roles gives them."""

from collections.abc import Mapping
from typing import Final

from tieout.collectors.config.access_parts.rows import CHANGES, READS, RULES, UNTOLD, Power

#: Azure's privileged built-in roles, and the general one that reads.
_AZURE: Final[Mapping[str, Power]] = {
    "owner": RULES,
    "contributor": CHANGES,
    "reader": READS,
    "user access administrator": RULES,
    "role based access control administrator": RULES,
}
#: Entra ID's roles that may give roles, and the one that reads all.
_DIRECTORY: Final[Mapping[str, Power]] = {
    "global administrator": RULES,
    "company administrator": RULES,
    "privileged role administrator": RULES,
    "global reader": READS,
    "directory readers": READS,
    "reports reader": READS,
    "security reader": READS,
}


def of_azure(role: str) -> Power:
    """What a role of Azure may do; roles for one service that are called Reader read."""
    plain = role.casefold()
    known = _AZURE.get(plain)
    if known is not None:
        return known
    return READS if plain.endswith(" reader") else UNTOLD


def of_directory(role: str) -> Power:
    """What a role of Entra ID may do."""
    return _DIRECTORY.get(role.casefold(), UNTOLD)
