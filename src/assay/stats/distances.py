"""Distances between two samples: Kolmogorov and Smirnov's D, and Wasserstein's distance."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from assay.stats.bounded import Bounded, between, known
from assay.stats.samples import Counts, Numbers, PairedCells

ROUNDING = 4 * np.finfo(np.float64).eps


def kolmogorov_smirnov(cells: PairedCells) -> Bounded:
    """The largest distance between the two cumulative shares; both samples must have values.

    Between cells it is exact. Within a cell that both share, the values of one may all come before those of the other.
    """
    if len(cells.place) == 0 or min(cells.n, cells.m) == 0:
        raise ValueError("expected two samples with values")
    after = cells.differences()
    before = np.concatenate([[0.0], after[:-1]])
    reference_first = before + cells.reference / cells.n
    current_first = before - cells.current / cells.m
    shared = (cells.reference > 0) & (cells.current > 0)
    with np.errstate(invalid="ignore"):
        surely_reference = shared & (cells.reference_high < cells.current_low)
        surely_current = shared & (cells.current_high < cells.reference_low)
    perhaps = shared & ~surely_reference & ~surely_current & ~_single(cells)
    reached = [after, reference_first[surely_reference], current_first[surely_current]]
    low = _largest(reached)
    high = max(low, _largest([reference_first[perhaps], current_first[perhaps]]))
    return Bounded(low, low, min(1.0, high))


def wasserstein(cells: PairedCells) -> Bounded | None:
    """The area between the two cumulative shares, in the column's unit; None if a value is infinite.

    Between cells it is exact, and within a cell too if one curve stays above the other and the sums are known.
    """
    if len(cells.place) == 0 or min(cells.n, cells.m) == 0:
        raise ValueError("expected two samples with values")
    start, end = cells.low, cells.high
    if not (np.isfinite(start).all() and np.isfinite(end).all()):
        return None
    after = cells.differences()
    before = np.concatenate([[0.0], after[:-1]])
    gaps = float((np.abs(after[:-1]) * np.maximum(start[1:] - end[:-1], 0.0)).sum())
    width = end - start
    if not width.any():
        return known(gaps)
    raised = _area(cells.reference, (cells.reference_low, cells.reference_high), cells.reference_total, end)
    lowered = _area(cells.current, (cells.current_low, cells.current_high), cells.current_total, end)
    signed_low = before * width + raised[0] - lowered[1]
    signed_high = before * width + raised[1] - lowered[0]
    low = np.maximum(np.maximum(signed_low, -signed_high), 0.0)
    share, other = cells.reference / cells.n, cells.current / cells.m
    one_sided = (before - other >= 0) | (before + share <= 0)
    largest = np.maximum(np.abs(before + share), np.abs(before - other)) * width
    crossing = np.minimum(largest, np.abs(before) * width + raised[1] + lowered[1])
    same_side = np.maximum(np.abs(signed_low), np.abs(signed_high))
    high = np.maximum(np.where(one_sided, np.minimum(same_side, largest), crossing), low)
    least, most = float(low.sum()), float(high.sum())
    return between(gaps + least, gaps + (least + most) / 2, gaps + most)


def in_units_of(distance: Bounded, unit: float) -> Bounded | None:
    """A distance in units of a spread, such as the reference's standard deviation; None if there is no spread."""
    if not (math.isfinite(unit) and unit > 0):
        return None
    scaled = [number / unit for number in (distance.low, distance.value, distance.high)]
    return between(*scaled) if all(math.isfinite(number) for number in scaled) else None


def _single(cells: PairedCells) -> NDArray[np.bool_]:
    """Which cells hold only one value."""
    return np.asarray(cells.low == cells.high, dtype=np.bool_)


def _area(count: Counts, limits: tuple[Numbers, Numbers], total: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
    """The least and largest area under the part of a cumulative share that rises in each cell."""
    n = float(count.sum())
    held = count > 0
    low = np.where(held, count * (end - limits[1]), 0.0) / n
    high = np.where(held, count * (end - limits[0]), 0.0) / n
    exact = (count * end - total) / n
    slack = ROUNDING * (count + 1) * count * np.maximum(np.abs(limits[0]), np.abs(end)) / n
    told = held & np.isfinite(exact)
    least = np.where(told, np.clip(exact - slack, low, high), low)
    return least, np.where(told, np.clip(exact + slack, low, high), high)


def _largest(parts: list[Numbers]) -> float:
    return max((float(np.abs(part).max()) for part in parts if len(part)), default=0.0)
