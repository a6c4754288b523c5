"""Whether what comes into a cluster, and what its programs say to each other, is encrypted and asked for who it is."""

from typing import Final

from tieout.collectors.config.kubernetes_parts.objects import called
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.text import excerpt
from tieout.syntax.kubernetes import Manifest

_ISTIO_NETWORK: Final = "networking.istio.io"
_ISTIO_SECURITY: Final = "security.istio.io"
TRAFFIC_KINDS: Final = {
    "AuthorizationPolicy": _ISTIO_SECURITY,
    "DestinationRule": _ISTIO_NETWORK,
    "Gateway": "",
    "Ingress": "",
    "Namespace": "",
    "PeerAuthentication": _ISTIO_SECURITY,
}
#: Annotations by which a controller gets a certificate from elsewhere than the object's own `tls`.
_CERTIFICATES: Final = (
    "alb.ingress.kubernetes.io/certificate-arn",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "networking.gke.io/managed-certificates",
)
_PLAIN_ALLOWED: Final = ("nginx.ingress.kubernetes.io/ssl-redirect", "nginx.ingress.kubernetes.io/force-ssl-redirect")
_STANDARD: Final = "pod-security.kubernetes.io/enforce"
#: Modes of mutual TLS: STRICT takes nothing else, PERMISSIVE takes plain text too.
_MODES: Final = {"STRICT": True, "PERMISSIVE": False, "DISABLE": False}
_CLIENT_MODES: Final = {"DISABLE": False, "ISTIO_MUTUAL": True, "MUTUAL": True, "SIMPLE": True}


def is_traffic(manifest: Manifest) -> bool:
    """Whether an object is one that this module reads."""
    group = TRAFFIC_KINDS.get(manifest.kind)
    return group is not None and (not group or manifest.group == group)


def traffic_rows(rows: SecurityRows, manifest: Manifest) -> None:
    """What an object says of encryption and of who may call."""
    kind, group = manifest.kind, manifest.group
    if kind == "Ingress" and group in {"networking.k8s.io", "extensions"}:
        _ingress(rows, manifest)
    elif kind == "Gateway" and group == "gateway.networking.k8s.io":
        _gateway(rows, manifest)
    elif kind == "Gateway" and group == _ISTIO_NETWORK:
        _istio_gateway(rows, manifest)
    elif kind == "PeerAuthentication":
        _peers(rows, manifest)
    elif kind == "DestinationRule":
        _destination(rows, manifest)
    elif kind == "AuthorizationPolicy":
        _authorization(rows, manifest)
    elif kind == "Namespace" and not group:
        _standard(rows, manifest)


def _ingress(rows: SecurityRows, manifest: Manifest) -> None:
    """TLS of an Ingress: by `tls`, or by a certificate of its controller; without both its controller decides."""
    subject, tls = called(manifest), manifest.cursor("spec", "tls")
    annotations = manifest.cursor("metadata", "annotations")
    certificate = next((one for key in _CERTIFICATES if (one := annotations.down(key)).text), None)
    if any(True for _ in tls.rows()):
        covered = {host for one in tls.rows() for host in one.down("hosts").texts}
        for rule in manifest.cursor("spec", "rules").rows():
            host = rule.down("host")
            if covered and host.text is not None and not _is_covered(host.text, covered):
                words = "serves a host without a certificate of its own"
                rows.add(subject, "encryption-in-transit", words, host, holds=None, value=host.text)
        rows.add(subject, "encryption-in-transit", "serves TLS", tls, holds=True)
    elif certificate is not None:
        rows.add(subject, "encryption-in-transit", "serves TLS", certificate, holds=True)
    else:
        at = manifest.cursor("spec") if tls.value is None else tls
        rows.add(subject, "encryption-in-transit", "serves TLS", at, holds=None)
    for key in _PLAIN_ALLOWED:
        at = annotations.down(key)
        if at.value in ("false", False):
            words = "sends callers on from plain text to TLS"
            rows.add(subject, "encryption-in-transit", words, at, holds=False, value="false")


def _is_covered(host: str, covered: set[str]) -> bool:
    return host in covered or f"*.{host.partition('.')[2]}" in covered


