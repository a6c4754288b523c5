"""The parent's side of doing a packet again: starts the process, waits within limits, reads what it found."""

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Collection, Generator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final

from tieout.kernel.children import unwatch, watch
from tieout.kernel.reading.text import excerpt
from tieout.kernel.temporary import TemporaryFolder
from tieout.pipeline import again_worker, report_process
from tieout.pipeline.confinement import EXIT_MEMORY, start
from tieout.pipeline.parts import PARTS, Left, Part

SECONDS = 600
"""Wall time for each part but the report, and CPU time for all of them; of 3,000 records the slowest takes 9 s."""
_BEYOND_REPORT: Final = 60
"""Seconds that the report's own process may take beyond its limit until it is ended."""
_GRACE = 5.0
_LARGEST_ANSWER = 16 * 1024**2
_CHUNK = 1 << 18
_STATES: Final = frozenset({"same", "differs", "not-done"})
_LONGEST = 2_000


class _StoppedError(Exception):
    """The process gave no answer; the message says why."""


def run_again(bag: Path, digest: str, asked: Collection[str]) -> tuple[tuple[Part, ...], list[str]]:
    """Do parts of a packet again, in a process with limits of time and memory.

    Args:
        bag: The bag, all of whose files agree with its manifests.
        digest: SHA-256 of its tag manifest, so that the process reads that very bag.
        asked: The first of PARTS, or all.

    Returns:
        The parts that were asked for, and what is wrong with the packet by them. What was stopped is "not-done".
    """
    names = [name for name in PARTS if name in asked]
    request = {"bag": os.fsencode(os.path.abspath(bag)).hex(), "digest": digest, "asked": names, "seconds": SECONDS}  # noqa: PTH100 - a link is the caller's
    parts: list[Part] = []
    problems: list[str] = []
    try:
        with closing(_answers(json.dumps(request).encode(), names)) as answers:
            for name in names:
                part, told = _read(next(answers), name)
                parts.append(part)
                problems.extend(told)
    except _StoppedError as stopped:
        parts.extend(Part(name, "not-done", asked=True, why=str(stopped)) for name in names[len(parts) :])
    return tuple(parts), problems


def _answers(request: bytes, names: list[str]) -> Generator[bytes, None, None]:
    """One line for each part, each within its time.

    Raises:
        _StoppedError: The process was stopped, or ended without one.
    """
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(closing(TemporaryFolder("tieout-verify-")))
            process = start(again_worker.__name__, folder.path)
        except OSError as error:
            message = f"the process for it could not be started: {(error.strerror or 'no reason given').lower()}"
            raise _StoppedError(message) from None
        stack.callback(_end, process)
        watch(process)
        lines = _Lines(process, request)
        for name in names:
            limit = report_process.SECONDS + _BEYOND_REPORT if name == "report" else SECONDS
            yield lines.next(limit)


class _Lines:
    """The lines that the process writes; the request is small enough for a pipe to take whole."""

    def __init__(self, process: "subprocess.Popen[bytes]", request: bytes) -> None:
        self._process = process
        self._unread = b""
        if process.stdin is not None and process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            try:
                process.stdin.write(request)
                process.stdin.close()
            except BrokenPipeError:
                pass  # it is gone, and its status says why

    def next(self, seconds: float) -> bytes:
        """The next line; raises _StoppedError where none comes in time, or none any more."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unread:
            piece = self._piece(deadline, seconds)
            if not piece:
                raise _StoppedError(_cause(self._status()))
            self._unread += piece
            if len(self._unread) > _LARGEST_ANSWER:
                raise _StoppedError(_SENSELESS)
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _piece(self, deadline: float, seconds: float) -> bytes:
        output = self._process.stdout
        if output is None:
            return b""
        poll = select.poll()
        poll.register(output.fileno(), select.POLLIN)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            message = f"stopped after {seconds:,g} s"
            raise _StoppedError(message)
        return os.read(output.fileno(), _CHUNK)

    def _status(self) -> int:
        try:
            return self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            return 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the process, after a moment in which it ends the report's and takes away what that left."""
    try:
        process.terminate()
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        pass
    finally:
        process.kill()
        process.wait()
        unwatch(process)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


_NEEDS_MORE = f"stopped: it needs more than {again_worker.MEMORY_BYTES >> 30} GiB of memory, or than is allowed here"
_SENSELESS = "stopped: its answer made no sense"


def _read(line: bytes, name: str) -> tuple[Part, list[str]]:
    """One answer, checked as what a stranger says: the process read hostile files."""
    try:
        answer: dict[str, Any] = json.loads(line)
        stated = answer["part"]
        left = tuple(Left(_text(one["what"]), int(one["items"])) for one in stated["left"])
        counts = {name: int(stated[name]) for name in ("items", "of")}
        problems = [_text(problem) for problem in answer["problems"]]
        if stated["name"] != name or stated["state"] not in _STATES:
            raise _StoppedError(_SENSELESS)
        return Part(name, stated["state"], asked=True, why=_text(stated["why"]), left=left, **counts), problems
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _StoppedError(_SENSELESS) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return excerpt(value, _LONGEST)


def _cause(status: int) -> str:
    causes = {
        EXIT_MEMORY: _NEEDS_MORE,
        again_worker.EXIT_CHANGED: "stopped: the packet was changed while it was verified",
        -signal.SIGXCPU: f"stopped after {SECONDS:,} s",
        -signal.SIGABRT: "stopped: a library gave up; it may need more memory",
    }
    ended = f"by signal {-status}" if status < 0 else f"with status {status}"
    return causes.get(status) or f"stopped: it ended {ended}"
