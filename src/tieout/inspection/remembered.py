"""What is worked out once for a repository: several topics ask the same, and answers go when the repository does."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from tieout.inspection.repository import Repository

T = TypeVar("T")


def once(read: Callable[[Repository], T]) -> Callable[[Repository], T]:
    """Make a function of a repository answer each one once, and give the same answer again.

    What it returns is shared by all callers: return something that they cannot change, or mean them to. A call that
    raises is not remembered.
    """
    known: WeakKeyDictionary[Repository, T] = WeakKeyDictionary()

    @wraps(read)
    def remembered(repository: Repository) -> T:
        if repository not in known:
            known[repository] = read(repository)
        return known[repository]

    return remembered
