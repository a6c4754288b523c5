"""Compose files: how services run, what they publish, and where their secrets come from."""

from pathlib import Path

import pytest

from support.collecting import line_text, problems
from support.settings import gathered, items, line_of_setting, of, rows, settings, told

PLANTED = "qT7vXz91LkPw83mRb2Yd"
DIGEST = "sha256:" + "b" * 64
HELD = f"""\
services:
  api:
    image: registry.example.com/api:4.2@{DIGEST}
    user: "1000:1000"
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    mem_limit: 1g
    ports: ["127.0.0.1:8080:80"]
    secrets: [db_password]
    environment:
      DB_PASSWORD_FILE: /run/secrets/db_password
    healthcheck: {{test: [CMD, ready]}}
secrets:
  db_password: {{external: true}}
"""
OPEN = """\
services:
  agent:
    image: agent
    user: root
    privileged: true
    network_mode: host
    pid: host
    cap_drop: [ALL]
    cap_add: [SYS_ADMIN, NET_BIND_SERVICE]
    security_opt: ["no-new-privileges:true", "seccomp:unconfined"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock", "data:/data", "./conf:/conf:ro"]
    healthcheck: {disable: true}
"""


def one(body: str) -> str:
    return "services:\n  s:\n    image: a:1\n" + "".join(f"    {line}\n" for line in body.splitlines())


def test_what_holds_a_service_down_stands_with_its_line(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"compose.yaml": HELD})
    assert of(result, "api") == {
        "does not run as root": True,
        "cannot gain privileges": True,
        "read-only file system": True,
        "all capabilities dropped": True,
        "publishes a port for its host alone": True,
        "db_password comes as a secret of Compose": True,
    }
    assert line_of_setting(result, "api", "cannot gain privileges") == 7
    (item,) = items(result, "container_config")
    assert item.facts["images"] == [
        {
            "name": "api",
            "runs": True,
            "image": f"registry.example.com/api:4.2@{DIGEST}",
            "pinned": True,
            "user": "1000:1000",
            "root": False,
            "privileged": False,
            "read_only": True,
            "limited": True,
            "checked": True,
        }
    ]
    assert "mem_limit" in line_text(result, item, "/images/0/limited")


def test_what_lays_a_service_open(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"docker-compose.yml": OPEN})
    assert of(result, "agent") == {
        "does not run as root": False,
        "cannot gain privileges": False,
        "read-only file system": False,
        "all capabilities dropped": False,
        "may do all that its host may": False,
        "adds capabilities": False,
        "shares the network of the host": False,
        "shares the processes of the host": False,
        "system calls are filtered": False,
        "mounts the socket of the container engine": False,
    }
    (row,) = rows(result, "container_config")
    assert (row["pinned"], row["root"], row["privileged"], row["limited"]) == (False, True, True, False)
    assert row["checked"] is False


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ('"8080:80"', {"publishes a port on every address of its host": False}),
        ("80", {"publishes a port on every address of its host": False}),  # of the container; any of the host
        ('"443:8443"', {"publishes a port on every address of its host": None}),
        ('"0.0.0.0:80:8080/tcp"', {"publishes a port on every address of its host": None}),
        ("{target: 8080, published: '80'}", {"publishes a port on every address of its host": None}),
        ('"0.0.0.0:8080:80"', {"publishes a port on every address of its host": False}),
        ('"[::]:8080:80"', {"publishes a port on every address of its host": False}),
        ('"127.0.0.1:8080:80/tcp"', {"publishes a port for its host alone": True}),
        ('"127.0.0.1::80"', {"publishes a port for its host alone": True}),
        ('"[::1]:8080:80"', {"publishes a port for its host alone": True}),
        ('"10.0.0.5:8080:80"', {"publishes a port on one address of its host": None}),
        ('"${BIND}:8080:80"', {"publishes a port at an address that a variable names": None}),
        ('"${BIND:-127.0.0.1}:8080:80"', {"publishes a port for its host alone": True}),
        ('"${PORT:-3000}:3000"', {"publishes a port on every address of its host": False}),
        ("{target: 80, published: 8080}", {"publishes a port on every address of its host": False}),
        ("{target: 80, published: 8080, host_ip: 127.0.0.1}", {"publishes a port for its host alone": True}),
        ("true", {}),
        ("[80]", {}),
        ("{}", {}),
    ],
)
def test_where_a_port_is_reached(tmp_path: Path, port: str, expected: dict[str, bool | None]) -> None:
    result = gathered(tmp_path, {"compose.yaml": one(f"ports:\n  - {port}\nexpose: [9090]")})
    found = {row["setting"]: row.get("holds") for row in rows(result, "security_config") if "port" in row["setting"]}
    assert found == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (f"{{API_KEY: {PLANTED}}}", {"API_KEY stands in the file": False}),
        (f"[API_KEY={PLANTED}]", {"API_KEY stands in the file": False}),
        ("[API_KEY]", {}),
        ("{API_KEY: null}", {}),
        ("{API_KEY: '${API_KEY}'}", {"API_KEY is filled in elsewhere": None}),
        ("{API_KEY: '${API_KEY:-}'}", {"API_KEY is filled in elsewhere": None}),
        ("{API_KEY: '${API_KEY:?set it}'}", {"API_KEY is filled in elsewhere": None}),
        ("{DB_PASSWORD: '${DB_PASSWORD:-postgres}'}", {"the default of DB_PASSWORD stands in the file": False}),
        ("{DB_PASSWORD: 12345}", {"DB_PASSWORD stands in the file": False}),
        ("{LOG_LEVEL: info, MAX_TOKENS: 4096}", {}),
        ("{7: [x]}", {}),
        ("everything", {}),
    ],
)
def test_where_a_secret_comes_from(tmp_path: Path, environment: str, expected: dict[str, bool | None]) -> None:
    result = gathered(tmp_path, {"compose.yaml": one(f"environment: {environment}")})
    found = {row["setting"]: row.get("holds") for row in rows(result, "security_config") if row["topic"] == "secrets"}
    assert found == expected
    everything = result.result.model_dump_json().encode() + b"".join(result.copies.values())
    assert PLANTED.encode() not in everything


