"""The `tieout` program: runs a command; the one place where failures become a line and an exit code."""

import errno
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from tieout.cli.streams import silence
from tieout.kernel.errors import ExitCode, InterruptedRunError, StorageError, TerminatedError, TieoutError, UsageError
from tieout.kernel.writing import hint_for

# Nothing heavy is imported above: Ctrl-C while the program loads is an ordinary interrupt, too.

_COMPLETION = "_TIEOUT_COMPLETE"  # set by the shell completion that typer installs
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
_TERMINATED = 128 + signal.SIGTERM
_LONGEST = 120  # of a path in a line
_LONGEST_LINE = 2_000  # what a hostile document names itself can be as long as it likes


def main() -> NoReturn:
    """Run the program and exit; every failure is one line on stderr, or one for each fault of the configuration.

    With TIEOUT_DEBUG=1 a fault of the program itself shows its traceback.
    """
    _prepare(sys.stdout)
    _prepare(sys.stderr)
    signal.signal(signal.SIGTERM, _terminate)
    code = run(sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: a second Ctrl-C must not change how it ended
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command line; its exit code."""
    try:
        return _flushed(_command(arguments))
    except BrokenPipeError:
        silence(sys.stdout)  # the reader of a help text left: nothing is wrong
        return ExitCode.OK
    except KeyboardInterrupt:
        return _told(InterruptedRunError("stopped by Ctrl-C", hint="nothing earlier was lost; run it again"))
    except TerminatedError:
        _told(InterruptedRunError("stopped by SIGTERM", hint="nothing earlier was lost; run it again"))
        return _TERMINATED
    except TieoutError as error:
        return _told(error)
    except Exception as error:  # noqa: BLE001 - a fault of ours must be one line as well
        return _unforeseen(error)


def _flushed(code: int) -> int:
    """The exit code, whoever still reads: a tampered packet is one behind `| head -1`, too."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
    return code


def _command(arguments: list[str]) -> int:
    from typer.main import get_command

    from tieout.cli.app import app, refusal

    if _COMPLETION in os.environ:
        app()
    command = get_command(app)
    try:
        with command.make_context("tieout", arguments) as context:
            command.invoke(context)
    except Exception as error:
        answer = refusal(error)
        if isinstance(answer, int):
            return answer
        if answer is not None:
            raise answer from error
        raise
    return ExitCode.OK


def _unforeseen(error: Exception) -> int:
    if (refusal := _impossible(error)) is not None:
        return _told(refusal)
    if isinstance(error, OSError) and error.errno in _DISK:
        silence(sys.stdout)  # it may be what could not be written
        message = f"could not be written: {(error.strerror or 'no reason given').lower()}"
        where = str(error.filename) if isinstance(error.filename, str | os.PathLike) else "the output"
        hint = hint_for(error, "free disk space; TMPDIR needs some, too")
        return _told(StorageError(message, hint=hint, where=where))
    if os.environ.get("TIEOUT_DEBUG") == "1":
        traceback.print_exc()
    place = _place(error)
    message = f"internal error: {type(error).__name__}{f' in {place}' if place else ''}: {error}"
    hint = "a fault of tieout, not yours: run it again with TIEOUT_DEBUG=1 and report what it prints"
    return _told(TieoutError(message, hint=hint))


def _impossible(error: Exception) -> UsageError | None:
    """What no command can do, whichever it is: work in a folder that is gone, or with a path that is too long."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        named = str(error.filename or "")
        where = named if len(named) <= _LONGEST else f"{named[:_LONGEST]}…"
        return UsageError("is too long for a file name or a path", hint="name a shorter one", where=where)
    try:
        Path.cwd()
    except FileNotFoundError:
        return UsageError("the current folder is not there any more", hint="change to one that is, and run it again")
    return None


def _place(error: Exception) -> str:
    """`collectors/logs.py:88`: the innermost line of ours."""
    package = Path(__file__).parent.parent
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if package in Path(frame.filename).parents]
    return f"{Path(frames[-1].filename).relative_to(package).as_posix()}:{frames[-1].lineno}" if frames else ""


def _told(error: TieoutError) -> int:
    from tieout.kernel.reading.redaction import redact
    from tieout.kernel.reading.text import display_path

    # Notes (PEP 678) are further faults of one input, such as of tieout.yaml: a line each.
    for fault in (str(error), *getattr(error, "__notes__", ())):
        line = display_path(redact(" ".join(f"tieout: {fault}".splitlines())).text)[:_LONGEST_LINE]
        if sys.stderr is not None:
            print(_coloured(line), file=sys.stderr, flush=True)
    return error.exit_code


def _coloured(line: str) -> str:
    forced = bool(os.environ.get("FORCE_COLOR"))
    wanted = forced or (sys.stderr.isatty() and os.environ.get("TERM", "") not in {"", "dumb"})
    return f"\x1b[31m{line}\x1b[0m" if wanted and not os.environ.get("NO_COLOR") else line


def _prepare(stream: TextIO | None) -> None:
    # A locale that lacks a character must not end the run; `python -c`-like embedders may replace the streams.
    if stream is not None and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _terminate(_number: int, _frame: FrameType | None) -> None:
    # As an exception, so that temporary folders go and half-made packets with them.
    raise TerminatedError(_TERMINATED)


if __name__ == "__main__":
    main()
