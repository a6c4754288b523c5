"""Grafana's alert rules: provisioning files, exports of its API, and objects of its operator -> alert_rules.

What each form holds: https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/. Alerts of
dashboards are told and do not count: Grafana 11 and later do not load them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.collectors.config.convert import NotConvertibleError, wait
from tieout.collectors.config.documents_of import documents_of
from tieout.collectors.config.grafana_parts.chain import watched
from tieout.collectors.config.grafana_parts.policies import receivers
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact, Rows
from tieout.kernel.reading.documents import Document, kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

#: Words that Grafana takes for true and false, as Go's strconv.ParseBool does.
_TRUTHS: Final = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False", ""), False),
}
#: Labels that stand for whom an alert calls where nothing else says it, as for rules of Prometheus.
_CALLS: Final = ("route", "receiver", "team")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule, with what stands around it.

    Attributes:
        at: The rule.
        outer: What its labels and its wait stand in; the rule itself but in answers of the ruler's API.
        interval: How often its group is looked at.
        folder: That it stands in; None where the file does not name it.
    """

    at: Cursor
    outer: Cursor
    interval: Cursor | None
    folder: str | None


@dataclass(frozen=True, slots=True)
class _Tree:
    """A tree of notification policies, and the path of its file where that is not the one that is read."""

    at: Cursor
    path: str


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(
        next(_rules(top), None) is not None
        or next(_dashboard_alerts(top), None) is not None
        or _settings(top, "policies") is not None
        or _settings(top, "contactPoints") is not None
        for document in _documents(file)
        for top in _tops(document)
    )


def _documents(file: ConfigFile) -> list[Document]:
    return documents_of(file, b"datasourceUid")


def _tops(document: Document) -> Iterator[Cursor]:
    """The document, and where it is a list of objects each of them."""
    top = Cursor.top(document)
    yield top
    if top.down("kind").text == "List":
        yield from top.down("items").rows()


def _settings(top: Cursor, name: str) -> Cursor | None:
    """A list of a provisioning file; other products have lists of these names too, without a version of one digit."""
    found = top.down(name)
    return found if top.down("apiVersion").value == 1 and isinstance(found.value, list) else None


def _rules(top: Cursor) -> Iterator[_Rule]:
    """The rules of one object, in whichever form it has them."""
    for group in top.down("groups").rows():
        yield from _of_list(group.down("rules"), group.down("interval"), group.down("folder").text)
    if top.down("kind").text == "GrafanaAlertRuleGroup":
        yield from _of_list(top.down("spec", "rules"), top.down("spec", "interval"))
    if top.down("folderUid").text:  # one group of the API
        yield from _of_list(top.down("rules"), top.down("interval"))
    yield from _of_list(top)  # the API's list of rules
    for folder in top.members():  # the ruler's API: folder -> groups
        for group in folder.rows():
            for rule in group.down("rules").rows():
                inner = rule.down("grafana_alert")
                if _is_rule(inner):
                    yield _Rule(inner, rule, group.down("interval"), folder.key)


def _of_list(rules: Cursor, interval: Cursor | None = None, folder: str | None = None) -> Iterator[_Rule]:
    return (_Rule(rule, rule, interval, folder) for rule in rules.rows() if _is_rule(rule))


def _is_rule(rule: Cursor) -> bool:
    return isinstance(rule.value, dict) and "title" in rule.value and isinstance(rule.value.get("data"), list)


def _dashboard_alerts(top: Cursor) -> Iterator[Cursor]:
    """Alerts of a dashboard's panels."""
    board = top.down("dashboard") if isinstance(top.down("dashboard").value, dict) else top
    rows = [
        *board.down("panels").rows(),
        *(panel for row in board.down("rows").rows() for panel in row.down("panels").rows()),
    ]
    yield from (alert for panel in rows if isinstance((alert := panel.down("alert")).down("conditions").value, list))


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> list[Found]:
    rows = Rows("alert_rules", "rules", "Grafana")
    tree = _policies(file, beside)
    deleted = _deleted(file)
    for document in _documents(file):
        for top in _tops(document):
            for rule in _rules(top):
                _take(rule, rows, tree, deleted)
            for alert in _dashboard_alerts(top):
                rows.note(
                    alert,
                    f"{_named(alert.down('name'))} is an alert of a dashboard, which Grafana 11 and later do not load",
                )
    return rows.found()


def _policies(file: ConfigFile, beside: Sequence[ConfigFile]) -> _Tree | None:
    """The one tree of notification policies of a source; None where there is none, or more than one."""
    found = [
        _Tree(tree, "" if other.path == file.path else other.path)
        for other in beside
        for document in _documents(other)
        for top in _tops(document)
        if (listed := _settings(top, "policies")) is not None
        for tree in listed.rows()
    ]
    return found[0] if len(found) == 1 else None


