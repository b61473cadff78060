"""The χ² distribution without a library: its upper tail and its quantiles."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

STEPS = 100_000
SMALLEST = 1e-300
PRECISE = 1e-16


def chi_squared_survival(statistic: float, freedom: int) -> float:
    """The chance of at least so large a χ² with so many degrees of freedom."""
    if freedom < 1 or statistic < 0:
        raise ValueError("degrees of freedom and a statistic that is not negative are wanted")
    if math.isinf(statistic):
        return 0.0
    a, x = freedom / 2, statistic / 2
    if x == 0:
        return 1.0
    return min(1.0, max(0.0, 1 - _series(a, x) if x < a + 1 else _fraction(a, x)))


@lru_cache(maxsize=4096)
def chi_squared_quantile(level: float, freedom: int) -> float:
    """The χ² that is not exceeded with this chance: Wilson and Hilferty's guess, made exact by halving."""
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    ninth = 2 / (9 * freedom)
    guess = freedom * max(0.0, 1 - ninth + NormalDist().inv_cdf(level) * math.sqrt(ninth)) ** 3
    low, high = 0.0, max(guess, 1.0)
    while 1 - chi_squared_survival(high, freedom) < level:
        low, high = high, 2 * high
    while high - low > PRECISE * 10 * high:
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if 1 - chi_squared_survival(middle, freedom) < level else (low, middle)
    return high


def _front(a: float, x: float) -> float:
    return math.exp(a * math.log(x) - x - math.lgamma(a))


def _series(a: float, x: float) -> float:
    """The lower incomplete gamma function, as a share of the whole."""
    term = total = 1 / a
    for step in range(1, STEPS):
        term *= x / (a + step)
        total += term
        if term < total * PRECISE:
            break
    return total * _front(a, x)


def _fraction(a: float, x: float) -> float:
    """The upper one, by Lentz's continued fraction."""
    b = x + 1 - a
    c, d = 1 / SMALLEST, 1 / b
    found = d
    for step in range(1, STEPS):
        factor = -step * (step - a)
        b += 2
        d = 1 / _away_from_zero(factor * d + b)
        c = _away_from_zero(b + factor / c)
        found *= c * d
        if abs(c * d - 1) < PRECISE * 10:
            break
    return found * _front(a, x)


def _away_from_zero(number: float) -> float:
    return number if abs(number) > SMALLEST else SMALLEST
