"""Of answers that tell one thing differently the newest counts; where nothing tells which it is, none of them does."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.values import instant, whole

T = TypeVar("T")

#: Why several answers are not used.
UNDECIDED = "is told differently by several answers, and nothing tells which is the newest, so that none of them counts"


def settled(told: Sequence[T], of: Callable[[T], Any], ages: Sequence[Callable[[T], Any]]) -> T | None:
    """What counts of several tellings of one thing; the first where they agree, None where it cannot be known.

    Args:
        told: At least one.
        of: What must be the same for them to agree.
        ages: What tells the newest, the surest first: of each telling something that can be ordered, or None.
    """
    if all(of(one) == of(told[0]) for one in told):
        return told[0]
    for age in ages:
        known = [found for one in told if (found := age(one)) is not None]
        if len(known) < len(told):
            continue
        newest = [one for one in told if age(one) == max(known)]
        if all(of(one) == of(newest[0]) for one in newest):
            return newest[0]
        told = newest
    return None


def fetched(answer: Answer) -> datetime | None:
    """When an answer was fetched."""
    return answer.fetched_at


def attempt(row: Row) -> int | None:
    """Which attempt of a run a row is of."""
    return whole(row.data, "run_attempt")


def updated(row: Row) -> datetime | None:
    """When what a row tells was last changed."""
    return instant(row.data, "updated_at")
