"""`tieout snapshot --release TAG`: a packet bound to tag and commit, or a refusal that says what does not match."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from support.git_repositories import Repository, git_environment
from support.program import Answer, fails, tieout
from support.systems import configuration, system


@pytest.fixture
def released(tmp_path: Path) -> Repository:
    """A repository whose newest commit carries the annotated tag v1.0.0; v0.9.0 is light and one commit older."""
    repository = system(tmp_path / "r", configuration(), {".gitignore": "build/\n*.log\n", "src/app.py": "pass\n"})
    repository.git("tag", "v0.9.0")
    repository.commit("the release", {"src/app.py": "print()\n"})
    repository.git("tag", "-a", "v1.0.0", "-m", "first", GIT_COMMITTER_DATE="1767400000 +0000")
    return repository


def snapshot(folder: Path, *options: str) -> Answer:
    return tieout("snapshot", *options, cwd=folder)


def test_it_binds_the_packet_to_tag_and_commit(released: Repository, tmp_path: Path) -> None:
    """Though a branch has the tag's name, though what the release ignores lies there, and an earlier packet, too."""
    released.git("branch", "v1.0.0", "v0.9.0")
    released.write({"build/app.o": "x", "debug.log": "x"})
    released.write({"tieout-packet/VERIFY.txt": "", "tieout-packet/packet/bagit.txt": "", ".tieout/left": "over"})
    answer = snapshot(released.folder, "--release", "v1.0.0", "--format", "json")
    assert answer.code == 0, answer.err
    data = released.folder / "tieout-packet" / "packet" / "data"
    commit = released.git("rev-parse", "refs/tags/v1.0.0^{commit}")
    assessment = json.loads((data / "inputs" / "assessment.json").read_bytes())
    assert assessment["subject"]["release"] == "v1.0.0"
    assert assessment["subject"]["commit"] == commit
    info = (data.parent / "bag-info.txt").read_text()
    assert f"Internal-Sender-Identifier: {commit}\n" in info
    assert "release v1.0.0\n" in info
    # As a CI job checks a tag out: a clone, HEAD detached, the packet in a folder outside. The same packet.
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--branch", "v1.0.0", released.folder, clone],
        env=git_environment(),
        check=True,
        capture_output=True,
    )
    subprocess.run(["git", "checkout", "-q", "--detach", commit], cwd=clone, env=git_environment(), check=True)
    there = snapshot(clone, "--release", "v1.0.0", "--out", "../out", "--format", "json")
    assert there.code == 0, there.err
    assert there.json()["packet"]["tagmanifest_sha256"] == answer.json()["packet"]["tagmanifest_sha256"]


def dirty(repository: Repository) -> None:
    repository.write({"src/app.py": "print('not released')\n"})


def added(repository: Repository) -> None:
    repository.write({"src/new.py": "pass\n"})


def deleted(repository: Repository) -> None:
    (repository.folder / "src" / "app.py").unlink()


def changed_configuration(repository: Repository) -> None:
    text = (repository.folder / "tieout.yaml").read_text()
    repository.write({"tieout.yaml": text.replace("Small system", "Other name")})


def hidden_from_git(repository: Repository) -> None:
    """`git status` is silent about it."""
    dirty(repository)
    repository.git("update-index", "--assume-unchanged", "src/app.py")


def ignored_by_the_users_rules(repository: Repository) -> None:
    added(repository)
    (repository.git_dir / "info" / "exclude").write_text("src/new.py\n")


def later_commit(repository: Repository) -> None:
    repository.commit("after the release", {"src/app.py": "print(2)\n"})


def other_head(repository: Repository) -> None:
    repository.git("checkout", "-q", "v0.9.0")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (dirty, ("changed: src/app.py",)),
        (added, ("untracked: src/new.py",)),
        (deleted, ("missing: src/app.py",)),
        (changed_configuration, ("changed: tieout.yaml",)),
        (hidden_from_git, ("changed: src/app.py",)),
        (ignored_by_the_users_rules, ("untracked: src/new.py",)),
        (later_commit, ("v1.0.0",)),
        (other_head, ("v1.0.0",)),
    ],
)
def test_a_tree_that_is_not_the_tags_is_refused(
    released: Repository, prepare: Callable[[Repository], None], words: tuple[str, ...]
) -> None:
    prepare(released)
    fails(snapshot(released.folder, "--release", "v1.0.0"), 2, *words)
    assert not (released.folder / "tieout-packet").exists()
    assert not (released.folder / ".tieout").exists()


