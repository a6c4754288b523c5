"""A limit judged by what was measured, for tests."""

from typing import Any

from cases.case_files import run_check
from tieout.domain.assessment import CheckResult

LOG: dict[str, Any] = {
    "format": "litellm",
    "files": [],
    "period_start": "2026-08-24T00:00:00Z",
    "period_end": "2026-11-22T00:00:00Z",
    "lines": 1000,
    "blank": 0,
    "unreadable": 0,
    "invalid": 0,
    "records": 1000,
    "in_period": 1000,
    "before_period": 0,
    "after_period": 0,
    "days_in_period": 90,
    "days_covered": 90,
    "longest_hole_seconds": 3600,
    "fields": [{"name": name, "present": 1000} for name in ("status", "principal", "cost", "latency")],
    "latency_n": 1000,
    "latency_ms": [{"share": 0.95, "value": 5600, "low": 5500, "high": 5750}],
    "failures": 10,
    "cost_nanodollars": 90_000_000_000,
}
HOLE = {"longest_hole_seconds": 24 * 3600 + 1}


def judged(
    criterion: dict[str, Any],
    *,
    metrics: list[dict[str, Any]] | None = None,
    log: dict[str, Any] | None = None,
    committed_at: str | None = "2026-08-01T00:00:00Z",
    **run: Any,
) -> CheckResult:
    one = {"id": "C", "area": "compliance", "statement": "x", "unit": "share", **criterion}
    runs = {
        "tool": "inspect",
        "task": "triage",
        "status": "success",
        "model": "openai/m-2026-01-01",
        "samples_total": 240,
        "samples_completed": 240,
        "started_at": "2026-11-01T00:00:00Z",
        "completed_at": "2026-11-01T01:00:00Z",
        "metrics": metrics or [],
        **run,
    }
    items = {
        "criteria": {"type": "acceptance_criteria", "facts": {"criteria": [one], "committed_at": committed_at}},
        "run": {"type": "eval_results", "facts": runs},
        "log": {"type": "telemetry", "facts": {**LOG, **(log or {})}, "effective": "2026-11-21T23:00:00Z"},
    }
    return run_check("threshold", {"areas": [one["area"]]}, items)


def accuracy(operator: str, limit: float, successes: int = 228, n: int = 240, **criterion: Any) -> CheckResult:
    metric = {"scorer": "match", "name": "accuracy", "value": successes / n, "n": n, "successes": successes}
    measured_by = {"evaluation": "triage", "metric": "accuracy"}
    return judged({"measured_by": measured_by, "operator": operator, "limit": limit, **criterion}, metrics=[metric])
