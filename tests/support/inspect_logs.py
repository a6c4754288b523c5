"""Inspect logs for tests: one that is whole, changed at will, and how they are collected."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tieout.collectors import results
from tieout.collectors.base import Request
from tieout.config.model import SourceSection
from tieout.domain.collection import Period
from tieout.kernel.reading.files import FolderView

AS_OF = datetime(2026, 11, 24, tzinfo=UTC)


LOG = {
    "version": 2,
    "status": "success",
    "eval": {
        "task": "triage",
        "model": "openai/gpt-4o",
        "created": "2026-11-20T09:00:00+00:00",
        "dataset": {"name": "triage", "location": "evals/triage.jsonl", "samples": 4},
        "revision": {"type": "git", "commit": "abc1234", "dirty": False},
        "packages": {"inspect_ai": "0.3.285"},
        "model_generate_config": {"temperature": 0},
        "task_args": {"split": "test"},
        "config": {"epochs": 1},
    },
    "results": {
        "total_samples": 4,
        "completed_samples": 4,
        "scores": [
            {
                "name": "match",
                "scorer": "match",
                "scored_samples": 4,
                "metrics": {
                    "accuracy": {"name": "accuracy", "value": 0.75},
                    "stderr": {"name": "stderr", "value": 0.25},
                    "std": {"name": "std", "value": 0.5},
                },
            }
        ],
    },
    "stats": {"started_at": "2026-11-20T09:00:00+00:00", "completed_at": "2026-11-20T10:05:00+01:00"},
    "samples": [{"id": at, "epoch": 1, "scores": {"match": {"value": value}}} for at, value in enumerate("CCIC")],
}


def log(**changes) -> dict:
    """The log above with values set at dotted paths (`None` removes)."""
    made = copy.deepcopy(LOG)
    for path, value in changes.items():
        *parents, last = path.split("__")
        holder = made
        for name in parents:
            holder = holder[int(name)] if isinstance(holder, list) else holder[name]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return made


def gather(folder: Path, *, format_="inspect", path="results", repositories=()):
    source = SourceSection(name="evaluations", kind="results", path=path, format=format_)
    period = Period(start=AS_OF - timedelta(days=90), end=AS_OF)
    view = FolderView(folder, path)
    return results.collect(
        Request(
            system_id="claims",
            source=source,
            view=view,
            prefix="",
            period=period,
            as_of=AS_OF,
            repositories=repositories,
        )
    )


def facts_of(tmp_path, data) -> dict:
    (tmp_path / "run.json").write_text(json.dumps(data))
    [item] = gather(tmp_path).result.items
    return item.facts


def problems(gathered, status):
    return {one.place.path: one.reason for one in gathered.result.problems if one.status == status}
