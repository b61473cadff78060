"""Rates of groups, and gaps between them, where rows come in clusters, such as those of one household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from assay.facts.values import Estimate, Measure, Undefined
from assay.stats.clustered_shares import clustered_proportion, thinned_share
from assay.stats.clusters import Clusters, Mask, Numbers, Thinning, of_clusters
from assay.stats.confusion import Confusion, count
from assay.stats.fairness import GAPS, RatePair, gap, largest_difference, smallest_ratio


@dataclass(frozen=True, eq=False)
class GroupRows:
    """The rows of one group: whether each is positive, whether it is selected, and which belong together."""

    positive: Mask
    selected: Mask
    clusters: Clusters

    @cached_property
    def counts(self) -> Confusion:
        """The rows by truth and prediction."""
        return count(self.positive, self.selected)

    def rate(self, name: str) -> tuple[Mask, Mask]:
        """The rows that a rate counts, and those that it is a share of."""
        every = np.ones(len(self.positive), dtype=np.bool_)
        return {
            "selection_rate": (self.selected, every),
            "true_positive_rate": (self.selected, self.positive),
            "false_positive_rate": (self.selected, ~self.positive),
            "false_negative_rate": (~self.selected, self.positive),
            "precision": (self.positive, self.selected),
        }[name]

    def share(self, name: str) -> ClusteredRate:
        """A rate with its rows."""
        counted, among = self.rate(name)
        return ClusteredRate(counted[among], self.clusters.among(among))


@dataclass(frozen=True, eq=False)
class ClusteredRate:
    """A share of rows that come in clusters; it has rows."""

    success: Mask
    clusters: Clusters

    @property
    def counts(self) -> tuple[int, int]:
        """The rows that count, and those that they are a share of."""
        return int(self.success.sum()), len(self.success)

    @cached_property
    def thinning(self) -> Thinning:
        """How many rows count as one."""
        return thinned_share(self.success, self.clusters)

    @cached_property
    def pulls(self) -> Mapping[int, float]:
        """How far each cluster pulls the rate."""
        pulled: Numbers = (self.success.astype(np.float64) - self.success.mean()) / len(self.success)
        codes = np.unique(self.clusters.codes)
        return dict(zip(codes.tolist(), self.clusters.sums(pulled).tolist(), strict=True))

    def beside(self, other: ClusteredRate) -> float:
        """How much more the difference of two rates varies than if no cluster had rows in both; at least 1."""
        both = self.pulls.keys() & other.pulls.keys()
        alone = sum(pull**2 for rate in (self, other) for _, pull in sorted(rate.pulls.items()))
        shared = sum(self.pulls[each] * other.pulls[each] for each in sorted(both))
        return max(1.0, 1 - 2 * shared / alone) if alone > 0 else 1.0


def clustered_rates(group: GroupRows, names: Sequence[str], *, level: float, smallest: int) -> dict[str, Measure]:
    """A group's rates; a rate of fewer than `smallest` rows, or of too few clusters, is undefined."""
    return {
        name: clustered_proportion(*group.rate(name), group.clusters, level=level, smallest=smallest) for name in names
    }


def clustered_gap(name: str, groups: Sequence[GroupRows], *, level: float = 0.95, smallest: int = 1) -> Measure:
    """A gap of `GAPS` over all groups, whose rates count as shares of as many rows as theirs are worth.

    A cluster with rows in two groups may move their rates apart, which makes both worth less.
    """
    found = gap(name, [group.counts for group in groups], level=level, smallest=smallest)
    codes = np.concatenate([group.clusters.codes for group in groups]) if groups else np.zeros(0, dtype=np.int64)
    every = Clusters(codes)
    if isinstance(found, Undefined) or every.are_single:
        return found
    kind, names = GAPS[name]
    table = [[group.share(rate) for group in groups] for rate in names]
    few = [why for row in table for rate in row if (why := rate.clusters.why_too_few()) is not None]
    if few:
        return min(few, key=lambda each: each.n)
    pairs = []
    for row in table:
        ordered = sorted(row, key=lambda rate: rate.counts[0] / rate.counts[1])
        pairs += [_pair(one, other) for one, other in combinations(ordered, 2)]
    measured: Estimate = (largest_difference if kind == "difference" else smallest_ratio)(pairs, found.n, level)
    factor = max(rate.thinning.factor for row in table for rate in row)
    return of_clusters(measured, every, factor)


def _pair(smaller: ClusteredRate, larger: ClusteredRate) -> RatePair:
    apart = smaller.beside(larger)
    (first, n), (second, m) = smaller.counts, larger.counts
    thin, other = smaller.thinning.factor * apart, larger.thinning.factor * apart
    fewest = Thinning(1.0, min(smaller.thinning.clusters, larger.thinning.clusters))
    return RatePair(
        smaller=smaller.counts,
        larger=larger.counts,
        worth=((first / thin, n / thin), (second / other, m / other)),
        wider=fewest.level,
    )
