"""Runs the main job on clones of real repositories, and fails where one satisfies anything or the program breaks.

    tools/try_repositories.py CLONE[@COMMIT] …

A clone is a work tree, a bare repository or an address that git can clone. Each is tried twice: as `tieout init --yes`
proposes it, and with its whole tree declared as every kind of record and configuration, which no honest user would do.
Nobody filled in an owner or an acceptance criterion, so that nothing may be satisfied; partial is told.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

PROGRAM = Path(sys.executable).parent / "tieout"
#: Subcategories of AI RMF 1.0; each has a verdict.
ALL = 72
#: Exit codes of a job that came to its end: done, or done and something could not be read.
ENDED = (0, 4)
#: What only a user knows of a system; the strictest choice.
FACTS = ("--yes", "--force", "--phase", "production", "--risk-tier", "high", "--generative", "--third-party")
EVERYTHING: list[dict[str, Any]] = [
    {"kind": "results", "name": "as-results"},
    {
        "kind": "records",
        "name": "as-records",
        "provides": ["risk_register", "inventory", "drill_record", "incident_log", "approved_record/ai_policy"],
    },
    {"kind": "config", "name": "as-gateway", "provides": ["gateway_config"], "format": "litellm"},
    {"kind": "config", "name": "as-alerts", "provides": ["alert_rules"]},
    {"kind": "config", "name": "as-flags", "provides": ["flag_config"]},
]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A program to its end, its output as text."""
    return subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)


def clone(what: str, to: Path) -> None:
    """A work tree of its own, at the commit that was asked for; files whose content the clone lacks are left out."""
    where, _, commit = what.rpartition("@") if "@" in what.rsplit("/", 1)[-1] else (what, "", "HEAD")
    for command in (
        ["clone", "--quiet", "--no-checkout", "--local", where, str(to)],
        ["-C", str(to), "reset", "--quiet", "--mixed", commit],
    ):
        done = run("git", *command, cwd=to.parent)
        if done.returncode:
            raise SystemExit(f"{what}: {done.stderr.strip()}")
    run("git", "checkout-index", "--all", "--quiet", cwd=to)


def declare_everything(config: Path) -> None:
    """Declare the whole tree as every kind of source beside what `init` proposed."""
    settings = yaml.safe_load(config.read_text())
    here = settings["sources"][0]["name"]
    kept = [source for source in settings["sources"] if source["kind"] == "git"]
    settings["sources"] = kept + [{**source, "path": ".", "inside": here} for source in EVERYTHING]
    config.write_text(yaml.safe_dump(settings, sort_keys=False))


def assess(tree: Path, out: Path) -> tuple[dict[str, Any], list[str]]:
    """The job's own account of the packet, and what is wrong with how it ended."""
    job = run(
        PROGRAM, "run", "--allow-uncommitted-config", "--no-exit-codes", "--format", "json", "--out", out, cwd=tree
    )
    faults = [f"exit code {job.returncode}: {job.stderr.strip()[-300:]}"] if job.returncode not in ENDED else []
    faults += ["a traceback"] if "Traceback" in job.stderr + job.stdout else []
    return (json.loads(job.stdout) if job.returncode in ENDED else {}), faults


def tried(what: str, tree: Path, how: str) -> bool:
    """Print one line for a try; whether it was as it must be."""
    began = time.monotonic()
    found, faults = assess(tree, tree.parent / f"packet-{how}")
    counts = {name: number for name, number in found["assessment"]["counts"].items() if number} if found else {}
    if found and sum(counts.values()) != ALL:
        faults.append(f"{sum(counts.values())} verdicts instead of {ALL}")
    if counts.get("satisfied"):
        faults.append(f"{counts['satisfied']} satisfied")
    told = ", ".join(f"{number} {name}" for name, number in counts.items())
    print(f"{what}  {how}: {told}  ({time.monotonic() - began:.1f} s)  {'; '.join(faults) or 'ok'}", flush=True)
    return not faults


def main(names: list[str]) -> int:
    """Try all; 1 where one was not as it must be."""
    if not names:
        raise SystemExit(__doc__)
    right = True
    for what in names:
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder) / "tree"
            clone(what, tree)
            made = run(PROGRAM, "init", *FACTS, cwd=tree)
            if made.returncode:
                print(f"{what}  init: exit code {made.returncode}: {made.stderr.strip()}")
                right = False
                continue
            right &= tried(what, tree, "proposed")
            declare_everything(tree / "tieout.yaml")
            right &= tried(what, tree, "everything")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
