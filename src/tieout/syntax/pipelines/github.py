"""Workflows and composite actions of GitHub Actions, as its workflow syntax describes them."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tieout.syntax.pipelines.blocks import shell_text
from tieout.syntax.pipelines.files import Files
from tieout.syntax.pipelines.matrix import github_cells, github_names, no_cell
from tieout.syntax.pipelines.model import (
    Command,
    Condition,
    Environment,
    Job,
    Permissions,
    Soft,
    Spot,
    Step,
    Trigger,
    Workflow,
)
from tieout.syntax.pipelines.nodes import Node
from tieout.syntax.pipelines.shell import commands_of, joined
from tieout.syntax.pipelines.shell_flow import is_reading_only

_WORKFLOW = re.compile(r"\A\.github/workflows/[^/]+\.ya?ml\Z")
#: More workflows than anybody keeps are left out.
_MOST: Final = 400
#: Shells whose text is a program of another language.
_OTHER_SHELLS: Final = ("python", "node", "perl", "ruby")
_SHELLS: Final = frozenset({"bash", "sh", "dash", "zsh"})
#: Programs that are no shell, and to whom a file of commands is text or nothing.
_NO_SHELLS: Final = frozenset({
    ":", "cat", "echo", "false", "file", "head", "less", "ls", "printf", "rm", "stat", "tail", "tee", "test", "touch",
    "true", "wc",
})  # fmt: skip
#: Patterns that together match every name.
_ALL: Final = (frozenset({"**"}), frozenset({"*", "**/*"}), frozenset({"*", "*/**"}))
_DYNAMIC: Final = "${{"
_OF_MATRIX = re.compile(r"\$\{\{\s*matrix\.([\w\-.]+)\s*\}\}")
_MOST_OF_MATRIX: Final = 20


def workflows(files: Files) -> Iterator[Workflow]:
    """Every workflow that the forge would read, sorted by path; what cannot be parsed is told."""
    for path in sorted(filter(_WORKFLOW.match, files.paths))[:_MOST]:
        document = files.document(path, "yaml")
        if document is not None and isinstance(document.data, dict):
            yield workflow_of(files, Node(path, document))


def local_action(files: Files, folder: str) -> Workflow | None:
    """The composite action of a folder, as a workflow of one job; None where there is none."""
    path = next(
        (
            candidate
            for name in ("action.yml", "action.yaml")
            if (candidate := posixpath.join(folder, name)) in files.paths
        ),
        None,
    )
    document = files.document(path, "yaml") if path else None
    if path is None or document is None or not isinstance(document.data, dict):
        return None
    root = Node(path, document)
    runs = root.get("runs")
    job = Job(id="", name=root.get("name").text(), spot=runs.spot, steps=_steps(files, runs, _Defaults("", "")))
    return Workflow("action", path, root.get("name").text() or folder, (), (job,))


@dataclass(frozen=True, slots=True)
class _Defaults:
    shell: str
    folder: str | None

    def below(self, node: Node) -> "_Defaults":
        """These, unless `defaults.run` of a workflow or job says something else."""
        run = node.get("defaults").get("run")
        folder = run.get("working-directory").text()
        return _Defaults(run.get("shell").text() or self.shell, joined("", folder) if folder else self.folder)


def workflow_of(files: Files, root: Node) -> Workflow:
    """The workflow that a document is."""
    defaults = _Defaults("", "").below(root)
    env = root.get("env").values()
    asked = [root.get("on").get(event).get("inputs") for event in ("workflow_dispatch", "workflow_call")]
    inputs = {name: node for given in asked for name, node in given.members()}
    triggers = tuple(_triggers(root.get("on")))
    return Workflow(
        kind="github",
        path=root.path,
        name=root.get("name").text() or root.path.rpartition("/")[2],
        triggers=tuple(trigger for trigger in triggers if not trigger.idle),
        idle_triggers=tuple(trigger for trigger in triggers if trigger.idle),
        jobs=tuple(_job(files, key, node, defaults, env) for key, node in root.get("jobs").members()),
        permissions=_permissions(root),
        inputs={name: node.get("options").texts() for name, node in inputs.items()},
        input_spots={name: node.spot for name, node in inputs.items()},
    )


def _idle(event: str, node: Node) -> bool:
    """Whether an event can start nothing: filters that let no branch or path through, a schedule without a time.

    GitHub's "Workflow syntax": a pattern with `!` takes away from those before it; who names only branches gets no
    tags, and the other way round.
    """
    if event == "schedule":
        return not any(item.get("cron").text() for item in node.items())
    refs = ("branches", "tags") if event == "push" else ("branches",)
    named = [key for key in refs if node.get(key) or node.get(f"{key}-ignore")]
    return (bool(named) and all(_lets_none(node, key) for key in named)) or _lets_none(node, "paths")


def _lets_none(node: Node, key: str) -> bool:
    """Whether patterns match nothing: all of what they take in is left out again."""
    if _takes_all(node.get(f"{key}-ignore").texts()):
        return True
    patterns = node.get(key).texts()
    last = max((at for at, pattern in enumerate(patterns) if not pattern.startswith("!")), default=-1)
    return bool(patterns) and (last < 0 or _takes_all(pattern[1:] for pattern in patterns[last + 1 :]))


def _takes_all(patterns: Iterable[str]) -> bool:
    given = set(patterns)
    return any(all_of <= given for all_of in _ALL)


def _triggers(on: Node) -> Iterator[Trigger]:
    for item in on.items():
        yield Trigger(item.text(), item.spot)
    for event, node in on.members():
        yield Trigger(
            event=event,
            spot=node.spot,
            branches=_patterns(node, "branches"),
            tags=_patterns(node, "tags"),
            paths=_patterns(node, "paths"),
            types=node.get("types").texts(),
            crons=tuple(item.get("cron").text() for item in node.items()) if event == "schedule" else (),
            workflows=node.get("workflows").texts(),
            path_spots=(*((node.get("paths").spot,) if node.get("paths") else ()), *_spots(node.get("paths"))),
            tag_spots=_spots(node.get("tags")),
            branch_spots=_spots(node.get("branches")),
            idle=_idle(event, node),
        )


def _patterns(node: Node, key: str) -> tuple[str, ...]:
    return (*node.get(key).texts(), *(f"!{pattern}" for pattern in node.get(f"{key}-ignore").texts()))


def _spots(node: Node) -> tuple[Spot, ...]:
    return tuple(item.spot for item in node.items() if item.spot.line is not None)


def _permissions(node: Node) -> Permissions | None:
    given = node.get("permissions")
    if not isinstance(given.data, dict | str):
        return None
    return Permissions(given.spot, given.text(), given.values(), given.lines())


def _condition(node: Node) -> Condition | None:
    given = node.get("if")
    return Condition(given.text().strip(), given.spot) if given else None


def _soft(node: Node) -> Soft | None:
    given = node.get("continue-on-error")
    text = given.text().strip()
    if text in {"", "false"}:
        return None
    return Soft("`continue-on-error` is set", given.spot, certain=_DYNAMIC not in text)


def _environment(node: Node) -> Environment | None:
    given = node.get("environment")
    name = given.get("name").text() or given.text()
    return Environment(name, given.get("name").spot if given.get("name") else given.spot) if name else None


def _job(files: Files, key: str, node: Node, defaults: _Defaults, env: dict[str, str]) -> Job:
    container = node.get("container")
    return Job(
        id=key,
        name=node.get("name").text() or key,
        spot=node.spot,
        needs=node.get("needs").texts(),
        condition=_condition(node),
        environment=_environment(node),
        permissions=_permissions(node),
        soft=_soft(node),
        steps=_steps(files, node, defaults.below(node)),
        uses=node.get("uses").text(),
        uses_spot=node.get("uses").spot,
        inputs=node.get("with").values(),
        secrets=node.get("secrets").values() or ({"*": "inherit"} if node.get("secrets").text() == "inherit" else {}),
        env={**env, **node.get("env").values()},
        image=container.get("image").text() or container.text(),
        checks=github_names(node.get("name").text() or key, github_cells(node)),
        matrix=bool(node.get("strategy").get("matrix")),
        no_cell=no_cell(node),
    )


def _steps(files: Files, node: Node, defaults: _Defaults) -> tuple[Step, ...]:
    seen = _Seen(defaults, _own_checkouts(node), _matrix(node))
    return tuple(_step(files, item, seen) for item in node.get("steps").items())


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a step sees of its job: defaults, folders of own checkouts, and values of the matrix."""

    defaults: _Defaults
    own: tuple[str, ...]
    matrix: Mapping[str, tuple[Node, ...]]


