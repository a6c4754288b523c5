"""Reads the case files of the collectors, runs a case through the real collector, and compares what came of it.

README.md in this folder describes the language.
"""

import base64
import gzip
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from support.collecting import at, checked, write
from support.git_repositories import Repository
from support.workbooks import rows, sheet, workbook
from tieout.collectors.base import Commit, Gathered, Request
from tieout.collectors.discovery import collector_for
from tieout.config.model import SourceSection
from tieout.domain.artefacts.records import RosterEntry
from tieout.domain.collection import Period, Problem
from tieout.domain.evidence import EvidenceItem
from tieout.kernel.git.quarantine import Quarantine
from tieout.kernel.reading.files import FolderView

CASES: Final = Path(__file__).parent / "cases"
AS_OF: Final = datetime(2026, 11, 24, tzinfo=UTC)
PERIOD: Final = Period(start=AS_OF - timedelta(days=90), end=AS_OF)
#: The parts of a case file that hold cases; each needs one at least.
PARTS: Final = ("good", "traps", "hostile")
_FOLDER: Final = "sources"
_KEYS: Final = {"source", "people", "committed", "at_top", "good", "traps", "hostile"}
_CASE_KEYS: Final = {"shows", "files", "change", "source", "gives", "tells"}
_ITEM_KEYS: Final = {"type", "path", "facts", "lines", "lacks"}
#: How content is written that is no plain text.
_HOW: Final = {"base64", "gzip", "repeat", "sqlite", "workbook"}
_NOT_GIVEN: Final = object()


class _Loader(yaml.SafeLoader):
    """Takes days and times as the text that they are, and only true and false for those."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if not tag.endswith(":timestamp") and not (tag.endswith(":bool") and first not in "tTfF")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        of: `kind/format`, as its file is called.
        part: good, traps or hostile.
        shows: What it shows, in a sentence.
        written: Path below the source's folder -> content as the case file writes it.
        source: As a source of tieout.yaml says it, without name and kind.
        people: Rows of the roster.
        committed: Day of the commit, where the source is inside a git repository.
        at_top: Its files stand at the top of the repository, where a forge looks for them.
        gives: Every item that must come, and nothing else.
        tells: What must be told; every `unreadable` that is told stands here.
    """

    of: str
    part: str
    shows: str
    written: Mapping[str, Any]
    source: Mapping[str, Any]
    people: tuple[RosterEntry, ...]
    committed: str | None
    at_top: bool
    gives: tuple[Mapping[str, Any], ...]
    tells: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.of} {self.part}: {self.shows}"

    @property
    def files(self) -> dict[str, bytes]:
        """Path below the source's folder -> content."""
        return {name: content_of(content) for name, content in self.written.items()}

    @property
    def kind(self) -> str:
        """The kind of its source."""
        return self.of.partition("/")[0]


@cache
def case_files() -> Mapping[str, tuple[Case, ...]]:
    """Every case, by `kind/format`."""
    found = sorted(CASES.glob("*/*.yaml"))
    return {f"{path.parent.name}/{path.stem}": tuple(_read(path)) for path in found}


def every_case() -> list[Case]:
    """Every case of every file."""
    return [case for cases in case_files().values() for case in cases]


def _read(path: Path) -> Iterator[Case]:
    of = f"{path.parent.name}/{path.stem}"
    written = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader of ours
    assert set(written) <= _KEYS, f"{of}: keys are {sorted(_KEYS)}"
    first = written["good"][0]["files"]
    people = tuple(RosterEntry.model_validate_json(json.dumps(row)) for row in written.get("people", ()))
    for part in PARTS:
        for one in written.get(part, ()):
            assert set(one) <= _CASE_KEYS, f"{of}: keys of a case are {sorted(_CASE_KEYS)}"
            assert all(set(item) <= _ITEM_KEYS for item in one.get("gives", ())), f"{of}: {sorted(_ITEM_KEYS)}"
            files = one.get("files") or _changed(first, one["change"], of)
            yield Case(
                of=of,
                part=part,
                shows=one["shows"],
                written=files,
                source={**written.get("source", {}), **one.get("source", {})},
                people=people,
                committed=written.get("committed", "2026-11-20" if path.parent.name == "git" else None),
                at_top=written.get("at_top", path.parent.name == "git"),
                gives=tuple(one.get("gives", ())),
                tells=tuple(one.get("tells", ())),
            )


def _changed(files: Mapping[str, Any], change: Mapping[str, Any], of: str) -> dict[str, Any]:
    """The files of the first good case with words replaced, files added, exchanged or taken away."""
    made = dict(files)
    for name, new in change.items():
        if new is None:
            del made[name]
        elif isinstance(new, Mapping) and not _HOW & new.keys():
            for old, word in new.items():
                assert made[name].count(old) == 1, f"{of}: '{old}' stands {made[name].count(old)} times in {name}"
                made[name] = made[name].replace(old, word)
        else:
            made[name] = new
    return made


def content_of(written: Any) -> bytes:
    """The bytes of a file as a case file writes it: a text, or how it is made."""
    if isinstance(written, str):
        return written.encode("utf-8", "surrogatepass")
    if "repeat" in written:
        value = written["repeat"]
        return (written.get("before", "") + value * written["times"] + written.get("after", "")).encode()
    (how, value), *more = written.items()
    assert not more, f"content is one of {sorted(_HOW)}: {written}"
    if how == "base64":
        return base64.b64decode(value)
    if how == "gzip":
        return gzip.compress(content_of(value), mtime=0)
    if how == "workbook":
        return workbook({name: sheet(rows(table)) for name, table in value.items()})
    assert how == "sqlite", f"content is one of {sorted(_HOW)}: {written}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "store.db")
        store = sqlite3.connect(path)
        store.executescript(value)
        store.close()
        return path.read_bytes()


