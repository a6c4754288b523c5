"""A source that would ask a server does so only where the command line says that it may."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.program import fails, tieout
from support.systems import configuration, source, system

#: Nothing listens on the discard port of this machine.
SERVER = "http://127.0.0.1:9"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A system with a forge that is to be asked."""
    forge = source(
        "forge", "forge", ".", "branch_protection", format="github", options={"api": SERVER, "repository": "o/n"}
    )
    return system(tmp_path / "r", configuration(forge))


@pytest.mark.parametrize("command", ["collect", "run"])
def test_without_leave_nothing_is_asked(repository: Repository, command: str) -> None:
    told = fails(tieout(command, cwd=repository.folder), 2, f"'forge' would ask {SERVER}", "--allow-network")
    assert told.startswith("tieout: tieout.yaml:")


def test_a_dry_run_names_the_server_and_asks_nothing(repository: Repository) -> None:
    answer = tieout("run", "--dry-run", cwd=repository.folder)
    assert answer.code == 0
    assert SERVER in answer.out
    assert "no such file" not in answer.out


def test_with_leave_a_server_that_is_vouched_for_and_not_there_is_a_result(repository: Repository) -> None:
    options = ("collect", "--allow-network", "--format", "json")
    fails(tieout(*options, cwd=repository.folder), 2, "the host 127.0.0.1", "GITHUB_API_URL")
    answer = tieout(*options, cwd=repository.folder, variables={"GITHUB_API_URL": SERVER})
    assert answer.code == 0, answer.err
    (collected,) = [one for one in answer.json()["sources"] if one["name"] == "forge"]
    assert collected["items"] == []
    told = [problem["reason"] for problem in collected["problems"] if problem["status"] == "unreadable"]
    assert told
    assert all("127.0.0.1" in reason or "connect" in reason for reason in told), told


def test_a_tracking_server_is_asked_with_leave_alone(tmp_path: Path) -> None:
    tracking = source(
        "tracking", "results", ".", "model_registry", "eval_results", format="mlflow", options={"api": SERVER}
    )
    folder = system(tmp_path / "r", configuration(tracking)).folder
    fails(tieout("collect", cwd=folder), 2, f"'tracking' would ask {SERVER}", "--allow-network")
    options = ("collect", "--allow-network", "--format", "json")
    fails(tieout(*options, cwd=folder), 2, "the host 127.0.0.1", "MLFLOW_TRACKING_URI")
    answer = tieout(*options, cwd=folder, variables={"MLFLOW_TRACKING_URI": SERVER})
    assert answer.code == 0, answer.err
    (collected,) = [one for one in answer.json()["sources"] if one["name"] == "tracking"]
    assert collected["items"] == []
    assert any(problem["status"] == "unreadable" for problem in collected["problems"])
