"""Firewalls and listeners: which ports are open to every address, and whether what listens asks for encryption."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tieout.collectors.config.addresses import reach, reach_between
from tieout.collectors.config.terraform_parts.checks import Settings, place, written
from tieout.collectors.config.terraform_parts.resources import Node
from tieout.collectors.config.terraform_parts.values import Unknown, as_number, as_truth, is_number
from tieout.domain.artefacts.safeguards import SecurityTopic
from tieout.kernel.reading.text import excerpt

#: Every address, in the words of the three providers.
_EVERY: Final = frozenset({"*", "any", "internet"})
#: Ports at which services for everybody stand; whether this one is meant for everybody the file does not tell.
_WEB: Final = frozenset({(80, 80), (443, 443)})
_ALL_PORTS: Final = (0, 65535)
_NO_PORTS: Final = frozenset({"icmp", "icmpv6", "58", "1"})
_OPEN: Final = "lets in named addresses only"
_HTTPS_ONLY: Final = "only encrypted connections are taken"
_NEWER_TLS: Final = "TLS 1.2 or newer is demanded"
#: Parts of the names of AWS's policies that take TLS 1.2 or newer only (its documentation, "Security policies").
_NEW_POLICIES: Final = ("-TLS13-1-2-", "-TLS13-1-3-", "-TLS-1-2-", "-FS-1-2-")

_BY_REACH: Final = {
    "every": (False, "from every address"),
    "much": (None, "from a great part of all addresses"),
    None: (True, "a range of addresses"),
}

Range = tuple[int, int]


def apply_networks(resource: Node, settings: Settings) -> None:
    """Rows of what a resource opens or how it listens."""
    reader = _READERS.get(resource.type)
    resource.values.trail.clear()
    if reader is not None:
        reader(resource, settings)


def _add(node: Node, settings: Settings, sources: list[Any], ports: list[Range] | None, name: str) -> None:
    """The row of one rule that lets traffic in.

    Args:
        node: The rule.
        settings: Takes the row.
        sources: Where the traffic may come from.
        ports: None where they are not told.
        name: Of the attribute with the sources.
    """
    unknown = next((source for source in sources if isinstance(source, Unknown)), None)
    line, first = node.line_of(name), name
    shown = (
        "all ports"
        if ports and _ALL_PORTS in ports
        else ", ".join(map(_port, ports or ())) or "ports that are not told"
    )
    reached = reach(sources)
    if reached == "every" or any(isinstance(source, str) and source.casefold() in _EVERY for source in sources):
        holds = None if ports is None or set(ports) <= _WEB else False
        settings.of(node, "network", _OPEN, line, holds=holds, value=f"{shown}, from every address", attribute=first)
    elif unknown is not None and not unknown.is_made:
        settings.of(node, "network", _OPEN, line, holds=None, value=unknown.words, attribute=first)
    elif sources:
        holds, shown = (None, f"{shown}, from a great part of all addresses") if reached else (True, shown)
        settings.of(node, "network", _OPEN, line, holds=holds, value=shown, attribute=first)


def _security_group(resource: Node, settings: Settings) -> None:
    for rule in resource.blocks("ingress"):
        _aws_rule(rule, settings)


def _security_group_rule(resource: Node, settings: Settings) -> None:
    if resource.value("type") == "ingress":
        _aws_rule(resource, settings)


def _aws_rule(rule: Node, settings: Settings) -> None:
    protocol = rule.value("protocol") or rule.value("ip_protocol")
    if isinstance(protocol, str) and protocol.casefold() in _NO_PORTS:
        return
    names = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
    inner = ("security_groups", "source_security_group_id", "referenced_security_group_id", "prefix_list_ids", "self")
    sources = [source for name in names for source in _listed(rule.value(name))]
    named = next((name for name in (*names, *inner) if rule.value(name) not in (None, [], False)), "cidr_blocks")
    if not sources and rule.value(named) not in (None, [], False):
        sources = ["another group of the network"]
    start, end = as_number(rule.value("from_port")), as_number(rule.value("to_port"))
    if protocol in ("-1", -1, "all"):
        ports: list[Range] | None = [_ALL_PORTS]
    else:
        ports = [_range(start, end)] if is_number(start) and is_number(end) else None
    _add(rule, settings, sources, ports, named)


def _azure_rules(resource: Node, settings: Settings) -> None:
    """Rules of one group: the lowest number is asked first, and what it denies a later one does not let in."""
    rules = resource.blocks("security_rule")
    denied = [rule for rule in rules if _denies_everybody(rule)]
    for rule in rules:
        number = as_number(rule.value("priority"))
        before = next((one for one in denied if is_number(number) and _goes_before(one, number, rule)), None)
        if before is None:
            _azure_rule(rule, settings)
        else:
            told = f"'{excerpt(rule.address)}' has a rule that another one of a lower number denies to everybody"
            settings.security.rows.note(place(rule.line), f"{told}, so it lets nobody in")


def _denies_everybody(rule: Node) -> bool:
    """Whether a rule denies every address, every port and every protocol that comes in."""
    told = {name: rule.value(name) for name in ("access", "direction", "protocol", "source_address_prefix")}
    words = {name: value.casefold() if isinstance(value, str) else None for name, value in told.items()}
    whole = words["protocol"] == "*" and words["source_address_prefix"] in {"*", "0.0.0.0/0"}
    everywhere = rule.value("destination_address_prefix") in ("*", None) and not rule.has(
        "destination_address_prefixes"
    )
    return (words["access"], words["direction"]) == ("deny", "inbound") and whole and everywhere and rule.doubt is None


def _goes_before(deny: Node, number: float, rule: Node) -> bool:
    """Whether a denial is asked before a rule, and covers all of its ports."""
    earlier = as_number(deny.value("priority"))
    if not is_number(earlier) or earlier >= number:
        return False
    closed, opened = (_ranges(_ports_of(one)) for one in (deny, rule))
    return bool(closed and opened) and all(
        any(start >= first and end <= last for first, last in closed or ()) for start, end in opened or ()
    )


def _ports_of(rule: Node) -> list[Any]:
    return [*_listed(rule.value("destination_port_range")), *_listed(rule.value("destination_port_ranges"))]


def _azure_rule(rule: Node, settings: Settings) -> None:
    access, direction = rule.value("access"), rule.value("direction")
    if not all(isinstance(word, str) for word in (access, direction)):
        return
    if (access.casefold(), direction.casefold()) != ("allow", "inbound") or _is_icmp(rule.value("protocol")):
        return
    sources = [*_listed(rule.value("source_address_prefix")), *_listed(rule.value("source_address_prefixes"))]
    name = "source_address_prefix" if rule.value("source_address_prefix") is not None else "source_address_prefixes"
    _add(rule, settings, sources, _ranges(_ports_of(rule)), name)


def _google_firewall(resource: Node, settings: Settings) -> None:
    if resource.value("direction") == "EGRESS" or not resource.has("allow"):
        return
    if as_truth(resource.value("disabled")) is True:
        off = f"'{excerpt(resource.address)}' is switched off ('disabled'), so it does not count"
        settings.security.rows.note(place(resource.line_of("disabled")), off)
        return
    sources = _listed(resource.value("source_ranges"))
    named = "source_ranges"
    for name in ("source_tags", "source_service_accounts"):
        if not sources and resource.value(name):
            sources, named = ["another part of the network"], name
    # "If no source is named, traffic from any source is let in" (the provider's page: default 0.0.0.0/0).
    sources = sources or ["0.0.0.0/0"]
    ports: list[Range] | None = []
    for allowed in resource.blocks("allow"):
        if _is_icmp(allowed.value("protocol")):
            continue
        told = _ranges(_listed(allowed.value("ports"))) if allowed.has("ports") else [_ALL_PORTS]
        ports = None if ports is None or told is None else [*ports, *told]
    if ports is None or ports:
        _add(resource, settings, sources, ports, named)


def _firewall_rule(resource: Node, settings: Settings) -> None:
    """A rule of an Azure database's own firewall."""
    start, end = resource.value("start_ip_address"), resource.value("end_ip_address")
    line = resource.line_of("start_ip_address")
    unknown = next((value for value in (start, end) if isinstance(value, Unknown)), None)
    if unknown is not None:
        settings.of(resource, "network", _OPEN, line, holds=None, value=unknown.words)
    elif (start, end) == ("0.0.0.0", "0.0.0.0"):  # noqa: S104 - an address of the file, nothing is bound to it
        settings.of(
            resource, "network", _OPEN, line, holds=False, value="every service of Azure, of other customers too"
        )
    elif isinstance(start, str) and isinstance(end, str):
        holds, value = _BY_REACH[reach_between(start, end)]
        settings.of(resource, "network", _OPEN, line, holds=holds, value=value)


