"""Manifests, Compose files and Dockerfiles with odd values at each place give results or reasons, never a traceback."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.odd_values import VALUES
from support.settings import gathered

WHOLE: dict[str, str] = {
    "workload.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: prod, annotations: {a: b}, labels: {a: b}}
spec:
  replicas: 2
  suspend: false
  template:
    metadata: {labels: {app: api}}
    spec:
      hostNetwork: false
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      volumes:
        - {name: a, hostPath: {path: /x}}
        - {name: b, csi: {driver: d}, secret: {secretName: s}, projected: {sources: [{secret: {name: s}}]}}
      initContainers: [{name: i, image: j}]
      containers:
        - name: c
          image: a:1
          args: [--x=y]
          env: [{name: API_KEY, value: x, valueFrom: {secretKeyRef: {name: a, key: b}, configMapKeyRef: {name: c}}}]
          envFrom: [{secretRef: {name: s}}]
          ports: [{hostPort: 1}]
          resources: {limits: {memory: 1Gi}}
          readinessProbe: {httpGet: {path: /}}
          securityContext:
            privileged: false
            procMount: Default
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL], add: [CHOWN]}
""",
    "access.yaml": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: prod}
aggregationRule: {}
rules: [{apiGroups: [""], resources: [secrets], resourceNames: [a], verbs: [get], nonResourceURLs: [/x]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: prod}
roleRef: {kind: Role, name: r}
subjects: [{kind: User, name: jane}, {kind: ServiceAccount, name: s, namespace: prod}]
""",
    "network.yaml": """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: prod}
spec:
  podSelector: {matchLabels: {app: api}, matchExpressions: [{key: app, operator: In, values: [api]}]}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {}, namespaceSelector: {}, ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]
  egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 53, protocol: UDP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: c}
spec:
  endpointSelector: {}
  enableDefaultDeny: {ingress: true}
  ingress: [{fromEntities: [world], fromCIDRSet: [{cidr: 0.0.0.0/0}], toPorts: [{ports: [{port: "53"}]}]}]
specs: [{egress: [{toCIDR: [0.0.0.0/0]}]}]
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: g}
spec: {selector: all(), types: [Ingress], ingress: [{action: Allow, source: {nets: [10.0.0.0/8]}, protocol: TCP}]}
""",
    "traffic.yaml": """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "false"}}
spec: {tls: [{hosts: [a.example.com]}], rules: [{host: b.example.com}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: g}
spec: {servers: [{port: {name: a, protocol: HTTP}, tls: {mode: SIMPLE, httpsRedirect: true}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: h}
spec: {listeners: [{name: a, protocol: HTTP}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: p}
spec: {mtls: {mode: STRICT}, portLevelMtls: {"80": {mode: DISABLE}}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: a, annotations: {istio.io/dry-run: "false"}}
spec: {action: ALLOW, rules: [{from: []}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: prod, labels: {pod-security.kubernetes.io/enforce: restricted}}
""",
    "secrets.yaml": """\
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {password: aHVudGVy}
stringData: {token: x}
sops: {mac: x}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data: {api_key: abcdefgh12345, file: "a\\nb"}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: e}
spec: {encryptedData: {a: b}}
---
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources: [{resources: [secrets], providers: [{aescbc: {keys: []}}]}]
""",
    "kustomization.yaml": """\
resources: [../base, "https://example.com/x"]
images: [{name: a, newName: b, newTag: "1", digest: "sha256:x"}]
secretGenerator: [{name: s, literals: [a=b]}]
patches: [{path: x.yaml, patch: "a\\nb", target: {kind: Deployment}}]
patchesStrategicMerge: ["kind: Deployment\\nimage: x"]
helmCharts: [{name: c}]
""",
    "compose.yaml": """\
include: []
x-common: {a: b}
services:
  api:
    image: "a:${TAG:-1}"
    build: {context: ., dockerfile: Dockerfile, target: x}
    user: "1000"
    profiles: [live]
    scale: 2
    privileged: false
    read_only: true
    network_mode: bridge
    pid: host
    cap_drop: [ALL]
    cap_add: [CHOWN]
    security_opt: ["no-new-privileges:true"]
    ports: ["127.0.0.1:80:80", {target: 80, published: 80, host_ip: 127.0.0.1}]
    volumes: ["/x:/y", {source: /a, target: /b}]
    environment: {API_KEY: "${API_KEY}", B: c}
    secrets: [a, {source: b}]
    command: [a, b]
    mem_limit: 1g
    deploy: {replicas: 1, resources: {limits: {cpus: "1", memory: 1g}}}
    healthcheck: {test: [CMD, x], disable: false}
    extends: {service: base}
""",
}


def places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    if isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from places(tree[key], (*at, key))


def changed(tree: Any, at: tuple[Any, ...], value: Any) -> Any:
    if not at:
        return value
    other = copy.deepcopy(tree)
    part = other
    for key in at[:-1]:
        part = part[key]
    part[at[-1]] = value
    return other


@pytest.mark.parametrize("name", WHOLE)
def test_an_odd_value_at_each_place(tmp_path: Path, name: str) -> None:
    """Every place with its share of the odd values; all variants of one file are collected as one folder."""
    documents = list(yaml.safe_load_all(WHOLE[name]))
    files: dict[str, str | bytes] = {}
    values = [value for value in VALUES if not (isinstance(value, str) and len(value) > 10_000)]
    for index, document in enumerate(documents):
        for number, place in enumerate(places(document)):
            for turn in range(3):
                value = values[(number * 3 + turn + index) % len(values)]
                variant = [*documents[:index], changed(document, place, value), *documents[index + 1 :]]
                text = "---\n".join(json.dumps(each) + "\n" for each in variant)
                folder = f"n{index}/n{number}-{turn}"
                files[f"{folder}/{name}"] = text.encode("utf-8", "surrogatepass")
    assert len(files) > 50
    result = gathered(tmp_path, files)
    told = {item.provenance.path for item in result.result.items} | {one.place.path for one in result.result.problems}
    assert len(told) > len(files) / 2


def test_very_many_rows_and_very_long_names_are_read_in_time(tmp_path: Path) -> None:
    containers = [{"name": f"c{number}", "image": "a" * 500} for number in range(3_000)]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p" * 5_000}, "spec": {"containers": containers}}
    result = gathered(tmp_path, {"pod.json": json.dumps(pod)})
    assert sum(len(item.facts.get("images", ())) for item in result.result.items) == 3_000
    assert max(len(row["name"]) for item in result.result.items for row in item.facts.get("images", ())) < 500
