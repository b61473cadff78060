"""Which gap between groups a fair model proves with some rows, and with how many rows it proves a gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assay.stats.intervals import normal_quantile

DRAWS, SEED, POWER = 400, 1, 0.8
MOST = 1_000_000
"""More than this many times the rows are not worth naming."""


def provable_gap(rates: Sequence[tuple[float, Sequence[int]]], *, level: float = 0.95) -> float:
    """The least bar on the largest difference that a fair model clears four times in five.

    Each rate is the same in all groups; beside it stand the rows of each group that it is a share of. It is a quantile
    of the upper limits of simulated fair models (`fairness.gap`).
    """
    return float(np.quantile(_upper_limits(rates, level), POWER))


def times_the_rows(rates: Sequence[tuple[float, Sequence[int]]], bar: float, *, level: float = 0.95) -> float | None:
    """How many times the rows prove a bar, to 2 %; at least 1, and None if it is more than anybody has."""

    def is_proven(factor: float) -> bool:
        scaled = [(rate, [round(rows * factor) for rows in groups]) for rate, groups in rates]
        return provable_gap(scaled, level=level) <= bar

    low, high = 1.0, 1.0
    while not is_proven(high):
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high > 1.02 * low:  # as exact as a few hundred draws
        middle = (low + high) / 2
        low, high = (low, middle) if is_proven(middle) else (middle, high)
    return high


def _upper_limits(rates: Sequence[tuple[float, Sequence[int]]], level: float) -> NDArray[np.float64]:
    """The upper limits of the largest difference in simulated samples [draws]."""
    random, highest = np.random.default_rng(SEED), np.zeros(DRAWS)
    for rate, groups in rates:
        n = np.asarray(groups, dtype=np.int64)
        share = random.binomial(n, rate, size=(DRAWS, len(n))) / n
        low, high = _wilson(share, n, level)
        below, above = (share - low) ** 2, (high - share) ** 2
        for one in range(len(n)):
            reach = np.sqrt(above[:, one, None] + below)
            reach[:, one] = 0
            highest = np.maximum(highest, (share[:, one, None] - share + reach).max(axis=1))
    return highest


def _wilson(
    share: NDArray[np.float64], n: NDArray[np.int64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`proportions.wilson_limits` of many shares at once."""
    z2 = normal_quantile(level) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4.0 * n * n))) / (1 + z2 / n)
    return np.minimum(np.maximum(0.0, centre - reach), share), np.maximum(np.minimum(1.0, centre + reach), share)