def _listener(resource: Node, settings: Settings) -> None:
    """A listener of a load balancer; one that only leads to an encrypted one takes nothing in plain text."""
    protocol = resource.value("protocol")
    line = resource.line_of("protocol")
    if isinstance(protocol, Unknown):
        settings.of(resource, "encryption-in-transit", _HTTPS_ONLY, line, holds=None, value=protocol.words)
    elif isinstance(protocol, str) and protocol.upper() in {"HTTP", "HTTPS", "TLS"}:
        redirected = [action.value("type") for action in resource.blocks("default_action")] == ["redirect"] and all(
            value == "HTTPS" for value in _values_at(resource, "default_action.redirect", "protocol")
        )
        holds = protocol.upper() != "HTTP" or redirected
        value = f"{protocol}, led on to HTTPS" if redirected else protocol
        settings.of(
            resource, "encryption-in-transit", _HTTPS_ONLY, line, holds=holds, value=value, attribute="protocol"
        )
    policy = resource.value("ssl_policy")
    if isinstance(policy, str):
        newer = any(part in f"{policy}-" for part in _NEW_POLICIES)
        line = resource.line_of("ssl_policy")
        settings.of(resource, "encryption-in-transit", _NEWER_TLS, line, holds=newer, value=written(policy))


def _classic_balancer(resource: Node, settings: Settings) -> None:
    for listener in resource.blocks("listener"):
        protocol = listener.value("lb_protocol")
        if isinstance(protocol, str) and protocol.upper() in {"HTTP", "HTTPS", "SSL"}:
            holds = protocol.upper() != "HTTP"
            line = listener.line_of("lb_protocol")
            settings.of(listener, "encryption-in-transit", _HTTPS_ONLY, line, holds=holds, value=protocol)


