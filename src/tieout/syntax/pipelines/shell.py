"""The commands of a shell text, each with its line, its folder, and whether its failure counts.

What a failure does is as POSIX (Shell Command Language, 2.8 and `set -e`) and bash's `pipefail` say.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tieout.syntax.pipelines.model import Command, Soft, Spot
from tieout.syntax.pipelines.shell_tree import Chain, Group, Part, Pipeline, Simple, tree_of
from tieout.syntax.pipelines.shell_words import tokens_of

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_ZERO: Final = frozenset({"", "0"})
_MOST_COMMANDS: Final = 2_000
_DEEPEST: Final = 5
_SUBSTITUTION = re.compile(r"""[A-Za-z_][A-Za-z0-9_]*=["']?(?:\$\(|`)(.*)(?:\)|`)["']?\Z""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ShellText:
    """A shell text with where it stands.

    Attributes:
        path: The file.
        lines: Its lines.
        first_line: 1-based line of the first of them.
        scattered: Lines do not follow those of the file (folded text): commands are looked up in `source`.
        source: Lines of the file from `first_line` on, for a scattered text.
        errexit: The shell stops at the first failure.
        pipefail: A pipeline fails with any of its parts.
        folder: Where it starts; None where that is not known.
    """

    path: str
    lines: Sequence[str]
    first_line: int | None
    scattered: bool = False
    source: Sequence[str] = ()
    errexit: bool = True
    pipefail: bool = False
    folder: str | None = ""


def commands_of(text: ShellText) -> tuple[Command, ...]:
    """The simple commands of a shell text, in their order; those of functions where they are defined."""
    walk = _Walk(text)
    walk.run(tree_of(tokens_of(text.lines)))
    return tuple(walk.found[:_MOST_COMMANDS])


def joined(folder: str | None, part: str) -> str | None:
    """A folder seen from another; None where a variable decides, or it lies outside of the tree."""
    if folder is None or not part or part[0] in "/~$" or "$" in part or "`" in part:
        return None
    found = posixpath.normpath(posixpath.join(folder, part))
    if found == "..":
        return None
    return None if found.startswith("../") else ("" if found == "." else found)


@dataclass(slots=True)
class _State:
    errexit: bool
    pipefail: bool
    folder: str | None
    unsettled: Soft | None = None  # where `set +e` stands


@dataclass(slots=True)
class _Walk:
    text: ShellText
    found: list[Command] = field(default_factory=list)
    depth: int = 0
    state: _State = field(init=False)

    def __post_init__(self) -> None:
        self.state = _State(self.text.errexit, self.text.pipefail, self.text.folder)

    def run(self, chains: Sequence[Chain], softs: tuple[Soft, ...] = ()) -> None:
        """Go through the chains of one level."""
        for index, chain in enumerate(chains):
            more = self._going_on(chains[index + 1 :], chain)
            self._chain(chain, (*softs, *more))

    def _going_on(self, later: Sequence[Chain], chain: Chain) -> tuple[Soft, ...]:
        """Why the shell goes on after a failure of this chain, and nobody asks for it later."""
        if self.state.errexit or not later or any(_fails(next_) for next_ in later):
            return ()
        reason = "the script goes on after a failure"
        return (self.state.unsettled or Soft(reason, self._spot(_line(chain.pipelines[0].parts[0]))),)

    def _chain(self, chain: Chain, softs: tuple[Soft, ...]) -> None:
        if chain.background:
            softs = (*softs, Soft("it runs in the background", self._spot(_line(chain.pipelines[0].parts[0]))))
        for index, pipeline in enumerate(chain.pipelines):
            alternative = next((at for at in range(index, len(chain.joints)) if chain.joints[at] == "||"), None)
            more = softs
            if alternative is not None:
                others = chain.pipelines[alternative + 1 :]
                if not any(_pipeline_fails(other) for other in others):
                    told = _told(others[0])
                    spot = self._spot(_line(others[0].parts[0]))
                    more = (*softs, Soft(f"it is followed by `|| {told}`", spot))
            self._pipeline(pipeline, more)

    def _pipeline(self, pipeline: Pipeline, softs: tuple[Soft, ...]) -> None:
        for index, part in enumerate(pipeline.parts):
            more = softs
            if index < len(pipeline.parts) - 1 and not self.state.pipefail:
                spot = self._spot(_line(part))
                more = (*softs, Soft("its output is piped, and only the last command of the pipe counts", spot))
            if isinstance(part, Simple):
                self._simple(part, more)
            else:
                self._group(part, more)

    def _group(self, group: Group, softs: tuple[Soft, ...]) -> None:
        if group.tests:
            more = softs
            if group.kind == "loop" or not any(_fails(chain) for chain in group.body):
                what = "a loop waits for it" if group.kind == "loop" else "a condition asks for its result"
                more = (*softs, Soft(what, self._spot(_line(group.tests[0].pipelines[0].parts[0]))))
            self.run(group.tests, more)
        before = replace(self.state)
        if group.kind == "if":
            for chain in group.body:  # each is a branch of its own: what follows one is not a way out of it
                self._chain(chain, softs)
        else:
            self.run(group.body, softs)
        if group.kind in {"subshell", "function"}:
            self.state = before

    def _simple(self, simple: Simple, softs: tuple[Soft, ...]) -> None:
        words = list(simple.words)
        env: dict[str, str] = {}
        inner = _SUBSTITUTION.match(words[0]) if len(words) == 1 else None
        while words and _ASSIGNMENT.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            env[name.removesuffix("+")] = value
        spot = self._spot(simple.line, words[0] if words else "")
        if inner:
            self._nested(inner[1], simple.line, softs)
        if not words:
            return
        self.found.append(
            Command(spot=spot, words=tuple(words), text=" ".join(words), env=env, folder=self.state.folder, softs=softs)
        )
        self._obey(words, spot)

    def _nested(self, text: str, line: int, softs: tuple[Soft, ...]) -> None:
        if self.depth >= _DEEPEST:
            return
        self.depth += 1
        chains = tree_of(tokens_of(text.split("\n")))
        before = replace(self.state)
        held, self.text = self.text, replace(self.text, first_line=(self.text.first_line or 0) + line)
        self.run(chains, softs)
        self.text, self.state = held, before
        self.depth -= 1

    def _obey(self, words: Sequence[str], spot: Spot) -> None:
        if words[0] in {"cd", "pushd"}:
            arguments = [word for word in words[1:] if not word.startswith("-")]
            self.state.folder = joined(self.state.folder, arguments[0]) if arguments else None
        elif words[0] == "popd":
            self.state.folder = self.text.folder
        elif words[0] == "set":
            self._set(words[1:], spot)

    def _set(self, options: Sequence[str], spot: Spot) -> None:
        for index, option in enumerate(options):
            long = options[index + 1] if index + 1 < len(options) and option[1:].endswith("o") else ""
            on = option.startswith("-")
            if not on and not option.startswith("+"):
                continue
            if "e" in option[1:] or long == "errexit":
                self.state.errexit = on
                self.state.unsettled = None if on else Soft("`set +e` stands before it", spot)
            if long == "pipefail":
                self.state.pipefail = on

    def _spot(self, line: int, word: str = "") -> Spot:
        if self.text.first_line is None:
            return Spot(self.text.path, None)
        if self.text.scattered:
            offset = next((at for at, source in enumerate(self.text.source) if word and word in source), 0)
            return Spot(self.text.path, self.text.first_line + offset)
        return Spot(self.text.path, self.text.first_line + line)


def _fails(chain: Chain) -> bool:
    """Whether a chain can end the shell with a failure of its own making."""
    return any(_pipeline_fails(pipeline) for pipeline in chain.pipelines)


def _pipeline_fails(pipeline: Pipeline) -> bool:
    return any(_part_fails(part) for part in pipeline.parts)


def _part_fails(part: Part) -> bool:
    if isinstance(part, Group):
        return any(_fails(chain) for chain in part.body)
    words = part.words
    if not words:
        return False
    if words[0] in {"exit", "return"}:
        return (words[1] if len(words) > 1 else "$?") not in _ZERO
    return words[0] == "false"


def _line(part: Part) -> int:
    if isinstance(part, Simple):
        return part.line
    inner = next(_inner(part), None)
    return inner.line if inner else 0


def _inner(group: Group) -> Iterator[Simple]:
    for chain in (*group.tests, *group.body):
        for pipeline in chain.pipelines:
            for part in pipeline.parts:
                if isinstance(part, Simple):
                    yield part
                else:
                    yield from _inner(part)


def _told(pipeline: Pipeline) -> str:
    part = pipeline.parts[0]
    words = part.words if isinstance(part, Simple) else ["..."]
    return " ".join(words)[:40]


def shell_options(shell: str) -> Mapping[str, bool]:
    """What a step's `shell:` says of errexit and pipefail, as GitHub runs it ("" is its default, `bash -e`)."""
    name, *rest = shell.split()[:12] or [""]
    if not rest:
        return {"errexit": True, "pipefail": name == "bash"}
    flags = [word[1:] for word in rest if word.startswith("-") and not word.startswith("--")]
    return {"errexit": any("e" in flag for flag in flags), "pipefail": "pipefail" in rest}
