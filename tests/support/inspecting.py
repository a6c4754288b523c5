"""What `inspect` answers on a repository that a test makes of a few files."""

from collections.abc import Mapping
from pathlib import Path

from support.git_repositories import Repository
from tieout.collectors.base import Silent
from tieout.domain.inspection import Fact, Inspection
from tieout.pipeline.inspecting import inspect_path


def inspection_of(folder: Path, *, at: str = "") -> Inspection:
    """The whole inspection of a repository that is there."""
    return inspect_path(folder, at=at, progress=Silent(), only=())


def facts_of(folder: Path, *topics: str, at: str = "") -> dict[str, Fact]:
    """Facts by id of some topics, or of all."""
    found = inspect_path(folder, at=at, progress=Silent(), only=topics)
    return {fact.id: fact for topic in found.topics for fact in topic.facts}


def inspected(folder: Path, files: Mapping[str, str | bytes], *topics: str) -> dict[str, Fact]:
    """Facts by id of a new repository with one commit of these files."""
    made = Repository(folder)
    made.commit("one", files)
    return facts_of(made.folder, *topics)


def spots(fact: Fact, *, counting: bool = True) -> list[str]:
    """`path:line` of a fact's places, in its order: those that count, or those that only look like it."""
    return [
        f"{place.path}:{place.line}" if place.line else place.path for place in fact.places if place.counts is counting
    ]
