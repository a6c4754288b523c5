"""Tasks of tox, nox, just, Task, hatch, PDM and Poe the Poet, each as commands with their lines."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tieout.inspection.repository import Repository, member
from tieout.syntax.pipelines.blocks import shell_text
from tieout.syntax.pipelines.model import Command
from tieout.syntax.pipelines.nodes import Node
from tieout.syntax.pipelines.shell import ShellText, commands_of

_NOX_SESSION = re.compile(r"^(?:async\s+)?def\s+(\w+)\s*\(")
_NOX_NAME = re.compile(r"@nox\.session\([^)]{0,200}?name\s*=\s*[\"']([\w\-]+)[\"']")
_NOX_RUN = re.compile(r"\.run(?:_always|_install)?\(\s*(.*)$")
_QUOTED = re.compile(r"\"([^\"]{0,300})\"|'([^']{0,300})'")
_RECIPE = re.compile(r"^@?([A-Za-z_][\w\-]*)(?:\s[^:=]*)?:(?!=)([^#]*)")
_MOST_LINES: Final = 5_000


@dataclass(frozen=True, slots=True)
class TaskCall:
    """A call of tasks: the runner's name, the folder, and the names; no names for the runner's own choice."""

    runner: str
    folder: str
    names: tuple[str, ...]


def task_call(words: Sequence[str], folder: str | None) -> TaskCall | None:
    """Which tasks a command calls; None where it is no runner of tasks."""
    if folder is None or not words:
        return None
    rest = list(words[1:])
    if words[0] in {"tox", "nox"}:
        return TaskCall(words[0], folder, _chosen(rest, {"tox": ("-e", "--env"), "nox": ("-s", "--session")}[words[0]]))
    if words[0] in {"just", "task", "poe"}:
        return TaskCall(words[0], folder, tuple(word for word in rest if not word.startswith("-") and "=" not in word))
    if words[0] in {"hatch", "pdm"} and rest[:1] == ["run"]:
        names = [word for word in rest[1:] if not word.startswith("-")]
        return TaskCall(words[0], folder, tuple(names[:1]))
    return None


def tasks(repository: Repository, call: TaskCall) -> Iterator[tuple[str, Command]]:
    """The commands of the tasks, each with its task's name; none where there is no such task."""
    yield from _READERS[call.runner](repository, call)


