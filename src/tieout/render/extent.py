"""How much a report lists: beyond these numbers a table is for programs, and the report says where it is whole."""

from collections.abc import Sequence
from typing import Final, TypeVar

_T = TypeVar("_T")

#: Items of evidence in one workpaper, in the evidence index, and problems, at most. A page holds about five
#: entries of the index and costs about 7 MB of memory, so a thousand of each would be no report any more.
EXAMINED: Final = 60
INDEXED: Final = 500
PROBLEMS: Final = 300


def head_of(rows: Sequence[_T], most: int, whole: str) -> tuple[tuple[_T, ...], str]:
    """The first rows, and the sentence that says how many more there are and which file of the packet has all.

    Args:
        rows: All of them.
        most: How many are listed.
        whole: The file that has all.
    """
    left = len(rows) - most
    return tuple(rows[:most]), f"And {left:,} more: {whole} has all {len(rows):,}." if left > 0 else ""
