"""The parent's side of the parser's process: start it, give it one document at a time, stop it in time."""

import atexit
import contextlib
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from typing import IO

from tieout.kernel.children import unwatch, watch
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.refusal import WORKER_MEMORY_BYTES

_LENGTH = struct.Struct(">I")
_MAX_ANSWER = 512 * 1024 * 1024
_CHUNK = 1 << 18
_EXIT_MEMORY = 70  # as serving.EXIT_MEMORY, which only the child loads
_WORKER = "tieout.kernel.reading.worker"
_START_SECONDS = 20.0
"""Wall time for the process to start, on a busy machine too; not taken from the document's."""
_HINT = "look at the file by hand; it may be damaged or made to harm"


class ParserProcess:
    """One long-lived child; started at the first document, replaced when it dies or is stopped.

    Calls from several threads wait for each other. After a fork the child of the fork starts its own.

    Args:
        module: What the child runs.
        memory_bytes: Address space that it keeps, for what is said when that was too little.
    """

    def __init__(self, module: str = _WORKER, memory_bytes: int = WORKER_MEMORY_BYTES) -> None:
        self._module, self._memory_bytes = module, memory_bytes
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def run(self, request: bytes, *, seconds: float, where: str) -> bytes:
        """Send one frame and return the answer's bytes.

        Args:
            request: The frame without its length.
            seconds: Wall time allowed.
            where: How an error names the document.

        Raises:
            UnreadableError: The process died, was stopped, or could not be started.
        """
        with self._lock:
            try:
                process = self._started(where)
                deadline = time.monotonic() + seconds
                _write(_fileno(process.stdin), _LENGTH.pack(len(request)) + request, deadline)
                return _read_frame(_fileno(process.stdout), deadline)
            except TimeoutError:
                self._stop()
                message = f"the parser was stopped: the file took longer than {seconds:g} seconds"
                raise UnreadableError(message, hint=_HINT, where=where) from None
            except EOFError:
                message = f"the parser was stopped: {_cause(self._stop(grace=1.0), self._memory_bytes)}"
                raise UnreadableError(message, hint=_HINT, where=where) from None
            except BaseException:
                self._stop()  # an interrupt must leave neither an orphan nor half an answer
                raise

    def close(self) -> None:
        """End the child, if it runs; the next call starts another."""
        with self._lock:
            self._stop()

    def _started(self, where: str) -> "subprocess.Popen[bytes]":
        if self._owner != os.getpid():
            self._process = None  # after a fork the pipes still belong to the process that opened them
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._process is None:
            self._owner = os.getpid()
            try:
                self._process = _spawn(self._module)
                _read_frame(_fileno(self._process.stdout), time.monotonic() + _START_SECONDS)
            except (OSError, EOFError):  # a TimeoutError is an OSError
                self._stop()
                message = "the parser could not be started"
                raise UnreadableError(message, hint="run tieout doctor", where=where) from None
        return self._process

    def _stop(self, *, grace: float = 0.0) -> int:
        """End the child, after `grace` seconds to end by itself; returns its exit status."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return 0
        with contextlib.suppress(subprocess.TimeoutExpired):
            if grace:
                process.wait(grace)
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        status = process.wait()
        unwatch(process)
        return status


def _spawn(module: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(  # noqa: S603 - a list, no shell, a module of our own
        [sys.executable, "-I", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={},
        start_new_session=True,  # an interrupt from the terminal reaches us first, not the child
    )
    watch(process)
    for stream in (process.stdin, process.stdout):
        if stream:
            os.set_blocking(stream.fileno(), False)
    return process


def _fileno(stream: IO[bytes] | None) -> int:
    if stream is None:
        raise EOFError
    return stream.fileno()


def _write(into: int, data: bytes, deadline: float) -> None:
    """Write all of the data; the child reads a whole request before it answers.

    Raises:
        TimeoutError: The deadline passed.
        EOFError: The child is gone.
    """
    unsent = memoryview(data)
    try:
        while unsent:
            _wait(into, select.POLLOUT, deadline)
            unsent = unsent[os.write(into, unsent) :]
    except BrokenPipeError:
        raise EOFError from None


def _read_frame(out_of: int, deadline: float) -> bytes:
    """Read one frame; errors as `_write`, and EOFError for one that is too large to be honest."""
    length = _LENGTH.unpack(_read(out_of, _LENGTH.size, deadline))[0]
    if length > _MAX_ANSWER:
        raise EOFError
    return _read(out_of, length, deadline)


def _read(out_of: int, length: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < length:
        _wait(out_of, select.POLLIN, deadline)
        piece = os.read(out_of, min(_CHUNK, length - len(data)))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


def _wait(file: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(file, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError


def _cause(status: int, memory_bytes: int) -> str:
    if status in {_EXIT_MEMORY, -signal.SIGABRT}:
        return f"the file needs more than {memory_bytes >> 20} MiB of memory"
    if status == -signal.SIGSEGV:
        return "the file made it crash"
    if status < 0:
        return f"it ended by signal {-status}"
    return f"it ended with status {status}"


_SHARED = ParserProcess()
atexit.register(_SHARED.close)


def shared() -> ParserProcess:
    """The process that all documents of this run are parsed in."""
    return _SHARED
