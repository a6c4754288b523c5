"""The client against GitHub's own description of its API: a server that is made of it (Prism) judges each request.

The description and the server come by npm from the lock file in tests/support/forge_contract. Of the description only
the endpoints are served that we ask for, each as it is there; the examples of `Link` headers are left out, because they
lead to the real server.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import ROOT
from support.collecting import problems
from support.forges import ALL, facts, fetched, told
from tieout.collectors.forge.forms import FORMS

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HERE = ROOT / "tests" / "support" / "forge_contract"
FOLDER = ROOT / ".venvs" / "forge-contract"
DESCRIPTION = FOLDER / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"
PRISM = FOLDER / "node_modules" / ".bin" / "prism"
REPOSITORY = "/repos/{owner}/{repo}"


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    """The parts of GitHub's description that describe what we ask for."""
    lock = HERE / "package-lock.json"
    if not PRISM.exists() or (FOLDER / lock.name).read_text() != lock.read_text():
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", lock.name):
            shutil.copy(HERE / name, FOLDER / name)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=FOLDER, check=True)
        for other in DESCRIPTION.parent.glob("*.json"):  # 400 MB of other products and forms
            if other != DESCRIPTION:
                other.unlink()
    return _served(json.loads(DESCRIPTION.read_bytes()))


@pytest.fixture(scope="module")
def server(description: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the server."""
    file = tmp_path_factory.mktemp("contract") / "github.json"
    file.write_text(json.dumps(description))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = file.with_name("prism.log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [PRISM, "mock", "--host", "127.0.0.1", "--port", str(port), file], stdout=out, stderr=subprocess.STDOUT
        )
        try:
            until = time.monotonic() + 40
            while b"is listening" not in log.read_bytes():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _served(whole: dict[str, Any]) -> dict[str, Any]:
    """The description with our endpoints alone, and with what they refer to."""
    named = {_slotless(path): path for path in whole["paths"]}
    ours = [named[_slotless(form.endpoint)] for form in FORMS if form.forge == "github"]
    part = {key: value for key, value in whole.items() if key in {"openapi", "info", "servers"}}
    part["paths"] = {path: {"get": whole["paths"][path]["get"]} for path in ours}
    part["components"] = {}
    waiting: list[Any] = [part["paths"]]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            value.pop("Link", None)
            kind, _, name = str(value.get("$ref", "")).removeprefix("#/components/").partition("/")
            if name and name not in part["components"].setdefault(kind, {}):
                part["components"][kind][name] = whole["components"][kind][name]
                waiting.append(part["components"][kind][name])
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return part


def _slotless(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def test_every_endpoint_of_ours_is_one_of_github(description: dict[str, Any]) -> None:
    assert len(description["paths"]) == sum(form.forge == "github" for form in FORMS)


def test_the_server_judges_what_it_is_asked(server: str) -> None:
    wrong = httpx.get(f"{server}/repos/acme/triage/releases", params={"per_page": "many"}, trust_env=False)
    assert wrong.status_code == 422
    assert httpx.get(f"{server}/repos/acme/triage/no-such-thing", trust_env=False).status_code == 404


def test_all_that_we_ask_is_as_github_describes_it_and_all_that_it_answers_is_read(server: str, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    gathered = fetched(tmp_path, server, start=datetime(2008, 1, 1, tzinfo=UTC), as_of=now)
    assert not problems(gathered, "unreadable"), problems(gathered, "unreadable")
    assert not problems(gathered, "absent")
    assert {item.type for item in gathered.result.items} == set(ALL)
    # The server gives one example for whatever number is asked for.
    [protected, ruled, _] = facts(gathered, "branch_protection")["rules"]
    assert protected["required_checks"] == ["continuous-integration/travis-ci"]
    assert (ruled["name"], ruled["bypass"]) == (
        "super cool ruleset",
        [{"who": "Team 234", "kind": "team", "mode": "always"}],
    )
    reviews = facts(gathered, "change_reviews")
    assert (reviews["merged"], reviews["judged"]) == (1, 1)
    assert facts(gathered, "ci_runs")["total"] == 1
    [environment] = facts(gathered, "deployment_environments")["environments"]
    assert [actor["kind"] for actor in environment["approvers"]] == ["person", "team"]
    feeds = {feed["feed"]: feed for feed in facts(gathered, "security_alerts")["feeds"]}
    assert feeds["dependencies"]["closed"] == {"dismissed": 1}
    assert feeds["code"]["open"] == {"error": 1}
    assert facts(gathered, "forge_releases")["releases"][0]["assets_with_digest"] == 1
    rows = facts(gathered, "rbac_export")["rows"]
    assert {row["kind"] for row in rows} == {"person", "team"}
    assert "octocat" not in gathered.result.model_dump_json().replace("octocat/", "")
    # The server's one commit is none of its one pull request: a line without any merge is not counted, and so said.
    [reason] = told(gathered, "change_reviews")
    assert reason.startswith("shows none of the merged changes")
    asked = httpx.get(f"{server}/repos/acme/triage/commits/abc/pulls", params={"per_page": "100"}, trust_env=False)
    assert asked.status_code == 200
    form = next(form for form in FORMS if form.name == "github-commit-pulls")
    assert [form.fits(row) for row in asked.json()] == [True]
