"""Scripts of package.json files, and which of them a call of npm, pnpm, yarn, bun or turbo means."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.inspection.repository import File, Repository
from tieout.syntax.pipelines.model import Command
from tieout.syntax.pipelines.nodes import Node
from tieout.syntax.pipelines.shell import ShellText, commands_of, joined

_MANIFEST = re.compile(r"(?:\A|/)package\.json\Z")
_MANAGERS: Final = frozenset({"npm", "pnpm", "yarn", "bun"})
_RUN: Final = frozenset({"run", "run-script", "rum"})
#: Verbs that are scripts by themselves.
_SHORT: Final = {"test": "test", "t": "test", "tst": "test", "start": "start", "stop": "stop"}
#: Verbs of the managers, that are neither scripts nor programs.
_VERBS: Final = frozenset({
    "add", "audit", "build-pack", "cache", "ci", "config", "create", "dedupe", "exec", "dlx", "fetch", "i", "import",
    "init", "install", "licenses", "link", "list", "login", "ls", "outdated", "pack", "prune", "publish", "rebuild",
    "remove", "root", "set", "store", "sbom", "unlink", "up", "update", "upgrade", "version", "view", "why", "x",
    "pkg", "whoami", "dist-tag", "npm", "node", "plugin", "workspace", "workspaces", "deploy",
})  # fmt: skip
_FOLDER_OPTIONS: Final = frozenset({"--prefix", "-C", "--dir", "--cwd"})
_FILTER_OPTIONS: Final = frozenset({"--filter", "-F", "--workspace", "-w"})
_EVERYWHERE: Final = frozenset({"-r", "--recursive", "--workspaces", "-ws", "--ws"})
_VALUED: Final = frozenset({"--concurrency", "--loglevel", "--reporter", "--cache-dir", "--env-mode"})
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """A call of scripts.

    Attributes:
        names: Of the scripts.
        folder: Where it looks for the package; None where it is not known.
        packages: Names, or folders that begin with "./"; empty for the folder alone.
        everywhere: In every package.
        rest: What stands after the manager, where the name may be a program's instead.
    """

    names: tuple[str, ...]
    folder: str | None
    packages: tuple[str, ...] = ()
    everywhere: bool = False
    rest: tuple[str, ...] = ()


def script_call(words: Sequence[str], folder: str | None) -> ScriptCall | None:
    """Which scripts a command calls; None where it calls none."""
    if words[0] not in _MANAGERS:
        return _everywhere(words, folder)
    asked = _Options(folder)
    rest = asked.read(words[1:])
    if rest[:1] == ["workspace"] and len(rest) > 1:
        asked.packages.append(rest[1])
        rest = rest[2:]
    if not rest or (rest[0] in _VERBS and rest[0] not in _RUN):
        return None
    name = _SHORT.get(rest[0], rest[0])
    if rest[0] in _RUN:
        after = asked.read(rest[1:])
        if not after:
            return None
        name, rest = after[0], []
    elif words[0] == "npm" and rest[0] not in _SHORT:
        return None
    return ScriptCall((name,), asked.folder, tuple(asked.packages), asked.everywhere, tuple(rest))


def _everywhere(words: Sequence[str], folder: str | None) -> ScriptCall | None:
    """A call of what runs a script in every package."""
    if words[0] in {"turbo", "lerna"} and len(words) > 1:
        names = tuple(word for word in words[1:] if not word.startswith("-") and word != "run")
        return ScriptCall(names[:8], folder, everywhere=True)
    return ScriptCall(_nx_targets(words[1:]), folder, everywhere=True) if words[0] == "nx" else None


def _nx_targets(words: Sequence[str]) -> tuple[str, ...]:
    """Targets of a call of Nx: behind an option, behind a project's name, or by themselves."""
    for index, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in {"-t", "--target", "--targets"}:
            return tuple((value or "".join(words[index + 1 : index + 2])).split(","))
    plain = [word for word in words if not word.startswith("-")]
    if plain[:1] == ["run"]:
        return tuple(word.rpartition(":")[2] for word in plain[1:2])
    return tuple(plain[:1])


def package_program(words: Sequence[str]) -> tuple[str, ...]:
    """What a manager executes by `exec` or `dlx` behind its options; empty where it does not."""
    if not words or words[0] not in _MANAGERS:
        return ()
    rest = _Options("").read(words[1:])
    return tuple(rest[1:]) if rest[:1] in (["exec"], ["dlx"]) else ()


def scripts(repository: Repository, call: ScriptCall) -> Iterator[tuple[str, Command]]:
    """The commands of the scripts that a call means, each with the script's name; none where there is none."""
    for path in _manifests(repository, call):
        document = repository.document(path, "json")
        if document is None:
            continue
        given = Node(path, document).get("scripts")
        for name in call.names:
            for full in (f"pre{name}", name, f"post{name}"):
                node = given.get(full)
                if not node.text() or not given.get(name).text():
                    continue
                text = ShellText(
                    path=path,
                    lines=node.text().split("\n"),
                    first_line=node.line,
                    errexit=False,
                    folder=path.rpartition("/")[0],
                )
                for command in commands_of(text):
                    yield full, command


def is_script(repository: Repository, call: ScriptCall) -> bool:
    """Whether a package really has a script of the name."""
    return next(scripts(repository, call), None) is not None


class _Options:
    def __init__(self, folder: str | None) -> None:
        self.folder = folder
        self.packages: list[str] = []
        self.everywhere = False

    def read(self, words: Sequence[str]) -> list[str]:
        """What stands after the options at the head."""
        at = 0
        while at < len(words) and words[at].startswith("-") and words[at] != "--":
            name, _, value = words[at].partition("=")
            takes = name in _FOLDER_OPTIONS | _FILTER_OPTIONS | _VALUED and not value
            if takes:
                at += 1
                value = words[at] if at < len(words) else ""
            self._obey(name, value)
            at += 1
        return [word for word in words[at:] if word != "--"]

    def _obey(self, name: str, value: str) -> None:
        if name in _FOLDER_OPTIONS:
            self.folder = joined(self.folder, value)
        elif name in _FILTER_OPTIONS and value:
            self.packages.append(value.removesuffix("..."))
        elif name in _EVERYWHERE:
            self.everywhere = True


def _manifests(repository: Repository, call: ScriptCall) -> list[str]:
    if not call.everywhere and not call.packages:
        path = posixpath.join(call.folder, "package.json") if call.folder is not None else ""
        return [path] if path in repository.paths else []
    found = [file for file in repository.matching(_MANIFEST) if file.is_own][:_MOST]
    if call.everywhere:
        return [file.path for file in found]
    return [file.path for file in found if _is_one_of(repository, file, call)]


def _is_one_of(repository: Repository, file: File, call: ScriptCall) -> bool:
    for package in call.packages:
        if package.startswith(("./", "/")) or package == file.folder:
            if posixpath.normpath(package.lstrip("/")) == file.folder:
                return True
            continue
        document = repository.document(file.path, "json")
        name = Node(file.path, document).get("name").text() if document is not None else ""
        if name and package in {name, name.rpartition("/")[2]}:
            return True
    return False
