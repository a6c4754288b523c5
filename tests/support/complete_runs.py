"""A run of an evaluation that lacks nothing, for predicates to find fault with."""

from typing import Any

RUN: dict[str, Any] = {
    "tool": "inspect",
    "tool_version": "0.3",
    "task": "triage",
    "status": "success",
    "model": "openai/m-2026-01-01",
    "dataset": "/somewhere/evals/a.jsonl",
    "samples_total": 10,
    "samples_completed": 10,
    "started_at": "2026-11-01T00:00:00Z",
    "completed_at": "2026-11-01T01:00:00Z",
    "commit": "abc1234",
    "commit_found": "reached",
    "commit_id": "abc1234" + "0" * 33,
    "commit_at": "2026-10-31T00:00:00Z",
    "parameters": {"temperature": 0},
    "metrics": [{"scorer": "s", "name": "accuracy", "value": 1.0, "n": 10, "successes": 10}],
}


def run(**facts: Any) -> dict[str, Any]:
    """Facts of such a run, with these changed."""
    return {"type": "eval_results", "facts": {**RUN, **facts}}
