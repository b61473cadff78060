"""Rows that come in clusters, such as the rows of one customer, and how many independent rows they are worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError
from assay.facts.values import Estimate, Measure, Undefined

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
FEWEST, FEWEST_OF_SQUARES = 20, 50
"""With fewer clusters of equal size, simulated limits promise too much; squared errors need more."""
LEAST_CLUSTERING = 0.5
"""Rows are taken to be worth at most twice their clusters, because few clusters show their correlation badly."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """Which rows belong together: the same code for each row of a cluster."""

    codes: NDArray[np.int64]

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Each row's cluster, counted from 0 without gaps."""
        return np.asarray(np.unique(self.codes, return_inverse=True)[1], dtype=np.int64)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """The rows of each cluster."""
        return np.bincount(self.places)

    @property
    def rows(self) -> int:
        """All rows."""
        return len(self.codes)

    @property
    def count(self) -> int:
        """The number of clusters."""
        return len(self.sizes)

    @property
    def effective(self) -> float:
        """How many clusters of equal size would say as much if their rows were alike (Kish 1965): n² / Σ nᵢ²."""
        return float(self.rows) ** 2 / float((self.sizes.astype(np.float64) ** 2).sum()) if self.rows else 0.0

    @property
    def are_single(self) -> bool:
        """Whether each cluster has one row, so that rows are independent."""
        return self.count == self.rows

    def among(self, inside: Mask) -> Clusters:
        """The clusters of the rows for which `inside` is true."""
        return Clusters(self.codes[inside])

    def sums(self, values: Numbers) -> Numbers:
        """The sum over each cluster, the same in any order of the rows."""
        order = np.lexsort((values, self.places))
        starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        return np.asarray(np.add.reduceat(values[order], starts), dtype=np.float64)

    def why_too_few(self, fewest: int = FEWEST) -> Undefined | None:
        """Why these clusters give no interval: there are too few, or a few have most rows. Single rows always do."""
        if self.are_single or self.effective >= fewest:
            return None
        return Undefined(reason="too_few_clusters", n=math.floor(self.effective), needed=fewest)


def clusters_of(values: NDArray[Any], column: str) -> Clusters:
    """The clusters of rows with equal values; raises DataError for a row without a value."""
    from assay.stats.grouping import missing

    absent = int(missing(values).sum())
    if absent:
        raise DataError(f"{absent:,} of {len(values):,} rows have no `{column}`, so their group is unknown.")
    places: dict[Any, int] = {}
    codes = np.fromiter((places.setdefault(each, len(places)) for each in values.tolist()), np.int64, len(values))
    return Clusters(codes)


@dataclass(frozen=True)
class Thinning:
    """How many rows count as one, because rows of a cluster are alike, and from how many clusters that is known."""

    factor: float
    clusters: float

    def level(self, level: float) -> float:
        """The level at which a normal interval is as wide as Student's with so few clusters."""
        from scipy.special import stdtrit

        if math.isinf(self.clusters):
            return level
        return 1 - 2 * NormalDist().cdf(float(stdtrit(max(1.0, self.clusters - 1), (1 - level) / 2)))


def thinning(
    influence: Numbers,
    clusters: Clusters,
    parts: Sequence[Mask] | None = None,
    least: float = LEAST_CLUSTERING,
) -> Thinning:
    """The thinning of a number that each row moves by its `influence`; `parts` are the rows of each of its shares.

    The design effect (Kish 1965) is the variance of the sum by clusters against that by rows. It is at least 1, and at
    least a share (`least`) of what alike rows would have. Where no row moves anything, rows are taken to be alike.
    """
    every = np.ones(clusters.rows, dtype=np.bool_)
    factors, fewest = [1.0], math.inf
    for inside in parts if parts is not None else (every,):
        part = clusters.among(inside)
        alike, flat = part.rows / part.effective, not (influence[inside] != 0).any()
        factors.append(alike if flat else least * alike)
        fewest = fewest if part.are_single else min(fewest, part.effective)
    factors.append(design_effect(influence, clusters))
    return Thinning(max(factors), fewest)


def with_all(parts: Sequence[Mask], clusters: Clusters) -> tuple[Mask, ...]:
    """The parts, and all rows together: a cluster may be wrong in all parts at once, and that is one mistake."""
    return np.ones(clusters.rows, dtype=np.bool_), *parts


def design_effect(influence: Numbers, clusters: Clusters) -> float:
    """The variance of a sum by clusters against that by rows; 1 if no row moves it."""
    squares = math.fsum((influence**2).tolist())
    count, rows = clusters.count, clusters.rows
    if squares <= 0 or count < 2:  # noqa: PLR2004  # one cluster has no spread
        return 1.0
    by_cluster = math.fsum((clusters.sums(influence) ** 2).tolist())
    return by_cluster * count / (count - 1) / (squares * rows / (rows - 1))


def of_clusters(found: Measure, clusters: Clusters, factor: float) -> Measure:
    """A measure with the number of clusters behind it, and of independent rows that its rows are worth."""
    if not isinstance(found, Estimate):
        return found
    method = found.method if "clusters" in found.method else f"{found.method}-of-clusters"
    known = {"clusters": clusters.count, "effective": found.n / max(1.0, factor), "method": method}
    return Estimate.model_validate({**found.model_dump(), **known})


def fewest_clusters(clusters: Clusters, parts: Iterable[Mask], fewest: int = FEWEST) -> Undefined | None:
    """Why a number of several parts has no interval: the first part with too few clusters."""
    found = [clusters.among(inside).why_too_few(fewest) for inside in parts]
    return min((each for each in found if each is not None), key=lambda each: each.n, default=None)
