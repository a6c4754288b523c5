"""Which paths git tracks, read from the index in every version and format that git writes."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from tieout.kernel.git.index import is_tracked

FILES = {".tieout/a": "x", ".a": "y", **{f"sub/.tieout2/f{number}": f"{number}" for number in range(10)}}


def written(folder: Path, version: int, *, split: bool, object_format: str = "sha1") -> Repository:
    repository = Repository(folder, object_format=object_format)
    repository.git("config", "index.version", str(version))
    repository.git("config", "core.splitIndex", "true" if split else "false")
    repository.write(FILES)
    repository.git("add", "-A")
    if version == 3:  # git writes it only where an entry needs it
        repository.write({"later": "z"})
        repository.git("add", "-N", "later")
    repository.git("commit", "-qm", "all")
    index = (repository.git_dir / "index").read_bytes()
    assert int.from_bytes(index[4:8], "big") == version
    return repository


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_every_version_is_read(tmp_path: Path, version: int, split: bool, object_format: str) -> None:
    top = written(tmp_path / "r", version, split=split, object_format=object_format).folder
    for path in (".tieout", ".tieout/a", "sub", "sub/.tieout2", "sub/.tieout2/f3", ".a"):
        assert is_tracked(top, path), path
    for path in (".tieou", ".tieout/b", "sub/.tieout", ".tieout2", "a", "tieout"):
        assert not is_tracked(top, path), path


def test_a_linked_work_tree_has_an_index_of_its_own(tmp_path: Path) -> None:
    repository = written(tmp_path / "r", 2, split=False)
    repository.git("worktree", "add", "-q", str(tmp_path / "tree"))
    assert is_tracked(tmp_path / "tree", ".tieout")
    repository.git("rm", "-rq", "--cached", ".tieout")
    assert not is_tracked(repository.folder, ".tieout")
    assert is_tracked(tmp_path / "tree", ".tieout")


def test_a_clone_that_borrows_its_objects_tracks_what_it_tracks(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit("all", {".tieout/a": "x"})
    repository.git("clone", "-q", "--shared", ".", str(tmp_path / "shared"))
    assert is_tracked(tmp_path / "shared", ".tieout")


@pytest.mark.parametrize("cut", [0, 4, 11, 12, 40, 90, -1, -25])
def test_an_index_that_git_could_not_read_tracks_nothing_and_does_no_harm(tmp_path: Path, cut: int) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit("all", {"a": "x"})
    index = repository.git_dir / "index"
    index.write_bytes(index.read_bytes()[:cut])
    assert not is_tracked(repository.folder, ".tieout")
    index.unlink()
    assert not is_tracked(repository.folder, ".tieout")
    assert not is_tracked(tmp_path, ".tieout")
