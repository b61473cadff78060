"""Kolmogorov and Smirnov's distributions: how often chance alone separates two curves this far."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MOST_PATHS = 100_000
"""Up to this many pairs of rows, paths are counted exactly; beyond, the asymptotic p-value is within about 0.01."""
MOST_EQUAL = 10_000
DURBIN, SMIRNOV = 140, 5_000
"""Up to this many rows, Durbin's matrix and Smirnov's sum are fast."""
HUGE = 1e140
HALF, SMALL, TAIL, LOWER, VANISHING = 0.5, 2.2, 9.0, 1.4, 700.0
"""Where one formula ends and the next begins, as in Simard and L'Ecuyer; e to the minus 700 is nothing."""


@lru_cache(maxsize=4096)
def two_sample_p(distance: float, n: int, m: int) -> float:
    """The chance that samples of n and m from one continuous distribution are at least this far apart.

    Exact for few rows, by counting lattice paths; for many, the one-sample distribution with the rounded effective size
    n·m/(n+m), as scipy's `asymp`. With ties it is too large, never too small.
    """
    if min(n, m) < 1 or not 0 <= distance <= 1:
        raise ValueError("expected two samples with rows and a distance between 0 and 1")
    step = n // math.gcd(n, m) * m
    steps = round(distance * step)
    if steps == 0:
        return 1.0
    if n == m and n <= MOST_EQUAL:
        return min(1.0, _equal_sizes(n, steps))
    if n * m <= MOST_PATHS:
        return _outside(n, m, steps * math.gcd(n, m))
    return one_sample_p(distance, round(n * m / (n + m)))


def one_sample_p(distance: float, n: int) -> float:
    """The chance that n draws are at least this far from their own distribution (Simard and L'Ecuyer 2011)."""
    steps, square = n * distance, n * distance * distance
    if distance >= 1 or steps <= HALF:
        return 0.0 if distance >= 1 else 1.0
    if distance >= HALF or square > (4 if n <= DURBIN else SMALL):
        if n <= SMIRNOV:
            return min(1.0, 2 * _smirnov(distance, n))
        if square > TAIL:
            return 2 * math.exp(-((6 * steps + 1) ** 2) / (18 * n))
    if n <= DURBIN or (n <= MOST_PATHS and n * distance**1.5 <= LOWER):
        return min(1.0, max(0.0, 1 - _durbin(distance, n)))
    return min(1.0, max(0.0, 1 - _pelz_good(math.sqrt(n) * distance, n)))


