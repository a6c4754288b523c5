"""All commits that changed a file, found for many files together: the same as one after the other."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from tieout.kernel.errors import UsageError
from tieout.kernel.git.quarantine import Quarantine


def test_they_are_those_that_are_found_one_by_one(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    for turn in range(40):
        repository.commit(f"c{turn}", {f"f{turn % 3}.txt": f"{turn}\n", "all.txt": f"{turn // 7}\n"})
    repository.git("checkout", "-q", "-b", "side", "HEAD~5")
    repository.commit("on the side", {"f0.txt": "side\n"})
    repository.git("checkout", "-q", "-")
    repository.git("merge", "-q", "-X", "theirs", "-m", "merged", "side")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        commit = quarantine.resolve("")
        history = quarantine.history(commit)
        paths = ["f0.txt", "f1.txt", "f2.txt", "all.txt", "never.txt", "odd\ud800", "a//b"]
        touches = history.touches(commit, paths)
        for path in paths:
            expected, at = [], commit
            while (record := history.last_changes(at, [path]).get(path)) is not None:
                expected.append(record.id)
                if not record.parents:
                    break
                at = record.parents[0]
            assert [record.id for record in touches.of(path)] == expected
        assert [record.subject for record in touches.of("f0.txt")][:2] == ["merged", "c39"]
        assert list(touches.of("not asked for")) == []
        with pytest.raises(UsageError, match="is not in this history"):
            history.touches("0" * 40, paths)


def test_a_shallow_clone_ends_them(tmp_path: Path):
    repository = Repository(tmp_path / "r")
    for turn in range(6):
        repository.commit(f"c{turn}", {"a.txt": f"{turn}\n"})
    repository.git("clone", "-q", "--depth", "3", f"file://{repository.folder}", str(tmp_path / "s"))
    with Quarantine.open(tmp_path / "s", uri="s") as quarantine:
        commit = quarantine.resolve("")
        found = list(quarantine.history(commit).touches(commit, ["a.txt"]).of("a.txt"))
        assert [record.subject for record in found] == ["c5", "c4"]
