"""What collecting yields: items, and every problem with its place; the input of an assessment."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tieout.domain.base import Many, Model
from tieout.domain.evidence import EvidenceItem, Place, Said, Shown


class Period(Model):
    """The assessed period, both ends in UTC; the end is the as-of instant unless configured."""

    start: datetime
    end: datetime


class Problem(Model):
    """Something looked at that is not evidence, and why."""

    status: Literal["unreadable", "absent", "after-as-of", "not-counted"]
    types: Many[Shown] = Field(default=(), description="artefact types it would have provided, if known")
    place: Place
    reason: Shown
    files: int | None = Field(default=None, description="how many files share this row; None: it is about one place")


class SourceResult(Model):
    """Everything one configured source gave."""

    name: str
    kind: str
    uri: Shown
    provides: Many[Shown]
    items: Many[EvidenceItem] = ()
    problems: Many[Problem] = ()
    files_read: int = 0


class Subject(Model):
    """The assessed commit of the assessed system."""

    system_id: str
    name: Said
    release: Shown | None = None
    release_tag: Literal["lightweight"] | None = Field(
        default=None, description="the release is a tag that records neither who set it nor when; None: any other"
    )
    repository: str | None = None
    commit: str | None = None
    committed_at: datetime | None = None
    configuration_committed: bool = True


class Collection(Model):
    """A snapshot of evidence: the only input, with the rules, of an assessment."""

    subject: Subject
    as_of: datetime
    period: Period
    configuration_sha256: str = Field(description="SHA-256 of the configuration that was used, as it was read")
    configuration_copy_sha256: str = Field(description="SHA-256 of its redacted copy, which a packet holds")
    tool_version: str
    outside: tuple[str, ...] | None = Field(
        default=None,
        description="names of the sources outside the repository that the command line allowed to be read there",
    )
    sources: Many[SourceResult]

    @property
    def items(self) -> tuple[EvidenceItem, ...]:
        """All items, ordered by source and id."""
        return tuple(item for source in self.sources for item in source.items)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, ordered by source."""
        return tuple(problem for source in self.sources for problem in source.problems)
