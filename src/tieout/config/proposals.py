"""What in a folder looks like evidence, by name alone: proposals for a new configuration, never declarations."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from tieout.domain.evidence import PathClass
from tieout.domain.paths import classify

#: The parts of a new configuration that a place can be proposed for, and what each is.
PARTS = {
    "gateway": "gateway configuration (LiteLLM)",
    "alerts": "alert rules (Prometheus)",
    "flags": "feature flags (flagd)",
    "settings": "what the gateway is started with (dotenv or INI)",
    "log": "gateway log, a file or folder",
    "results": "evaluation results, a folder",
    "records": "records that people keep, a folder",
}

_DEEPEST = 4
_MOST = 20_000
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
_FILES = {
    "gateway": re.compile(r"(?:.*[-_.])?(?:litellm|gateway)(?:[-_.].*)?\.ya?ml", re.IGNORECASE),
    "alerts": re.compile(r"(?:.*[-_.])?(?:alerts?|alerting)(?:[-_.].*)?\.ya?ml", re.IGNORECASE),
    "flags": re.compile(r"(?:.*[-_.])?(?:flags?|flagd)(?:[-_.].*)?\.(?:json|ya?ml)", re.IGNORECASE),
    "settings": re.compile(r"(?:.*[-_.])?(?:litellm|gateway)(?:[-_.].*)?\.(?:env|ini)", re.IGNORECASE),
}
_FOLDERS = {
    "log": (re.compile(r"(?:gateway[-_])?logs?", re.IGNORECASE), (".jsonl", ".ndjson", ".log", ".gz")),
    "results": (re.compile(r"(?:eval[a-z]*[-_])?results?", re.IGNORECASE), (".json", ".eval")),
    "records": (re.compile(r"(?:ai[-_])?(?:records|governance|compliance)", re.IGNORECASE), (".yaml", ".yml", ".md")),
}
_CARDS = {
    "system_card": re.compile(r"(?:model|system)[-_ ]?card\.(?:md|markdown)", re.IGNORECASE),
    "dataset_card": re.compile(r"(?:dataset|data)[-_ ]?card\.(?:md|markdown)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was found.

    Attributes:
        places: Part -> path from the folder, of those in PARTS that were found.
        cards: Cards that stand in the folder, by artefact.
    """

    places: dict[str, str] = field(default_factory=dict)
    cards: tuple[str, ...] = ()


def propose(folder: Path) -> Proposals:
    """Look through a folder for what usually holds evidence; nothing is opened and no link is followed."""
    places: dict[str, str] = {}
    cards: set[str] = set()
    for path in _live_files(folder):
        above, _, name = path.rpartition("/")
        for part, pattern in _FILES.items():
            if pattern.fullmatch(name):
                places.setdefault(part, path)
        for part, (pattern, endings) in _FOLDERS.items():
            if pattern.fullmatch(above.rpartition("/")[2]) and name.lower().endswith(endings):
                places.setdefault(part, above)
        cards.update(card for card, pattern in _CARDS.items() if pattern.fullmatch(name))
    return Proposals(places, tuple(sorted(cards)))


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
