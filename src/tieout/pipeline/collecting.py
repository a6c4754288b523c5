"""The collect stage: reads every source, stores what it found, and writes the collection."""

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain

from tieout import __version__
from tieout.collectors.base import Configured, Gathered, Request
from tieout.collectors.confidential import masked_source
from tieout.collectors.declared import declared, declared_source
from tieout.collectors.discovery import collector_for
from tieout.collectors.patterns import is_pattern, paths_meant, split_pattern
from tieout.collectors.versions import versions_in
from tieout.config.model import SourceSection
from tieout.domain.collection import Collection, Problem, SourceResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.packet import WORK_FOLDER
from tieout.domain.signed_files import signed_files
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.clock import rfc3339
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import NothingCollectedError, TieoutError, UnreadableError
from tieout.kernel.git.history import Dating
from tieout.kernel.git.worktree import refuse_links_out
from tieout.kernel.reading.files import FolderView, View
from tieout.kernel.reading.masking import shown
from tieout.kernel.reading.text import decode_text, display_path
from tieout.pipeline.options import RunOptions
from tieout.pipeline.outside import asked_server, demand_network
from tieout.pipeline.target import Target, open_target
from tieout.pipeline.workspace import Workspace, collection_item
from tieout.store.batch import Batch
from tieout.store.commitments import commitment
from tieout.store.leaves import Leaf, LeafCollector, LeafSource
from tieout.store.store import Store

#: Bytes of several sources that are made durable together.
_TOGETHER = 8 * 1024**2


@dataclass(frozen=True, slots=True)
class Planned:
    """One source as a dry run lists it.

    Attributes:
        name: Of the source.
        kind: Of the source.
        path: As configured; here as in the next ones secrets and addresses are masked.
        provides: Artefacts it is declared to provide.
        paths: Files that would be looked at; of a git source those of the whole tree.
        commit: Commit they would be read at.
        problem: Why it cannot be read; "" if it can.
    """

    name: str
    kind: str
    path: str
    provides: tuple[str, ...]
    paths: tuple[str, ...]
    commit: str | None
    problem: str


def plan(options: RunOptions) -> tuple[Target, list[Planned]]:
    """What a collection would read, without reading it (a dry run)."""
    with open_target(options) as target:
        own = _declared_request(target, options)
        planned = [_planned(own.source, lambda: own)]
        planned += [_planned(source, partial(_request, source, target, options)) for source in target.config.sources]
        return target, planned


def collect(options: RunOptions, workspace: Workspace | None = None) -> tuple[Collection, tuple[str, ...]]:
    """Read all sources and keep what they gave.

    Args:
        options: What is asked.
        workspace: That of the job which goes on with the collection; its lock is then held until the job's end.

    Returns:
        The collection, and notes for the person who ran it.

    Raises:
        NothingCollectedError: No source gave any evidence.
        UsageError, ConfigError: As `open_target`.
    """
    workspace = workspace or Workspace(options.config)
    with open_target(options) as target, workspace.job():
        sources, name = target.config.sources, options.config
        demand_network(sources, allowed=options.allow_network, config=name, document=target.document)
        workspace.hold()
        return _collect(options, target, workspace), target.notes


def _collect(options: RunOptions, target: Target, workspace: Workspace) -> Collection:
    with workspace.store() as store:
        request = _declared_request(target, options)
        commit = request.commit
        versions = versions_in(commit, request.prefix) if commit is not None else _no_versions
        own = declared(request, target.config, target.document, versions)
        results = _keep(store, chain([own], _gather_all(target, options)), options.now)
        if not any(result.items for result in results[1:]):
            raise _nothing(results[1:], target, options.config.name)
        _refuse_twins(results)
        configuration = _kept_configuration(target, options)
        collection = Collection(
            subject=target.subject,
            as_of=target.as_of,
            period=target.period,
            configuration_sha256=target.configuration_sha256,
            configuration_copy_sha256=sha256_hex(configuration),
            tool_version=__version__,
            outside=target.outside or None,
            sources=tuple(results),
        )
        data = canonical_bytes(collection.as_json())
        item = collection_item(target.subject.system_id)
        with store.batch(now=options.now) as batch:
            promise = commitment(batch, item, batch.put(data))
            batch.append(Leaf(type="collection", item=item, commitment=promise, size=len(data)))
        store.checkpoint()
        workspace.write_collection(data, configuration)
        # As the stages read it back: a limit of 12.0 is 12 there, and a job must say what its stages say.
        return Collection.model_validate_json(data)


