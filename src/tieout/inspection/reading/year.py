"""The twelve months that end at the commit: which commits of its history and of its own line fall into them."""

from dataclasses import dataclass
from datetime import datetime

from tieout.collectors.git.history import WINDOW
from tieout.inspection.repository import Repository
from tieout.kernel.clock import subtract_duration
from tieout.kernel.git.commits import CommitRecord


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months up to a commit, by committer dates; the commit itself is in, the first instant is not.

    Attributes:
        start: Twelve months before the end, by the calendar.
        end: The commit's committer date.
        reached: Commits that the commit reaches, in topological order.
        first_parents: Of these the commit's own line, newest first.
        whole: False where a shallow clone ends inside the twelve months, so that counts are lower bounds.
    """

    start: datetime
    end: datetime
    reached: tuple[CommitRecord, ...]
    first_parents: tuple[CommitRecord, ...]
    whole: bool

    @property
    def told(self) -> str:
        """The twelve months in words."""
        return f"in the 12 months to {self.end:%Y-%m-%d}"


def year_of(repository: Repository) -> Year | None:
    """The twelve months to the commit; None where its history cannot be read."""
    history, end = repository.history, repository.committed_at
    if history is None or end is None:
        return None
    start = subtract_duration(end, WINDOW)

    def within(record: CommitRecord) -> bool:
        return start < record.committed_at <= end

    reached = tuple(record for record in history.commits if within(record))
    line = tuple(record for record in repository.first_parents if within(record))
    goes_on = any(record.committed_at <= start for record in repository.first_parents)
    return Year(start, end, reached, line, history.complete or goes_on)
