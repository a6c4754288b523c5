"""Derives facts again from the copies in a packet, by the collectors that read the sources, and names what differs.

Roster, profile and criteria come from the configuration, records and configuration artefacts from their copies. What
a log, a result or a repository's history gave cannot come from a packet: it is counted, and never called the same.
"""

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from tieout.collectors import config as config_collector
from tieout.collectors import git as git_collector
from tieout.collectors import records as records_collector
from tieout.collectors.base import Commit, Gathered, Request
from tieout.collectors.declared import DECLARED, NAME, declared, declared_source
from tieout.collectors.patterns import split_pattern
from tieout.config.kinds import KINDS
from tieout.config.load import read_config
from tieout.config.model import ProjectConfig, SourceSection
from tieout.domain.artefacts import title_of
from tieout.domain.collection import Collection, SourceResult
from tieout.domain.evidence import EvidenceItem
from tieout.domain.packet import copy_name
from tieout.kernel.digests import sha256_hex
from tieout.kernel.git.history import Dating
from tieout.kernel.reading.documents import Document, kind_of
from tieout.kernel.reading.text import display_path
from tieout.pipeline.copies import MARK, sources_of
from tieout.pipeline.copies_view import CopiesView, Copy, NoRepository
from tieout.pipeline.differences import difference, differs_by_masks
from tieout.pipeline.layout import Reading
from tieout.pipeline.parts import Left

if TYPE_CHECKING:
    from tieout.kernel.git.quarantine import Quarantine

CONFIGURATION: Final = "data/inputs/configuration.yaml"
_COLLECTION: Final = "data/inputs/collection.json"

#: Kinds of source whose files a packet holds copies of, and who reads them.
_COLLECTORS: Final[dict[str, Callable[[Request], Gathered]]] = {
    config_collector.KIND: config_collector.collect,
    git_collector.KIND: git_collector.collect,
    records_collector.KIND: records_collector.collect,
}
#: What a git source gives from single files; the rest of it needs the repository, code owners its whole tree.
_OF_FILES: Final = frozenset({"dataset_card", "system_card"})
#: Sections of tieout.yaml that each declared artefact comes from.
_SECTIONS: Final = {
    "acceptance_criteria": ("acceptance_criteria",),
    "roster": ("owners", "roles"),
    "system_profile": ("system",),
}

_IN_FORCE: Final = "in force at the assessed commit"

_LOGS = "log populations"
_RESULTS = "results of test tools"
_HISTORY = "histories and file trees of repositories"
_NO_COPY = "sources without a copy (too large, no text, holding Secrets or names of people, or with columns unread)"
_PLUGGED = "sources that a plug-in reads"
_MASKED = "copies or paths in which something is masked"
_UNNAMED = "sources that the redacted configuration does not name"
_DATES = "dates from version control"
_OWNERS = "code owners, which need the whole tree"
_SIGNED = "signed statements, whose place among the commits the packet does not show"
_DOCUMENTS = "documents as they are, which nobody read"
_SEVERAL_FILES = "facts that rest on several files"
#: Why an item's copy alone does not give it, by its type.
_WHY_NOT_BY_COPY: Final = {"attestation": _SIGNED, "codeowners": _OWNERS, "document": _DOCUMENTS}


@dataclass(frozen=True, slots=True)
class Derived:
    """What deriving again showed.

    Attributes:
        problems: Where the packet contradicts its own copies, one sentence each.
        items: Items whose facts their copy gives.
        left: What was not derived again, with how many items.
    """

    problems: tuple[str, ...]
    items: int
    left: tuple[Left, ...]


def derive(collection: Collection, configuration: bytes, read: Reading) -> Derived:
    """Derive again what the packet alone can give.

    Args:
        collection: As it stands in the packet.
        configuration: The configuration's copy in the packet.
        read: Reads the packet.

    Raises:
        ConfigError: The configuration cannot be read.
    """
    parsed, document = read_config(configuration, where="tieout.yaml", plugged=None)
    job = _Job(collection, configuration, read, parsed, document)
    job.run()
    left = tuple(Left(what, count) for what, count in sorted(job.left.items()))
    return Derived(tuple(job.problems), job.done, left)


class _RecordedCommit(Commit):
    """A commit of which a packet tells the id and the time, and nothing of its history."""

    def changes(self, paths: Sequence[str]) -> dict[str, Dating]:  # noqa: ARG002 - the packet knows of no history
        """Nothing: dates from version control stay as recorded."""
        return {}


