"""The network is used by a source of kind forge that names an API, and by nothing else."""

import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from support.collecting import source as section
from support.forges import TOKEN, Answered, fetched, read, request, serving, wrapped
from support.systems import configuration, source, system
from tieout.collectors.asking.limits import Limits, is_limited, moment, wait_of
from tieout.collectors.forge.fetching import fetch
from tieout.collectors.forge.service import service_of
from tieout.config.kinds import KINDS, ForgeOptions
from tieout.config.load import read_config
from tieout.kernel.errors import ConfigError

# A program in which every connection and every look-up of a name ends the run.
NO_NETWORK = """
    import socket, sys
    def refuse(*args, **kwargs):
        sys.exit(f"the network was used: {args}")
    socket.socket.connect = socket.socket.connect_ex = refuse
    socket.getaddrinfo = socket.create_connection = refuse
"""


def run(code: str, cwd: Path) -> str:
    program = textwrap.dedent(NO_NETWORK) + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_run_with_every_kind_of_source_and_saved_answers_connects_nowhere(tmp_path):
    folders = {kind: f"in-{kind}" for kind in KINDS if kind != "git"}
    sources = [source(f"the-{kind}", kind, folder, *KINDS[kind].provides) for kind, folder in sorted(folders.items())]
    repository = system(tmp_path / "r", configuration(*sources))
    for folder in folders.values():
        (repository.folder / folder).mkdir(exist_ok=True)
        (repository.folder / folder / "one.json").write_text("{}")
    told = run(
        """
        from datetime import UTC, datetime
        from pathlib import Path
        from tieout.pipeline.collecting import collect
        from tieout.pipeline.options import RunOptions
        collection, _ = collect(RunOptions(config=Path("tieout.yaml"), now=datetime(2026, 11, 22, tzinfo=UTC)))
        print(len(collection.sources), "httpx" in sys.modules)
        """,
        repository.folder,
    )
    assert told.split() == [str(len(sources) + 2), "False"]  # git and tieout.yaml itself are the other two


def test_the_client_would_be_seen_by_this_test(tmp_path):
    program = """
        from datetime import UTC, datetime
        from pathlib import Path
        from tieout.collectors.forge.fetching import fetch
        from tieout.config.kinds import ForgeOptions
        from support.forges import request
        asking = request(Path("."), format="github")
        fetch(asking, ForgeOptions(api="https://api.github.com", repository="acme/triage"))
    """
    (tmp_path / "sources").mkdir()
    code = textwrap.dedent(NO_NETWORK) + f"sys.path.insert(0, {str(ROOT / 'tests')!r})\n" + textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "the network was used" in done.stdout + done.stderr


def test_the_library_is_imported_in_one_file_only():
    importing = [
        path.relative_to(ROOT / "src").as_posix()
        for path in sorted((ROOT / "src").rglob("*.py"))
        if any(line.lstrip().startswith(("import httpx", "from httpx")) for line in path.read_text().splitlines())
    ]
    assert importing == ["tieout/collectors/asking/client.py"]


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_saved_and_fetched_answers_give_the_same_facts(tmp_path):
    body = [{"login": "ann", "permissions": {"push": True, "admin": False}, "role_name": "write"}]
    saved = read(
        tmp_path / "1",
        {
            "a.json": wrapped("/repos/acme/triage/collaborators", body, whole=True),
            "b.json": wrapped("/repos/acme/triage/teams", [], whole=True),
        },
        provides=("rbac_export",),
    )
    with serving(lambda asked: Answered(body if "collaborators" in asked.path else [])) as server:
        asked = fetched(tmp_path / "2", server.base, provides=("rbac_export",))
    [one], [other] = saved.result.items, asked.result.items
    assert one.facts == other.facts
    assert one.effective == other.effective


# --- whom a source may ask


def options(**fields: object) -> ForgeOptions:
    return ForgeOptions.model_validate({"repository": "acme/triage", **fields})


