"""Who may talk to pods and to whom they may talk, by the policies of Cilium and Calico."""

from collections.abc import Iterator
from typing import Final

from tieout.collectors.config.addresses import Reach, reach
from tieout.collectors.config.kubernetes_parts.network import are_rules
from tieout.collectors.config.kubernetes_parts.objects import called
from tieout.collectors.config.security_rows import SecurityRows
from tieout.syntax.cursor import Cursor
from tieout.syntax.kubernetes import Manifest

_CILIUM: Final = frozenset({"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"})
_CALICO: Final = frozenset({"NetworkPolicy", "GlobalNetworkPolicy"})
_CALICO_GROUPS: Final = frozenset({"projectcalico.org", "crd.projectcalico.org"})
_WORDS: Final = {
    ("ingress", True): "default deny of ingress",
    ("egress", True): "default deny of egress",
    ("ingress", False): "denies all ingress",
    ("egress", False): "denies all egress",
}
_WIDE: Final = {
    "ingress": "lets a great part of all addresses in",
    "egress": "lets pods out to a great part of all addresses",
}
_OPEN: Final = {"ingress": "lets everybody in", "egress": "lets everything out"}
#: Members of a rule of Cilium that name peers; without any of them a rule that has ports is one for everybody.
_PEERS: Final = {
    "ingress": ("fromEndpoints", "fromEntities", "fromCIDR", "fromCIDRSet", "fromNodes", "fromGroups", "fromRequires"),
    "egress": ("toEndpoints", "toEntities", "toCIDR", "toCIDRSet", "toFQDNs", "toServices", "toNodes", "toGroups"),
}
_PREFIX: Final = {"ingress": "from", "egress": "to"}


def is_product_policy(manifest: Manifest) -> bool:
    """Whether an object is a network policy of one of these products."""
    return (manifest.kind in _CILIUM and manifest.group == "cilium.io") or (
        manifest.kind in _CALICO and manifest.group in _CALICO_GROUPS
    )


def product_policy_rows(rows: SecurityRows, policy: Manifest) -> None:
    """What a policy lets through."""
    if policy.kind in _CILIUM:
        for spec in (policy.cursor("spec"), *policy.cursor("specs").rows()):
            for way in _PREFIX:
                _cilium(rows, called(policy), spec, way)
    else:
        for way in _PREFIX:
            _calico(rows, called(policy), policy.cursor("spec"), way)


def _cilium(rows: SecurityRows, subject: str, spec: Cursor, way: str) -> None:
    """One way of a policy of Cilium: without rules it says nothing of it; an empty rule allows nothing."""
    listed = spec.down(way)
    rules = list(listed.elements())
    if not rules or not are_rules(listed):
        return
    denies = spec.down("enableDefaultDeny", way).truth is not False
    opening = next((at for rule in rules if (at := _open_to_all(rule, way)) is not None), None)
    if opening is not None:
        rows.add(subject, "network", _OPEN[way], opening, holds=False)
    elif wide := next((at for rule in rules for at in _blocks(rule, way) if at.value and _reached(rule, way)), None):
        rows.add(subject, "network", _WIDE[way], wide, holds=None)
    elif denies and all(rule.value in ({}, None) for rule in rules):
        takes_all = spec.down("endpointSelector").value == {}
        rows.add(subject, "network", _WORDS[way, takes_all], listed, holds=True)
    elif denies:
        rows.add(subject, "network", f"{way} is limited", listed, holds=True)


def _open_to_all(rule: Cursor, way: str) -> Cursor | None:
    """Where a rule lets everybody through."""
    if not isinstance(rule.value, dict) or not rule.value:
        return None
    prefix = _PREFIX[way]
    entities = rule.down(f"{prefix}Entities")
    if not {"all", "world"}.isdisjoint(entities.texts):
        return entities
    if _reached(rule, way) == "every":
        return next(block for block in _blocks(rule, way) if block.value)
    if not any(rule.down(one).value is not None for one in _PEERS[way]) and rule.down("toPorts").value:
        is_lookup = way == "egress" and all(
            port.down("port").value in ("53", 53) for one in rule.down("toPorts").rows() for port in _ports(one)
        )
        return None if is_lookup else rule.down("toPorts")
    return None


def _blocks(rule: Cursor, way: str) -> list[Cursor]:
    """Lists of ranges, and ranges, that a rule of Cilium names."""
    prefix = _PREFIX[way]
    return [rule.down(f"{prefix}CIDR"), *(one.down("cidr") for one in rule.down(f"{prefix}CIDRSet").rows())]


def _reached(rule: Cursor, way: str) -> Reach | None:
    return reach(text for block in _blocks(rule, way) for text in block.texts)


def _ports(one: Cursor) -> Iterator[Cursor]:
    return one.down("ports").rows()


def _calico(rows: SecurityRows, subject: str, spec: Cursor, way: str) -> None:
    """One way of a policy of Calico; without `types` it speaks of ingress, and of egress where it has rules for it."""
    types = {one.lower() for one in spec.down("types").texts}
    listed = spec.down(way)
    other = "egress" if way == "ingress" else "ingress"
    spoken_of = way in types if types else bool(listed.value) or (way == "ingress" and not spec.down(other).value)
    if not spoken_of or not isinstance(spec.value, dict) or not are_rules(listed):
        return
    wide: Cursor | None = None
    peer = "source" if way == "ingress" else "destination"
    for rule in listed.rows():
        if rule.down("action").text != "Allow":
            continue
        nets = rule.down(peer, "nets")
        named = rule.down(peer).value
        reached = reach(nets.texts)
        if reached == "much":
            wide = wide or nets
        elif reached or not (named or rule.down("protocol").value):
            rows.add(subject, "network", _OPEN[way], nets if nets.value else rule, holds=False)
            return
    if wide is not None:
        rows.add(subject, "network", _WIDE[way], wide, holds=None)
    elif listed.value:
        rows.add(subject, "network", f"{way} is limited", listed, holds=True)
    else:
        takes_all = spec.down("selector").text in {None, "all()"}
        rows.add(subject, "network", _WORDS[way, takes_all], spec.down("types"), holds=True)
