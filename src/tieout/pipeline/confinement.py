"""What the processes share that make a report and do a packet again: how they start, and what they may not have."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

EXIT_MEMORY: Final = 70
"""Exit status that says: the work needed more memory than allowed."""
REFUSED: Final = ("socket.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "ftplib.")
"""Audit events (PEP 578) that no such process may raise, by how their names begin."""

# How a machine says where its libraries and fonts are; nothing else of the environment reaches the child.
_ENVIRONMENT: Final = (
    "PATH",
    "PYTHONPATH",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
)
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def start(module: str, temporary: Path) -> "subprocess.Popen[bytes]":
    """Start one of our own modules with pipes for its request and its answer.

    Args:
        module: Its full name.
        temporary: The only folder that it is told of.

    Raises:
        OSError: The process cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 - a list, no shell, nothing from outside
        [sys.executable, "-P", "-s", "-B", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"TMPDIR": str(temporary)},
        start_new_session=True,  # an interrupt from the terminal reaches us first, not the child
    )


def is_write(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an audit event opens a file to write it."""
    return event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _WRITING)
