"""What the parser's process cannot do any more, even where a parser was taken over."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.parser_process import shared

ATTEMPT = """
    import os, signal, socket, sys
    from tieout.kernel.reading.landlock import leave_the_file_system
    if sys.argv[2] == "left" and not leave_the_file_system():
        print("not offered")
        sys.exit(0)
    path = sys.argv[1]
    done = []
    for name, act in (
        ("truncate", lambda: os.truncate(path, 0)),
        ("rename", lambda: os.rename(path, path + "2")),
        ("unlink", lambda: os.unlink(path)),
        ("mkdir", lambda: os.mkdir(path + "3")),
        ("open", lambda: open("/etc/passwd")),
        ("memory", lambda: open(f"/proc/{os.getppid()}/mem", "rb")),
        ("signal", lambda: os.kill(os.getppid(), signal.SIGURG)),
    ):
        try:
            act()
        except OSError:
            continue
        done.append(name)
    print(*done)
"""


def attempt(tmp_path: Path, how: str) -> list[str]:
    path = tmp_path / "kept.txt"
    path.write_text("kept")
    script = textwrap.dedent(ATTEMPT)
    ended = subprocess.run([sys.executable, "-c", script, str(path), how], capture_output=True, text=True, check=True)
    if ended.stdout == "not offered\n":
        pytest.skip("this kernel offers no Landlock")
    return ended.stdout.split()


def test_without_landlock_the_same_attempts_succeed(tmp_path: Path) -> None:
    assert {"truncate", "rename", "mkdir", "open", "signal"} <= set(attempt(tmp_path, "stayed"))


def test_files_and_other_processes_are_out_of_reach(tmp_path: Path) -> None:
    done = attempt(tmp_path, "left")
    # Signals are refused since Linux 6.12 alone.
    assert set(done) <= {"signal"}
    assert (tmp_path / "kept.txt").read_text() == "kept"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_the_parser_gave_up_new_rights_and_can_still_be_killed(tmp_path: Path) -> None:
    attempt(tmp_path, "left")  # skips where there is none
    assert parse(b"a: 1", "yaml", where="f").data == {"a": 1}
    process = shared()._process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    assert "NoNewPrivs:\t1" in status
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert parse(b"a: 2", "yaml", where="f").data == {"a": 2}
