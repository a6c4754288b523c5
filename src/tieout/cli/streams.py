"""Standard streams whose other end may be gone: light, because the program's entry needs it before all else."""

import os
from contextlib import suppress
from typing import IO


def silence(stream: IO[str] | None) -> None:
    """Send what is still written to a stream to nobody, Python's own flush at its end included."""
    if stream is None:
        return
    with suppress(OSError, ValueError):  # closed, or no file: nothing more goes there anyhow
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
