"""What every interval needs: quantiles, correction for several at once, and an estimate that holds its value."""

from __future__ import annotations

from statistics import NormalDist

from assay.facts.values import Estimate

Limits = tuple[float, float]


def estimate(value: float, limits: Limits, *, n: int, method: str, level: float) -> Estimate:
    """A value with its interval, widened by rounding errors where it would not hold the value."""
    return Estimate(value=value, low=min(limits[0], value), high=max(limits[1], value), n=n, method=method, level=level)


def bonferroni(level: float, intervals: int) -> float:
    """The level each of so many intervals needs so that all of them hold together at `level`."""
    return 1 - (1 - level) / max(1, intervals)


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided normal interval of this level reaches: 1.96 for 0.95."""
    return -NormalDist().inv_cdf((1 - level) / 2)


def t_quantile(freedom: int, level: float) -> float:
    """The same for Student's distribution."""
    from scipy.special import stdtrit

    return -float(stdtrit(freedom, (1 - level) / 2))
