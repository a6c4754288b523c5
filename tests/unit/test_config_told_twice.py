"""An object or a service that two files of one source configure: told where it stands, never as if one alone did."""

from pathlib import Path

import pytest

from support.collecting import problems
from support.settings import gathered, rows

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: api{space}}}
spec:
  containers:
    - name: web
      image: registry.example.com/api:{tag}
      securityContext: {{runAsNonRoot: {held}, runAsUser: 1000}}
"""
PROD = ", namespace: prod"
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [a.yaml]
patches: [{path: b.yaml}]
"""


def pod(*, space: str = PROD, held: str = "true", tag: str = "1") -> str:
    return POD.format(space=space, held=held, tag=tag)


def told(tmp_path: Path, files: dict[str, str | bytes]) -> dict[str, set[tuple[str, int | None]]]:
    """Status -> (path, line) of what is said of objects that stand twice."""
    found: dict[str, set[tuple[str, int | None]]] = {}
    for one in problems(gathered(tmp_path, files)):
        if "with another content" in one.reason or "override file" in one.reason:
            found.setdefault(one.status, set()).add((one.place.path, one.place.line))
    return found


def test_two_files_of_one_folder_that_disagree_are_an_unread_part_with_both_places(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"k8s/a.yaml": pod(), "k8s/b.yaml": pod(held="false")}
    assert told(tmp_path, files) == {"unreadable": {("k8s/a.yaml", 2), ("k8s/b.yaml", 2)}}
    assert len(rows(gathered(tmp_path / "again", files), "container_config")) == len(files), "both are shown"


def test_so_is_one_file_that_holds_an_object_twice(tmp_path: Path) -> None:
    text = pod() + "---\n" + pod(tag="2")
    assert told(tmp_path, {"k8s/a.yaml": text}) == {"unreadable": {("k8s/a.yaml", 2), ("k8s/a.yaml", 11)}}


@pytest.mark.parametrize(
    "files",
    [
        {"k8s/a.yaml": pod(space=""), "k8s/b.yaml": pod(space="", held="false")},  # in which namespace is not told
        {"eu/a.yaml": pod(), "us/a.yaml": pod(tag="2")},  # they may be of two clusters
        {
            "k8s/kustomization.yaml": KUSTOMIZATION,
            "k8s/a.yaml": pod(),
            "k8s/b.yaml": pod(tag="2"),
        },
    ],
)
def test_where_a_tool_or_somebody_decides_it_is_told_as_undecided(
    tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    found = told(tmp_path, files)
    assert found.keys() == {"not-counted"}
    assert {path for path, _ in found["not-counted"]} == {path for path in files if "kustomization" not in path}


@pytest.mark.parametrize(
    "files",
    [
        {"k8s/a.yaml": pod(), "k8s/b.yaml": pod()},  # the same twice
        {"k8s/a.yaml": pod(), "k8s/b.yaml": pod(space=", namespace: batch", held="false")},
        {"k8s/a.yaml": pod(), "k8s/b.yaml": pod(space=", namespace: staging", held="false")},
        {"k8s/a.yaml": pod().replace("name: api", "generateName: api-"), "k8s/b.yaml": pod(held="false")},
    ],
)
def test_what_is_no_second_telling(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    assert told(tmp_path, files) == {}


BASE = """\
services:
  api:
    image: registry.example.com/api:1
    user: app
  db:
    image: registry.example.com/db:1
"""
OVER = "services:\n  api:\n    user: root\n"


@pytest.mark.parametrize(
    ("base", "override", "line"),
    [
        ("compose.yaml", "compose.override.yaml", 2),
        ("docker-compose.yml", "docker-compose.override.yml", 2),
        ("app/compose.yaml", "app/compose.override.yml", 2),
        ("compose.yaml", "app/compose.override.yaml", None),  # of another folder
        ("compose.prod.yaml", "compose.override.yaml", None),  # somebody names this one, and with it which others
        ("compose.yaml", "compose.debug.yaml", None),  # taken in only where somebody names it
    ],
)
def test_a_service_that_an_override_changes_is_told_as_undecided(
    tmp_path: Path, base: str, override: str, line: int | None
) -> None:
    found = told(tmp_path, {base: BASE, override: OVER})
    assert found == ({} if line is None else {"not-counted": {(base, line)}})


@pytest.mark.parametrize(
    "odd", ["[]", "null", "7", "{services: [api]}", "{services: {api: null}}", "{services: {7: x}}"]
)
def test_odd_overrides_give_a_result(tmp_path: Path, odd: str) -> None:
    result = gathered(tmp_path, {"compose.yaml": BASE, "compose.override.yaml": odd})
    assert rows(result, "container_config")
