"""Finding a repository, and comparing a work tree with a commit, without running git."""

import hashlib
import os

import pytest

from support.git_repositories import Repository
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.git.worktree import find_repository, worktree_differences


def differences(repository: Repository, **options) -> list[str]:
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        return worktree_differences(repository.folder, quarantine.tree(quarantine.resolve("")), **options)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_each_kind_of_difference_is_told(tmp_path, object_format):
    repository = Repository(tmp_path / "r", object_format=object_format)
    repository.write({"same": "1", "size": "1", "bytes": "1", "gone": "1", "d/e": "1", "script": "1"})
    for name in ("link", "moved-link"):
        (repository.folder / name).symlink_to("same")
    repository.write({"becomes-link": "same"})
    repository.commit("one")
    assert differences(repository) == []
    repository.write({"size": "12", "bytes": "2", "new": "", "d/f/g": "", "build/out": ""})
    (repository.folder / "script").chmod(0o755)
    for name in ("gone", "moved-link", "becomes-link"):
        (repository.folder / name).unlink()
    (repository.folder / "moved-link").symlink_to("elsewhere")
    (repository.folder / "becomes-link").symlink_to("same")
    os.mkfifo(repository.folder / "pipe")
    assert differences(repository, ignore=lambda path: path.startswith("build/")) == [
        "changed: becomes-link",
        "changed: bytes",
        "changed: moved-link",
        "changed: size",
        "missing: gone",
        "untracked: d/f/g",
        "untracked: new",
        "untracked: pipe",
    ]


def test_a_tracked_file_is_told_even_where_ignored(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"a": "1"})
    repository.write({"a": "2"})
    assert differences(repository, ignore=lambda _: True) == ["changed: a"]


def test_a_folder_exchanged_for_a_link_is_not_followed(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"d/a": "1"})
    (repository.folder / "d").rename(tmp_path / "outside")
    (repository.folder / "d").symlink_to(tmp_path / "outside")
    assert differences(repository) == ["missing: d/a", "untracked: d"]


def test_a_file_exchanged_for_a_pipe_does_not_hang(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"a": "1"})
    (repository.folder / "a").unlink()
    os.mkfifo(repository.folder / "a")
    assert differences(repository) == ["changed: a"]


def test_lfs_content_is_compared_by_its_pointer(tmp_path):
    content = b"the model" * 100
    pointer = (
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{hashlib.sha256(content).hexdigest()}\nsize {len(content)}\n"
    )
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"model.bin": pointer})
    assert differences(repository) == []  # not smudged
    repository.write({"model.bin": content})
    assert differences(repository) == []
    repository.write({"model.bin": content[:-1] + b"?"})
    assert differences(repository) == ["changed: model.bin"]


def test_submodules_and_nested_git_folders_are_left_alone(tmp_path):
    repository = Repository(tmp_path / "r")
    first = repository.commit("one", {"a": "1"})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},module")
    repository.git("commit", "-q", "-m", "with a submodule")
    assert differences(repository) == []  # not checked out
    repository.write({"module/file": "x", "nested/.git/config": "x", "nested/file": "x"})
    assert differences(repository) == ["untracked: nested/file"]


def test_names_that_are_no_utf8_are_compared(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {os.fsdecode(b"caf\xe9"): "1"})
    (repository.folder / os.fsdecode(b"l\xe9")).symlink_to(os.fsdecode(b"\xe9"))
    repository.commit("two")
    assert differences(repository) == []
    repository.write({os.fsdecode(b"caf\xe9"): "2"})
    assert differences(repository) == ["changed: caf\udce9"]


def test_a_repository_is_found_from_below(tmp_path):
    repository = Repository(tmp_path / "r")
    repository.commit("one", {"a/b/c.txt": "1"})
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"))
    bare = Repository(tmp_path / "bare", bare=True)
    assert find_repository(repository.folder) == repository.folder
    assert find_repository(repository.folder / "a/b") == repository.folder
    assert find_repository(repository.folder / "a/b/c.txt") == repository.folder
    assert find_repository(repository.folder / "a/not/there") == repository.folder
    assert find_repository(tmp_path / "linked/a") == tmp_path / "linked"
    assert find_repository(bare.folder / "refs") == bare.folder
    (tmp_path / "none/.git").mkdir(parents=True)  # an empty folder of that name is no repository
    assert find_repository(tmp_path / "none") is None
