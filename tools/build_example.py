"""Build the example system that `make demo` assesses, from evidence/example, the same bytes every time.

    python tools/build_example.py OUT

OUT gets `claims-triage/` (a git repository made by `git fast-import`, with `claims-triage.fast-import`, the stream
it came from), `logs/` (a month of gateway logs) and `results/` (evaluation logs, copied). Needs git and nothing else.
evidence/example/README.md tells the story and what of it is invented.
"""
# ruff: noqa: S311 - a program run by hand, which prints; its random numbers only make up a log

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parent.parent / "evidence" / "example"
NAME = "claims-triage"
MAIN = "main"
MARKER = ".made-by-build_example"
NULL_ID = "0" * 40

# --- the repository: history.toml and repository/ become a fast-import stream


@dataclass
class Line:
    """One line of development while the history is told: its tip and what its tree holds."""

    mark: int = 0
    tree: dict[str, str] = field(default_factory=dict)
    base: dict[str, str] = field(default_factory=dict)


def final_texts(folder: Path) -> dict[str, str]:
    """Path in the repository -> text in the last commit."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def draft_text(draft: dict[str, Any], texts: dict[str, str]) -> str:
    """The earlier text of a file, from its last one and what `lines` and `swap` say.

    Raises:
        ValueError: A passage to swap does not stand in the text.
    """
    text = texts[draft["path"]]
    if "lines" in draft:
        lines = text.splitlines(keepends=True)
        kept: list[str] = []
        for part in draft["lines"].split(","):
            first, dash, last = part.strip().partition("-")
            end = int(last) if last else (len(lines) if dash else int(first))
            kept.extend(lines[int(first) - 1 : end])
        text = "".join(kept)
    for now, then in draft.get("swap", ()):
        if now not in text:
            message = f"{draft['path']}: {now!r} does not stand in the text it should be taken from"
            raise ValueError(message)
        text = text.replace(now, then)
    return text


def fast_import_stream(history: dict[str, Any], texts: dict[str, str]) -> bytes:
    """The whole history as git fast-import reads it.

    Raises:
        ValueError: A commit changes nothing, a merge collides, or the last tree is not `texts`.
    """
    out: list[bytes] = []
    lines = {MAIN: Line()}
    for mark, commit in enumerate(history["commit"], start=1):
        who, when = history["people"][commit["by"]], int(commit["at"].timestamp())
        branch = commit.get("branch", MAIN)
        if branch not in lines:
            lines[branch] = Line(lines[MAIN].mark, dict(lines[MAIN].tree), dict(lines[MAIN].tree))
        line = lines[branch]
        merged = lines.pop(commit["merge"]) if "merge" in commit else None
        changes = _changes(commit, line, merged, texts)
        line.tree.update(changes)
        out.append(_heading(branch, mark, f"{who} {when} +0000", commit["say"]))
        out.extend(
            f"{word} :{tip.mark}\n".encode() for word, tip in (("from", line), ("merge", merged)) if tip and tip.mark
        )
        out.extend(f"M 100644 inline {path}\n".encode() + _data(text) for path, text in sorted(changes.items()))
        line.mark = mark
        if merged is not None:
            out.append(f"reset refs/heads/{commit['merge']}\nfrom {NULL_ID}\n\n".encode())
        if "tag" in commit:
            out.append(
                f"tag {commit['tag']}\nfrom :{mark}\ntagger {who} {when + 600} +0000\n".encode()
                + _data(commit["note"] + "\n")
            )
    if lines.keys() != {MAIN} or lines[MAIN].tree != texts:
        left = sorted(path for path in texts if lines[MAIN].tree.get(path) != texts[path])
        message = f"the history does not end at repository/: branches {sorted(lines)}, files that differ {left}"
        raise ValueError(message)
    return b"".join([*out, b"done\n"])


def _changes(commit: dict[str, Any], line: Line, merged: Line | None, texts: dict[str, str]) -> dict[str, str]:
    changes = {path: texts[path] for path in commit.get("files", ())}
    changes |= {draft["path"]: draft_text(draft, texts) for draft in commit.get("drafts", ())}
    if merged is not None:
        changes |= {path: text for path, text in merged.tree.items() if merged.base.get(path) != text}
        collisions = sorted(path for path in changes if line.tree.get(path) != merged.base.get(path))
        if collisions:
            message = f"{commit['say']}: changed on both sides: {collisions}"
            raise ValueError(message)
    idle = sorted(path for path, text in changes.items() if line.tree.get(path) == text)
    if idle or not changes:
        message = f"{commit['say']}: changes nothing ({idle})"
        raise ValueError(message)
    return changes


def _heading(branch: str, mark: int, stamp: str, say: str) -> bytes:
    return f"commit refs/heads/{branch}\nmark :{mark}\nauthor {stamp}\ncommitter {stamp}\n".encode() + _data(say + "\n")


def _data(text: str) -> bytes:
    raw = text.encode()
    return b"data %d\n%b\n" % (len(raw), raw)


def build_repository(stream: bytes, folder: Path) -> str:
    """Import the stream into a new repository with its work tree checked out; returns the last commit's id."""
    git = shutil.which("git")
    if git is None:
        sys.exit("git is not installed; on Debian: apt-get install git")
    keep = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    # Nobody's own git configuration, templates or hooks may change what comes out.
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C", "TZ": "UTC"}

    def run(*arguments: str, given: bytes | None = None) -> str:
        done = subprocess.run([git, *arguments], input=given, env=keep | alone, check=True, stdout=subprocess.PIPE)
        return done.stdout.decode().strip()

    run("init", "--quiet", "--template=", "--object-format=sha1", f"--initial-branch={MAIN}", str(folder))
    # No reflog: it would hold the time of this run.
    inside = ("-C", str(folder), "-c", "core.logAllRefUpdates=false")
    run(*inside, "fast-import", "--quiet", "--done", given=stream)
    run(*inside, "reset", "--quiet", "--hard", MAIN)
    return run(*inside, "rev-parse", MAIN)


