"""Properties of the intervals for any counts and levels, with scipy as the oracle."""

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from tieout.analytics.intervals import clopper_pearson, quantile_interval

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.975, 0.99, 0.999])


@st.composite
def proportions(draw):
    n = draw(st.integers(1, 200_000))
    return draw(st.integers(0, n)), n


@settings(max_examples=150, deadline=None)
@given(proportions(), LEVELS)
def test_interval_is_scipys_rounded_outward(proportion, level):
    k, n = proportion
    tail = (1 - level) / 2
    found = clopper_pearson(k, n, level)
    low = float(beta.ppf(tail, k, n - k + 1)) if k else 0.0
    high = float(beta.ppf(1 - tail, k + 1, n - k)) if k < n else 1.0
    assert low - 2.1e-6 <= found.low <= low
    assert high <= found.high <= high + 2.1e-6
    assert 0 <= found.low <= k / n <= found.high <= 1
    assert (found.low, found.high) == (round(found.low, 6), round(found.high, 6))


@settings(max_examples=60, deadline=None)
@given(proportions(), LEVELS)
def test_interval_mirrors(proportion, level):
    k, n = proportion
    one, other = clopper_pearson(k, n, level), clopper_pearson(n - k, n, level)
    assert abs(one.low - (1 - other.high)) <= 1.1e-6
    assert abs(one.high - (1 - other.low)) <= 1.1e-6


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.integers(0, 10_000), st.integers(1, 40), min_size=1, max_size=30),
    st.sampled_from([0.01, 0.25, 0.5, 0.9, 0.95, 0.99]),
    LEVELS,
)
def test_quantile_is_the_sorted_value_and_lies_within_its_bounds(counts, share, level):
    values = sorted(value for value, count in counts.items() for _ in range(count))
    hundredths = round(share * 100)
    rank = -(-hundredths * len(values) // 100)
    found = quantile_interval(counts, share, level)
    assert found.value == values[rank - 1]
    assert (found.low or 0) <= found.value
    assert found.high is None or found.value <= found.high
