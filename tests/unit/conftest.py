"""What several unit tests start from: a repository, and keys that sign; for others a file has fixtures of its own."""

import tempfile
from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.signing import new_key, row
from tieout.domain.artefacts.records import RosterEntry


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder in which quarantines are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def repository(tmp_path):
    """Two commits of one file."""
    made = Repository(tmp_path / "repository")
    made.commit("one", {"a.txt": "1\n"})
    made.commit("two", {"a.txt": "2\n"})
    return made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A key for each of three people."""
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_key(folder, name) for name in ("ada", "ben", "eve")}


@pytest.fixture
def roster(keys: dict[str, Path]) -> tuple[RosterEntry, ...]:
    """Ada holds governance, Ben holds operations; Eve is in no row."""
    return (
        row("Ada Ferri", "governance", keys["ada"], deputy="Carl Ito"),
        row("Ben Okoro", "operations", keys["ben"]),
    )
