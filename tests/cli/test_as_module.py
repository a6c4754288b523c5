"""`python -m tieout` is the program."""

import subprocess
import sys

from tieout import __version__


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "tieout", "--version"], capture_output=True, text=True, check=True)
    assert __version__ in done.stdout
