"""The one place that starts the git program: clean environment, own configuration, time limit, no prompt."""

import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tieout.kernel.children import unwatch, watch
from tieout.kernel.errors import StorageError, UnreadableError, UsageError
from tieout.kernel.writing import FILE_SIZE_HINT

CALL_SECONDS = 120.0
"""Time limit of an ordinary call."""
CLONE_SECONDS = 300.0
"""Time limit of the clone, which copies every object: 50,000 of them in 3 s."""
FEW_CLONE_SECONDS = 60.0
"""The same where next to nothing is on disk; the larger it is, the more it has."""
MAX_OUTPUT_BYTES = 256 * 1024 * 1024
"""What git may print in one call: a few small objects can be made to list as gigabytes."""
MEMORY_BYTES = 2 * 1024 * 1024 * 1024
"""Memory of its own that a git process may use, on Linux; files that it maps do not count."""
CPU_SECONDS = 900
"""CPU time of a git process, on Linux: three times what two threads of the longest clone take."""
_OLDEST = (2, 36)  # cat-file --batch-command
_PIPE_BYTES = 1 << 16
_REASON_BYTES = 65_536
_REASON_CHARACTERS = 160

# Read by every git process that we start, also by children such as upload-pack, which `-c` does not reach.
# Without alternateRefsCommand git may run `for-each-ref` inside an alternate. Derived files (commit graph,
# multi-pack index, bitmaps) may contradict the objects: they are not believed.
_CONFIGURATION = """\
[protocol]
\tallow = never
[protocol "file"]
\tallow = always
[core]
\thooksPath = /dev/null
\tfsmonitor = false
\tattributesFile = /dev/null
\talternateRefsCommand = :
\tcommitGraph = false
\tmultiPackIndex = false
[pack]
\tuseBitmaps = false
\tthreads = 2
[gc]
\tauto = 0
[maintenance]
\tauto = false
[advice]
\tdetachedHead = false
[safe]
"""


class GitFailedError(UnreadableError):
    """git ended with an error; the message is one plain sentence without paths.

    Attributes:
        stderr: What git said, for decisions in this package; never printed.
    """

    def __init__(self, message: str, *, stderr: str = "", hint: str = "", where: str = "") -> None:
        super().__init__(message, hint=hint, where=where)
        self.stderr = stderr


class TooMuchOutputError(GitFailedError):
    """git was stopped because it printed more than may be taken into memory."""


@dataclass(frozen=True, slots=True)
class Git:
    """The git program, bound to a quarantine folder and (after the clone) to the bare repository in it.

    Attributes:
        folder: The quarantine: working directory and temporary folder of each call.
        git_dir: The bare repository that is read; None before there is one.
        where: The source's URI, named in errors.
    """

    folder: Path
    git_dir: Path | None
    where: str

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        """The argument list of a call; never through a shell. Text from a repository is given as bytes."""
        place = [f"--git-dir={self.git_dir}"] if self.git_dir else []
        rules = ["protocol.allow=never", "protocol.file.allow=always", "core.hooksPath=/dev/null"]
        return [
            git_program(),
            "--no-pager",
            "--literal-pathspecs",
            *(part for rule in rules for part in ("-c", rule)),
            *place,
            *arguments,
        ]

    def environment(self) -> dict[str, str]:
        """A fresh environment: of the caller only the absolute PATH entries; no HOME, no GIT_* of others."""
        return {
            "PATH": _absolute_path(),
            "LC_ALL": "C",
            "TZ": "UTC",
            "TMPDIR": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.folder / "gitconfig"),
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": "file",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def write_configuration(self, safe: Sequence[Path]) -> None:
        """Write the only configuration file that our calls read beside the quarantine's own.

        Args:
            safe: Folders that may belong to another user (`safe.directory` works only from here).
        """
        lines = "".join(f"\tdirectory = {quoted(str(folder))}\n" for folder in safe)
        text = (_CONFIGURATION + lines).encode("utf-8", "surrogateescape")
        (self.folder / "gitconfig").write_bytes(text)

    def start(self, *arguments: str | bytes, stdin: int, stdout: int, stderr: int) -> subprocess.Popen[bytes]:
        """Start a call in a session of its own: no terminal to prompt on, and one group to end."""
        process = subprocess.Popen(  # noqa: S603 - a list, no shell; options end before text from outside
            self.command(*arguments),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=self.folder,
            env=self.environment(),
            start_new_session=True,
            restore_signals=False,  # a file that grows too large is then an error that git tells, not its sudden end
        )
        watch(process)
        if sys.platform == "linux":
            # One second more is the hard limit of time: at that one a process is killed without a word.
            limits = ((resource.RLIMIT_DATA, MEMORY_BYTES, 0), (resource.RLIMIT_CPU, CPU_SECONDS, 1))
            for limit, most, more in limits:
                with suppress(ProcessLookupError, PermissionError):  # it ended at once; a lower limit is in force
                    resource.prlimit(process.pid, limit, (most, most + more))
        return process

    def run(self, *arguments: str | bytes, stdin: bytes | None = None, seconds: float = CALL_SECONDS) -> bytes:
        """Run a call to its end and give what it printed.

        Args:
            arguments: Sub-command and its arguments; text from outside stands behind `--end-of-options`.
            stdin: Bytes for its standard input; None closes it.
            seconds: Time limit.

        Raises:
            TooMuchOutputError: It printed more than MAX_OUTPUT_BYTES.
            GitFailedError: It failed or took too long.
            StorageError: The disk is full.
        """
        printed = bytearray()
        for piece in self.pieces(*arguments, stdin=stdin, seconds=seconds):
            printed += piece
            if len(printed) > MAX_OUTPUT_BYTES:
                message = f"git had more than {MAX_OUTPUT_BYTES >> 20} MiB to say about this repository and was stopped"
                raise TooMuchOutputError(message, where=self.where)
        return bytes(printed)

    def pieces(
        self, *arguments: str | bytes, stdin: bytes | None = None, seconds: float = CALL_SECONDS
    ) -> Generator[bytes, None, None]:
        """What a call prints, as it prints it; a reader that has enough stops, and so does git.

        Args:
            arguments: As `run`.
            stdin: As `run`.
            seconds: As `run`.

        Raises:
            GitFailedError: It failed or took too long.
            StorageError: The disk is full.
        """
        deadline = time.monotonic() + seconds
        with tempfile.TemporaryFile(dir=self.folder) as complaints, tempfile.TemporaryFile(dir=self.folder) as given:
            if stdin is not None:  # from a file, so that neither side ever waits for the other
                given.write(stdin)
                given.seek(0)
            process = self.start(
                *arguments,
                stdin=subprocess.DEVNULL if stdin is None else given.fileno(),
                stdout=subprocess.PIPE,
                stderr=complaints.fileno(),
            )
            try:
                yield from _printed(process, deadline)
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired as error:
                message = f"git took longer than {seconds:.0f} s over this repository and was stopped"
                raise GitFailedError(message, where=self.where) from error
            finally:
                end(process)
            if process.returncode == 0:
                return
            complaints.seek(0)
            text = complaints.read(_REASON_BYTES).decode("utf-8", "replace")
        if "No space left on device" in text:
            message = "the disk filled up while the repository was copied for reading"
            raise StorageError(message, hint="free space in the temporary folder (TMPDIR)", where=self.where)
        if "File too large" in text:
            message = "the copy of the repository would grow larger than files may here"
            raise StorageError(message, hint=FILE_SIZE_HINT, where=self.where)
        if process.returncode == -signal.SIGXCPU:
            message = f"git took longer than {CPU_SECONDS} s of computing over this repository and was stopped"
            raise GitFailedError(message, where=self.where)
        if "out of memory" in text.lower():
            message = f"git needed more than {MEMORY_BYTES >> 30} GiB of memory for this repository and gave up"
            raise GitFailedError(message, stderr=text, where=self.where)
        raise GitFailedError(f"git could not read the repository: {reason(text)}", stderr=text, where=self.where)


