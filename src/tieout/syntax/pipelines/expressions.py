"""Conditions of GitHub Actions for one event: true, false, or not to be told from the file.

The grammar and the status functions are those of GitHub's "Evaluate expressions in workflows and actions".
"""

import re
from collections.abc import Mapping
from typing import Final

from tieout.syntax.pipelines.model import Trigger

_TOKEN = re.compile(r"\s*(\|\||&&|[!=<>]=|[!<>(),]|'(?:[^']|'')*'|[\w.\-*]+(?:\[[^\]]*\])?(?:\.[\w.\-*]+)*|.)")
_STATUS: Final = {"success": True, "failure": False, "always": True, "cancelled": False}
#: The same after a failure and after a cancellation.
_ENDINGS: Final = (
    _STATUS,
    {"success": False, "failure": True, "always": True, "cancelled": False},
    {"success": False, "failure": False, "always": True, "cancelled": True},
)
_PLAIN_BRANCH = re.compile(r"\A[\w.\-/]+\Z")
_LONGEST: Final = 4_000
_DEEPEST: Final = 60

#: What an operand is: a text that is known, a truth that is known, or nothing that is known.
_Value = str | bool | None


def holds(condition: str, known: Mapping[str, str], status: Mapping[str, bool] = _STATUS) -> bool | None:
    """Whether a condition lets a job or step run; None where that cannot be told.

    Args:
        condition: Text of `if:`, with or without `${{ }}`.
        known: Values of contexts, such as `github.event_name`.
        status: What the status functions say; usually that nothing has failed.
    """
    text = condition.strip()
    if text.startswith("${{") and text.endswith("}}") and text.count("${{") == 1:
        text = text[3:-2].strip()
    elif "${{" in text:
        return None
    if len(text) > _LONGEST:
        return None
    parser = _Parser(_TOKEN.findall(text), known, status)
    value = _truth(parser.either())
    return value if parser.at_end() else None


def never_holds(condition: str, known: Mapping[str, str]) -> bool:
    """Whether a condition keeps a job or step from running however those before it end."""
    return all(holds(condition, known, status) is False for status in _ENDINGS)


def asks_for_status(condition: str) -> bool:
    """Whether a condition lets a job run although one that it needs did not."""
    return bool(re.search(r"\b(?:always|cancelled|failure)\s*\(", condition))


def _truth(value: _Value) -> bool | None:
    return value if isinstance(value, bool) or value is None else bool(value)


def known_of(trigger: Trigger) -> list[dict[str, str]]:
    """What is known of a run that an event starts; a push may be of a branch or of a tag, and is then both in turn."""
    known = {"github.event_name": trigger.event}
    if trigger.event == "pull_request":
        return [known | {"github.ref": "refs/pull/1/merge", "github.ref_name": "1/merge", "github.ref_type": "branch"}]
    if trigger.event != "push":
        return [known]
    of_tags = [known | {"github.ref_type": "tag"}] if trigger.tags or not trigger.branches else []
    if trigger.tags and not trigger.branches:
        return of_tags
    branch = trigger.branches[0] if len(trigger.branches) == 1 else ""
    if not _PLAIN_BRANCH.match(branch):
        return [known, *of_tags]
    named = {"github.ref": f"refs/heads/{branch}", "github.ref_name": branch, "github.ref_type": "branch"}
    return [known | named, *of_tags]


class _Parser:
    def __init__(self, tokens: list[str], known: Mapping[str, str], status: Mapping[str, bool]) -> None:
        self._tokens = tokens
        self._status = status
        self._known = known
        self._at = 0
        self._depth = 0

    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, text: str) -> bool:
        if self._peek() != text:
            return False
        self._at += 1
        return True

    def either(self) -> _Value:
        value = self._both()
        while self._take("||"):
            left, right = _truth(value), _truth(self._both())
            value = True if left or right else (False if left is False and right is False else None)
        return value

    def _both(self) -> _Value:
        value = self._compared()
        while self._take("&&"):
            left, right = _truth(value), _truth(self._compared())
            value = False if left is False or right is False else (True if left and right else None)
        return value

    def _compared(self) -> _Value:
        left = self._operand()
        operator = self._peek()
        if operator not in {"==", "!=", "<", ">", "<=", ">="}:
            return left
        self._at += 1
        right = self._operand()
        if left is None or right is None or operator not in {"==", "!="}:
            return None
        same = str(left).lower() == str(right).lower()
        return same if operator == "==" else not same

    def _operand(self) -> _Value:
        word = self._peek()
        self._at += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            return None
        if word == "!":
            truth = _truth(self._operand())
            return None if truth is None else not truth
        if word == "(":
            value = self.either()
            self._take(")")
            return value
        if word.startswith("'") and word != "'":
            return word[1:-1].replace("''", "'")
        return self._called(word) if self._peek() == "(" else self._named(word)

    def _named(self, word: str) -> _Value:
        if word in {"true", "false"}:
            return word == "true"
        return self._known.get(word)

    def _called(self, name: str) -> _Value:
        self._at += 1
        arguments: list[_Value] = []
        while self._peek() not in {")", ""}:
            arguments.append(self.either())
            if not self._take(",") and self._peek() != ")":
                break
        self._take(")")
        if not arguments:
            return self._status.get(name)
        first, second = arguments[0], arguments[-1]
        if not isinstance(first, str) or not isinstance(second, str):
            return None
        if name.lower() == "startswith":
            return first.lower().startswith(second.lower())
        if name.lower() == "contains":
            return second.lower() in first.lower()
        return None
