"""View-models of the scope: the system, its owners and models, the sources and their logs."""

from pydantic import Field

from tieout.domain.base import Model
from tieout.render.model.cover import Fact
from tieout.render.text import Anchor, Code, Line, Passage


class SourceRow(Model):
    """One configured source and what it gave."""

    name: Line
    kind: Line
    path: Code
    commit: Code
    provides: Line
    files_read: int
    items: int
    problems: int


class OwnerRow(Model):
    """Who answers for an area."""

    area: Line
    person: Line
    deputy: Line
    since: Line
    until: Line = ""


class ModelRow(Model):
    """A model as configured and as served."""

    model: Code
    routes: Line
    records: Line
    days: Line


class LogSheet(Model):
    """What one log gave, line by line accounted for."""

    source: Line
    item: Line
    anchor: Anchor
    facts: tuple[Fact, ...]


class Scope(Model):
    """What was looked at, and who answers for it; what is not listed is counted, with the file that has all."""

    system: tuple[Fact, ...]
    owners: tuple[OwnerRow, ...]
    more_owners: Passage = ""
    models: tuple[ModelRow, ...]
    more_models: Passage = ""
    sources: tuple[SourceRow, ...]
    more_sources: Passage = ""
    outside: Passage = Field(default="", description="which sources were read outside the repository, and why")
    logs: tuple[LogSheet, ...]
    more_logs: Passage = ""
