"""What README.md tells a newcomer to type works as it stands there; `.ci/run` does the same for its `sh` blocks."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT
from support.git_repositories import Repository, git_environment
from support.program import PROGRAM
from tieout.domain.verdicts import Severity

README = (ROOT / "README.md").read_text(encoding="utf-8")
#: Exit codes of a run whose evidence has gaps.
OPEN = range(11, 11 + len(Severity))
#: A test has no terminal: what `tieout init` would ask is given.
ANSWERS = "--yes --id small-system --owner Ann/Bo --phase pilot --risk-tier low --generative --third-party"


def block(heading: str) -> list[str]:
    """Commands of the console block under a heading, without their remarks."""
    part = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = re.search(r"```console\n(.*?)```", part, re.DOTALL)
    assert found, heading
    return [line.partition(" #")[0].strip() for line in found[1].splitlines()]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A newcomer's own system: a few files, no tieout.yaml yet."""
    repository = Repository(tmp_path / "own")
    repository.commit("start", {"README.md": "# Own\n", "CODEOWNERS": "* @team/own\n"})
    return repository


def test_the_commands_for_your_own_system_run(repository: Repository) -> None:
    commands = block("Use it on your own system")
    assert [shlex.split(command)[1] for command in commands if command.startswith("tieout")] == [
        *("init", "run", "run", "explain", "verify", "snapshot", "doctor")
    ]
    environment = git_environment(PATH=f"{PROGRAM.parent}:/usr/local/bin:/usr/bin:/bin", HOME=str(repository.folder))
    for command in commands:
        if command.startswith("tieout snapshot"):
            repository.git("tag", "-a", "-m", "first", shlex.split(command)[-1])
        line = f"{command} {ANSWERS}" if command == "tieout init" else command
        ended = subprocess.run(
            ["bash", "-euc", line],
            cwd=repository.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        good = {0, *OPEN} if command.startswith("tieout run --prepared-by") else {0}
        assert ended.returncode in good, (command, ended.returncode, ended.stderr)
        assert "Traceback" not in ended.stderr


def test_the_readme_names_what_the_tests_install() -> None:
    script = (ROOT / "tools" / "system_packages.sh").read_text(encoding="utf-8")
    tests = script.partition("= test ]")[2].partition("fi\n")[0]
    packages = re.findall(r"need (\S+) ", tests)
    assert len(packages) >= 5
    assert [name for name in packages if f"`{name}`" not in README] == []
