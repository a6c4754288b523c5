"""The collect stage: reads every source, stores what it found, and writes the collection."""

import os
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tieout import __version__
from tieout.collectors.base import Gathered, Request
from tieout.collectors.declared import declared, declared_source, versions_in
from tieout.collectors.discovery import collector_for
from tieout.collectors.patterns import is_pattern, paths_meant
from tieout.config.model import SourceSection
from tieout.domain.collection import Collection, Problem, SourceResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.errors import NothingCollectedError, TieoutError, UnreadableError
from tieout.kernel.reading.files import FolderView, View
from tieout.kernel.reading.redaction import redact
from tieout.kernel.reading.text import display_path
from tieout.pipeline.options import RunOptions
from tieout.pipeline.target import Target, open_target
from tieout.pipeline.workspace import Workspace
from tieout.store.commitments import commitment
from tieout.store.leaves import Leaf, LeafCollector, LeafSource
from tieout.store.store import Store


@dataclass(frozen=True, slots=True)
class Planned:
    """One source as a dry run lists it.

    Attributes:
        name: Of the source.
        kind: Of the source.
        path: As configured.
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


def collect(options: RunOptions) -> tuple[Collection, tuple[str, ...]]:
    """Read all sources and keep what they gave.

    Returns:
        The collection, and notes for the person who ran it.

    Raises:
        NothingCollectedError: No source gave any evidence.
        UsageError, ConfigError: As `open_target`.
    """
    workspace = Workspace(options.config)
    with open_target(options) as target, workspace.store() as store:
        request = _declared_request(target, options)
        commit = request.commit
        versions = versions_in(commit, request.prefix) if commit is not None else _no_versions
        results = [_keep(store, declared(request, target.config, target.document, versions), options.now)]
        for source in target.config.sources:
            options.progress.step(f"reading {source.name} ({source.kind}: {source.path})")
            results.append(_keep(store, _gather(source, target, options), options.now))
        if not any(result.items for result in results[1:]):
            message = "no source gave any evidence"
            hint = "check the paths under `sources`; `tieout collect --dry-run` lists what would be read"
            raise NothingCollectedError(message, hint=hint, where=options.config.name)
        _refuse_twins(results)
        collection = Collection(
            subject=target.subject,
            as_of=target.as_of,
            period=target.period,
            configuration_sha256=target.configuration_sha256,
            tool_version=__version__,
            sources=tuple(results),
        )
        digest = store.put(canonical_bytes(collection.as_json()))
        store.append(
            Leaf(
                type="collection",
                item=f"collection-{target.subject.system_id}",
                commitment=commitment(store, f"collection-{target.subject.system_id}", digest),
            ),
            now=options.now,
        )
        store.checkpoint()
        workspace.write_configuration(redact(target.data.decode("utf-8", "replace")).text.encode())
        workspace.write_collection(collection)
        return collection, target.notes


def _planned(source: SourceSection, ask: Callable[[], Request]) -> Planned:
    paths: tuple[str, ...] = ()
    commit, problem = None, ""
    try:
        request = ask()
        commit = request.commit.id if request.commit else None
        paths = tuple(_matching(request) if is_pattern(request.prefix) else request.paths())
        if not paths:
            problem = "there is no such file, or no file in it"
    except UnreadableError as error:
        problem = error.message
    return Planned(source.name, source.kind, source.path, source.declared, paths, commit, problem)


def _matching(request: Request) -> list[str]:
    wanted = paths_meant(request.prefix, where=f"source '{request.source.name}'")
    return [
        entry.path
        for entry in request.view.entries()
        if entry.kind == "file" and wanted.fullmatch(display_path(entry.path))
    ]


def _gather(source: SourceSection, target: Target, options: RunOptions) -> Gathered:
    try:
        request = _request(source, target, options)
        return collector_for(source.kind)(request)
    except UnreadableError as error:
        unopened = target.unopened.get(source.inside or source.name)
        if unopened is None:
            missing = source.inside is None and not os.path.lexists(target.folder / source.path)
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
    view: View
    if commit is not None:
        view = commit.quarantine.tree(commit.id)
        prefix = "" if source.kind == "git" else posixpath.normpath(source.path)
    else:
        folder, prefix = _split_pattern(source.path)
        view = FolderView(target.folder / folder, folder)
    return Request(
        system_id=target.subject.system_id,
        source=source,
        view=view,
        prefix="" if prefix == "." else prefix,
        period=target.period,
        as_of=target.as_of,
        commit=commit,
        progress=options.progress,
    )


def _split_pattern(path: str) -> tuple[str, str]:
    """A path as a folder to open and, where it has `*` or `?`, the pattern below that folder."""
    parts = path.split("/")
    first = next((index for index, part in enumerate(parts) if "*" in part or "?" in part), None)
    if first is None:
        return path, ""
    return "/".join(parts[:first]) or ".", "/".join(parts[first:])


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


def _no_versions() -> Iterator[tuple[datetime, bytes]]:
    """An uncommitted configuration has no history."""
    return iter(())


def _refuse_twins(results: list[SourceResult]) -> None:
    # Ids are 32 bits: two that meet would merge in every document, so the run stops instead.
    seen: dict[str, str] = {}
    for item in (item for result in results for item in result.items):
        if item.id in seen:
            message = f"{item.title} and {seen[item.id]} have the same id {item.id}"
            raise TieoutError(message, hint="give one of their sources another name", where="sources")
        seen[item.id] = item.title


def _keep(store: Store, gathered: Gathered, now: datetime) -> SourceResult:
    for item in gathered.result.items:
        stored = store.put(canonical_bytes(item.facts))
        store.append(_leaf(store, item, stored, now), now=now)
        if item.copy_sha256 is not None:
            store.put(gathered.copies[item.copy_sha256])
            store.append(_leaf(store, item, item.copy_sha256, now, part="copy"), now=now)
    return gathered.result


def _leaf(store: Store, item: EvidenceItem, stored: str, now: datetime, *, part: str = "facts") -> Leaf:
    provenance = item.provenance
    return Leaf(
        type="collected",
        item=item.id,
        commitment=commitment(store, item.id, stored),
        media_type=item.media_type,
        source=LeafSource(kind=provenance.kind, uri=provenance.uri, commit=provenance.commit, path=provenance.path),
        collector=LeafCollector(name=provenance.collector, version=provenance.collector_version),
        collected_at=now,
        extra={"part": part},
        redaction_rules=tuple(sorted({note.rule for note in item.redactions})),
    )
