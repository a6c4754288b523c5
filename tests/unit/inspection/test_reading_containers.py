"""Dockerfiles as instructions with their lines, and the commands that their builds run."""

from tieout.inspection.reading.containers.commands import run_commands
from tieout.syntax.dockerfile import Dockerfile, parse_dockerfile
from tieout.syntax.dockerfile_user import RunsAs, runs_as


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
