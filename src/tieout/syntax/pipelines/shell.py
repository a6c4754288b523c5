"""The commands of a shell text, each with its line, its folder, and whether its failure counts.

What a failure does is as POSIX (Shell Command Language, 2.8 and `set -e`) and bash's `pipefail` say.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tieout.syntax.pipelines.model import Command, Soft, Spot
from tieout.syntax.pipelines.programs import with_options
from tieout.syntax.pipelines.shell_flow import (
    constant,
    ends_well,
    filled,
    is_never_gone_round,
    is_reading_only,
    names_in,
    result,
    simples,
    trap_of,
)
from tieout.syntax.pipelines.shell_tree import Chain, Group, Part, Pipeline, Simple, parsed, tree_of
from tieout.syntax.pipelines.shell_words import tokens_of

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_ZERO: Final = frozenset({"", "0"})
_MOST_COMMANDS: Final = 2_000
_DEEPEST: Final = 5
_MOST_CALLS: Final = 100
_EXIT: Final = "exit"
_ASKED: Final = ("a condition asks for its result", "a loop waits for it")
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
        alone: Nothing else calls its functions, so that one that it does not call itself is never run.
    """

    path: str
    lines: Sequence[str]
    first_line: int | None
    scattered: bool = False
    source: Sequence[str] = ()
    errexit: bool = True
    pipefail: bool = False
    folder: str | None = ""
    alone: bool = False


def commands_of(text: ShellText) -> tuple[Command, ...]:
    """The simple commands of a shell text that may be run, in their order.

    What stands behind an `exit`, under `if false` or in a branch that a constant rules out is left out. Commands of
    functions come where they are defined; of a text that stands alone where they are called, and not if nothing does.
    """
    walk = _walked(text)
    walk.run_functions()
    return tuple(walk.found[:_MOST_COMMANDS])


def is_left(text: ShellText) -> bool:
    """Whether a shell text certainly ends the shell, so that no command after it is run."""
    return _walked(text).state.ended == _EXIT


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
    ended: str = ""  # by what word no command further on is run
    trapped: Soft | None = None  # where a trap makes every end a good one


def _walked(text: ShellText) -> "_Walk":
    chains, is_whole = parsed(tokens_of(text.lines))
    walk = _Walk(text, heeds_ends=is_whole)
    walk.run(chains)
    return walk


