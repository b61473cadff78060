"""Proportions, their differences and ratios, with score intervals."""

from __future__ import annotations

import math

from assay.facts.values import Measure, Undefined
from assay.stats.intervals import Limits, estimate, normal_quantile

WILSON = "wilson"


def wilson_limits(successes: float, n: float, level: float) -> Limits:
    """The score interval of a proportion (Wilson 1927), which needs `n > 0`; limits of 0 and 1 stay exact.

    `successes` and `n` need not be whole: a mean of values in [0, 1] varies no more than a proportion does.
    """
    share, z2 = successes / n, normal_quantile(level) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    low = 0.0 if successes <= 0 else max(0.0, centre - reach)
    high = 1.0 if successes >= n else min(1.0, centre + reach)
    return min(low, share), max(high, share)


def clopper_pearson_limits(successes: float, n: float, level: float) -> Limits:
    """The exact interval of a proportion (Clopper and Pearson 1934), also of successes that are not whole."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = float(betaincinv(successes, n - successes + 1, tail)) if successes > 0 else 0.0
    high = float(betaincinv(successes + 1, n - successes, 1 - tail)) if successes < n else 1.0
    return low, high


def newcombe_limits(first: tuple[float, float], second: tuple[float, float], level: float) -> Limits:
    """The interval of `first - second`, each (successes, n): Newcombe's hybrid score method (1998, method 10)."""
    p1, p2 = first[0] / first[1], second[0] / second[1]
    (l1, u1), (l2, u2) = wilson_limits(*first, level), wilson_limits(*second, level)
    low = p1 - p2 - math.hypot(p1 - l1, u2 - p2)
    high = p1 - p2 + math.hypot(u1 - p1, p2 - l2)
    return max(-1.0, low), min(1.0, high)


def mover_ratio_limits(first: tuple[float, float], second: tuple[float, float], level: float) -> Limits:
    """The interval of `first / second`, each (successes, n): MOVER-R (Donner and Zou 2012) from Wilson limits.

    `second` must have a success. The lower limit has the form that stays finite at u₂ = 2p₂.
    """
    p1, p2 = first[0] / first[1], second[0] / second[1]
    (l1, u1), (l2, u2) = wilson_limits(*first, level), wilson_limits(*second, level)
    product = p1 * p2
    below, above = l1 * (2 * p1 - l1), u1 * (2 * p1 - u1)
    root = math.sqrt(max(0.0, product * product - below * u2 * (2 * p2 - u2)))
    low = below / (product + root) if product + root > 0 else 0.0
    divisor = l2 * (2 * p2 - l2)
    high = (product + math.sqrt(max(0.0, product * product - above * divisor))) / divisor
    return min(low, p1 / p2), max(high, p1 / p2)


def proportion(successes: int, n: int, *, level: float = 0.95, smallest: int = 1) -> Measure:
    """A share of `n` rows with its Wilson interval; undefined for no rows or fewer than `smallest`."""
    if n == 0:
        return Undefined(reason="empty") if smallest <= 1 else Undefined(reason="too_few", n=0, needed=smallest)
    if n < smallest:
        return Undefined(reason="too_few", n=n, needed=smallest)
    return estimate(successes / n, wilson_limits(successes, n, level), n=n, method=WILSON, level=level)


def difference(first: tuple[int, int], second: tuple[int, int], *, level: float = 0.95) -> Measure:
    """The difference of two proportions, each (successes, n), with Newcombe's interval."""
    n = first[1] + second[1]
    if first[1] == 0 or second[1] == 0:
        return Undefined(reason="empty", n=n)
    value = first[0] / first[1] - second[0] / second[1]
    return estimate(value, newcombe_limits(first, second, level), n=n, method="newcombe", level=level)


def ratio(first: tuple[int, int], second: tuple[int, int], *, level: float = 0.95) -> Measure:
    """The ratio of two proportions, each (successes, n), with its MOVER-R interval; not finite over zero."""
    n = first[1] + second[1]
    if first[1] == 0 or second[1] == 0:
        return Undefined(reason="empty", n=n)
    if second[0] == 0:
        return Undefined(reason="not_finite", n=n)
    value = (first[0] / first[1]) / (second[0] / second[1])
    return estimate(value, mover_ratio_limits(first, second, level), n=n, method="mover-r", level=level)
