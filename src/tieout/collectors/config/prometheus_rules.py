"""What makes Prometheus refuse a whole file of rules: none of its rules is loaded, sound ones beside it included.

Prometheus takes no key that it does not know, no duration or expression that it cannot read; nor do Mimir's and Loki's
rulers, and the operator passes over such an object. Source: model/rulefmt of github.com/prometheus/prometheus.
"""

from collections.abc import Iterator
from typing import Final

from tieout.collectors.config.logql import is_log_query
from tieout.collectors.config.promql_reading import read, seconds
from tieout.collectors.config.taking import is_variable
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_KEYS: Final = frozenset({"alert", "annotations", "expr", "for", "keep_firing_for", "labels", "record"})
_OFF: Final = frozenset({"active", "disable", "disabled", "enable", "enabled", "ignore", "paused", "skip"})
_MOST_TOLD: Final = 20


def refusals(document: Document) -> list[tuple[int | None, str]]:
    """(line, reason) of what makes Prometheus refuse a document's rules; nothing where it takes them."""
    found: list[tuple[int | None, str]] = []
    for at, wrong in _refused(Cursor.top(document)):
        if len(found) == _MOST_TOLD:
            break
        found.append((at.line, f"{wrong}: Prometheus refuses all rules of the file, so that none of them counts"))
    return found


def unfit(document: Document) -> list[tuple[int | None, str]]:
    """(line, reason) of expressions that Prometheus refuses, and that other readers of PromQL may take."""
    found = [
        (expr.line, "'expr' has types that do not fit, or a function not known here: Prometheus would refuse the file")
        for group in _groups(Cursor.top(document))
        for rule in group.down("rules").rows()
        if (expr := rule.down("expr")).text and not is_variable(expr.text or "") and read(expr.text or "").unfit
    ]
    return found[:_MOST_TOLD]


def _specs(top: Cursor) -> list[Cursor]:
    return [top, top.down("spec"), *(item.down("spec") for item in top.down("items").rows())]


def _groups(top: Cursor) -> Iterator[Cursor]:
    return (group for spec in _specs(top) for group in spec.down("groups").rows())


def _refused(top: Cursor) -> Iterator[tuple[Cursor, str]]:
    if isinstance(top.down("groups").value, list):  # an object's schema passes over what it does not know
        yield from _switches(top, "a file of rules")
    for spec in _specs(top):
        names: set[str] = set()
        for group in spec.down("groups").rows():
            name = group.down("name").value
            if name is None or name == "":
                yield group, "a group of rules has no name"
            elif str(name) in names:
                yield group, f"two groups of rules are called '{excerpt(str(name))}'"
            names.add(str(name))
            yield from _of_group(group)
            for rule in group.down("rules").rows():
                yield from _of_rule(rule)


def _switches(at: Cursor, of: str) -> Iterator[tuple[Cursor, str]]:
    for member in at.members():
        if member.key.casefold() in _OFF:
            yield member, f"'{excerpt(member.key)}' is no key of {of}"


def _of_group(group: Cursor) -> Iterator[tuple[Cursor, str]]:
    # Rulers know keys of their own for a group; that it is off is said by none of them.
    yield from _switches(group, "a group of rules")
    yield from _durations(group, "interval", "query_offset")


def _of_rule(rule: Cursor) -> Iterator[tuple[Cursor, str]]:
    for member in rule.members():
        if member.key not in _KEYS:
            yield member, f"'{excerpt(member.key)}' is no key of a rule"
    if rule.down("alert").text and rule.down("record").text:
        yield rule, "a rule has both 'alert' and 'record'"
    for key in ("annotations", "labels"):
        if rule.down(key).value is not None and not isinstance(rule.down(key).value, dict):
            yield rule.down(key), f"'{key}' is no mapping of names to texts"
    yield from _durations(rule, "for", "keep_firing_for")
    for key in ("annotations", "for", "keep_firing_for") if rule.down("record").text else ():
        value = rule.down(key).value
        if value and not (isinstance(value, str) and seconds(value) == 0):
            yield rule.down(key), f"'{key}' is no key of a rule that records"
    expression = rule.down("expr").text
    if expression and not is_variable(expression) and not is_log_query(expression) and read(expression).broken:
        yield rule.down("expr"), "'expr' is no expression of PromQL: it ends too early, or a sign in it has no place"


def _durations(at: Cursor, *keys: str) -> Iterator[tuple[Cursor, str]]:
    for key in keys:
        one = at.down(key)
        # A number without a unit is read as text, of which only 0 is a duration.
        text = one.value if isinstance(one.value, str) else str(one.value)
        if one.value not in (None, "") and not is_variable(text) and seconds(text) is None:
            yield one, f"'{key}' is not a duration such as 5m"
