"""Containers that hosting platforms and infrastructure code run: images, sizes and checks with their lines."""

import json
from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

DIGEST = "sha256:" + "a" * 64
FLY = """app = 'gw'

[build]
  image = 'acme/gw:latest'

[[http_service.checks]]
  path = '/health'

[[vm]]
  memory = '2gb'
  cpus = 2
"""


def facts(folder: Path, files: dict[str, str | bytes]) -> dict[str, Fact]:
    found = inspected(folder / "r", files, "containers")
    return {key.partition("/")[2]: fact for key, fact in found.items()}


def test_fly_names_an_image_a_machine_and_a_check(tmp_path: Path) -> None:
    found = facts(tmp_path, {"infra/fly.toml": FLY})
    assert found["deployed-images-pinned"].answer is Answer.NO
    assert spots(found["deployed-images-pinned"]) == ["infra/fly.toml:4"]
    assert found["resource-limits"].answer is Answer.YES
    assert spots(found["resource-limits"]) == ["infra/fly.toml:10", "infra/fly.toml:11"]
    assert found["health-checks"].answer is Answer.YES
    assert spots(found["health-checks"]) == ["infra/fly.toml:6"]


def test_a_moving_tag_at_a_platform_makes_tags_elsewhere_no_answer(tmp_path: Path) -> None:
    compose = "services:\n  loki:\n    image: grafana/loki:3.5.0\n"
    fact = facts(tmp_path, {"fly.toml": FLY, "compose.yaml": compose})["deployed-images-pinned"]
    assert fact.answer is Answer.NO
    assert spots(fact) == ["fly.toml:4", "compose.yaml:3"]
    fixed = FLY.replace("gw:latest", f"gw@{DIGEST}")
    assert facts(tmp_path / "b", {"fly.toml": fixed})["deployed-images-pinned"].answer is Answer.YES


def test_fly_without_an_image_builds_its_own(tmp_path: Path) -> None:
    text = "app = 'gw'\n[build]\n  dockerfile = 'Dockerfile.gw'\n"
    found = facts(tmp_path, {"fly.toml": text})
    assert found["deployed-images-pinned"].answer is Answer.NOT_APPLICABLE
    assert spots(found["deployed-images-pinned"], counting=False) == ["fly.toml:3"]
    assert found["resource-limits"].answer is Answer.NO
    assert spots(found["resource-limits"]) == ["fly.toml:1"]
    assert found["health-checks"].answer is Answer.NO


@pytest.mark.parametrize("path", ["examples/fly.toml", "docs/fly.toml", "tests/fly.toml", "butterfly.toml"])
def test_settings_that_nothing_runs_with_deploy_nothing(tmp_path: Path, path: str) -> None:
    assert facts(tmp_path, {path: FLY})["deployed-images-pinned"].answer is Answer.NOT_APPLICABLE


def test_render_names_a_size_that_is_not_told(tmp_path: Path) -> None:
    text = (
        "services:\n  - type: web\n    name: gw\n    runtime: image\n    image:\n      url: docker.io/acme/gw\n"
        "    plan: starter\n    healthCheckPath: /health\n  - type: web\n    name: site\n    runtime: node\n"
    )
    found = facts(tmp_path, {"render.yaml": text})
    assert found["deployed-images-pinned"].answer is Answer.NO
    assert spots(found["deployed-images-pinned"]) == ["render.yaml:6"]
    assert found["resource-limits"].answer is Answer.PARTIAL
    assert spots(found["resource-limits"]) == ["render.yaml:7"]
    assert spots(found["health-checks"]) == ["render.yaml:8"]


def test_app_platform_names_image_and_tag_apart(tmp_path: Path) -> None:
    text = "services:\n- name: gw\n  image:\n    repository: gw\n    tag: v1.2.3\n  instance_size_slug: basic-xs\n"
    found = facts(tmp_path, {".do/app.yaml": text})
    assert found["deployed-images-pinned"].answer is Answer.NO
    assert spots(found["deployed-images-pinned"]) == [".do/app.yaml:4"]
    assert found["resource-limits"].answer is Answer.PARTIAL


