"""What is worked out once for a repository: once for each, shared, and not kept longer than the repository."""

import gc
import weakref
from pathlib import Path
from typing import cast

import pytest

from tieout.inspection.remembered import once
from tieout.inspection.repository import Repository
from tieout.kernel.errors import UnreadableError


class _Commit:
    """Stands for a repository: only which one it is matters here."""


def _repository() -> Repository:
    return cast("Repository", _Commit())


def test_each_repository_is_asked_once() -> None:
    asked: list[Repository] = []

    @once
    def read(repository: Repository) -> list[str]:
        asked.append(repository)
        return [str(len(asked))]

    first, second = _repository(), _repository()
    assert (read(first), read(second), read(first)) == (["1"], ["2"], ["1"])
    assert read(first) is read(first)
    assert asked == [first, second]


def test_two_functions_do_not_share_what_they_know() -> None:
    one, other = once(lambda _: "one"), once(lambda _: "other")
    repository = _repository()
    assert (one(repository), other(repository)) == ("one", "other")


def test_a_call_that_raises_is_made_again() -> None:
    answers = iter([UnreadableError("cannot be read"), "read"])

    @once
    def read(_repository: Repository) -> str:
        answer = next(answers)
        if isinstance(answer, UnreadableError):
            raise answer
        return answer

    repository = _repository()
    with pytest.raises(UnreadableError, match="cannot be read"):
        read(repository)
    assert read(repository) == "read"


def test_nothing_outlives_its_repository() -> None:
    @once
    def read(_repository: Repository) -> Path:
        return Path("answer")

    repository = _repository()
    read(repository)
    gone = weakref.ref(repository)
    del repository
    gc.collect()
    assert gone() is None