@dataclass(slots=True)
class _Job:
    collection: Collection
    configuration: bytes
    read: Reading
    config: ProjectConfig
    document: Document
    problems: list[str] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    done: int = 0

    def run(self) -> None:
        self.problems.extend(self._of_configuration())
        sections = {section.name: section for section in self.config.sources}
        for result in self.collection.sources:
            if result.name == NAME:
                self._declared(result)
            elif result.name in sections:
                self._source(result, sections[result.name])
            elif result.items:
                self.left[_UNNAMED] += len(result.items)

    @property
    def whole(self) -> bool:
        """Whether the configuration in the packet is the one that was used, with nothing taken out."""
        used = self.collection.configuration_sha256
        return used in {sha256_hex(source) for source in sources_of(self.configuration)}

    def _of_configuration(self) -> Iterator[str]:
        """Where the collection is not one that the configuration can have led to."""
        if not self.whole and MARK not in self.configuration:
            yield f"{CONFIGURATION}: nothing was redacted in it, and by its digest it is not the file that was used"
            return
        subject, system = self.collection.subject, self.config.system
        told = ((subject.system_id, system.id), (subject.name, system.name))
        if any(one != other and not _shows_mark(other) for one, other in told):
            yield f"{_COLLECTION}: its system is not the one that {CONFIGURATION} declares"
        stated = [(section.name, section.kind) for section in self.config.sources]
        collected = [(result.name, result.kind) for result in self.collection.sources]
        if not _shows_mark(stated) and collected != [(NAME, DECLARED), *stated]:
            yield f"{_COLLECTION}: its sources are not those that {CONFIGURATION} declares"
        for section, result in zip(self.config.sources, self.collection.sources[1:], strict=False):
            known = section.kind in KINDS or section.provides is not None
            same = result.provides == section.declared or _shows_mark(section.declared)
            if known and section.name == result.name and not same:
                what = f"source {display_path(section.name)} is not to provide what {CONFIGURATION} declares"
                yield f"{_COLLECTION}: {what}"

    def _declared(self, result: SourceResult) -> None:
        """Roster, profile and criteria, from the configuration in the packet."""
        if not result.items:
            return
        first = result.items[0].provenance
        inside = self.config.assessed_repository if first.commit is not None else None
        copies = {first.path: Copy(CONFIGURATION, first.source_digest)}
        request = Request(
            system_id=self.collection.subject.system_id,
            source=declared_source(first.path, inside=inside),
            view=CopiesView(first.uri, first.commit, copies, self.read),
            prefix=first.path,
            period=self.collection.period,
            as_of=self.collection.as_of,
            commit=self._commit(result.items),
        )
        found = {item.type: item for item in declared(request, self.config, self.document, tuple).result.items}
        for item in result.items:
            if kind_of(first.path) == "yaml" and item.copy_sha256 not in {None, sha256_hex(self.configuration)}:
                self.problems.append(f"evidence {item.id}: its copy is not {CONFIGURATION}")
            sections = [self.document.data.get(name) for name in _SECTIONS.get(item.type, ())]
            strict = self.whole or MARK.decode() not in str(sections)
            self._compare(item, found.get(item.type), CONFIGURATION, strict=strict)

    def _source(self, result: SourceResult, section: SourceSection) -> None:
        collect = _COLLECTORS.get(section.kind)
        copied = []
        of_assessed = (section.inside or section.name) == self.config.assessed_repository
        for item in result.items:
            if of_assessed and item.provenance.commit != self.collection.subject.commit:
                self.problems.append(f"evidence {item.id}: it is not of the assessed commit, as its source is")
                collect = None  # and so it is nothing that a collector gave
            if collect is None or item.copy_sha256 is None or item.type in _WHY_NOT_BY_COPY or item.files:
                self.left[_why_left(section.kind, item)] += 1
            else:
                copied.append(item)
        if not copied or collect is None:
            return
        copies = {item.provenance.path: Copy(_copy_path(item), item.provenance.source_digest) for item in copied}
        gathered = collect(self._request(section, copied, copies))
        found: dict[tuple[str, str], list[EvidenceItem]] = {}
        for again in gathered.result.items:
            found.setdefault((again.type, again.provenance.path), []).append(again)
        for item in copied:
            path = item.provenance.path
            sure = not item.redactions and not _may_be_masked(path)
            self._compare(item, _taken(found, item), _copy_path(item), strict=sure)
        self._left_out(result, gathered, copied, found)

    def _request(self, section: SourceSection, items: Sequence[EvidenceItem], copies: Mapping[str, Copy]) -> Request:
        """As `collecting` asks for a source, with the packet's copies in place of its files."""
        commit = None
        if section.kind == git_collector.KIND:
            wanted = tuple(name for name in section.declared if name in _OF_FILES)
            section, uri, prefix = section.model_copy(update={"provides": wanted}), section.path, ""
        elif section.inside is not None:
            repository = next(one for one in self.config.sources if one.name == section.inside)
            uri, prefix = repository.path, posixpath.normpath(section.path)
        else:
            uri, prefix = split_pattern(section.path)
        if section.kind == git_collector.KIND or section.inside is not None:
            commit = self._commit(items)
        return Request(
            system_id=self.collection.subject.system_id,
            source=section,
            view=CopiesView(uri, commit.id if commit else None, copies, self.read),
            prefix="" if prefix == "." else prefix,
            period=self.collection.period,
            as_of=self.collection.as_of,
            commit=commit,
            people=self.config.people,
        )

    def _commit(self, items: Sequence[EvidenceItem]) -> Commit | None:
        id_ = items[0].provenance.commit
        if id_ is None:
            return None
        subject = self.collection.subject
        times = [item.effective for item in items if item.effective and item.effective.basis == _IN_FORCE]
        made = subject.committed_at if id_ == subject.commit else next((time.end for time in times), None)
        nowhere = cast("Quarantine", NoRepository())
        return _RecordedCommit(quarantine=nowhere, id=id_, committed_at=made or self.collection.as_of)

    def _compare(self, item: EvidenceItem, found: EvidenceItem | None, copy: str, *, strict: bool) -> None:
        """Compare an item with the one that its copy gives; where parts of the copy are masked, it may give another."""
        told = f"gives no {title_of(item.type)}" if found is None else difference(item, found)
        if told is None:
            self.done += 1
            if _is_dated(item):
                self.left[_DATES] += 1
        elif not strict and (
            found is None
            or (told := difference(item, found, masked=True)) is None
            or (item.provenance.collector == config_collector.KIND and differs_by_masks(item, found))
        ):
            self.left[_MASKED] += 1
        else:
            self.problems.append(f"evidence {item.id}: its copy, {copy}, {told}")

    def _left_out(
        self,
        result: SourceResult,
        gathered: Gathered,
        copied: Sequence[EvidenceItem],
        more: Mapping[tuple[str, str], Sequence[EvidenceItem]],
    ) -> None:
        """What the copies give and the collection does not have."""
        whole = {item.provenance.path: item for item in copied if not item.redactions}
        several = {(item.type, item.provenance.path) for item in result.items if item.files}
        for type_, path in more:
            if path in whole and (type_, path) not in several:
                self.problems.append(f"evidence {whole[path].id}: its copy gives more than that: {title_of(type_)}")
        recorded = {(note.place.path, note.reason) for note in result.problems}
        for note in gathered.result.problems:
            item = whole.get(note.place.path)
            if item is not None and note.status != "absent" and (note.place.path, note.reason) not in recorded:
                told = f"its copy, {_copy_path(item)}, {note.reason}, and {_COLLECTION} does not say so"
                self.problems.append(f"evidence {item.id}: {told}")


