"""Which forge a source asks, and with which token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tieout.collectors.asking.service import Service, usable_token, vouched_origin
from tieout.config.kinds import ForgeOptions
from tieout.domain.artefacts.forge import Forge
from tieout.kernel.errors import ConfigError

#: Hosts that are asked without more, and the variables that name others: those of the forges' own CI and programs.
_HOSTS: Final[Mapping[Forge, tuple[str, ...]]] = {"github": ("api.github.com",), "gitlab": ("gitlab.com",)}
_NAMING: Final[Mapping[Forge, tuple[str, ...]]] = {
    "github": ("GITHUB_API_URL", "GITHUB_SERVER_URL", "GH_HOST"),
    "gitlab": ("CI_API_V4_URL", "CI_SERVER_URL", "GITLAB_HOST"),
}
#: Variable of a token -> header that carries it, and what stands before it there; the first that is set is used.
_TOKENS: Final[Mapping[Forge, tuple[tuple[str, str, str], ...]]] = {
    "github": (("GITHUB_TOKEN", "Authorization", "Bearer "), ("GH_TOKEN", "Authorization", "Bearer ")),
    "gitlab": (("GITLAB_TOKEN", "PRIVATE-TOKEN", ""), ("CI_JOB_TOKEN", "JOB-TOKEN", "")),
}
_SPEAKS: Final[Mapping[Forge, Mapping[str, str]]] = {
    "github": {"Accept": "application/vnd.github+json, application/json", "X-GitHub-Api-Version": "2022-11-28"},
    "gitlab": {"Accept": "application/json"},
}


@dataclass(frozen=True, slots=True)
class ForgeService(Service):
    """A forge.

    Attributes:
        forge: What it speaks.
    """

    forge: Forge


def service_of(
    options: ForgeOptions, format_: str | None, environment: Mapping[str, str], *, where: str
) -> ForgeService:
    """The server that a source names.

    Args:
        options: Of the source; `api` is set.
        format_: `github` or `gitlab`, where the source says so.
        environment: Variables of the process.
        where: The source, for errors.

    Raises:
        ConfigError: What it speaks is not told, no repository is named, or nothing vouches for its host.
    """
    base = (options.api or "").rstrip("/")
    forge = _forge_of(base, format_)
    if forge is None:
        message = "options.api does not tell whether GitHub or GitLab answers there"
        raise ConfigError(message, hint="add `format: github` or `format: gitlab`", where=where)
    if options.repository is None:
        message = "options.repository is missing: an API is asked about one repository"
        raise ConfigError(message, hint="write OWNER/NAME, or the path of the GitLab project", where=where)
    if forge == "github" and options.repository.count("/") != 1:
        raise ConfigError("options.repository is not OWNER/NAME", hint="GitHub has no deeper paths", where=where)
    origin = vouched_origin(base, _HOSTS[forge], _NAMING[forge], environment, where=where)
    for name, header, before in _TOKENS[forge]:
        if token := usable_token(environment, name, where=where):
            return ForgeService(base, origin, {header: f"{before}{token}"}, token, _SPEAKS[forge], forge)
    return ForgeService(base, origin, {}, "", _SPEAKS[forge], forge)


def _forge_of(base: str, format_: str | None) -> Forge | None:
    if format_ == "github" or (format_ is None and (base.endswith("/api/v3") or base == "https://api.github.com")):
        return "github"
    if format_ == "gitlab" or (format_ is None and base.endswith("/api/v4")):
        return "gitlab"
    return None
