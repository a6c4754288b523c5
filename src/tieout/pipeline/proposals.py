"""What in a folder looks like evidence, for a new configuration: by what the collectors make of it, logs by name."""

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tieout.collectors.config.products import GATEWAY, Told, told_by
from tieout.collectors.config.readers import readers
from tieout.collectors.results.inspect import is_packed
from tieout.collectors.table_recognising import record_of
from tieout.config.kinds import RECORDS
from tieout.config.proposed import SOURCES, Proposal, part_name
from tieout.config.records import record_example
from tieout.domain.evidence import PathClass
from tieout.domain.paths import classify
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.tables import form_of
from tieout.kernel.reading.text import display_path
from tieout.pipeline.looking import Shown, files_of, head_of
from tieout.pipeline.target import Target
from tieout.pipeline.trying import tried
from tieout.syntax.container_files import is_compose_file, is_dockerfile, is_for_work

#: Larger files are no configuration that people write; results of tools are larger.
_LARGEST: Final = 1_000_000
_LARGEST_RESULT: Final = 10_000_000
#: Files of one ending in one folder that are looked at.
_ALIKE: Final = 30
_ALIKE_RESULTS: Final = 10
#: Format -> part, where the artefact alone does not tell it.
_BY_FORMAT: Final = {
    "compose": "containers",
    "dockerfile": "containers",
    "kubernetes": "containers",
    "terraform": "infrastructure",
}
#: Formats of which a file may mean nothing without those beside it.
_NEEDS_ITS_FOLDER: Final = frozenset({"nemo-guardrails", "terraform"})
#: Formats whose objects say together what a gateway does, in as many files as people like.
_OF_SEVERAL_FILES: Final = frozenset({"envoy-ai-gateway", "kong"})
#: Parts of which one file says all, and further ones are of something else or of another time.
_OF_ONE_FILE: Final = frozenset({"gateway", "flags", "settings", "telemetry", "guardrails"})
#: Names that come first among several.
_USUAL: Final = {
    "gateway": re.compile(r"(?:.*[-_.])?(?:litellm|gateway)(?:[-_.].*)?", re.IGNORECASE),
    "alerts": re.compile(r"(?:.*[-_.])?(?:alerts?|alerting)(?:[-_.].*)?", re.IGNORECASE),
    "flags": re.compile(r"(?:.*[-_.])?(?:flags?|flagd)(?:[-_.].*)?", re.IGNORECASE),
    "containers": re.compile(r"(?:.*[-_.])?(?:deployment|compose)(?:[-_.].*)?", re.IGNORECASE),
    "telemetry": re.compile(r"(?:.*[-_.])?(?:otel|otelcol|collector)(?:[-_.].*)?", re.IGNORECASE),
}
_SETTINGS: Final = re.compile(r"(?:.*[-_.])?(?:litellm|gateway)(?:[-_.].*)?\.(?:env|ini)", re.IGNORECASE)
_LOG_FOLDER: Final = re.compile(r"(?:gateway[-_])?logs?", re.IGNORECASE)
_LOGS: Final = (".jsonl", ".ndjson", ".log", ".gz")
_RECORD_FOLDER: Final = re.compile(r"(?:ai[-_])?(?:records|governance|compliance)", re.IGNORECASE)
_IN_RECORD_FOLDER: Final = (".yaml", ".yml", ".md")
#: A record says which it is in a line of its own, near its top; cards are the git source's.
_RECORD: Final = re.compile(
    rf"""^\s*["']?artefact["']?\s*:\s*["']?(?!system_card|dataset_card)({"|".join(RECORDS)})\b""".encode(),
    re.MULTILINE,
)
_RECORD_TYPE: Final = re.compile(rb"""^\s*["']?record_type["']?\s*:\s*["']?([a-z][a-z0-9_]*)\b""", re.MULTILINE)
#: What people hand in or sign later, into the folder that their records are in; that none is there yet is no gap.
_HANDED_IN: Final = ("attestation", "document")
_RECORDS: Final = (".yaml", ".yml", ".json", ".md", ".markdown")
_TOP: Final = 4_000
_CARDS: Final = {
    "system_card": re.compile(r"(?:model|system)[-_ ]?card\.(?:md|markdown)", re.IGNORECASE),
    "dataset_card": re.compile(r"(?:dataset|data)[-_ ]?card\.(?:md|markdown)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was found; each path is relative to the folder.

    Attributes:
        found: Part -> places, that of most files first; parts in the order of `config.proposed.SOURCES`.
        cards: Cards that stand in the folder, by artefact.
        unread: Path of a gateway's configuration that this version does not read -> whose it is.
        left_out: Files of configuration that were not opened, because there is too much of them.
        is_whole: Whether all files were looked at; of very many the deepest are not.
    """

    found: Mapping[str, tuple[Proposal, ...]] = field(default_factory=dict)
    cards: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0
    is_whole: bool = True


def propose(folder: Path) -> Proposals:
    """Look through a folder for what collectors make evidence of; no link is followed, and no setting is opened."""
    try:
        files = files_of(folder)
        view = Shown(folder, files.paths, _may_be_configuration, largest=_LARGEST, alike=_ALIKE)
    except UnreadableError:
        return Proposals()
    paths = [path for path in files.paths if classify(path) is PathClass.LIVE]
    configured, unread = _configuration(view)
    found = [*configured, *_results(folder, paths), *_by_name(paths), *_records(folder, paths)]
    named = {(card, path) for path in paths for card in _CARDS if _CARDS[card].fullmatch(path.rpartition("/")[2])}
    cards = {card for card, path in named if not _is_template(view, path, card)}
    by_part = {part: tuple(one for one in found if one.part == part) for part in SOURCES}
    by_part = {part: those for part, those in by_part.items() if those}
    return Proposals(by_part, tuple(sorted(cards)), unread, view.left_out, files.is_whole)


def _is_template(view: Shown, path: str, card: str) -> bool:
    """Whether a card is the one that `init --records` writes, and nobody has written over it."""
    template = record_example(card).encode()
    return head_of(view, path, len(template) + 1) == template


def read_told(path: Path) -> Told | None:
    """What one gateway's configuration is by what it holds; None where that cannot be told."""
    try:
        return told_by(path.name, FolderView(path, path.name).read(path.name, max_bytes=_LARGEST))
    except UnreadableError:
        return None


def undeclared(target: Target) -> tuple[str, ...]:
    """Notes of what in the assessed repository looks like evidence of a kind that no source reads."""
    given = target.config.sources
    here = next((source.path for source in given if source.name == target.config.assessed_repository), ".")
    declared = {(source.kind, name.partition("/")[0]) for source in given for name in source.declared}
    kinds = {source.kind for source in given}
    return tuple(
        f"{display_path(places[0].path)} looks like {part_name(part)}, and no source reads any: name it under `sources`"
        for part, places in propose(target.folder / here).found.items()
        if not _is_declared(part, places, declared, kinds)
    )


def _is_declared(part: str, places: Sequence[Proposal], declared: set[tuple[str, str]], kinds: Iterable[str]) -> bool:
    kind = SOURCES[part].kind
    provides = {name for place in places for name in place.provides} or {*SOURCES[part].provides}
    if kind in {"config", "forge"} or part in {"results", "registers"}:
        return any((kind, name) in declared for name in provides)
    return kind in kinds


def _may_be_configuration(path: str) -> bool:
    """Whether a collector of configuration would open a file; without what only those who work on the code run."""
    if is_dockerfile(path) or is_compose_file(path):
        return not is_for_work(path)
    return kind_of(path) is not None or any(reader.suits(path) for reader in readers())


def _configuration(view: Shown) -> tuple[list[Proposal], dict[str, str]]:
    """Places of configuration; and the gateways' configurations that are not read."""
    trial = tried("config", view)
    by_part: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for (path, artefact), format_ in trial.given.items():
        by_part[_part_of(artefact, format_)].setdefault(path, {})[artefact] = format_
    unread: dict[str, str] = {}
    read = {path for path, artefact in trial.given if artefact == GATEWAY}
    for entry in view.entries():
        if entry.path in read or classify(entry.path) is not PathClass.LIVE or kind_of(entry.path) is None:
            continue
        told = told_by(entry.path, head_of(view, entry.path, _LARGEST))
        if told is None:
            continue
        if told.format is None:
            unread[entry.path] = told.product
        elif told.artefact == GATEWAY or entry.path in trial.unreadable:
            # It has every sign and gives nothing: collecting it will say why.
            by_part[_part_of(told.artefact, told.format)].setdefault(entry.path, {})[told.artefact] = told.format
    return [one for part, files in by_part.items() for one in _grouped(part, files)], unread


def _part_of(artefact: str, format_: str) -> str:
    if part := _BY_FORMAT.get(format_):
        return part
    own = (part for part, source in SOURCES.items() if source.kind == "config" and artefact in source.provides)
    return next((part for part in own if part not in _BY_FORMAT.values()), "retention")


def _results(folder: Path, paths: list[str]) -> Iterator[Proposal]:
    view = Shown(folder, paths, lambda _: True, largest=_LARGEST_RESULT, alike=_ALIKE_RESULTS)
    results: dict[str, dict[str, str]] = {}
    for path, artefact in tried("results", view).given:
        results.setdefault(path, {})[artefact] = ""
    for path in paths:
        if path.lower().endswith(".eval") and is_packed(path, b""):
            results.setdefault(path, {})["eval_results"] = ""  # collecting it says how it is unpacked
    yield from _grouped("results", results)
    answers: dict[str, dict[str, str]] = {}
    for path, artefact in tried("forge", Shown(folder, paths, _is_json, largest=_LARGEST_RESULT, alike=_ALIKE)).given:
        answers.setdefault(path, {})[artefact] = ""
    yield from _grouped("forge", answers)


def _is_json(path: str) -> bool:
    return path.lower().endswith(".json")


def _by_name(paths: Iterable[str]) -> Iterator[Proposal]:
    """Logs and settings, of which a trial would tell nothing, by their names."""
    folders: dict[str, Counter[str]] = defaultdict(Counter)
    for path in paths:
        above, _, name = path.rpartition("/")
        if _SETTINGS.fullmatch(name):
            yield Proposal(part="settings", path=path)
        if _LOG_FOLDER.fullmatch(above.rpartition("/")[2]) and name.lower().endswith(_LOGS):
            folders["log"][above] += 1
    for above, files in folders["log"].items():
        yield Proposal(part="log", path=above, files=files)


def _records(folder: Path, paths: list[str]) -> Iterator[Proposal]:
    """Folders of what says which record it is, or of a usual name; and lists whose columns are those of a record."""
    view = Shown(folder, paths, lambda _: True, largest=_LARGEST, alike=_ALIKE)
    records: dict[str, set[str]] = {}
    lists: dict[str, str] = {}
    named: list[str] = []
    for entry in view.entries():
        path = entry.path
        above = path.rpartition("/")[0].rpartition("/")[2]
        if path.lower().endswith(_RECORDS) and (said := _RECORD.search(top := head_of(view, path, _TOP))):
            records.setdefault(path, set()).update(_record_named(said[1].decode(), top))
        elif _RECORD_FOLDER.fullmatch(above) and path.lower().endswith(_IN_RECORD_FOLDER):
            named.append(path)
        elif form_of(path) is not None and (record := record_of(head_of(view, path, _LARGEST), path)):
            lists[path] = record
    if records:
        place = _folder_of(list(records))
        # Declared and not there is a gap: what nobody wrote here is for people to declare.
        said_to_be = {name for path in records if _is_in(path, place) for name in records[path]}
        provides = tuple(sorted(said_to_be.union(_HANDED_IN)))
        yield Proposal(part="records", path=place, provides=provides, files=len(records))
    elif named:
        yield Proposal(part="records", path=named[0].rpartition("/")[0], files=len(named))
    yield from _registers(lists)


def _record_named(artefact: str, top: bytes) -> Iterator[str]:
    """What a record is, as a source declares it; an approved document whose type is not at its top is none."""
    if artefact != "approved_record":
        yield artefact
    elif named := _RECORD_TYPE.search(top):
        yield f"approved_record/{named[1].decode()}"


def _registers(lists: Mapping[str, str]) -> Iterator[Proposal]:
    for one in _grouped("registers", {path: {record: ""} for path, record in lists.items()}):
        inside = [path for path in lists if _is_in(path, one.path)]
        tables = tuple((posixpath.relpath(path, one.path), lists[path]) for path in inside)
        if tables[0][0] == ".":
            tables = ((one.path.rpartition("/")[2], lists[one.path]),)
        yield replace(one, tables=tables)


def _grouped(part: str, files: Mapping[str, Mapping[str, str]]) -> list[Proposal]:
    """Places that take the files in: one folder, else one for each folder at the top; that of most files first."""
    formats = {format_ for given in files.values() for format_ in given.values()}
    alone = part in _OF_ONE_FILE and not (formats <= _OF_SEVERAL_FILES | _NEEDS_ITS_FOLDER)
    groups: dict[str, list[str]] = defaultdict(list)
    for path in files:
        groups[path if alone or "/" not in path else path.partition("/")[0]].append(path)
    common = posixpath.commonpath([path.rpartition("/")[0] for path in files]) if files else ""
    if not alone and common and len(files) > 1:
        groups = {common: list(files)}
    made = [_proposal(part, paths, files) for paths in groups.values()]
    usual = _USUAL.get(part)

    def order(one: Proposal) -> tuple[int, bool, int, int, str]:
        stem = one.path.rpartition("/")[2].rpartition(".")[0]
        return (-one.files, usual is None or not usual.fullmatch(stem), one.path.count("/"), len(stem), one.path)

    return sorted(_merged(made), key=order)


def _proposal(part: str, paths: list[str], files: Mapping[str, Mapping[str, str]]) -> Proposal:
    provides = sorted({artefact for path in paths for artefact in files[path]})
    formats = {format_ for path in paths for format_ in files[path].values()}
    place = posixpath.commonpath([path.rpartition("/")[0] for path in paths]) if len(paths) > 1 else paths[0]
    if len(paths) == 1 and formats <= _NEEDS_ITS_FOLDER and formats:
        place = paths[0].rpartition("/")[0] or "."
    only = formats.pop() if len(formats) == 1 else ""
    return Proposal(part=part, path=place, provides=tuple(provides), format=only, files=len(paths))


def _merged(made: Iterable[Proposal]) -> Iterator[Proposal]:
    """The same without places of one path: files at the top of a repository that are read as a folder."""
    by_path: dict[str, list[Proposal]] = defaultdict(list)
    for one in made:
        by_path[one.path].append(one)
    for those in by_path.values():
        provides = tuple(sorted({name for one in those for name in one.provides}))
        yield replace(those[0], provides=provides, files=sum(one.files for one in those))


def _is_in(path: str, place: str) -> bool:
    return place in {path, "."} or path.startswith(f"{place}/")


def _folder_of(records: list[str]) -> str:
    """The folder of the most records that does not take in everything; a single file where they stand at the top."""
    tops = Counter(path.partition("/")[0] for path in records if "/" in path)
    if not tops:
        return records[0]
    most = max(sorted(tops), key=lambda top: tops[top])
    return posixpath.commonpath([path.rpartition("/")[0] for path in records if path.startswith(f"{most}/")])
