"""What time a record speaks of: of what it tells, before of when it was signed or committed."""

from datetime import UTC, date, datetime

from tieout.domain.base import Model
from tieout.domain.evidence import Effective


def effective_of(
    artefact: Model, approved_on: date | None, changed_at: datetime | None, form: str, *, as_of: datetime
) -> Effective | None:
    """The time that a record speaks of, by the best that it offers; None where nothing says it.

    What it tells of comes before when it was signed: the record's own date, the newest time of its incidents
    (or a later approval, by which somebody vouches that there were no more), then the approval, the newest
    date of its rows, and at last the last commit that changed the file. An approval on a day that has not
    come dates nothing: the record stays, so that the day is seen and judged.
    """
    signed = approved_on if approved_on is not None and _midnight(approved_on) <= as_of else None
    own = getattr(artefact, "date", None)
    if isinstance(own, date):
        return Effective(end=_midnight(own), basis=f"{form}: date")
    if of_incidents := _of_incidents(artefact, signed, form):
        return of_incidents
    if signed is not None:
        return Effective(end=_midnight(signed), basis=f"{form}: approved_on")
    updated = [row.updated_on for row in getattr(artefact, "systems", ()) if row.updated_on is not None]
    if updated:
        return Effective(end=_midnight(max(updated)), basis=f"{form}: newest updated_on")
    future = ", its approved_on is in the future" if approved_on is not None else ""
    if changed_at is not None:
        return Effective(end=changed_at, basis=f"last commit that changed the file{future}")
    return Effective(end=as_of, basis=f"as read; not under version control{future}") if future else None


def _of_incidents(artefact: Model, signed: date | None, form: str) -> Effective | None:
    """The time of a log of incidents; None where it holds none."""
    times = [
        time
        for row in getattr(artefact, "incidents", ())
        for time in (row.detected, row.acknowledged, row.contained, row.closed, row.notified)
        if time is not None
    ]
    if not times:
        return None
    if signed is not None and _midnight(signed) > max(times):
        basis = f"{form}: approved_on, later than the newest time of an incident"
        return Effective(start=min(times), end=_midnight(signed), basis=basis)
    return Effective(start=min(times), end=max(times), basis=f"{form}: newest time of an incident")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
