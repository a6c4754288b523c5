"""The telemetry artefact on small logs whose figures are worked out by hand."""

import io
import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from tieout.analytics.aggregate import Aggregate, FileFacts, ReconciliationError, Span, merge
from tieout.analytics.executors import run
from tieout.analytics.fields import load_map, own_map
from tieout.analytics.partial import Shard, Window, partial
from tieout.analytics.telemetry import finish
from tieout.kernel.errors import UnreadableError

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 4, tzinfo=UTC)
AS_OF = datetime(2026, 11, 5, tzinfo=UTC)
MIDNIGHT = int(START.timestamp())
HOUR, DAY = 3600, 86_400


def lines_of(*records) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def telemetry(data: bytes, *, format_="litellm", start=START, end=END, as_of=AS_OF, fields=None):
    @contextmanager
    def opened():
        yield io.BytesIO(data)

    field_map = own_map(fields, format_=format_, where="x") if fields else load_map(format_)
    window = Window.of(start, end, as_of)
    return finish(partial(Shard("f.jsonl", opened), field_map, window), field_map, window)


def call(second: float, **more):
    return {"startTime": MIDNIGHT + second, "id": "c", "model": "m", "status": "success", "response_time": 1.0, **more}


def test_every_line_and_record_is_accounted_for():
    log = telemetry(
        lines_of(call(-1), call(0), call(HOUR), call(3 * DAY), call(3 * DAY + 1), call(9 * DAY)) + b"\nnonsense\n[]\n"
    )
    assert (log.lines, log.blank, log.unreadable, log.invalid, log.records) == (9, 1, 1, 1, 6)
    assert (log.before_period, log.in_period, log.after_period) == (1, 3, 2)
    assert (log.first, log.last) == (START, END)
    assert [(one.path, one.line, one.kind) for one in log.rejects] == [
        ("f.jsonl", 8, "unreadable"),
        ("f.jsonl", 9, "invalid"),
    ]


def test_what_comes_after_the_as_of_time_does_not_count():
    log = telemetry(lines_of(call(0), call(DAY), call(DAY + 0.000001)), as_of=datetime(2026, 11, 2, tzinfo=UTC))
    assert (log.in_period, log.after_period, log.latency_n) == (2, 1, 2)
    assert log.period_end == datetime(2026, 11, 2, tzinfo=UTC)
    assert log.days_in_period == 1


def test_holes_are_exact_from_border_to_border():
    log = telemetry(lines_of(call(2 * HOUR), call(2 * HOUR + 1800), call(30 * HOUR + 0.25), call(2 * DAY + 5)))
    assert [(hole.start.isoformat(), hole.seconds) for hole in log.holes] == [
        ("2026-11-01T02:30:00+00:00", 27 * HOUR + 1801),
        ("2026-11-03T00:00:05+00:00", 24 * HOUR - 5),
        ("2026-11-02T06:00:00.250000+00:00", 18 * HOUR + 5),
        ("2026-11-01T00:00:00+00:00", 2 * HOUR),
    ]
    assert log.longest_hole_seconds == 27 * HOUR + 1801
    assert (log.days_in_period, log.days_covered) == (3, 3)


def test_an_empty_period_is_one_hole_and_no_day():
    log = telemetry(b"")
    assert (log.in_period, log.days_covered, log.longest_hole_seconds) == (0, 0, 3 * DAY)
    assert len(log.holes) == 1
    assert (log.first, log.latency_ms, log.models) == (None, (), ())


def test_a_gapless_log_has_no_hole_and_a_bound_below_an_hour():
    log = telemetry(lines_of(*(call(60 * minute) for minute in range(3 * 24 * 60 + 1))))
    assert log.holes == ()
    assert 60 <= log.longest_hole_seconds < HOUR
    assert log.days_covered == 3


def test_a_period_that_starts_and_ends_within_days_counts_both():
    start, end = datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2026, 11, 3, 12, tzinfo=UTC)
    log = telemetry(lines_of(call(13 * HOUR), call(2 * DAY + HOUR)), start=start, end=end)
    assert (log.days_in_period, log.days_covered) == (3, 2)


def test_clocks_going_back_change_nothing():
    calls = [call(hour * HOUR, response_time=hour / 10) for hour in range(20)]
    forwards, backwards = telemetry(lines_of(*calls)), telemetry(lines_of(*reversed(calls)))
    assert forwards.model_copy(update={"files": ()}) == backwards.model_copy(update={"files": ()})


