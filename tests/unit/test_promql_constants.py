"""What an alert's expression can do: which metrics make it fire, and whether a constant keeps it from firing."""

import pytest

from tieout.collectors.config.promql_constants import other_environment, read, seconds


@pytest.mark.parametrize(
    ("expression", "metrics", "fires"),
    [
        ("(latency_errors_cost_total > 1) and (vector(0) > 1)", (), False),
        ("0 > 1", (), False),
        ("a > 1 and on() (vector(0) == 1)", (), False),
        ("a > 1 and 0 > bool 1 > 0", (), False),
        ("a unless on() vector(1)", (), False),
        ("a * 0 > 1", (), False),
        ("sum(vector(0)) > 0", (), False),
        ("a > +Inf", (), False),
        ("-Inf > a", (), False),
        ("a == NaN", (), False),
        ("-1 > 0 and a", (), False),
        ("2 ^ 3 > 9 and a", (), False),
        ("sum(rate(a[5m])) < 0", (), False),
        ("0 > sum(rate(a[5m]))", (), False),
        ("sum(rate(a[5m])) / sum(rate(b[5m])) <= -0.1", (), False),
        ("avg_over_time(rate(a[5m])[1h:1m]) == -1", (), False),
        ("count(a) < 0", (), False),
        ("sum(rate(a[5m])) <= 0", ("a",), True),  # silence
        ("-rate(a[5m]) < 0", ("a",), True),
        ("rate(a[5m]) - rate(b[5m]) < 0", ("a", "b"), True),
        ("sum(deriv(a[5m])) < 0", ("a",), True),
        ("a < 0", ("a",), True),
        ("(5 > a) < 0", ("a",), True),
        ("a == Inf", ("a",), True),
        ("(sum(rate(a[5m])) or vector(0)) > 1", ("a",), True),
        ("sum(a) or vector(0) > 1", ("a",), True),
        ("up == 0 or (latency > 1 and vector(0) > 1)", ("up",), True),
        ("a unless b", ("a",), True),
        ("a and on(job) group_left b", ("a", "b"), True),
        ("absent(a) > 0", ("a",), True),
        ("vector(1) > 0", (), True),
        ('{__name__="lat", b="c"} > 1', ("lat",), True),
        ('{"http.lat"} > 1', ("http.lat",), True),
        ("count by (b) (a offset -5m @ end()) >= bool 1", ("a",), True),
        ("max_over_time(a[1h:5m]) > 5m # b > 1", ("a",), True),
        ("time() - a > 3600", ("a",), True),
        ("1 / 0 > 5 and a", ("a",), True),
        ("a |= b", ("a", "b"), None),
        ("(" * 5000 + "a", ("a",), None),
        ("a > 1 and", ("a",), None),
        ("", (), None),
    ],
)
def test_what_an_expression_can_do(expression: str, metrics: tuple[str, ...], fires: bool | None):
    reading = read(expression)
    assert (reading.metrics, reading.can_fire) == (metrics, fires)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5m", 300.0),
        ("1h30m", 5_400.0),
        ("1d", 86_400.0),
        ("250ms", 0.25),
        ("999y", 31_504_464_000.0),
        ("0", 0.0),
        ("", None),
        ("90", None),
        ("5 m", None),
        ("soon", None),
        ("-5m", None),
    ],
)
def test_seconds_of_a_duration(text: str, expected: float | None):
    assert seconds(text) == expected


@pytest.mark.parametrize(
    ("expression", "other"),
    [
        ('a{env="staging"} > 1', "env staging"),
        ('sum(a{job="x", Environment=~"dev|test"}) > 1', "Environment dev|test"),
        ('a{env!="production"} > 1', "env other than production"),
        ('a{env="prod-eu"} > 1', None),
        ('a{env=~"prod|staging"} > 1', None),
        ('a{env=~".*"} > 1', None),
        ('a{env!="staging"} > 1', None),
        ('a{job="staging"} > 1', None),
    ],
)
def test_an_environment_other_than_production_is_told(expression: str, other: str | None):
    assert other_environment(expression) == other
