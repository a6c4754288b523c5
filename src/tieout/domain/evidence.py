"""Evidence items: a typed artefact, where it came from, what time it speaks of, and its digests."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from tieout.domain.base import Model


class PathClass(StrEnum):
    """What kind of place a file stands in; only `live` counts as configuration or record."""

    LIVE = "live"
    EXAMPLE = "example"
    TEMPLATE = "template"
    TEST = "test"
    DOCUMENTATION = "documentation"


class Place(Model):
    """Where a fact stands: source, path, line or JSON pointer, commit."""

    source: str
    path: str
    line: int | None = None
    pointer: str | None = None
    commit: str | None = None

    def __str__(self) -> str:
        """`path:line @ commit`, the commit in twelve digits."""
        spot = f":{self.line}" if self.line else (f"#{self.pointer}" if self.pointer else "")
        at = f" @ {self.commit[:12]}" if self.commit else ""
        return f"{self.path}{spot}{at}"


class Provenance(Model):
    """How an item came here: its source, the file in it, and the collector that read it."""

    source: str = Field(description="name of the source in tieout.yaml")
    kind: str = Field(description="kind of the source: git, config, log, results, records")
    uri: str = Field(description="relative to the configuration, or remote without user-info and query")
    path: str
    commit: str | None = None
    collector: str
    collector_version: str
    source_digest: str = Field(description="gitblob:<id> or sha256:<hex> of the bytes as they were read")
    path_class: PathClass = PathClass.LIVE


class Effective(Model):
    """The time that an item speaks of; freshness is judged by its end."""

    start: datetime | None = None
    end: datetime
    basis: str = Field(description="what says so: 'front matter: approved_on', 'last record', 'commit date'")


class RedactionNote(Model):
    """One secret that was masked before storing."""

    rule: str
    line: int


class EvidenceItem(Model):
    """One artefact with its provenance.

    `facts` is the artefact's JSON (its model is named by `type`); `lines` maps JSON pointers into
    `facts` to lines of the source file, so that a reason can name the line it stands on.
    """

    id: str
    type: str
    title: str
    provenance: Provenance
    effective: Effective | None = None
    media_type: str = "application/json"
    facts: dict[str, Any]
    lines: dict[str, int] = Field(default_factory=dict)
    stored_sha256: str = Field(description="SHA-256 of the canonical JSON of `facts`, as stored")
    copy_sha256: str | None = Field(default=None, description="SHA-256 of the redacted copy of the source")
    redactions: tuple[RedactionNote, ...] = ()

    def place(self, pointer: str | None = None) -> Place:
        """The place of a fact in this item: the line of the pointer or of its nearest parent."""
        line = None
        probe = pointer
        while probe:
            if probe in self.lines:
                line = self.lines[probe]
                break
            probe = probe.rpartition("/")[0]
        return Place(
            source=self.provenance.source,
            path=self.provenance.path,
            line=line,
            pointer=pointer if line is None else None,
            commit=self.provenance.commit,
        )