def _matrix(node: Node) -> dict[str, tuple[Node, ...]]:
    """Plain values of a job's matrix by their names (`task.run` for a member of one), those of `include` too."""
    found: dict[str, dict[str, Node]] = {}
    matrix = node.get("strategy").get("matrix")
    for name, values in matrix.members():
        if name not in {"include", "exclude"}:
            for value in values.items():
                _put(found, name, value)
    for item in matrix.get("include").items():
        for name, value in item.members():
            _put(found, name, value)
    return {name: tuple(values.values())[:_MOST_OF_MATRIX] for name, values in found.items()}


def _put(found: dict[str, dict[str, Node]], name: str, value: Node) -> None:
    """Keep a value of the matrix, and of one that is a mapping its members; each text once."""
    if isinstance(value.data, dict):
        for key, member in value.members():
            if not isinstance(member.data, dict | list) and member:
                found.setdefault(f"{name}.{key}", {}).setdefault(member.text(), member)
    elif not isinstance(value.data, list) and value:
        found.setdefault(name, {}).setdefault(value.text(), value)


def _own_checkouts(node: Node) -> tuple[str, ...]:
    """Folders into which this repository itself is checked out."""
    found = []
    for item in node.get("steps").items():
        given = item.get("with")
        is_own = not given.get("repository") or "github.repository" in given.get("repository").text()
        if item.get("uses").text().startswith("actions/checkout@") and is_own and given.get("path"):
            found.append(posixpath.normpath(given.get("path").text()))
    return tuple(found)