def _kept_configuration(target: Target, options: RunOptions) -> bytes:
    """The configuration as a packet carries it; whom to reach about the system is said in it on purpose."""
    text = decode_text(target.data, options.config.name)
    return masked_source(text, "tieout.yaml", declared_people=True).text.encode()


def _planned(source: SourceSection, ask: Callable[[], Request]) -> Planned:
    paths: tuple[str, ...] = ()
    commit, problem = None, ""
    provides = tuple(shown(name) for name in source.declared)
    try:
        if server := asked_server(source):
            return Planned(source.name, source.kind, shown(server), provides, (), None, "")
        request = ask()
        commit = request.commit.id if request.commit else None
        paths = tuple(_matching(request) if is_pattern(request.prefix) else request.paths())
        if not paths:
            problem = "there is no such file, or no file in it"
    except UnreadableError as error:
        problem = error.message
    told = tuple(shown(path) for path in paths)
    return Planned(source.name, source.kind, shown(source.path), provides, told, commit, shown(problem))


def _matching(request: Request) -> list[str]:
    wanted = paths_meant(request.prefix, where=f"source '{request.source.name}'")
    return [
        entry.path for entry in request.entries() if entry.kind == "file" and wanted.fullmatch(display_path(entry.path))
    ]


def _gather_all(target: Target, options: RunOptions) -> Iterator[Gathered]:
    for source in target.config.sources:
        options.progress.step(f"reading {source.name} ({source.kind}: {source.path})")
        yield _gather(source, target, options)


def _gather(source: SourceSection, target: Target, options: RunOptions) -> Gathered:
    try:
        request = _request(source, target, options)
        return collector_for(source.kind)(request)
    except UnreadableError as error:
        unopened = target.unopened.get(source.inside or source.name)
        if unopened is None:
            missing = source.inside is None and not os.path.lexists(target.folder / split_pattern(source.path)[0])
            reason = "there is no such file or folder" if missing else error.message
        else:
            missing = not isinstance(unopened, UnreadableError)
            reason = error.message
        problem = Problem(
            status="absent" if missing else "unreadable",
            types=source.declared,
            place=Place(source=source.name, path=error.where or source.name),
            reason=reason,
        )
        return Gathered(
            SourceResult(
                name=source.name, kind=source.kind, uri=source.path, provides=source.declared, problems=(problem,)
            ),
            {},
        )


def _request(source: SourceSection, target: Target, options: RunOptions) -> Request:
    repository = source.inside or source.name
    if repository in target.unopened:
        error = target.unopened[repository]
        raise UnreadableError(error.message, hint=error.hint, where=error.where)
    commit = target.commits.get(repository)
    assessed = target.commits.get(target.config.assessed_repository or "")
    view: View
    if commit is not None:
        view = commit.quarantine.tree(commit.id)
        prefix = "" if source.kind == "git" else posixpath.normpath(source.path)
    else:
        folder, prefix = split_pattern(source.path)
        refuse_links_out(target.folder, folder)
        view = FolderView(target.folder / folder, folder)
    return Request(
        system_id=target.subject.system_id,
        source=source,
        view=view,
        prefix="" if prefix == "." else prefix,
        period=target.period,
        as_of=target.as_of,
        commit=commit,
        repositories=tuple(
            replace(one, gateways=_gateways(target, name))
            for name, one in sorted(target.commits.items(), key=lambda named: named[1] is not assessed)
        ),
        progress=options.progress,
        people=target.config.people,
        keep=options.config.parent / WORK_FOLDER / source.kind,
        configuration=(
            Configured(assessed, target.committed_path) if assessed is not None and target.committed_path else None
        ),
    )


