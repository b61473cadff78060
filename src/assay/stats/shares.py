"""An exact test of whether two shares differ, for shares of any size."""

from __future__ import annotations

import math

NEGLIGIBLE = 1e-17


def fisher_tail(first: tuple[int, int], second: tuple[int, int]) -> float:
    """The chance of two shares at least this far apart in this direction if they were equal, each (successes, n).

    Fisher's exact test (1934), one-sided; double it, at most 1, for both directions.
    """
    (hits, n), (others, m) = first, second
    if min(n, m) < 1:
        raise ValueError("expected shares of rows")
    if hits * m < others * n:
        (hits, n), (others, m) = (others, m), (hits, n)
    every = hits + others
    logarithm = _choices(n, hits) + _choices(m, others) - _choices(n + m, every)
    term = total = 1.0
    for found in range(hits, min(n, every)):
        term *= (n - found) * (every - found) / ((found + 1) * (m - every + found + 1))
        total += term
        if term < NEGLIGIBLE * total:
            break
    return min(1.0, math.exp(logarithm) * total)


def _choices(n: int, k: int) -> float:
    """The logarithm of the number of ways to choose `k` of `n`."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
