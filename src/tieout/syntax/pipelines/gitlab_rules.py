"""Rules of GitLab CI for one kind of pipeline: whether a job is added, how it starts, and whether it may fail.

The grammar is that of "CI/CD rules and conditions" (`rules:if`): comparisons of variables with texts, other variables,
null and patterns, `&&` before `||`, brackets. What the file does not tell is neither true nor false.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.syntax.pipelines.model import Spot
from tieout.syntax.pipelines.nodes import Node

_TOKEN = re.compile(r"\s*(\|\||&&|==|!=|=~|!~|[()]|\"[^\"]*\"|'[^']*'|/(?:[^/\\\n]|\\.)+/[a-z]*|\$\{?\w+\}?|null\b|\S)")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?\Z")
_LONGEST: Final = 4_000
_DEEPEST: Final = 60


@dataclass(frozen=True, slots=True)
class Known:
    """A variable's value: a text; None where it is not set; `text` "" where it is set and not told to what."""

    text: str = ""
    is_set: bool = True


NOT_SET: Final = Known(is_set=False)
SET: Final = Known()
_SOURCE: Final = "CI_PIPELINE_SOURCE"
_DEFAULT: Final = Known("\0the default branch")
_PROPOSAL: Final = (
    "CI_MERGE_REQUEST_ID", "CI_MERGE_REQUEST_IID", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_EVENT_TYPE", "CI_MERGE_REQUEST_PROJECT_PATH",
)  # fmt: skip


def _event(source: str, branch: Known, tag: Known, proposal: Known) -> dict[str, Known]:
    return {
        _SOURCE: Known(source),
        "CI_COMMIT_BRANCH": branch,
        "CI_COMMIT_TAG": tag,
        "CI_DEFAULT_BRANCH": _DEFAULT,
        "CI_COMMIT_REF_NAME": branch if branch.is_set else SET,
        **dict.fromkeys(_PROPOSAL, proposal),
    }


#: Event -> what is known of the pipelines that it starts; a push is one of the default branch, or of another.
EVENTS: Final[Mapping[str, tuple[Mapping[str, Known], ...]]] = {
    "push": (_event("push", _DEFAULT, NOT_SET, NOT_SET), _event("push", Known("\0another"), NOT_SET, NOT_SET)),
    "merge_request": (_event("merge_request_event", NOT_SET, NOT_SET, SET),),
    "tag": (_event("push", NOT_SET, SET, NOT_SET),),
    "schedule": (_event("schedule", SET, NOT_SET, NOT_SET),),
    "web": (_event("web", SET, NOT_SET, NOT_SET),),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rules may decide for one kind of pipeline.

    Attributes:
        when: "on_success", "manual", "delayed", "always", "on_failure" or "never".
        allow: The rule's `allow_failure:`; None where it says nothing.
        certain: No earlier rule, condition or change of files may decide something else.
        spot: Of the rule; of the job where none holds.
    """

    when: str
    allow: bool | None
    certain: bool
    spot: Spot


def outcomes(rules: Sequence[Node], known: Mapping[str, Known], *, usual: str, spot: Spot) -> list[Outcome]:
    """What the rules may decide, in their order; the last of them is what happens where no earlier one holds.

    Args:
        rules: In order.
        known: Of the pipeline.
        usual: The job's own `when:`.
        spot: Of the job.
    """
    found: list[Outcome] = []
    for rule in rules:
        truth = _met(rule, known)
        if truth is False:
            continue
        when = rule.get("when").text() or usual
        allowed = rule.get("allow_failure").data
        found.append(
            Outcome(when, allowed if isinstance(allowed, bool) else None, truth is True and not found, rule.spot)
        )
        if truth:
            return found
    return [*found, Outcome("never", None, not found, spot)]


def _met(rule: Node, known: Mapping[str, Known]) -> bool | None:
    truth = holds(rule.get("if").text(), known) if rule.has("if") else True
    if truth and (rule.has("changes") or rule.has("exists")):
        return None
    return truth


def holds(condition: str, known: Mapping[str, Known]) -> bool | None:
    """Whether a condition is met; None where that cannot be told.

    Args:
        condition: Text of `if:`.
        known: Variables; one that is not among them may be anything.
    """
    if len(condition) > _LONGEST:
        return None
    parser = _Parser(_TOKEN.findall(condition), known)
    value = parser.either()
    return value if parser.at_end() else None


class _Parser:
    def __init__(self, tokens: list[str], known: Mapping[str, Known]) -> None:
        self._tokens = tokens
        self._known = known
        self._at = 0
        self._depth = 0

    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ""

    def _take(self, text: str) -> bool:
        if self._tokens[self._at : self._at + 1] != [text]:
            return False
        self._at += 1
        return True

    def either(self) -> bool | None:
        value = self._both()
        while self._take("||"):
            other = self._both()
            value = True if value or other else (False if value is False and other is False else None)
        return value

    def _both(self) -> bool | None:
        value = self._compared()
        while self._take("&&"):
            other = self._compared()
            value = False if value is False or other is False else (True if value and other else None)
        return value

    def _compared(self) -> bool | None:
        if self._take("("):
            self._depth += 1
            value = self.either() if self._depth <= _DEEPEST else None
            self._take(")")
            return value
        left = self._operand(self._next())
        for operator in ("==", "!=", "=~", "!~"):
            if self._take(operator):
                right = self._next()
                same = _same(left, self._operand(right)) if operator in {"==", "!="} else _fits(left, right)
                return same if operator in {"==", "=~"} or same is None else not same
        return None if left is None else left.is_set

    def _operand(self, word: str) -> Known | None:
        """What a word stands for; None where that is not known."""
        variable = _VARIABLE.match(word)
        if variable:
            return self._known.get(variable[1])
        if word == "null":
            return NOT_SET
        if len(word) > 1 and word[0] in "\"'":
            return Known(word[1:-1]) if "$" not in word and word[1:-1] else None
        return None


def _same(left: Known | None, right: Known | None) -> bool | None:
    if left is None or right is None:
        return None
    if not (left.is_set and right.is_set):
        return left.is_set == right.is_set
    if not left.text or not right.text or (left.text[0] == "\0") != (right.text[0] == "\0"):
        return None  # set, and nobody tells to what; or the name of a branch, whichever is the default one
    return left.text == right.text


def _fits(left: Known | None, _pattern: str) -> bool | None:
    return None if left is None or left.is_set else False