def test_an_empty_commit_after_the_tag_is_not_the_tag(released: Repository) -> None:
    """The tree is the same to the last byte; the commit is not."""
    released.commit("nothing")
    told = fails(snapshot(released.folder, "--release", "v1.0.0"), 2, "is checked out")
    assert released.git("rev-parse", "HEAD")[:12] in told


@pytest.mark.parametrize("tag", ["v9.9.9", "", "main", "HEAD", "refs/tags/v1.0.0", "v1.0.0~1", "--help-me", "v 1"])
def test_what_is_no_tag_is_refused(released: Repository, tag: str) -> None:
    fails(snapshot(released.folder, f"--release={tag}"), 2)
    assert not (released.folder / "tieout-packet").exists()


def test_a_branch_does_not_pass_for_a_tag(released: Repository) -> None:
    released.git("branch", "v2.0.0")
    fails(snapshot(released.folder, "--release", "v2.0.0"), 2, "v2.0.0")


def test_a_configuration_that_is_not_in_the_release_is_refused(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit("code", {"src/app.py": "pass\n", ".gitignore": "tieout.yaml\n"})
    repository.git("tag", "v1")
    repository.write({"tieout.yaml": yaml.safe_dump(configuration())})
    fails(snapshot(repository.folder, "--release", "v1"), 2, "tieout.yaml", "not in the assessed tree")
    # There is no way round: the option of the other commands does not exist here.
    fails(snapshot(repository.folder, "--release", "v1", "--allow-uncommitted-config"), 2)


def test_it_needs_a_repository(tmp_path: Path) -> None:
    config = configuration()
    config["sources"] = []
    del config["repository"]
    (tmp_path / "tieout.yaml").write_text(yaml.safe_dump(config))
    fails(snapshot(tmp_path, "--release", "v1"), 2, "git source")


def test_an_unknown_tag_is_called_a_tag(released: Repository) -> None:
    fails(snapshot(released.folder, "--release", "v9.9.9"), 2, "there is no tag v9.9.9", "git tag")


def test_packets_of_tieouts_own_are_not_the_users_files(released: Repository) -> None:
    """`tieout run`, then a snapshot into another folder: what the run wrote is no change of the tree."""
    run = ("run", "--no-exit-codes")
    assert tieout(*run, "--zip", cwd=released.folder).code == 0
    assert tieout(*run, "--out", "out/of the run", cwd=released.folder).code == 0
    answer = snapshot(released.folder, "--release", "v1.0.0", "--out", "elsewhere")
    assert answer.code == 0, answer.err


@pytest.mark.parametrize(
    "name",
    ["tieout-packet/packet/data/added.py", "tieout-packet/notes.txt", "tieout-packet.zip", "other/VERIFY.txt"],
)
def test_a_file_of_the_users_in_or_beside_a_packet_is(released: Repository, name: str) -> None:
    released.write({"tieout-packet/VERIFY.txt": "", "tieout-packet/packet/bagit.txt": "", name: "mine"})
    fails(snapshot(released.folder, "--release", "v1.0.0", "--out", "../out"), 2, f"untracked: {name}")


def test_a_configuration_in_a_folder_below_the_top(tmp_path: Path) -> None:
    """What tieout itself left in that folder is no change of the tree."""
    config = configuration()
    config["sources"][0]["path"] = ".."
    repository = Repository(tmp_path / "r")
    repository.commit("start", {"src/app.py": "pass\n", "governance/tieout.yaml": yaml.safe_dump(config)})
    repository.git("tag", "-a", "v1", "-m", "first")
    folder = repository.folder / "governance"
    assert tieout("run", "--no-exit-codes", cwd=folder).code == 0
    answer = snapshot(folder, "--release", "v1")
    assert answer.code == 0, answer.err