def test_a_task_definition_limits_each_of_its_containers(tmp_path: Path) -> None:
    task = {
        "memory": "2048",
        "cpu": "512",
        "containerDefinitions": [
            {"name": "gw", "image": f"acme/gw@{DIGEST}", "healthCheck": {"command": ["CMD", "true"]}},
            {"name": "side", "image": "acme/side"},
        ],
    }
    found = facts(tmp_path, {"deploy/task-definition.json": json.dumps(task, indent=1)})
    assert found["deployed-images-pinned"].answer is Answer.PARTIAL
    assert spots(found["deployed-images-pinned"]) == [
        "deploy/task-definition.json:17",
        "deploy/task-definition.json:7",
    ]
    assert found["resource-limits"].values["limited"] == 2
    assert found["health-checks"].answer is Answer.PARTIAL


def test_tasks_of_another_kind_deploy_nothing(tmp_path: Path) -> None:
    found = facts(tmp_path, {"deploy/tasks.json": '{"tasks": [{"image": "a"}]}'})
    assert found["deployed-images-pinned"].answer is Answer.NOT_APPLICABLE


def test_cloud_run_has_the_form_of_kubernetes(tmp_path: Path) -> None:
    text = (
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: gw\nspec:\n  template:\n    spec:\n"
        "      containers:\n        - name: gw\n          image: gcr.io/acme/gw:latest\n          resources:\n"
        "            limits:\n              cpu: '1'\n              memory: 512Mi\n"
    )
    found = facts(tmp_path, {"service.yaml": text})
    assert spots(found["deployed-images-pinned"]) == ["service.yaml:10"]
    assert found["deployed-images-pinned"].answer is Answer.NO
    assert found["resource-limits"].answer is Answer.YES


TASK = """resource "aws_ecs_task_definition" "gw" {
  family = "gw"
  cpu    = 512
  container_definitions = jsonencode([{
    name  = "gw"
    image = "${aws_ecr_repository.gw.repository_url}:latest"
    healthCheck = { command = ["CMD", "true"] }
  }, {
    name  = "side"
    image = var.side_image
  }])
}

resource "aws_instance" "x" {
  memory = 5
  image  = "ami:latest"
}
"""


def test_terraform_is_read_within_the_block(tmp_path: Path) -> None:
    found = facts(tmp_path, {"infra/main.tf": TASK})
    fact = found["deployed-images-pinned"]
    assert fact.answer is Answer.NO
    assert spots(fact) == ["infra/main.tf:6", "infra/main.tf:10"]
    assert (fact.values["images"], fact.values["variable"]) == (2, 1)
    assert found["resource-limits"].answer is Answer.PARTIAL  # the memory is of another block
    assert spots(found["resource-limits"]) == ["infra/main.tf:3"]
    assert spots(found["health-checks"]) == ["infra/main.tf:7"]


def test_a_task_of_nomad(tmp_path: Path) -> None:
    text = (
        'job "a" {\n  task "gw" {\n    driver = "docker"\n    config {\n      image = "acme/gw:1.2"\n    }\n'
        "    resources {\n      cpu    = 500\n      memory = 256\n    }\n  }\n}\n"
    )
    found = facts(tmp_path, {"gw.nomad": text})
    assert found["deployed-images-pinned"].answer is Answer.NO
    assert spots(found["deployed-images-pinned"]) == ["gw.nomad:5"]
    assert found["resource-limits"].answer is Answer.YES


@pytest.mark.parametrize(
    "text",
    [
        "app = 7\n",
        "app = 'a'\nvm = 5\nservices = 'x'\n[build]\nimage = 3\n",
        "app = 'a'\n[[vm]]\n[[vm]]\n",
        'resource "fly_machine" "a" {\n' * 500,
    ],
)
def test_odd_files_are_survived(tmp_path: Path, text: str) -> None:
    found = facts(tmp_path, {"fly.toml": text, "main.tf": text, "render.yaml": "services: {a: [1]}\n"})
    assert found["deployed-images-pinned"].answer is Answer.NOT_APPLICABLE
