"""What the repository itself shows: files that can be read, files tracked against .gitignore, how far it goes back."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.inspecting import facts_of, inspected, spots
from tieout.domain.inspection import Answer

_POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 123456\n"


def test_a_whole_repository(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"a.txt": "1\n", "b.bin": b"\0\1"}, "repository")

    assert {key: fact.answer for key, fact in facts.items()} == {
        "repository/readable": Answer.YES,
        "repository/ignored-but-tracked": Answer.NO,
        "repository/complete-history": Answer.YES,
    }
    assert facts["repository/readable"].values["files"] == 2


def test_a_missing_blob_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    made = Repository(tmp_path / "r")
    made.commit("one", {"a.txt": "1\n", "notebooks/b.ipynb": "{}\n"})
    blob = made.git("rev-parse", "HEAD:notebooks/b.ipynb")
    (made.git_dir / "objects" / blob[:2] / blob[2:]).unlink()

    fact = facts_of(made.folder, "repository")["repository/readable"]

    assert fact.answer is Answer.NO
    assert spots(fact) == ["notebooks/b.ipynb"]
    assert "notebooks/b.ipynb is listed and its content is missing here" in fact.statement
    assert fact.values["missing"] == 1


def test_a_pointer_of_large_file_storage_is_content_kept_elsewhere(tmp_path: Path) -> None:
    text = (
        "a short text that only speaks of https://git-lfs.github.com/spec/v1 and is as long as a pointer is, about so\n"
    )
    fact = inspected(tmp_path, {"m/w.bin": _POINTER, "a.txt": text}, "repository")["repository/readable"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["m/w.bin"]


def test_a_submodule_is_another_repository(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    first = made.commit("one", {"a.txt": "1\n"})
    made.git("update-index", "--add", "--cacheinfo", f"160000,{first},lib/other")
    made.git("commit", "-q", "-m", "two")

    fact = facts_of(made.folder, "repository")["repository/readable"]

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["lib/other"]


def _with_ignored(folder: Path, files: dict[str, str], tracked: dict[str, str]) -> Repository:
    made = Repository(folder)
    made.write({**files, **tracked})
    made.git("add", "-f", "-A", ".")
    made.git("add", "-f", *tracked)
    made.git("commit", "-q", "-m", "one")
    return made


@pytest.mark.parametrize(
    ("ignore", "path", "line"),
    [
        ("*.log\nconf.json\n", "conf.json", 2),
        ("data/*\n", "data/deep/file.csv", 1),
        ("build/\n", "src/build/x.o", 1),
        ("/only-root\n!x\n*.env  \n", "a/prod.env", 3),
    ],
)
def test_a_tracked_file_that_is_ignored(tmp_path: Path, ignore: str, path: str, line: int) -> None:
    made = _with_ignored(tmp_path, {".gitignore": ignore}, {path: "x\n"})

    fact = facts_of(made.folder, "repository")["repository/ignored-but-tracked"]

    assert fact.answer is Answer.YES
    assert spots(fact) == [f".gitignore:{line}", path]


@pytest.mark.parametrize(
    ("ignore", "path"),
    [
        ("# conf.json\n", "conf.json"),
        ("conf.json\n!conf.json\n", "conf.json"),
        ("/conf.json\n", "a/conf.json"),
        ("data/*\n", "data/.gitkeep"),
        ("conf\n", "conf.json"),
    ],
)
def test_a_tracked_file_that_is_not_ignored_after_all(tmp_path: Path, ignore: str, path: str) -> None:
    made = _with_ignored(tmp_path, {".gitignore": ignore}, {path: "x\n"})

    assert facts_of(made.folder, "repository")["repository/ignored-but-tracked"].answer is Answer.NO


def test_a_nested_gitignore_decides_below_its_folder_alone(tmp_path: Path) -> None:
    tracked = {"web/secret.txt": "1\n", "secret.txt": "2\n"}
    made = _with_ignored(tmp_path, {".gitignore": "\n", "web/.gitignore": "\nsecret.txt\n"}, tracked)

    fact = facts_of(made.folder, "repository")["repository/ignored-but-tracked"]

    assert spots(fact) == ["web/.gitignore:2", "web/secret.txt"]


def test_a_shallow_clone_gives_lower_bounds(tmp_path: Path) -> None:
    made = Repository(tmp_path / "whole")
    for number in range(3):
        made.commit(f"commit {number}", {"a.txt": f"{number}\n"})
    made.git("clone", "-q", "--depth", "1", made.folder.as_uri(), str(tmp_path / "shallow"))

    fact = facts_of(tmp_path / "shallow", "repository")["repository/complete-history"]

    assert fact.answer is Answer.NO
    assert fact.values["commits"] == 1
