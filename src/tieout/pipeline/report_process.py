"""The parent's side of the report's process: hands over the view, waits within limits, gives back the PDF."""

import json
import pickle
import signal
import subprocess
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from tieout.domain.packet import Paper
from tieout.domain.retention import RetentionBlock
from tieout.kernel.children import unwatch, watch
from tieout.kernel.errors import StorageError, TieoutError
from tieout.kernel.temporary import TemporaryFolder
from tieout.pipeline import report_worker
from tieout.pipeline.confinement import EXIT_MEMORY, start
from tieout.render.model import PacketView
from tieout.render.pdf import Attachment, PangoMissingError

SECONDS = 1_200
"""CPU and wall time; the longest report that render/extent.py leaves has 2,100 pages and takes 370 s of computing."""
_HINT = "the packet is whole but for its PDF; run `tieout packet` again where less else runs, or declare fewer records"


class ReportStoppedError(TieoutError):
    """The PDF could not be made within its limits; everything else can."""


_KINDS: Final[dict[str, type[TieoutError]]] = {
    "pango": PangoMissingError,
    "stopped": ReportStoppedError,
    "disk": StorageError,
}


def render_confined(
    view: PacketView, retention: RetentionBlock, attachments: Sequence[Attachment], *, paper: Paper
) -> bytes:
    """The report as `render_pdf` makes it, made in a process with limits.

    Raises:
        PangoMissingError: Pango is missing on this machine.
        ReportStoppedError: It took too long or too much memory, crashed, or gave no PDF.
        StorageError: The temporary folder is full.
    """
    request = pickle.dumps((SECONDS, view, retention, tuple(attachments), paper))
    with closing(TemporaryFolder("tieout-report-")) as folder:
        process = start(report_worker.__name__, folder.path)
        watch(process)
        try:
            answer, _ = process.communicate(request, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            message = f"the report was stopped: it took longer than {SECONDS:,} seconds"
            raise ReportStoppedError(message, hint=_HINT) from None
        finally:
            process.kill()
            process.wait()
            unwatch(process)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
    if process.returncode == 0 and answer.startswith(b"%PDF-"):
        return answer
    raise _told(answer) if process.returncode == report_worker.EXIT_TOLD else _stopped(process.returncode)


def _told(answer: bytes) -> TieoutError:
    try:
        told = json.loads(answer)
        return _KINDS[told["kind"]](str(told["message"]), hint=str(told["hint"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return ReportStoppedError("the report was stopped: its answer made no sense", hint=_HINT)


def _stopped(status: int) -> TieoutError:
    causes = {
        EXIT_MEMORY: f"it needs more than {report_worker.MEMORY_BYTES >> 30} GiB of memory",
        -signal.SIGXCPU: f"it took longer than {SECONDS:,} seconds",
        -signal.SIGABRT: "a library gave up; it may need more memory",
    }
    cause = causes.get(status) or (f"it ended by signal {-status}" if status < 0 else f"it ended with status {status}")
    return ReportStoppedError(f"the report was stopped: {cause}", hint=_HINT)
