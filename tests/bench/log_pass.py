"""Prints what one full pass over a log costs, beside the limits of the machine in the same run.

    python tests/bench/log_pass.py                 # a synthetic log of 100 MB, made in a temporary folder
    python tests/bench/log_pass.py FILE [FILE …]   # logs of your own; FILE.truth beside one is checked against

A truth file is JSON: bytes, lines, kinds {ok, blank, …: count}, bad [[line from 0, offset, kind], …].
"""

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tieout.analytics import aggregate, partial, rejects
from tieout.analytics.fields import load_map
from tieout.analytics.partial import Shard, Window
from tieout.analytics.records import RecordReader
from tieout.analytics.telemetry import finish

EVER = Window(0, 4_102_444_800_000_000)
REPEATS = 3
INVALID = {"wrong_type", "non_object"}


def main() -> int:
    """Measure and print; exit 1 where a truth file is contradicted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--megabytes", type=int, default=100, help="size of the synthetic log")
    parser.add_argument("--format", default="litellm")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = arguments.files or [synthetic(Path(folder) / "synthetic.jsonl", arguments.megabytes * 1_000_000)]
        return max(measure(file, arguments.format) for file in files)


def synthetic(file: Path, size: int) -> Path:
    """A log like a gateway's, one line in a hundred bad, the same every time."""
    chance = random.Random(1)  # noqa: S311 - a benchmark wants the same numbers every time
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(2000)]
    written, number = 0, 0
    with file.open("wb") as out:
        while written < size:
            number += 1
            text = " ".join(chance.choices(words, k=160))
            start = 1_761_955_200 + number * 3
            line = json.dumps(
                {
                    "id": f"chatcmpl-{number:032x}", "response_cost": number % 997 / 1e5, "status": "success",
                    "custom_llm_provider": "azure", "prompt_tokens": number % 2000, "completion_tokens": number % 700,
                    "startTime": start + 0.25, "endTime": start + 2.5, "response_time": number % 4001 / 1000,
                    "model": f"azure/gpt-4o-{number % 5}", "model_group": "gpt-4o", "cache_hit": number % 9 == 0,
                    "metadata": {"user_api_key_hash": f"{number:064x}", "user_api_key_user_id": f"u{number % 3000}"},
                    "request_tags": [f"app:{number % 25}"], "end_user": "",
                    "messages": [{"role": "user", "content": text}],
                }
            ).encode()  # fmt: skip
            if number % 100 == 0:
                line = line[: len(line) // 2]
            written += out.write(line + b"\n")
    return file


def measure(file: Path, format_: str) -> int:
    """Print the figures of one file; 1 where its truth file says otherwise."""
    size = file.stat().st_size
    field_map = load_map(format_)

    def full() -> aggregate.Aggregate:
        return partial.partial(Shard(file.name, lambda: file.open("rb")), field_map, EVER)

    def parse() -> None:
        read = RecordReader(field_map)._decode
        with file.open("rb") as stream:
            for line in stream:
                try:
                    read(line)
                except ValueError:
                    continue

    def sha256() -> None:
        with file.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")

    def loop() -> None:
        with file.open("rb") as stream:
            for _ in stream:
                pass

    def cat() -> None:
        subprocess.run(["cat", str(file)], stdout=subprocess.DEVNULL, check=True)

    print(f"{file.name}: {size / 1e9:.3f} GB; CPU seconds a GB, best of {REPEATS}")
    for name, work in (("cat", cat), ("line loop", loop), ("SHA-256", sha256), ("line loop + typed parse", parse)):
        print(f"  {name:<28}{best(work) * 1e9 / size:8.2f}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cost = best(full) * 1e9 / size
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  {'full pass, hash and places':<28}{cost:8.2f}")
    print(f"  peak memory {after / 1024:.0f} MB, of which {before / 1024:.0f} MB before the pass")
    counted = full()
    shown = finish(counted, field_map, EVER)
    print(f"  {shown.lines:,} lines = {shown.blank:,} blank + {shown.unreadable:,} unreadable + "
          f"{shown.invalid:,} invalid + {shown.records:,} records")  # fmt: skip
    truth = file.with_name(file.name + ".truth")
    return check(full, json.loads(truth.read_text())) if truth.is_file() else 0


def check(full: Callable[[], aggregate.Aggregate], truth: dict) -> int:
    """Compare every count and every place; prints the first difference."""
    aggregate.MAX_REJECTS = rejects.MAX_REJECTS = sys.maxsize // 4  # keep them all, for once
    found = full()
    expected = sorted(
        (line + 1, offset, "invalid" if kind in INVALID else "unreadable")
        for line, offset, kind in truth["bad"]
        if kind != "blank"
    )
    places = [(one.line, one.offset, one.kind) for one in found.rejects]
    same = (found.lines, found.records, found.blank) == (
        truth["lines"],
        truth["kinds"]["ok"],
        truth["kinds"]["blank"],
    )
    if same and places == expected:
        print(f"  truth: every count equal, {len(places):,} of {len(expected):,} rejects at their line and offset")
        return 0
    wrong = sorted(set(places) ^ set(expected))
    print(f"  truth: DIFFERS in counts: {not same}, in places: {len(wrong)}, first {wrong[:1]}")
    return 1


def best(work: Callable[[], object]) -> float:
    """Fewest CPU seconds of this process and its children."""

    def spent() -> float:
        return time.process_time() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime + children_system()

    times = []
    for _ in range(REPEATS):
        start = spent()
        work()
        times.append(spent() - start)
    return min(times)


def children_system() -> float:
    """System seconds of finished children."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_stime


if __name__ == "__main__":
    sys.exit(main())
