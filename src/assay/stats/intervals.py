"""What every interval needs: quantiles, a correction for several intervals, and an estimate."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from assay.facts.values import Estimate, Measure, Undefined

Limits = tuple[float, float]


def estimate(
    value: float,
    limits: Limits,
    *,
    n: int,
    method: str,
    level: float,
    unseen: float | None = None,
    chance: float | None = None,
) -> Estimate:
    """A value with its interval, widened if rounding errors exclude the value."""
    low, high = min(limits[0], value), max(limits[1], value)
    return Estimate(value=value, low=low, high=high, n=n, method=method, level=level, unseen=unseen, chance=chance)


def finite_estimate(
    value: float, limits: Limits, *, n: int, method: str, level: float, unseen: float | None = None
) -> Measure:
    """The same; undefined if the value or a limit is not finite."""
    if not all(math.isfinite(number) for number in (value, *limits)):
        return Undefined(reason="not_finite", n=n)
    return estimate(value, limits, n=n, method=method, level=level, unseen=unseen)


def bonferroni(level: float, intervals: int) -> float:
    """The level that each of several intervals needs, so that they hold together at `level`."""
    return 1 - (1 - level) / max(1, intervals)


@lru_cache(maxsize=256)
def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided normal interval of this level reaches: 1.96 for 0.95."""
    return -NormalDist().inv_cdf((1 - level) / 2)


def t_quantile(freedom: int, level: float) -> float:
    """The same for Student's distribution."""
    from scipy.special import stdtrit

    return -float(stdtrit(freedom, (1 - level) / 2))
