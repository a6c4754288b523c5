"""Who may talk to whom in Kubernetes, and whether it is encrypted: policies, ingresses, gateways, service meshes."""

from pathlib import Path

import pytest

from support.collecting import problems
from support.settings import gathered, items, line_of_setting, of, settings, told

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: prod}
spec:
  podSelector: SELECTOR
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: prod}
spec:
  template:
    metadata: {labels: {app: api, tier: web}}
    spec: {containers: [{name: c, image: a}]}
"""


def policy(spec: str, selector: str = "{}") -> str:
    return POLICY.replace("SELECTOR", selector) + "".join(f"  {line}\n" for line in spec.splitlines())


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("policyTypes: [Ingress]", {"default deny of ingress": True}),
        ("", {"default deny of ingress": True}),
        ("ingress: []", {"default deny of ingress": True}),
        ("policyTypes: [Ingress, Egress]", {"default deny of ingress": True, "default deny of egress": True}),
        ("policyTypes: [Egress]", {"default deny of egress": True}),
        ("ingress: [{}]", {"lets everybody in": False}),
        ("ingress: [{from: []}]", {"lets everybody in": False}),
        ("ingress: [{ports: [{port: 80}]}]", {"lets everybody in": False}),
        ("ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", {"lets everybody in": False}),
        ("ingress: [{from: [{ipBlock: {cidr: '0::0/0'}}]}]", {"lets everybody in": False}),
        (
            "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}]",
            {"lets everybody in": False},
        ),
        ("ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/1}}]}]", {"lets a great part of all addresses in": None}),
        ("ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", {"ingress is limited": True}),
        ("ingress: [{from: [{podSelector: {}}]}]", {"ingress is limited": True}),
        ("ingress: [{from: [{namespaceSelector: {}}]}]", {"lets everybody in": False}),
        (
            "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 8082}]}]",
            {"lets the whole cluster in at some ports": None},
        ),
        (
            "ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}]",
            {"ingress is limited": True},
        ),
        (
            "ingress: [{from: [{podSelector: {}}]}]\negress: [{to: [{ipBlock: {cidr: '::/0'}}]}]",
            {"ingress is limited": True, "lets everything out": False},
        ),
        # Names may be looked up anywhere; that alone lets nothing out.
        (
            "policyTypes: [Egress]\negress: [{ports: [{port: 53, protocol: UDP}]}, {to: [{podSelector: {}}]}]",
            {"egress is limited": True},
        ),
        ("policyTypes: [Egress]\negress: [{ports: [{port: 443}]}]", {"lets everything out": False}),
        ("ingress: everything", {}),
        ("policyTypes: nothing", {}),
        ("ingress: [7]", {}),
    ],
)
def test_what_a_policy_lets_through(tmp_path: Path, spec: str, expected: dict[str, bool | None]) -> None:
    assert of(gathered(tmp_path, {"p.yaml": policy(spec)}), "prod/NetworkPolicy/p") == expected


def test_a_policy_of_some_pods_denies_by_default_for_them_alone(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"p.yaml": policy("policyTypes: [Ingress]", "{matchLabels: {app: api}}")})
    assert of(result, "prod/NetworkPolicy/p") == {"denies all ingress": True}
    (item,) = items(result, "security_config")
    assert item.facts["settings"][0]["value"] == "for pods with app=api"
    assert line_of_setting(result, "prod/NetworkPolicy/p", "denies all ingress") == 6


@pytest.mark.parametrize(
    ("selector", "is_selected"),
    [
        ("{}", True),
        ("{matchLabels: {app: api}}", True),
        ("{matchLabels: {app: api, tier: db}}", False),
        ("{matchExpressions: [{key: tier, operator: In, values: [web, db]}]}", True),
        ("{matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}", False),
        ("{matchExpressions: [{key: app, operator: Exists}]}", True),
        ("{matchExpressions: [{key: app, operator: DoesNotExist}]}", False),
        ("{matchExpressions: [{key: app, operator: Nearly}]}", False),
        ("{matchExpressions: [7]}", False),
        ("{matchLabels: api}", False),
        ("[api]", False),
    ],
)
def test_whose_pods_a_policy_of_another_file_chooses(tmp_path: Path, selector: str, *, is_selected: bool) -> None:
    files = {"api.yaml": WORKLOAD, "p.yaml": policy("policyTypes: [Ingress]", selector)}
    result = gathered(tmp_path, files)
    found = of(result, "prod/Deployment/api")
    words = "default deny of ingress, by prod/NetworkPolicy/p"
    assert found == ({words: True} if is_selected else {})
    if is_selected:
        item = next(one for one in items(result, "security_config") if one.files)
        assert set(item.files.values()) == {"p.yaml"}
        assert item.lines["/settings/0/holds"] == 6
        assert item.lines["/settings/0"] == 7


def test_a_policy_of_another_namespace_chooses_nothing_here_and_a_second_copy_is_told_once(tmp_path: Path) -> None:
    other = policy("ingress: [{}]").replace("namespace: prod", "namespace: other")
    files = {"api.yaml": WORKLOAD, "other.yaml": other, "a.yaml": policy(""), "b.yaml": policy("")}
    assert of(gathered(tmp_path, files), "prod/Deployment/api") == {
        "default deny of ingress, by prod/NetworkPolicy/p": True
    }


@pytest.mark.parametrize(("entry", "counts"), [("components: [../net]", True), ("# components: [../net]", False)])
def test_a_component_of_kustomize_counts_where_a_kustomization_names_it(
    tmp_path: Path, entry: str, *, counts: bool
) -> None:
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [p.yaml]\n"
    files = {
        "net/kustomization.yaml": component,
        "net/p.yaml": policy("policyTypes: [Ingress]"),
        "base/api.yaml": WORKLOAD,
        "base/kustomization.yaml": f"resources: [api.yaml]\n{entry}\n",
    }
    result = gathered(tmp_path, files)
    assert bool(of(result, "prod/NetworkPolicy/p")) is counts
    assert bool(of(result, "prod/Deployment/api")) is counts
    reasons = [reason for reason in told(result, "not-counted") if "names the component 'net'" in reason]
    assert bool(reasons) is not counts
    if counts:
        item = next(one for one in items(result, "security_config") if one.provenance.path == "net/p.yaml")
        assert (item.files, item.lines["/product"]) == ({"/product": "base/kustomization.yaml"}, 2)
    alone = {name: text for name, text in files.items() if not name.startswith("base")}
    assert of(gathered(tmp_path / "alone", alone), "prod/NetworkPolicy/p"), "whoever declares it alone says that it is"


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Cilium", "endpointSelector: {}\ningress: [{}]", {"default deny of ingress": True}),
        ("Cilium", "endpointSelector: {matchLabels: {a: b}}\negress: [{}]", {"denies all egress": True}),
        ("Cilium", "endpointSelector: {}\ningress: [{fromEntities: [world]}]", {"lets everybody in": False}),
        ("Cilium", "endpointSelector: {}\ningress: [{fromEntities: [cluster]}]", {"ingress is limited": True}),
        ("Cilium", "endpointSelector: {}\negress: [{toCIDR: [0.0.0.0/0]}]", {"lets everything out": False}),
        ("Cilium", "endpointSelector: {}\negress: [{toCIDR: [0.0.0.0/1], toCIDRSet: [{cidr: 128.0.0.0/1}]}]",
         {"lets everything out": False}),
        ("Cilium", "endpointSelector: {}\negress: [{toCIDR: [10.0.0.0/8]}]", {"egress is limited": True}),
        ("Cilium", "endpointSelector: {}\negress: [{toCIDRSet: [{cidr: 128.0.0.0/1}]}]",
         {"lets pods out to a great part of all addresses": None}),
        ("Cilium", "endpointSelector: {}\negress: [{toFQDNs: [{matchName: a}]}]", {"egress is limited": True}),
        ("Cilium", "endpointSelector: {}\ningress: [{toPorts: [{ports: [{port: '80'}]}]}]",
         {"lets everybody in": False}),
        ("Cilium", "endpointSelector: {}\ningress: [7]", {}),
        ("Cilium", "endpointSelector: {}\ningress: []", {}),
        ("Cilium", "endpointSelector: {}\nenableDefaultDeny: {ingress: false}\ningress: [{}]", {}),
        ("Calico", "selector: all()\ntypes: [Ingress]", {"default deny of ingress": True}),
        ("Calico", "selector: app == 'a'\ntypes: [Egress]", {"denies all egress": True}),
        ("Calico", "ingress: [{action: Allow}]", {"lets everybody in": False}),
        ("Calico", "ingress: [{action: Deny}]", {"ingress is limited": True}),
        ("Calico", "ingress: [{action: Allow, source: {selector: a == 'b'}}]", {"ingress is limited": True}),
        ("Calico", "types: [Egress]\negress: [{action: Allow, destination: {nets: [0.0.0.0/0]}}]",
         {"lets everything out": False}),
        ("Calico", "types: 7\ningress: {a: b}", {}),
    ],
)  # fmt: skip
def test_policies_of_other_products(tmp_path: Path, kind: str, spec: str, expected: dict[str, bool]) -> None:
    head = {
        "Cilium": "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n",
        "Calico": "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\n",
    }[kind]
    text = f"{head}metadata: {{name: p}}\nspec:\n" + "".join(f"  {line}\n" for line in spec.splitlines())
    result = gathered(tmp_path, {"p.yaml": text})
    assert {setting: holds for (_, setting), holds in settings(result).items()} == expected


TRAFFIC = {
    "networking.k8s.io/v1 Ingress": [
        ("tls: [{hosts: [a.example.com]}]", {"serves TLS": True}),
        ("rules: [{host: a.example.com}]", {"serves TLS": None}),
        (
            "tls: [{hosts: ['*.example.com']}]\nrules: [{host: a.example.com}, {host: b.other.com}]",
            {"serves TLS": True, "serves a host without a certificate of its own": None},
        ),
        ("tls: 7", {"serves TLS": None}),
    ],
    "gateway.networking.k8s.io/v1 Gateway": [
        ("listeners: [{name: s, protocol: HTTPS, tls: {}}]", {"its listener s serves TLS": True}),
        ("listeners: [{name: p, protocol: HTTP}]", {"its listener p serves TLS": False}),
        (
            "listeners: [{name: p, protocol: HTTP}, {name: s, protocol: HTTPS}]",
            {"its listener p serves TLS": None, "its listener s serves TLS": True},
        ),
        ("listeners: [7, {protocol: []}]", {}),
    ],
    "networking.istio.io/v1 Gateway": [
        ("servers: [{port: {name: s, protocol: HTTPS}, tls: {mode: SIMPLE}}]", {"its server s serves TLS": True}),
        ("servers: [{port: {name: p, protocol: HTTP}}]", {"its server p serves TLS": False}),
        (
            "servers: [{port: {name: p, protocol: HTTP}, tls: {httpsRedirect: true}}]",
            {"its server p sends callers on to TLS": True},
        ),
    ],
    "security.istio.io/v1 PeerAuthentication": [
        ("mtls: {mode: STRICT}", {"takes nothing but mutual TLS": True}),
        ("mtls: {mode: PERMISSIVE}", {"takes nothing but mutual TLS": False}),
        ("mtls: {mode: DISABLE}", {"takes nothing but mutual TLS": False}),
        ("mtls: {mode: UNSET}", {"takes nothing but mutual TLS": None}),
        ("selector: {}", {"takes nothing but mutual TLS": None}),
        (
            "mtls: {mode: STRICT}\nportLevelMtls: {8080: {mode: DISABLE}}",
            {"takes nothing but mutual TLS": True, "takes nothing but mutual TLS on port 8080": False},
        ),
    ],
    "networking.istio.io/v1 DestinationRule": [
        ("trafficPolicy: {tls: {mode: DISABLE}}", {"calls its host by TLS": False}),
        ("trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}", {"calls its host by TLS": True}),
        ("trafficPolicy: {loadBalancer: {}}", {}),
    ],
    "security.istio.io/v1 AuthorizationPolicy": [
        ("action: ALLOW", {"default deny of calls": True}),
        ("rules: []", {"default deny of calls": True}),
        ("rules: [{}]", {"lets everybody call": False}),
        ("rules: [{from: [{source: {principals: [a]}}]}]", {"calls are allowed by rule": True}),
        ("action: DENY\nrules: [{from: []}]", {"denies calls by rule": True}),
        ("action: DENY", {}),
        ("action: AUDIT\nrules: [{}]", {}),
    ],
}


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [(kind, spec, expected) for kind, cases in TRAFFIC.items() for spec, expected in cases],
)
def test_what_is_said_of_traffic(tmp_path: Path, kind: str, spec: str, expected: dict[str, bool | None]) -> None:
    version, _, name = kind.partition(" ")
    text = f"apiVersion: {version}\nkind: {name}\nmetadata: {{name: x}}\nspec:\n"
    text += "".join(f"  {line}\n" for line in spec.splitlines())
    result = gathered(tmp_path, {"x.yaml": text})
    assert {setting: holds for (_, setting), holds in settings(result).items()} == expected


def test_an_empty_authorization_policy_denies_and_one_that_is_tried_out_does_nothing(tmp_path: Path) -> None:
    text = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: x}\nspec: {}\n"
    assert settings(gathered(tmp_path / "a", {"x.yaml": text})) == {
        ("AuthorizationPolicy/x", "default deny of calls"): True
    }
    dry = text.replace("name: x", "name: x, annotations: {istio.io/dry-run: 'true'}")
    result = gathered(tmp_path / "b", {"x.yaml": dry})
    assert result.result.items == ()
    assert told(result, "not-counted") == ["'AuthorizationPolicy/x' is only tried out: it lets everybody call"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("pod-security.kubernetes.io/enforce: restricted", True),
        ("pod-security.kubernetes.io/enforce: privileged", False),
        ("pod-security.kubernetes.io/enforce: '{{ level }}'", None),
    ],
)
def test_the_standard_that_a_namespace_holds_its_pods_to(tmp_path: Path, labels: str, *, expected: bool | None) -> None:
    text = f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: prod\n  labels: {{{labels}}}\n"
    result = gathered(tmp_path, {"n.yaml": text})
    assert settings(result) == {("Namespace/prod", "holds its pods to a security standard"): expected}


def test_to_warn_of_pods_stops_none(tmp_path: Path) -> None:
    text = (
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, labels: {pod-security.kubernetes.io/warn: baseline}}\n"
    )
    result = gathered(tmp_path, {"n.yaml": text})
    assert result.result.items == ()
    assert problems(result, "not-counted")[0].reason.startswith("'Namespace/prod' only tells of pods below")
