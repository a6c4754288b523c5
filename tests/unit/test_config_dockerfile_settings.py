"""Dockerfiles: who runs, what lets a program rise, what is fetched unchecked, and where secrets stand."""

from pathlib import Path
from typing import Any

import pytest

from support.collecting import in_folder, problems, source, write
from tieout.collectors.base import Gathered
from tieout.collectors.config import collect

PIN = "a" * 64
PASSWORD = "Zx81kQpLm20VbNcRtY"


def gather(root: Path, text: str, name: str = "Dockerfile") -> Gathered:
    write(root, {f"app/{name}": text})
    return in_folder(collect, root, source("config", "app", provides=("container_config", "security_config")))


def settings(gathered: Gathered) -> list[tuple[str, str, bool | None]]:
    found = [item.facts["settings"] for item in gathered.result.items if item.type == "security_config"]
    return [(row["subject"], row["setting"], row.get("holds")) for rows in found for row in rows]


def others(root: Path, *lines: str) -> list[tuple[str, bool | None]]:
    """Setting and verdict of what stands beside the user."""
    text = "\n".join(("FROM python:3.12", *lines, "USER app", ""))
    return [(setting, holds) for _, setting, holds in settings(gather(root, text)) if "as root" not in setting]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("FROM python:3.12\nUSER app\n", True),
        ("FROM python:3.12\nUSER 10001:0\n", True),
        ("FROM python:3.12\nUSER 0:10001\n", False),
        ("FROM python:3.12\nUSER app\nUSER root\n", False),
        ("FROM python:3.12\n", False),
        ("FROM ghcr.io/example/base:1\n", None),
        ("FROM python:3.12\nARG WHO\nUSER ${WHO}\n", None),
        ("FROM python:3.12\nARG WHO=app\nUSER ${WHO}\n", True),
        ("FROM python:3.12 AS one\nUSER app\nFROM python:3.12\nCOPY --from=one /a /a\n", False),
        ("FROM python:3.12 AS one\nUSER app\nFROM one\n", True),
    ],
)
def test_whom_the_final_image_runs_as(tmp_path: Path, text: str, holds: bool | None):
    assert [each for each in settings(gather(tmp_path, text)) if "as root" in each[1]] == [
        ("final stage", "does not run as root", holds)
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ADD https://example.com/a.tgz /opt/", False),
        ("ADD --chown=app http://example.com/a.tgz /opt/", False),
        (f"ADD --checksum=sha256:{PIN} https://example.com/a.tgz /opt/", True),
        ("ARG SUM\nADD --checksum=sha256:${SUM} https://example.com/a.tgz /opt/", None),
        (f"ARG SUM={PIN}\nADD --checksum=sha256:$SUM https://example.com/a.tgz /opt/", True),
        ("ARG FROM=https://example.com\nADD ${FROM}/a.tgz /opt/", False),
        ('ADD ["https://example.com/a.tgz", "/opt/"]', False),
        ("ADD git@github.com:example/tool.git /opt/", False),
        (f"ADD https://github.com/example/tool.git#{'b' * 40} /opt/", True),
    ],
)
def test_what_is_added_from_an_address(tmp_path: Path, line: str, expected: bool | None):
    assert others(tmp_path, line) == [("what it takes from an address is checked", expected)]


@pytest.mark.parametrize("line", ["ADD a.tgz /opt/", "COPY https /opt/", "# ADD https://example.com/a /opt/"])
def test_what_is_added_from_beside_the_file_is_no_address(tmp_path: Path, line: str):
    assert others(tmp_path, line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"ENV DB_PASSWORD={PASSWORD}", [("DB_PASSWORD stands in the file", False)]),
        (f"ENV DB_PASSWORD {PASSWORD}", [("DB_PASSWORD stands in the file", False)]),
        (f'ENV A=1 \\\n    API_KEY="{PASSWORD}"', [("API_KEY stands in the file", False)]),
        (f"ARG TOKEN={PASSWORD}", [("the default of TOKEN stands in the file", False)]),
        ("ARG DB_PASSWORD", [("DB_PASSWORD is given to the build and stays in the image's history", False)]),
        ("ENV DB_PASSWORD=${GIVEN}", [("DB_PASSWORD is filled in elsewhere", None)]),
        ("RUN --mount=type=secret,id=npm,target=/root/.npmrc npm ci", [("npm comes as a secret of the build", True)]),
        ("ENV DB_PASSWORD_FILE=/run/secrets/db", []),
        ("ENV LOG_LEVEL=debug TOKENIZERS_PARALLELISM=false", []),
        ("ARG VERSION\nARG TOKENIZER=bert", []),
        (f"# ENV DB_PASSWORD={PASSWORD}", []),
        ("RUN --mount=type=cache,target=/root/.cache pip install x", []),
    ],
)
def test_where_secrets_come_from(tmp_path: Path, line: str, expected: list[Any]):
    assert others(tmp_path, line) == expected


