"""Where an exporter of the OpenTelemetry Collector sends, whether that is outside, and whether under TLS.

Types and their settings are those of the Collector's two distributions; TLS: config/configtls of
github.com/open-telemetry/opentelemetry-collector (a gRPC exporter uses TLS unless `tls.insecure` is true; an HTTP one
by its address's scheme). What comes from a variable (`${env:X}`) is not told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tieout.collectors.config.suppliers import host_of, is_inside
from tieout.syntax.cursor import Cursor

#: They show what they are given, or drop it.
_NOWHERE: Final = frozenset({"debug", "logging", "nop"})
_FILES: Final = frozenset({"file"})
#: They wait to be asked.
_SERVED: Final = frozenset({"prometheus"})
#: Services of other organisations, wherever no address of one's own is given.
_SERVICES: Final = frozenset(
    {"alibabacloudlogservice", "awscloudwatchlogs", "awsemf", "awskinesis", "awss3", "awsxray", "azureblob"}
    | {"azuredataexplorer", "azuremonitor", "bmchelix", "chronicle", "coralogix", "datadog", "dataset", "googlecloud"}
    | {"googlecloudpubsub", "googlecloudstorage", "googlemanagedprometheus", "honeycombmarker", "instana"}
    | {"logicmonitor", "logzio", "mezmo", "sapm", "sentry", "signalfx", "sumologic", "tencentcloudlogservice"}
)
_GRPC: Final = frozenset({"jaeger", "opencensus", "otelarrow", "otlp", "otlpgrpc", "stef"})
_HTTP: Final = frozenset(
    {
        "alertmanager",
        "elasticsearch",
        "influxdb",
        "loki",
        "opensearch",
        "otlphttp",
        "prometheusremotewrite",
    }
    | {"splunkhec", "tinybird", "zipkin"}
)
_ADDRESSES: Final = (
    *(("endpoint",), ("endpoints",), ("traces_endpoint",), ("metrics_endpoint",), ("logs_endpoint",)),
    *(("profiles_endpoint",), ("url",), ("dsn",), ("brokers",), ("cluster_uri",), ("ingest_url",), ("api_url",)),
    *(("http", "endpoint"), ("connection", "endpoint"), ("api", "site"), ("domain",)),
    *(("resolver", "static", "hostnames"), ("resolver", "dns", "hostname")),
)
#: Last parts of names that are no top-level domain: the namespace of a cluster's service, as in `tempo.monitoring`.
_NAMESPACES: Final = frozenset(
    {"default", "istio-system", "kube-system", "logging", "metrics", "monitoring", "o11y", "observability", "otel"}
    | {"telemetry", "tempo", "tracing"}
)
_NAMED_IN_FULL: Final = 2


@dataclass(frozen=True, slots=True)
class Destination:
    """Where one exporter sends.

    Attributes:
        way: `sent` over a network or to this machine, written to a `file`, `served` to who asks, or `nowhere`.
        external: Whether that is outside; None where it is not told.
        networked: Whether it leaves the machine.
        encrypted: Whether under TLS with the certificate checked; None where it is not told, or does not matter.
        at: The setting that says where.
    """

    way: Literal["sent", "file", "served", "nowhere"]
    external: bool | None
    networked: bool
    encrypted: bool | None
    at: Cursor


def type_of(component: str) -> str:
    """The type of a component: what stands before the slash of its name; `host_metrics` is `hostmetrics` too."""
    return component.partition("/")[0].strip().lower().replace("_", "")


def destination(exporter: Cursor) -> Destination:
    """Where an exporter sends, by its type and settings."""
    kind = type_of(exporter.key)
    if kind in _NOWHERE:
        return Destination("nowhere", external=False, networked=False, encrypted=None, at=exporter)
    if kind in _FILES:
        return Destination("file", external=False, networked=False, encrypted=None, at=exporter)
    if kind in _SERVED:
        return Destination("served", external=False, networked=False, encrypted=None, at=exporter)
    found = list(_addresses(exporter))
    if not found:
        outside = True if kind in _SERVICES or exporter.down("cloudid").text else None
        return Destination(
            "sent", outside, networked=True, encrypted=_is_checked(exporter) if outside else None, at=exporter
        )
    outside_each = [_is_outside(address.text or "") for address in found]
    deciding = next((one for one, out in zip(found, outside_each, strict=True) if out), found[0])
    networked = any(not _is_this_machine(address.text or "") for address in found)
    under_tls = [_is_encrypted(exporter, kind, address.text or "") for address in found]
    external = _any(outside_each)
    return Destination("sent", external, networked, _all(under_tls) if networked else None, at=deciding)


def _addresses(exporter: Cursor) -> Iterator[Cursor]:
    for keys in _ADDRESSES:
        found = exporter.down(*keys)
        if found.text:
            yield found
        yield from (one for one in found.elements() if one.text)
    service = exporter.down("resolver", "k8s", "service")
    if service.text:  # of the cluster that it runs in, however many dots its name has
        yield Cursor(service.document, f"{service.text.partition('.')[0]}.svc", service.pointer, service.key)


def host(address: str) -> str | None:
    """The host of an address with or without its scheme; None where it is not told, "" where it is this machine."""
    plain = address.strip()
    if plain.startswith(("unix:", "unix-abstract:")):
        return ""
    plain = plain.removeprefix("dns:///").removeprefix("passthrough:///")
    found = host_of(plain if "://" in plain else f"//{plain}")
    return None if not found or "$" in found or "{" in found else found


def _is_outside(address: str) -> bool | None:
    name = host(address)
    if not name:
        return None if name is None else False
    return not (is_inside(name) or _is_of_a_cluster(name))


def _is_of_a_cluster(name: str) -> bool:
    """Whether a name of two parts is that of a service in a namespace: its last part is no top-level domain."""
    parts = name.split(".")
    last = parts[-1]
    # No top-level domain has a hyphen, but for those in another script (RFC 3696, section 2).
    return len(parts) == _NAMED_IN_FULL and (last in _NAMESPACES or ("-" in last and not last.startswith("xn--")))


def _is_this_machine(address: str) -> bool:
    name = host(address)
    return name is not None and (name in {"", "localhost", "::1"} or name.startswith("127."))


def _is_encrypted(exporter: Cursor, kind: str, address: str) -> bool | None:
    scheme = address.partition("://")[0].lower() if "://" in address else ""
    if scheme == "http":
        return False
    if _is_this_machine(address):
        return True  # it does not leave it: of several addresses the others decide
    if scheme == "https" or kind in _GRPC or kind in _SERVICES:
        return _is_checked(exporter)
    if kind == "loadbalancing":
        return _is_checked(exporter.down("protocol", "otlp"))
    if kind == "kafka":
        tls = exporter.down("tls") if exporter.down("tls").value is not None else exporter.down("auth", "tls")
        return _is_checked(exporter) if tls.value is not None else False
    return None if kind not in _HTTP or "$" in address else False


def _is_checked(exporter: Cursor) -> bool | None:
    """Whether TLS is left as it is: neither switched off nor without a look at the certificate."""
    for name in ("insecure", "insecure_skip_verify"):
        for setting in (exporter.down("tls", name), exporter.down(name)):
            if setting.truth is True:
                return False
            if setting.value is not None and setting.truth is None:
                return None
    return True


def _any(answers: list[bool | None]) -> bool | None:
    """Whether one is true; None where that is not known."""
    return True if True in answers else None if None in answers else False


def _all(answers: list[bool | None]) -> bool | None:
    """Whether all are true; None where that is not known."""
    return False if False in answers else None if None in answers or not answers else True
