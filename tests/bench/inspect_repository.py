"""Prints what `tieout inspect` costs: 5,000 files with 10,000 commits, beside git's own reads; 100 repositories.

python tests/bench/inspect_repository.py                 # both
python tests/bench/inspect_repository.py one --files 500 --commits 1000
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

TIEOUT = str(Path(sys.executable).parent / "tieout")
DAY = 1_760_000_000  # 2025-10-09, the last committer date
WORKFLOW = """\
on: {pull_request: {}, push: {branches: [main]}}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
      - run: bandit -r src
"""
FIXED = {
    "README.md": "# Service\n\nWords of it.\n" * 40,
    "Makefile": "test:\n\tpytest\n",
    "Dockerfile": "FROM python:3.12-slim\nUSER app\n",
    "pyproject.toml": '[project]\nname = "service"\nversion = "1.0.0"\n',
    "model-card.md": "# Model card\n\n## Limitations\n\nIt is small.\n" * 20,
    ".github/workflows/ci.yml": WORKFLOW,
    ".github/CODEOWNERS": "* @org/team\n",
}


def files(count: int) -> Iterator[tuple[str, str]]:
    """Files of an ordinary repository: code of 4 kB on average, some configuration and prose."""
    yield from FIXED.items()
    code = "def handle(request):\n    # fallback to the default\n    return answer(request, model='m', retries=3)\n\n"
    for number in range(count - len(FIXED)):
        ending, text = (
            ("py", code * 40),
            ("ts", "export const handle = (request: Request) => answer(request);\n" * 60),
            ("yaml", f"name: n{number}\nreplicas: 2\nlimits: {{cpu: 1}}\n"),
            ("md", "# Notes\n\nWhat was decided, and why.\n" * 50),
        )[number % 4]
        yield f"src/{number // 200:03}/f{number}.{ending}", text


def make(folder: Path, *, count: int, commits: int) -> None:
    """Build a repository by one fast-import."""
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE) as importer:
        if importer.stdin is None:
            raise SystemExit("no pipe to git")
        write = importer.stdin.write
        for number in range(1, commits + 1):
            when = DAY - (commits - number) * 3_000
            message = f"Change {number} (#{number})".encode()
            who = f"Person {number % 40} <p{number % 40}@example.org> {when} +0000\n".encode()
            write(b"commit refs/heads/main\nauthor " + who + b"committer " + who)
            write(b"data %d\n%s\n" % (len(message), message))
            changed = files(count) if number == 1 else [("src/counter.txt", f"{number}\n")]
            for path, text in changed:
                data = text.encode()
                write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        importer.stdin.close()


def measured(command: list[str], folder: Path) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds with children, and the largest memory of one process in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss // 1024


PLUMBING = """\
git clone -q --bare --no-local file://"$PWD" "$0/clone" && cd "$0/clone" &&
git ls-tree -rtlz HEAD > /dev/null &&
git ls-tree -r --object-only HEAD | git cat-file --batch --buffer > /dev/null &&
git rev-list HEAD | git cat-file --batch --buffer > /dev/null &&
git for-each-ref > /dev/null
"""

# The same reads as a topic makes them: each object verified by its id, commits parsed, nothing looked into.
READS = """\
from pathlib import Path
from tieout.kernel.git.quarantine import Quarantine
with Quarantine.open(Path(), uri="r") as quarantine:
    commit = quarantine.resolve("")
    tree = quarantine.tree(commit)
    paths = [entry.path for entry in tree.entries()]
    tree.expect(paths)
    for path in paths:
        tree.read(path)
    quarantine.history(commit)
    quarantine.tags()
"""


def one(count: int, commits: int) -> None:
    """One large repository: git's own reads of the same objects, then the inspection."""
    with tempfile.TemporaryDirectory() as place:
        repository = Path(place) / "large"
        make(repository, count=count, commits=commits)
        wall, cpu, _ = measured(["sh", "-ec", PLUMBING, place], repository)
        print(f"git's own reads: {count:,} files, {commits:,} commits: {wall:.2f} s wall, {cpu:.2f} CPU-s")
        read_wall, read_cpu, _ = measured([sys.executable, "-c", READS], repository)
        times = f"{read_cpu / cpu:.1f} times git's processor time, {read_wall / wall:.1f} times its wall time [3]"
        print(f"the same reads by us: {read_wall:.2f} s wall, {read_cpu:.2f} CPU-s: {times}")
        own_wall, own_cpu, memory = measured([TIEOUT, "inspect", "--format", "json"], repository)
        print(f"inspect: {own_wall:.2f} s wall [10], {own_cpu:.2f} CPU-s, {memory} MB at most [400]")


def many(repositories: int) -> None:
    """Many repositories of 60 files and 100 commits in one run."""
    with tempfile.TemporaryDirectory() as place:
        first = Path(place) / "r0"
        make(first, count=60, commits=100)
        for number in range(1, repositories):
            subprocess.run(["git", "clone", "-q", "--bare", first, Path(place) / f"r{number}"], check=True)
        paths = [f"r{number}" for number in range(repositories)]
        wall, cpu, memory = measured([TIEOUT, "inspect", "--format", "json", *paths], Path(place))
        processors = len(os.sched_getaffinity(0))
        told = f"{repositories} repositories in one run on {processors} processors"
        print(f"{told}: {wall:.1f} s wall [60], {cpu:.1f} CPU-s")
        print(f"  {memory} MB at most in one process")


def main() -> None:
    """Print the figures asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["one", "many", "both"], default="both")
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--repositories", type=int, default=100)
    asked = parser.parse_args()
    if asked.what in {"one", "both"}:
        one(asked.files, asked.commits)
    if asked.what in {"many", "both"}:
        many(asked.repositories)


if __name__ == "__main__":
    main()
