"""Intervals against scipy and against worked values from the literature."""

import math

import pytest
from scipy.stats import beta, binom

from tieout.analytics.intervals import (
    Interval,
    clopper_pearson,
    mean_interval,
    quantile_interval,
    quantile_ranks,
)

CASES = [(0, 1), (1, 1), (0, 29), (29, 29), (3, 10), (5, 10), (190, 200), (197, 200), (999, 1000), (50_000, 1_000_000)]


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(("k", "n"), CASES)
def test_bounds_contain_scipys_and_are_at_most_a_millionth_wider(k, n, level):
    tail = (1 - level) / 2
    low = beta.ppf(tail, k, n - k + 1) if k else 0.0
    high = beta.ppf(1 - tail, k + 1, n - k) if k < n else 1.0
    found = clopper_pearson(k, n, level)
    assert found.low <= low <= found.low + 2.1e-6
    assert found.high - 2.1e-6 <= high <= found.high


def test_a_perfect_score_on_few_samples_is_far_from_perfect():
    # The one-sided closed form: 1 - bound = 1 - (alpha/2)^(1/n).
    found = clopper_pearson(10, 10)
    assert found.low == pytest.approx(0.025 ** (1 / 10), abs=2e-6)
    assert found.high == 1.0


def test_nothing_is_said_about_a_population_of_zero():
    assert clopper_pearson(0, 0) is None
    assert quantile_interval({}, 0.95) is None


@pytest.mark.parametrize(
    ("k", "n", "level"), [(2, 1, 0.95), (-1, 3, 0.95), (0, -1, 0.95), (1, 2, 0), (1, 2, 1), (1, 2, 95)]
)
def test_nonsense_is_refused(k, n, level):
    with pytest.raises(ValueError, match="is not a"):
        clopper_pearson(k, n, level)


def test_mean_is_within_1_96_standard_errors():
    found = mean_interval(0.9, 0.02)
    assert found.low == pytest.approx(0.9 - 1.959964 * 0.02, abs=1e-8)
    assert found.high == pytest.approx(0.9 + 1.959964 * 0.02, abs=1e-8)
    assert found.low <= 0.9 - 1.9599639845400538 * 0.02
    assert found.high >= 0.9 + 1.9599639845400538 * 0.02


def test_mean_keeps_small_scales():
    assert mean_interval(3e-9, 1e-9).low == pytest.approx(1.04e-9, rel=1e-4)


def test_mean_without_error_is_the_point():
    assert mean_interval(0.5, 0.0) == Interval(0.5, 0.5)


@pytest.mark.parametrize(("value", "error"), [(math.nan, 0.1), (0.5, math.inf), (0.5, -0.1)])
def test_mean_refuses_what_is_no_number(value, error):
    with pytest.raises(ValueError, match="gives no interval"):
        mean_interval(value, error)


def test_quantile_ranks_of_a_textbook():
    # The median of ten values lies between the 2nd and the 9th with 97.9 % (David & Nagaraja, 7.1).
    assert quantile_ranks(10, 0.5) == (2, 9)


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("n", [6, 20, 100, 500, 12_345])
def test_quantile_ranks_are_the_closest_that_hold(n, share):
    low, high = quantile_ranks(n, share)
    tail = 0.025
    if low is not None:
        assert binom.cdf(low - 1, n, share) <= tail < binom.cdf(low, n, share)
    else:
        assert binom.cdf(0, n, share) > tail
    if high is not None:
        assert binom.sf(high - 1, n, share) <= tail < binom.sf(high - 2, n, share)
    else:
        assert binom.sf(n - 1, n, share) > tail


def test_quantile_is_an_order_statistic_and_knows_what_it_cannot_bound():
    few = quantile_interval({120: 5, 400: 4, 9000: 1}, 0.95)
    assert (few.value, few.high) == (9000, None)
    # sorted[ceil(0.95 * 20) - 1]: 0.95 is taken as a decimal, so that no rounding error moves the rank.
    assert quantile_interval(dict.fromkeys(range(1, 21), 1), 0.95).value == 19
    many = quantile_interval(dict.fromkeys(range(1, 1001), 1), 0.95)
    assert (many.low, many.value, many.high) == (936, 950, 964)


def test_quantile_refuses_a_share_that_is_none():
    with pytest.raises(ValueError, match="is not a share"):
        quantile_interval({1: 1}, 95)
