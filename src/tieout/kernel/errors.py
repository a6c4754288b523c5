"""One tree of errors that explain themselves to a person; caught once, in the CLI.

    TieoutError                 exit 1   an internal fault, or the base of the rest
    ├── UsageError              exit 2   the call or the configuration is wrong
    │   └── ConfigError         exit 2   tieout.yaml: file, line, field, what was expected
    ├── NothingCollectedError   exit 3   no source gave anything
    ├── UnreadableError         exit 4   an input exists and could not be read (strict runs only end on it)
    ├── VerificationError       exit 5   a packet or store does not verify
    ├── StorageError            exit 1   the disk said no (full, read-only, vanished)
    └── InterruptedRunError     exit 130 Ctrl-C

Exit codes as settled in the project's semantics; 11-14 are verdict gates, not errors.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """Process exit codes (11-14 report the worst open severity of a run, low to critical)."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    NOTHING_COLLECTED = 3
    UNREADABLE = 4
    VERIFICATION = 5
    LOW = 11
    MODERATE = 12
    HIGH = 13
    CRITICAL = 14
    INTERRUPTED = 130


class TieoutError(Exception):
    """What happened, where, and what to do next.

    Args:
        message: One sentence: what happened.
        hint: One sentence: what to do next.
        where: File, file:line, source or packet that it happened in.
    """

    exit_code: ExitCode = ExitCode.INTERNAL

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        """One line: `where: message (hint)`."""
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{advice}"


class UsageError(TieoutError):
    """The command line or the environment asks for something that cannot be done."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """tieout.yaml, a rule or a field map is wrong; `where` is file:line."""


class NothingCollectedError(TieoutError):
    """No configured source yielded any evidence."""

    exit_code = ExitCode.NOTHING_COLLECTED


class UnreadableError(TieoutError):
    """An input exists and could not be read; collectors turn it into an `unreadable` result."""

    exit_code = ExitCode.UNREADABLE


class VerificationError(TieoutError):
    """A packet, a bag or a store does not verify."""

    exit_code = ExitCode.VERIFICATION


class StorageError(TieoutError):
    """Writing or reading our own files failed (disk full, no permission, vanished)."""


class InterruptedRunError(TieoutError):
    """The user stopped the run; what was acknowledged before stays."""

    exit_code = ExitCode.INTERRUPTED


class TerminatedError(SystemExit):
    """SIGTERM came; what catches errors must not catch it."""
