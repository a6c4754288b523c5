"""Is a log long and large enough to say anything, is each record there once, was the period chosen around a silence?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tieout.assess.context import Context
from tieout.assess.coverage import LONGEST_SILENCE_SECONDS
from tieout.assess.measurement import repeats_told, utc
from tieout.assess.wording import clauses, counted, number
from tieout.domain.artefacts.logs import Hole, Telemetry, repeats_matter
from tieout.domain.assessment import CheckResult
from tieout.domain.evidence import EvidenceItem, Place
from tieout.domain.rules import Need, Rule
from tieout.domain.verdicts import Verdict
from tieout.kernel.clock import add_duration

#: The period that is assessed where none is configured: a shorter one was chosen, and that is said.
USUAL_DAYS = 90
_DAY = timedelta(days=1)
_LOG = "telemetry"


def extent(context: Context, rule: Rule) -> list[CheckResult]:
    """Beside the checks of a rule that needs a log: what keeps them all from being more than partial."""
    need = rule.needs.get(_LOG)
    items = context.supply(_LOG).fresh if need else ()
    logs = [(item, Telemetry.model_validate(item.facts)) for item in items]
    if need is None or not any(log.in_period > 0 for _, log in logs):
        return []
    found = [
        *_short(context, need, [log for _, log in logs]),
        *_few(need, [log for _, log in logs]),
        *(told for item, log in logs for told in _repeats(item, log)),
        *(told for item, log in logs for told in _around(context, item, log)),
    ]
    if not found:
        return []
    return [
        CheckResult(
            predicate="extent",
            verdict=Verdict.PARTIAL,
            reason=f"The log shows too little: {clauses(found)}.",
            evidence=tuple(sorted(item.id for item in items)),
            places=tuple(place for item, log in logs for place in _places(item, log)),
        )
    ]


def period_note(context: Context, told: Sequence[CheckResult]) -> str:
    """`(Period of 30 days; the default is 90.)`, where what is told leans on a log of a shorter period."""
    logs = {item.id for item in context.collection.items if item.type == _LOG}
    days = _days(context.period.start, _end(context))
    if days >= USUAL_DAYS or not any(logs & set(check.evidence) for check in told):
        return ""
    return f" (Period of {counted(days, 'day')}; the default is {USUAL_DAYS}.)"


def _end(context: Context) -> datetime:
    return min(context.period.end, context.as_of)


def _days(start: datetime, end: datetime) -> int:
    """Days that were begun."""
    return -((start - end) // _DAY)


def _short(context: Context, need: Need, logs: Sequence[Telemetry]) -> list[str]:
    if need.stretch is None:
        return []
    start = context.period.start
    wanted = _days(start, add_duration(start, need.stretch))
    period = _days(start, _end(context))
    if period < wanted:
        return [f"the assessed period is {counted(period, 'day')}, where {number(wanted)} are wanted"]
    times = [utc(time) for log in logs for time in (log.first, log.last) if time is not None]
    spanned = (max(times).date() - min(times).date()).days + 1 if times else wanted
    if spanned < wanted:
        return [f"its records lie within {counted(spanned, 'day')}, where {number(wanted)} are wanted"]
    return []


def _few(need: Need, logs: Sequence[Telemetry]) -> list[str]:
    records = sum(max(log.in_period - (log.repeats or 0), 0) for log in logs)
    if need.records is None or records >= need.records:
        return []
    return [f"it holds {counted(records, 'record')} of the period, where {number(need.records)} are wanted"]


def _repeats(item: EvidenceItem, log: Telemetry) -> list[str]:
    if not repeats_matter(log.repeats, log.in_period):
        return []
    return [f"{item.provenance.source} {repeats_told(log)}"]


def _places(item: EvidenceItem, log: Telemetry) -> list[Place]:
    source = item.provenance.source
    return [Place(source=source, path=one.path, line=one.line) for one in log.repeat_places] or [item.place()]


def _around(context: Context, item: EvidenceItem, log: Telemetry) -> list[str]:
    """A silence just before a period that was chosen: the usual period would have held it."""
    long = [hole for hole in log.holes_before if hole.seconds > LONGEST_SILENCE_SECONDS]
    if not long or _days(context.period.start, _end(context)) >= USUAL_DAYS:
        return []
    return [f"just before the chosen period, {item.provenance.source} is silent {_span(long[0])}"]


def _span(hole: Hole) -> str:
    hours = number(round(hole.seconds / 3600, 1))
    return f"for {hours} h from {hole.start:%Y-%m-%d %H:%M} to {hole.end:%Y-%m-%d %H:%M} UTC"
