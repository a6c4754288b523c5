"""Ends the programs that we started where we are killed before we could end them ourselves.

SIGKILL lets nobody clean up. So a shell of three lines waits on a pipe that only we hold open: it knows the process
groups that run for us, and ends them once the pipe closes. A parent-death signal (prctl(2)) would not do: it goes
with the thread that started a program, and does not reach what that program starts.
"""

import atexit
import os
import subprocess
import threading
from contextlib import suppress

_SHELL = "/bin/sh"
# `kill` is told groups; each of our programs leads one of its own.
_SCRIPT = """\
live=' '
while read -r sign group; do
case $sign in +) live="$live$group " ;; -) live="${live%%" $group "*} ${live#*" $group "}" ;; esac
done
for group in $live; do kill -s KILL -- "-$group"; done
"""
_END_SECONDS = 5.0


class Watcher:
    """The shell that waits for our end; started with the first program, one in each process that forks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shell: subprocess.Popen[bytes] | None = None
        self._owner = 0

    @property
    def process_id(self) -> int | None:
        """Of the shell; None while there is none."""
        return self._shell.pid if self._shell is not None and self._owner == os.getpid() else None

    def add(self, group: int) -> None:
        """A program runs that leads this process group."""
        self._tell(f"+ {group}\n")

    def remove(self, group: int) -> None:
        """It was waited for, so its number may soon be another's."""
        self._tell(f"- {group}\n")

    def close(self) -> None:
        """Let the shell end."""
        with self._lock:
            shell, self._shell = self._shell, None
            if shell is None or self._owner != os.getpid():
                return
            if shell.stdin is not None:
                with suppress(OSError):
                    shell.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                shell.wait(_END_SECONDS)

    def _tell(self, line: str) -> None:
        with self._lock, suppress(OSError):  # without a shell, limits of their own end them later
            if self._owner != os.getpid():
                self._owner, self._shell = os.getpid(), _started()
            if self._shell is not None and self._shell.stdin is not None:
                os.write(self._shell.stdin.fileno(), line.encode("ascii"))


def _started() -> "subprocess.Popen[bytes]":
    shell = subprocess.Popen(  # noqa: S603 - our own script, nothing from outside
        [_SHELL, "-c", _SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={},
        start_new_session=True,  # what ends our group must not end it first
    )
    if shell.stdin is not None:
        os.set_blocking(shell.stdin.fileno(), False)
    return shell


_SHARED = Watcher()
atexit.register(_SHARED.close)


def watch(process: "subprocess.Popen[bytes]") -> None:
    """See to it that a program ends with us; it must lead a process group (`start_new_session`)."""
    _SHARED.add(process.pid)


def unwatch(process: "subprocess.Popen[bytes]") -> None:
    """The same program was waited for."""
    _SHARED.remove(process.pid)
