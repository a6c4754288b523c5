"""What collecting yields: items, and every problem with its place; the input of an assessment."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.evidence import EvidenceItem, Place


class Period(Model):
    """The assessed period, both ends in UTC; the end is the as-of instant unless configured."""

    start: datetime
    end: datetime


class Problem(Model):
    """Something looked at that is not evidence, and why."""

    status: Literal["unreadable", "absent", "after-as-of", "not-counted"]
    types: tuple[str, ...] = Field(default=(), description="artefact types it would have provided, if known")
    place: Place
    reason: str
    files: int | None = Field(default=None, description="how many files share this row; None: it is about one place")


class SourceResult(Model):
    """Everything one configured source gave."""

    name: str
    kind: str
    uri: str
    provides: tuple[str, ...]
    items: tuple[EvidenceItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    files_read: int = 0


class Subject(Model):
    """The assessed commit of the assessed system."""

    system_id: str
    name: str
    release: str | None = None
    repository: str | None = None
    commit: str | None = None
    committed_at: datetime | None = None
    configuration_committed: bool = True


class Collection(Model):
    """A snapshot of evidence: the only input, with the rules, of an assessment."""

    subject: Subject
    as_of: datetime
    period: Period
    configuration_sha256: str
    tool_version: str
    sources: tuple[SourceResult, ...]

    @property
    def items(self) -> tuple[EvidenceItem, ...]:
        """All items, ordered by source and id."""
        return tuple(item for source in self.sources for item in source.items)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, ordered by source."""
        return tuple(problem for source in self.sources for problem in source.problems)
