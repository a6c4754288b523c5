"""Records told again: what is one, exact counts in any order of joining, and bounded memory."""

import io
import json
from array import array
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial as bind

import pytest

from tieout.analytics import repeats
from tieout.analytics.aggregate import merge_all
from tieout.analytics.fields import load_map
from tieout.analytics.partial import Shard, Window, find, partial
from tieout.analytics.repeats import Keys

START = datetime(2026, 11, 1, tzinfo=UTC)
WINDOW = Window.of(START, datetime(2026, 11, 4, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC))
LITELLM = load_map("litellm")


def call(second: float = 1, **more) -> bytes:
    record = {"id": "c", "startTime": START.timestamp() + second, "model": "m", "status": "success", **more}
    return json.dumps(record).encode() + b"\n"


@contextmanager
def opened(data: bytes):
    yield io.BytesIO(data)


def shard(path: str, *lines: bytes) -> Shard:
    return Shard(path, bind(opened, b"".join(lines)))


def counted(*lines: bytes):
    return partial(shard("f", *lines), LITELLM, WINDOW)


def keys(*values: int) -> Keys:
    found = Keys()
    found.add(array("Q", values))
    return found


def test_a_record_written_twice_is_a_repeat_whatever_else_it_carries():
    total = counted(call(), call(messages="other text"), call(), call(2))
    assert (total.keys.records, total.keys.repeats) == (4, 2)


@pytest.mark.parametrize(
    "other",
    [
        {"second": 1.000001},
        {"id": "d"},
        {"model": "n"},
        {"status": "failure"},
        {"response_time": 2.5},
        {"completion_tokens": 3},
    ],
)
def test_attempts_of_one_request_are_not_repeats(other):
    # A gateway gives a request's attempts one id, and a log may know its times to the second only.
    assert counted(call(), call(**other)).keys.repeats == 0


def test_records_without_an_id_or_outside_the_period_have_no_key():
    total = counted(call(id=None), call(id=None), call(id=""), call(-9), call(-9), call(9e9), call(9e9))
    assert (total.in_period, total.keys.records, total.keys.repeats) == (3, 0, 0)


def test_repeats_across_files_are_counted_once_each_and_found_by_line():
    files = [
        shard("a", call(), b"oops\n", call(2)),
        shard("b", b"\n", call(3), call(2), call(2)),
        shard("c", call()),
    ]
    total = merge_all(partial(one, LITELLM, WINDOW) for one in files)
    assert (total.keys.records, total.keys.repeats) == (6, 3)
    places = {(one.path, line) for one in files for line in find(one, LITELLM, WINDOW, total.keys.smallest, 9)}
    assert places in ({("a", 1), ("c", 1)}, {("a", 3), ("b", 3), ("b", 4)})
    assert find(files[1], LITELLM, WINDOW, total.keys.smallest, 1) in ([], [3])


def test_joining_is_exact_in_every_order():
    parts = [(1, 2, 2), (3,), (2, 9), (), (1, 1)]
    expected = None
    for turn in range(len(parts)):
        total = Keys()
        for values in (*parts[turn:], *parts[:turn]):
            part = keys(*values)
            part.settle()
            total.join(part)
        assert (total.records, total.repeats, total.smallest) == (8, 4, 1)
        expected = expected or total.plain()
        assert total.plain() == expected


def test_many_keys_are_counted_like_few(monkeypatch):
    values = [(number * 2**44 + number) % 2**64 for number in range(3000)]
    few = keys(*values, *values[::10])
    assert few.repeats == 300
    monkeypatch.setattr(repeats, "_FEW", 10)
    many = keys(*values, *values[::10])
    assert many.plain() == few.plain()


def test_more_different_records_than_can_be_held_are_not_counted(monkeypatch):
    monkeypatch.setattr(repeats, "MAX_KEYS", 5)
    one_record = keys(*[7] * 1000)
    assert (one_record.repeats, len(one_record.values)) == (999, 1)
    many = keys(*range(6))
    assert (many.repeats, many.records, many.smallest) == (None, 6, None)
    for order in ((one_record, many), (many, one_record), (keys(1, 2, 3), keys(3, 4, 5, 6, 6))):
        total = Keys()
        for part in order:
            total.join(part)
        assert total.repeats is None
        assert total.plain()[1:3] == (None, True)
    exactly = keys(1, 2, 3)
    exactly.join(keys(3, 4, 5))
    assert (exactly.repeats, exactly.smallest) == (1, 3)


def test_a_long_log_of_one_record_is_held_small(monkeypatch):
    monkeypatch.setattr(repeats, "MAX_KEYS", 100)
    found = Keys()
    for _ in range(1000):
        found.add(array("Q", [1, 2, 3]))
        assert len(found.values) <= 2 * 100 + 3
    assert found.repeats == 2997
