"""Entries that say that they are off, in a key that their product does not have: whether they count cannot be told.

The product passes such a key over, or refuses the file; whoever wrote it meant that the entry does nothing.
"""

from typing import Any, Final

from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

#: Keys, and whether true means that the entry is on.
_SWITCHES: Final = {
    **dict.fromkeys(("active", "enable", "enabled", "isactive", "isenabled"), True),
    **dict.fromkeys(("deactivated", "disable", "disabled", "inactive", "isdisabled", "off", "paused", "skip"), False),
}
#: Keys whose word may say it; any other word of theirs says nothing of it.
_STATES: Final = frozenset({"state", "status"})
_OFF: Final = frozenset({"deactivated", "disabled", "false", "inactive", "off", "paused"})
_TRUE: Final = frozenset({"1", "on", "true", "yes"})
_FALSE: Final = frozenset({"0", "false", "no", "off"})


def said_off(*places: Cursor, own: str = "") -> tuple[Cursor, str] | None:
    """The first key of these mappings that says that an entry is off, or does not say that it is on, and a sentence.

    Args:
        places: Of the entry, and what it holds its settings in.
        own: The key that its product has for that, which its reader looks at: told where it is no truth value.
    """
    for place in places:
        for member in place.members():
            if own and member.key == own:
                if member.value is not None and not isinstance(member.value, bool):
                    return member, f"'{excerpt(own)}' is neither true nor false"
                continue
            key = member.key.casefold().replace("-", "").replace("_", "")
            on = _SWITCHES.get(key)
            if key in _STATES and _state(member.value) in _OFF:
                return member, f"'{excerpt(member.key)}' says that it is off, and its product has no such key"
            if on is not None and member.value is not None and _truth(member.value) is not on:
                told = "says that it is off" if _truth(member.value) is not None else "is neither true nor false"
                return member, f"'{excerpt(member.key)}' {told}, and its product has no such key"
    return None


def _state(value: Any) -> str | None:
    """The word of a state; what YAML reads as false, `state: off`, is one too."""
    return value.strip().casefold() if isinstance(value, str) else "false" if value is False else None


def _truth(value: Any) -> bool | None:
    word = value.strip().casefold() if isinstance(value, str) else str(value).lower()
    if isinstance(value, dict | list):
        return None
    return True if word in _TRUE else False if word in _FALSE else None
