"""Fetches what a source that names an API is declared to provide; the only way to the network in this program.

Facts are dated by the server: the `Date` of an answer (RFC 9110, section 6.6.1) says when it was given, so that no
clock of this machine enters the evidence.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from tieout.collectors.base import Gathered, Request
from tieout.collectors.forge import questions_github, questions_gitlab
from tieout.collectors.forge.asking import Asking
from tieout.collectors.forge.client import Client
from tieout.collectors.forge.collector import KIND, VERSION, interpret
from tieout.collectors.forge.kept_answers import KeptAnswers
from tieout.collectors.forge.limits import Limits
from tieout.collectors.forge.service import service_of
from tieout.collectors.gathering import Gathering
from tieout.collectors.naming import declares
from tieout.config.kinds import ForgeOptions
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.files import MAX_BYTES, Entry

_QUESTIONS: Final = {"github": questions_github.ask, "gitlab": questions_gitlab.ask}


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


def fetch(request: Request, options: ForgeOptions, reach: Reach | None = None) -> Gathered:
    """Ask the API that a source names, and read what it answers.

    Raises:
        ConfigError: The options do not fit together, or nothing vouches for the host.
    """
    reach = reach or Reach()
    where = f"source '{request.source.name}'"
    if request.source.inside is not None:
        message = "asks an API and is `inside` a repository: an API answers for now, not for a commit"
        raise ConfigError(message, hint="leave one of the two out", where=where)
    service = service_of(options, request.source.format, reach.environment, where=where)
    # What is fetched stands in no file: a place is an endpoint, or the source itself.
    source = request.source.model_copy(update={"path": "."})
    asked = replace(request, source=source, view=Remote(service.base), prefix="", commit=None)
    gathering = Gathering(asked, (KIND, VERSION))
    kept = KeptAnswers(reach.keep, service.secret)

    def pause(seconds: float) -> None:
        request.progress.step(f"{request.source.name}: waiting {seconds:g} s, as the server asks")
        reach.pause(seconds)

    with Client(service, reach.limits, kept=kept, pause=pause, clock=reach.clock) as client:
        asking = Asking(client, gathering, service.base, reach.limits)
        branch = _QUESTIONS[service.forge](
            asking,
            options.repository or "",
            options.branch,
            lambda type_: declares(type_, request.source.declared),
        )
    if not service.secret:
        names = {"github": "GITHUB_TOKEN or GH_TOKEN", "gitlab": "GITLAB_TOKEN or CI_JOB_TOKEN"}[service.forge]
        reason = f"was asked without a token ({names} is not set), so only what is public was shown"
        gathering.problem("not-counted", gathering.here, reason)
    interpret(gathering, asking.answers, options.model_copy(update={"branch": branch}))
    return gathering.finish()


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
