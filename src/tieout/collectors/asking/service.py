"""Which server a source asks, and with which token: only a host that the environment or a default vouches for.

A configuration is often a stranger's. It may say which data are meant, and not where a token is sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from tieout.kernel.errors import ConfigError

_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Service:
    """A server and what it is asked with.

    Attributes:
        base: Address that endpoints are below; no slash at its end.
        origin: Scheme, host and port; nothing else is ever asked.
        headers: What identifies the reader; never shown.
        secret: The token, for telling our own kept answers from planted ones; empty without one.
        speaks: Headers of every request that are no secret.
    """

    base: str
    origin: tuple[str, str, int]
    headers: Mapping[str, str] = field(repr=False)
    secret: str = field(repr=False)
    speaks: Mapping[str, str]


def vouched_origin(
    base: str, hosts: Iterable[str], naming: tuple[str, ...], environment: Mapping[str, str], *, where: str
) -> tuple[str, str, int]:
    """The origin of an address whose host and port somebody besides the configuration names.

    Args:
        base: As the configuration has it.
        hosts: Hosts that are asked without more.
        naming: Variables of the environment that name others.
        environment: Variables of the process.
        where: The source, for errors.

    Raises:
        ConfigError: Nothing vouches for the host.
    """
    origin = origin_of(base)
    named = (environment.get(name, "").strip() for name in naming)
    known = {origin_of(value if "://" in value else f"https://{value}")[1:] for value in named if value}
    usual = {(host, _PORTS["https"]) for host in hosts}
    # Another port of a known host is another server, whoever runs it.
    if not origin[1] or origin[1:] not in usual | known:
        port = "" if origin[2] == _PORTS.get(origin[0]) else f":{origin[2]}"
        message = f"options.api names the host {origin[1]}{port}, which nothing outside the configuration vouches for"
        raise ConfigError(
            message, hint=f"if it is meant, set {naming[0]} to its address where tieout is run", where=where
        )
    return origin


def usable_token(environment: Mapping[str, str], name: str, *, where: str) -> str:
    """The token that a variable holds; empty where it is not set.

    Raises:
        ConfigError: It is none that a header can carry; what it holds is not quoted.
    """
    token = environment.get(name, "").strip()
    if not token.isascii() or not token.isprintable():
        message = f"the variable {name} holds signs that no token has"
        raise ConfigError(message, hint="set it to the token alone, without a line break", where=where)
    return token


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "", "", 0
    return parts.scheme, (parts.hostname or "").lower(), _PORTS.get(parts.scheme, 0) if port is None else port
