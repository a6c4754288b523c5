"""Turns the counts of a log into the `telemetry` artefact: coverage, holes, quantiles with bounds, models, sums."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tieout.analytics.aggregate import MAX_MODELS, Aggregate, FileFacts, Span, Spot, UseKey
from tieout.analytics.fields import MEANINGS, FieldMap
from tieout.analytics.intervals import quantile_interval
from tieout.analytics.partial import HOUR, LOOKBACK, Window, instant
from tieout.domain.artefacts.logs import (
    FieldCount,
    Hole,
    LinePlace,
    LogFile,
    ModelUse,
    Quantile,
    Reject,
    RouteUse,
    Telemetry,
)
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import display_path

SHARES = (0.5, 0.95, 0.99)
LEVEL = 0.95
MAX_HOLES = 50
MAX_HOLES_BEFORE = 10
DAYS_BEFORE = 7
"""Silences that end in so many days before the period are told."""

_DAY = 24 * HOUR
_SECOND = 1_000_000
_EXACT = 2**53 - 1  # the largest whole number that canonical JSON (RFC 8785) carries


def finish(
    aggregate: Aggregate,
    field_map: FieldMap,
    window: Window,
    *,
    settings: tuple[str, ...] = (),
    repeat_places: Sequence[Spot] = (),
) -> Telemetry:
    """The artefact of one log source.

    Records later than the window are in `after_period`: nothing after the as-of time counts, and a
    period that ends before it ends the count too.

    Args:
        aggregate: The merged counts of all its files.
        field_map: As used for the counting.
        window: As used for the counting.
        settings: What was set otherwise than by default, in sentences.
        repeat_places: Of a record and its repeat.

    Raises:
        ReconciliationError: The counts do not add up.
        UnreadableError: A sum is beyond 2^53 and so not believable.
    """
    aggregate.reconcile()
    sums = (aggregate.input_tokens, aggregate.output_tokens, aggregate.nanodollars)
    if max(sums) > _EXACT:
        message = "the sum of its tokens or costs is beyond 2^53, so its records cannot be right"
        raise UnreadableError(message, hint="look for records with impossible numbers")
    spans = [aggregate.hours[hour] for hour in sorted(aggregate.hours)]
    # A silence that reaches into the period from before it is as long as it is.
    since = aggregate.before.last if aggregate.before else window.start
    gaps = _longest_first(_gaps(spans, since, window.end))
    tails = _tails_before(aggregate.files, window)
    days, covered, begun = _days(aggregate, window)
    return Telemetry(
        format=field_map.format,
        files=tuple(
            LogFile(path=display_path(path), sha256=facts.sha256, size=facts.size, lines=facts.lines)
            for path, facts in sorted(aggregate.files.items())
        ),
        period_start=instant(window.start),
        period_end=instant(window.end),
        lines=aggregate.lines,
        blank=aggregate.blank,
        unreadable=aggregate.count_of("unreadable"),
        invalid=aggregate.count_of("invalid"),
        records=aggregate.records,
        in_period=aggregate.in_period,
        before_period=aggregate.before.count if aggregate.before else 0,
        after_period=aggregate.after.count if aggregate.after else 0,
        rejects=tuple(
            Reject(
                path=display_path(one.path),
                line=one.line,
                offset=one.offset,
                kind=one.kind,
                reason=one.reason,
                outside=one.outside or one.line >= tails.get(one.path, one.line + 1),
            )
            for one in aggregate.rejects
        ),
        rejected_outside=aggregate.rejected_outside + sum(aggregate.files[path].tail_rejected for path in tails),
        first=instant(spans[0].first) if spans else None,
        last=instant(spans[-1].last) if spans else None,
        days_in_period=days,
        days_covered=covered,
        days_begun=tuple(instant(day * _DAY).date() for day in begun),
        longest_hole_seconds=_longest(gaps, spans),
        holes=tuple(_hole(*gap) for gap in gaps[:MAX_HOLES] if gap[1] - gap[0] >= HOUR),
        holes_before=tuple(_hole(*gap) for gap in _gaps_before(aggregate, window)[:MAX_HOLES_BEFORE]),
        repeats=aggregate.keys.repeats,
        repeat_places=tuple(LinePlace(path=display_path(path), line=line) for path, line in repeat_places),
        fields=_field_counts(aggregate, field_map),
        models=_models(aggregate),
        models_dropped=max(0, len(aggregate.models) - MAX_MODELS),
        latency_ms=_quantiles(aggregate),
        latency_n=sum(aggregate.latency.values()),
        failures=aggregate.failures,
        failed=_uses(aggregate.failed),
        input_tokens=aggregate.input_tokens,
        output_tokens=aggregate.output_tokens,
        cost_nanodollars=aggregate.nanodollars,
        fallbacks=aggregate.fallbacks,
        fell_back=_uses(aggregate.fell_back),
        cache_hits=aggregate.cache_hits,
        settings=settings,
    )


def places(aggregate: Aggregate, log: Telemetry) -> dict[str, Spot]:
    """JSON pointer into the artefact -> the first record of the period that it speaks of; paths as they are."""
    found: dict[str, tuple[str, ...]] = {
        f"/models/{index}": ("model", use.model, use.provider or "") for index, use in enumerate(log.models)
    } | {f"/fields/{index}": ("without", count.name) for index, count in enumerate(log.fields)}
    for name, what, uses in (("failed", "failed", log.failed), ("fell_back", "fell back", log.fell_back)):
        for index, use in enumerate(uses):
            found[f"/{name}/{index}"] = (what, use.model or "", use.provider or "", use.route or "")
    found |= {f"/{name}": (name,) for name in ("failures", "fallbacks")}
    return {pointer: aggregate.places[what] for pointer, what in found.items() if what in aggregate.places}


def _days(aggregate: Aggregate, window: Window) -> tuple[int, int, list[int]]:
    """Days of the period, those with a record, and those at its ends that are not counted, as days since 1970.

    A day of which only a part lies in the period may have had its records in the other part, or have them yet: by
    itself it shows no lack. Where the period holds no whole day, what it holds is all there is, and counts.
    """
    first, last = window.start // _DAY, (window.end - 1) // _DAY
    covered = {day for hour in aggregate.hours if first <= (day := hour // 24) <= last}
    cut = {day for day, whole in ((first, window.start % _DAY == 0), (last, window.end % _DAY == 0)) if not whole}
    begun = sorted(cut - covered) if last - first + 1 > len(cut) else []
    return max(0, last - first + 1) - len(begun), len(covered), begun


def _hole(start: int, end: int) -> Hole:
    return Hole(start=instant(start), end=instant(end), seconds=_seconds(end - start))


def _gaps(spans: list[Span], since: int, until: int) -> Iterator[tuple[int, int]]:
    """Stretches without a record that a border of the period or of an hour cuts: all of an hour or more."""
    for span in spans:
        yield since, span.first
        since = span.last
    yield since, max(since, until)


def _longest_first(gaps: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(gaps, key=lambda gap: (gap[0] - gap[1], gap[0]))


def _gaps_before(aggregate: Aggregate, window: Window) -> list[tuple[int, int]]:
    """Silences of a day and more that end shortly before the period, where records lie before them."""
    spans = [aggregate.hours_before[hour] for hour in sorted(aggregate.hours_before)]
    if aggregate.before is None or not spans:
        return []
    # Of older records only the first is known: what lies between is at least this long.
    older = aggregate.before.first < spans[0].first
    since = max(aggregate.before.first, window.start - LOOKBACK) if older else spans[0].first
    gaps = list(_gaps(spans, since, since))[:-1]
    latest = window.start - DAYS_BEFORE * _DAY
    return _longest_first(gap for gap in gaps if gap[1] - gap[0] >= _DAY and gap[1] >= latest)


def _tails_before(files: Mapping[str, FileFacts], window: Window) -> dict[str, int]:
    """Files whose last lines, which no record follows, lie before the period, and the first of these lines.

    They do where another file begins after the file's last record, and before the period too.
    """
    begins = [(facts.first_time, path) for path, facts in files.items() if facts.first_time is not None]
    latest = sorted(begin for begin in begins if begin[0] < window.start)[-2:]
    return {
        path: facts.tail
        for path, facts in files.items()
        if facts.tail_rejected
        and facts.last_time is not None
        and any(facts.last_time <= begin for begin, other in latest if other != path)
    }


def _uses(uses: dict[UseKey, Span]) -> tuple[RouteUse, ...]:
    """Most used first, equal ones by name."""
    return tuple(
        RouteUse(
            model=model or None,
            provider=provider or None,
            route=route or None,
            records=span.count,
            first=instant(span.first),
            last=instant(span.last),
        )
        for (model, provider, route), span in sorted(uses.items(), key=lambda entry: (-entry[1].count, entry[0]))
    )


def _longest(gaps: list[tuple[int, int]], spans: list[Span]) -> int:
    """Seconds of the longest hole, rounded up: exact from one hour, below it an upper bound.

    A shorter hole may lie within one clock hour, of which only the first and last record are known.
    """
    longest = max(end - start for start, end in gaps)
    if longest < HOUR:
        longest = max([longest, *(span.last - span.first for span in spans)])
    return _seconds(longest)


def _seconds(microseconds: int) -> int:
    return -(-microseconds // _SECOND)


def _field_counts(aggregate: Aggregate, field_map: FieldMap) -> tuple[FieldCount, ...]:
    return tuple(
        FieldCount(
            name=meaning,
            present=aggregate.present[meaning],
            shown=bool(field_map.fields.get(meaning)) and (aggregate.present[meaning] > 0 or not field_map.guessed),
        )
        for meaning in MEANINGS
        if meaning != "time"
    )


def _models(aggregate: Aggregate) -> tuple[ModelUse, ...]:
    """Of the first MAX_MODELS names the most used first, equal ones by name."""
    listed = [(key, aggregate.models[key]) for key in sorted(aggregate.models)[:MAX_MODELS]]
    return tuple(
        ModelUse(
            model=model,
            provider=provider or None,
            records=span.count,
            first=instant(span.first),
            last=instant(span.last),
        )
        for (model, provider), span in sorted(listed, key=lambda entry: (-entry[1].count, entry[0]))
    )


def _quantiles(aggregate: Aggregate) -> tuple[Quantile, ...]:
    """Order statistics; a bound that the sample is too small for is 0 below and None above."""
    found = ((share, quantile_interval(aggregate.latency, share, LEVEL)) for share in SHARES)
    return tuple(
        Quantile(share=share, value=one.value, low=one.low or 0, high=one.high, level=LEVEL)
        for share, one in found
        if one is not None
    )
