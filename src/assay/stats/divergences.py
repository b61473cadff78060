"""Divergences of two samples over the same buckets or categories: PSI, Jensen–Shannon, Kullback–Leibler and others.

Each is a sum over buckets of a convex term that is never negative, and 0 if both shares are equal. So if a count is
only known within limits, a term is largest at a corner of the limits and least where the two shares are nearest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.stats.bounded import Bounded, between

EPSILON = 1e-4
"""The value of smaller shares in a logarithm."""
LEAST_PSI = 0.1
Numbers = NDArray[np.float64]
Term = Callable[[Numbers, Numbers], Numbers]


@dataclass(frozen=True)
class Shares:
    """The rows of one sample by bucket, with limits of each unknown count; `n` is their sum."""

    count: Numbers
    low: Numbers
    high: Numbers
    n: int

    def at_least(self, epsilon: float) -> Shares:
        """The same, with no share smaller than this."""
        least = epsilon * self.n
        if (self.low >= least).all():
            return self
        return replace(
            self,
            count=np.maximum(self.count, least),
            low=np.maximum(self.low, least),
            high=np.maximum(self.high, least),
        )

    def unknown(self) -> Shares:
        """The same, with limits as if any bucket could hold none or all of the rows."""
        return replace(self, low=np.zeros_like(self.count), high=np.full_like(self.count, self.n))

    @cached_property
    def of_all(self) -> tuple[Numbers, Numbers, Numbers]:
        """The shares and their limits."""
        return self.count / self.n, self.low / self.n, self.high / self.n

    @cached_property
    def is_exact(self) -> bool:
        """Whether every count is known."""
        return np.array_equal(self.low, self.high)


def shares(counts: Any, low: Any = None, high: Any = None) -> Shares:
    """Shares of counts by bucket, exact unless limits are given; there must be rows."""
    count = np.asarray(counts, dtype=np.float64)
    least, most = (count if limit is None else np.asarray(limit, dtype=np.float64) for limit in (low, high))
    n = round(float(count.sum()))
    if n < 1 or not ((least >= 0) & (least <= count) & (count <= most)).all():
        raise ValueError("expected counts of at least one row, each within its limits")
    return Shares(count, least, most, n)


def population_stability(reference: Shares, current: Shares, *, epsilon: float = EPSILON) -> Bounded:
    """PSI: the sum of (p - q) · ln(p / q); shares below `epsilon` count as `epsilon`."""
    return total_of_terms(_stability, reference.at_least(epsilon), current.at_least(epsilon))


def kullback_leibler(reference: Shares, current: Shares, *, epsilon: float = EPSILON) -> Bounded:
    """The reference's divergence from the current sample, the sum of p · ln(p / q), in nats.

    Shares below `epsilon` count as `epsilon`, and what that adds to their sum is taken off again.
    """
    return total_of_terms(_surprise, reference.at_least(epsilon), current.at_least(epsilon))


def jensen_shannon(reference: Shares, current: Shares) -> Bounded:
    """The Jensen–Shannon distance to base 2, the root of the divergence: from 0 (equal) to 1 (nothing shared)."""
    return _root(total_of_terms(_midway, reference, current))


def hellinger(reference: Shares, current: Shares) -> Bounded:
    """Hellinger's distance: from 0 (equal) to 1 (nothing shared)."""
    return _root(total_of_terms(_roots, reference, current))


def total_variation(reference: Shares, current: Shares) -> Bounded:
    """Half the sum of the differences: the share of rows that moved to other buckets."""
    found = total_of_terms(_differences, reference, current)
    return between(found.low, found.value, min(1.0, found.high))


def psi_bar(n: int, m: int, buckets: int, *, level: float = 0.95, least: float = LEAST_PSI) -> float:
    """The PSI from which a shift matters: `least`, or with few rows what chance exceeds in 1 - `level` of the cases.

    Without a shift PSI is about χ² with one degree of freedom less than buckets, times (1/n + 1/m).
    """
    from scipy.special import chdtri

    return max(least, float(chdtri(max(1, buckets - 1), 1 - level)) * (1 / n + 1 / m))


def total_of_terms(term: Term, reference: Shares, current: Shares) -> Bounded:
    """The sum of a convex term that is 0 if the shares are equal, with limits if counts have any."""
    (p, p_low, p_high), (q, q_low, q_high) = reference.of_all, current.of_all
    value = math.fsum(term(p, q).tolist())
    if reference.is_exact and current.is_exact:
        return Bounded(max(0.0, value), max(0.0, value), max(0.0, value))
    # The nearest pair of shares: equal if the limits overlap, else the two ends that face each other.
    near_p = np.clip(np.maximum(p_low, q_low), p_low, p_high)
    near_q = np.clip(near_p, q_low, q_high)
    corners = [term(one, other) for one in (p_low, p_high) for other in (q_low, q_high)]
    least = math.fsum(term(near_p, near_q).tolist())
    most = math.fsum(np.maximum.reduce(corners).tolist())
    return between(max(0.0, least), value, max(0.0, most))


def _stability(p: Numbers, q: Numbers) -> Numbers:
    return np.asarray((p - q) * np.log(p / q))


def _surprise(p: Numbers, q: Numbers) -> Numbers:
    return np.asarray(p * np.log(p / q) - p + q)


def _midway(p: Numbers, q: Numbers) -> Numbers:
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(each > 0, each * np.log2(each / middle), 0.0) for each in (p, q)]
    return np.asarray((parts[0] + parts[1]) / 2)


def _roots(p: Numbers, q: Numbers) -> Numbers:
    return np.asarray((np.sqrt(p) - np.sqrt(q)) ** 2 / 2)


def _differences(p: Numbers, q: Numbers) -> Numbers:
    return np.asarray(np.abs(p - q) / 2)


def _root(divergence: Bounded) -> Bounded:
    low, value, high = (math.sqrt(min(1.0, each)) for each in (divergence.low, divergence.value, divergence.high))
    return Bounded(value, low, high)
