"""Fetches what a source that names an API is declared to provide.

Facts are dated by the server: the `Date` of an answer (RFC 9110, section 6.6.1) says when it was given, so that no
clock of this machine enters the evidence.
"""

from typing import Final

from tieout.collectors.asking.reach import Reach, client_of, of_server
from tieout.collectors.base import Gathered, Request
from tieout.collectors.forge import questions_github, questions_gitlab
from tieout.collectors.forge.asking import Asking
from tieout.collectors.forge.collector import KIND, VERSION, interpret
from tieout.collectors.forge.service import service_of
from tieout.collectors.gathering import Gathering
from tieout.collectors.naming import declares
from tieout.config.kinds import ForgeOptions

_QUESTIONS: Final = {"github": questions_github.ask, "gitlab": questions_gitlab.ask}


def fetch(request: Request, options: ForgeOptions, reach: Reach | None = None) -> Gathered:
    """Ask the API that a source names, and read what it answers.

    Raises:
        ConfigError: The options do not fit together, or nothing vouches for the host.
    """
    reach = reach or Reach()
    where = f"source '{request.source.name}'"
    service = service_of(options, request.source.format, reach.environment, where=where)
    gathering = Gathering(of_server(request, service), (KIND, VERSION))
    with client_of(service, request, reach) as client:
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
