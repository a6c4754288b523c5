"""Runs the `tieout` program on a terminal of its own, and types."""

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path

from support.program import PROGRAM, environment

CTRL_C = "\x03"
CTRL_D = "\x04"


def own_terminal() -> None:
    """In the child: its standard input becomes the terminal that Ctrl-C comes from."""
    # A shell's background jobs ignore SIGINT, and Python inherits that: a terminal's programs do not.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def on_a_terminal(
    *arguments: str, cwd: Path, columns: int = 80, answers: Sequence[str] = (), **variables: str | None
) -> tuple[int, str]:
    """Run the program on a terminal of its own; its exit code and everything that was shown.

    Each answer is typed when a question stands there.
    """
    parent, child = pty.openpty()
    variables = {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": "50", **variables}
    process = subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=cwd,
        env=environment(**variables),
        stdin=child,
        stdout=child,
        stderr=child,
        preexec_fn=own_terminal,  # noqa: PLW1509 - no thread runs in a test
    )
    os.close(child)
    shown = b""
    waiting = list(answers)
    deadline = time.monotonic() + 60
    again = time.monotonic() + 1
    while time.monotonic() < deadline:
        if select.select([parent], [], [], 0.1)[0]:
            try:
                piece = os.read(parent, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
            if waiting and shown.endswith(b": "):
                os.write(parent, waiting.pop(0).encode())
                again = time.monotonic() + 1
        elif process.poll() is not None:
            break
        elif answers and answers[-1] == CTRL_C and not waiting and time.monotonic() > again:
            # Python hears a Ctrl-C that comes just before it starts to read only at the next key.
            os.write(parent, CTRL_C.encode())
            again = time.monotonic() + 1
    os.close(parent)
    return process.wait(timeout=10), shown.decode("utf-8", "replace")


def plain(shown: str) -> str:
    """What was shown, without colours and cursor movements."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "")
