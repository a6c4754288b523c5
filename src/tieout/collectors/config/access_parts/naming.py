"""How principals are called before their names become pseudonyms: one person is one, in whatever export."""

import re
from typing import Final

from tieout.kernel.reading.text import excerpt

_LONGEST: Final = 200
_ADDRESS: Final = re.compile(r"[^@\s]{1,200}@[^@\s]{1,200}\.[^@\s.]{1,63}")
#: How Entra ID calls a guest: the address at home with `_` for `@`, and the directory that the guest is in.
_GUEST: Final = "#EXT#"


def is_address(name: str) -> bool:
    """Whether a name is an address of electronic mail."""
    return _ADDRESS.fullmatch(name.strip()) is not None


def person_name(issuer: str, name: str) -> str:
    """What a person's pseudonym is made of: an address as it is, any other name with who gave it.

    An address is one person wherever it stands, in git and in the roster too; `ann` of two directories may be two.

    Args:
        issuer: Whose name it is: a product, and an account or realm where each has names of its own.
        name: As exported.
    """
    name = at_home(name.strip())
    return name if is_address(name) else f"{issuer}:{name}"


def thing_name(name: str) -> str:
    """How a group or program is called: an address of one reaches nobody, and must not look like a person's."""
    name = name.strip()
    return excerpt(" of ".join(name.rsplit("@", 1)) if is_address(name) else name, _LONGEST)


def at_home(name: str) -> str:
    """The address at home of a guest of Entra ID; any other name as it is."""
    before, sign, _ = name.partition(_GUEST)
    return "@".join(before.rsplit("_", 1)) if sign and "_" in before else name


def is_guest(name: str) -> bool:
    """Whether a name of Entra ID says that it is a guest's."""
    return _GUEST in name
