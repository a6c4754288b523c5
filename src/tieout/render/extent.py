"""How much a report lists: beyond these numbers a table is for programs, and the report says where it is whole."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from tieout.domain.verdicts import VERDICT_ORDER, Verdict

_T = TypeVar("_T")

#: Items of evidence in one workpaper, in the evidence index, and problems, at most. A page holds about five
#: entries of the index and costs about 7 MB of memory, so a thousand of each would be no report any more.
EXAMINED: Final = 40
INDEXED: Final = 500
PROBLEMS: Final = 200
#: Tests of one workpaper, the signs that they take together where there are many, and the limits that one test
#: judges, each with a chart of its own.
TESTS: Final = 20
TEST_SIGNS: Final = 30_000
LIMITS: Final = 60
#: Criteria, people, models and sources, in each of their tables.
LISTED: Final = 100
#: Data sheets of logs.
SHEETS: Final = 20


def head_of(
    rows: Sequence[_T], most: int, whole: str, *, worst: Callable[[_T], Any] | None = None
) -> tuple[tuple[_T, ...], str]:
    """The first rows, and the sentence that says how many more there are and which file of the packet has all.

    Args:
        rows: All of them.
        most: How many are listed.
        whole: The file that has all.
        worst: By what rows are ordered where not all are listed, lowest first, so that what is left out is no worse
            than what is told; without it they keep their order.
    """
    left = len(rows) - most
    if left <= 0:
        return tuple(rows), ""
    told = f"And {left:,} more{', none of them worse' if worst else ''}: {whole} has all {len(rows):,}."
    return tuple(sorted(rows, key=worst) if worst else rows)[:most], told


def worst_first(verdict: Verdict) -> int:
    """What sorts verdicts as a rule combines them: the one that decides stands first."""
    return VERDICT_ORDER.index(verdict)
