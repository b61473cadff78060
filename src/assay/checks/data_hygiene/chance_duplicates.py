"""How often rows are equal by chance, because their columns distinguish few rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.stats.grouping import missing
from assay.stats.proportions import wilson_limits

Codes = NDArray[np.int64]
Column = NDArray[Any]
CERTAIN = 0.999
"""The confidence level at which more rows are equal than by chance."""
NEGLIGIBLE_ROWS = 1e-4
"""If independent columns make fewer rows than this equal by chance, they distinguish rows well enough."""
LIKELIEST = 0.9


def coded(parts: Sequence[Mapping[str, Column]], columns: Sequence[str]) -> list[Codes]:
    """The complete rows of each part, as whole numbers: equal values have equal numbers."""
    present = [np.logical_and.reduce([~missing(part[name]) for name in columns]) for part in parts]
    found: list[list[Codes]] = [[] for _ in parts]
    for name in columns:
        numbers = _numbered([part[name][kept] for part, kept in zip(parts, present, strict=True)])
        for each, of_column in zip(found, numbers, strict=True):
            each.append(of_column)
    return [np.stack(each, axis=1) for each in found]


def stepped(part: Mapping[str, Column], steps: Mapping[str, float], folded: Sequence[str]) -> dict[str, Column]:
    """The columns as `Duplicates` compares them: numbers in steps, texts without case and outer spaces."""
    changed = dict(part)
    for name, step in steps.items():
        changed[name] = np.floor(np.asarray(part[name], dtype=np.float64) / step + 0.5)
    for name in folded:
        changed[name] = np.array([None if each is None else str(each).strip().lower() for each in part[name]], object)
    return changed


def chance_of_meeting(rows: Codes, others: Codes, among: int, seed: int) -> float:
    """The share of rows that equal one of `among` other rows by chance; `others` is a sample of these."""
    if min(len(rows), len(others)) < 2:  # noqa: PLR2004  # one row has no pair
        return 0.0
    # Pairs within each set, because copies between the sets would look like chance.
    equal = [
        math.sqrt(_pairs_within(rows[:, index]) * _pairs_within(others[:, index])) for index in range(rows.shape[1])
    ]
    (mine, parts), (theirs, other_parts) = _hashed(rows, seed), _hashed(others, seed)
    return _chance(
        equal,
        among,
        lambda: _pairs(mine, theirs),
        lambda index: _pairs(mine - parts[:, index], theirs - other_parts[:, index]),
    )


def chance_of_repeating(rows: Codes, among: int, seed: int) -> float:
    """The share of `among` rows that repeat an earlier one by chance; `rows` is a sample of these."""
    if len(rows) < 2:  # noqa: PLR2004  # one row repeats nothing
        return 0.0
    equal = [_pairs_within(rows[:, index]) for index in range(rows.shape[1])]
    hashed, parts = _hashed(rows, seed)
    return _chance(
        equal, among / 2, lambda: _pairs_within(hashed), lambda index: _pairs_within(hashed - parts[:, index])
    )


def share_beyond_chance(rows: int, among: int, chance: float) -> float:
    """The share of rows beyond what chance explains."""
    if not among:
        return 0.0
    most = wilson_limits(chance * among, among, CERTAIN)[1] if chance * among > NEGLIGIBLE_ROWS else 0.0
    return max(0.0, rows / among - most)


def places_of_conflicts(features: Codes, labels: Column, seed: int) -> NDArray[np.int64]:
    """The places of rows whose features another row has with a different label."""
    (labelled,) = _numbered([labels])
    hashed = _hashed(features, seed)[0]
    _, group = np.unique(hashed, return_inverse=True)
    least = np.full(group.max() + 1 if len(group) else 0, np.iinfo(np.int64).max)
    most = np.full(len(least), np.iinfo(np.int64).min)
    np.minimum.at(least, group, labelled)
    np.maximum.at(most, group, labelled)
    return np.flatnonzero((least < most)[group])


def places_of_meeting(rows: Codes, others: Codes, seed: int) -> NDArray[np.int64]:
    """The places of rows that equal one of the others."""
    return np.flatnonzero(np.isin(_hashed(rows, seed)[0], _hashed(others, seed)[0]))


def _chance(equal: Sequence[float], among: float, whole: Callable[[], float], without: Callable[[int], float]) -> float:
    """The chance by independent columns or, if those distinguish few rows, by the rows that one more column separates.

    Pairs that are equal only without one column are not copies; of such pairs, the share `equal` would have been equal
    in that column too.
    """
    independent = among * math.prod(equal)
    if independent < NEGLIGIBLE_ROWS:
        return -math.expm1(-independent)
    odds = [min(each, LIKELIEST) / (1 - min(each, LIKELIEST)) for each in equal]
    every = whole()
    dependent = max((without(index) - every) * odd for index, odd in enumerate(odds)) * among
    return -math.expm1(-max(independent, dependent))


def _hashed(rows: Codes, seed: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """A random hash of each row, and each column's summand in it."""
    multiples = np.random.Generator(np.random.PCG64(seed)).integers(0, 2**64, rows.shape[1], dtype=np.uint64)
    parts = rows.astype(np.uint64) * (multiples | np.uint64(1))
    return parts.sum(axis=1, dtype=np.uint64), parts


def _pairs(one: NDArray[Any], other: NDArray[Any]) -> float:
    """The share of pairs, one of each, that are equal."""
    values, times = np.unique(one, return_counts=True)
    others, other_times = np.unique(other, return_counts=True)
    _, mine, theirs = np.intersect1d(values, others, assume_unique=True, return_indices=True)
    return float(times[mine].astype(np.float64) @ other_times[theirs]) / (len(one) * len(other))


def _pairs_within(values: NDArray[Any]) -> float:
    """The share of pairs that are equal."""
    times = np.unique(values, return_counts=True)[1].astype(np.float64)
    return float((times * (times - 1)).sum()) / (len(values) * (len(values) - 1))


def _numbered(parts: list[Column]) -> list[Codes]:
    """The values of a column in several parts, as whole numbers from 0 with one numbering."""
    whole = np.concatenate(parts)
    if whole.dtype.kind == "O":
        places: dict[object, int] = {}
        numbers = np.fromiter((places.setdefault(each, len(places)) for each in whole.tolist()), np.int64, len(whole))
    else:
        numbers = np.unique(whole, return_inverse=True)[1].astype(np.int64)
    return np.split(numbers, np.cumsum([len(part) for part in parts])[:-1])