@dataclass(slots=True)
class _Walk:
    text: ShellText
    found: list[Command] = field(default_factory=list)
    heeds_ends: bool = True
    depth: int = 0
    asked: int = 0  # conditions that it stands in: what `!` does there, their branches tell
    state: _State = field(init=False)
    functions: dict[str, tuple[Group, ShellText]] = field(default_factory=dict)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # that commands hold in any word
    any_function: bool = False  # a variable says which program is run
    arguments: Sequence[str] | None = None  # of the function that is gone through
    called: set[tuple[str, bool, tuple[str, ...]]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.state = _State(self.text.errexit, self.text.pipefail, self.text.folder)

    def run(self, chains: Sequence[Chain], softs: tuple[Soft, ...] = ()) -> None:
        """Go through the chains of one level."""
        for index, chain in enumerate(chains):
            if self.state.ended or len(self.found) >= _MOST_COMMANDS:
                return
            more = self._going_on(chains[index + 1 :], chain)
            self._chain(chain, (*softs, *more))

    def run_functions(self) -> None:
        """Go through functions that something may call which is not seen: a variable, a trap, another program."""
        left = dict(self.functions)
        for _ in self.functions if self.text.alone else ():
            ready = [name for name in left if name in self.names or self.any_function]
            been = {name for name, _, _ in self.called}
            for name in ready:
                self.state.ended = ""
                if name not in been:
                    self._call(name, (), (), anyhow=True)
                del left[name]
            if not ready:
                return

    def _going_on(self, later: Sequence[Chain], chain: Chain) -> tuple[Soft, ...]:
        """Why the shell goes on after a failure of this chain, and nobody asks for it later."""
        if self.state.errexit or not later or any(_fails(next_) for next_ in later):
            return ()
        reason = "the script goes on after a failure"
        return (self.state.unsettled or Soft(reason, self._spot(_line(chain.pipelines[0].parts[0]))),)

    def _chain(self, chain: Chain, softs: tuple[Soft, ...]) -> None:
        if chain.background:
            softs = (*softs, Soft("it runs in the background", self._spot(_line(chain.pipelines[0].parts[0]))))
        outcome: bool | None = None
        for index, pipeline in enumerate(chain.pipelines):
            is_sure = index == 0 or outcome is not None
            if index and outcome is (chain.joints[index - 1] == "||"):
                continue  # what stands before it rules it out
            alternative = next((at for at in range(index, len(chain.joints)) if chain.joints[at] == "||"), None)
            more = softs
            if alternative is not None:
                others = chain.pipelines[alternative + 1 :]
                if not any(_pipeline_fails(other) for other in others):
                    told = _told(others[0])
                    spot = self._spot(_line(others[0].parts[0]))
                    more = (*softs, Soft(f"it is followed by `|| {told}`", spot))
            fails_then = chain.joints[index : index + 1] == ["&&"] and _pipeline_fails(chain.pipelines[index + 1])
            if pipeline.negated and not self.asked and not fails_then:
                more = (*more, Soft("`!` takes its failure for a success", self._spot(_line(pipeline.parts[0]))))
            self._pipeline(pipeline, more)
            outcome = result(pipeline) if is_sure else None
            if not is_sure or chain.background or len(pipeline.parts) > 1:
                self.state.ended = ""
            if self.state.ended:
                return

    def _pipeline(self, pipeline: Pipeline, softs: tuple[Soft, ...]) -> None:
        for index, part in enumerate(pipeline.parts):
            more = softs
            if index:
                self.state.ended = ""  # each part of a pipe is a shell of its own
            if index < len(pipeline.parts) - 1 and not self.state.pipefail:
                spot = self._spot(_line(part))
                more = (*softs, Soft("its output is piped, and only the last command of the pipe counts", spot))
            if isinstance(part, Simple):
                self._simple(part, more)
            else:
                self._group(part, more)

    def _group(self, group: Group, softs: tuple[Soft, ...]) -> None:
        if group.kind == "function" and group.name:
            self.functions[group.name] = (group, self.text)
            if self.text.alone:
                return
        if group.tests:
            more = softs
            if group.kind == "loop" or not any(_fails(chain) for chain in group.body):
                what = _ASKED[group.kind == "loop"]
                more = (*softs, Soft(what, self._spot(_line(group.tests[0].pipelines[0].parts[0]))))
            self.asked += 1
            self.run(group.tests, more)
            self.asked -= 1
            self.state.ended = ""
        if group.kind == "loop" and is_never_gone_round(group):
            return
        before = replace(self.state)
        if group.branches:
            self._branches(group, softs)
        else:
            self.run(group.body, softs)
        if group.kind in {"subshell", "function"}:
            self.state = before
        elif group.kind == "loop":  # it may come round no single time
            self.state.ended = before.ended

    def _branches(self, group: Group, softs: tuple[Soft, ...]) -> None:
        """Go through the branches that may be taken."""
        ends = []
        for tests, body in group.branches:
            known = constant(tests)
            if known is not False:
                if group.kind == "if":
                    for chain in body:  # each is a branch of its own: what follows one is not a way out of it
                        if not self.state.ended:
                            self._chain(chain, softs)
                else:
                    self.run(body, softs)
                ends.append(self.state.ended)
                self.state.ended = ""
            if known or (not tests and group.kind == "if"):
                self.state.ended = ends[-1] if all(ends) else ""
                return

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
        self.names |= names_in([*words, *env.values()])
        if not words:
            return
        if self.arguments is not None:
            words = list(filled(words, self.arguments)) or words
        words = [*self.aliases.get(words[0], words[:1]), *words[1:]]
        words = list(with_options(words, env))
        self.any_function |= words[0].startswith("$")
        softs = (*softs, self.state.trapped) if self.state.trapped else softs
        if words[0] in self.functions and self.text.alone and self._call(words[0], tuple(words[1:]), softs):
            return
        self.found.append(
            Command(spot=spot, words=tuple(words), text=" ".join(words), env=env, folder=self.state.folder, softs=softs)
        )
        self._obey(words, spot)

    def _call(self, name: str, arguments: tuple[str, ...], softs: tuple[Soft, ...], *, anyhow: bool = False) -> bool:
        """Go through a function where it is called, once for each way of calling; False where that goes too deep."""
        group, text = self.functions[name]
        if not anyhow and (self.depth >= _DEEPEST or len(self.called) >= _MOST_CALLS):
            return False
        takes = any("$" in word for simple in simples(group) for word in simple.words)
        key = (name, bool(softs), arguments if takes else ())
        if key in self.called or (softs and (name, False, key[2]) in self.called):
            return True
        self.called.add(key)
        self.depth += 1
        held = self.text, self.arguments
        self.text, self.arguments = text, arguments
        start = len(self.found)
        self.run(group.body, softs)
        if _fails(_chains(group)[-1]):  # it tries, perhaps again, and fails in the end
            for at, one in enumerate(self.found[start:], start):
                left = tuple(soft for soft in one.softs if soft.reason not in _ASKED or soft in softs)
                self.found[at] = replace(one, softs=left)
        self.text, self.arguments = held
        self.depth -= 1
        if self.state.ended != _EXIT:
            self.state.ended = ""
        return True

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
            if is_reading_only(words[1:]):
                self._end(_EXIT)
        elif words[0] == "trap" and (action := trap_of(words)) is not None:
            known = self.functions.get(action)
            chains = _chains(known[0]) if known else tree_of(tokens_of(action.split("\n")))
            soft = Soft("a trap ends the script as if nothing had failed", spot)
            self.state.trapped = soft if ends_well(chains) else None
        elif words[0] == "alias":
            self._alias(words[1:])
        elif words[0] in {_EXIT, "return", "break", "continue"}:
            self._end(words[0])
        elif words[0] == "exec" and not words[-1].startswith("{") and len(words) > 1:  # another program takes its place
            self._end(_EXIT)

    def _end(self, word: str) -> None:
        if self.heeds_ends:
            self.state.ended = word

    def _alias(self, given: Sequence[str]) -> None:
        """Take over other names of programs; a shell that does not heed them runs no more than is taken here."""
        for word in given:
            name, mark, value = word.partition("=")
            words = [token.text for token in tokens_of([value]) if not token.operator]
            if mark and words:
                self.aliases[name] = words

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
    inner = next(simples(part), None)
    return inner.line if inner else 0


def _chains(function: Group) -> Sequence[Chain]:
    """The commands of a function, those of its braces."""
    part = function.body[0].pipelines[0].parts[0]
    return (part.body if isinstance(part, Group) else ()) or function.body


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