def _printed(process: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """The bytes of a process's standard output until it closes.

    Raises:
        subprocess.TimeoutExpired: The deadline passed.
    """
    if process.stdout is None:
        return
    pipe = process.stdout.fileno()
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            raise subprocess.TimeoutExpired("git", 0)
        piece = os.read(pipe, _PIPE_BYTES)
        if not piece:
            return
        yield piece


def end(process: subprocess.Popen[bytes]) -> None:
    """End a call that still runs, with all that it started, and close its pipes."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):  # it ended by itself just now
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    unwatch(process)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # bytes for a process that is gone
                pipe.close()


def reason(stderr: str) -> str:
    """A phrase out of git's complaint: its last fatal or error line, no paths, printable, short."""
    lines = [line.strip().removeprefix("remote: ") for line in stderr.splitlines()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or [line for line in lines if line]
    if not told:
        return "it gave no reason"
    text = re.sub(r"^(fatal|error):\s*", "", told[-1])
    text = re.sub(r"'?(file://)?/\S*", "(path)", text)
    text = "".join(character if character.isprintable() else " " for character in text).strip()
    return text[:_REASON_CHARACTERS] or "it gave no reason"


def quoted(text: str) -> str:
    r"""C-style quoting as git reads it in configuration values and in `objects/info/alternates`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def git_program() -> str:
    """Absolute path of a git that is new enough.

    Raises:
        UsageError: There is none.
    """
    return _find_program(_absolute_path())[0]


def git_version() -> tuple[int, int]:
    """Major and minor version of the git in use.

    Raises:
        UsageError: There is none.
    """
    return _find_program(_absolute_path())[1]


def _absolute_path() -> str:
    """PATH without relative entries: the current folder may be the repository under assessment."""
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if Path(entry).is_absolute())


@lru_cache(maxsize=4)
def _find_program(path: str) -> tuple[str, tuple[int, int]]:
    program = shutil.which("git", path=path)
    if program is None:
        raise UsageError("the git program was not found", hint="install git 2.39 or newer")
    answer = subprocess.run(  # noqa: S603 - fixed arguments
        [program, "--version"],
        env={"PATH": path, "LC_ALL": "C"},
        capture_output=True,
        check=False,
        timeout=CALL_SECONDS,
    ).stdout.decode("utf-8", "replace")
    parts = re.search(r"(\d+)\.(\d+)", answer)
    version = (int(parts[1]), int(parts[2])) if parts else (0, 0)
    if version < _OLDEST:
        message = f"git is too old: {answer.strip()[:40] or 'it does not tell its version'}"
        raise UsageError(message, hint="install git 2.39 or newer")
    return program, version
