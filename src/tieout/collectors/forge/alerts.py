"""`security_alerts`: how many alerts are open, by severity; a feed that is switched off is not one without alerts."""

from collections import Counter
from typing import Any, Final, Literal

from tieout.collectors.forge.answers import Answer, Row
from tieout.collectors.forge.disagreeing import fetched, settled, updated
from tieout.collectors.forge.filters import only_open
from tieout.collectors.forge.reading import Places, Reading, listed_whole
from tieout.collectors.forge.refusals import meaning, sentence
from tieout.collectors.forge.values import instant, text, whole
from tieout.domain.artefacts.forge import AlertFeed, SecurityAlerts

TYPE: Final = "security_alerts"

_Feed = Literal["dependencies", "code", "secrets", "vulnerabilities"]
_FEEDS: Final[dict[str, _Feed]] = {
    "github-dependabot": "dependencies",
    "github-code-scanning": "code",
    "github-secret-scanning": "secrets",
    "gitlab-vulnerabilities": "vulnerabilities",
}
#: States in which nobody has dealt with an alert.
_OPEN: Final = frozenset({"open", "detected", "confirmed"})
_UNRATED: Final = "not rated"
# The severity of an alert, the first that is told: advisories rate it, code scanning by its rule.
_SEVERITIES: Final = (
    ("security_vulnerability", "severity"),
    ("security_advisory", "severity"),
    ("rule", "security_severity_level"),
    ("rule", "severity"),
    ("severity",),
)


def gather(reading: Reading) -> None:
    """Add the counts of every feed that was read or is switched off."""
    feeds: list[AlertFeed] = []
    places: Places = {}
    used: list[Answer] = []
    for name, feed in _FEEDS.items():
        answers = reading.of(name)
        if answers:
            rows = _each_once(answers)
            if rows:
                places[f"/feeds/{len(feeds)}"] = (rows[0][0], rows[0][1].pointer)
            feeds.append(_counted(feed, [row for _, row in rows], answers))
            used += answers
        for answer in reading.refused(name):
            if meaning(answer) == "switched off" and not answers:
                feeds.append(AlertFeed(feed=feed, enabled=False))
                used.append(answer)
            elif meaning(answer) == "nothing yet":
                reading.gathering.problem(
                    "absent", answer.path, "code scanning has analysed nothing yet", types=(TYPE,)
                )
            else:
                reading.unreadable(TYPE, answer, sentence(answer))
    if feeds:
        facts = SecurityAlerts(forge=reading.forge, repository=reading.repository, feeds=tuple(feeds))
        reading.add(TYPE, facts, used, effective=reading.settled(used), places=places)


def _each_once(answers: list[Answer]) -> list[tuple[Answer, Row]]:
    """The alerts, one that several answers hold as the newest of them has it."""
    found: dict[tuple[Any, ...], list[tuple[Answer, Row]]] = {}
    for answer in answers:
        for row in answer.rows:
            number = whole(row.data, "number") if "number" in row.data else whole(row.data, "id")
            key = (number,) if number is not None else (answer.path, row.pointer)
            found.setdefault(key, []).append((answer, row))
    ages = (lambda one: fetched(one[0]), lambda one: updated(one[1]))
    # Where nothing tells which is the newest, an alert that one of them has open is not known to be dealt with.
    return [
        settled(told, lambda one: (_state(one[1]), _severity(one[1])), ages)
        or next((one for one in told if _state(one[1]) in _OPEN), told[0])
        for told in found.values()
    ]


def _counted(feed: _Feed, rows: list[Row], answers: list[Answer]) -> AlertFeed:
    # Of a list that was asked for in part, or did not come to its end, nobody knows what else is open.
    fit = [answer for answer in answers if not answer.lack]
    fit = [] if any(answer.whole is False for answer in fit) else fit
    told_closed = any(not only_open(answer) for answer in answers)
    open_ = [row for row in rows if _state(row) in _OPEN]
    since = [moment for row in open_ if (moment := instant(row.data, "created_at") or instant(row.data, "detected_at"))]
    closed = Counter(_state(row) for row in rows if _state(row) not in _OPEN)
    return AlertFeed(
        feed=feed,
        enabled=True,
        open=dict(sorted(Counter(_severity(row) for row in open_).items())) if fit else None,
        closed=dict(sorted(closed.items())) if told_closed else None,
        oldest_open=min(since, default=None) if fit else None,
        listed_whole=listed_whole(answers),
    )


def _state(row: Row) -> str:
    # Code scanning leaves the state out where its instances differ: such an alert is not known to be dealt with.
    return (text(row.data, "state") or "open").lower()


def _severity(row: Row) -> str:
    return next((told.lower() for steps in _SEVERITIES if (told := text(row.data, *steps))), _UNRATED)
