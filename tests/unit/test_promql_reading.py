"""What an alert's expression can do: which metrics make it fire, and whether any number can."""

import pytest

from tieout.collectors.config.promql_reading import other_environment, read, seconds


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
        ("absent(a) > 0", (), True),  # no value of it is watched
        ("absent_over_time(a[5m])", (), True),
        ("absent(sum(rate(a[5m])) by (b)) or c > 1", ("c",), True),
        ("a > 1 and on() absent(b)", ("a",), True),
        ("absent(a) or a > 1", ("a",), True),
        ('(absent(a{x=")"} # )\n or (b)) |= c', ("c",), None),
        ("vector(1) > 0", (), True),
        ('{__name__="lat", b="c"} > 1', ("lat",), True),
        ('{"http.lat"} > 1', ("http.lat",), True),
        ("count by (b) (a offset -5m @ end()) >= bool 2", ("a",), True),
        ("count by (b) (a offset -5m @ end()) >= bool 1", (), True),  # always 1
        ("max_over_time(a[1h:5m]) > 5m # b > 1", ("a",), True),
        ("time() - a > 3600", ("a",), True),
        ("1 / 0 > 5 and a", ("a",), True),
        ("a |= b", ("a", "b"), None),
        # Both sides are one expression, however it is written.
        ("a unless a", (), False),
        ("a > 5 unless a > 3", (), False),
        ("a > 3 unless a > 5", ("a",), True),
        ("(a > 3 unless a > 5) > 6", (), False),
        ("a unless on(job) (a or b)", (), False),
        ("(a and b) unless b", (), False),
        ("sum by (x, y) (a{l='1', k=\"2\"}[1h]) unless sum(a{k='2', l='1'}[60m]) by (y, x)", (), False),
        ("a != a", (), False),  # but of what is no number
        ("a > a", (), False),
        ("a - a > 0", (), False),
        ("a / a > 1", (), False),
        ("a == a", ("a",), True),
        ("a != a offset 1h", ("a",), True),
        ('a{b="c"} != a', ("a",), True),
        ("count(a != a) > 0", ("a",), True),
        ("a > b and b > a", (), False),
        ("a > b and a == b", (), False),
        ("a >= b and b >= a", ("a", "b"), True),
        # No number is in both ranges.
        ("a > 4 and a < 4", (), False),
        ("a > 4 and 4 > a", (), False),
        ("a >= 4 and a <= 4", ("a",), True),
        ("a == 4 and a != 4", (), False),
        ("a > 4 and a < 5", ("a",), True),
        ("a > 4 and on(job) a < 4", ("a",), True),  # of another series
        ("sum(a) > 4 and on() sum(a) < 4", (), False),
        ('{job="x"} > 4 and {job="x"} < 4', (), True),  # of another metric
        ("(a < 4) > 5", (), False),
        ("a > 5 < 3", (), False),
        ("3 > a > 5", (), False),
        ("a > 5 > 3", ("a",), True),
        ("(a > 4) + (a < 4)", (), False),
        ("min(a < 4) > 5", (), False),
        ("max_over_time((a < 4)[1h:5m]) > 5", (), False),
        ("sum(a < 4) > 5", ("a",), True),
        ("(a < 4 or b) > 5", ("a", "b"), True),
        ("(a < 4 or b < 5) > 5", (), False),
        # What functions can give.
        ("clamp_max(a, 1) > 2", (), False),
        ("clamp_min(a, 1) > 2", ("a",), True),
        ("clamp(a, 0, 1) == 2", (), False),
        ("clamp(a, 2, 1)", (), False),
        ("hour() > 24", (), False),
        ("hour(a) > 23", (), False),
        ("hour() >= 8 and hour() < 18", (), True),
        ("a > 1 and on() hour() > 23", (), False),
        ("day_of_week() == 9", (), False),
        ("month() < 1", (), False),
        ("count(a) == 0", (), False),
        ("sum by (job) (a == 0) > 0", (), False),
        ("absent(a) > 1", (), False),
        ("absent(vector(1))", (), False),
        ("group(a) != 1", (), False),
        ("sgn(a) > 1", (), False),
        ("a % 10 > 10", (), False),
        ("abs(a) < 0", (), False),
        ("sqrt(a) == -1", (), False),
        ("topk(0, a)", (), False),
        ("topk(3, a) > 1", ("a",), True),
        ("clamp(a, 1, 1) > 0", (), True),  # fires, but whatever is measured
        ("histogram_quantile(0.99, sum by (le) (rate(a_bucket[5m]))) > 2", ("a_bucket",), True),
        ("rate(a[5m]) / rate(b[5m]) > 0.05 and rate(b[5m]) > 1", ("a", "b"), True),
        ("novel_function(a != a)", ("a",), True),
        ("a" + " + a" * 5000, ("a",), None),
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