# --- the gateway's log: thirty days, a JSON line a request, as LiteLLM's standard logging payload has it

SEED = 20261023
FIRST_DAY = datetime(2026, 10, 23, tzinfo=UTC)
DAYS = 30
#: Nothing reached the archive from Friday evening to Monday morning, and nobody noted it.
HOLE = (datetime(2026, 11, 6, 18, 47, 12, tzinfo=UTC), datetime(2026, 11, 9, 7, 53, 40, tzinfo=UTC))
#: The primary supplier's region was out.
OUTAGE = (datetime(2026, 11, 12, 13, 38, tzinfo=UTC), datetime(2026, 11, 12, 14, 52, tzinfo=UTC))
#: Notifications an hour on a working day, by hour (UTC): Cork's day, then Portland's.
WORKDAY = (20, 9, 5, 5, 5, 5, 5, 9, 18, 27, 27, 26, 25, 27, 29, 31, 40, 42, 40, 36, 32, 30, 27, 23)
WEEKEND_SHARE = 0.3
NIGHT = 5
PORTLAND_HOURS = {*range(17, 24), 0, 1}
#: Both desks work, and answers take longer by this factor.
PEAK, RUSH = range(15, 21), 1.25
TIMEOUT = 20.0
#: Share of calls that hang while a region is out; the others are refused at once.
HANGS = 0.25
FAILED_FIRST = 0.0045
WITHOUT_IDENTITY = 7
HIDDEN = "redacted-by-litellm"


@dataclass(frozen=True)
class Deployment:
    """One model behind the gateway: names as in config/gateway.yaml, prices in dollars a token."""

    group: str
    model: str
    provider: str
    id: str
    price_in: float
    price_out: float


ADDRESS = {
    "azure": "https://northlight-claims.azure.example",
    "bedrock": "https://bedrock-runtime.eu-west-1.example",
}
SONNET, HAIKU = "anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-3-haiku-20240307-v1:0"
TRIAGE = Deployment("triage", "gpt-4o-2024-11-20", "azure", "triage-azure", 2.5e-6, 1e-5)
TRIAGE_BACKUP = Deployment("triage-backup", SONNET, "bedrock", "triage-bedrock", 3e-6, 1.5e-5)
SUMMARY = Deployment("claim-summary", "gpt-4o-mini-2024-07-18", "azure", "summary-azure", 1.5e-7, 6e-7)
SUMMARY_BACKUP = Deployment("claim-summary-backup", HAIKU, "bedrock", "summary-bedrock", 2.5e-7, 1.25e-6)


