"""What the parsers' processes share: what they give up, and how they answer frame by frame.

A frame is a 4-byte big-endian length and that many bytes: a request is one JSON line (kind, seconds, and what that
kind is asked) and the document or a piece of it, an answer is JSON. An empty frame says that the process is ready.
Before the first document the process gives up opening files, starting processes and writing to disk.
"""

import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from tieout.kernel.reading.landlock import leave_the_file_system
from tieout.kernel.reading.refusal import RefusedError

EXIT_MEMORY = 70
"""Exit status that says: the document needed more memory than allowed."""

#: Gives the answer to a request and its document; raises RefusedError.
Answering = Callable[[dict[str, Any], bytes], dict[str, Any]]

_LENGTH = struct.Struct(">I")


def serve(answering: Answering, memory_bytes: int) -> int:
    """Answer until stdin ends.

    Args:
        answering: What is done; whatever it loads must be loaded before.
        memory_bytes: Address space that the process keeps.
    """
    _confine(memory_bytes)
    # Own names for the streams: print and warnings must not reach the channel.
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        _send(answers, b"")
        while prefix := requests.read(_LENGTH.size):
            _serve(answering, _exactly(requests, *_LENGTH.unpack(prefix)), answers)
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except BrokenPipeError:
        os._exit(0)  # the parent is gone; nobody is left to tell
    return 0


def _confine(memory_bytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    leave_the_file_system()
    limits = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),  # stdin, stdout and stderr are open; no fourth
        (resource.RLIMIT_NPROC, 0),
    )
    for limit, value in limits:
        _soft, hard = resource.getrlimit(limit)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (lowest, lowest))


def _serve(answering: Answering, frame: bytes, answers: BinaryIO) -> None:
    header, _, document = frame.partition(b"\n")
    request = json.loads(header)
    # The parent stops a late job; should the parent itself be gone, the alarm ends this process.
    signal.setitimer(signal.ITIMER_REAL, request["seconds"] + 1)
    try:
        answer = answering(request, document)
    except RefusedError as error:
        answer = {"reason": error.reason, "line": error.line}
    encoded = _encode(answer)
    signal.setitimer(signal.ITIMER_REAL, 0)
    _send(answers, encoded)


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(_LENGTH.pack(len(content)))
    answers.write(content)
    answers.flush()


def _encode(answer: dict[str, Any]) -> bytes:
    try:
        return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        refusal = {"reason": "holds half a surrogate pair, which is not text", "line": None}
        return json.dumps(refusal).encode()


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        os._exit(0)  # the parent ended in the middle of a request
    return data
