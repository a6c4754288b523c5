"""How much of the internet ranges of addresses hold, however they are written and cut up."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address, ip_network, summarize_address_range
from typing import Any, Final, Literal

Reach = Literal["every", "much"]
_Network = IPv4Network | IPv6Network

#: A range of public addresses with a shorter prefix than these is nobody's own: /8 is the most that anybody ever got.
_OWN_V4: Final = 8
_OWN_V6: Final = 16
#: Addresses of private networks that fill a shorter prefix (RFC 4193, RFC 4291).
_PRIVATE: Final = (IPv6Network("fc00::/7"), IPv6Network("fe80::/10"))


def reach(blocks: Iterable[Any]) -> Reach | None:
    """How much ranges in CIDR notation hold together: every address of a protocol, much of it, or neither (None).

    What is no range says nothing.
    """
    return _reach(found for block in blocks if (found := _network(block)) is not None)


def reach_between(first: str, last: str) -> Reach | None:
    """How much a range from one address to another holds; None too where they are no addresses of one protocol."""
    start, end = _address(first), _address(last)
    if start is None or end is None:
        return None
    try:
        return _reach(iter(summarize_address_range(start, end)))
    except (TypeError, ValueError):
        return None


def _reach(networks: Iterator[_Network]) -> Reach | None:
    every = list(networks)
    found: list[_Network] = [
        *collapse_addresses(one for one in every if isinstance(one, IPv4Network)),
        *collapse_addresses(one for one in every if isinstance(one, IPv6Network)),
    ]
    if any(one.prefixlen == 0 for one in found):
        return "every"
    return "much" if any(_is_wide(one) for one in found) else None


def _is_wide(network: _Network) -> bool:
    if isinstance(network, IPv4Network):
        return network.prefixlen < _OWN_V4
    return network.prefixlen < _OWN_V6 and not any(network.subnet_of(private) for private in _PRIVATE)


def _network(block: Any) -> _Network | None:
    try:
        return ip_network(block.strip(), strict=False) if isinstance(block, str) else None
    except ValueError:
        return None


def _address(text: str) -> Any:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None
