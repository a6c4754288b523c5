"""What the attacks start from."""

import shutil
from pathlib import Path

import pytest

from conftest import Run


@pytest.fixture
def packet(example_packet: Run, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(example_packet.folder, tmp_path / "p"))
