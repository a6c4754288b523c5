"""Turns the counts of a log into the `telemetry` artefact: coverage, holes, quantiles with bounds, models, sums."""

from collections.abc import Iterator

from tieout.analytics.aggregate import MAX_MODELS, Aggregate, Span
from tieout.analytics.fields import MEANINGS, FieldMap
from tieout.analytics.intervals import quantile_interval
from tieout.analytics.partial import HOUR, Window, instant
from tieout.domain.artefacts.logs import FieldCount, Hole, LogFile, ModelUse, Quantile, Reject, Telemetry
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import display_path

SHARES = (0.5, 0.95, 0.99)
LEVEL = 0.95
MAX_HOLES = 50

_DAY = 24 * HOUR
_SECOND = 1_000_000
_EXACT = 2**53 - 1  # the largest whole number that canonical JSON (RFC 8785) carries


def finish(aggregate: Aggregate, field_map: FieldMap, window: Window, *, settings: tuple[str, ...] = ()) -> Telemetry:
    """The artefact of one log source.

    Records later than the window are in `after_period`: nothing after the as-of time counts, and a
    period that ends before it ends the count too.

    Args:
        aggregate: The merged counts of all its files.
        field_map: As used for the counting.
        window: As used for the counting.
        settings: What was set otherwise than by default, in sentences.

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
    gaps = sorted(_gaps(spans, window), key=lambda gap: (gap[0] - gap[1], gap[0]))
    first_day, last_day = window.start // _DAY, (window.end - 1) // _DAY
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
            Reject(path=display_path(one.path), line=one.line, offset=one.offset, kind=one.kind, reason=one.reason)
            for one in aggregate.rejects
        ),
        first=instant(spans[0].first) if spans else None,
        last=instant(spans[-1].last) if spans else None,
        days_in_period=max(0, last_day - first_day + 1),
        days_covered=len({day for hour in aggregate.hours if first_day <= (day := hour // 24) <= last_day}),
        longest_hole_seconds=_longest(gaps, spans),
        holes=tuple(
            Hole(start=instant(start), end=instant(end), seconds=_seconds(end - start))
            for start, end in gaps[:MAX_HOLES]
            if end - start >= HOUR
        ),
        fields=_field_counts(aggregate, field_map),
        models=_models(aggregate),
        models_dropped=max(0, len(aggregate.models) - MAX_MODELS),
        latency_ms=_quantiles(aggregate),
        latency_n=sum(aggregate.latency.values()),
        failures=aggregate.failures,
        input_tokens=aggregate.input_tokens,
        output_tokens=aggregate.output_tokens,
        cost_nanodollars=aggregate.nanodollars,
        fallbacks=aggregate.fallbacks,
        cache_hits=aggregate.cache_hits,
        settings=settings,
    )


def _gaps(spans: list[Span], window: Window) -> Iterator[tuple[int, int]]:
    """Stretches without a record that a border of the period or of an hour cuts: all of an hour or more."""
    since = window.start
    for span in spans:
        yield since, span.first
        since = span.last
    yield since, max(since, window.end)


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
