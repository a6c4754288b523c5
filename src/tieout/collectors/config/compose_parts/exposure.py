"""Ports that a service of Compose publishes on its host."""

import ipaddress

from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.compose import Service
from tieout.syntax.cursor import Cursor
from tieout.syntax.dockerfile import resolved

_WITH_ADDRESS = 3
_OF_THE_WEB = frozenset({"80", "443"})


def exposure_rows(rows: SecurityRows, service: Service) -> None:
    """One row for each port that is published, by the addresses of the host at which it is reached."""
    for port in service.cursor("ports").elements():
        address, told = _long(port) if isinstance(port.value, dict) else _short(port)
        if told:
            holds, where = _judged(address)
            if holds is False and _published(port, told) in _OF_THE_WEB:
                holds = None  # whether people are meant to reach it, no file tells
            rows.add(service.name, "public-access", f"publishes a port {where}", port, holds=holds, value=told)


def _short(port: Cursor) -> tuple[str, str]:
    """Address and text of `[ADDRESS:[PUBLISHED]:]PORT[/PROTOCOL]`; the address is "" where none is given."""
    if isinstance(port.value, bool) or not isinstance(port.value, str | int):
        return "", ""
    text = resolved(str(port.value), {})
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        return (address, text) if rest.startswith(":") else ("", text)
    parts = text.split(":")
    return (":".join(parts[:-2]), text) if len(parts) >= _WITH_ADDRESS else ("", text)


def _published(port: Cursor, told: str) -> str:
    """The port of the host; "" where none is chosen."""
    if isinstance(port.value, dict):
        return str(port.down("published").value)
    parts = told.rpartition("]:")[2].partition("/")[0].split(":")
    return parts[-2] if len(parts) > 1 else ""


def _long(port: Cursor) -> tuple[str, str]:
    address = resolved(port.down("host_ip").text or "", {})
    target, published = port.down("target").value, port.down("published").value
    told = ":".join(excerpt(str(one), 40) for one in (published, target) if isinstance(one, str | int))
    return address, told


def _judged(address: str) -> tuple[bool | None, str]:
    """Whether only the host itself reaches an address, and where that is."""
    if "$" in address:
        return None, "at an address that a variable names"
    if not address:
        return False, "on every address of its host"
    if address == "localhost":
        return True, "for its host alone"
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None, "at an address that is none"
    if parsed.is_unspecified:
        return False, "on every address of its host"
    return (True, "for its host alone") if parsed.is_loopback else (None, "on one address of its host")
