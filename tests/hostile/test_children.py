"""Where tieout is killed, nothing that it started goes on: not the parser, not git, not what git started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.systems import assessed, configuration, system
from tieout.kernel import children
from tieout.kernel.children import Watcher
from tieout.kernel.git.program import Git, GitFailedError

#: How long a process may take to be gone; killing takes milliseconds, a busy machine a while.
GONE_SECONDS = 20.0

# Starts every kind of child as the program does, says their numbers, and would wait for them.
BUSY_GIT = """
import os, subprocess, sys
from pathlib import Path
from tieout.kernel.git.program import Git
git = Git(Path(sys.argv[1]), None, "r")
git.write_configuration([])
process = git.start("clone", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
print(process.pid, process.stdout.readline().decode().strip(), flush=True)
process.wait()
"""
PARSER = """
import time
from tieout.kernel.reading import documents, parser_process
documents.parse(b"a: 1", "yaml", where="a.yaml")
print(parser_process.shared()._process.pid, flush=True)
time.sleep(600)
"""
FAKE_GIT = """#!/bin/sh
case "$*" in *--version) echo git version 2.40.1; exit;; esac
sleep 600 & echo $!
sleep 600
"""
FAKE_WEASYPRINT = """
import os, time
from pathlib import Path
class urls:
    class URLFetcher:
        def __init__(self, **_): pass
class HTML:
    def __init__(self, **_): pass
    def render(self, **_):
        os.write(1, b"")
        Path(os.environ["TMPDIR"], "rendering").write_text(str(os.getpid()))
        time.sleep(600)
CSS = HTML
"""


def is_there(process_id: int) -> bool:
    """Whether a process runs; one that only waits to be waited for does not."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def all_gone(process_ids: list[int]) -> bool:
    deadline = time.monotonic() + GONE_SECONDS
    while any(map(is_there, process_ids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def started(script: str, *arguments: str, **environment: str) -> tuple["subprocess.Popen[str]", list[int]]:
    """A Python of its own that runs a script, and the processes that it names in its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    return process, [int(number) for number in process.stdout.readline().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_git_and_what_it_started_end_with_a_killed_parent(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(FAKE_GIT)
    program.chmod(0o755)
    parent, running = started(BUSY_GIT, str(tmp_path), PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    with parent:
        assert len(running) == 2
        assert all(map(is_there, running))
        parent.kill()
        parent.wait()
        assert all_gone(running)


@pytest.mark.skipif(sys.platform != "linux", reason="prlimit(2)")
def test_git_that_computes_for_ever_is_stopped_by_its_own_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(FAKE_GIT.replace("sleep 600 & echo $!\nsleep 600", "while :; do :; done"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("tieout.kernel.git.program.CPU_SECONDS", 1)
    git = Git(tmp_path, None, "r")
    git.write_configuration([])
    with pytest.raises(GitFailedError, match="took longer than 1 s of computing") as caught:
        git.run("rev-list")
    assert not caught.value.stderr  # it was stopped, so nothing else is tried


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_parser_ends_with_a_killed_parent() -> None:
    # Stopped, it can neither see its parent's end nor hear its own alarm, as in a long parse.
    parent, running = started(PARSER)
    with parent:
        os.kill(running[0], signal.SIGSTOP)
        parent.kill()
        parent.wait()
        assert all_gone(running)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_report_ends_with_a_killed_parent(tmp_path: Path) -> None:
    repository = system(tmp_path / "r", configuration())
    assessed(repository.folder)
    package = tmp_path / "fake" / "weasyprint"
    (package / "text").mkdir(parents=True)
    (package / "__init__.py").write_text(FAKE_WEASYPRINT)
    (package / "text" / "__init__.py").write_text("")
    (package / "text" / "fonts.py").write_text("FontConfiguration = object\n")
    own = tmp_path / "own-tmp"
    own.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "fake"), "TMPDIR": str(own)}
    command = [sys.executable, "-P", "-m", "tieout", "packet", "--out", "../packet"]
    with subprocess.Popen(command, cwd=repository.folder, env=environment, stderr=subprocess.PIPE) as parent:
        told: list[Path] = []
        while not (told := list(own.glob("tieout-report-*/rendering"))) or not told[0].read_text():
            assert parent.poll() is None, parent.communicate()
            time.sleep(0.02)
        rendering = int(told[0].read_text())
        assert is_there(rendering)
        parent.kill()
        parent.wait()
        assert all_gone([rendering])
    assert not (tmp_path / "packet").exists()


def test_what_was_waited_for_is_not_ended_later() -> None:
    """Its number may be another program's by then."""
    watcher = Watcher()
    with (
        subprocess.Popen(["sleep", "600"], start_new_session=True) as kept,
        subprocess.Popen(["sleep", "600"], start_new_session=True) as ended,
    ):
        for process in (kept, ended):
            watcher.add(process.pid)
        watcher.remove(kept.pid)
        watcher.close()  # its pipe closes as at our end
        assert ended.wait(GONE_SECONDS) == -signal.SIGKILL
        assert kept.poll() is None
        kept.kill()


def test_nothing_is_left_of_the_watcher_and_a_missing_shell_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = Watcher()
    watcher.add(2**22 + 1)  # beyond the largest process id: there is no such group
    shell = watcher.process_id
    assert shell is not None
    assert is_there(shell)
    watcher.close()
    assert not is_there(shell)
    monkeypatch.setattr(children, "_SHELL", "/nonesuch/sh")
    lame = Watcher()
    lame.add(2**22 + 1)
    lame.remove(2**22 + 1)
    lame.close()
    assert lame.process_id is None
