"""Dockerfiles as stages and instructions with their lines, the user that an image runs as, and names of images."""

import pytest

from tieout.inspection.reading.containers.commands import run_commands
from tieout.inspection.reading.containers.dockerfile import Dockerfile, parse_dockerfile
from tieout.inspection.reading.containers.images import Pin, parse_image, starts_as_root
from tieout.inspection.reading.containers.user import RunsAs, runs_as


def _of(text: str) -> tuple[Dockerfile, RunsAs]:
    parsed = parse_dockerfile("Dockerfile", text)
    return parsed, runs_as(parsed, parsed.stages[-1])


def test_lines_of_instructions_stay_through_comments_and_continuations() -> None:
    parsed, _ = _of(
        "# syntax=docker/dockerfile:1\n"
        "FROM python:3.12 AS build\n"
        "RUN apt-get update \\\n"
        "  # a comment within\n"
        "\n"
        "  && apt-get install -y curl\n"
        "COPY . .\n"
    )

    assert [(one.line, one.keyword) for one in parsed.stages[0].instructions] == [(3, "RUN"), (7, "COPY")]
    commands = list(run_commands(parsed, parsed.stages[0].instructions[0]))
    assert [(one.spot.line, one.text) for one in commands] == [(3, "apt-get update"), (6, "apt-get install -y curl")]


def test_another_escape_character_continues_lines() -> None:
    parsed, runs = _of("# escape=`\nFROM windows AS x\nRUN dir C:\\ `\n  && echo\nUSER ContainerUser\n")

    assert [one.line for one in parsed.stages[0].instructions] == [3, 5]
    assert runs.is_root is False


def test_lines_of_a_here_document_are_commands_and_no_instructions() -> None:
    parsed, runs = _of("FROM alpine\nRUN <<EOF\nUSER nobody\nnpm ci\nEOF\nUSER 1000\n")

    assert [(one.spot.line, one.text) for one in run_commands(parsed, parsed.stages[0].instructions[0])] == [
        (3, "USER nobody"),
        (4, "npm ci"),
    ]
    assert (runs.line, runs.user, runs.earlier) == (6, "1000", ())


def test_a_here_document_that_never_ends_hides_nothing() -> None:
    _, runs = _of("FROM alpine\nRUN cat <<EOF\nUSER app\n")

    assert runs.line == 3


def test_flags_of_run_are_no_part_of_the_command() -> None:
    parsed, _ = _of(
        "FROM ruby\nRUN --mount=type=bind,target=. \\\n  --mount=type=secret,id=x \\\n  bundle install --frozen\n"
    )

    (command,) = run_commands(parsed, parsed.stages[0].instructions[0])
    assert command.words == ("bundle", "install", "--frozen")
    assert command.spot.line == 4


def test_a_list_of_arguments_is_one_command() -> None:
    parsed, _ = _of('FROM node\nRUN ["npm", "ci"]\n')

    (command,) = run_commands(parsed, parsed.stages[0].instructions[0])
    assert command.words == ("npm", "ci")


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
    _, runs = _of(text)

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
