"""Targets of a Makefile with the commands of their recipes (POSIX make, and what GNU make adds that people use)."""

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tieout.inspection.repository import Repository
from tieout.inspection.text import Text
from tieout.syntax.pipelines.model import Command, Soft, Spot
from tieout.syntax.pipelines.shell import ShellText, commands_of

NAMES: Final = ("GNUmakefile", "makefile", "Makefile")
_RULE = re.compile(r"^([^\s#:=][^#:=]*)::?(?!=)([^=;#]*)(?:;(.*))?")
_VARIABLE = re.compile(r"^(?:export\s+|override\s+)?([A-Za-z_][\w.\-]*|\.SHELLFLAGS)\s*(?::{1,3}|\?|\+)?=(.*)$")
_INCLUDE = re.compile(r"^-?s?include\s+(.+)$")
_REFERENCE = re.compile(r"\$[({]([A-Za-z_][\w.\-]*)[)}]")
_MOST_FILES: Final = 30
_MOST_LINES: Final = 20_000
_DEEPEST: Final = 5
#: Longer lines and values are cut: nobody writes them.
_LONGEST_LINE: Final = 2_000
_LONGEST_VALUE: Final = 300
_LONGEST_RECIPE: Final = 200
#: What `SHELL` or `.SHELLFLAGS` ask bash for, so that a pipeline fails with any of its parts.
_PIPEFAIL: Final = "pipefail"


