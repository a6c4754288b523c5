"""Of several attempts of one job the latest decides, and that an earlier one ended without success is told.

A job that is run again has a new number each time. It is the same job where run and name are the same; of a check run
where app, suite and name are: two suites of one commit are two checks, however they are called.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.disagreeing import attempt
from tieout.collectors.forge.values import instant, text, whole
from tieout.domain.artefacts.forge import CiRun

#: Ends that are no failure.
_WELL: Final = frozenset({"success", "neutral", "skipped"})
PASSED: Final = "success"

Told = list[tuple[Answer, Row, CiRun]]


@dataclass(frozen=True, slots=True)
class Job:
    """A job, or a run, as it counts.

    Attributes:
        answer: Where it is told.
        row: Its object.
        run: The facts.
        told: Every telling of it, by its number.
    """

    answer: Answer
    row: Row
    run: CiRun
    told: Told


def latest(jobs: Iterable[Job]) -> Iterator[Job]:
    """The latest attempt of each job; all of them where nothing tells which that is."""
    listed = list(jobs)
    suites = {_of_run(one): suite for one in listed if _of_run(one) and (suite := _of_suite(one))}
    groups: dict[tuple[Any, ...], list[Job]] = {}
    for index, one in enumerate(listed):
        key = _of_suite(one) or suites.get(_of_run(one)) or _of_run(one) or (index,)
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        chosen = _chosen(group)
        kept = {id(one) for one in chosen}
        earlier = [one for one in group if id(one) not in kept]
        for one in chosen:
            yield _marked(one, earlier)


def is_untold(run: CiRun) -> bool:
    """Whether a run succeeded in a later attempt, and it is not known how all of the earlier ones ended."""
    return run.conclusion == PASSED and (run.attempt or 1) > 1 and run.failed_before is None


def _of_run(one: Job) -> tuple[Any, ...]:
    """Run and name of a job; nothing where one of them is not told."""
    return ("run", one.run.run, one.run.job) if one.run.run is not None and one.run.job else ()


def _of_suite(one: Job) -> tuple[Any, ...]:
    """Suite, app and name of a check run."""
    for _, row, _ in one.told:
        suite, name = whole(row.data, "check_suite", "id"), text(row.data, "name")
        if suite is not None and name is not None:
            return ("suite", suite, whole(row.data, "app", "id") or text(row.data, "app", "slug"), name)
    return ()


def _chosen(group: list[Job]) -> list[Job]:
    """The jobs of the latest attempt; two of one name may belong to it."""
    if len(group) == 1:
        return group
    attempts = [_attempt(one) for one in group]
    told = [number for number in attempts if number is not None]
    if len(told) == len(group):
        newest = max(told)
        return [one for one, number in zip(group, attempts, strict=True) if number == newest]
    ordered = sorted(group, key=lambda one: (one.run.started, whole(one.row.data, "id") or 0))
    # What is run again begins after it had ended; jobs of one name that ran side by side are no attempts.
    again = all((end := _ended(one)) is not None and end <= ordered[-1].run.started for one in ordered[:-1])
    return ordered[-1:] if again else group


def _attempt(one: Job) -> int | None:
    rows = [one.row, *(row for _, row, _ in one.told)]
    return next((number for row in rows if (number := attempt(row)) is not None), None)


def _ended(one: Job) -> datetime | None:
    return instant(one.row.data, "completed_at") or instant(one.row.data, "finished_at")


def _marked(one: Job, earlier: list[Job]) -> Job:
    """The same with what is known of its attempts."""
    number = _attempt(one)
    ends = [past.run.conclusion for past in earlier]
    if number is not None:  # an older answer on the same run, from before it was run again
        ends += [run.conclusion for _, row, run in one.told if (attempt(row) or number) < number]
    failed = any(end is not None and end not in _WELL for end in ends) if ends else None
    if failed is False and number is not None and len(ends) < number - 1:
        failed = None  # of an attempt that is not among the answers nothing is known
    run = one.run.model_copy(update={"attempt": number, "failed_before": failed})
    return Job(one.answer, one.row, run, one.told)