def test_secrets_stand_in_no_fact_and_on_their_lines(tmp_path: Path):
    text = f"FROM python:3.12\nENV A=1 \\\n    DB_PASSWORD={PASSWORD}\nUSER app\n"
    gathered = gather(tmp_path, text)
    assert PASSWORD not in gathered.result.model_dump_json()
    assert all(PASSWORD.encode() not in copy for copy in gathered.copies.values())
    (item,) = [one for one in gathered.result.items if one.type == "security_config"]
    assert item.lines["/settings/1"] == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"ENV XAPI_KEY=1 B=2 \\\n    API_KEY={PASSWORD}", 3),
        (f'ENV A="the API_KEY below" \\\n    API_KEY={PASSWORD}', 3),
        (f"ENV A=1 \\\n    # API_KEY=\n    B=2 API_KEY='{PASSWORD}'", 4),
        (f"ENV API_KEY {PASSWORD}", 2),
        ("ARG A=1 \\\n    API_KEY", 3),
    ],
)
def test_a_name_that_ends_in_another_is_not_its_line(tmp_path: Path, text: str, line: int):
    gathered = gather(tmp_path, f"FROM python:3.12\n{text}\nUSER app\n")
    (item,) = [one for one in gathered.result.items if one.type == "security_config"]
    (turn,) = [turn for turn, row in enumerate(item.facts["settings"]) if row["setting"].startswith("API_KEY ")]
    assert item.lines[f"/settings/{turn}"] == line


@pytest.mark.parametrize("before", [True, False])
def test_of_thousands_of_variables_of_one_instruction_the_rest_is_told_once(tmp_path: Path, *, before: bool):
    many = "ARG " + " \\\n  ".join(f"TOKEN_{turn}={PASSWORD}" for turn in range(5_000))
    lines = (many, "FROM python:3.12") if before else ("FROM python:3.12", many)
    gathered = gather(tmp_path, "\n".join((*lines, "USER app", "")))
    assert len(settings(gathered)) == 2_000
    told = [one for one in problems(gathered, "unreadable") if "more than 2,000 settings" in str(one)]
    assert len(told) == 1


def test_a_secret_of_a_stage_that_only_helps_is_not_in_the_images_history(tmp_path: Path):
    text = "ARG DB_PASSWORD\nFROM python:3.12 AS made\nARG API_TOKEN\nRUN make\n{}COPY --from=made /a /a\nUSER app\n"
    told = settings(gather(tmp_path, text.format("FROM python:3.12\n")))
    assert told[1:] == [
        ("before every stage", "DB_PASSWORD is given to the build", None),
        ("made", "API_TOKEN is given to the build", None),
    ]
    unused = text.format("FROM python:3.12\n").replace("COPY --from=made /a /a\n", "")
    assert [subject for subject, *_ in settings(gather(tmp_path, unused))] == ["final stage", "before every stage"]


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("RUN echo 'app ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers", "lets somebody become root without a password"),
        ("RUN chmod u+s /usr/bin/find", "marks a program as its owner's"),
        ("RUN chmod 4755 /usr/bin/find", "marks a program as its owner's"),
        ("RUN setcap 'cap_net_raw+ep' /bin/ping", "gives a program capabilities"),
        ("RUN --security=insecure make", "is built with all rights of its host"),
    ],
)
def test_what_lets_a_program_rise(tmp_path: Path, line: str, setting: str):
    assert others(tmp_path, line) == [(setting, False)]


@pytest.mark.parametrize("line", ["RUN chmod 755 /a", "RUN chmod +x /a", "RUN chmod -R u+rwX /a", "RUN chmod 0755 /a"])
def test_plain_rights_are_none(tmp_path: Path, line: str):
    assert others(tmp_path, line) == []


def test_a_file_for_work_is_told_and_gives_nothing(tmp_path: Path):
    gathered = gather(tmp_path, "FROM python:3.12\nUSER app\n", name="Dockerfile.dev")
    assert settings(gathered) == []
    assert problems(gathered, "not-counted")