@dataclass(slots=True)
class Target:
    """A target: what it needs, and its recipe as lines of the file that it stands in."""

    spot: Spot
    needs: list[str] = field(default_factory=list)
    recipe: list[tuple[Spot, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Makefile:
    """The targets of a Makefile and of those that it includes.

    Attributes:
        folder: Where make runs.
        targets: By name.
        variables: By name, as far as they are given as plain text.
        first: The target that `make` alone makes.
    """

    folder: str
    targets: Mapping[str, Target]
    variables: Mapping[str, str]
    first: str

    def commands(self, name: str) -> Iterator[tuple[Command, str]]:
        """The commands of a target and of those it needs first, each with the name of the target it stands under."""
        yield from self._commands(name, set())

    def _commands(self, name: str, seen: set[str]) -> Iterator[tuple[Command, str]]:
        target, stem = self._target(name)
        if target is None or name in seen:
            return
        seen.add(name)
        for needed in target.needs:
            yield from self._commands(needed.replace("%", stem), seen)
        for spot, lines in target.recipe:
            for command in self._recipe(spot, lines):
                yield command, name

    def _target(self, name: str) -> tuple[Target | None, str]:
        """A target, or the first pattern rule that makes it, with what the pattern stands for."""
        if name in self.targets:
            return self.targets[name], ""
        for pattern, target in self.targets.items():
            head, mark, tail = pattern.partition("%")
            if mark and (head or tail) and name.startswith(head) and name.endswith(tail):
                return target, name[len(head) : len(name) - len(tail)]
        return None, ""

    def _recipe(self, spot: Spot, lines: list[str]) -> Iterator[Command]:
        head = lines[0].lstrip()
        marks = head[: len(head) - len(head.lstrip("@-+ "))]
        expanded = [self._expanded(line) for line in (head[len(marks) :], *lines[1:])]
        text = ShellText(
            path=spot.path,
            lines=expanded,
            first_line=spot.line,
            folder=self.folder,
            errexit=False,
            pipefail=_PIPEFAIL in self.variables.get("SHELL", "") + self.variables.get(".SHELLFLAGS", ""),
        )
        found = commands_of(text)
        softs = (Soft("make ignores it, for its line begins with `-`", spot),) if "-" in marks else ()
        for command in found:
            yield Command(
                command.spot, command.words, command.text, command.env, command.folder, (*command.softs, *softs)
            )

    def _expanded(self, line: str) -> str:
        line = line[:_LONGEST_LINE]
        for _ in range(_DEEPEST):
            shorter = _REFERENCE.sub(lambda found: self.variables.get(found[1], found[0]), line)
            if shorter == line:
                break
            line = shorter[:_LONGEST_LINE]
        return line.replace("$(MAKE)", "make").replace("${MAKE}", "make").replace("$$", "$")


def makefile(
    repository: Repository, folder: str, name: str = "", given: Mapping[str, str] | None = None
) -> Makefile | None:
    """The Makefile of a folder, or the one named, with variables given by the caller; None where there is none."""
    path = next(
        (
            candidate
            for name_ in ((name,) if name else NAMES)
            if (candidate := posixpath.normpath(posixpath.join(folder, name_))) in repository.paths
        ),
        None,
    )
    if path is None:
        return None
    reader = _Reader(repository, folder)
    reader.read(path)
    return Makefile(folder, reader.targets, {**reader.variables, **(given or {})}, reader.first)


class _Reader:
    def __init__(self, repository: Repository, folder: str) -> None:
        self._repository = repository
        self._folder = folder
        self._seen: set[str] = set()
        self.targets: dict[str, Target] = {}
        self.variables: dict[str, str] = {}
        self.first = ""

    def read(self, path: str) -> None:
        """Read a file and what it includes, where that is there."""
        text = self._repository.text(path)
        if text is None or path in self._seen or len(self._seen) >= _MOST_FILES:
            return
        self._seen.add(path)
        lines = text.lines()[:_MOST_LINES]
        current: list[Target] = []
        at = 0
        while at < len(lines):
            logical = [lines[at].rstrip("\r")]
            while logical[-1].endswith("\\") and at + len(logical) < len(lines):
                logical.append(lines[at + len(logical)].rstrip("\r"))
            current = self._line(path, at + 1, logical, current)
            at += len(logical)

    def _line(self, path: str, number: int, logical: list[str], current: list[Target]) -> list[Target]:
        if logical[0].startswith("\t"):
            if logical[0].strip() and not logical[0].strip().startswith("#"):
                for target in current:
                    target.recipe.append((Spot(path, number), logical))
            return current
        whole = " ".join(part.rstrip("\\").strip() for part in logical)[:_LONGEST_LINE]
        if not whole or whole.startswith("#"):
            return current
        if found := _INCLUDE.match(whole):
            self._include(path, found[1])
        elif found := _VARIABLE.match(whole):
            self.variables.setdefault(found[1], found[2].strip()[:_LONGEST_VALUE])
        elif found := _RULE.match(whole):
            return self._rule(Spot(path, number), found)
        return current if whole.split()[0] in {"ifeq", "ifneq", "ifdef", "ifndef", "else", "endif"} else []

    def _rule(self, spot: Spot, found: "re.Match[str]") -> list[Target]:
        named = []
        for name in found[1].split():
            if name.startswith(".") and name.isupper():
                continue
            target = self.targets.setdefault(name, Target(spot))
            target.needs.extend(found[2].split())
            if found[3]:
                target.recipe.append((spot, [found[3]]))
            if not self.first and not name.startswith(".") and "%" not in name:
                self.first = name
            named.append(target)
        return named

    def _include(self, path: str, names: str) -> None:
        for name in names.split():
            if "$" in name:
                continue
            wanted = posixpath.normpath(posixpath.join(self._folder, name))
            if "*" in wanted:
                for found in sorted(fnmatch.filter(self._repository.paths, wanted))[:_MOST_FILES]:
                    self.read(found)
            elif wanted != path and wanted in self._repository.paths:
                self.read(wanted)


def target_line(text: Text, line: int) -> int | None:
    """The line of the target whose recipe a line stands in; None where it stands in none."""
    lines = text.lines()
    for number in range(min(line, len(lines)), max(line - _LONGEST_RECIPE, 0), -1):
        if lines[number - 1][:1].strip():
            return number if _RULE.match(lines[number - 1][:_LONGEST_LINE]) and number != line else None
    return None
