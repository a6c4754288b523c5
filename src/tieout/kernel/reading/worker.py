"""The parser's process: reads documents from stdin, answers with JSON on stdout, can do nothing else.

Run as `python -I -m tieout.kernel.reading.worker`. A frame is a 4-byte big-endian length and that many
bytes: a request is one JSON line (kind, first_line, seconds, leaves) and the document, an answer is JSON. An
empty frame says that the process is ready. Before the first document the process gives up opening
files, starting processes and writing to disk.
"""

import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from tieout.kernel.reading.formats import parse_csv, parse_dotenv, parse_ini, parse_toml
from tieout.kernel.reading.json_reader import parse_json
from tieout.kernel.reading.refusal import WORKER_MEMORY_BYTES, RefusedError
from tieout.kernel.reading.spans import telling_leaves
from tieout.kernel.reading.yaml_composer import compose

EXIT_MEMORY = 70
"""Exit status that says: the document needed more memory than allowed."""

_LENGTH = struct.Struct(">I")


def main() -> int:
    """Serve until stdin ends."""
    _confine()
    # Own names for the streams: print and warnings must not reach the channel.
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        _send(answers, b"")
        while prefix := requests.read(_LENGTH.size):
            _serve(_exactly(requests, *_LENGTH.unpack(prefix)), answers)
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except BrokenPipeError:
        os._exit(0)  # the parent is gone; nobody is left to tell
    return 0


def _confine() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    limits = (
        (resource.RLIMIT_AS, WORKER_MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),  # stdin, stdout and stderr are open; no fourth
        (resource.RLIMIT_NPROC, 0),
    )
    for limit, value in limits:
        _soft, hard = resource.getrlimit(limit)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (lowest, lowest))


def _serve(frame: bytes, answers: BinaryIO) -> None:
    header, _, document = frame.partition(b"\n")
    request = json.loads(header)
    # The parent stops a late job; should the parent itself be gone, the alarm ends this process.
    signal.setitimer(signal.ITIMER_REAL, request["seconds"] + 1)
    answer = _encode(_answer(request, document.decode("utf-8")))
    signal.setitimer(signal.ITIMER_REAL, 0)
    _send(answers, answer)


def _send(answers: BinaryIO, content: bytes) -> None:
    answers.write(_LENGTH.pack(len(content)))
    answers.write(content)
    answers.flush()


def _answer(request: dict[str, Any], text: str) -> dict[str, Any]:
    try:
        documents = _PARSERS[request["kind"]](text, request["first_line"])
        # Leaves only of what the parser accepted: how much it can hold is bounded then.
        leaves = telling_leaves(text, request["kind"]) if request["leaves"] else None
    except RefusedError as error:
        return {"reason": error.reason, "line": error.line}
    return {"documents": documents} if leaves is None else {"leaves": leaves}


def _encode(answer: dict[str, Any]) -> bytes:
    try:
        return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        refusal = {"reason": "holds half a surrogate pair, which is not text", "line": None}
        return json.dumps(refusal).encode()


def _yaml(text: str, first_line: int) -> list[dict[str, Any]]:
    return [{"data": document.data, "lines": document.lines} for document in compose(text, first_line)]


def _json(text: str, _first_line: int) -> list[dict[str, Any]]:
    data, lines = parse_json(text)
    return [{"data": data, "lines": lines}]


def _toml(text: str, _first_line: int) -> list[dict[str, Any]]:
    return [{"data": parse_toml(text), "lines": []}]


def _ini(text: str, _first_line: int) -> list[dict[str, Any]]:
    data, lines = parse_ini(text)
    return [{"data": data, "lines": lines}]


def _dotenv(text: str, _first_line: int) -> list[dict[str, Any]]:
    data, lines = parse_dotenv(text)
    return [{"data": data, "lines": lines}]


def _csv(text: str, _first_line: int) -> list[dict[str, Any]]:
    columns, rows, lines = parse_csv(text)
    return [{"columns": columns, "data": rows, "lines": lines}]


_PARSERS: dict[str, Callable[[str, int], list[dict[str, Any]]]] = {
    "yaml": _yaml,
    "json": _json,
    "toml": _toml,
    "ini": _ini,
    "dotenv": _dotenv,
    "csv": _csv,
}


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        os._exit(0)  # the parent ended in the middle of a request
    return data


if __name__ == "__main__":
    sys.exit(main())
