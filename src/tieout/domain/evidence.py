"""Evidence items: a typed artefact, where it came from, what time it speaks of, and its digests."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from tieout.domain.base import Many, Model
from tieout.kernel.reading.masking import said, shown

#: A path, address or sentence that leaves: in whatever way it came here, no secret and nobody's address is in it.
Shown = Annotated[str, AfterValidator(shown)]
#: The same for what somebody says of themselves on purpose: addresses and numbers of people stay.
Said = Annotated[str, AfterValidator(said)]


class PathClass(StrEnum):
    """What kind of place a file stands in; only `live` counts as configuration or record."""

    LIVE = "live"
    EXAMPLE = "example"
    TEMPLATE = "template"
    TEST = "test"
    DOCUMENTATION = "documentation"
    ARCHIVE = "archive"
    NON_PRODUCTION = "non-production"


class Place(Model):
    """Where a fact stands: source, path, line or JSON pointer, commit."""

    source: str
    path: Shown
    line: int | None = None
    pointer: str | None = None
    commit: str | None = None

    def __str__(self) -> str:
        """`path:line @ commit`, the commit in twelve digits.

        A pointer leads into the facts, not into the file: it is for machines.
        """
        spot = f":{self.line}" if self.line else ""
        at = f" @ {self.commit[:12]}" if self.commit else ""
        return f"{self.path}{spot}{at}"


class Provenance(Model):
    """How an item came here: its source, the file in it, and the collector that read it."""

    source: str = Field(description="name of the source in tieout.yaml")
    kind: str = Field(description="kind of the source: git, config, log, results, records")
    uri: Shown = Field(description="relative to the configuration, or remote without user-info and query")
    path: Shown
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
    """One place in the copy of a source: a secret or person that was masked, or a character that was made visible."""

    rule: str
    line: int


class EvidenceItem(Model):
    """One artefact with its provenance.

    `facts` is the artefact's JSON (its model is named by `type`); `lines` maps JSON pointers into
    `facts` to lines of the source file, so that a reason can name the line it stands on.
    """

    id: str
    type: str
    title: Shown
    provenance: Provenance
    effective: Effective | None = None
    media_type: str = "application/json"
    facts: dict[str, Any]
    lines: dict[str, int] = Field(default_factory=dict)
    files: dict[str, Shown] | None = Field(
        default=None, description="pointer -> file of its line, where an item stands for several files, as a log does"
    )
    stored_sha256: str = Field(description="SHA-256 of the canonical JSON of `facts`, as stored")
    copy_sha256: str | None = Field(default=None, description="SHA-256 of the redacted copy of the source")
    redactions: Many[RedactionNote] = ()

    def place(self, pointer: str | None = None) -> Place:
        """The place of a fact in this item: the line of the pointer, of its nearest parent, or of the first in it."""
        at = self._told_at(pointer) if pointer else None
        line = self.lines[at] if at is not None else None
        return Place(
            source=self.provenance.source,
            path=(self.files or {}).get(at or "", self.provenance.path),
            line=line,
            pointer=pointer if line is None else None,
            commit=self.provenance.commit,
        )

    def _told_at(self, pointer: str) -> str | None:
        """The pointer that has the line of another one: itself, its nearest parent, or the first in it."""
        probe = pointer
        while probe:
            if probe in self.lines:
                return probe
            probe = probe.rpartition("/")[0]
        inner = [at for at in self.lines if at.startswith(f"{pointer}/")]
        return min(inner, key=lambda at: ((self.files or {}).get(at, ""), self.lines[at], at), default=None)
