"""What a source that asks a server may use of this machine, and the server in the place of a folder of files."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from tieout.collectors.asking.client import Client
from tieout.collectors.asking.kept_answers import KeptAnswers
from tieout.collectors.asking.limits import Limits
from tieout.collectors.asking.service import Service
from tieout.collectors.base import Request
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.files import MAX_BYTES, Entry


@dataclass(frozen=True, slots=True)
class Reach:
    """What a source may use of the machine while it asks.

    Attributes:
        environment: Variables: tokens, and hosts that are vouched for.
        keep: Folder for answers that a later run may ask about; None keeps none.
        limits: Bounds.
        pause: Waits for seconds.
        clock: Seconds of a clock that only goes on.
    """

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    keep: Path | None = None
    limits: Limits = field(default_factory=Limits)
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


def client_of(service: Service, request: Request, reach: Reach) -> Client:
    """A connection for one source; each wait is told.

    Args:
        service: Whom to ask.
        request: For which source.
        reach: What it may use.
    """

    def pause(seconds: float) -> None:
        request.progress.step(f"{request.source.name}: waiting {seconds:g} s, as the server asks")
        reach.pause(seconds)

    kept = KeptAnswers(reach.keep, service.secret)
    return Client(service, reach.limits, kept=kept, pause=pause, clock=reach.clock)


def of_server(request: Request, service: Service) -> Request:
    """The request with the server in the place of a folder: what is fetched stands in no file.

    Raises:
        ConfigError: The source is inside a repository.
    """
    if request.source.inside is not None:
        message = "asks an API and is `inside` a repository: an API answers for now, not for a commit"
        raise ConfigError(message, hint="leave one of the two out", where=f"source '{request.source.name}'")
    source = request.source.model_copy(update={"path": "."})
    return replace(request, source=source, view=Remote(service.base), prefix="", commit=None)


@dataclass(frozen=True, slots=True)
class Remote:
    """A server as provenance names it; it holds no files.

    Attributes:
        uri: Its address, without user-info and query.
    """

    uri: str

    @property
    def commit(self) -> str | None:
        """A server answers for now, and for no commit."""
        return None

    def entries(self) -> Sequence[Entry]:
        """There are no files."""
        return ()

    def expect(self, paths: Sequence[str]) -> None:
        """There is nothing to prepare."""

    def read(self, path: str, *, max_bytes: int = MAX_BYTES) -> bytes:
        """There is nothing to read.

        Raises:
            UnreadableError: Always.
        """
        message = f"is no file of at most {max_bytes:,} bytes: a server has none"
        raise UnreadableError(message, where=path)

    def open_stream(self, path: str) -> AbstractContextManager[BinaryIO]:
        """There is nothing to open.

        Raises:
            UnreadableError: Always.
        """
        raise UnreadableError("is no file: a server has none", where=path)
