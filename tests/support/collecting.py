"""Runs collectors on folders and repositories that a test builds, and checks what every result must keep."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support.git_repositories import Repository
from tieout.collectors.base import Collector, Commit, Gathered, Request
from tieout.config.model import SourceSection
from tieout.domain.artefacts.records import RosterEntry
from tieout.domain.collection import Period, Problem
from tieout.domain.evidence import EvidenceItem
from tieout.domain.signed_files import signed_files
from tieout.kernel.canonical import canonical_bytes
from tieout.kernel.digests import sha256_hex
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.reading.files import FolderView

AS_OF = datetime(2026, 11, 22, 12, tzinfo=UTC)


def source(kind: str, path: str = "sources", **fields: Any) -> SourceSection:
    """A source section; its name is fixed, so that ids can be compared."""
    return SourceSection(name="the-source", kind=kind, path=path, **fields)  # type: ignore[arg-type]  # test data


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files below a folder."""
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def in_folder(
    collect: Collector,
    root: Path,
    section: SourceSection,
    *,
    prefix: str | None = None,
    as_of: datetime = AS_OF,
    people: tuple[RosterEntry, ...] = (),
) -> Gathered:
    """Collect from a folder on disk; the prefix is the source's path unless given."""
    request = Request(
        system_id="claims-triage",
        source=section,
        view=FolderView(root, "records-of-the-test"),
        prefix=section.path if prefix is None else prefix,
        period=Period(start=as_of, end=as_of),
        as_of=as_of,
        people=people,
    )
    return checked(collect(request))


@contextmanager
def git_request(
    repository: Repository,
    section: SourceSection,
    *,
    prefix: str = "",
    as_of: datetime = AS_OF,
    people: tuple[RosterEntry, ...] = (),
) -> Iterator[Request]:
    """A request for the newest commit of a repository."""
    with Quarantine.open(repository.folder, uri="repository-of-the-test") as quarantine:
        commit = quarantine.resolve("")
        newest = quarantine.history(commit).commits[0]
        yield Request(
            system_id="claims-triage",
            source=section,
            view=quarantine.tree(commit),
            prefix=prefix,
            period=Period(start=as_of, end=as_of),
            as_of=as_of,
            commit=Commit(quarantine=quarantine, id=commit, committed_at=newest.committed_at),
            people=people,
        )


def in_git(
    collect: Collector, repository: Repository, section: SourceSection, *, prefix: str = "", as_of: datetime = AS_OF
) -> Gathered:
    """Collect from the newest commit of a repository."""
    with git_request(repository, section, prefix=prefix, as_of=as_of) as request:
        return checked(collect(request))


def checked(gathered: Gathered) -> Gathered:
    """The same, after what must hold of every result: unique ids, true digests, lines that are in the file."""
    items = gathered.result.items
    assert len({item.id for item in items}) == len(items)
    assert [item.id for item in items] == sorted(item.id for item in items)
    gathered.result.model_dump_json()  # every text in it can be written
    for item in items:
        assert item.stored_sha256 == sha256_hex(canonical_bytes(item.facts))
        for pointer in item.lines:
            at(item.facts, pointer)
        if item.copy_sha256 is not None:
            copy = gathered.copies[item.copy_sha256]
            assert sha256_hex(copy) == item.copy_sha256
            length = copy.count(b"\n") + 1
            own = [line for pointer, line in item.lines.items() if pointer not in (item.files or {})]
            assert all(1 <= line <= length for line in own)
    whole = {file.sha256 for item in items for file in signed_files(item)}
    assert set(gathered.copies) <= {item.copy_sha256 for item in items} | whole
    assert all(sha256_hex(gathered.copies[digest]) == digest for digest in whole)
    return gathered


def at(facts: Any, pointer: str) -> Any:
    """The value a JSON pointer names; fails where there is none."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        facts = facts[int(key)] if isinstance(facts, list) else facts[key]
    return facts


def line_text(gathered: Gathered, item: EvidenceItem, pointer: str) -> str:
    """The text of the line that a fact says it stands on, in the stored copy."""
    assert item.copy_sha256 is not None
    return gathered.copies[item.copy_sha256].decode().split("\n")[item.lines[pointer] - 1]


def only_item(gathered: Gathered) -> EvidenceItem:
    """The one item there must be."""
    assert len(gathered.result.items) == 1, gathered.result
    return gathered.result.items[0]


def problems(gathered: Gathered, status: str | None = None) -> list[Problem]:
    """The problems of a status."""
    return [problem for problem in gathered.result.problems if status in {None, problem.status}]
