"""What time a record speaks of: of what it tells, before of when it was signed or committed."""

from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from tieout.domain.base import Model
from tieout.domain.evidence import Effective

#: Fields with the day that a record speaks of, whatever else it tells; what is dated later has not happened yet.
_OWN_DAYS: Final = ("date", "retired_on", "reviewed_on")


class _Log(NamedTuple):
    """How a record of what happened is dated: the times of its rows, and what such a time is called."""

    times: tuple[str, ...]
    newest: str


#: List of rows -> how its record is dated.
_LOGS: Final = {
    "feedback": _Log(("received", "acknowledged", "triaged", "closed"), "newest time of an item"),
    "incidents": _Log(("detected", "acknowledged", "contained", "closed", "notified"), "newest time of an incident"),
    "reviews": _Log(("decided",), "newest time of a decision"),
    "trainings": _Log(("completed",), "newest completion"),
}


def effective_of(
    artefact: Model, approved_on: date | None, changed_at: datetime | None, form: str, *, as_of: datetime
) -> Effective | None:
    """The time that a record speaks of, by the best that it offers; None where nothing says it.

    What it tells of comes before when it was signed: the record's own day, the newest time of its log (or a later
    day until which it says to be complete: of its export, of its period, else of its approval, by which somebody
    vouches that there was no more), then the approval, the newest date of its rows, and at last the last commit
    that changed the file. An approval or a period's end on a day that has not come dates nothing: the record stays,
    so that the day is seen and judged.
    """
    signed = approved_on if approved_on is not None and _midnight(approved_on) <= as_of else None
    for field in _OWN_DAYS:
        own = getattr(artefact, field, None)
        if isinstance(own, date):
            return Effective(end=_midnight(own), basis=f"{form}: {field}")
    if of_log := _of_log(artefact, signed, form, as_of):
        return of_log
    if signed is not None:
        return Effective(end=_midnight(signed), basis=f"{form}: approved_on")
    updated = [row.updated_on for row in getattr(artefact, "systems", ()) if row.updated_on is not None]
    if updated:
        return Effective(end=_midnight(max(updated)), basis=f"{form}: newest updated_on")
    future = ", its approved_on is in the future" if approved_on is not None else ""
    if changed_at is not None:
        return Effective(end=changed_at, basis=f"last commit that changed the file{future}")
    return Effective(end=as_of, basis=f"as read; not under version control{future}") if future else None


def _of_log(artefact: Model, signed: date | None, form: str, as_of: datetime) -> Effective | None:
    """The time of a record of what happened; None where it tells of nothing and does not say until when."""
    rows, log = next(((rows, log) for rows, log in _LOGS.items() if rows in type(artefact).model_fields), ("", None))
    if log is None:
        return None
    values = (getattr(row, field) for row in getattr(artefact, rows) for field in log.times)
    times = [_instant(value) for value in values if value is not None]
    complete = _complete_until(artefact, signed, as_of)
    if complete is None and signed is not None and times:
        complete = ("approved_on", signed)
    basis, end = f"{form}: {log.newest}", max(times, default=None)
    if complete is not None and (end is None or _midnight(complete[1]) > end):
        basis = f"{form}: {complete[0]}" + (f", later than the {log.newest}" if times else "")
        end = _midnight(complete[1])
    return Effective(start=_start(artefact, times, end), end=end, basis=basis) if end is not None else None


def _start(artefact: Model, times: list[datetime], end: datetime) -> datetime | None:
    """Since when a log tells of what happened: its first time, or an earlier beginning of its period."""
    began = getattr(artefact, "period_start", None)
    known = [*times, *([_midnight(began)] if isinstance(began, date) else [])]
    return min(*known, end) if known else None


def _complete_until(artefact: Model, signed: date | None, as_of: datetime) -> tuple[str, date] | None:
    """The field and day until which a log says to be complete; nobody vouches for what came after the approval."""
    exported = getattr(artefact, "exported_on", None)
    if isinstance(exported, date):
        return "exported_on", exported  # an export of a day that has not come is none
    ended = getattr(artefact, "period_end", None)
    if not isinstance(ended, date) or _midnight(ended) > as_of:
        return None
    return ("approved_on, before its period_end", signed) if signed and signed < ended else ("period_end", ended)


def _instant(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else _midnight(value)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
