"""The structure of a shell text: lists, pipelines, conditions and groups; malformed text gives what can be made out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tieout.syntax.pipelines.shell_words import Token

_ENDS: Final = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
_SEPARATORS: Final = (";", "\n", "&")
_CASE_ENDS: Final = (";;", ";&", ";;&")
_DEEPEST: Final = 40


@dataclass(slots=True)
class Simple:
    """A program with its arguments."""

    words: list[str]
    line: int


@dataclass(slots=True)
class Group:
    """Commands that belong together.

    Attributes:
        kind: "group", "subshell", "if", "case", "loop" or "function".
        tests: What is run to decide.
        body: What is run then.
        branches: Of "if" and "case" the same by branches: what decides (nothing: `else`, or a pattern), what is run.
        name: Of a function; of a loop its first word, "nothing" where it goes over no value.
    """

    kind: str
    tests: list["Chain"] = field(default_factory=list)
    body: list["Chain"] = field(default_factory=list)
    branches: list[tuple[list["Chain"], list["Chain"]]] = field(default_factory=list)
    name: str = ""


Part = Simple | Group


@dataclass(slots=True)
class Pipeline:
    """Commands that read from each other; mostly one."""

    parts: list[Part]
    negated: bool = False


@dataclass(slots=True)
class Chain:
    """Pipelines joined by `&&` and `||`.

    Attributes:
        pipelines: In order.
        joints: The operator before each but the first.
        background: Nobody waits for it.
    """

    pipelines: list[Pipeline]
    joints: list[str] = field(default_factory=list)
    background: bool = False


def tree_of(tokens: Sequence[Token]) -> list[Chain]:
    """The chains of a shell text."""
    return parsed(tokens)[0]


def parsed(tokens: Sequence[Token]) -> tuple[list[Chain], bool]:
    """The chains of a shell text, and whether all of it is put together as a shell's grammar has it.

    The text of another shell, such as PowerShell, mostly is not: what ends it then is not told.
    """
    parser = _Parser(tokens)
    found = parser.chains(frozenset())
    while not parser.at_end():  # a stray end of something
        parser.odd = True
        parser.skip()
        found.extend(parser.chains(frozenset()))
    return found, not parser.odd


class _Parser:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self.odd = False

    def at_end(self) -> bool:
        return self._at >= len(self._tokens)

    def skip(self) -> None:
        self._at += 1

    def _is(self, *texts: str, operator: bool) -> bool:
        if self.at_end():
            return False
        token = self._tokens[self._at]
        return token.operator is operator and token.text in texts and not (token.quoted and not operator)

    def chains(self, ends: frozenset[str], *, case: bool = False) -> list[Chain]:
        """Chains up to one of these words, or to what ends something further out."""
        found: list[Chain] = []
        separated = True
        while not self.at_end():
            if case and self._is(*_CASE_ENDS, operator=True):
                break
            if self._is(*_SEPARATORS, *_CASE_ENDS, operator=True):
                self.skip()
                separated = True
            elif self._is(")", operator=True) or self._is(*(ends | _ENDS), operator=False):
                break
            else:
                before = self._at
                self.odd |= not separated and not self._tokens[before - 1].text.endswith("=")  # a list of values
                separated = False
                found.append(self._chain())
                if self._at == before:
                    self.skip()
        return found

    def _chain(self) -> Chain:
        chain = Chain([self._pipeline()])
        while self._is("&&", "||", operator=True):
            chain.joints.append(self._tokens[self._at].text)
            self.skip()
            self._skip_newlines()
            chain.pipelines.append(self._pipeline())
        chain.background = self._is("&", operator=True)
        return chain

    def _pipeline(self) -> Pipeline:
        pipeline = Pipeline([])
        while self._is("!", operator=False):
            pipeline.negated = not pipeline.negated
            self.skip()
        pipeline.parts.append(self._part())
        while self._is("|", "|&", operator=True):
            self.skip()
            self._skip_newlines()
            pipeline.parts.append(self._part())
        return pipeline

    def _part(self) -> Part:
        if self._depth > _DEEPEST:
            return self._simple()
        self._depth += 1
        try:
            return self._compound() or self._simple()
        finally:
            self._depth -= 1

    def _compound(self) -> Part | None:
        if self._is("(", operator=True):
            return self._closed(Group("subshell"), ")", operator=True)
        if self._is("{", operator=False):
            return self._closed(Group("group"), "}", operator=False)
        if self._is("if", operator=False):
            return self._condition()
        if self._is("while", "until", "for", "select", operator=False):
            return self._loop()
        if self._is("case", operator=False):
            return self._case()
        return self._function()

    def _closed(self, group: Group, end: str, *, operator: bool) -> Group:
        self.skip()
        group.body = self.chains(frozenset() if operator else frozenset({end}))
        if self._is(end, operator=operator):
            self.skip()
        return group

    def _condition(self) -> Group:
        group = Group("if")
        while self._is("if", "elif", operator=False):
            self.skip()
            tests = self.chains(frozenset({"then"}))
            if self._is("then", operator=False):
                self.skip()
            group.branches.append((tests, self.chains(frozenset({"elif", "else", "fi"}))))
        if self._is("else", operator=False):
            self.skip()
            group.branches.append(([], self.chains(frozenset({"fi"}))))
        group.tests = [chain for tests, _ in group.branches for chain in tests]
        group.body = [chain for _, body in group.branches for chain in body]
        if self._is("fi", operator=False):
            self.skip()
        return group

    def _loop(self) -> Group:
        counted = self._is("for", "select", operator=False)
        group = Group("loop", name=self._tokens[self._at].text)
        self.skip()
        if counted:
            start = self._at
            while not self.at_end() and not self._is("do", operator=False):
                self.skip()
            if [token.text for token in self._tokens[start + 1 : self._at] if token.text != "\n"] == ["in", ";"]:
                group.name = "nothing"
        else:
            group.tests = self.chains(frozenset({"do"}))
        if self._is("do", operator=False):
            self.skip()
        group.body = self.chains(frozenset({"done"}))
        if self._is("done", operator=False):
            self.skip()
        return group

    def _case(self) -> Group:
        group = Group("case")
        while not self.at_end() and not self._is("in", operator=False):
            self.skip()
        self.skip()
        while not self.at_end() and not self._is("esac", operator=False):
            if self._is(")", operator=True):  # the pattern before it has been passed over
                self.skip()
                group.branches.append(([], self.chains(frozenset({"esac"}), case=True)))
            else:
                self.skip()
        self.skip()
        group.body = [chain for _, body in group.branches for chain in body]
        return group

    def _function(self) -> Group | None:
        token = self._tokens[self._at] if not self.at_end() else None
        if token is None or token.operator:
            return None
        apart = [one.text for one in self._tokens[self._at + 1 : self._at + 3] if one.operator] == ["(", ")"]
        if not (apart or token.text.endswith("()") or token.text == "function"):
            return None
        self._at += 3 if apart else 1
        name = token.text
        if token.text == "function":
            name = "" if self.at_end() else self._tokens[self._at].text
            self.skip()
        self._skip_newlines()
        body = self._part()
        return Group("function", body=[Chain([Pipeline([body])])], name=name.removesuffix("()"))

    def _simple(self) -> Simple:
        line = self._tokens[self._at].line if not self.at_end() else 0
        words: list[str] = []
        test = self._is("[[", operator=False)
        while not self.at_end() and not self._is("\n", operator=True):
            if self._tokens[self._at].operator and not test:
                break
            words.append(self._tokens[self._at].text)
            self.skip()
            test = test and words[-1] != "]]"
        return Simple(words, line)

    def _skip_newlines(self) -> None:
        while self._is("\n", operator=True):
            self.skip()