def test_defaults_of_variables_count_and_a_variable_alone_pins_nothing(tmp_path: Path) -> None:
    text = f"services:\n  a: {{image: 'x:${{TAG:-1@{DIGEST}}}'}}\n  b: {{image: '${{IMAGE}}'}}\n  c: {{build: .}}\n"
    text += "  d: {build: ., image: 'ours:1'}\n  e: {image: 'ours:1'}\n"
    result = gathered(tmp_path, {"compose.yaml": text})
    assert [row.get("pinned") for row in rows(result, "container_config")] == [True, None, None, None, None]
    assert ["image" in row for row in rows(result, "container_config")] == [True, True, False, False, False]


def test_of_what_extends_or_changes_another_only_what_is_written_counts(tmp_path: Path) -> None:
    text = "services:\n  a: {extends: {service: base}, read_only: true}\n  b: {environment: {X: y}, privileged: true}\n"
    result = gathered(tmp_path, {"compose.prod.yaml": text})
    assert settings(result) == {
        ("a", "read-only file system"): True,
        ("b", "may do all that its host may"): False,
    }
    (row,) = rows(result, "container_config")
    assert row == {"name": "a", "runs": True, "read_only": True}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("profiles: [debug]", "'s' is started only with the profile 'debug', which is for work or tests"),
        ("profiles: [dev, test]", "'s' is started only with the profile 'dev', which is for work or tests"),
        ("deploy: {replicas: 0}", "'s' is switched off: it asks for no replicas"),
        ("scale: 0", "'s' is switched off: it asks for no replicas"),
    ],
)
def test_what_does_not_run_in_production_is_told_and_not_counted(tmp_path: Path, body: str, reason: str) -> None:
    result = gathered(tmp_path, {"compose.yaml": one(body)})
    assert result.result.items == ()
    assert reason in told(result, "not-counted")


def test_a_profile_of_something_else_counts(tmp_path: Path) -> None:
    assert rows(gathered(tmp_path, {"compose.yaml": one("profiles: [gpu]")}), "container_config")


@pytest.mark.parametrize("name", ["docker-compose.override.yml", "compose.local.yaml", ".devcontainer/compose.yaml"])
def test_files_for_the_work_are_told_and_not_counted(tmp_path: Path, name: str) -> None:
    result = gathered(tmp_path, {name: HELD, "other/compose.yaml": HELD})
    assert {item.provenance.path for item in result.result.items} == {"other/compose.yaml"}
    assert any("for those who work on the code" in reason for reason in told(result, "not-counted"))


def test_other_files_that_are_taken_in_are_an_unread_part(tmp_path: Path) -> None:
    result = gathered(tmp_path, {"compose.yaml": "include: [more.yaml]\n" + HELD})
    unread = problems(result, "unreadable")
    assert {(one.place.line, one.types) for one in unread} == {(1, ("security_config",)), (1, ("container_config",))}


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("stack.yml", HELD, True),
        ("stack.yml", "services:\n  a: {command: x}\n", False),
        ("pipeline.yml", "stages: [x]\nservices:\n  a: {image: b}\n", False),
        ("compose.yaml", "services: [a, b]\n", False),
        ("compose.yaml", "services: {a: 7, b: null}\n", False),
        ("compose.yaml", "x-a: &a {image: b}\nservices:\n  s: {<<: *a, user: app}\n", True),
    ],
)
def test_what_is_a_compose_file(tmp_path: Path, name: str, text: str, *, is_one: bool) -> None:
    assert bool(gathered(tmp_path, {name: text}).result.items) is is_one


@pytest.mark.parametrize(
    ("written", "privileged"),
    [
        ("true", True),
        ("'true'", True),
        ("'yes'", True),
        ("'${P:-true}'", True),
        ("'${P:-false}'", False),
        ("'false'", False),
        ("'${P}'", None),
        ("[true]", None),
    ],
)
def test_a_service_that_may_be_privileged_is_not_held_down(
    tmp_path: Path, written: str, privileged: bool | None
) -> None:
    held = "security_opt: ['no-new-privileges:true']\ncap_drop: [ALL]"
    result = gathered(tmp_path, {"compose.yaml": one(f"privileged: {written}\n{held}")})
    found = of(result, "s")
    expected = None if privileged is None else not privileged
    assert (found["cannot gain privileges"], found["all capabilities dropped"]) == (expected, expected)
    assert found["may do all that its host may" if privileged else "is not privileged"] is expected
    (row,) = rows(result, "container_config")
    assert row.get("privileged") is privileged
