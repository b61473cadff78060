"""What every interval needs: quantiles, correction for several at once, and an estimate that holds its value."""

from __future__ import annotations

import math
from statistics import NormalDist

from assay.facts.values import Estimate

Limits = tuple[float, float]
LARGE = 100
"""From so many degrees of freedom the expansion of Student's quantile is exact to six digits."""


def estimate(value: float, limits: Limits, *, n: int, method: str, level: float) -> Estimate:
    """A value with its interval, widened by rounding errors where it would not hold the value."""
    return Estimate(value=value, low=min(limits[0], value), high=max(limits[1], value), n=n, method=method, level=level)


def bonferroni(level: float, intervals: int) -> float:
    """The level each of so many intervals needs so that all of them hold together at `level`."""
    return 1 - (1 - level) / max(1, intervals)


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided normal interval of this level reaches: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def t_quantile(freedom: int, level: float) -> float:
    """The same for Student's distribution; large samples by Fisher's expansion (Abramowitz and Stegun 26.7.5)."""
    if freedom < LARGE:
        # Half a second to import, so only small samples pay for it.
        from scipy.special import stdtrit

        return float(stdtrit(freedom, 0.5 + level / 2))
    z = normal_quantile(level)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom ** (power + 1) for power, term in enumerate(terms))
