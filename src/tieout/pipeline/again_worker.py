"""The process in which a packet is done again: within limits, and it can reach nothing but the packet.

Run as `python -P -s -B -m tieout.pipeline.again_worker`. The request is one JSON document on stdin. The answers are
JSON lines, one for each part as soon as it is done: they are read as what a stranger says.
"""

import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import TieoutError, UnreadableError
from tieout.kernel.reading import worker as parser_worker
from tieout.kernel.reading.documents import parse
from tieout.kernel.reading.files import FolderView
from tieout.pipeline import report_worker
from tieout.pipeline.bag_reader import BagReader
from tieout.pipeline.confinement import EXIT_MEMORY, REFUSED, is_write
from tieout.pipeline.manifests import MANIFESTS, read_manifest
from tieout.pipeline.place import LARGEST_MANIFEST, TAG_MANIFEST
from tieout.pipeline.reperforming import again

EXIT_CHANGED = 72
"""Exit status that says: the packet is not the one that was verified before."""
MEMORY_BYTES = 4 * 1024**3
"""Address space; of 3,000 records 0.5 GB are used."""

_CHILDREN = frozenset({parser_worker.__name__, report_worker.__name__})
_MOST_TOLD = 1_000


def main() -> int:
    """Do again what stdin asks for."""
    request = json.load(sys.stdin.buffer)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not reach the answers
    with suppress(UnreadableError):
        parse(b"{}", "json", where="")  # the parser, and what ends it with us, start before others are refused
    _confine(request["seconds"])
    try:
        return _run(request, answers)
    except MemoryError:
        return EXIT_MEMORY
    except BrokenPipeError:
        os._exit(0)  # the parent is gone; nobody is left to tell


def _run(request: dict[str, Any], answers: BinaryIO) -> int:
    bag = Path(os.fsdecode(bytes.fromhex(request["bag"])))
    problems: list[str] = []
    try:
        view = FolderView(bag, bag.name)
        expected = _expected(view, request["digest"], problems)
        sizes = {entry.path: entry.size for entry in view.entries() if entry.kind == "file"}
    except UnreadableError:
        return EXIT_CHANGED
    if expected is None or problems:
        return EXIT_CHANGED
    read = BagReader(view, problems, expected=expected)
    told = 0
    for part, differences in again(read, sizes, request["asked"]):
        line = {"part": asdict(part), "problems": [*problems[told:], *differences][:_MOST_TOLD]}
        told = len(problems)
        answers.write(json.dumps(line).encode() + b"\n")
        answers.flush()
    answers.close()
    return 0


def _expected(view: FolderView, digest: str, problems: list[str]) -> dict[str, str] | None:
    """Path -> SHA-256 of every file, by manifests that are those of this digest; None where they are not."""
    expected: dict[str, str] = {}
    for manifest, _ in MANIFESTS:
        data = view.read(manifest, max_bytes=LARGEST_MANIFEST)
        if sha256_hex(data) != (digest if manifest == TAG_MANIFEST else expected.get(manifest)):
            return None
        expected |= read_manifest(manifest, data, problems)
    return expected


def _confine(seconds: int) -> None:
    """Limit memory and time; refuse connections, other programs than our own, and files outside the temporary folder.

    The limits are soft ones: the report's own process may have more, and sets limits of its own.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    signal.signal(signal.SIGTERM, _leave)
    limits = ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0))
    for limit, value in limits:
        _soft, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    sys.addaudithook(_refusing(f"{tempfile.gettempdir()}/"))


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """End by an exception, so that a report's process is ended and its folder removed on the way."""
    sys.exit(0)


def _refusing(temporary: str) -> Callable[[str, tuple[Any, ...]], None]:
    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        forbidden = event.startswith(REFUSED)
        if event == "subprocess.Popen":
            forbidden = not _is_own_program(arguments[1])
        elif is_write(event, arguments):
            path = arguments[0]
            own = isinstance(path, str | os.PathLike) and os.path.normpath(path).startswith(temporary)
            forbidden = not own and path != os.devnull and not isinstance(path, int)
        if forbidden:
            message = f"the verification asked for what it may not have: {event}"
            raise TieoutError(message, hint="report this as a fault of tieout")

    return refuse


def _is_own_program(command: Any) -> bool:
    """Whether a command is this Python with one of our confined processes."""
    return (
        isinstance(command, list)
        and command[:1] == [sys.executable]
        and command[-2:-1] == ["-m"]
        and (command[-1] in _CHILDREN)
    )


if __name__ == "__main__":
    sys.exit(main())
