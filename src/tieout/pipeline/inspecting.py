"""Opens repositories for `inspect`: no configuration, one commit of each, nothing written."""

import multiprocessing
import os
import signal
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from tieout.domain.inspection import Inspection
from tieout.inspection.engine import Steps, demand_topics, inspect
from tieout.inspection.repository import Repository
from tieout.kernel.errors import ExitCode, TieoutError
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.git.source import is_git_dir
from tieout.kernel.git.worktree import find_repository
from tieout.kernel.reading.text import display_path

#: Repositories that are read at a time, where so many processors may be used.
MOST_WORKERS = 8


@dataclass(frozen=True, slots=True)
class Refused:
    """A repository that could not be inspected at all.

    Attributes:
        path: As it was given.
        told: What happened, where, and what to do next, on one line.
        exit_code: Of the command, if it had been the only one.
    """

    path: Path
    told: str
    exit_code: ExitCode


def inspect_path(path: Path, *, at: str, progress: Steps, only: Collection[str] = ()) -> Inspection:
    """What can be shown from a repository alone.

    Args:
        path: A work tree or a folder in it, a bare repository, or a bundle file.
        at: Commit, tag or branch; "" is HEAD.
        progress: Where to tell how far the work is.
        only: Keys of topics; all where it is empty.

    Raises:
        UsageError: There is no repository, no such commit, or no such topic.
        UnreadableError: It cannot be read.
    """
    demand_topics(only)
    place = path.absolute()
    if place.is_dir() and not is_git_dir(place):
        place = find_repository(place) or place
    progress.step("opening the repository")
    # A look at one commit: each object is verified as it is read, and the others need not be copied.
    with Quarantine.open(place, uri=display_path(str(path)), copied=False) as quarantine:
        commit = quarantine.resolve(at)
        return inspect(Repository(quarantine, commit), name=_name(path), progress=progress, only=only)


def inspect_paths(
    paths: Sequence[Path], *, at: str, progress: Steps, only: Collection[str] = ()
) -> Iterator[Inspection | Refused]:
    """The same for many repositories, as many at a time as there are processors; results in the order of the paths.

    One that cannot be read does not keep the others from being read.

    Args:
        paths: As for one.
        at: Commit, tag or branch, the same name in each; "" is HEAD.
        progress: Where to tell how far the work is.
        only: Keys of topics; all where it is empty.

    Raises:
        UsageError: There is no such topic.
    """
    demand_topics(only)
    workers = min(len(os.sched_getaffinity(0)), MOST_WORKERS, len(paths))
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_leave_ctrl_c)
    try:
        under_way = [pool.submit(_attempt, path, at, tuple(only)) for path in paths]
        for number, (path, one) in enumerate(zip(paths, under_way, strict=True), start=1):
            progress.step(f"{number} of {len(paths)}: {path}")
            yield _result(path, one)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Silent:
    def step(self, text: str) -> None:
        """Say nothing."""


def _attempt(path: Path, at: str, only: tuple[str, ...]) -> Inspection | Refused:
    try:
        return inspect_path(path, at=at, progress=_Silent(), only=only)
    except TieoutError as error:
        return Refused(path, str(error), error.exit_code)


def _result(path: Path, one: Future[Inspection | Refused]) -> Inspection | Refused:
    try:
        return one.result()
    except BrokenProcessPool:
        return Refused(path, f"{path}: the process that read it died (not enough memory?)", ExitCode.INTERNAL)


def _leave_ctrl_c() -> None:
    """Ctrl-C goes to the parent alone: it lets each worker end what it has in hand, and so removes its copy."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _name(path: Path) -> str:
    """The path as it was given; of "." the folder's own name."""
    return display_path(str(path) if path.name else path.absolute().name)
