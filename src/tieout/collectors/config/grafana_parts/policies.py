"""Whom Grafana's notification policies call for an alert, as far as its own labels decide.

An alert has more labels than its rule writes: those of the series it fires for. A policy that asks for one that the
rule does not write may match or not, so that nothing is said then.
Source: https://grafana.com/docs/grafana/latest/alerting/fundamentals/notifications/notification-policies/.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import re2

from tieout.syntax.cursor import Cursor

#: Policies that are looked at for one alert; whoever has more of them is not told.
_MOST_POLICIES: Final = 500
_MATCHER_PARTS: Final = 3


class UndecidedError(Exception):
    """What the file says does not decide it."""


def receivers(tree: Cursor, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the contact points that an alert reaches; none where its labels do not decide.

    Args:
        tree: The policy at the top.
        labels: Those that the rule writes, its name and folder among them.
    """
    try:
        return tuple(dict.fromkeys(_reached(tree, labels, "", [0])))
    except UndecidedError:
        return ()


def _reached(policy: Cursor, labels: Mapping[str, str], inherited: str, seen: list[int]) -> Iterator[str]:
    """Of the policies below the first that matches, and the next ones where it says so; without any its own."""
    receiver = policy.down("receiver").text or inherited
    matched = False
    for below in policy.down("routes").elements():
        seen[0] += 1
        if seen[0] > _MOST_POLICIES:
            raise UndecidedError
        if not all(_matches(matcher, labels) for matcher in _matchers(below)):
            continue
        matched = True
        yield from _reached(below, labels, receiver, seen)
        if below.down("continue").truth is not True:
            return
    if not matched:
        if not receiver:
            raise UndecidedError
        yield receiver


def _matchers(policy: Cursor) -> Iterator[tuple[str, str, str]]:
    for matcher in policy.down("object_matchers").elements():
        parts = [part.value for part in matcher.elements()]
        if len(parts) != _MATCHER_PARTS or not all(isinstance(part, str) for part in parts):
            raise UndecidedError
        yield parts[0], parts[1], parts[2]
    for name in ("matchers", "match", "match_re"):
        if policy.down(name).value:  # written in other ways, which are not read
            raise UndecidedError


def _matches(matcher: tuple[str, str, str], labels: Mapping[str, str]) -> bool:
    name, sign, value = matcher
    if name not in labels or "{{" in labels[name]:
        raise UndecidedError
    if sign in {"=", "!="}:
        return (labels[name] == value) is (sign == "=")
    if sign in {"=~", "!~"}:
        return _fits(labels[name], value) is (sign == "=~")
    raise UndecidedError


def _fits(label: str, pattern: str) -> bool:
    """Whether a pattern fits a whole label; the language of its patterns is RE2's, as Grafana's is."""
    options = re2.Options()
    options.log_errors = False
    try:
        return bool(re2.compile(f"^(?:{pattern})$", options).fullmatch(label))
    except (re2.error, UnicodeError):
        raise UndecidedError from None
