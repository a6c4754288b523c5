"""Intervals that a limit is held against: proportions, quantiles and reported means.

All results are rounded outward, so that two platforms whose last binary digit differs agree, and so
that rounding can never turn a missed limit into a met one.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from statistics import NormalDist

DIGITS = 6
"""Decimal places of a proportion's bounds."""

_GRID = 10**DIGITS
# Far above the error of the incomplete beta function (1e-11 at worst up to n = 1e9), far below the grid.
_SLACK = 1e-9
_SIGNIFICANT = 9
_TINY = 1e-300
_CONVERGED = 1e-15
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided interval with both ends included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class QuantileInterval:
    """An order statistic with bounds that are order statistics too.

    Attributes:
        value: The ceil(share·n)-th smallest value.
        low: Lower bound; None where no rank is low enough for the level.
        high: Upper bound; None where no rank is high enough.
    """

    value: int
    low: int | None
    high: int | None


def clopper_pearson(successes: int, n: int, level: float = 0.95) -> Interval | None:
    """Clopper-Pearson's exact two-sided interval of a proportion (Biometrika 26, 1934).

    Args:
        successes: How many of `n` count, 0 to `n`.
        n: Sample size.
        level: Confidence, between 0 and 1; each tail has half of what is left.

    Returns:
        Bounds rounded outward to six places; None for n = 0, about which nothing can be said.

    Raises:
        ValueError: The counts or the level make no sense.
    """
    _check_level(level)
    if n < 0 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a proportion")
    if n == 0:
        return None
    tail = (1 - level) / 2
    low = 0.0
    high = 1.0
    if successes > 0:
        low = _solve(lambda p: _beta_cdf(p, successes, n - successes + 1) > tail)
    if successes < n:
        high = _solve(lambda p: _beta_cdf(p, successes + 1, n - successes) >= 1 - tail)
    return Interval(
        low=max(0, math.floor((low - _SLACK) * _GRID)) / _GRID,
        high=min(_GRID, math.ceil((high + _SLACK) * _GRID)) / _GRID,
    )


def mean_interval(value: float, standard_error: float, level: float = 0.95) -> Interval:
    """A reported mean ± z standard errors, rounded outward to nine significant digits.

    Raises:
        ValueError: The level makes no sense, a number is not finite, or the error is negative.
    """
    _check_level(level)
    if not (math.isfinite(value) and math.isfinite(standard_error)) or standard_error < 0:
        raise ValueError(f"{value} with standard error {standard_error} gives no interval")
    reach = NormalDist().inv_cdf((1 + level) / 2) * standard_error
    floor = Context(prec=_SIGNIFICANT, rounding=ROUND_FLOOR)
    ceiling = Context(prec=_SIGNIFICANT, rounding=ROUND_CEILING)
    return Interval(
        low=float(floor.create_decimal(Decimal(value - reach))),
        high=float(ceiling.create_decimal(Decimal(value + reach))),
    )


def quantile_interval(counts: Mapping[int, int], share: float, level: float = 0.95) -> QuantileInterval | None:
    """A quantile of integer values with its distribution-free interval from binomial ranks.

    The value is sorted[ceil(share·n) - 1]. The bounds are the closest order statistics l < u with
    P(B < l) ≤ tail and P(B ≥ u) ≤ tail for B ~ Binomial(n, share): the interval covers the true
    quantile at least with `level`, whatever the distribution (David & Nagaraja, Order Statistics, 7.1).

    Args:
        counts: Value -> how often it occurs, each at least once.
        share: Between 0 and 1, as 0.95; taken as the decimal number that it is written as.
        level: Confidence of the interval.

    Returns:
        None where there is no value at all.

    Raises:
        ValueError: Share or level make no sense.
    """
    _check_level(level)
    if not 0 < share < 1:
        raise ValueError(f"{share} is not a share between 0 and 1")
    n = sum(counts.values())
    if n == 0:
        return None
    exact = Fraction(repr(share))
    low, high = quantile_ranks(n, share, level)
    ranks = sorted({math.ceil(exact * n)} | {rank for rank in (low, high) if rank is not None})
    found = _at_ranks(counts, ranks)
    return QuantileInterval(
        value=found[math.ceil(exact * n)],
        low=None if low is None else found[low],
        high=None if high is None else found[high],
    )


def quantile_ranks(n: int, share: float, level: float = 0.95) -> tuple[int | None, int | None]:
    """Ranks (1-based) of the two order statistics that bound a quantile; None where none does."""
    tail = (1 - level) / 2 - _SLACK  # a rank that is a tie within rounding errors is not taken
    # P(B < l) grows with l: the largest l that keeps it within the tail.
    low = _first(n, share, lambda rank: _binomial_cdf(rank - 1, n, share) > tail) - 1
    # P(B ≥ u) falls with u: the smallest u that brings it within the tail.
    high = _first(n, share, lambda rank: 1 - _binomial_cdf(rank - 1, n, share) <= tail)
    return (low if low >= 1 else None), (high if high <= n else None)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"{level} is not a confidence level between 0 and 1")


def _solve(beyond: Callable[[float], bool]) -> float:
    """The point of (0, 1) at which a monotone test turns true."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if beyond(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _first(n: int, share: float, holds: Callable[[int], bool]) -> int:
    """The smallest rank in 1..n+1 at which a monotone test holds; looked for near n·share first."""
    reach = 12 * math.isqrt(math.ceil(n * share * (1 - share)) + 1) + 2
    low = max(1, math.floor(n * share) - reach)
    if low > 1 and holds(low):
        low = 1
    high = min(n + 1, math.ceil(n * share) + reach)
    if high <= n and not holds(high):
        high = n + 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _at_ranks(counts: Mapping[int, int], ranks: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    seen = 0
    wanted = iter(ranks)
    rank = next(wanted)
    for value in sorted(counts):
        seen += counts[value]
        while rank <= seen:
            found[rank] = value
            following = next(wanted, None)
            if following is None:
                return found
            rank = following
    raise ValueError("a rank lies beyond the values")


def _binomial_cdf(k: int, n: int, p: float) -> float:
    """P(B ≤ k) for B ~ Binomial(n, p)."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else 1 - _beta_cdf(p, k + 1, n - k)


def _beta_cdf(x: float, a: int, b: int) -> float:
    """The regularised incomplete beta function I_x(a, b) (NIST DLMF 8.17)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_tail(1 - x, b, a)
    return _beta_tail(x, a, b)


def _beta_tail(x: float, a: int, b: int) -> float:
    """I_x(a, b) by its continued fraction (DLMF 8.17.22), for x below about its mean."""
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    # Lentz's method as modified by Thompson and Barnett; it needs some √(a + b) steps.
    steps = 200 + 8 * math.isqrt(a + b)
    c = 1.0
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, steps):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away_from_zero(1 + even * d)
        c = _away_from_zero(1 + even / c)
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _away_from_zero(1 + odd * d)
        c = _away_from_zero(1 + odd / c)
        factor = d * c
        fraction *= factor
        if abs(factor - 1) < _CONVERGED:
            break
    else:
        raise ArithmeticError(f"the incomplete beta function did not converge at {x}, {a}, {b}")
    return front * fraction / a


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
