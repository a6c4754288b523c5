"""Fixtures that every room of the tests may use: the shared samples, the example system, a packet of it."""

import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.program import AS_OF, Answer, tieout

ROOT = Path(__file__).resolve().parents[1]

# A shell starts what runs in its background with Ctrl-C ignored, and each child inherits that: the tests that
# interrupt something then wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of samples and notes beside the repository."""
    folder = ROOT.parent / "shared"
    if not (folder / "samples").is_dir():
        pytest.skip(f"NOT CHECKED: the shared samples are not beside this repository ({folder.name}/samples)")
    return folder


@dataclass(frozen=True, slots=True)
class Example:
    """The example system as built; tests copy it before they change anything.

    Attributes:
        root: Folder of `claims-triage`, `logs` and `results`.
    """

    root: Path

    @property
    def repository(self) -> Path:
        """The assessed repository, where tieout is run."""
        return self.root / "claims-triage"

    def copy(self, to: Path) -> "Example":
        """A copy of the whole, to run in."""
        shutil.copytree(self.root, to, symlinks=True, dirs_exist_ok=True)
        return Example(to)


@dataclass(frozen=True, slots=True)
class Run:
    """One whole job on the example.

    Attributes:
        example: The copy it ran in, with its `.tieout`.
        folder: The packet folder.
        answer: What the program told.
    """

    example: Example
    folder: Path
    answer: Answer

    @property
    def bag(self) -> Path:
        """The bag in the packet folder."""
        return self.folder / "packet"

    @property
    def data(self) -> Path:
        """The payload."""
        return self.bag / "data"


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """The example system, built once; read only."""
    root = tmp_path_factory.mktemp("example") / "built"
    subprocess.run([sys.executable, ROOT / "tools" / "build_example.py", root], check=True, stdout=subprocess.DEVNULL)
    return Example(root)


@pytest.fixture(scope="session")
def example_packet(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The whole job on a copy of the example, done once; read only."""
    copy = example.copy(tmp_path_factory.mktemp("packet") / "first")
    folder = copy.root / "packet"
    answer = tieout("run", "--as-of", AS_OF, "--no-exit-codes", "--out", folder, cwd=copy.repository)
    assert answer.code == 0, answer.err
    return Run(copy, folder, answer)
