"""What people declare of a flag, whichever product holds it, and which of its environments is production.

Products have no field for what a switch is triggered by, and for who may throw it. Both are read from tags
(`trigger:NAME OF AN ALERT`, `role:operations`) or, where a product has properties, from those of the same names.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from tieout.kernel.reading.text import excerpt

_PRODUCTION: Final = ("production", "prod", "prd", "live")
_KINDS: Final = {
    **dict.fromkeys(("kill-switch", "killswitch", "kill switch", "kill_switch"), "kill-switch"),
    **dict.fromkeys(("experiment", "permission", "release"), ""),
}
_TRIGGERS: Final = frozenset({"trigger", "triggered-by", "triggered_by"})
_ROLES: Final = frozenset({"authorised-role", "authorised-roles", "authorised_role", "authorised_roles"}) | {
    "authorized-roles",
    "authorized_roles",
    "role",
    "roles",
}
_APART: Final = re.compile(r"[,;]")

_T = TypeVar("_T")


def production_of(environments: Mapping[str, _T]) -> _T | None:
    """The environment that is production by its name; None where none is, or more than one."""
    plain: dict[str, list[_T]] = {}
    for name, one in environments.items():
        plain.setdefault(name.strip().casefold(), []).append(one)
    found = [one for name in _PRODUCTION for one in plain.get(name, ())]
    return found[0] if len(found) == 1 or (found and len(plain.get("production", ())) == 1) else None


def no_production(environments: Iterable[str]) -> str:
    """What is said of a flag none of whose environments is known to be production."""
    names = ", ".join(f"'{excerpt(name)}'" for name in sorted(environments)) or "none"
    return f"which of its environments is production cannot be told: {names}"


def kind_of_words(words: Iterable[str]) -> str:
    """The kind that a type or a tag names; `other` where none does."""
    for word in words:
        plain = word.strip().casefold()
        if plain in _KINDS:
            return _KINDS[plain] or plain
    return "other"


def told_by_pairs(pairs: Iterable[tuple[str, str]]) -> tuple[str | None, list[str]]:
    """The trigger and the roles that names with values say.

    Args:
        pairs: Name and value, of tags or properties.
    """
    trigger: str | None = None
    roles: list[str] = []
    for name, value in pairs:
        plain = name.strip().casefold()
        if plain in _TRIGGERS and value.strip():
            trigger = trigger or value.strip()
        elif plain in _ROLES:
            roles += [role.strip() for role in _APART.split(value) if role.strip()]
    return trigger, list(dict.fromkeys(roles))


def pairs_of(tags: Iterable[str]) -> list[tuple[str, str]]:
    """Tags with a colon or an equals sign as name and value."""
    found = []
    for tag in tags:
        name, sign, value = tag.partition(":") if ":" in tag else tag.partition("=")
        if sign:
            found.append((name, value))
    return found
