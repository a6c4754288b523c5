"""Inspect logs as one of the formats: what is told beside a run, and when it does not count."""

from collections.abc import Iterator
from dataclasses import replace

from tieout.collectors.results import inspect
from tieout.collectors.results.interface import Format, Found, Input, Told
from tieout.domain.evidence import Effective


def read(file: Input) -> Iterator[Found]:
    """One run; a failed one is kept without its figures, one that was marked invalid is told alone."""
    log = inspect.read_log(file.document, file.path, file.data)
    found = Found(
        "eval_results",
        log.results,
        effective=(
            Effective(start=log.results.started_at, end=log.spoken_at, basis=log.basis) if log.spoken_at else None
        ),
        lines=log.lines,
        told=[Told(reason, line, "unreadable") for reason, line in log.contradictions],
    )
    updates = file.document.data.get("log_updates")
    if isinstance(updates, list) and updates:
        times = "once" if len(updates) == 1 else f"{len(updates):,} times"
        found.told.append(Told(f"had its tags or metadata edited {times} after the run", file.line("/log_updates")))
    if log.invalidated:
        found.told.append(Told("was marked invalid in the log itself"))
        found = replace(found, artefact=None)
    elif log.results.status != "success":
        status = log.results.status
        ended = (
            "is recorded as started and not as ended, and" if status == "started" else f"ended with status {status} and"
        )
        reason = f"the run {ended} gives no figures"
        found.told.append(Told(reason, log.lines.get("/status"), if_kept=True))
    yield found


FORMATS = (Format("inspect", "an Inspect log", "json", ("eval_results",), inspect.is_log, read),)
