"""What in a folder looks like evidence, for a new configuration: configuration by what it holds, the rest by name."""

import os
import posixpath
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tieout.collectors.config.container_signs import of_containers
from tieout.collectors.config.products import Told, told_by
from tieout.config.kinds import RECORDS
from tieout.config.template import PARTS
from tieout.domain.evidence import PathClass
from tieout.domain.paths import classify
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.files import FolderView
from tieout.kernel.reading.text import display_path
from tieout.pipeline.target import Target
from tieout.syntax.container_files import is_dockerfile

_DEEPEST = 4
_MOST = 20_000
#: Larger files are no configuration that people write; and no more than so much is read in all.
_LARGEST = 1_000_000
_MOST_BYTES = 100_000_000
_PASSED_OVER = frozenset(
    {
        *("pycache__", "build", "dist", "target"),  # made
        *("bower_components", "dist-packages", "node_modules", "site-packages", "venv", "virtualenv"),  # installed
        *("extern", "external", "third-party", "third_party", "thirdparty", "vendor", "vendored"),  # copied in
    }
)
_INSTALLED = (".dist-info", ".egg-info", ".egg")
#: A folder that holds one of these is a package with its data, an environment, or a repository of its own.
_OF_ANOTHER = frozenset({"__init__.py", "pyvenv.cfg", ".git"})
#: Part -> what a file configures that is proposed for it, and the names that come first among several.
_BY_CONTENT = {
    "gateway": ("gateway_config", re.compile(r"(?:.*[-_.])?(?:litellm|gateway)(?:[-_.].*)?", re.IGNORECASE)),
    "alerts": ("alert_rules", re.compile(r"(?:.*[-_.])?(?:alerts?|alerting)(?:[-_.].*)?", re.IGNORECASE)),
    "flags": ("flag_config", re.compile(r"(?:.*[-_.])?(?:flags?|flagd)(?:[-_.].*)?", re.IGNORECASE)),
    "containers": ("container_config", re.compile(r"(?:.*[-_.])?(?:deployment|compose)(?:[-_.].*)?", re.IGNORECASE)),
}
#: Several files of these parts below one folder are proposed as the folder: each holds some of the rules.
_WHOLE_FOLDERS = frozenset({"alerts", "containers"})
#: Formats whose objects say together what a gateway does, in as many files as people like.
_OF_SEVERAL_FILES = frozenset({"envoy-ai-gateway", "kong"})
_CONFIGURATION = (".yaml", ".yml", ".json", ".toml")
_SETTINGS = re.compile(r"(?:.*[-_.])?(?:litellm|gateway)(?:[-_.].*)?\.(?:env|ini)", re.IGNORECASE)
_FOLDERS = {
    "log": (re.compile(r"(?:gateway[-_])?logs?", re.IGNORECASE), (".jsonl", ".ndjson", ".log", ".gz")),
    "results": (re.compile(r"(?:eval[a-z]*[-_])?results?", re.IGNORECASE), (".json", ".eval")),
    "records": (re.compile(r"(?:ai[-_])?(?:records|governance|compliance)", re.IGNORECASE), (".yaml", ".yml", ".md")),
}
#: A record says which it is in a line of its own, near its top; cards are the git source's.
_RECORD = re.compile(
    rf"""^\s*["']?artefact["']?\s*:\s*["']?(?!system_card|dataset_card)(?:{"|".join(RECORDS)})\b""".encode(),
    re.MULTILINE,
)
_RECORDS = (".yaml", ".yml", ".json", ".md", ".markdown")
_TOP = 4_000
_CARDS = {
    "system_card": re.compile(r"(?:model|system)[-_ ]?card\.(?:md|markdown)", re.IGNORECASE),
    "dataset_card": re.compile(r"(?:dataset|data)[-_ ]?card\.(?:md|markdown)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was found; each path is relative to the folder.

    Attributes:
        places: Part -> path of what can be read (parts: `template.PARTS`).
        cards: Cards that stand in the folder, by artefact.
        others: Part -> further files of the same kind.
        unread: Path of a gateway's configuration that this version does not read -> whose it is.
        formats: Path among the places -> the format that reads it; empty for a folder of several.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    cards: tuple[str, ...] = ()
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)


def propose(folder: Path) -> Proposals:
    """Look through a folder for what usually holds evidence; no link is followed, and no setting's value is read."""
    places: dict[str, str] = {}
    cards: set[str] = set()
    files = _live_files(folder)
    for path in files:
        above, _, name = path.rpartition("/")
        if _SETTINGS.fullmatch(name):
            places.setdefault("settings", path)
        for part, (pattern, endings) in _FOLDERS.items():
            if pattern.fullmatch(above.rpartition("/")[2]) and name.lower().endswith(endings):
                places.setdefault(part, above)
        cards.update(card for card, pattern in _CARDS.items() if pattern.fullmatch(name))
    told, records = _looked_at(folder, files)
    if records:
        places["records"] = _folder_of(records)
    others: dict[str, tuple[str, ...]] = {}
    formats: dict[str, str] = {}
    for part, (artefact, usual) in _BY_CONTENT.items():
        found = {path: what.format for path, what in told.items() if what.artefact == artefact and what.format}
        if found:
            whole = part in _WHOLE_FOLDERS or set(found.values()) <= _OF_SEVERAL_FILES
            places[part], others[part] = _proposed(list(found), usual, whole=whole)
            first, *several = sorted(set(found.values()))
            formats[places[part]] = found.get(places[part], "" if several else first)
    unread = {path: what.product for path, what in told.items() if what.format is None}
    rest = {part: paths for part, paths in others.items() if paths}
    return Proposals(places, tuple(sorted(cards)), rest, unread, formats)


def read_told(path: Path) -> Told | None:
    """What one file of configuration is by what it holds; None where that cannot be told."""
    try:
        return told_by(path.name, FolderView(path, path.name).read(path.name, max_bytes=_LARGEST))
    except UnreadableError:
        return None


def undeclared(target: Target) -> tuple[str, ...]:
    """Notes of what in the assessed repository looks like evidence of a kind that no source reads."""
    given = target.config.sources
    here = next((source.path for source in given if source.name == target.config.assessed_repository), ".")
    kinds = {source.kind for source in given}
    declared = {name for source in given for name in source.declared}
    found = propose(target.folder / here)
    wanted = {part: artefact in declared for part, (artefact, _) in _BY_CONTENT.items()}
    wanted |= {"settings": "runtime_settings" in declared, "log": "log" in kinds}
    wanted |= {"results": "results" in kinds, "records": "records" in kinds}
    return tuple(
        f"{display_path(place)} looks like {_named(part)}, and no source reads any: name it under `sources`"
        for part, place in found.places.items()
        if not wanted[part]
    )


def _named(part: str) -> str:
    return re.split(r" \(|,", PARTS[part], maxsplit=1)[0]


def _looked_at(folder: Path, files: list[str]) -> tuple[dict[str, Told], list[str]]:
    """What each file of configuration is, of those that are known; and the files that say which record they are."""
    told: dict[str, Told] = {}
    records: list[str] = []
    left = _MOST_BYTES
    try:
        view = FolderView(folder, ".")
    except UnreadableError:
        return told, records
    for path in files:
        if not (path.lower().endswith((*_CONFIGURATION, *_RECORDS)) or is_dockerfile(path)) or left <= 0:
            continue
        try:
            data = view.read(path, max_bytes=_LARGEST)
        except UnreadableError:
            continue  # too large, a link, or gone: it is not proposed
        left -= len(data)
        if path.lower().endswith(_RECORDS) and _RECORD.search(data[:_TOP]):
            records.append(path)
        elif (what := told_by(path, data) or of_containers(path, data)) is not None:
            told[path] = what
    return told, records


def _proposed(found: list[str], usual: re.Pattern[str], *, whole: bool) -> tuple[str, tuple[str, ...]]:
    """The path to propose, and the further files that it does not take in."""
    common = posixpath.commonpath([path.rpartition("/")[0] for path in found])
    if whole and common and len(found) > 1:
        return common, ()
    first = min(found, key=lambda path: (not usual.fullmatch(_stem(path)), path.count("/"), path))
    return first, tuple(path for path in found if path != first)


def _folder_of(records: list[str]) -> str:
    """The folder of the most records that does not take in everything; a single file where they stand at the top."""
    tops = Counter(path.partition("/")[0] for path in records if "/" in path)
    if not tops:
        return records[0]
    most = max(sorted(tops), key=lambda top: tops[top])
    return posixpath.commonpath([path.rpartition("/")[0] for path in records if path.startswith(f"{most}/")])


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _live_files(folder: Path) -> list[str]:
    """Paths that are no example, template, test, documentation or data of a package; what is higher up comes first."""
    found: list[str] = []
    for above, folders, names in os.walk(folder, followlinks=False):
        relative = Path(above).relative_to(folder).as_posix()
        prefix = "" if relative == "." else f"{relative}/"
        if prefix and not _OF_ANOTHER.isdisjoint({*folders, *names}):
            folders.clear()
            continue
        deep = prefix.count("/") >= _DEEPEST
        folders[:] = [] if deep else sorted(filter(_is_entered, folders))
        found += [prefix + name for name in names if classify(prefix + name) is PathClass.LIVE]
        if len(found) > _MOST:
            break
    printable = [path for path in found if path.isprintable()]
    return sorted(printable, key=lambda path: (path.count("/"), path))


def _is_entered(name: str) -> bool:
    plain = name.lower().lstrip("_")
    return name[0] != "." and plain not in _PASSED_OVER and not plain.endswith(_INSTALLED)
