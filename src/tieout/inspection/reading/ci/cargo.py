"""Aliases of Cargo and tasks of cargo-make, each as commands with their lines.

The configuration of Cargo lies in `.cargo/` of a folder and of those above it, the nearest first (The Cargo Book,
Configuration); an alias of the name of a command of Cargo's own is not used.
"""

import posixpath
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tieout.inspection.reading.toml_lines import key_line
from tieout.inspection.repository import Repository, member
from tieout.syntax.pipelines.model import Command, Spot
from tieout.syntax.pipelines.shell import ShellText, commands_of

_CONFIGURATION: Final = (".cargo/config.toml", ".cargo/config")
_MAKEFILE: Final = "Makefile.toml"
#: Commands that Cargo has itself, and so no alias stands for; and their short forms.
_OWN: Final = frozenset({
    "add", "b", "bench", "build", "c", "check", "clean", "clippy", "config", "d", "doc", "fetch", "fix", "fmt",
    "generate-lockfile", "help", "info", "init", "install", "locate-project", "login", "logout", "metadata", "miri",
    "new", "owner", "package", "pkgid", "publish", "r", "remove", "report", "rm", "run", "rustc", "rustdoc", "search",
    "t", "test", "tree", "uninstall", "update", "vendor", "verify-project", "version", "yank",
})  # fmt: skip
_VALUED: Final = frozenset({"--config", "-Z", "-C", "--color", "--manifest-path"})
_MOST_TASKS: Final = 60


def cargo_called(repository: Repository, words: Sequence[str], folder: str | None) -> Iterator[Command]:
    """The commands that a call of Cargo stands for: those of an alias, or of tasks of cargo-make.

    Args:
        repository: The commit.
        words: The command, `cargo` first.
        folder: Where it runs; None where that is not known.
    """
    rest = _past_options(words[1:])
    if folder is None or not rest or words[0] != "cargo":
        return
    if rest[0] == "make":
        yield from _tasks(repository, folder, rest[1:])
    elif rest[0] not in _OWN:
        yield from _alias(repository, folder, rest)


def _past_options(words: Sequence[str]) -> list[str]:
    """What stands after the toolchain and the options before the name of the command."""
    at = 0
    while at < len(words) and words[at].startswith(("-", "+")):
        at += 2 if words[at] in _VALUED else 1
    return list(words[at:])


def _alias(repository: Repository, folder: str, rest: Sequence[str]) -> Iterator[Command]:
    for above in _upwards(folder):
        for name in _CONFIGURATION:
            path = posixpath.join(above, name)
            document = repository.document(path, "toml") if path in repository.paths else None
            meant = _words(member(document.data, "alias", rest[0])) if document is not None else []
            text = repository.text(path) if meant else None
            if meant and text is not None:
                words = ("cargo", *meant, *rest[1:])
                yield Command(Spot(path, key_line(text, "alias", rest[0])), words, " ".join(words), {}, folder)
                return


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _words(value: Any) -> list[str]:
    """An alias is written as one text or as a list of words."""
    if isinstance(value, str):
        return value.split()
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _tasks(repository: Repository, folder: str, words: Sequence[str]) -> Iterator[Command]:
    """Tasks of cargo-make that a call names, with those that they depend on first."""
    path = posixpath.join(folder, _MAKEFILE)
    document = repository.document(path, "toml") if path in repository.paths else None
    text = repository.text(path)
    tasks = member(document.data, "tasks") if document is not None else None
    if text is None or not isinstance(tasks, dict):
        return
    named = [word for word in words if not word.startswith("-") and "=" not in word][:1]
    for name in _needed(tasks, named or ["default"]):
        task = tasks[name]
        where = f"tasks.{name}"
        for key in ("command", "script"):
            given = _words_of(task, key)
            spot = Spot(path, key_line(text, where, key))
            if given:
                yield from commands_of(ShellText(spot.path, given, spot.line, folder=folder, errexit=False))


def _needed(tasks: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    found: list[str] = []
    wanted = list(names)
    while wanted and len(found) < _MOST_TASKS:
        name = wanted.pop(0)
        if name in found or not isinstance(tasks.get(name), dict):
            continue
        found.insert(0, name)
        needs = tasks[name].get("dependencies")
        wanted += [one for one in needs if isinstance(one, str)] if isinstance(needs, list) else []
    return found


def _words_of(task: Mapping[str, Any], key: str) -> list[str]:
    """The lines of a shell text that a task runs."""
    value = task.get(key)
    if key == "command" and isinstance(value, str):
        return [shlex.join([value, *_words(task.get("args"))])]
    if isinstance(value, str):
        return value.split("\n")
    return [line for line in value if isinstance(line, str)] if key == "script" and isinstance(value, list) else []
