"""Authentication that a program can demand, and that settings or conditions pass over."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

PROGRAM = (
    "from fastapi import FastAPI\n\napp = FastAPI()\napp.add_middleware(AuthenticationMiddleware)\n"
    'parser.add_argument("--anonymous-mode", action="store_true")\nDISABLE = os.environ.get("APP_AUTH_DISABLED")\n'
)
COMPOSE = "services:\n  api:\n    image: api\n    {}\n"


def _fact(folder: Path, files: dict[str, str]) -> Fact:
    return inspected(folder, files, "access")["access/service-authentication"]


@pytest.mark.parametrize(
    ("path", "text", "spot"),
    [
        ("docker-compose.yml", COMPOSE.format("command: serve --anonymous-mode"), "docker-compose.yml:4"),
        ("docker-compose.yml", COMPOSE.format('command: ["serve", "--anonymous-mode"]'), "docker-compose.yml:4"),
        ("config.yaml", "env:\n  APP_AUTH_DISABLED: true\n", "config.yaml:2"),
        ("Dockerfile", 'FROM python\nCMD ["serve", "--anonymous-mode"]\n', "Dockerfile:2"),
    ],
)
def test_settings_in_use_that_start_it_without(tmp_path: Path, path: str, text: str, spot: str) -> None:
    fact = _fact(tmp_path, {"api.py": PROGRAM, path: text})

    assert fact.answer is Answer.PARTIAL
    assert spots(fact)[0] == spot
    assert fact.values["started_without"] == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-compose.yml", COMPOSE.format("# command: serve --anonymous-mode")),
        ("docker-compose.yml", COMPOSE.format("environment: {APP_AUTH_DISABLED: 'false'}")),
        ("docker-compose.yml", "services:\n  queue:\n    environment: {ALLOW_ANONYMOUS: 'yes'}\n"),
        ("docker-compose.yml", "services:\n  charts:\n    command: charts --no-auth\n"),
        ("examples/docker-compose.yml", COMPOSE.format("command: serve --anonymous-mode")),
        ("docker-compose.local.yml", COMPOSE.format("command: serve --anonymous-mode")),
        (".vscode/launch.json", '{"args": ["--anonymous-mode"]}\n'),
        ("docs/setup.md", "Run `serve --anonymous-mode`.\n"),
    ],
)
def test_what_starts_nothing_of_ours_without_it(tmp_path: Path, path: str, text: str) -> None:
    assert _fact(tmp_path, {"api.py": PROGRAM, path: text}).answer is Answer.YES


def test_a_switch_alone_shows_no_authentication(tmp_path: Path) -> None:
    files = {"api.py": "from fastapi import FastAPI\napp = FastAPI()\nFLAG = '--anonymous-mode'\n"}
    fact = _fact(tmp_path, files | {"docker-compose.yml": COMPOSE.format("command: serve --anonymous-mode")})

    assert fact.answer is Answer.NO


def test_authentication_under_a_condition(tmp_path: Path) -> None:
    text = "def setup(settings):\n    if settings.password:\n        cl.password_auth_callback(check)\n"
    served = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
    fact = _fact(tmp_path / "if", served | {"login.py": text})

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["login.py:3"]
    always = "def setup(settings):\n    cl.password_auth_callback(check)\n"
    assert _fact(tmp_path / "always", served | {"login.py": always}).answer is Answer.YES