def _deleted(file: ConfigFile) -> frozenset[str]:
    """Rules that a provisioning file takes away again, by their own ids."""
    return frozenset(
        uid
        for document in _documents(file)
        for row in Cursor.top(document).down("deleteRules").rows()
        if (uid := row.down("uid").text)
    )


def _take(rule: _Rule, rows: Rows, tree: _Tree | None, deleted: frozenset[str]) -> None:
    at = rule.at
    name = at.down("title")
    called = _named(name)
    if at.down("record").value is not None:
        return  # it records a series, and alerts nobody
    paused = at.first("isPaused", "is_paused")
    is_paused = _TRUTHS.get("" if paused.value is None else str(paused.value).strip())
    if is_paused is None:
        rows.drop(paused, f"whether {called} counts cannot be told: its 'isPaused' is neither true nor false")
    elif is_paused:
        rows.note(at, f"{called} is paused, so it does not count")
    elif at.down("uid").text in deleted:
        rows.note(at, f"{called} is taken away again by 'deleteRules', so it does not count")
    elif name.text is None:
        rows.drop(at, "an alert rule cannot be judged: it has no 'title'")
    else:
        _row(rule, name, rows, tree)


def _row(rule: _Rule, name: Cursor, rows: Rows, tree: _Tree | None) -> None:
    at, called = rule.at, _named(name)
    condition = at.down("condition").text or ""
    found = watched(at.down("data"), condition)
    if found is None:
        rows.drop(at.down("condition"), f"{called} cannot be judged: its condition names none of its queries")
        return
    if found.made_up:
        rows.note(at, f"{called} asks data that Grafana makes up for tests, so it does not count")
        return
    if found.series:
        sentence = f"{called} compares a series of points that nothing reduces to a number, which Grafana refuses"
        rows.note(at.down("condition"), f"{sentence}: whether it can fire is not judged")
    hold, held = _duration(rule.outer.down("for"), rows)
    _, interval = _duration(rule.interval, rows, counted=True)
    labels = rule.outer.down("labels")
    route = _route(rule, name, tree)
    rows.add(
        at,
        {
            "name": Fact(name.text, name),
            "expression": Fact(found.expression or "nothing is asked", found.at or at),
            "metrics": Fact(list(found.metrics), found.at),
            "can_fire": Fact(found.can_fire, at.down("condition")),
            "environment": Fact(found.environment, found.at),
            "hold": Fact(hold, rule.outer.down("for")),
            "hold_seconds": Fact(held, rule.outer.down("for")),
            "interval_seconds": Fact(interval, rule.interval),
            "severity": Fact(labels.down("severity").text, labels.down("severity")),
            "route": route,
        },
    )


def _duration(place: Cursor | None, rows: Rows, *, counted: bool = False) -> tuple[str | None, float | None]:
    """A wait as written and in seconds; what is none is told.

    Args:
        place: Where it stands.
        rows: That it is told to.
        counted: Whether a bare number counts seconds, as in the API's groups.
    """
    value = None if place is None else place.value
    if place is None or value is None or value == "":
        return None, None
    bare = not isinstance(value, bool) and isinstance(value, int | float)
    if bare and value == 0:
        return "0", 0.0
    if bare and counted and (place.number or 0) > 0:
        return None, place.number
    try:
        return str(value), wait(value, None)
    except NotConvertibleError as error:
        rows.note(place, f"'{place.key}' {error}")
        return excerpt(str(value)), None


def _route(rule: _Rule, name: Cursor, tree: _Tree | None) -> Fact:
    """Whom it calls: by its own settings, by the policies of the source, or by a label that says so."""
    own = rule.at.down("notification_settings", "receiver")
    if own.text:
        return Fact(own.text, own)
    labels = rule.outer.down("labels")
    if tree is not None:
        known = {one.key: one.text for one in labels.members() if one.text} | {"alertname": name.text or ""}
        reached = receivers(tree.at, known | ({"grafana_folder": rule.folder} if rule.folder else {}))
        if reached:
            return Fact(", ".join(reached), tree.at, tree.path)
    return next((Fact(one.text, one) for key in _CALLS if (one := labels.down(key)).text), Fact(None))


def _named(name: Cursor) -> str:
    return f"'{excerpt(name.text)}'" if name.text else "an alert rule"


READERS = (Reader("grafana", "Grafana alerting", ("alert_rules",), _suits, _recognises, _read),)