@dataclass(frozen=True)
class Route:
    """What one call of a notification is like: suppliers, usual seconds and their spread, usual tokens."""

    primary: Deployment
    backup: Deployment
    seconds: float
    spread: float
    prompt_tokens: int
    answer_tokens: tuple[int, int]


ROUTES = (
    Route(TRIAGE, TRIAGE_BACKUP, 2.75, 0.60, 2600, (2, 4)),
    Route(SUMMARY, SUMMARY_BACKUP, 1.9, 0.45, 2500, (70, 160)),
)


def log_records() -> list[dict[str, Any]]:
    """All records that reached the archive, in the order in which the requests ended."""
    rng = random.Random(SEED)
    records = [record for at in _arrivals(rng) for record in _notification(rng, at)]
    end = (FIRST_DAY + timedelta(days=DAYS)).timestamp()
    hole = (HOLE[0].timestamp(), HOLE[1].timestamp())
    records = [r for r in records if r["endTime"] < end and not hole[0] <= r["endTime"] < hole[1]]
    records.sort(key=lambda record: (record["endTime"], record["id"]))
    for index in rng.sample(range(len(records)), WITHOUT_IDENTITY):
        record = records[index]
        record["end_user"] = ""
        record["metadata"] |= {key: None for key in record["metadata"] if key.startswith("user_api_key")}
    return records


def _arrivals(rng: random.Random) -> Iterator[datetime]:
    """When notifications come in: by the hour, fewer at night and on weekends."""
    for hour in range(DAYS * 24):
        start = FIRST_DAY + timedelta(hours=hour)
        usual = WORKDAY[start.hour]
        if start.isoweekday() > 5:  # noqa: PLR2004 - Saturday and Sunday
            usual = max(NIGHT, round(usual * WEEKEND_SHARE))
        count = max(1, round(rng.gauss(usual, usual**0.5)))
        yield from (start + timedelta(seconds=second) for second in sorted(rng.random() * 3600 for _ in range(count)))


@dataclass(frozen=True)
class Caller:
    """Who asked, and the trace that ties the calls of one notification together."""

    adjuster: str
    desk: str
    trace: str


def _caller(rng: random.Random, hour: int) -> Caller:
    """An adjuster of the desk that is at work at this hour (UTC)."""
    portland = hour in PORTLAND_HOURS
    number = rng.randrange(101, 171) + (70 if portland else 0)
    return Caller(f"adj-{number:04d}", "portland" if portland else "cork", f"{rng.getrandbits(128):032x}")


def _notification(rng: random.Random, at: datetime) -> Iterator[dict[str, Any]]:
    """The calls of one notification: queue, then summary; after a failed call the other supplier is asked."""
    caller = _caller(rng, at.hour)
    clock = at.timestamp()
    for route in ROUTES:
        prompt = int(route.prompt_tokens * rng.lognormvariate(0, 0.25))
        words = rng.randint(*route.answer_tokens)
        rush = RUSH if at.hour in PEAK else 1.0
        seconds = route.seconds * rng.lognormvariate(0, route.spread) * rush
        failure = _failure(rng, seconds, out=OUTAGE[0] <= at < OUTAGE[1])
        served = route.primary
        if failure is not None:
            error, lost = failure
            yield _record(rng, caller, route.primary, clock, lost) | {"status": "failure", "error_str": error}
            clock += lost
            served, seconds = route.backup, route.seconds * 1.15 * rng.lognormvariate(0, 0.4)
        answered = _record(rng, caller, served, clock, seconds)
        yield answered | _answer(served, prompt, words, fallback=failure is not None)
        clock += seconds + 0.05


def _failure(rng: random.Random, seconds: float, *, out: bool) -> tuple[str, float] | None:
    """Why the primary supplier did not answer and after how many seconds; None where it did."""
    chance, hangs, delay = rng.random(), rng.random() < HANGS, 0.15 + rng.random()
    if seconds > TIMEOUT or (out and hangs):
        return "Timeout: no answer within 20 s", TIMEOUT
    if out:
        return "ServiceUnavailableError: 503 region unavailable", delay
    return ("RateLimitError: 429 from the supplier", delay) if chance < FAILED_FIRST else None


