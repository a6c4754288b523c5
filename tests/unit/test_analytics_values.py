"""What one member is worth: hand-worked conversions, and the words that are worth nothing."""

import pytest

from tieout.analytics.fields import Candidate
from tieout.analytics.values import (
    to_count,
    to_failure,
    to_flag,
    to_microseconds,
    to_milliseconds,
    to_nanodollars,
    to_tagged,
    to_text,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1761955331.681241, 1761955331_681241),
        (1761955331, 1761955331_000000),
        (1761955331681, 1761955331_681000),
        (1761955331681.5, 1761955331_681500),
        (1761955331681241, 1761955331_681241),
        (1761955331681241999, 1761955331_681241),
        ("1761955331681241999", 1761955331_681241),  # OTLP writes nanoseconds as text
        (0, 0),
        ("2025-11-01T00:00:00Z", 1761955200_000000),
        ("2025-11-01t00:00:00.25+02:00", 1761947999_000000 + 1_250000),
        ("2025-11-01 00:00:00.123456789-01:00", 1761958800_123456),
    ],
)
def test_times_of_every_unit(value, expected):
    assert to_microseconds(value) == expected


@pytest.mark.parametrize(
    "value",
    [None, True, -1, 4_102_444_800, 10**400, 1e300, "", "n/a", "2025-11-01", "2025-11-01T00:00:00",
     "1950-01-01T00:00:00Z", "2025-W44-6T00:00:00Z", "20251101T000000Z", "2025-02-30T00:00:00Z", "9" * 30,
     "٣", [1], {}],
)  # fmt: skip
def test_what_is_no_time(value):
    assert to_microseconds(value) is None


@pytest.mark.parametrize(
    ("value", "per_unit", "expected"),
    [(1.001, 1000, 1001), (1.1, 1000, 1100), (0.057, 1000, 57), (0.0101, 1000, 11), (0, 1000, 0), (12, 1, 12),
     (12.000001, 1, 12), (12.001, 1, 13), (100_000, 1, 100_000), (100_001, 1, 100_100), (123_456.7, 1, 123_500),
     (-1, 1, None), (True, 1, None), ("12", 1, None), (10**12, 1, None), (None, 1, None)],
)  # fmt: skip
def test_durations_round_up(value, per_unit, expected):
    assert to_milliseconds(value, per_unit) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.00196, 1_960_000), (0.1, 100_000_000), (1e-10, 0), (1.5e-9, 2), (2.5e-9, 2), (3, 3_000_000_000), (0.0, 0),
     (-0.1, None), (1e7, None), (True, None), ("0.1", None), (None, None)],
)  # fmt: skip
def test_costs_are_the_decimal_that_was_written(value, expected):
    assert to_nanodollars(value) == expected


def test_a_million_tenths_are_exactly_a_hundred_thousand_dollars():
    assert sum(map(to_nanodollars, [0.1] * 1000)) == 100 * 10**9


@pytest.mark.parametrize(
    "value", ["", "  ", "-", "None", "null", "N/A", "unknown", "Anonymous", "x" * 257, None, True, 1.5, [], 10**400]
)
def test_what_names_nobody(value):
    assert to_text(value) is None


def test_names_stay_as_they_are():
    assert [to_text(value) for value in (" Ann ", "gpt-4o", "名", 42, "x" * 256)] == [
        " Ann ",
        "gpt-4o",
        "名",
        "42",
        "x" * 256,
    ]


def test_counts():
    assert [to_count(value) for value in (0, 5, 5.0, "17", 10**12)] == [0, 5, 5, 17, 10**12]
    assert [to_count(value) for value in (-1, 5.5, True, "-1", "1e3", 10**12 + 1, None, "٣")] == [None] * 8


def test_flags_and_tags():
    assert [to_flag(value) for value in (True, "True", 1, "yes", False, "false", 0)] == [True] * 4 + [False] * 3
    assert [to_flag(value) for value in (None, 2, "", "maybe", [], 10**400)] == [None] * 6
    assert (to_tagged(["a", "fallback"], "fallback"), to_tagged([], "fallback"), to_tagged("fallback", "fallback")) == (
        True,
        False,
        None,
    )


def test_status_by_word_and_by_number():
    by_word = Candidate(path=("status",), failure=("failure",), success=("success",))
    assert [to_failure(value, by_word) for value in ("Failure", "success", "pending", None, 500)] == [
        True,
        False,
        None,
        None,
        None,
    ]
    by_number = Candidate(path=("code",), failure_from=400)
    assert [to_failure(value, by_number) for value in (200, 399, 400, "503", "x", None, 10**400)] == [
        False, False, True, True, None, None, None,
    ]  # fmt: skip