@pytest.mark.parametrize(
    ("api", "environment", "forge", "headers"),
    [
        ("https://api.github.com", {"GITHUB_TOKEN": TOKEN}, "github", {"Authorization": f"Bearer {TOKEN}"}),
        ("https://api.github.com/", {"GH_TOKEN": TOKEN}, "github", {"Authorization": f"Bearer {TOKEN}"}),
        ("https://api.github.com", {"GITLAB_TOKEN": TOKEN, "GITHUB_TOKEN": " "}, "github", {}),
        ("https://ghe.example/api/v3", {"GH_HOST": "ghe.example"}, "github", {}),
        ("https://ghe.example:8443/api/v3", {"GITHUB_API_URL": "https://GHE.example:8443/api/v3"}, "github", {}),
        ("https://gitlab.com/api/v4", {"CI_JOB_TOKEN": TOKEN}, "gitlab", {"JOB-TOKEN": TOKEN}),
        (
            "https://git.example/x/api/v4",
            {"CI_SERVER_URL": "https://git.example/x", "GITLAB_TOKEN": TOKEN, "CI_JOB_TOKEN": "other"},
            "gitlab",
            {"PRIVATE-TOKEN": TOKEN},
        ),
    ],
)
def test_the_server_and_the_token_of_a_source(api, environment, forge, headers):
    service = service_of(options(api=api), None, environment, where="s")
    assert (service.forge, dict(service.headers)) == (forge, headers)
    assert TOKEN not in repr(service)


@pytest.mark.parametrize(
    "api",
    [
        "http://api.github.com",
        "https://user:pass@api.github.com",
        "https://api.github.com?x=1",
        "https://api.github.com#x",
        "ftp://api.github.com",
        "https://api.github.com/a b",
        "http://127.0.0.1.evil.example",
        "api.github.com",
    ],
)
def test_an_address_that_is_not_plain_is_refused_where_it_stands(api):
    config = configuration(source("forge", "forge", ".", "ci_runs", options={"api": api, "repository": "a/b"}))
    with pytest.raises(ConfigError) as caught:
        read_config(yaml.safe_dump(config, sort_keys=False).encode(), where="tieout.yaml")
    assert "options.api" in str(caught.value)
    assert caught.value.where.startswith("tieout.yaml:")


def test_an_api_is_inside_no_repository(tmp_path):
    asking = replace(request(tmp_path), source=section("forge", ".", provides=("ci_runs",), inside="application"))
    with pytest.raises(ConfigError, match="answers for now, not for a commit"):
        fetch(asking, options(api="https://api.github.com"))


# --- what limits say


@pytest.mark.parametrize(
    ("headers", "attempt", "seconds"),
    [
        ({"retry-after": "3"}, 0, 3),
        ({"retry-after": "-3"}, 0, 1),
        ({"retry-after": "x" * 10_000}, 1, 2),
        ({"retry-after": "9" * 10_000}, 0, 999_999_999),
        ({"retry-after": "Sun, 22 Nov 2026 10:59:00 GMT", "date": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, 0, 1),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": "99999999999"}, 0, 1),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 400, "date": "x"}, 0, 1),
        ({}, 10, 30),
    ],
)
def test_a_wait_is_never_negative_and_never_made_of_nonsense(headers, attempt, seconds):
    assert wait_of(headers, b"", attempt, Limits()) == seconds


def test_a_missing_right_is_no_limit():
    assert not is_limited(403, {"x-ratelimit-remaining": "4999"}, b'{"message": "Resource not accessible"}')
    assert not is_limited(404, {"retry-after": "5"}, b"")
    assert is_limited(403, {}, b'{"message": "You have exceeded a secondary rate limit"}')


@pytest.mark.parametrize("text", [None, "", "x", "Sun, 99 Nov 2026", "Sun, 22 Nov 20260 11:00:00 GMT", "\ud800"])
def test_a_date_that_is_none_is_no_error(text):
    assert moment(text) is None
