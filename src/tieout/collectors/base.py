"""What a collector is: the call that wiring makes, and the parts every collector builds results from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from tieout.collectors.kept_copies import kept_copies
from tieout.config.model import SourceSection
from tieout.domain.artefacts import ARTEFACT_TITLES, ARTEFACTS
from tieout.domain.artefacts.records import RosterEntry
from tieout.domain.base import Model
from tieout.domain.collection import Period, SourceResult
from tieout.domain.evidence import Effective, EvidenceItem, PathClass, Place, Provenance, RedactionNote
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.git.history import Dating
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.ids import short_id
from tieout.kernel.reading.files import Entry, View
from tieout.kernel.reading.text import display_path


class Progress(Protocol):
    """Where long work tells how far it is; rich on a terminal, silent in CI."""

    def step(self, text: str) -> None:
        """One thing is being done now."""


class Silent:
    """Progress that nobody watches."""

    def step(self, text: str) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The assessed commit and the quarantine it is read from; for git sources and what is inside them.

    Attributes:
        quarantine: Its repository.
        id: Full id.
        committed_at: When it can have been made: its own committer date, or the latest of an ancestor.
        gateways: Files, folders or patterns in it that sources give gateway configuration from.
    """

    quarantine: Quarantine
    id: str
    committed_at: datetime
    gateways: tuple[str, ...] = ()

    def changes(self, paths: Sequence[str]) -> dict[str, Dating]:
        """Path -> when the commit that last changed it can have been made; paths that never changed are left out.

        Raises:
            UnreadableError: The history cannot be read.
        """
        history = self.quarantine.history(self.id)
        return {path: history.dating(record.id) for path, record in history.last_changes(self.id, paths).items()}


@dataclass(frozen=True, slots=True)
class Configured:
    """Where the configuration stands that declares a source: its history tells since when it says what.

    Attributes:
        commit: The assessed commit.
        path: Of tieout.yaml in its tree.
    """

    commit: Commit
    path: str


@dataclass(frozen=True, slots=True)
class Request:
    """One source to read.

    Attributes:
        system_id: Names the system in stable ids.
        source: The source as configured.
        view: The files: a folder, or the git tree at the assessed commit.
        prefix: Path of the source inside the view (a file or a folder; "" is all of it).
        period: The assessed period.
        as_of: What is effective after it is listed and not counted.
        commit: Set where the view is a git tree.
        repositories: Git sources at the commits that they are read at, the assessed one first; what lies outside
            them may name their commits.
        progress: Where to tell how far the work is.
        people: Owners and roles of the configuration: whose signatures can count.
        keep: Folder in which a collector may keep what a later run need not ask for again; None keeps nothing.
        configuration: The committed configuration that declares the source; None where an uncommitted one does.
    """

    system_id: str
    source: SourceSection
    view: View
    prefix: str
    period: Period
    as_of: datetime
    commit: Commit | None = None
    repositories: tuple[Commit, ...] = ()
    progress: Progress = field(default_factory=Silent)
    people: tuple[RosterEntry, ...] = ()
    keep: Path | None = None
    configuration: Configured | None = None

    def place(self, path: str, line: int | None = None) -> Place:
        """A place in this source; secrets and addresses in the path are masked."""
        return Place(source=self.source.name, path=path, line=line, commit=self.commit.id if self.commit else None)

    def entries(self) -> list[Entry]:
        """Every path that is not a folder, sorted; without what tieout and git keep there themselves.

        Raises:
            UnreadableError: Nothing can be listed.
        """
        listed = self.view.entries()
        is_kept = kept_copies(entry.path for entry in listed)
        return [entry for entry in listed if not is_kept(entry.path)]

    def last_changes(self, paths: Sequence[str]) -> dict[str, Dating]:
        """Path, as it is shown -> when the commit that last changed it can have been made; empty outside git.

        Raises:
            UnreadableError: The history cannot be read.
        """
        changes = self.commit.changes(paths) if self.commit is not None and paths else {}
        return {display_path(path): change for path, change in changes.items()}

    def paths(self) -> list[str]:
        """Paths of the regular files under the prefix, sorted."""
        prefix = self.prefix.strip("/")
        return [
            entry.path
            for entry in self.entries()
            if entry.kind == "file" and (not prefix or entry.path == prefix or entry.path.startswith(prefix + "/"))
        ]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one collector read: results, and the bytes to store beside them.

    Attributes:
        result: Items and problems.
        copies: copy_sha256 of an item -> the redacted source it stands for; of an attestation also the digests of its
            statement and signature -> the files.
    """

    result: SourceResult
    copies: Mapping[str, bytes]


class Collector(Protocol):
    """A kind of source. `KIND` and `VERSION` are constants; a new version means new facts."""

    def __call__(self, request: Request) -> Gathered:
        """Read one source; never raises for what is in it: problems are results with a place."""


def make_item(
    request: Request,
    *,
    type_: str,
    artefact: Model,
    path: str,
    collector: tuple[str, str],
    source_digest: str,
    title: str = "",
    effective: Effective | None = None,
    lines: Mapping[str, int] | None = None,
    copy: bytes | None = None,
    redactions: Sequence[RedactionNote] = (),
    path_class: PathClass = PathClass.LIVE,
    part: str = "",
) -> EvidenceItem:
    """An evidence item with stable id and digests.

    Args:
        request: The source it comes from.
        type_: Artefact name; the artefact must be of that name's model.
        artefact: The facts.
        path: File the facts come from, relative to the view; secrets and addresses in it are masked, and the id
            is made of it as it is, so that two such files stay two items.
        collector: Kind and version of the collector.
        source_digest: `gitblob:…` or `sha256:…` of the bytes as read.
        title: For people; default: the artefact's title and the path.
        effective: The time the facts speak of.
        lines: JSON pointer into the facts -> line of the file.
        copy: Redacted source bytes kept beside the facts.
        redactions: What was masked in the copy.
        path_class: Kind of place the file stands in.
        part: Tells several items of one type and file apart.
    """
    if not isinstance(artefact, ARTEFACTS[type_]):
        message = f"{type(artefact).__name__} is not the model of artefact {type_}"
        raise TypeError(message)
    facts: dict[str, Any] = artefact.as_json()
    return EvidenceItem(
        id=short_id("EV", request.system_id, request.source.name, type_, path, part),
        type=type_,
        title=title or f"{ARTEFACT_TITLES[type_]}: {path}",
        provenance=Provenance(
            source=request.source.name,
            kind=request.source.kind,
            uri=request.view.uri,
            path=path,
            commit=request.commit.id if request.commit else None,
            collector=collector[0],
            collector_version=collector[1],
            source_digest=source_digest,
            path_class=path_class,
        ),
        effective=effective,
        facts=facts,
        lines=dict(lines or {}),
        stored_sha256=sha256_hex(canonical_bytes(facts)),
        copy_sha256=sha256_hex(copy) if copy is not None else None,
        redactions=tuple(redactions),
    )
