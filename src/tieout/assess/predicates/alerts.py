"""Predicates about alert rules: each behaviour is watched, and what is to trigger a switch can fire."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import Field, field_validator

from tieout.assess.context import Context
from tieout.assess.predicates.base import Arguments, Predicate, lacking, outcome
from tieout.assess.selection import Hit, artefact_of, filled, select
from tieout.assess.wording import clauses, counted, listed, named, number, plain, verb
from tieout.domain.assessment import CheckResult
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import add_duration, in_words, is_duration

#: The words of a metric's name: `llm_request_latency_seconds` has four, and `nolatency` is one of its own.
_WORDS = re.compile(r"[a-z0-9]+")
#: A histogram's parts that say how many values were measured and since when, and nothing of the values themselves.
_HOW_MANY = re.compile(
    r"(?:_created|(?:^|[_:])(?:seconds|milliseconds|ms|latency|duration|costs?|spend|usd|eur|dollars|euros)_count)(?=$|:)"
)


class _AlertArguments(Arguments):
    longest_wait: str = Field(
        default="PT24H", description="an alert that must hold for longer before it fires does not count (ISO 8601)"
    )

    @field_validator("longest_wait")
    @classmethod
    def _is_duration(cls, value: str) -> str:
        if not is_duration(value):
            message = f"'{value}' is not a duration such as PT24H"
            raise ValueError(message)
        return value


class WatchedArguments(_AlertArguments):
    """Arguments of `watched`."""

    behaviours: dict[str, str] = Field(
        min_length=1, description="behaviour -> pattern of a whole word of a metric that some alert expression reads"
    )

    def artefacts(self) -> tuple[str, ...]:
        """The alert rules."""
        return ("alert_rules",)

    def asks(self) -> str:
        """Of each behaviour."""
        return (
            f"Each of {listed(sorted(self.behaviours))} has an alert rule that fires on the value of a metric of its "
            f"own; a rule that cannot fire, or that waits longer than {in_words(self.longest_wait)}, does not count."
        )


def watched(context: Context, arguments: WatchedArguments) -> CheckResult:
    """Each behaviour has an alert rule that can fire, on the value of a metric of its own."""
    supply = context.supply("alert_rules")
    if supply.lack:
        return supply.lack
    hits = select(supply.fresh, "alert_rules.rules")
    if not hits:
        return outcome(
            "watched", Verdict.GAP, "No alert rule is configured.", items=supply.fresh, seen={"population": 0}
        )
    dead = {_key(hit): fault for hit in hits if (fault := _fault(context, hit.value, arguments.longest_wait))}
    alive = [hit for hit in hits if _key(hit) not in dead]
    fitting = _fitting(alive, arguments)
    own = _each_its_own(fitting)
    missing = [behaviour for behaviour, found in fitting.items() if not found]
    shared = [behaviour for behaviour, found in fitting.items() if found and behaviour not in own]
    seen: dict[str, Any] = {"rules": len(hits), "missing": [*missing, *shared]}
    aside = f" {_told(hits, dead)}" if dead else ""
    if missing or shared:
        sentences = [
            *(
                [f"No alert rule watches {listed(missing, 'or')} ({counted(len(hits), 'rule')} read)."]
                if missing
                else []
            ),
            *(_without_own(behaviour, fitting) for behaviour in shared),
        ]
        return outcome(
            "watched",
            Verdict.GAP,
            " ".join(sentences) + aside,
            items=supply.fresh,
            hits=[hit for hit in hits if _key(hit) in dead],
            seen=seen,
        )
    sure = [hit for hit in alive if not _doubt(hit.value)]
    if unsure := sorted(set(arguments.behaviours) - set(_each_its_own(_fitting(sure, arguments)))):
        doubtful = [hit for hit in alive if _doubt(hit.value) and any(_fitting([hit], arguments).values())]
        told = [f"{hit.value.get('name')} {_doubt(hit.value)}" for hit in doubtful]
        return outcome(
            "watched",
            Verdict.PARTIAL,
            f"That an alert rule watches {listed(unsure, 'or')} in production is not shown: {clauses(told)}.{aside}",
            items=supply.fresh,
            hits=doubtful,
            seen={**seen, "unclear": unsure},
        )
    watching = [hit for hit in sure if any(_fitting([hit], arguments).values())]
    return outcome(
        "watched",
        Verdict.SATISFIED,
        f"{counted(len(watching), 'alert rule')} {verb(len(watching), 'watches', 'watch')} "
        f"{listed(sorted(arguments.behaviours))}.{aside}",
        items=supply.fresh,
        judged=watching,
        seen=seen,
    )


def _fitting(hits: Sequence[Hit], arguments: WatchedArguments) -> dict[str, list[str]]:
    """Behaviour -> metrics of alert rules that speak of it."""
    metrics = sorted({metric for hit in hits for metric in hit.value.get("metrics", ())})
    return {
        behaviour: [metric for metric in metrics if _speaks_of(metric, pattern)]
        for behaviour, pattern in sorted(arguments.behaviours.items())
    }


class TriggersArguments(_AlertArguments):
    """Arguments of `triggers`."""

    named_by: str = Field(description="selector of the names of alerts")
    where: dict[str, Any] = Field(default_factory=dict)
    meaning: str = Field(description="what the alerts are for, as in 'the switch's trigger'")

    def artefacts(self) -> tuple[str, ...]:
        """What names the alerts, and the alert rules."""
        return (artefact_of(self.named_by), "alert_rules")

    def asks(self) -> str:
        """Of each alert that is named."""
        return (
            f"{self.meaning[:1].upper()}{self.meaning[1:]} is an alert that is loaded, that can fire, and that waits "
            f"no longer than {in_words(self.longest_wait)}."
        )


def triggers(context: Context, arguments: TriggersArguments) -> CheckResult:
    """Each alert that is named is loaded, can fire, and does not wait too long."""
    naming, alerts = context.supply(artefact_of(arguments.named_by)), context.supply("alert_rules")
    if lack := lacking(naming, alerts):
        return lack
    hits = [hit for hit in select(naming.fresh, arguments.named_by, arguments.where) if filled(hit.value)]
    rules = select(alerts.fresh, "alert_rules.rules")
    items = (*naming.fresh, *alerts.fresh)
    start = f"{arguments.meaning[:1].upper()}{arguments.meaning[1:]}"
    if not hits:
        return outcome("triggers", Verdict.GAP, f"{start} is named nowhere.", items=items, seen={"population": 0})
    faults: list[str] = []
    judged: list[Hit] = []
    unclear: dict[str, list[Hit]] = {}
    for hit in hits:
        loaded = [rule for rule in rules if rule.value.get("name") == hit.value]
        found = [_fault(context, rule.value, arguments.longest_wait) for rule in loaded]
        if not loaded:
            faults.append(f"the alert rules do not name {hit.value}")
            judged.append(hit)
        elif all(found):
            faults.append(f"{hit.value} {found[0]}")
            judged.extend(loaded)
        elif doubtful := [rule for rule in loaded if _doubt(rule.value)]:
            unclear[f"{hit.value} {_doubt(doubtful[0].value)}"] = doubtful
    names = sorted({str(hit.value) for hit in hits})
    seen = {"population": len(names), "failing": len(faults)}
    if faults:
        return outcome(
            "triggers",
            Verdict.GAP,
            f"{start} is not shown to be an alert that can fire: {clauses(dict.fromkeys(faults))}.",
            items=items,
            hits=judged,
            seen=seen,
        )
    if unclear:
        return outcome(
            "triggers",
            Verdict.PARTIAL,
            f"That {arguments.meaning} can fire in production is not shown: {clauses(unclear)}.",
            items=items,
            hits=[rule for found in unclear.values() for rule in found],
            seen={**seen, "unclear": len(unclear)},
        )
    return outcome(
        "triggers",
        Verdict.SATISFIED,
        f"{start} is an alert that is loaded, and nothing in it keeps it from firing: {named(names)}.",
        items=items,
        judged=[*hits, *(rule for rule in rules if rule.value.get("name") in names)],
        seen=seen,
    )


def _fault(context: Context, rule: Mapping[str, Any], longest: str) -> str | None:
    """Why an alert rule does not count, with its verb; None where nothing says so."""
    if rule.get("can_fire") is False:
        return "can never fire: no number that its metrics can have makes its expression hold"
    hold, interval = rule.get("hold_seconds"), rule.get("interval_seconds") or 0
    if hold is None and filled(rule.get("hold")):
        return "does not say in a readable way how long it waits"
    allowed = (add_duration(context.as_of, longest) - context.as_of) / timedelta(seconds=1)
    told = rule.get("hold") or f"{number(hold or 0)} s"
    if (hold or 0) > allowed:
        return f"waits {told} before it fires, where {in_words(longest)} are allowed"
    # What begins just after a look is seen at the next one, and has held for long enough at some later look.
    looks = 1 + math.ceil((hold or 0) / interval) if interval else 0
    if looks * interval <= allowed:
        return None
    waits = f" and waits {told}" if hold else ""
    return (
        f"is looked at every {number(interval)} s{waits}, so that {number(looks * interval)} s may pass before it "
        f"fires, where {in_words(longest)} are allowed"
    )


def _doubt(rule: Mapping[str, Any]) -> str | None:
    """Why it is not shown what an alert rule does in production, with its verb; None where nothing says so."""
    if filled(rule.get("environment")):
        return f"asks for {plain(rule['environment'])}"
    return "has an expression that this version does not understand" if rule.get("can_fire") is None else None


def _speaks_of(metric: str, pattern: str) -> bool:
    if _HOW_MANY.search(metric.lower()):
        return False
    return any(re.fullmatch(pattern, word) for word in _WORDS.findall(metric.lower()))


def _each_its_own(fitting: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Behaviour -> a metric that no other behaviour uses, for as many as can be (augmenting paths)."""
    user: dict[str, str] = {}

    def place(behaviour: str, tried: set[str]) -> bool:
        for metric in fitting[behaviour]:
            if metric not in tried:
                tried.add(metric)
                if metric not in user or place(user[metric], tried):
                    user[metric] = behaviour
                    return True
        return False

    for behaviour in fitting:
        place(behaviour, set())
    return {behaviour: metric for metric, behaviour in user.items()}


def _without_own(behaviour: str, fitting: Mapping[str, Sequence[str]]) -> str:
    metrics = fitting[behaviour]
    others = [other for other, found in fitting.items() if other != behaviour and set(found) & set(metrics)]
    return (
        f"No alert rule watches {behaviour} by a metric of its own: {named(metrics)} stands for {listed(others)} too."
    )


def _key(hit: Hit) -> tuple[str, str]:
    return hit.item.id, hit.pointer


def _told(hits: Sequence[Hit], dead: Mapping[tuple[str, str], str]) -> str:
    told = [f"{hit.value.get('name')} {dead[_key(hit)]}" for hit in hits if _key(hit) in dead]
    return f"{counted(len(told), 'rule')} {verb(len(told), 'does', 'do')} not count: {clauses(told)}."


PREDICATES = (
    Predicate("watched", WatchedArguments, watched),
    Predicate("triggers", TriggersArguments, triggers),
)
