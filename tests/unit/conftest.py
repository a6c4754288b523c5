"""What several unit tests of git start from; a file that wants another repository has a fixture of its own."""

import tempfile

import pytest

from support.git_repositories import Repository


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
