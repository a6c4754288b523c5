"""Prints what each stage costs with many small files: 10,000 records, a tree of 20,000 files, 200 logs.

python tests/bench/many_files.py                        # all three
python tests/bench/many_files.py records --count 2000   # one of them, in another size
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TIEOUT = str(Path(sys.executable).parent / "tieout")
DAY = 1_760_000_000  # 2025-10-09, the committer date
AS_OF = "2025-11-01"
LINES = 50  # of one log

CONFIGURATION = """\
version: 1
system: {id: many-files, name: Many files, purpose: A figure, owner: TO FILL IN, phase: pilot, risk_tier: low,
         generative: true, third_party: true}
owners: {operations: {person: null}, model_changes: {person: null}, data_quality: {person: null},
         governance: {person: null}, budget: {person: null}}
repository: application
sources:
  - {name: application, kind: git, path: ., provides: [codeowners, git_history, repository_tree]}
"""
RECORDS = """\
  - {name: records, kind: records, inside: application, path: %s,
     provides: [approved_record, drill_record, release_record]}
"""
LOGS = "  - {name: logs, kind: log, path: ../logs, format: litellm, provides: [telemetry]}\n"


def records(count: int) -> Iterator[tuple[str, bytes]]:
    """Small records in turn: YAML, Markdown with front matter, JSON."""
    for number in range(count):
        day = f"2025-{number % 9 + 1:02}-{number % 28 + 1:02}"
        folder = f"records/{number // 100:03}"
        if number % 5 == 3:
            text = f"---\nartefact: approved_record\nrecord_type: ai_policy\ntitle: Policy {number}\nowner: P{number}\n"
            yield f"{folder}/r{number}.md", f"{text}approved_on: {day}\n---\n\n# Policy\n\nWords of it.\n".encode()
        elif number % 5 == 4:
            drill = {"artefact": "drill_record", "scenario": "kill_switch", "date": day, "people": [f"P{number}"]}
            drill |= {"outcome": "passed", "measured_seconds": number, "target_seconds": 60}
            yield f"{folder}/r{number}.json", json.dumps(drill, indent=1).encode()
        else:
            text = f"artefact: drill_record\nscenario: provider_failover\ndate: {day}\npeople: [P{number}, Q{number}]\n"
            yield f"{folder}/r{number}.yaml", f"{text}outcome: passed\nmeasured_seconds: {number}\n".encode()


def tree(count: int) -> Iterator[tuple[str, bytes]]:
    """Files of an ordinary repository, one in four in a format that records have."""
    for number in range(count):
        ending, text = (("py", "x = {}\n"), ("yaml", "key: {}\n"), ("txt", "{}\n"), ("ts", "let x = {}\n"))[number % 4]
        yield f"src/{number // 200:03}/f{number}.{ending}", text.format(number).encode()


def repository(folder: Path, config: str, files: Iterator[tuple[str, bytes]]) -> None:
    """A repository of one commit, made by fast-import."""
    parts = [b"commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n" % DAY]
    for path, data in (("tieout.yaml", config.encode()), *files):
        parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=b"".join(parts), check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)


def logs(folder: Path, count: int) -> None:
    """Logs of a gateway, one file after another."""
    folder.mkdir()
    for number in range(count):
        lines = (
            {"id": f"{number}-{line}", "startTime": DAY + number * 600 + line, "endTime": DAY + number * 600 + line + 2,
             "status": "success", "model": "azure/m", "custom_llm_provider": "azure", "response_cost": 0.001,
             "prompt_tokens": line, "completion_tokens": line, "response_time": 1.5}
            for line in range(LINES)
        )  # fmt: skip
        (folder / f"day-{number:03}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def stage(name: str, command: list[str], folder: Path) -> None:
    """Run one stage and print its line."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run([TIEOUT, *command], cwd=folder, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = f"exit {ended.returncode}" + (f"  {ended.stderr.strip()[:120]}" if ended.returncode else "")
    print(f"  {name:<10}{wall:8.2f} s wall {cpu:8.2f} CPU-s   {told}", flush=True)


def job(folder: Path, *, whole: bool) -> None:
    """The stages of a job; of the larger ones only those that are asked for."""
    stage("collect", ["collect", "--as-of", AS_OF], folder)
    stage("again", ["collect", "--as-of", AS_OF], folder)
    stage("assess", ["assess"], folder)
    if whole:
        stage("packet", ["packet", "--out", str(folder.parent / "packet")], folder)
        stage("verify", ["verify", str(folder.parent / "packet")], folder)


def many_records(folder: Path, count: int) -> None:
    """Every file is an item; the packet is left out, because setting 4,000 pages takes a quarter of an hour."""
    repository(folder / "system", CONFIGURATION + RECORDS % "records", records(count))
    job(folder / "system", whole=False)


def whole_packet(folder: Path, count: int) -> None:
    """The same in a size of which people make a PDF."""
    repository(folder / "system", CONFIGURATION + RECORDS % "records", records(count))
    job(folder / "system", whole=True)


def large_tree(folder: Path, count: int) -> None:
    """The whole tree is declared as a place of records, and none is in it."""
    repository(folder / "system", CONFIGURATION + RECORDS % ".", tree(count))
    job(folder / "system", whole=False)


def many_logs(folder: Path, count: int) -> None:
    """One item of many files."""
    repository(folder / "system", CONFIGURATION + LOGS, iter(()))
    logs(folder / "logs", count)
    job(folder / "system", whole=False)


JOBS: dict[str, tuple[Callable[[Path, int], None], int, str]] = {
    "records": (many_records, 10_000, "records in a repository; goal: collect <= 15 s"),
    "packet": (whole_packet, 500, "records, to the packet"),
    "tree": (large_tree, 20_000, "files, the whole tree declared as records"),
    "logs": (many_logs, 200, f"logs of {LINES} lines"),
}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jobs", nargs="*", choices=[*JOBS, []], default=list(JOBS))
    parser.add_argument("--count", type=int, default=0, help="files, instead of the usual number")
    parser.add_argument("--keep", type=Path, help="make the repositories in this folder and leave them")
    arguments = parser.parse_args()
    for name in arguments.jobs:
        run, usual, what = JOBS[name]
        count = arguments.count or usual
        print(f"{count:,} {what}", flush=True)
        if arguments.keep:
            (arguments.keep / name).mkdir(parents=True)
            run(arguments.keep / name, count)
        else:
            with tempfile.TemporaryDirectory() as folder:
                run(Path(folder), count)


if __name__ == "__main__":
    main()
