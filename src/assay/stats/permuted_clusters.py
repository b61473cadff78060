"""Tests of two samples whose rows come in clusters: the clusters change sides, not the rows.

Without a shift, a cluster that has rows in one sample only could as well lie in the other, and of one that has rows in
both either part could be the later one. So each draw permutes the former and swaps the parts of some of the latter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
DRAWS, FEWER_DRAWS, MANY = 9_999, 1_999, 20_000
"""With so many draws, p-values can be small enough for many columns; with very many clusters fewer draws are taken."""
FIRST, BATCH, UNDECIDED = 256, 512, 0.3
"""If so large a share of the first draws reaches what was observed, more draws would change nothing."""
MOST_CUTS = 64
NEARLY = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class TwoSidedClusters:
    """The cluster of each row of the reference and of the current sample, counted from 0 over both."""

    reference: NDArray[np.int64]
    current: NDArray[np.int64]
    count: int
    seed: int

    @property
    def draws(self) -> int:
        """The number of permutations."""
        return DRAWS if self.count <= MANY else FEWER_DRAWS

    def chance(self, before: Numbers, now: Numbers, statistic: Callable[[Numbers, Numbers], Numbers]) -> float:
        """The share of permutations, the observed one among them, that reach the observed statistic.

        `before` and `now` are additive counts [rows × counts]; the statistic is of their sums [draws × counts].
        """
        first, second = (self._sums(codes, rows) for codes, rows in ((self.reference, before), (self.current, now)))
        # In an order that neither names nor the order of rows change.
        order = np.lexsort(np.concatenate([first, second], axis=1).T)
        first, second = first[order], second[order]
        sides = [self._rows(codes)[order] for codes in (self.reference, self.current)]
        both = (sides[0] > 0) & (sides[1] > 0)
        alone, swapped = (first + second)[~both], (first - second)[both]
        every, fixed = (first + second).sum(axis=0), second[both].sum(axis=0)
        observed = float(statistic((every - second.sum(axis=0))[None], second.sum(axis=0)[None])[0])
        labels = (sides[1][~both] > 0).astype(np.float64)
        reached = drawn = 0
        for size, moved, changed in self._draws(labels, int(both.sum())):
            after = moved @ alone + changed @ swapped + fixed
            reached += int((statistic(every - after, after) >= observed * NEARLY).sum())
            drawn += size
            if drawn >= FIRST and reached > UNDECIDED * drawn:
                break
        return (1 + reached) / (1 + drawn)

    def _draws(self, labels: Numbers, both: int) -> Iterator[tuple[int, Numbers, Numbers]]:
        random, left = np.random.Generator(np.random.PCG64(self.seed)), self.draws
        while left:
            size = min(left, FIRST if left == self.draws else BATCH)
            moved = random.permuted(np.broadcast_to(labels, (size, len(labels))), axis=1)
            yield size, moved, random.integers(0, 2, (size, both)).astype(np.float64)
            left -= size

    def labels(self, draws: int) -> Iterator[NDArray[np.bool_]]:
        """For each draw, which rows (those of the reference first) are current ones."""
        sides = [self._rows(codes) for codes in (self.reference, self.current)]
        both = (sides[0] > 0) & (sides[1] > 0)
        random, own = np.random.Generator(np.random.PCG64(self.seed)), sides[1][~both] > 0
        for _ in range(draws):
            moved, changed = np.zeros(self.count, dtype=np.bool_), np.zeros(self.count, dtype=np.bool_)
            moved[~both] = random.permutation(own)
            changed[both] = random.integers(0, 2, int(both.sum())) > 0
            yield np.concatenate([(moved | changed)[self.reference], np.where(both, ~changed, moved)[self.current]])

    def _rows(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(codes, minlength=self.count)

    def _sums(self, codes: NDArray[np.int64], rows: Numbers) -> Numbers:
        sums = [np.bincount(codes, weights=each, minlength=self.count) for each in rows.T]
        return np.asarray(np.column_stack(sums), dtype=np.float64)


def numbers_chance(before: Numbers, now: Numbers, clusters: TwoSidedClusters) -> float:
    """The chance of so large a distance of the cumulative shares, at up to 64 places; NaN is missing."""
    pooled = np.sort(np.concatenate([before, now]))
    pooled = pooled[~np.isnan(pooled)]
    distinct = np.unique(pooled)
    cuts = distinct[:-1]
    if len(cuts) > MOST_CUTS:
        cuts = np.unique(pooled[np.linspace(0, len(pooled) - 1, MOST_CUTS + 2).astype(np.int64)[1:-1]])

    def counts(values: Numbers) -> Numbers:
        present = ~np.isnan(values)
        return np.asarray(np.column_stack([present, values[:, None] <= cuts]), dtype=np.float64)

    return clusters.chance(counts(before), counts(now), _distance)


def categories_chance(before: NDArray[np.int64], now: NDArray[np.int64], clusters: TwoSidedClusters) -> float:
    """The chance of so large a χ² of categories, given as codes from 0; -1 is missing."""
    kinds = int(max(before.max(initial=0), now.max(initial=0))) + 1

    def counts(codes: NDArray[np.int64]) -> Numbers:
        return np.asarray(codes[:, None] == np.arange(kinds), dtype=np.float64)

    return clusters.chance(counts(before), counts(now), _chi_squared)


def share_chance(
    before: NDArray[np.bool_],
    now: NDArray[np.bool_],
    there: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    clusters: TwoSidedClusters,
) -> float:
    """The chance of so large a difference of the shares of rows, among those that are `there` on either side."""
    sides = [
        np.column_stack([one, one & yes]).astype(np.float64) for one, yes in zip(there, (before, now), strict=True)
    ]
    return clusters.chance(sides[0], sides[1], _distance)


def newcomers_chance(before: NDArray[np.int64], now: NDArray[np.int64], clusters: TwoSidedClusters) -> float:
    """The chance of so many rows with a category that the other side lacks; codes from 0, -1 for all others."""
    codes = np.concatenate([before, now])
    kinds = int(codes.max(initial=0)) + 1
    kept = codes >= 0

    def found(current: NDArray[np.bool_]) -> int:
        known = np.zeros(kinds, dtype=np.bool_)
        known[codes[kept & ~current]] = True
        return int((~known[codes[kept & current]]).sum())

    observed = found(np.repeat([False, True], [len(before), len(now)]))
    reached = drawn = 0
    for labels in clusters.labels(clusters.draws):
        reached, drawn = reached + (found(labels) >= observed), drawn + 1
        if drawn >= FIRST and reached > UNDECIDED * drawn:
            break
    return (1 + reached) / (1 + drawn)


def _distance(before: Numbers, now: Numbers) -> Numbers:
    """The largest difference of shares [draws], of counts whose first one is that of all rows."""
    shares = [each[:, 1:] / np.maximum(each[:, :1], 1) for each in (before, now)]
    return np.asarray(np.abs(shares[0] - shares[1]).max(axis=1, initial=0.0), dtype=np.float64)


def _chi_squared(before: Numbers, now: Numbers) -> Numbers:
    n, m, every = before.sum(axis=1, keepdims=True), now.sum(axis=1, keepdims=True), before + now
    apart = (before * m - now * n) ** 2
    terms = np.divide(apart, every, out=np.zeros_like(apart), where=every > 0)
    return np.asarray(terms.sum(axis=1) / np.maximum(n * m, 1)[:, 0])