def _gateways(target: Target, repository: str) -> tuple[str, ...]:
    """Where in a repository sources give gateway configuration from; a source of all of it says nothing."""
    inside = [source for source in target.config.sources if source.inside == repository]
    paths = {posixpath.normpath(source.path) for source in inside if "gateway_config" in source.declared}
    return tuple(sorted(paths - {"."}))


def _declared_request(target: Target, options: RunOptions) -> Request:
    main = target.config.assessed_repository
    commit = target.commits[main] if target.committed_path is not None and main is not None else None
    path = target.committed_path or options.config.name
    view: View = commit.quarantine.tree(commit.id) if commit else FolderView(options.config, options.config.name)
    return Request(
        system_id=target.subject.system_id,
        source=declared_source(path, inside=main if commit else None),
        view=view,
        prefix=path,
        period=target.period,
        as_of=target.as_of,
        commit=commit,
    )


def _no_versions() -> Iterator[tuple[Dating, bytes]]:
    """An uncommitted configuration has no history."""
    return iter(())


def _nothing(results: list[SourceResult], target: Target, where: str) -> NothingCollectedError:
    """Why there is no evidence: the paths, or a day before all that is there."""
    if not any(problem.status == "after-as-of" for result in results for problem in result.problems):
        hint = "check the paths under `sources`; `tieout collect --dry-run` lists what would be read"
        return NothingCollectedError("no source gave any evidence", hint=hint, where=where)
    message = f"all evidence that was read is dated after the as-of time, {rfc3339(target.as_of)}"
    made = target.subject.committed_at
    hint = "assess as of a later day with --as-of"
    if made is not None and made > target.as_of:
        message += f"; the assessed commit is of {rfc3339(made)}"
        hint = "assess an earlier commit with --at, or as of a later day with --as-of"
    return NothingCollectedError(message, hint=hint, where=where)


def _refuse_twins(results: list[SourceResult]) -> None:
    # Ids are 32 bits: two that meet would merge in every document, so the run stops instead.
    seen: dict[str, str] = {}
    for item in (item for result in results for item in result.items):
        if item.id in seen:
            message = f"{item.title} and {seen[item.id]} have the same id {item.id}"
            raise TieoutError(message, hint="give one of their sources another name", where="sources")
        seen[item.id] = item.title


def _keep(store: Store, sources: Iterable[Gathered], now: datetime) -> list[SourceResult]:
    """Keep what each source gave, small ones together: making something durable waits for the disk."""
    results: list[SourceResult] = []
    waiting: list[tuple[EvidenceItem, str, bytes]] = []
    size = 0
    for gathered in sources:
        results.append(gathered.result)
        for part in _parts(gathered):
            waiting.append(part)
            size += len(part[2])
        if size > _TOGETHER:
            _write(store, waiting, now)
            waiting, size = [], 0
    _write(store, waiting, now)
    return results


def _parts(gathered: Gathered) -> Iterator[tuple[EvidenceItem, str, bytes]]:
    for item in gathered.result.items:
        yield item, "facts", canonical_bytes(item.facts)
        if item.copy_sha256 is not None:
            yield item, "copy", gathered.copies[item.copy_sha256]
        for file in signed_files(item):
            yield item, file.part, gathered.copies[file.sha256]


def _write(store: Store, parts: Sequence[tuple[EvidenceItem, str, bytes]], now: datetime) -> None:
    if parts:
        with store.batch(now=now) as batch:
            for item, part, content in parts:
                batch.append(_leaf(batch, item, content, now, part=part))


def _leaf(batch: Batch, item: EvidenceItem, content: bytes, now: datetime, *, part: str) -> Leaf:
    provenance = item.provenance
    return Leaf(
        type="collected",
        item=item.id,
        commitment=commitment(batch, item.id, batch.put(content)),
        size=len(content),
        media_type=item.media_type,
        source=LeafSource(kind=provenance.kind, uri=provenance.uri, commit=provenance.commit, path=provenance.path),
        collector=LeafCollector(name=provenance.collector, version=provenance.collector_version),
        collected_at=now,
        extra={"part": part},
        redaction_rules=tuple(sorted({note.rule for note in item.redactions})),
    )
