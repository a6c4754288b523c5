"""Figures of the whole job beside their goals: `make bench` prints them; nothing here fails a test."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
TIEOUT = str(Path(sys.executable).parent / "tieout")
COMMITS = 3_000
FILES = 800


def measured(command: list[str], folder: Path) -> tuple[float, float, int]:
    """CPU seconds, wall seconds and exit code of a program and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    code = subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, code


def large_repository(folder: Path) -> None:
    """A repository of many commits, with a tieout.yaml, made by fast-import."""
    lines: list[bytes] = []
    for number in range(COMMITS):
        text = f"version {number}\n".encode()
        if number == 0:
            told = ["--phase", "pilot", "--risk-tier", "low", "--generative", "--third-party"]
            place = ["--config", str(folder.parent / "tieout.yaml")]
            subprocess.run([TIEOUT, "init", "--yes", *told, *place], check=True, capture_output=True)
            config = (folder.parent / "tieout.yaml").read_bytes()
            lines.append(b"commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n")
            lines.append(b"M 100644 inline tieout.yaml\ndata %d\n%s\n" % (len(config), config))
            continue
        lines.append(b"commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n"
                     % (1_700_000_000 + number * 600))  # fmt: skip
        lines.append(b"M 100644 inline src/f%d.py\ndata %d\n%s\n" % (number % FILES, len(text), text))
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=b"".join(lines), check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)


def report(what: str, goal: str, figures: tuple[float, float, int]) -> None:
    """One line of the table."""
    cpu, wall, code = figures
    print(f"{what:44} {cpu:7.2f} CPU-s {wall:7.2f} s wall   goal {goal:14} exit {code}")


def main() -> None:
    """Print the table."""
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        helps = min(measured([TIEOUT, "--help"], folder) for _ in range(5))
        report("tieout --help (best of 5)", "<= 0.3 CPU-s", helps)
        subprocess.run([sys.executable, str(ROOT / "tools/build_example.py"), str(folder / "ex")], check=True,
                       capture_output=True)  # fmt: skip
        run = [TIEOUT, "run", "--as-of", "2026-11-22", "--no-exit-codes", "--out", str(folder / "packet")]
        report("the demo's whole job", "<= 20 s", measured(run, folder / "ex/claims-triage"))
        report("verify of its packet", "", measured([TIEOUT, "verify", str(folder / "packet")], folder))
        large_repository(folder / "large")
        report(
            f"collect, {COMMITS} commits and {FILES} files", "<= 10 s", measured([TIEOUT, "collect"], folder / "large")
        )
        peer = ["git", "log", "--name-only", "--format=%H%n%an%n%ae%n%cI%n%B"]
        report("peer: git log --name-only of the same", "", measured(peer, folder / "large"))


main()
