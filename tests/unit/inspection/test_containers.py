"""Who containers run as, how images are pinned, and what holds containers down."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Confidence, Fact

_DIGEST = f"sha256:{'a' * 64}"
_POD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - image: example/web
        name: web
        resources: {}
      securityContext: {}
"""
_HELD_POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      securityContext:
        runAsNonRoot: true
      containers:
      - name: web
        image: example/web:1.0
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities:
            drop: [ALL]
        resources:
          limits:
            memory: 1Gi
            cpu: "1"
        livenessProbe:
          httpGet: {path: /health, port: 80}
"""


def _fact(folder: Path, files: dict[str, str], key: str) -> Fact:
    return inspected(folder, files, "containers")[f"containers/{key}"]


def test_nothing_of_the_kind_is_not_applicable_and_not_a_failure(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"main.py": "print()\n"}, "containers")

    assert {fact.answer for fact in facts.values()} == {Answer.NOT_APPLICABLE}


def test_a_guide_that_speaks_of_an_image_makes_none(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"README.md": "# A\n\n## Running in Docker\n\nSee another project.\n"}, "non-root")

    assert fact.answer is Answer.NOT_APPLICABLE
    assert (spots(fact), spots(fact, counting=False)) == ([], ["README.md:3"])


def test_the_last_user_of_the_last_stage_counts(tmp_path: Path) -> None:
    text = "FROM node:20 AS build\nUSER node\nFROM node:20\nUSER root\nRUN x\nUSER node\nCMD y\n"
    fact = _fact(tmp_path, {"Dockerfile": text}, "non-root")

    assert fact.answer is Answer.YES
    assert fact.confidence is Confidence.HIGH
    assert spots(fact) == ["Dockerfile:6"]
    assert spots(fact, counting=False) == ["Dockerfile:2", "Dockerfile:4"]


def test_a_user_of_an_earlier_stage_does_not_count(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM node:20 AS build\nUSER node\nFROM node:20-alpine\nCMD x\n", "deployment.yaml": _POD}
    fact = _fact(tmp_path, files, "non-root")

    assert fact.answer is Answer.NO
    assert spots(fact) == ["Dockerfile:3", "deployment.yaml:12"]
    assert "node:20-alpine" in fact.statement


def test_half_of_the_images_as_root_is_no_and_names_them(tmp_path: Path) -> None:
    files = {"a/Dockerfile": "FROM node:20\nUSER node\n", "b/Dockerfile": "FROM node:20\n"}
    fact = _fact(tmp_path, files, "non-root")

    assert fact.answer is Answer.NO
    assert fact.values["root"] == ("b/Dockerfile",)
    assert spots(fact) == ["b/Dockerfile:1", "a/Dockerfile:2"]


def test_one_of_three_images_as_root_is_a_part(tmp_path: Path) -> None:
    files = {f"{name}/Dockerfile": "FROM node:20\nUSER node\n" for name in "ab"} | {"c/Dockerfile": "FROM node:20\n"}

    assert _fact(tmp_path, files, "non-root").answer is Answer.PARTIAL


@pytest.mark.parametrize(
    "path",
    [".devcontainer/Dockerfile", "tests/Dockerfile", "examples/app/Dockerfile", "docs/Dockerfile", "Dockerfile.dev"],
)
def test_images_that_serve_nobody_do_not_count(tmp_path: Path, path: str) -> None:
    fact = _fact(tmp_path, {path: "FROM node:20\nUSER node\n"}, "non-root")

    assert fact.answer is Answer.NOT_APPLICABLE
    assert spots(fact, counting=False) == [f"{path}:2"]


def test_a_commented_user_does_not_count(tmp_path: Path) -> None:
    assert _fact(tmp_path, {"Dockerfile": "FROM node:20\n# USER node\n"}, "non-root").answer is Answer.NO


def test_a_build_argument_without_a_default_is_unknown(tmp_path: Path) -> None:
    assert _fact(tmp_path, {"Dockerfile": "FROM node:20\nARG U\nUSER $U\n"}, "non-root").answer is Answer.UNKNOWN


def test_a_base_that_does_not_start_as_root_is_told_with_less_confidence(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"Dockerfile": "FROM gcr.io/distroless/base:nonroot\n"}, "non-root")

    assert fact.answer is Answer.YES
    assert fact.confidence is Confidence.MODERATE


def test_an_entry_point_that_gives_root_up_is_a_part(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"Dockerfile": 'FROM debian\nENTRYPOINT ["gosu", "app", "run"]\n'}, "non-root")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["Dockerfile:2"]


def test_compose_that_starts_it_as_root_takes_away_from_it(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    build: .\n    user: root\n"
    fact = _fact(tmp_path, {"Dockerfile": "FROM node:20\nUSER node\n", "compose.yaml": compose}, "non-root")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["Dockerfile:2", "compose.yaml:4"]


def test_compose_that_forbids_new_privileges_is_shown(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    build: .\n    security_opt:\n      - no-new-privileges:true\n"
    fact = _fact(tmp_path, {"Dockerfile": "FROM node:20\nUSER node\n", "docker-compose.yml": compose}, "non-root")

    assert fact.answer is Answer.YES
    assert spots(fact) == ["Dockerfile:2", "docker-compose.yml:5"]


def test_the_stage_that_compose_builds_counts_too(tmp_path: Path) -> None:
    dockerfile = "FROM node:20 AS dev\nCMD x\nFROM node:20 AS prod\nUSER node\n"
    compose = "services:\n  web:\n    build: {context: ., target: dev}\n"
    fact = _fact(tmp_path, {"Dockerfile": dockerfile, "compose.yml": compose}, "non-root")

    assert fact.answer is Answer.NO
    assert set(spots(fact)) == {"Dockerfile:1", "Dockerfile:4"}


def test_a_user_that_compose_gives_to_one_service_is_no_user_of_another(tmp_path: Path) -> None:
    files = {
        "a/Dockerfile": "FROM node:20\nUSER node\n",
        "b/Dockerfile": "FROM node:20\n",
        "compose.yaml": "services:\n  a:\n    build: a\n    user: node\n  b:\n    build: b\n",
    }

    assert _fact(tmp_path, files, "non-root").answer is Answer.NO


def test_pods_that_must_not_be_root_take_an_image_that_is_a_part_of_the_way(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"Dockerfile": "FROM node:20\n", "deploy.yaml": _HELD_POD}, "non-root")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["Dockerfile:1", "deploy.yaml:8"]


def test_without_an_image_of_its_own_the_manifests_decide(tmp_path: Path) -> None:
    assert _fact(tmp_path / "a", {"deploy.yaml": _HELD_POD}, "non-root").answer is Answer.YES
    assert _fact(tmp_path / "b", {"deploy.yaml": _POD}, "non-root").answer is Answer.NO
    rooted = _HELD_POD.replace("runAsNonRoot: true", "runAsUser: 0")
    assert _fact(tmp_path / "c", {"deploy.yaml": rooted}, "non-root").answer is Answer.NO


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (f"FROM node@{_DIGEST}\n", Answer.YES),
        (f"FROM node:20@{_DIGEST} AS a\nFROM a\n", Answer.YES),
        (f"FROM node@{_DIGEST} AS a\nFROM alpine:3\n", Answer.PARTIAL),
        ("FROM node:20\n", Answer.NO),
        ("FROM scratch\n", Answer.NOT_APPLICABLE),
    ],
)
def test_base_images_are_pinned_by_digest_alone(tmp_path: Path, text: str, answer: Answer) -> None:
    assert _fact(tmp_path, {"Dockerfile": text}, "base-pinned").answer is answer


def test_base_images_are_shown_with_the_line_that_names_them(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"Dockerfile": f"FROM node@{_DIGEST} AS a\nFROM alpine\n"}, "base-pinned")

    assert spots(fact) == ["Dockerfile:2", "Dockerfile:1"]


def test_images_that_are_deployed(tmp_path: Path) -> None:
    files = {"compose.yaml": "services:\n  web:\n    image: example/web:latest\n", "deployment.yaml": _POD}
    fact = _fact(tmp_path, files, "deployed-images-pinned")

    assert fact.answer is Answer.NO
    assert spots(fact) == ["deployment.yaml:9", "compose.yaml:3"]


@pytest.mark.parametrize(
    ("image", "answer"),
    [
        (f"postgres@{_DIGEST}", Answer.YES),
        ("postgres:14.2", Answer.NO),
        ("postgres", Answer.NO),
        ("${IMAGE}", Answer.UNKNOWN),
        ("postgres:${V:-17}", Answer.NO),
    ],
)
def test_how_a_deployed_image_is_pinned(tmp_path: Path, image: str, answer: Answer) -> None:
    compose = f"services:\n  db:\n    image: {image}\n"

    assert _fact(tmp_path, {"compose.yaml": compose}, "deployed-images-pinned").answer is answer


def test_an_image_that_is_built_here_is_not_fetched(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    image: web:latest\n    build: .\n"
    fact = _fact(tmp_path, {"compose.yaml": compose}, "deployed-images-pinned")

    assert fact.answer is Answer.NOT_APPLICABLE
    assert spots(fact, counting=False) == ["compose.yaml:3"]


@pytest.mark.parametrize("path", ["docker-compose.dev.yml", "tests/compose.yaml", "compose.override.yaml"])
def test_compose_files_of_developers_and_tests_deploy_nothing(tmp_path: Path, path: str) -> None:
    files = {path: "services:\n  db:\n    image: postgres\n"}

    assert _fact(tmp_path, files, "deployed-images-pinned").answer is Answer.NOT_APPLICABLE


def test_a_kustomization_replaces_the_image_of_its_objects(tmp_path: Path) -> None:
    kustomization = (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        f"images:\n- name: example/web\n  digest: {_DIGEST}\n"
    )
    fact = _fact(tmp_path, {"k/kustomization.yaml": kustomization, "k/web.yaml": _POD}, "deployed-images-pinned")

    assert fact.answer is Answer.YES
    assert spots(fact) == ["k/kustomization.yaml:4"]


def test_manifests_of_earlier_releases_do_not_count(tmp_path: Path) -> None:
    files = {
        "install/v0.9.0/web.yaml": _POD,
        "install/v0.10.0-rc1/web.yaml": _POD,
        "install/v0.10.0/web.yaml": _POD.replace("example/web", f"example/web@{_DIGEST}"),
    }
    fact = _fact(tmp_path, files, "deployed-images-pinned")

    assert fact.answer is Answer.YES
    assert spots(fact) == ["install/v0.10.0/web.yaml:9"]


def test_values_of_a_chart_name_an_image_and_its_templates_do_not(tmp_path: Path) -> None:
    files = {
        "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
        "charts/web/values.yaml": "image:\n  repository: example/web\n  tag: latest\nresources: {}\n",
        "charts/web/templates/deployment.yaml": _POD.replace("example/web", "{{ .Values.image.repository }}"),
    }
    facts = inspected(tmp_path, files, "containers")

    assert facts["containers/deployed-images-pinned"].answer is Answer.NO
    assert spots(facts["containers/deployed-images-pinned"]) == ["charts/web/values.yaml:1"]
    assert facts["containers/resource-limits"].answer is Answer.NO
    assert spots(facts["containers/resource-limits"]) == ["charts/web/values.yaml:4"]


def test_a_container_that_is_held_down(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"deploy.yaml": _HELD_POD}, "containers")

    assert facts["containers/hardening"].answer is Answer.YES
    assert spots(facts["containers/hardening"]) == ["deploy.yaml:13", "deploy.yaml:14", "deploy.yaml:16"]
    assert facts["containers/resource-limits"].answer is Answer.YES
    assert spots(facts["containers/resource-limits"]) == ["deploy.yaml:18"]
    assert facts["containers/health-checks"].answer is Answer.YES
    assert spots(facts["containers/health-checks"]) == ["deploy.yaml:21"]


def test_empty_settings_hold_nothing_down(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"deploy.yaml": _POD}, "containers")

    assert facts["containers/hardening"].answer is Answer.NO
    assert spots(facts["containers/hardening"]) == ["deploy.yaml:12"]
    assert facts["containers/resource-limits"].answer is Answer.NO
    assert spots(facts["containers/resource-limits"]) == ["deploy.yaml:11"]
    assert facts["containers/health-checks"].answer is Answer.NO


def test_what_opens_a_container_is_told_first(tmp_path: Path) -> None:
    compose = (
        "services:\n  a:\n    image: x:1\n    read_only: true\n    cap_drop: [ALL]\n"
        "    security_opt: ['no-new-privileges=true']\n    volumes:\n      - /var/run/docker.sock:/s\n"
        "  b:\n    image: x:1\n    privileged: true\n"
    )
    fact = _fact(tmp_path, {"compose.yaml": compose}, "hardening")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact)[:2] == ["compose.yaml:8", "compose.yaml:11"]
    assert fact.values["with_openings"] == 2


def test_a_switch_that_is_off_forbids_nothing(tmp_path: Path) -> None:
    compose = "services:\n  a:\n    image: x:1\n    security_opt: ['no-new-privileges:false']\n"

    assert _fact(tmp_path, {"compose.yaml": compose}, "hardening").answer is Answer.NO


def test_limits_of_memory_alone_are_a_part(tmp_path: Path) -> None:
    compose = "services:\n  a:\n    image: x:1\n    mem_limit: 1g\n"
    fact = _fact(tmp_path, {"compose.yaml": compose}, "resource-limits")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["compose.yaml:4"]


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        ("healthcheck:\n      test: curl x", Answer.YES),
        ("healthcheck:\n      disable: true", Answer.NO),
        ("healthcheck:\n      test: ['NONE']", Answer.NO),
        ("restart: always", Answer.NO),
    ],
)
def test_health_checks_of_compose(tmp_path: Path, check: str, answer: Answer) -> None:
    compose = f"services:\n  a:\n    image: x:1\n    {check}\n"

    assert _fact(tmp_path, {"compose.yaml": compose}, "health-checks").answer is answer


def test_a_health_check_of_the_image_that_a_service_is_built_from(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM node:20\nHEALTHCHECK CMD curl x\n",
        "compose.yaml": "services:\n  a:\n    build: .\n",
    }
    fact = _fact(tmp_path, files, "health-checks")

    assert fact.answer is Answer.YES
    assert spots(fact) == ["Dockerfile:2"]


def test_a_broken_manifest_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    files = {"a.yaml": _POD.replace("spec:\n  template", "spec: [\n  template"), "b.yaml": _HELD_POD}
    fact = _fact(tmp_path, files, "resource-limits")

    assert fact.answer is Answer.YES