def _step(files: Files, node: Node, seen: _Seen) -> Step:
    run = node.get("run")
    uses = node.get("uses")
    return Step(
        spot=node.spot,
        id=node.get("id").text(),
        name=node.get("name").text(),
        uses=uses.text(),
        uses_spot=uses.spot if uses else run.spot,
        inputs=node.get("with").values(),
        input_lines=node.get("with").lines(),
        env=node.get("env").values(),
        env_lines=node.get("env").lines(),
        condition=_condition(node),
        soft=_soft(node),
        run=run.text(),
        commands=_commands(files, node, seen) if run else (),
    )


def _commands(files: Files, node: Node, seen: _Seen) -> tuple[Command, ...]:
    shell = node.get("shell").text() or seen.defaults.shell
    if shell.startswith(_OTHER_SHELLS) or _only_reads(shell):  # what stands there is no program, or is not run
        return ()
    given = node.get("working-directory").text()
    folder = joined("", given) if given else seen.defaults.folder
    text = shell_text(files, node.get("run"), shell=shell, folder=folder, alone=True)
    found = []
    for command in commands_of(text):
        whole = _OF_MATRIX.fullmatch(command.text.strip())
        if whole is not None and whole[1] in seen.matrix:  # the matrix holds the shell text itself
            for value in seen.matrix[whole[1]]:
                inner = commands_of(shell_text(files, value, shell=shell, folder=command.folder or ""))
                found += [replace(one, softs=(*one.softs, *command.softs)) for one in inner]
        else:
            found += _spread(command, seen.matrix)
    return tuple(_inside(command, seen.own) for command in found)


def _only_reads(shell: str) -> bool:
    name, *options = shell.split()[:12] or [""]
    plain = name.rpartition("/")[2]
    return plain in _NO_SHELLS or (plain in _SHELLS and is_reading_only(options))


def _spread(command: Command, matrix: Mapping[str, tuple[Node, ...]]) -> Iterator[Command]:
    """A command once for each value of the matrix that it names; as it is where it names none, or none is plain."""
    name = next((found for found in _OF_MATRIX.findall(command.text) if matrix.get(found)), None)
    if name is None:
        yield command
        return
    for value in (node.text() for node in matrix[name]):
        words = tuple(part for word in command.words for part in _with_value(word, name, value))
        if words:
            yield replace(command, words=words, text=" ".join(words))


def _with_value(word: str, name: str, value: str) -> list[str]:
    """A word with a value of the matrix in it, as the words that this makes; another word as it is."""
    parts = _OF_MATRIX.split(word)  # texts and names in turn
    if name not in parts[1::2]:
        return [word]
    filled = (value if part == name and at % 2 else part for at, part in enumerate(parts))
    return "".join(filled).split()


def _inside(command: Command, own: tuple[str, ...]) -> Command:
    """A command whose folder is seen from the root of the repository, not from the runner's workspace."""
    for checkout in own:
        if command.folder is not None and (command.folder == checkout or command.folder.startswith(f"{checkout}/")):
            folder = command.folder[len(checkout) + 1 :]
            return Command(command.spot, command.words, command.text, command.env, folder, command.softs)
    return command