def _equal_sizes(n: int, steps: int) -> float:
    """The reflection principle, innermost factor first so that nothing cancels; later turns are below e to the -40."""
    found = 0.0
    last = min(n // steps, math.ceil(math.sqrt(40 * n) / steps))
    for turn in range(last, -1, -1):
        factor = 1.0
        for each in range(steps):
            factor *= (n - turn * steps - each) / (n + turn * steps + each + 1)
        found = factor * (1 - found)
    return 2 * found


def _outside(n: int, m: int, limit: int) -> float:
    """The share of lattice paths to (n, m) that come to a point with |i·m - j·n| of at least the limit.

    The paths to (i, j) came from (i - 1, j) in i of i + j cases, so one diagonal follows from the one before.
    """
    n, m = min(n, m), max(n, m)
    place = np.arange(n + 1)
    share = np.zeros(n + 1)
    for diagonal in range(1, n + m + 1):
        first, last = max(0, diagonal - m), min(n, diagonal)
        inside = place[first : last + 1]
        moved = share[first : last + 1] * ((diagonal - inside) / diagonal)
        moved[(1 if first == 0 else 0) :] += (share[max(0, first - 1) : last] * inside[(first == 0) :]) / diagonal
        moved[np.abs(inside * m - (diagonal - inside) * n) >= limit] = 1.0
        share[first : last + 1] = moved
    return float(share[n])


def _smirnov(distance: float, n: int) -> float:
    """The one-sided chance, by Smirnov's finite sum, in logarithms."""
    last = math.floor(n * (1 - distance))
    each = np.arange(last + 1)
    above = distance + each / n
    rest = np.maximum(1 - above, 0.0)
    steps = np.arange(1, last + 1)
    choose = np.concatenate([[0.0], np.cumsum(np.log((n - steps + 1) / steps))])
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = choose + (each - 1) * np.log(above) + np.where(each == n, 0.0, (n - each) * np.log(rest))
    return float(distance * np.exp(logs).sum())


def _durbin(distance: float, n: int) -> float:
    """The chance of less, by Durbin's matrix as Marsaglia, Tsang and Wang (2003) raise it to a power."""
    k = math.ceil(n * distance)
    h, size = k - n * distance, 2 * k - 1
    inverse = np.array([math.exp(-math.lgamma(each + 1)) for each in range(size + 1)])
    column = (1 - h ** np.arange(1, size + 1)) * inverse[1:]
    column[-1] = (1 - 2 * h**size + max(2 * h - 1, 0.0) ** size) * inverse[size]
    gap = np.subtract.outer(np.arange(size), np.arange(size)) + 1
    matrix = np.where(gap >= 0, inverse[np.clip(gap, 0, size)], 0.0)
    matrix[:, 0], matrix[-1, :] = column, column[::-1]
    power, exponent = _raise(matrix, n, k - 1)
    value = power[k - 1, k - 1]
    if value <= 0:
        return 0.0
    return math.exp(math.log(value) + exponent + math.lgamma(n + 1) - n * math.log(n))


def _raise(matrix: NDArray[np.float64], times: int, centre: int) -> tuple[NDArray[np.float64], float]:
    """A power of a matrix, and the logarithm of what it must be multiplied with."""
    power, exponent, own = np.eye(len(matrix)), 0.0, 0.0
    while times:
        if times % 2:
            power, exponent = power @ matrix, exponent + own
            power, exponent = _scaled(power, exponent, centre)
        matrix, own = _scaled(matrix @ matrix, 2 * own, centre)
        times //= 2
    return power, exponent


def _scaled(matrix: NDArray[np.float64], exponent: float, centre: int) -> tuple[NDArray[np.float64], float]:
    if matrix[centre, centre] > HUGE:
        return matrix / HUGE, exponent + math.log(HUGE)
    return matrix, exponent


def _pelz_good(z: float, n: int) -> float:
    """The chance of less, by the four terms of Pelz and Good (1976)."""
    two, pi2 = z * z, math.pi**2
    if pi2 / (8 * two) > VANISHING:
        return 0.0
    four, six, eight = two**2, two**3, two**4
    odd = (2 * np.arange(1, math.ceil(16 * z / math.pi) + 2) - 1.0) ** 2
    decay = np.exp(-pi2 * odd / (8 * two))
    first = (decay * (pi2 / 4 * odd - two)).sum()
    second = (
        decay * (6 * six + 2 * four + (2 * four - 5 * two) * pi2 / 4 * odd + pi2**2 * (1 - 2 * two) / 16 * odd**2)
    ).sum()
    third = (
        decay
        * (
            pi2**3 * (5 - 30 * two) / 64 * odd**3
            + pi2**2 * (212 * four - 60 * two) / 16 * odd**2
            + pi2 * (135 * four - 96 * six) / 4 * odd
            - 30 * six
            - 90 * eight
        )
    ).sum()
    whole = np.arange(1, math.ceil(16 * z / math.pi) + 2) ** 2.0
    slow = whole * np.exp(-pi2 * whole / (2 * two))
    root = math.sqrt(2 * math.pi)
    terms = (
        decay.sum() * root / z,
        first * root / (6 * four),
        second * root / (72 * z**7) - slow.sum() * pi2 * root / (36 * z**3),
        third * root / (6480 * z**10) + ((3 * two - pi2 * whole) * slow).sum() * pi2 * root / (216 * six),
    )
    return math.fsum(float(term) / n ** (power / 2) for power, term in enumerate(terms))
