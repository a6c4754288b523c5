"""Temporary folders: removed at the end, swept where their run was killed, and never another run's."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tieout.kernel import temporary as module
from tieout.kernel.temporary import TemporaryFolder

PREFIX = "tieout-test-"
HOLD = """
import sys, tempfile, time
from tieout.kernel.temporary import TemporaryFolder
tempfile.tempdir = sys.argv[1]
folder = TemporaryFolder("tieout-test-")
(folder.path / "deep/er").mkdir(parents=True)
(folder.path / "deep/er/file").write_text("x")
print(folder.path.name, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def names(place: Path) -> set[str]:
    return {entry.name for entry in place.iterdir()}


def test_a_folder_goes_with_all_that_is_in_it(place: Path):
    folder = TemporaryFolder(PREFIX)
    assert folder.path.parent == place
    assert folder.path.stat().st_mode & 0o077 == 0
    (folder.path / "a/b").mkdir(parents=True)
    (folder.path / "a/b/c").write_text("x")
    (folder.path / "way").symlink_to(place.parent)
    folder.close()
    folder.close()
    assert names(place) == set()
    assert place.parent.is_dir()


def test_what_a_killed_run_left_goes_with_the_next_and_what_a_running_one_holds_stays(place: Path):
    run = subprocess.Popen([sys.executable, "-c", HOLD, str(place)], stdout=subprocess.PIPE, text=True)
    try:
        assert run.stdout is not None
        name = run.stdout.readline().strip()
        TemporaryFolder(PREFIX).close()
        assert names(place) == {name}
        assert (place / name / "deep/er/file").read_text() == "x"
        os.kill(run.pid, signal.SIGKILL)
    finally:
        run.kill()
        run.communicate()
    assert names(place) == {name}
    TemporaryFolder(PREFIX).close()
    assert names(place) == set()


def test_two_of_one_process_leave_each_other_alone(place: Path):
    first = TemporaryFolder(PREFIX)
    second = TemporaryFolder(PREFIX)
    assert names(place) == {first.path.name, second.path.name}
    first.close()
    assert names(place) == {second.path.name}
    second.close()


def test_what_is_no_given_up_folder_of_ours_stays(place: Path, monkeypatch: pytest.MonkeyPatch):
    away = place.parent / "away"
    away.mkdir()
    (away / "lock").touch()
    (place / f"{PREFIX}link").symlink_to(away)
    (place / f"{PREFIX}file").touch()
    (place / "another-program").mkdir()
    (place / "another-program/lock").touch()
    (place / f"{PREFIX}unlocked").mkdir()
    (place / f"{PREFIX}unlocked/content").touch()
    (place / f"{PREFIX}pipe").mkdir()
    os.mkfifo(place / f"{PREFIX}pipe/lock")
    (place / f"{PREFIX}linked-lock").mkdir()
    (place / f"{PREFIX}linked-lock/lock").symlink_to(away / "lock")
    before = names(place)
    TemporaryFolder(PREFIX).close()
    assert names(place) == before
    assert (away / "lock").is_file()
    (place / f"{PREFIX}others").mkdir()
    (place / f"{PREFIX}others/lock").touch()
    user = os.geteuid()
    monkeypatch.setattr(module.os, "geteuid", lambda: user + 1)
    TemporaryFolder(PREFIX).close()
    assert f"{PREFIX}others" in names(place)
    monkeypatch.setattr(module.os, "geteuid", lambda: user)
    TemporaryFolder(PREFIX).close()
    assert f"{PREFIX}others" not in names(place)


def test_one_that_was_killed_before_it_had_a_lock_goes_while_it_is_empty(place: Path):
    (place / f"{PREFIX}empty").mkdir()
    TemporaryFolder(PREFIX).close()
    assert names(place) == set()


@pytest.mark.parametrize("when", ["before the lock", "after the lock"])
def test_a_sweep_in_the_moment_of_making_costs_a_second_try(place: Path, monkeypatch: pytest.MonkeyPatch, when: str):
    hold = module._hold
    lost: list[Path] = []

    def overtaken(folder: Path) -> int | None:
        if lost:
            return hold(folder)
        lost.append(folder)
        if when == "before the lock":
            module._sweep(place, PREFIX)
            return hold(folder)
        flock = module.fcntl.flock

        def late(descriptor: int, how: int) -> None:
            monkeypatch.setattr(module.fcntl, "flock", flock)
            module._sweep(place, PREFIX)
            flock(descriptor, how)

        monkeypatch.setattr(module.fcntl, "flock", late)
        return hold(folder)

    monkeypatch.setattr(module, "_hold", overtaken)
    folder = TemporaryFolder(PREFIX)
    assert folder.path != lost[0]
    assert names(place) == {folder.path.name}
    folder.close()
    assert names(place) == set()


def test_without_locks_nothing_is_swept_and_nothing_fails(place: Path, monkeypatch: pytest.MonkeyPatch):
    def none(*_: int) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    flock = module.fcntl.flock
    monkeypatch.setattr(module.fcntl, "flock", none)
    first = TemporaryFolder(PREFIX)
    (first.path / "content").touch()
    second = TemporaryFolder(PREFIX)
    assert names(place) == {first.path.name, second.path.name}
    monkeypatch.setattr(module.fcntl, "flock", flock)
    TemporaryFolder(PREFIX).close()
    assert first.path.name in names(place)
    first.close()
    second.close()
    assert names(place) == set()