def section_of(case: Case) -> SourceSection:
    """The source as tieout.yaml would have it."""
    written = {"provides": [], **case.source}
    below = str(written.pop("path", ""))
    path = f"{_FOLDER}/{below}" if below else _FOLDER
    if case.at_top:
        path = below or "."
    return SourceSection.model_validate({"name": "the-source", "kind": case.kind, "path": path, **written})


def gathered(case: Case, folder: Path, files: Mapping[str, bytes] | None = None) -> Gathered:
    """What the real collector gives.

    Args:
        case: Whose source it is.
        folder: An empty one to work in.
        files: In place of the case's own.
    """
    with request_of(case, folder, case.files if files is None else files) as request:
        return checked(collector_for(case.kind)(request))


@contextmanager
def request_of(case: Case, folder: Path, files: Mapping[str, bytes]) -> Iterator[Request]:
    """The request that a run would make for a source with these files."""
    section = section_of(case)
    base = "" if case.at_top else f"{_FOLDER}/"
    placed = {f"{base}{name}": content for name, content in files.items()}
    prefix = section.path.removeprefix(".")
    if case.committed is None:
        view = FolderView(write(folder, placed), "sources-of-the-case")
        yield Request("claims-triage", section, view, prefix, PERIOD, AS_OF, people=case.people)
        return
    repository = Repository(folder / "repository")
    day = f"{case.committed}T12:00:00Z"
    repository.commit("all", placed, GIT_AUTHOR_DATE=day, GIT_COMMITTER_DATE=day)
    with Quarantine.open(repository.folder, uri="repository-of-the-case") as quarantine:
        id_ = quarantine.resolve("")
        commit = Commit(quarantine, id_, quarantine.history(id_).commits[0].committed_at)
        view = quarantine.tree(id_)
        yield Request("claims-triage", section, view, prefix, PERIOD, AS_OF, commit=commit, people=case.people)


def misfits(case: Case, found: Gathered) -> list[str]:
    """What came otherwise than the case says; empty where all is as it says."""
    bad = list(_item_misfits(case, found))
    open_ = [problem for problem in found.result.problems if problem.status == "unreadable"]
    for told in case.tells:
        fitting = [problem for problem in found.result.problems if _is_told(told, problem)]
        if not fitting:
            bad.append(f"not told: {dict(told)}")
        open_ = [problem for problem in open_ if problem not in fitting]
    bad += [f"told as unreadable and not expected: {_shown(problem)}" for problem in open_]
    if bad:
        bad += [f"(told: {problem.status} {_shown(problem)})" for problem in found.result.problems]
    return bad


def _item_misfits(case: Case, found: Gathered) -> Iterator[str]:
    left = list(found.result.items)
    for expected in case.gives:
        fitting = [item for item in left if not list(_differences(expected, item))]
        if fitting:
            left.remove(fitting[0])
            continue
        yield f"not given: {expected.get('type')}"
        for item in left:
            if item.type == expected["type"]:
                yield from (f"  of {item.provenance.path}: {one}" for one in _differences(expected, item))
    yield from (f"given and not expected: {item.type} of {item.provenance.path}: {item.facts}" for item in left)


def _differences(expected: Mapping[str, Any], item: EvidenceItem) -> Iterator[str]:
    if item.type != expected["type"]:
        yield f"is {item.type}"
        return
    if not _is_path(expected.get("path"), item.provenance.path):
        yield f"stands at {item.provenance.path}"
    for pointer, value in expected.get("facts", {}).items():
        is_ = _at(item.facts, pointer)
        if not _fits(value, is_):
            yield f"{pointer} is {'not there' if is_ is _NOT_GIVEN else repr(is_)}, not {value!r}"
    for pointer in expected.get("lacks", ()):
        if (is_ := _at(item.facts, pointer)) is not _NOT_GIVEN:
            yield f"{pointer} is {is_!r}, and must not be there"
    for pointer, line in expected.get("lines", {}).items():
        place = item.place(pointer)
        told = f"{_below(place.path)}:{place.line}" if isinstance(line, str) else place.line
        if told != line:
            yield f"{pointer} stands at line {told}, not {line}"


def _fits(expected: Any, is_: Any) -> bool:
    """Whether a fact is as expected; of a mapping the members that are named."""
    if isinstance(expected, Mapping) and isinstance(is_, dict):
        return all(key in is_ and _fits(value, is_[key]) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(is_, list):
        return len(expected) == len(is_) and all(map(_fits, expected, is_))
    return bool(is_ == expected) and isinstance(is_, bool) == isinstance(expected, bool)


def _at(facts: Any, pointer: str) -> Any:
    try:
        return at(facts, pointer)
    except (KeyError, IndexError, ValueError, TypeError):
        return _NOT_GIVEN


def _is_told(told: Mapping[str, Any], problem: Problem) -> bool:
    place = str(told.get("at", ""))
    path, _, line = place.rpartition(":") if place.rpartition(":")[2].isdecimal() else (place, "", "")
    if problem.status != told["status"] or told["words"] not in problem.reason:
        return False
    if path and not _is_path(path, problem.place.path):
        return False
    return not line or problem.place.line == int(line)


def _is_path(expected: Any, path: str) -> bool:
    return expected is None or expected in {path, _below(path), "." if path == _FOLDER else path}


def _below(path: str) -> str:
    return path.removeprefix(f"{_FOLDER}/")


def _shown(problem: Problem) -> str:
    line = f":{problem.place.line}" if problem.place.line else ""
    return f"{_below(problem.place.path)}{line} {problem.reason} {list(problem.types)}"
