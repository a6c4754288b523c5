"""Dockerfiles: what an image starts from, whom it runs as, and whether it checks its health."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from support.settings import gathered, items, rows, told
from tieout.collectors.config import collect

DIGEST = "sha256:" + "c" * 64
WHOLE = f"""\
# syntax=docker/dockerfile:1
ARG BASE=python:3.12@{DIGEST}
FROM node:20 AS assets
USER root
RUN npm ci
FROM ${{BASE}} AS base
FROM base AS unused
USER root
FROM base
COPY --from=assets /out /srv
COPY --from=ghcr.io/example/tool:1 /tool /bin/
COPY --chown=app . .
HEALTHCHECK CMD ready
# USER root
USER app:app
"""


def images(root: Path, text: str | bytes, name: str = "Dockerfile") -> list[dict[str, Any]]:
    return rows(gathered(root, {name: text}), "container_config")


def test_the_final_stage_counts_and_what_helps_to_build_is_told_apart(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"Dockerfile": WHOLE})
    (item,) = items(result, "container_config")
    assert item.facts == {
        "product": "Docker",
        "images": [
            {
                "name": "final stage",
                "runs": True,
                "image": f"python:3.12@{DIGEST}",
                "pinned": True,
                "user": "app:app",
                "root": False,
                "checked": True,
            },
            {"name": "assets", "runs": False, "image": "node:20", "pinned": False},
            {
                "name": "files taken from ghcr.io/example/tool:1",
                "runs": False,
                "image": "ghcr.io/example/tool:1",
                "pinned": False,
            },
        ],
    }
    assert item.lines == {
        "/images/0": 9,
        "/images/0/name": 9,
        "/images/0/image": 6,
        "/images/0/pinned": 6,
        "/images/0/user": 15,
        "/images/0/root": 15,
        "/images/0/checked": 13,
        "/images/1": 3,
        "/images/1/image": 3,
        "/images/1/pinned": 3,
        "/images/2": 11,
        "/images/2/image": 11,
        "/images/2/pinned": 11,
    }
    assert told(result, "not-counted") == ["'unused' is a stage that a build without a target takes nothing from"]


@pytest.mark.parametrize(
    ("text", "user", "root"),
    [
        ("FROM python:3.12\nUSER app\nUSER 0\n", "0", True),
        ("FROM python:3.12\nUSER 1000:0\n", "1000:0", False),
        ("FROM python:3.12\nARG WHO\nUSER $WHO\n", "$WHO", None),
        ("FROM python:3.12\nARG WHO=root\nUSER ${WHO}\n", "${WHO}", True),
        ("FROM python:3.12 AS a\nUSER app\nFROM python:3.12\n", None, True),
        ("FROM python:3.12 AS a\nUSER app\nFROM a\n", "app", False),
        ("FROM registry.example.com/base:1\n", None, None),
        ("FROM gcr.io/distroless/static:nonroot\n", None, False),
        ("FROM python:3.12\nRUN <<EOF\nUSER app\nEOF\n", None, True),
        ("FROM python:3.12\n# USER app\n", None, True),
    ],
)
def test_whom_the_image_runs_as(tmp_path: Path, text: str, user: str | None, root: bool | None) -> None:
    row = images(tmp_path, text)[0]
    assert (row.get("user"), row.get("root")) == (user, root)


@pytest.mark.parametrize(
    ("text", "image", "pinned"),
    [
        (f"FROM --platform=linux/amd64 a@{DIGEST}\n", f"a@{DIGEST}", True),
        ("FROM a:1.2\n", "a:1.2", False),
        ("FROM a\n", "a", False),
        ("ARG BASE\nFROM ${BASE}\n", "${BASE}", None),
        (f"ARG D={DIGEST}\nFROM a@${{D}}\n", f"a@{DIGEST}", True),
        ("FROM scratch\n", "scratch", None),
        ("from a:1 as x\nFrom x\n", "a:1", False),
    ],
)
def test_whether_the_base_is_named_by_its_digest(tmp_path: Path, text: str, image: str, pinned: bool | None) -> None:
    row = images(tmp_path, text)[0]
    assert (row["image"], row.get("pinned")) == (image, pinned)


@pytest.mark.parametrize(
    ("text", "checked"),
    [
        ("FROM a:1\nHEALTHCHECK --interval=5s CMD x\n", True),
        ("FROM a:1\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\n", False),
        ("FROM a:1 AS b\nHEALTHCHECK CMD x\nFROM b\n", True),
        ("FROM a:1 AS b\nHEALTHCHECK CMD x\nFROM c:1\n", None),
        ("FROM a:1\n# HEALTHCHECK CMD x\n", None),
    ],
)
def test_whether_its_health_is_asked_for(tmp_path: Path, text: str, checked: bool | None) -> None:
    assert images(tmp_path, text)[0].get("checked") is checked


def test_files_of_a_mount_and_of_numbered_stages_are_needed(tmp_path: Path) -> None:
    text = "FROM a:1\nFROM b:1\nFROM c:1\nCOPY --from=0 /x /x\nRUN --mount=type=bind,from=1,target=/y make\n"
    assert [(row["name"], row["image"], row["runs"]) for row in images(tmp_path, text)] == [
        ("final stage", "c:1", True),
        ("stage 0", "a:1", False),
        ("stage 1", "b:1", False),
    ]


@pytest.mark.parametrize("name", ["Dockerfile", "api.Dockerfile", "Dockerfile.prod", "deploy/Containerfile"])
def test_the_names_of_such_files(tmp_path: Path, name: str) -> None:
    assert images(tmp_path, "FROM a:1\n", name)


@pytest.mark.parametrize(
    "name", ["Dockerfile.dev", "Dockerfile.test", ".devcontainer/Dockerfile", "Dockerfile.md", "examples/Dockerfile"]
)
def test_what_is_not_for_use_does_not_count(tmp_path: Path, name: str) -> None:
    files = {name: "FROM a:1\n", "live/Dockerfile": "FROM b:1\n"}
    assert [row["image"] for row in rows(gathered(tmp_path, files), "container_config")] == ["b:1"]


def test_a_file_without_a_stage_is_none(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"Dockerfile": "ARG X=1\n# FROM a\n"}, provides=("container_config",))
    assert [one.status for one in problems(result)] == ["unreadable"]
    assert "its format is none of those" in problems(result)[0].reason


HOSTILE: list[bytes] = [
    b"",
    b"FROM",
    b"FROM \n",
    b"FROM a\nUSER\n",
    b"FROM a\nHEALTHCHECK\n",
    b"FROM a AS a\nFROM a AS a\nFROM a\n",
    b"FROM a\nCOPY --from= x y\nCOPY --from=99999999999999999999 x y\n",
    b"FROM " + b"${A:-" * 5_000 + b"\n",
    b"FROM a\n" + b"USER x\\\n" * 50_000,
    b"FROM a\nRUN " + b"--mount=from=" * 20_000 + b"\n",
    b"FROM \xff\xfe\n",
    "FROM a\nUSER \u202eroot\n".encode(),
    b"FROM a\x00b\n",
    "FROM a\n".encode("utf-16"),
]


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_files_give_a_result_or_a_reason(tmp_path: Path, data: bytes) -> None:
    section = source("config", "Dockerfile", provides=("container_config",))
    result = in_folder(collect, write(tmp_path, {"Dockerfile": data}), section)
    assert result.result.items or problems(result)
