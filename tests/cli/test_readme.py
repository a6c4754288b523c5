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
        *("inspect", "init", "init", "run", "run", "explain", "verify", "snapshot", "doctor")
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


def blocks(kind: str) -> list[str]:
    """Headings of the README with a block of a kind."""
    parts = re.split(r"^## ", README, flags=re.MULTILINE)[1:]
    return [part.partition("\n")[0] for part in parts for _ in range(part.count(f"```{kind}\n"))]


def test_every_block_that_a_newcomer_types_is_run() -> None:
    """`.ci/run` runs the `sh` blocks, the test above the commands; what only a bare machine needs is left."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    run = re.findall(r'"([^"]+)"', re.search(r"^for heading in (.*); do$", script, re.MULTILINE)[1])
    run += re.findall(r'^commands=\$\(blocks "([^"]+)"\)$', script, re.MULTILINE)
    assert blocks("sh") == run == ["Set up", "Demo", "Test"]
    assert blocks("console") == ["Set up", "Use it on your own system"]
    assert not re.search(r"^```(?!sh$|console$|text$|$)", README, re.MULTILINE), "a block of a kind that nothing runs"


def test_a_newcomer_is_told_of_records_that_no_source_reads(repository: Repository) -> None:
    environment = git_environment(PATH=f"{PROGRAM.parent}:/usr/local/bin:/usr/bin:/bin", HOME=str(repository.folder))
    wanted = [command for command in block("Use it on your own system") if not command.startswith("tieout")]
    wanted.insert(0, "tieout init --records records")
    assert wanted[0] in block("Use it on your own system")
    for command in (f"tieout init {ANSWERS}", *wanted, "tieout run --dry-run"):
        done = subprocess.run(
            ["bash", "-euc", command],
            cwd=repository.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    assert "note: records looks like records that people keep, and no source reads any" in done.stderr


def test_the_readme_names_what_the_tests_install() -> None:
    script = (ROOT / "tools" / "system_packages.sh").read_text(encoding="utf-8")
    tests = script.partition("= test ]")[2].partition("fi\n")[0]
    packages = re.findall(r"need (\S+) ", tests)
    assert len(packages) >= 5
    assert [name for name in packages if f"`{name}`" not in README] == []
