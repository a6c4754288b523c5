"""From a command to what it really runs: make targets, package scripts, tasks, hooks of pre-commit, local scripts."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tieout.inspection.reading.ci.cargo import cargo_called
from tieout.inspection.reading.ci.hooks import CONFIGURATION, Hook, hooks, named_hooks
from tieout.inspection.reading.ci.makefiles import Makefile, makefile
from tieout.inspection.reading.ci.packages import is_script, package_program, script_call, scripts
from tieout.inspection.reading.ci.tasks import task_call, tasks
from tieout.inspection.repository import Repository
from tieout.syntax.pipelines.model import Command, Soft, Spot
from tieout.syntax.pipelines.programs import program_of, shell_argument
from tieout.syntax.pipelines.shell import ShellText, commands_of, joined
from tieout.syntax.pipelines.shell_flow import is_reading_only

_DEEPEST: Final = 6
_MOST: Final = 3_000
_MOST_ALTOGETHER: Final = 100_000
_SHELLS: Final = frozenset({"bash", "sh", "zsh", "dash", "source", "."})
_SHEBANG = re.compile(r"^#!\s*\S*/(?:env\s+)?(?:ba|z|da)?sh(?:\s+-\w*e)?")
_MAKES: Final = frozenset({"make", "gmake"})


@dataclass(frozen=True, slots=True)
class Found:
    """A command or hook, with the way to it.

    Attributes:
        what: "command" or "hook".
        words: The program and its arguments; a hook's are its repository and its id.
        text: As written.
        spot: Where it stands.
        via: From where it is called, the nearest first.
        softs: Why its failure is ignored on the way.
        inputs: Arguments of a hook under "args", its own command under "entry".
        followed: Whether what it calls is listed too.
    """

    what: str
    words: tuple[str, ...]
    text: str
    spot: Spot
    via: tuple[Spot, ...]
    softs: tuple[Soft, ...]
    inputs: Mapping[str, str]
    followed: bool


class Follower:
    """Follows commands through one repository; what a command calls is read once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._hooks: tuple[Hook, ...] | None = None
        self._scripts: dict[tuple[str, str], tuple[Command, ...]] = {}
        self._makefiles: dict[tuple[str, str, tuple[tuple[str, str], ...]], Makefile | None] = {}
        self._altogether = _MOST_ALTOGETHER
        self._left = _MOST

    def follow(self, command: Command) -> list[Found]:
        """A command and all that it calls in the repository."""
        self._left = _MOST
        return list(self._follow(command, frozenset(), 0))

    def hook_runs(self, spot: Spot, words: Sequence[str] = (), skipped: str = "") -> Iterator[Found]:
        """The hooks that a run of pre-commit runs.

        Args:
            spot: From where.
            words: Arguments of `pre-commit run`.
            skipped: Ids that are left out, joined by commas.
        """
        named = named_hooks(words)
        for hook in self._all_hooks():
            wanted = hook.id in named if named else True
            staged = hook.runs_by_default or any(stage in words for stage in hook.stages)
            if not wanted or not staged or hook.id in skipped.split(","):
                continue
            yield Found(
                what="hook",
                words=(hook.repo, hook.id),
                text=f"{hook.id} ({hook.repo})" if hook.repo not in {"local", ""} else hook.id,
                spot=hook.spot,
                via=(spot,),
                softs=(),
                inputs={
                    "args": " ".join(hook.arguments),
                    "entry": hook.entry,
                    "repo_line": str(hook.repo_spot.line or ""),
                },
                followed=False,
            )

    def _all_hooks(self) -> tuple[Hook, ...]:
        if self._hooks is None:
            self._hooks = tuple(hooks(self._repository, CONFIGURATION))
        return self._hooks

    def _follow(self, command: Command, above: frozenset[tuple[Spot, str]], depth: int) -> Iterator[Found]:
        self._left -= 1
        key = (command.spot, command.text)
        if self._left < 0 or key in above:
            return
        program = self._program(command)
        may = depth < _DEEPEST and self._may_follow(command)
        called = list(self._called(command, program, above | {key}, depth)) if may else []
        yield Found(
            what="command",
            words=program or command.words,
            text=command.text,
            spot=command.spot,
            via=(),
            softs=command.softs,
            inputs={},
            followed=bool(called),
        )
        for found in called:
            yield replace(found, via=(*found.via, command.spot), softs=(*found.softs, *command.softs))

    def _may_follow(self, command: Command) -> bool:
        self._altogether -= 1
        if self._altogether == 0:
            self._repository.problem(command.spot.path, "more commands are called than are followed", command.spot.line)
        return self._altogether > 0

    def _program(self, command: Command) -> tuple[str, ...]:
        program = program_of(command.words)
        program = program_of(package_program(program)) or program
        call = script_call(program, command.folder) if program else None
        if call is not None and call.rest and not is_script(self._repository, call):
            return program_of(call.rest)  # a program of a package, not a script of that name
        return program

    def _called(
        self, command: Command, program: tuple[str, ...], above: frozenset[tuple[Spot, str]], depth: int
    ) -> Iterator[Found]:
        if program[:2] in {("pre-commit", "run"), ("prek", "run"), ("prek",)}:
            for found in self.hook_runs(command.spot, program[2:], command.env.get("SKIP", "")):
                yield replace(found, via=())
            return
        for inner in self._inner(command, program):
            yield from self._follow(inner, above, depth + 1)

    def _inner(self, command: Command, program: tuple[str, ...]) -> Iterator[Command]:
        """The commands that one calls directly."""
        if not program:
            return
        if (text := shell_argument(command.words)) is not None:
            given = ShellText(command.spot.path, text.split("\n"), command.spot.line, folder=command.folder)
            yield from (replace(inner, spot=command.spot) for inner in commands_of(given))
        elif program[0] in _MAKES:
            yield from self._made(program[1:], command.folder)
        elif program[0] == "cargo":
            yield from cargo_called(self._repository, program, command.folder)
        elif (call := script_call(program, command.folder)) is not None:
            yield from (inner for _, inner in scripts(self._repository, call))
        elif (task := task_call(program, command.folder)) is not None:
            yield from (inner for _, inner in tasks(self._repository, task))
        else:
            yield from self._script(program, command.folder)

    def _made(self, words: Sequence[str], folder: str | None) -> Iterator[Command]:
        name, targets = "", []
        given: dict[str, str] = {}
        at = 0
        while at < len(words):
            word = words[at]
            if word in {"-C", "--directory", "-f", "--file"} and at + 1 < len(words):
                at += 1
                folder, name = (joined(folder, words[at]), name) if word[-1] in "Cy" else (folder, words[at])
            elif word.startswith(("--directory=", "-C")):
                folder = joined(folder, word.removeprefix("--directory=").removeprefix("-C"))
            elif not word.startswith("-"):
                variable, mark, value = word.partition("=")
                if mark:
                    given[variable] = value
                else:
                    targets.append(word)
            at += 1
        if folder is None:
            return
        key = (folder, name, tuple(sorted(given.items())))
        if key not in self._makefiles:
            self._makefiles[key] = makefile(self._repository, folder, name, given)
        read = self._makefiles[key]
        if read is None:
            return
        for target in targets or [read.first]:
            yield from (command for command, _ in read.commands(target))

    def _script(self, program: tuple[str, ...], folder: str | None) -> Iterator[Command]:
        words = [word for word in program if not word.startswith("-")]
        path = words[1] if program[0] in _SHELLS and len(words) > 1 else program[0]
        if program[0] in _SHELLS and is_reading_only(program[1 : program.index(path)]):
            return
        if folder is None or "$" in path or path in {"..", "."}:
            return
        path = posixpath.normpath(posixpath.join(folder, path))
        if path not in self._repository.paths:
            return
        if (path, folder) not in self._scripts:
            self._scripts[path, folder] = self._read_script(path, folder)
        yield from self._scripts[path, folder]

    def _read_script(self, path: str, folder: str) -> tuple[Command, ...]:
        text = self._repository.text(path)
        shebang = _SHEBANG.match(text.line(1)) if text is not None else None
        if text is None or not (path.endswith(".sh") or shebang):
            return ()
        return commands_of(
            ShellText(
                path=path,
                lines=text.lines(),
                first_line=1,
                errexit=bool(shebang and shebang[0].endswith("e") and "-" in shebang[0]),
                folder=folder,
            )
        )