def _database_parameters(resource: Node, settings: Settings) -> None:
    for parameter in resource.blocks("parameter"):
        _parameter(parameter, settings)


def _parameter(node: Node, settings: Settings) -> None:
    """A parameter of a database that demands encrypted connections."""
    name, value = node.value("name"), node.value("value")
    if name in ("rds.force_ssl", "require_secure_transport") and value is not None:
        told = {"1": True, "on": True, "true": True, "0": False, "off": False, "false": False}
        holds = None if isinstance(value, Unknown) else told.get(str(value).casefold())
        line = node.line_of("value")
        settings.of(node, "encryption-in-transit", _HTTPS_ONLY, line, holds=holds, value=written(value))


def _google_database(resource: Node, settings: Settings) -> None:
    for network in resource.below("settings.ip_configuration.authorized_networks"):
        _add(network, settings, _listed(network.value("value")), [_ALL_PORTS], "value")


def _google_instance(resource: Node, settings: Settings) -> None:
    for interface in resource.blocks("network_interface"):
        found = interface.blocks("access_config")
        if found:
            settings.of(
                found[0], "network", "has no public address", found[0].line, holds=False, attribute="network_interface"
            )


def _public_access_block(resource: Node, settings: Settings) -> None:
    """AWS: all four ways must be closed; each is open where it is not written ("Defaults to false")."""
    names = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    values = {name: resource.value(name) for name in names}
    unknown = next((value for value in values.values() if isinstance(value, Unknown)), None)
    lacking = [name for name, value in values.items() if not isinstance(value, Unknown) and as_truth(value) is not True]
    line = resource.line_of(lacking[0]) if lacking else resource.line
    if resource.ignored & set(names):
        unknown, lacking = Unknown("somebody else: later changes are left alone (ignore_changes)"), []
    holds = False if lacking else None if unknown is not None else True
    value = f"open: {', '.join(lacking)}" if lacking else unknown.words if unknown is not None else None
    settings.of(resource, "public-access", "not open to everybody", line, holds=holds, value=value)


def _kubernetes_api(resource: Node, settings: Settings) -> None:
    """EKS: which addresses reach the cluster's interface."""
    for config in resource.blocks("vpc_config"):
        if as_truth(config.value("endpoint_public_access")) is False or not config.has("public_access_cidrs"):
            continue
        sources = _listed(config.value("public_access_cidrs"))
        _add(
            config,
            settings,
            sources,
            [(443, 443)] if config.has("public_access_cidrs") else None,
            "public_access_cidrs",
        )


