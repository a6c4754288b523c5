"""Bots that propose updates of dependencies: Dependabot's and Renovate's configuration at the places that they read.

Sources: the configuration references of Dependabot (version 2) and of Renovate.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.inspection.repository import Repository, line_of, member
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.patterns import compile_bytes

#: Dependabot's names of ecosystems that are called otherwise here.
_NAMES: Final = {
    "pip": "python", "uv": "python", "conda": "python", "pipenv": "python", "poetry": "python", "bun": "npm",
    "gomod": "go", "opentofu": "terraform",
}  # fmt: skip
#: Renovate's managers by ecosystem.
_MANAGERS: Final = {
    "pip_requirements": "python", "pip_setup": "python", "pipenv": "python", "poetry": "python", "pep621": "python",
    "pip-compile": "python", "gomod": "go", "dockerfile": "docker", "docker-compose": "docker-compose",
    "helmv3": "helm", "helm-values": "helm", "gradle": "gradle", "git-submodules": "gitsubmodule",
    "devcontainer": "devcontainers",
}  # fmt: skip

DEPENDABOT: Final = (".github/dependabot.yml", ".github/dependabot.yaml")
RENOVATE: Final = (
    "renovate.json", "renovate.json5", ".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json",
    ".gitlab/renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5",
)  # fmt: skip
#: Names by which such files are known where no bot reads them.
_LOOKALIKE: Final = re.compile(
    r"(?:^|/)(?:dependabot\.ya?ml|renovate\.json5?|\.renovaterc(?:\.json5?)?|\.dependabot/config\.ya?ml)$"
)
#: At the first level, as everybody indents it; deeper ones are of one rule.
_OFF: Final = compile_bytes(r"(?m)^(?: {1,2}|\t)[\"']?enabled[\"']?[ \t]*:[ \t]*false")
_ENABLED_MANAGERS: Final = compile_bytes(r"[\"']?enabledManagers[\"']?[ \t]*:[ \t]*\[(?P<names>[^\]]{0,600})\]")
_NAME: Final = re.compile(r"[\w.-]{2,40}")
_PACKAGE_KEY: Final = compile_bytes(r"(?m)^  \"renovate\"[ \t]*:")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that an entry names, without slashes around it, and the line that names it."""

    path: str
    line: int | None

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for several folders."""
        return "*" in self.path

    def matches(self, folder: str) -> bool:
        """Whether it names a folder of the tree."""
        if not self.is_pattern:
            return folder == self.path
        parts = [r"[^/]*" if part == "*" else r".*" if part == "**" else re.escape(part) for part in self._parts()]
        return re.fullmatch("".join(parts), folder) is not None

    def _parts(self) -> list[str]:
        return [part for part in re.split(r"(\*\*|\*)", self.path[:300]) if part]


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of package that a bot keeps up to date.

    Attributes:
        path: Of the configuration.
        line: That names the ecosystem.
        ecosystem: As it is called here.
        written: As the bot calls it.
        folders: That it names; none where the bot looks everywhere.
        interval: How often it looks; "" where that is not told.
        off: Why it proposes no new versions; "" where it does.
        off_line: Where that is said.
    """

    path: str
    line: int | None
    ecosystem: str
    written: str
    folders: tuple[Folder, ...]
    interval: str
    off: str = ""
    off_line: int | None = None


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot's configuration.

    Attributes:
        name: Of the bot.
        path: Of the configuration.
        line: That shows that it is one.
        entries: What it keeps up to date.
        finds_all: It finds every kind of package by itself.
        off_line: Where all of it is switched off.
        readable: Whether the configuration could be read.
    """

    name: str
    path: str
    line: int | None
    entries: tuple[Entry, ...] = ()
    finds_all: bool = False
    off_line: int | None = None
    readable: bool = True


def bots(repository: Repository) -> tuple[Bot, ...]:
    """The bots that are configured where they look for it."""
    return (*_dependabot(repository), *_renovate(repository))


def lookalikes(repository: Repository) -> list[str]:
    """Files named like a configuration, in places where no bot reads them."""
    read = {*DEPENDABOT, *RENOVATE}
    return [file.path for file in repository.matching(_LOOKALIKE) if file.path not in read]


def _dependabot(repository: Repository) -> Iterator[Bot]:
    path = next((path for path in DEPENDABOT if repository.file(path)), None)
    if path is None:
        return
    document = repository.document(path, "yaml")
    updates = member(document.data, "updates") if document is not None else None
    if document is None:
        yield Bot("Dependabot", path, 1, readable=False)
        return
    entries = [
        _entry(path, document, index, one)
        for index, one in enumerate(updates if isinstance(updates, list) else [])
        if isinstance(member(one, "package-ecosystem"), str)
    ]
    yield Bot("Dependabot", path, line_of(document, "updates") or 1, tuple(entries))


def _entry(path: str, document: Document, index: int, one: dict[str, Any]) -> Entry:
    at = ("updates", index)
    written = one["package-ecosystem"].strip()
    folders = []
    for key in ("directory", "directories"):
        value = one.get(key)
        for number, each in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(each, str):
                line = line_of(document, *at, key, number) or line_of(document, *at, key)
                folder = each.strip().strip("/").removeprefix("./")
                folders.append(Folder("" if folder == "." else folder, line))
    interval = member(one, "schedule", "interval")
    off = ""
    off_line: int | None = None
    if one.get("open-pull-requests-limit") == 0:
        off, off_line = "it may open no pull requests", line_of(document, *at, "open-pull-requests-limit")
    elif (ignored := _ignores_all(one.get("ignore"))) is not None:
        off, off_line = "it ignores every package", line_of(document, *at, "ignore", ignored, "dependency-name")
    return Entry(
        path,
        line_of(document, *at, "package-ecosystem"),
        _NAMES.get(written, written),
        written,
        tuple(folders),
        interval if isinstance(interval, str) else "",
        off,
        off_line,
    )


def _ignores_all(ignore: Any) -> int | None:
    """The place in the list of what is ignored where everything is."""
    for number, one in enumerate(ignore if isinstance(ignore, list) else []):
        if member(one, "dependency-name") == "*" and not member(one, "update-types") and not member(one, "versions"):
            return number
    return None


def _renovate(repository: Repository) -> Iterator[Bot]:
    path = next((path for path in RENOVATE if repository.file(path)), None)
    text = repository.text(path) if path is not None else None
    line = 1
    if text is None and (text := repository.text("package.json")) is not None:
        # The key stands in the first level of the file, where everybody indents by two.
        first = text.first(_PACKAGE_KEY)
        line = first.line if first is not None else 0
    if text is None or not line:
        return
    # Comments and trailing commas are allowed in it, so the text is searched and not parsed.
    off = text.first(_OFF) if line == 1 else None
    off_line = off.line if off is not None else None
    managers = text.first(_ENABLED_MANAGERS)
    if managers is None:
        yield Bot("Renovate", text.path, line, finds_all=True, off_line=off_line)
        return
    entries = tuple(
        Entry(text.path, managers.line, _MANAGERS.get(name, name), name, (), "")
        for name in _NAME.findall(managers.groups["names"])
    )
    yield Bot("Renovate", text.path, managers.line, entries, off_line=off_line)
