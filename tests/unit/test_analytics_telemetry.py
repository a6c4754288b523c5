"""The telemetry artefact on small logs whose figures are worked out by hand."""

import io
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from tieout.analytics.aggregate import Aggregate, FileFacts, ReconciliationError, Span, merge
from tieout.analytics.executors import run
from tieout.analytics.fields import load_map, own_map
from tieout.analytics.partial import Shard, Window, partial
from tieout.analytics.telemetry import finish, places
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
    assert (log.days_in_period, log.days_covered, log.days_begun) == (3, 2, ())
    log = telemetry(lines_of(call(25 * HOUR)), start=start, end=end)
    assert (log.days_in_period, log.days_covered) == (1, 1)
    assert log.days_begun == (date(2026, 11, 1), date(2026, 11, 3))


@pytest.mark.parametrize(
    ("hours", "days", "covered", "begun"),
    [
        # A daily log of the days before: the day that has begun is not held against it.
        ((1, 25, 49), 3, 3, [4]),
        # A record on it, and it counts like any other.
        ((1, 25, 49, 73), 4, 4, []),
        # A whole day without a record is a missing day.
        ((1, 49), 3, 2, [4]),
        ((1, 25), 3, 2, [4]),
    ],
)
def test_a_day_that_has_begun_and_has_no_record_is_no_day_of_the_period(hours, days, covered, begun):
    end = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
    log = telemetry(lines_of(*(call(hour * HOUR) for hour in hours)), end=end)
    assert (log.days_in_period, log.days_covered) == (days, covered)
    assert log.days_begun == tuple(date(2026, 11, day) for day in begun)


def test_a_period_without_a_whole_day_counts_the_days_that_it_has():
    start, end = datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2026, 11, 2, 12, tzinfo=UTC)
    log = telemetry(lines_of(call(13 * HOUR)), start=start, end=end)
    assert (log.days_in_period, log.days_covered, log.days_begun) == (2, 1, ())


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


@pytest.mark.parametrize("name", ["default_user_id", "Default_User_ID", "guest", " Guest", "anonymous", "unknown", "-"])
def test_a_name_that_all_callers_have_identifies_nobody(name: str):
    litellm = telemetry(lines_of(call(0, end_user=name), call(1, metadata={"user_api_key_user_id": name})))
    generic = telemetry(lines_of({"ts": MIDNIGHT, "user": name}, {"ts": MIDNIGHT, "user": "u"}), format_="generic")
    present = [next(count.present for count in log.fields if count.name == "principal") for log in (litellm, generic)]
    assert present == [0, 1]


def test_a_route_may_be_called_guest():
    log = telemetry(lines_of(call(0, model_group="guest")))
    assert next(count.present for count in log.fields if count.name == "route") == 1


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


def test_a_silence_that_reaches_into_the_period_is_as_long_as_it_is():
    log = telemetry(
        lines_of(call(-61 * HOUR), call(-50 * HOUR), call(3 * HOUR), *(call(h * HOUR) for h in range(4, 72)))
    )
    assert log.longest_hole_seconds == 53 * HOUR
    assert log.holes[0].start == START - timedelta(hours=50)
    assert log.holes_before == ()


def test_silences_shortly_before_the_period_are_told():
    before = [
        -20 * DAY,
        -13 * DAY,
        -8.5 * DAY,
        -6.5 * DAY,
        -5.6 * DAY,
        -4 * DAY,
        *(-hour * HOUR for hour in range(1, 96)),
    ]
    log = telemetry(lines_of(*(call(second) for second in before), call(60)))
    told = [
        ((hole.start - START) / timedelta(days=1), (hole.end - START) / timedelta(days=1)) for hole in log.holes_before
    ]
    assert told == [(-8.5, -6.5), (-5.6, -4.0)]
    assert (log.before_period, log.in_period) == (101, 1)


def test_without_records_before_the_period_nothing_is_told_of_what_was_before():
    log = telemetry(lines_of(call(30 * HOUR)))
    assert ([hole.start for hole in log.holes][1:], log.holes_before) == ([START], ())


def test_old_records_bound_a_silence_before_the_period_from_below():
    log = telemetry(lines_of(call(-300 * DAY), call(-1 * DAY), call(0)))
    assert [hole.seconds for hole in log.holes_before] == [13 * DAY]


