"""Whether two shares differ, told exactly however small they are."""

from __future__ import annotations

import math

NEGLIGIBLE = 1e-17


def fisher_tail(first: tuple[int, int], second: tuple[int, int]) -> float:
    """The chance of shares at least so far apart in the direction seen, each (successes, n), were they equal.

    Fisher's exact test (1934), one-sided; twice of it, at most 1, for either direction.
    """
    (hits, n), (others, m) = first, second
    if min(n, m) < 1:
        raise ValueError("shares of rows are wanted")
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
    """The logarithm of how many ways there are to choose `k` of `n`."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
