"""Pipelines in a repository of a test, and what reading them as configuration gives."""

from pathlib import Path
from typing import Any

from support.collecting import in_git, source
from support.git_repositories import Repository
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect

ABSENT = object()


def read(root: Path, files: dict[str, str | bytes], path: str = ".", **more: Any) -> Gathered:
    """Commit files and collect the pipelines among them."""
    repository = Repository(root / "repository")
    repository.commit("pipelines", files)
    section = source("config", path, provides=("ci_config",), **more)
    return in_git(collect, repository, section, prefix="" if path == "." else path)


def workflow(body: str, on: str = "[push]", **more: str) -> dict[str, str | bytes]:
    """A workflow of GitHub Actions by its jobs, and other files of the repository."""
    indented = "".join(f"  {line}\n" for line in body.splitlines())
    return {".github/workflows/ci.yml": f"on: {on}\njobs:\n{indented}", **more}


def jobs(gathered: Gathered) -> dict[str, dict[str, Any]]:
    """Id -> job, of all that was read."""
    found = [job for item in gathered.result.items for job in item.facts["jobs"]]
    assert len({job["id"] for job in found}) == len(found)
    return {job["id"]: job for job in found}


def job(gathered: Gathered, name: str, *fields: str) -> Any:
    """A job's fields as a tuple, or its only one; ABSENT where the facts leave it out as null."""
    row = jobs(gathered)[name]
    values = tuple(row.get(field, ABSENT) for field in fields)
    return values if len(values) > 1 else values[0]


def told(gathered: Gathered, status: str) -> list[tuple[int | None, str]]:
    """(line, reason) of the problems of a status."""
    return [(one.place.line, one.reason) for one in gathered.result.problems if one.status == status]


def said(gathered: Gathered, status: str) -> str:
    """The reasons of a status as one text."""
    return "\n".join(reason for _, reason in told(gathered, status))