def _api_method(resource: Node, settings: Settings) -> None:
    """Who may call a method; a browser's question what is allowed (OPTIONS) is never asked who it is."""
    judged = {"AWS_IAM": True, "CUSTOM": True, "COGNITO_USER_POOLS": True, "NONE": False}
    told = resource.value("authorization")
    if told is not None and resource.value("http_method") != "OPTIONS":
        holds = judged.get(told) if isinstance(told, str) else None
        line = resource.line_of("authorization")
        settings.of(resource, "identity", "asks who calls", line, holds=holds, value=written(told))


def _trail(topic: SecurityTopic, setting: str) -> Callable[[Node, Settings], None]:
    """A resource that protects by being there."""

    def read(resource: Node, settings: Settings) -> None:
        settings.of(resource, topic, setting, resource.line, holds=True)

    return read


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _values_at(node: Node, place: str, name: str) -> Iterator[Any]:
    return (found.value(name) for found in node.below(place))


def _is_icmp(protocol: Any) -> bool:
    return isinstance(protocol, str) and protocol.casefold() in _NO_PORTS


def _range(start: Any, end: Any) -> Range:
    return int(start), int(end)


def _ranges(written_ports: list[Any]) -> list[Range] | None:
    """Ports such as 22, "80-90" and "*"; None where one is not told."""
    found: list[Range] = []
    for port in written_ports:
        text = str(port) if is_number(port) else port
        if not isinstance(text, str):
            return None
        start, _, end = text.partition("-")
        if text == "*":
            found.append(_ALL_PORTS)
        elif start.isdecimal() and (end or start).isdecimal() and len(text) <= len("65535-65535"):
            found.append((int(start), int(end or start)))
        else:
            return None
    return found or None


def _port(ports: Range) -> str:
    return f"port {ports[0]}" if ports[0] == ports[1] else f"ports {ports[0]} to {ports[1]}"


_READERS: Final[Mapping[str, Callable[[Node, Settings], None]]] = {
    "aws_alb_listener": _listener,
    "aws_api_gateway_method": _api_method,
    "aws_db_parameter_group": _database_parameters,
    "aws_default_security_group": _security_group,
    "aws_eks_cluster": _kubernetes_api,
    "aws_elb": _classic_balancer,
    "aws_lb_listener": _listener,
    "aws_rds_cluster_parameter_group": _database_parameters,
    "aws_s3_account_public_access_block": _public_access_block,
    "aws_s3_bucket_public_access_block": _public_access_block,
    "aws_security_group": _security_group,
    "aws_security_group_rule": _security_group_rule,
    "aws_vpc_endpoint": _trail("network", "a service is reached without the internet"),
    "aws_vpc_security_group_ingress_rule": _aws_rule,
    "azurerm_monitor_diagnostic_setting": _trail("audit-trail", "what happens is logged"),
    "azurerm_mssql_firewall_rule": _firewall_rule,
    "azurerm_mysql_flexible_server_firewall_rule": _firewall_rule,
    "azurerm_mysql_flexible_server_configuration": _parameter,
    "azurerm_network_security_group": _azure_rules,
    "azurerm_network_security_rule": _azure_rule,
    "azurerm_postgresql_firewall_rule": _firewall_rule,
    "azurerm_postgresql_flexible_server_configuration": _parameter,
    "azurerm_postgresql_flexible_server_firewall_rule": _firewall_rule,
    "azurerm_private_endpoint": _trail("network", "a service is reached without the internet"),
    "azurerm_sql_firewall_rule": _firewall_rule,
    "google_access_context_manager_service_perimeter": _trail("network", "services stand within a perimeter"),
    "google_compute_firewall": _google_firewall,
    "google_compute_instance": _google_instance,
    "google_logging_folder_sink": _trail("audit-trail", "logs are handed on to be kept"),
    "google_logging_organization_sink": _trail("audit-trail", "logs are handed on to be kept"),
    "google_logging_project_sink": _trail("audit-trail", "logs are handed on to be kept"),
    "google_project_iam_audit_config": _trail("audit-trail", "access to data is logged"),
    "google_sql_database_instance": _google_database,
}
