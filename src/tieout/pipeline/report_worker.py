"""The report's process: renders one report from stdin to stdout, within limits, and can reach nothing else.

Run as `python -P -s -B -m tieout.pipeline.report_worker`. The request is a pickle from our own parent. The
answer is the PDF, or one JSON line that says why there is none: it is read as what a stranger says.
"""

import contextlib
import json
import os
import pickle
import resource
import signal
import sys
from typing import Any, BinaryIO

from tieout.kernel.errors import TieoutError
from tieout.kernel.writing import hint_for
from tieout.pipeline.confinement import EXIT_MEMORY, REFUSED, is_write
from tieout.render.pdf import PangoMissingError, render_pdf

EXIT_TOLD = 71
"""Exit status that says: the reason is on stdout."""
MEMORY_BYTES = 4 * 1024**3
"""Address space; the longest report that render/extent.py leaves takes 3.2 GB."""

_LARGEST_FILE = 16 * 1024**2  # of the fonts that WeasyPrint puts into its temporary folder
_FORBIDDEN = (*REFUSED, "subprocess.")


def main() -> int:
    """Render what stdin asks for."""
    seconds, view, retention, attachments, paper = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not reach the answer
    with contextlib.suppress(OSError):  # what is missing is told by the rendering
        import weasyprint  # noqa: F401, PLC0415 - it starts ldconfig to find its libraries, so before the limits
    _confine(seconds)
    try:
        report = render_pdf(view, retention, attachments, paper=paper)
    except MemoryError:
        return EXIT_MEMORY
    except TieoutError as error:
        return _tell(answers, "pango" if isinstance(error, PangoMissingError) else "stopped", error.message, error.hint)
    except OSError as error:  # fonts are put into the temporary folder, which may be full
        message = f"the report could not be written: {(error.strerror or 'no reason given').lower()}"
        return _tell(answers, "disk", message, hint_for(error, "free disk space; TMPDIR needs some, too"))
    answers.write(report)
    answers.close()
    return 0


def _tell(answers: BinaryIO, kind: str, message: str, hint: str) -> int:
    answers.write(json.dumps({"kind": kind, "message": message, "hint": hint}).encode())
    answers.close()
    return EXIT_TOLD


def _confine(seconds: int) -> None:
    """Limit memory, time and files; refuse connections, programs and files outside the temporary folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds + 1),  # at the hard limit it is killed without a word
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    )
    for limit, value in limits:
        _soft, hard = resource.getrlimit(limit)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (min(lowest, seconds) if limit == resource.RLIMIT_CPU else lowest, lowest))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN) or (is_write(event, arguments) and not _is_own(arguments[0])):
        message = f"the report asked for what it may not have: {event}"
        raise TieoutError(message, hint="report this as a fault of tieout")


def _is_own(path: Any) -> bool:
    """Whether a file to write lies in the temporary folder, where WeasyPrint puts fonts for Pango to find."""
    return isinstance(path, str) and os.path.normpath(path).startswith(f"{os.environ['TMPDIR']}/")


if __name__ == "__main__":
    sys.exit(main())