def _record(rng: random.Random, caller: Caller, deployment: Deployment, start: float, seconds: float) -> dict[str, Any]:
    seconds = round(seconds, 3)
    return {
        "id": f"chatcmpl-{rng.getrandbits(96):024x}",
        "trace_id": caller.trace,
        "call_type": "acompletion",
        "stream": False,
        "status": "success",
        "custom_llm_provider": deployment.provider,
        "model": deployment.model,
        "model_id": deployment.id,
        "model_group": deployment.group,
        "api_base": ADDRESS[deployment.provider],
        "startTime": round(start, 3),
        "endTime": round(start + seconds, 3),
        "completionStartTime": round(start + seconds, 3),
        "response_time": seconds,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "total_tokens": 0,
        "response_cost": 0.0,
        "cache_hit": False,
        "cache_key": None,
        "request_tags": [f"app:{NAME}"],
        "end_user": caller.adjuster,
        "metadata": {
            "user_api_key_hash": hashlib.sha256(caller.desk.encode()).hexdigest(),
            "user_api_key_alias": f"{NAME}-{caller.desk}",
            "user_api_key_team_id": f"desk-{caller.desk}",
            "user_api_key_user_id": caller.adjuster,
            "requester_ip_address": None,
            "applied_guardrails": ["mask-identifiers"],
        },
        "hidden_params": {"additional_headers": {"x-litellm-attempted-fallbacks": 0}},
        "messages": [{"role": "user", "content": HIDDEN}],
        "response": None,
        "error_str": None,
    }


def _answer(deployment: Deployment, prompt: int, words: int, *, fallback: bool) -> dict[str, Any]:
    """What a record of an answered call says beyond that of a failed one."""
    tags = [f"app:{NAME}", "fallback"] if fallback else [f"app:{NAME}"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": words,
        "total_tokens": prompt + words,
        "response_cost": round(prompt * deployment.price_in + words * deployment.price_out, 9),
        "request_tags": tags,
        "hidden_params": {"additional_headers": {"x-litellm-attempted-fallbacks": int(fallback)}},
        "response": {"choices": [{"message": {"role": "assistant", "content": HIDDEN}}]},
    }


def write_logs(folder: Path) -> int:
    """One file a day; the last line before the hole breaks off in its middle. Returns the number of lines."""
    days: dict[str, list[str]] = {}
    for record in log_records():
        day = datetime.fromtimestamp(record["endTime"], UTC).date().isoformat()
        days.setdefault(day, []).append(json.dumps(record, separators=(",", ":")) + "\n")
    broken = days[HOLE[0].date().isoformat()]
    broken[-1] = broken[-1][: len(broken[-1]) * 2 // 5]
    folder.mkdir()
    for day, lines in days.items():
        (folder / f"gateway-{day}.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
    return sum(len(lines) for lines in days.values())


# --- all of it


def build(out: Path) -> str:
    """Build everything into a folder that is empty or was built before; returns the last commit's id."""
    made = (NAME, f"{NAME}.fast-import", "logs", "results", MARKER)
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        sys.exit(f"{out} holds something that this tool did not make; name an empty folder")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).write_text("python tools/build_example.py replaces this folder's contents\n", encoding="utf-8")
    for name in made[:-1]:
        if (out / name).is_dir():
            shutil.rmtree(out / name)
    history = tomllib.loads((EXAMPLE / "history.toml").read_text(encoding="utf-8"))
    stream = fast_import_stream(history, final_texts(EXAMPLE / "repository"))
    (out / made[1]).write_bytes(stream)
    commit = build_repository(stream, out / NAME)
    lines = write_logs(out / "logs")
    shutil.copytree(EXAMPLE / "results", out / "results", ignore=shutil.ignore_patterns("README*"))
    print(f"{out}: {NAME} at {commit[:12]}, {len(history['commit'])} commits; {lines} log lines")
    return commit


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the example system, the same bytes every time.")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to build, such as build/example")
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()