def _chosen(words: Sequence[str], options: tuple[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for index, word in enumerate(words):
        name, _, value = word.partition("=")
        if name == "--":
            break
        if name in {*options, f"{options[1]}s"}:
            given = value or (words[index + 1] if index + 1 < len(words) else "")
            found.extend(given.split(","))
    return tuple(name for name in found if name)


def _located(lines: Sequence[str], needle: str) -> int | None:
    """The first 1-based line that holds a text: the format tells none."""
    return next((at + 1 for at, line in enumerate(lines) if needle in line), None)


def _first(repository: Repository, folder: str, names: Sequence[str]) -> str:
    found = (posixpath.join(folder, name) for name in names)
    return next((path for path in found if path in repository.paths), "")


def _commands(path: str, text: str, line: int | None, folder: str) -> Iterator[Command]:
    yield from commands_of(ShellText(path=path, lines=[text], first_line=line, folder=folder, errexit=False))


def _tox(repository: Repository, call: TaskCall) -> Iterator[tuple[str, Command]]:
    for name in ("tox.ini", "setup.cfg"):
        path = posixpath.join(call.folder, name)
        text = repository.text(path) if path in repository.paths else None
        if text is not None:
            yield from _tox_sections(path, text.lines()[:_MOST_LINES], call)


def _tox_sections(path: str, lines: list[str], call: TaskCall) -> Iterator[tuple[str, Command]]:
    section, in_commands = "", False
    for number, line in enumerate(lines, start=1):
        if line.startswith("["):
            section, in_commands = line.strip().strip("[]"), False
        elif line[:1].strip():
            in_commands = bool(re.match(r"commands(?:_pre|_post)?\s*=", line))
        wanted = section == "testenv" or section.removeprefix("testenv:") in call.names or not call.names
        if not in_commands or not section.startswith("testenv") or not wanted:
            continue
        command = re.sub(r"^commands\w*\s*=", "", line).strip()
        ignored = command.startswith("-")
        # A factor (`py311,lint: command`) chooses environments; the command stands after it.
        command = re.sub(r"^[\w!,{}.\-]+:\s+", "", command.lstrip("- ")).replace("{posargs}", "")
        suffix = " || true" if ignored else ""
        for found in _commands(path, command + suffix, number, call.folder) if command else ():
            yield section, found


def _nox(repository: Repository, call: TaskCall) -> Iterator[tuple[str, Command]]:
    path = posixpath.join(call.folder, "noxfile.py")
    text = repository.text(path) if path in repository.paths else None
    session, renamed = "", ""
    for number, line in enumerate(text.lines()[:_MOST_LINES] if text else (), start=1):
        if found := _NOX_NAME.search(line):
            renamed = found[1]
        elif found := _NOX_SESSION.match(line):
            session, renamed = renamed or found[1], ""
        elif (found := _NOX_RUN.search(line)) and (not call.names or session in call.names):
            words = [first or second for first, second in _QUOTED.findall(found[1])]
            for command in _commands(path, " ".join(words), number, call.folder) if words else ():
                yield session, command


def _just(repository: Repository, call: TaskCall) -> Iterator[tuple[str, Command]]:
    path = _first(repository, call.folder, ("justfile", "Justfile", ".justfile"))
    text = repository.text(path) if path else None
    if text is None:
        return
    recipes, needs = _recipes(text.lines()[:_MOST_LINES])
    wanted = list(call.names or list(recipes)[:1])
    seen: set[str] = set()
    while wanted:
        name = wanted.pop(0)
        if name in seen:
            continue
        seen.add(name)
        wanted.extend(needs.get(name, ()))
        for number, line in recipes.get(name, ()):
            for command in _commands(path, line.lstrip("@-"), number, call.folder):
                yield name, command


def _recipes(lines: Sequence[str]) -> tuple[dict[str, list[tuple[int, str]]], dict[str, list[str]]]:
    recipes: dict[str, list[tuple[int, str]]] = {}
    needs: dict[str, list[str]] = {}
    name = ""
    for number, line in enumerate(lines, start=1):
        if line[:1] in {" ", "\t"} and name:
            if line.strip() and not line.strip().startswith("#"):
                recipes[name].append((number, line.strip()))
        elif found := _RECIPE.match(line):
            name = found[1]
            recipes.setdefault(name, [])
            needs[name] = [word for word in found[2].split() if word != "&&"]
        elif line.strip():
            name = ""
    return recipes, needs


def _taskfile(repository: Repository, call: TaskCall) -> Iterator[tuple[str, Command]]:
    path = _first(repository, call.folder, ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml"))
    document = repository.document(path, "yaml") if path else None
    if document is None:
        return
    root = Node(path, document).get("tasks")
    for name in call.names or ("default",):
        task = root.get(name)
        for item in task.get("cmds").items() if task.get("cmds") else task.get("cmd").items():
            node = item.get("cmd") or item
            if node.text():
                for command in commands_of(shell_text(repository, node, folder=call.folder)):
                    yield name, command


def _project(*ways: tuple[str, ...]) -> Callable[[Repository, TaskCall], Iterator[tuple[str, Command]]]:
    """A reader of tasks in pyproject.toml, under one of some tables."""

    def read(repository: Repository, call: TaskCall) -> Iterator[tuple[str, Command]]:
        path = posixpath.join(call.folder, "pyproject.toml")
        document = repository.document(path, "toml") if path in repository.paths else None
        text = repository.text(path)
        if document is None or text is None:
            return
        lines = text.lines()
        for way in ways:
            for name in call.names:
                for written in _written(member(document.data, *way, name.rpartition(":")[2])):
                    line = _located(lines, written.split("\n")[0][:60])
                    for command in _commands(path, written, line, call.folder):
                        yield name, command

    return read


def _written(task: Any) -> Iterator[str]:
    if isinstance(task, str):
        yield task
    elif isinstance(task, list):
        for item in task:
            yield from _written(item)
    elif isinstance(task, Mapping):
        for key in ("cmd", "shell", "sequence", "composite"):
            yield from _written(task.get(key))


_READERS: Final[Mapping[str, Callable[[Repository, TaskCall], Iterator[tuple[str, Command]]]]] = {
    "tox": _tox,
    "nox": _nox,
    "just": _just,
    "task": _taskfile,
    "poe": _project(("tool", "poe", "tasks")),
    "pdm": _project(("tool", "pdm", "scripts")),
    "hatch": _project(("tool", "hatch", "envs", "default", "scripts"), ("tool", "hatch", "envs", "test", "scripts")),
}