def _gateway(rows: SecurityRows, manifest: Manifest) -> None:
    """Listeners of the Gateway API; one for plain text beside one with TLS may only send callers on."""
    listeners = list(manifest.cursor("spec", "listeners").rows())
    kept = {"HTTPS", "TLS"}
    beside = any(one.down("protocol").text in kept for one in listeners)
    for one in listeners:
        protocol = one.down("protocol")
        name = excerpt(one.down("name").text or one.key, 60)
        if protocol.text in {*kept, "HTTP"}:
            holds = True if protocol.text in kept else None if beside else False
            words = f"its listener {name} serves TLS"
            rows.add(called(manifest), "encryption-in-transit", words, protocol, holds=holds, value=protocol.text)


def _istio_gateway(rows: SecurityRows, manifest: Manifest) -> None:
    for server in manifest.cursor("spec", "servers").rows():
        protocol, tls = server.down("port", "protocol"), server.down("tls")
        name = excerpt(server.down("port", "name").text or server.key, 60)
        if tls.down("httpsRedirect").truth is True:
            words, at, holds = f"its server {name} sends callers on to TLS", tls.down("httpsRedirect"), True
        elif (protocol.text or "").upper() in {"HTTPS", "TLS"}:
            words, at, holds = f"its server {name} serves TLS", protocol, True
        elif (protocol.text or "").upper() in {"GRPC", "HTTP", "HTTP2"}:
            words, at, holds = f"its server {name} serves TLS", protocol, tls.down("mode").text is not None
        else:
            continue
        value = tls.down("mode").text or protocol.text
        rows.add(called(manifest), "encryption-in-transit", words, at, holds=holds, value=value)


def _peers(rows: SecurityRows, manifest: Manifest) -> None:
    """Mutual TLS between programs; left out, or UNSET, what is above decides."""
    subject, mode = called(manifest), manifest.cursor("spec", "mtls", "mode")
    words = "takes nothing but mutual TLS"
    rows.add(subject, "encryption-in-transit", words, mode, holds=_MODES.get(mode.text or ""), value=mode.text)
    for port in manifest.cursor("spec", "portLevelMtls").members():
        mode = port.down("mode")
        words = f"takes nothing but mutual TLS on port {excerpt(port.key, 10)}"
        rows.add(subject, "encryption-in-transit", words, mode, holds=_MODES.get(mode.text or ""), value=mode.text)


def _destination(rows: SecurityRows, manifest: Manifest) -> None:
    mode = manifest.cursor("spec", "trafficPolicy", "tls", "mode")
    if mode.text in _CLIENT_MODES:
        holds = _CLIENT_MODES[mode.text]
        rows.add(called(manifest), "encryption-in-transit", "calls its host by TLS", mode, holds=holds, value=mode.text)


def _authorization(rows: SecurityRows, manifest: Manifest) -> None:
    """Who may call, by an AuthorizationPolicy of Istio: to allow without any rule is to deny all."""
    subject, rules = called(manifest), manifest.cursor("spec", "rules")
    action = manifest.cursor("spec", "action").text or "ALLOW"
    dry = manifest.cursor("metadata", "annotations").down("istio.io/dry-run")
    if dry.value in ("true", True):
        rows.rows.note(dry, f"'{subject}' is only tried out: it lets everybody call")
    elif action == "DENY" and rules.value:
        rows.add(subject, "network", "denies calls by rule", rules, holds=True)
    elif action == "ALLOW" and not rules.value:
        at = rules if rules.value is not None else manifest.cursor("spec")
        rows.add(subject, "network", "default deny of calls", at, holds=True)
    elif action == "ALLOW":
        opening = next((one for one in rules.elements() if one.value in ({}, None)), None)
        words = "calls are allowed by rule" if opening is None else "lets everybody call"
        rows.add(subject, "network", words, opening or rules, holds=opening is None)


def _standard(rows: SecurityRows, manifest: Manifest) -> None:
    """The Pod Security Standard that a namespace holds its pods to; to warn or to audit stops nothing."""
    labels = manifest.cursor("metadata", "labels")
    enforced = labels.down(_STANDARD)
    if enforced.text is not None:
        holds = {"baseline": True, "restricted": True, "privileged": False}.get(enforced.text)
        words = "holds its pods to a security standard"
        rows.add(called(manifest), "workload", words, enforced, holds=holds, value=enforced.text)
        return
    for mode in ("audit", "warn"):
        at = labels.down(f"pod-security.kubernetes.io/{mode}")
        if at.text is not None:
            told = f"only tells of pods below a security standard ({mode}): none is kept out"
            rows.rows.note(at, f"'{called(manifest)}' {told}")
