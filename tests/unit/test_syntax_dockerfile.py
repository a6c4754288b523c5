"""Dockerfiles as stages with their lines, the user that an image runs as, and names of images."""

import pytest

from tieout.syntax.dockerfile import is_unresolved, parse_dockerfile, resolved
from tieout.syntax.dockerfile_user import RunsAs, runs_as
from tieout.syntax.images import Pin, parse_image, starts_as_root


def _of(text: str) -> RunsAs:
    parsed = parse_dockerfile("Dockerfile", text)
    return runs_as(parsed, parsed.stages[-1])


@pytest.mark.parametrize(
    ("text", "is_root", "line"),
    [
        ("FROM python:3.12\nUSER root\nRUN x\nUSER app\n", False, 4),
        ("FROM python:3.12\nUSER app\nRUN x\nUSER root\n", True, 4),
        ("FROM python:3.12\nUSER 0:0\n", True, 2),
        ("FROM python:3.12\nUSER 1001:0\n", False, 2),
        ('FROM python:3.12\nUSER "0"\n', True, 2),
        ("FROM python:3.12 AS a\nUSER app\nFROM python:3.12\nCMD x\n", True, 3),
        ("FROM python:3.12 AS base\nUSER app\nFROM base\nCMD x\n", False, 2),
        ("FROM python:3.12 AS base\nRUN x\nFROM base AS last\nCMD x\n", True, 3),
        ("FROM python:3.12\nARG UID=1001\nUSER ${UID}\n", False, 3),
        ("FROM python:3.12\nARG UID=0\nUSER $UID\n", True, 3),
        ("FROM python:3.12\nENV APP_USER app\nUSER $APP_USER\n", False, 3),
        ("FROM python:3.12\nARG UID\nUSER ${UID}\n", None, 3),
        ("FROM python:3.12\nARG UID\nUSER ${UID:-1000}\n", False, 3),
        ("ARG WHO=app\nFROM python:3.12\nARG WHO\nUSER $WHO\n", False, 4),
        ("FROM gcr.io/distroless/static:nonroot\nCOPY x /x\n", False, 1),
        ("FROM gcr.io/distroless/static-debian12\nCOPY x /x\n", True, 1),
        ("FROM scratch\nCOPY x /x\n", True, 1),
        ("FROM registry.example.com/team/base:1\nCOPY x /x\n", None, 1),
        ("ARG BASE=node:20\nFROM ${BASE}\n", True, 2),
    ],
)
def test_who_the_image_runs_as(text: str, is_root: bool | None, line: int) -> None:
    runs = _of(text)

    assert runs.is_root is is_root
    assert runs.line == line


@pytest.mark.parametrize(
    ("reference", "pin"),
    [
        ("node:20-alpine", Pin.TAG),
        ("node", Pin.NONE),
        ("localhost:5000/app", Pin.NONE),
        ("localhost:5000/app:1.2", Pin.TAG),
        ("app:latest", Pin.LATEST),
        ("app:main", Pin.LATEST),
        (f"app:1@sha256:{'0' * 64}", Pin.DIGEST),
        (f"app@sha256:{'0' * 64}", Pin.DIGEST),
        ("app@sha256:short", Pin.TAG),
        ("${IMAGE}", Pin.VARIABLE),
        ("postgres:${VERSION:-17}", Pin.VARIABLE),
    ],
)
def test_what_pins_an_image(reference: str, pin: Pin) -> None:
    assert parse_image(reference).pin is pin


def test_what_is_commonly_known_of_bases() -> None:
    assert starts_as_root("python:3.12-slim") is True
    assert starts_as_root("docker.io/library/node:20") is True
    assert starts_as_root("nginxinc/nginx-unprivileged:1") is False
    assert starts_as_root("ghcr.io/some/base:1") is None


def test_variables_of_variables_end_in_bounds() -> None:
    chain = "ENV B=$B$B$B$B$B$B$B$B$B$B\n" * 200
    copies = "".join(f"ENV C{n}=$B\n" for n in range(1_000))
    parsed = parse_dockerfile("Dockerfile", f"FROM alpine\nENV B=xxxxxxxxxx\n{chain}{copies}USER $B\n")
    values = parsed.variables(parsed.stages[-1])
    assert len(values) == 1_001
    assert max(map(len, values.values())) <= 8_192
    assert runs_as(parsed, parsed.stages[-1]).is_root is None
    assert resolved("a$B", {"B": "x" * 100}) == "a" + "x" * 100
    assert is_unresolved(resolved("$B$B", {"B": "x" * 8_000}))
