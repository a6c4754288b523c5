"""Manifests of Kubernetes: how pods and containers are held down, as the API reference decides it."""

from pathlib import Path

import pytest

from support.collecting import line_text, problems
from support.settings import gathered, items, line_of_setting, of, rows, settings, told

DIGEST = "sha256:" + "a" * 64
HELD = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: api, namespace: prod}}
spec:
  template:
    metadata: {{labels: {{app: api}}}}
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        seccompProfile: {{type: RuntimeDefault}}
      initContainers:
        - name: wait
          image: busybox:1.36
          securityContext:
            runAsUser: 0
            runAsNonRoot: false
      containers:
        - name: web
          image: registry.example.com/api:4.2@{DIGEST}
          resources: {{limits: {{memory: 1Gi}}}}
          readinessProbe: {{httpGet: {{path: /ready, port: 80}}}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {{drop: [ALL], add: [NET_BIND_SERVICE]}}
"""
OPEN = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  template:
    spec:
      hostNetwork: true
      hostPID: true
      volumes:
        - {name: engine, hostPath: {path: /var/run/docker.sock}}
        - {name: logs, hostPath: {path: /var/log}}
        - {name: own, emptyDir: {}}
      containers:
        - name: agent
          image: agent:latest
          ports: [{containerPort: 9100, hostPort: 9100}, {containerPort: 9101}]
          securityContext:
            privileged: true
            allowPrivilegeEscalation: false
            # runAsNonRoot: true
            capabilities: {drop: [ALL], add: [SYS_ADMIN, CHOWN]}
            seccompProfile: {type: Unconfined}
"""
PLAIN = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - {name: job, image: "$(IMAGE)"}
"""
ALL_HELD = {
    "does not run as root": True,
    "cannot gain privileges": True,
    "read-only file system": True,
    "all capabilities dropped": True,
    "system calls are filtered": True,
}


def test_what_holds_a_container_down_stands_with_its_line(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"api.yaml": HELD})
    assert of(result, "prod/Deployment/api/web") == ALL_HELD
    assert of(result, "prod/Deployment/api") == {"no token of the cluster's API in its containers": True}
    assert line_of_setting(result, "prod/Deployment/api/web", "does not run as root") == 11
    assert line_of_setting(result, "prod/Deployment/api/web", "cannot gain privileges") == 25
    assert line_of_setting(result, "prod/Deployment/api/web", "system calls are filtered") == 12
    web = rows(result, "container_config")[0]
    assert web == {
        "name": "prod/Deployment/api/web",
        "runs": True,
        "image": f"registry.example.com/api:4.2@{DIGEST}",
        "pinned": True,
        "user": "1000",
        "root": False,
        "privileged": False,
        "read_only": True,
        "limited": True,
        "checked": True,
    }
    (item,) = items(result, "container_config")
    assert "image: registry" in line_text(result, item, "/images/0/pinned")
    assert "limits" in line_text(result, item, "/images/0/limited")


def test_a_container_overrides_what_its_pod_says(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"api.yaml": HELD})
    first = of(result, "prod/Deployment/api/wait")
    assert first["does not run as root"] is False
    assert line_of_setting(result, "prod/Deployment/api/wait", "does not run as root") == 17
    assert first["system calls are filtered"] is True, "the pod's own, which the container leaves alone"
    wait = rows(result, "container_config")[1]
    assert (wait["user"], wait["root"], wait["limited"]) == ("0", True, False)
    assert "checked" not in wait, "what only prepares is not asked for its health"


def test_what_lays_a_pod_open_is_told_and_a_promise_that_cannot_hold_does_not_count(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"agent.yaml": OPEN})
    assert of(result, "DaemonSet/agent") == {
        "shares the network of the host": False,
        "shares the processes of the host": False,
        "mounts the socket of the container engine": False,
        "mounts a folder of the host": False,
    }
    agent = of(result, "DaemonSet/agent/agent")
    assert agent == {
        "does not run as root": None,  # a comment configures nothing
        "cannot gain privileges": False,  # privileged, whatever it says beside
        "read-only file system": False,
        "all capabilities dropped": False,
        "system calls are filtered": False,
        "adds capabilities": False,
        "may do all that its host may": False,
        "listens on a port of the host": False,
    }
    added = next(row for row in rows(result, "security_config") if row["setting"] == "adds capabilities")
    assert added["value"] == "CHOWN, SYS_ADMIN"


def test_what_is_left_out_has_its_documented_default_and_else_nothing(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"job.yaml": PLAIN})
    assert of(result, "CronJob/nightly/job") == {
        "does not run as root": None,
        "cannot gain privileges": False,
        "read-only file system": False,
        "all capabilities dropped": False,
        "system calls are filtered": None,
    }
    (row,) = rows(result, "container_config")
    assert row == {
        "name": "CronJob/nightly/job",
        "runs": True,
        "image": "$(IMAGE)",
        "privileged": False,
        "read_only": False,
        "limited": False,
    }


@pytest.mark.parametrize(
    ("context", "holds", "root"),
    [
        ("{runAsUser: 1000}", True, False),
        ("{runAsNonRoot: true}", True, False),
        ("{runAsUser: 0}", False, True),
        ("{runAsUser: 0, runAsNonRoot: true}", None, None),  # it is not started at all
        ("{runAsNonRoot: false}", None, None),
        ('{runAsUser: "1000"}', None, None),
        ('{runAsUser: "${UID}", runAsNonRoot: true}', None, None),
        ("{runAsNonRoot: '{{ .Values.nonRoot }}'}", None, None),
        ("{runAsUser: true}", None, None),
        ("[runAsNonRoot]", None, None),
        ("null", None, None),
    ],
)
def test_whether_a_container_may_be_root(tmp_path: Path, context: str, holds: bool | None, root: bool | None) -> None:
    text = PLAIN.replace('image: "$(IMAGE)"', f"image: a, securityContext: {context}")
    result = gathered(tmp_path, {"job.yaml": text})
    assert of(result, "CronJob/nightly/job")["does not run as root"] is holds
    assert rows(result, "container_config")[0].get("root") is root


def test_of_patches_and_of_other_kinds_only_what_is_written_counts(tmp_path: Path) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n"
    files = {
        "patch.yaml": patch + "      containers: [{name: web, securityContext: {readOnlyRootFilesystem: true}}]\n",
        "service.yaml": "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m}\nspec:\n"
        "  predictor:\n    containers:\n      - {name: main, image: m:1, securityContext: {privileged: false}}\n",
    }
    result = gathered(tmp_path, files)
    assert settings(result) == {
        ("Deployment/api/web", "read-only file system"): True,
        ("InferenceService/m/main", "is not privileged"): True,
    }
    (row,) = rows(result, "container_config")
    assert row == {
        "name": "InferenceService/m/main",
        "runs": True,
        "image": "m:1",
        "pinned": False,
        "privileged": False,
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("spec:\n  template", "spec:\n  replicas: 0\n  template"), "is switched off: it asks for no replicas"),
        (("namespace: prod", "namespace: staging"), "stands in the namespace 'staging', which is of another"),
        (("namespace: prod", "annotations: {helm.sh/hook: test}"), "is a test, which Helm runs"),
        (
            ("namespace: prod", "annotations: {config.kubernetes.io/local-config: 'true'}"),
            "is for tools alone and is never applied",
        ),
    ],
)
def test_what_is_not_in_force_is_told_and_not_counted(tmp_path: Path, change: tuple[str, str], reason: str) -> None:
    result = gathered(tmp_path, {"api.yaml": HELD.replace(*change)})
    assert result.result.items == ()
    assert any(reason in one for one in told(result, "not-counted"))


def test_streams_and_lists_hold_objects_and_definitions_hold_none(tmp_path: Path) -> None:
    listed = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec:\n"
    listed += "    containers: [{name: c, image: a, securityContext: {privileged: true}}]\n"
    definition = "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: d}\n"
    definition += "spec: {containers: [{name: x, image: y}]}\n"
    result = gathered(tmp_path, {"all.yaml": f"{listed}{definition}---\n{HELD}"})
    names = {row["name"] for row in rows(result, "container_config")}
    assert names == {"Pod/p/c", "prod/Deployment/api/web", "prod/Deployment/api/wait"}
    assert line_of_setting(result, "Pod/p/c", "may do all that its host may") == 8
    assert line_of_setting(result, "prod/Deployment/api/web", "cannot gain privileges") == 25 + 14


def test_a_template_of_a_chart_is_told_as_one(tmp_path: Path) -> None:
    template = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\nspec: {}\n{{ end }}\n"
    )
    result = gathered(tmp_path, {"pod.yaml": template})
    assert result.result.items == ()
    assert told(result, "not-counted") == ["is a template that is filled in elsewhere, not configuration"]
    assert told(result, "unreadable") == []


def test_a_kustomization_names_images_and_tells_what_is_not_read(tmp_path: Path) -> None:
    text = f"""\
resources: [../base, https://github.com/example/base?ref=v1]
images:
  - {{name: api, newName: registry.example.com/api, digest: "{DIGEST}"}}
  - {{name: web, newTag: "1.2"}}
  - {{name: kept}}
secretGenerator:
  - {{name: db, literals: [password=hunter2-and-more, url=$(URL)]}}
patches:
  - patch: |-
      - op: add
        path: /spec/template/spec/containers/0/securityContext
        value: {{privileged: true}}
  - patch: |-
      apiVersion: v1
      kind: ConfigMap
      metadata: {{name: settings}}
"""
    result = gathered(tmp_path, {"kustomization.yaml": text})
    assert [(row["name"], row["image"], row["pinned"]) for row in rows(result, "container_config")] == [
        ("image api", f"registry.example.com/api@{DIGEST}", True),
        ("image web", "web:1.2", False),
    ]
    assert of(result, "secretGenerator/db") == {"password stands in the file": False}
    unread = {(one.place.line, one.reason) for one in problems(result, "unreadable")}
    assert unread == {
        (1, "'https://github.com/example/base?ref=v1' takes in objects from elsewhere, which are not read here"),
        (9, "changes objects by a patch within this file, which is not read"),
    }


def test_two_files_that_say_different_things_of_one_object_are_both_told(tmp_path: Path) -> None:
    other = HELD.replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
    result = gathered(tmp_path, {"one/api.yaml": HELD, "two/api.yaml": other})
    found = [
        row["holds"]
        for row in rows(result, "security_config")
        if (row["subject"], row["setting"]) == ("prod/Deployment/api/web", "read-only file system")
    ]
    assert found == [True, False]


@pytest.mark.parametrize(
    ("files", "statuses"),
    [
        ({"api.yaml": HELD}, {"not-counted"}),
        ({"service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {}\n"}, {"unreadable"}),
        ({"values.yaml": "kind: Deployment\nspec: {template: {}}\n"}, {"unreadable"}),
        ({"big.yaml": HELD + "# x\n" * 1_500_000}, {"unreadable"}),
        ({"latin.yaml": HELD.encode().replace(b"prod", b"pr\xf6d")}, {"unreadable"}),
    ],
)
def test_what_is_none_or_cannot_be_read_says_so(
    tmp_path: Path, files: dict[str, str | bytes], statuses: set[str]
) -> None:
    provides = ("rbac_export",) if "api.yaml" in files else ("security_config",)
    result = gathered(tmp_path, files, provides=provides)
    assert result.result.items == ()
    assert {one.status for one in problems(result)} - {"absent"} == statuses
