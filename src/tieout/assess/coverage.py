"""What a log leaves out: days, silences and lines of which nothing that it says can be shown."""

from collections.abc import Iterable
from datetime import datetime

from tieout.assess.measurement import utc
from tieout.assess.wording import counted, named, number
from tieout.domain.artefacts.logs import Telemetry
from tieout.domain.collection import Period
from tieout.domain.evidence import EvidenceItem

#: Of a longer silence nothing is shown (a default of ours: two days, so that a weekend night is no hole).
LONGEST_SILENCE_SECONDS = 48 * 3600


def dropped_models(logs: Iterable[EvidenceItem]) -> int:
    """How many served models the logs had and could not keep."""
    return sum(Telemetry.model_validate(item.facts).models_dropped for item in logs)


def unread(log: Telemetry) -> int:
    """Lines that could not be used, without those whose neighbours show that they lie outside of the period."""
    return max(log.unreadable + log.invalid - log.rejected_outside, 0)


def begun_told(log: Telemetry) -> str:
    """What to say beside a count of days: which are left out of it, because only a part of them is assessed."""
    if not log.days_begun:
        return ""
    days = named(f"{day:%Y-%m-%d}" for day in log.days_begun)
    lie, have = ("lie", "have") if len(log.days_begun) > 1 else ("lies", "has")
    return f" (not counting {days}, which {lie} only partly in the period and {have} no record)"


def not_shown(logs: Iterable[EvidenceItem], period: Period, as_of: datetime) -> list[str]:
    """What of the period the logs cannot speak of, in words; empty where no hole is seen."""
    end = min(period.end, as_of)
    return [told for item in logs for told in _of_log(item, Telemetry.model_validate(item.facts), period.start, end)]


def completes(logs: Iterable[EvidenceItem], period: Period, as_of: datetime) -> list[str]:
    """What would show what `not_shown` says is not."""
    end = min(period.end, as_of)
    found: list[str] = []
    for item in logs:
        log, source = Telemetry.model_validate(item.facts), item.provenance.source
        if utc(log.period_start) > period.start or utc(log.period_end) < end:
            found.append(f"Collect {source} again, for the whole period.")
        silence = log.longest_hole_seconds
        if silence is None or silence > LONGEST_SILENCE_SECONDS or log.days_in_period > log.days_covered:
            found.append(f"Supply what {source} lacks: the records of its silences and of its days without one.")
        if unread(log) > 0:
            found.append(f"Repair the lines of {source} that could not be used.")
    return found


def _of_log(item: EvidenceItem, log: Telemetry, start: datetime, end: datetime) -> list[str]:
    source = item.provenance.source
    found = []
    if utc(log.period_start) > start or utc(log.period_end) < end:
        found.append(f"{source} was counted from {log.period_start:%Y-%m-%d} to {log.period_end:%Y-%m-%d} only")
    long = sorted((hole for hole in log.holes if hole.seconds > LONGEST_SILENCE_SECONDS), key=lambda hole: hole.start)
    if long:
        spans = [f"{hole.start:%Y-%m-%d %H:%M} to {hole.end:%Y-%m-%d %H:%M} UTC" for hole in long]
        found.append(f"{source} is silent from {named(spans)}")
    elif log.longest_hole_seconds is None:
        found.append(f"{source} does not say how long its longest silence is")
    elif log.longest_hole_seconds > LONGEST_SILENCE_SECONDS:
        found.append(f"{source} is silent for {number(round(log.longest_hole_seconds / 3600, 1))} h")
    missing = log.days_in_period - log.days_covered
    if missing > 0:
        found.append(f"{source} has no record on {missing} of {counted(log.days_in_period, 'day')}{begun_told(log)}")
    rejects = unread(log)
    if rejects > 0:
        inside = [one for one in log.rejects if not one.outside]
        first = f" (first {inside[0].path}:{inside[0].line})" if inside else ""
        found.append(f"{counted(rejects, 'line')} of {source} could not be used{first}")
    return found