def _taken(found: dict[tuple[str, str], list[EvidenceItem]], item: EvidenceItem) -> EvidenceItem | None:
    """The item again, taken out of what was found: of several of one type and file that with its id, else any."""
    key = (item.type, item.provenance.path)
    same = found.get(key, [])
    if not same:
        return None
    chosen = next((again for again in same if again.id == item.id), same[0])
    same.remove(chosen)
    if not same:
        del found[key]
    return chosen


def _copy_path(item: EvidenceItem) -> str:
    return f"data/evidence/{item.id}/{copy_name(item.provenance.path)}"


def _why_left(kind: str, item: EvidenceItem) -> str:
    if kind not in KINDS:
        return _PLUGGED
    if item.files and item.copy_sha256 is not None:
        return _SEVERAL_FILES
    if item.type in _WHY_NOT_BY_COPY:
        return _WHY_NOT_BY_COPY[item.type]
    if kind == git_collector.KIND and item.type not in _OF_FILES:
        return _HISTORY
    return {"log": _LOGS, "results": _RESULTS}.get(kind, _NO_COPY)


def _is_dated(item: EvidenceItem) -> bool:
    """Whether a date in an item comes from version control, of which a packet holds no history."""
    approval: Any = item.facts.get("approval") or {}
    by_commit = item.effective is not None and item.effective.basis.startswith("last commit")
    return by_commit or "changed_at" in approval or "committed_at" in item.facts


def _may_be_masked(path: str) -> bool:
    """Whether a path as recorded may not be that of the source: it holds a mark, or an escaped byte."""
    return MARK.decode() in path or "\\x" in path


def _shows_mark(value: object) -> bool:
    """Whether something was masked in a value, so that it may have been another."""
    return MARK.decode() in str(value)
