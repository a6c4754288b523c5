"""The parts of a packet that can be done again from what is in it, and what came of each."""

from dataclasses import dataclass
from typing import Final, Literal

#: What can be done again, in this order.
PARTS: Final = ("assessment", "facts", "OSCAL", "page", "report")


@dataclass(frozen=True, slots=True)
class Left:
    """What of a part could not be done again, for the packet alone does not hold what it came from.

    Attributes:
        what: In words, as a plural: "log populations".
        items: How many evidence items it is of.
    """

    what: str
    items: int


@dataclass(frozen=True, slots=True)
class Part:
    """Whether one part of a packet was done again, and what came of it.

    Attributes:
        name: One of PARTS.
        state: "same" where it was done again with no difference.
        asked: Whether it was to be done again.
        why: What differs, or why it was not done; "" where it is the same.
        items: Evidence items that were done again, of a part that is made of them; of the facts.
        of: How many items there are.
        left: What of them was not done again; an item's date may be left where its other facts were not.
    """

    name: str
    state: Literal["same", "differs", "not-done"]
    asked: bool
    why: str = ""
    items: int = 0
    of: int = 0
    left: tuple[Left, ...] = ()
