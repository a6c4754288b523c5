"""A reader who leaves, or is not there, changes nothing about how a command ended."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.program import environment

PROGRAM = f"'{sys.executable}' -m tieout.cli.main"
#: A bag whose one file is not what its manifest says: `verify` tells it on stdout and ends with 5.
BAG = {
    "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "manifest-sha256.txt": f"{'0' * 64}  data/report.pdf\n",
    "data/report.pdf": "changed",
}


@pytest.fixture
def tampered(tmp_path: Path) -> Path:
    for name, text in BAG.items():
        path = tmp_path / "packet" / "packet" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "packet"


@pytest.mark.parametrize("reader", ["| head -n 1 >/dev/null", "| true", "| cat >/dev/null", ">&-", ">/dev/null"])
@pytest.mark.parametrize("options", ["", " --format json"])
def test_verification_fails_whoever_reads(tampered: Path, reader: str, options: str):
    script = f"{PROGRAM} verify '{tampered}'{options} {reader}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr


def test_help_for_a_reader_who_left_is_no_error():
    done = subprocess.run(
        ["bash", "-c", f"{PROGRAM} --help | true; exit ${{PIPESTATUS[0]}}"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
