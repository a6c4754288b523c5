"""What reading git depends on: its program, its time, room for a copy; and how a failure is told."""

import re
import shutil
import tempfile
from pathlib import Path

import pytest

from tieout.kernel.errors import StorageError, UsageError
from tieout.kernel.git import quarantine as quarantine_module
from tieout.kernel.git.program import Git, GitFailedError, git_program, reason
from tieout.kernel.git.quarantine import Quarantine


def test_a_call_that_takes_too_long_is_stopped_and_leaves_nothing(repository, temporary, monkeypatch):
    monkeypatch.setattr(quarantine_module, "CLONE_SECONDS", 0.0)
    with pytest.raises(GitFailedError, match="took longer than 0 s"):
        Quarantine.open(repository.folder, uri="r")
    assert list(temporary.iterdir()) == []


def test_the_clone_of_a_killed_run_goes_with_the_next(repository, temporary):
    left = temporary / "tieout-git-left"
    (left / "clone.git/objects").mkdir(parents=True)
    (left / "lock").touch()
    with (
        Quarantine.open(repository.folder, uri="r") as quarantine,
        Quarantine.open(repository.folder, uri="r") as other,
    ):
        assert not left.exists()
        assert len(list(temporary.iterdir())) == 2
        assert quarantine.resolve("") == other.resolve("")
    assert list(temporary.iterdir()) == []


def test_a_temporary_folder_that_cannot_be_written_is_told(repository, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(StorageError, match="could not be copied for reading"):
        Quarantine.open(repository.folder, uri="r")


def test_a_missing_and_an_old_git_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git program was not found"):
        git_program()
    (tmp_path / "old").mkdir()
    program = tmp_path / "old/git"
    program.write_text("#!/bin/sh\necho git version 2.17.1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "old"))
    with pytest.raises(UsageError, match=re.escape("git is too old: git version 2.17.1")):
        git_program()


def test_a_git_in_the_current_folder_is_never_started(repository, tmp_path, monkeypatch):
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/marker\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    real = shutil.which("git")
    assert real is not None
    monkeypatch.setenv("PATH", f".::{Path(real).parent}:/bin:/usr/bin")
    with Quarantine.open(repository.folder, uri="r") as quarantine:
        assert quarantine.resolve("")
    assert not (tmp_path / "marker").exists()


def test_no_message_shows_the_temporary_folder(tmp_path):
    git = Git(tmp_path, None, "r")
    git.write_configuration([])
    with pytest.raises(GitFailedError) as caught:
        git.run("--git-dir=/nonexistent/x", "rev-parse", "HEAD")
    assert str(tmp_path) not in str(caught.value)
    assert "/nonexistent" not in str(caught.value)


@pytest.mark.parametrize(
    ("stderr", "phrase"),
    [
        ("", "it gave no reason"),
        ("warning: x\nfatal: not a git repository: '/tmp/tieout-git-1/clone.git'\n", "not a git repository: (path)"),
        ("remote: fatal: bad tree object 1\nwarning: y", "bad tree object 1"),
        ("error: a\x1b[31mb\n", "a [31mb"),
    ],
)
def test_complaints_are_folded_into_a_phrase(stderr, phrase):
    assert reason(stderr) == phrase