def test_measures_of_the_period_alone():
    log = telemetry(
        lines_of(
            call(0, prompt_tokens=10, completion_tokens=5, response_cost=0.1, cache_hit=False, request_tags=["a"]),
            call(
                1, prompt_tokens=20, completion_tokens=7, response_cost=0.2, cache_hit=True, request_tags=["fallback"]
            ),
            call(2, status="failure", response_cost=0.0, request_tags=None, metadata={"user_api_key_user_id": "u"}),
            call(3, status="pending", end_user="e", metadata=None),
            call(-5, prompt_tokens=1000, status="failure", response_cost=9.0),
        )
    )
    assert (log.failures, log.input_tokens, log.output_tokens) == (1, 30, 12)
    assert (log.cost_nanodollars, log.fallbacks, log.cache_hits) == (300_000_000, 1, 1)
    present = {count.name: (count.present, count.shown) for count in log.fields}
    assert present["status"] == (3, True)
    assert present["principal"] == (2, True)
    assert present["cost"] == (3, True)
    assert present["prompt_version"] == (0, True)
    assert present["fallback"] == (2, True)


def test_models_are_told_by_name_and_provider_with_their_times():
    log = telemetry(
        lines_of(
            call(5, custom_llm_provider="openai"),
            call(1, custom_llm_provider="openai"),
            call(2, custom_llm_provider="azure"),
            call(3, model="n"),
            call(4, model=None),
        )
    )
    told = [(use.model, use.provider, use.records, use.first.second, use.last.second) for use in log.models]
    assert told == [("m", "openai", 2, 1, 5), ("m", "azure", 1, 2, 2), ("n", None, 1, 3, 3)]


def test_latency_quantiles_are_order_statistics_with_bounds():
    log = telemetry(lines_of(*(call(second, response_time=second / 1000) for second in range(1, 1001))))
    shown = [(one.share, one.low, one.value, one.high) for one in log.latency_ms]
    assert shown == [(0.5, 469, 500, 532), (0.95, 936, 950, 964), (0.99, 983, 990, 997)]
    assert log.latency_n == 1000
    few = telemetry(lines_of(call(1, response_time=0.2), call(2)))
    # Two values bound the median on neither side, the 95th only below (P(B < 1) = 0.0025).
    assert [(one.low, one.value, one.high) for one in few.latency_ms] == [
        (0, 200, None),
        (200, 1000, None),
        (1000, 1000, None),
    ]


def test_what_a_format_cannot_show_is_said_not_zeroed():
    mine = telemetry(
        lines_of({"when": MIDNIGHT, "took": 5}), fields={"time": "when", "latency": {"path": "took", "unit": "ms"}}
    )
    shown = {count.name: count.shown for count in mine.fields}
    assert {name for name, value in shown.items() if value} == {"latency"}
    guessed = telemetry(lines_of({"ts": MIDNIGHT, "model": "m"}), format_="generic")
    assert {count.name for count in guessed.fields if count.shown} == {"model"}


def test_names_of_wrong_shape_are_looked_through():
    data = lines_of(
        call(0, metadata="text", end_user="e"),
        call(1, metadata=[{"user_api_key_user_id": "u"}], end_user=""),
        call(2, metadata={"user_api_key_user_id": "default_user_id"}),
        call(3, metadata={"user_api_key_user_id": {"id": 1}, "user_api_key_alias": "service-a"}),
    )
    log = telemetry(data)
    assert (log.records, log.invalid) == (4, 0)
    assert next(count.present for count in log.fields if count.name == "principal") == 2


def test_a_member_and_what_is_in_it_may_both_be_named():
    data = lines_of(
        {"ts": MIDNIGHT, "user": {"id": "u"}}, {"ts": MIDNIGHT, "user": "v"}, {"ts": MIDNIGHT, "user": {"id": ""}}
    )
    log = telemetry(data, format_="generic")
    assert next(count.present for count in log.fields if count.name == "principal") == 2


def test_counts_that_do_not_add_up_are_never_used():
    short = Aggregate(files={"f": FileFacts("0" * 64, 10, 3)}, hours={0: Span(2, 0, 1)})
    with pytest.raises(ReconciliationError, match="3 lines were read, but 2 were counted"):
        finish(short, load_map("litellm"), Window(0, 10))


def test_a_file_is_never_counted_twice_nor_lost():
    one = Aggregate(files={"f": FileFacts("0" * 64, 10, 0)})
    with pytest.raises(ReconciliationError, match="f would be counted twice"):
        merge(one, one)
    shards = [Shard("f", io.BytesIO), Shard("g", io.BytesIO)]
    with pytest.raises(ReconciliationError, match="1 of 2 files came back without a result, such as g"):
        run(shards, lambda _: one, lambda work, given: [work(given[0])])


def test_impossible_sums_are_refused():
    records = [call(second, prompt_tokens=10**12) for second in range(9008)]
    with pytest.raises(UnreadableError, match="beyond 2\\^53"):
        telemetry(lines_of(*records))
