"""Rare categories that only one sample has: whether they are more than chance explains.

Chance means that rows are drawn one by one. If the rows of a category come together, as the orders of one customer do,
all of them may be new without a shift. So the question makes sense only if rare categories have several rows each: a
column whose values seldom repeat holds identifiers, not categories.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.stats.divergences import population_stability, shares

FEWEST_EACH = 5
"""With fewer rows per rare category, on average, a column holds identifiers."""
HALVINGS, STEEPEST, EXACTLY = 60, 700.0, 4096
"""How often the slope is halved, the largest exponent of e, and the size up to which chances are summed."""
NOISE = 1e-9

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Newcomers:
    """Rows of the current sample with a rare category that the reference lacks.

    `expected` is the number of such rows that chance explains, and `p` an upper bound on the probability of at least as
    many. `effect` is the PSI of the rows found against the rows expected, or 0 if there are not more than expected.
    """

    rows: int
    expected: float
    p: float
    effect: float


def are_identifiers(reference: Mapping[Any, int], current: Mapping[Any, int]) -> bool:
    """Whether rare categories have so few rows each that they are identifiers, or there are none."""
    rows = sum(reference.values()) + sum(current.values())
    return rows < FEWEST_EACH * max(1, len({*reference, *current}))


def find_newcomers(reference: Mapping[Any, int], current: Mapping[Any, int], n: int, m: int) -> Newcomers:
    """The newcomers among rare categories, which come by their rows in a reference of `n` and in the `m` rows now.

    Without a shift, a category of c rows is missing from the reference as often as c draws without replacement all miss
    it. Such misses are negatively associated (Joag-Dev and Proschan 1983, section 3.1), so Chernoff's bound for
    independent ones holds for the chance of at least as many rows.
    """
    rows = sum(count for name, count in current.items() if not reference.get(name))
    sizes = Counter(reference.get(name, 0) + current.get(name, 0) for name in {*reference, *current})
    size = np.array([each for each in sorted(sizes) if 0 < each <= m], dtype=np.float64)
    often = np.array([sizes[int(each)] for each in size], dtype=np.float64)
    chance = np.array([_left_out(int(each), n, m) for each in size], dtype=np.float64)
    expected = float((often * size * np.exp(chance)).sum())
    if rows <= expected * (1 + NOISE):
        return Newcomers(rows, expected, 1.0, 0.0)
    every = sum(current.values())
    awaited, seen = (shares([m - every, each, every - each]) for each in (expected, rows))
    effect = population_stability(awaited, seen).value
    return Newcomers(rows, expected, _chernoff(rows, size, often, chance), effect)


def _left_out(size: int, n: int, m: int) -> float:
    """The logarithm of the chance that all rows of a category are among the `m` rows of one sample."""
    every = n + m
    if size <= EXACTLY:
        return float(np.log1p(-n / (every - np.arange(size))).sum())
    steps = math.lgamma(m + 1) - math.lgamma(m - size + 1) - math.lgamma(every + 1) + math.lgamma(every - size + 1)
    return min(0.0, steps)


def _chernoff(rows: int, size: Numbers, often: Numbers, chance: Numbers) -> float:
    """The minimum of E[exp(s · rows left out)] / exp(s · rows) over the slopes s; chances are logarithms."""
    with np.errstate(divide="ignore"):
        other = np.log(-np.expm1(chance))
    low, high = 0.0, STEEPEST / float(size.max())
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        grown = np.logaddexp(other, chance + middle * size)
        mean = float((often * size * np.exp(chance + middle * size - grown)).sum())
        low, high = (middle, high) if mean < rows else (low, middle)
    grown = np.logaddexp(other, chance + low * size)
    return math.exp(min(0.0, float((often * grown).sum()) - low * rows))
