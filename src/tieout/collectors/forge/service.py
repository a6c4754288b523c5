"""Which server a source asks, and with which token: only a host that the environment or a default vouches for.

A configuration is often a stranger's. It may say which repository is meant, and not where a token is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

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
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Service:
    """A server and what it is asked with.

    Attributes:
        forge: What it speaks.
        base: Address that endpoints are below; no slash at its end.
        origin: Scheme, host and port; nothing else is ever asked.
        headers: What identifies the reader; never shown.
        secret: The token, for telling our own kept answers from planted ones; empty without one.
    """

    forge: Forge
    base: str
    origin: tuple[str, str, int]
    headers: Mapping[str, str] = field(repr=False)
    secret: str = field(repr=False)


def service_of(options: ForgeOptions, format_: str | None, environment: Mapping[str, str], *, where: str) -> Service:
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
    origin = origin_of(base)
    if origin[1] not in _vouched(forge, environment):
        message = f"options.api names the host {origin[1]}, which nothing outside the configuration vouches for"
        hint = f"if it is meant, set {_NAMING[forge][0]} to its address where tieout is run"
        raise ConfigError(message, hint=hint, where=where)
    for name, header, before in _TOKENS[forge]:
        if token := environment.get(name, "").strip():
            return Service(forge, base, origin, {header: f"{before}{token}"}, token)
    return Service(forge, base, origin, {}, "")


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = 0
    return parts.scheme, (parts.hostname or "").lower(), _PORTS.get(parts.scheme, 0) if port is None else port


def _forge_of(base: str, format_: str | None) -> Forge | None:
    if format_ == "github" or (format_ is None and (base.endswith("/api/v3") or base == "https://api.github.com")):
        return "github"
    if format_ == "gitlab" or (format_ is None and base.endswith("/api/v4")):
        return "gitlab"
    return None


def _vouched(forge: Forge, environment: Mapping[str, str]) -> frozenset[str]:
    named = (environment.get(name, "").strip() for name in _NAMING[forge])
    hosts = {origin_of(value if "://" in value else f"https://{value}")[1] for value in named if value}
    return frozenset({*_HOSTS[forge], *hosts} - {""})
