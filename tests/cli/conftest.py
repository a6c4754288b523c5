"""Systems that several tests of the commands start from."""

from pathlib import Path

import pytest

from support.git_repositories import Repository
from support.small_system import RECORDS, RISKS
from support.systems import configuration, system


@pytest.fixture
def small(tmp_path: Path) -> Repository:
    """A system with one good record."""
    return system(tmp_path / "r", configuration(RECORDS), {"records/risks.yaml": RISKS})
