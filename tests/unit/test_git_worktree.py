"""Finding a repository, and comparing a work tree with a commit, without running git."""

import hashlib
import os

import pytest

from support.git_repositories import Repository
from tieout.kernel.errors import UnreadableError
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.git.worktree import find_repository, refuse_links_out, worktree_differences


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


@pytest.fixture
def linked(tmp_path):
    """A repository with links in it, and folders beside it; the last is a repository of its own."""
    repository = Repository(tmp_path / "r")
    repository.write({"conf/logs/a": "", "data/b": ""})
    for folder in ("beside/logs", "r/inner"):
        (tmp_path / folder).mkdir(parents=True)
    other = Repository(tmp_path / "other")
    other.write({"data/c": ""})
    links = {
        "r/conf/out": "../../beside", "r/conf/within": "../data", "r/conf/same": "logs", "r/conf/up": "..",
        "r/data/far": "../../beside/logs", "r/conf/other": "../../other", "r/conf/loop": "loop",
        "other/back": "../r/conf", "other/out": "../beside", "beside/back": "../r/conf", "beside/on": "logs",
    }  # fmt: skip
    for link, target in links.items():
        (tmp_path / link).symlink_to(target)
    return tmp_path / "r" / "conf"


@pytest.mark.parametrize(
    "path",
    [".", "logs", "within", "within/b", "same/a", "up/data", "../data", "../../beside/logs", "../../beside/on",
     "../../beside/back", "../../other/data", "nothing/there", "within/../logs"],
)  # fmt: skip
def test_paths_that_stay_or_are_spelt_openly_are_let_through(linked, path):
    refuse_links_out(linked, path)


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("out", "out"),
        ("out/logs", "out"),
        ("within/far", "within/far"),
        ("../data/far/x", "../data/far"),
        ("other/data", "other"),
        ("../../other/out", "../../other/out"),
        ("../../other/back/logs", "../../other/back"),
        ("up/conf/out/../r", "up/conf/out"),
    ],
)
def test_a_link_that_leaves_its_repository_is_refused_with_its_place(linked, path, link):
    with pytest.raises(UnreadableError, match="a link that leads out of this repository") as caught:
        refuse_links_out(linked, path)
    assert caught.value.where == link


def test_outside_any_repository_the_folder_is_the_bound(tmp_path):
    for folder in ("conf/logs", "beside"):
        (tmp_path / folder).mkdir(parents=True)
    for link, target in {"conf/in": "logs", "conf/out": "../beside", "beside/away": "../conf"}.items():
        (tmp_path / link).symlink_to(target)
    refuse_links_out(tmp_path / "conf", "in")
    refuse_links_out(tmp_path / "conf", "../beside/away")
    with pytest.raises(UnreadableError, match="a link that leads out of this folder"):
        refuse_links_out(tmp_path / "conf", "out")


def test_a_path_too_long_for_the_disk_is_a_sentence_without_the_folder(tmp_path):
    with pytest.raises(UnreadableError, match="cannot be looked at: file name too long") as caught:
        refuse_links_out(tmp_path, "./" + "r" * 300)
    assert caught.value.where == "./" + "r" * 300
    assert str(tmp_path) not in str(caught.value)