@pytest.mark.parametrize(
    ("lines", "outside", "spots"),
    [
        ([-9, "x", -8, 5], 1, [(2, True)]),
        (["x", -8, 5], 1, [(1, True)]),
        ([-9, "x", "x", 5, "x", 6], 0, [(2, False), (3, False), (5, False)]),
        ([5, "x", 9 * DAY, "x", 9 * DAY, "x"], 2, [(2, False), (4, True), (6, True)]),
        (["x"], 0, [(1, False)]),
        ([-9, "x"], 0, [(2, False)]),
        (["x", 9 * DAY], 0, [(1, False)]),
        ([-9, "x", 9 * DAY], 0, [(2, False)]),
    ],
)
def test_a_line_that_cannot_be_read_belongs_where_its_neighbours_do(lines, outside, spots):
    data = b"".join(b"oops\n" if line == "x" else lines_of(call(line)) for line in lines)
    log = telemetry(data)
    assert log.rejected_outside == outside
    assert [(one.line, one.outside) for one in log.rejects] == spots


def test_neighbours_are_told_across_the_blocks_of_a_file():
    pad = "x" * 300_000
    data = lines_of(*(call(-100 + number, pad=pad) for number in range(9))) + b"oops\n" * 300
    data += lines_of(*(call(-50 + number, pad=pad) for number in range(9))) + b"oops\n" + lines_of(call(5))
    log = telemetry(data)
    assert (log.unreadable, log.rejected_outside) == (301, 300)


def test_a_cut_last_line_of_an_old_file_lies_before_the_period_where_the_next_file_does():
    window = Window.of(START, END, AS_OF)
    field_map = load_map("litellm")

    def log_of(**files):
        def shard(name, data):
            return Shard(name, contextmanager(lambda: iter([io.BytesIO(data)])))

        shards = [shard(name, data) for name, data in files.items()]
        return finish(run(shards, lambda one: partial(one, field_map, window)), field_map, window)

    first, second = lines_of(call(-9 * DAY)) + b'{"cut', lines_of(call(-8 * DAY), call(5))
    assert log_of(a=first, b=second).rejected_outside == 1
    assert [one.outside for one in log_of(a=first, b=second).rejects] == [True]
    assert log_of(a=first, b=lines_of(call(5))).rejected_outside == 0
    assert log_of(a=first, b=lines_of(call(-10 * DAY), call(5))).rejected_outside == 0


def test_fallbacks_count_by_route_where_they_succeeded():
    tags = {"request_tags": ["fallback"]}
    log = telemetry(
        lines_of(
            call(1, status="failure", model_group="r1", custom_llm_provider="azure"),
            call(2, model="b", model_group="r2", custom_llm_provider="bedrock", **tags),
            call(3, model="b", model_group="r2", custom_llm_provider="bedrock", **tags),
            call(4, model="b", model_group="r2", custom_llm_provider="bedrock", status="failure", **tags),
            call(5, model="b", status="pending", **tags),
            call(6, model="c", **tags),
        )
    )
    assert (log.fallbacks, log.failures) == (5, 2)
    assert [(one.model, one.provider, one.route, one.records) for one in log.fell_back] == [
        ("b", "bedrock", "r2", 2),
        ("c", None, None, 1),
    ]
    assert [(one.model, one.route, one.records) for one in log.failed] == [("b", "r2", 1), ("m", "r1", 1)]


def test_a_log_without_a_status_shows_no_successful_fallback():
    log = telemetry(lines_of({"ts": MIDNIGHT, "model": "m", "fallback": True}), format_="generic")
    assert (log.fallbacks, log.fell_back) == (1, ())


def test_the_first_record_of_each_kind_is_known_by_its_line():
    @contextmanager
    def opened():
        yield io.BytesIO(
            lines_of(
                call(-1, model="early"),
                call(1, end_user="e"),
                call(2, model="n", end_user="e", status="failure"),
                call(3),
                call(4, model="n", request_tags=["fallback"]),
                call(5, model=None),
            )
        )

    field_map, window = load_map("litellm"), Window.of(START, END, AS_OF)
    counted = partial(Shard("f.jsonl", opened), field_map, window)
    log = finish(counted, field_map, window)
    found = {pointer: line for pointer, (_, line) in places(counted, log).items()}
    fields = {count.name: f"/fields/{index}" for index, count in enumerate(log.fields)}
    models = {use.model: f"/models/{index}" for index, use in enumerate(log.models)}
    assert "early" not in models
    assert (found[models["m"]], found[models["n"]]) == (2, 3)
    assert (found["/failures"], found["/failed/0"]) == (3, 3)
    assert (found["/fallbacks"], found["/fell_back/0"]) == (5, 5)
    assert (found[fields["principal"]], found[fields["model"]]) == (4, 6)
    assert fields["latency"] not in found
