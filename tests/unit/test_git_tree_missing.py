"""Files that the tree of a partial clone lists, and whose content it does not hold."""

from pathlib import Path

import pytest

from support.collecting import in_git, only_item, problems, source
from support.git_repositories import Repository
from tieout.collectors.git import collect

PROMPTS = {f"prompts/{number}.md": f"Sort claim {number}.\n" for number in range(7)}


@pytest.fixture
def whole(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "whole")
    repository.commit("prompts", PROMPTS)
    return repository


@pytest.fixture
def partial(whole: Repository, tmp_path: Path) -> Repository:
    whole.git("config", "uploadpack.allowFilter", "true")
    repository = Repository(tmp_path / "partial")
    repository.git("remote", "add", "origin", whole.folder.as_uri())
    repository.git("fetch", "-q", "--filter=blob:none", "origin", "main")
    repository.git("update-ref", "refs/heads/main", "FETCH_HEAD")
    return repository


def test_what_a_partial_clone_lacks_has_no_size_and_is_told(partial: Repository) -> None:
    gathered = in_git(collect, partial, source("git", ".", provides=("repository_tree",)))
    listed = only_item(gathered).facts["listed"]
    assert [file["path"] for file in listed] == sorted(PROMPTS)
    assert all(file.get("size") is None and file.get("sha256") is None for file in listed)
    told = problems(gathered, "unreadable")
    assert {problem.types for problem in told} == {("repository_tree",)}
    assert [problem.place.path for problem in told if problem.files is None] == sorted(PROMPTS)[:5]
    (rest,) = [problem for problem in told if problem.files is not None]
    assert (rest.files, "lists 2 more" in rest.reason) == (2, True)


def test_a_whole_clone_lacks_nothing(whole: Repository) -> None:
    gathered = in_git(collect, whole, source("git", ".", provides=("repository_tree",)))
    listed = only_item(gathered).facts["listed"]
    assert [(file["path"], file["size"]) for file in listed] == [(path, len(PROMPTS[path])) for path in sorted(PROMPTS)]
    assert all(file["sha256"] for file in listed)
    assert problems(gathered) == []
