"""One column of a reference compared with the same column now: every statistic, the test and the effect.

The test of numbers is Kolmogorov and Smirnov's, that of categories χ² (Fisher's exact test for two categories); the
effect is always PSI.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assay.facts.values import Estimate, Measure, Undefined
from assay.stats.binning import CategoryCounts, bucket_counts, hides_edges, reference_edges, shared_categories
from assay.stats.bounded import Bounded
from assay.stats.distances import in_units_of, kolmogorov_smirnov, wasserstein
from assay.stats.divergences import (
    EPSILON,
    LEAST_PSI,
    Shares,
    hellinger,
    jensen_shannon,
    kullback_leibler,
    population_stability,
    psi_bar,
    total_variation,
)
from assay.stats.drifting import ColumnEvidence
from assay.stats.samples import PairedCells, Sample
from assay.stats.two_samples import (
    categories_p,
    chi_squared,
    cramers_v,
    cramers_v_corrected,
    freedom,
    kolmogorov_smirnov_p,
)


@dataclass(frozen=True)
class Comparison:
    """The comparison of two samples of a column; a statistic that does not exist is None.

    `effect` is the PSI, `bar` the PSI from which a shift matters, and `p` the p-value of the test.

    `edges` are the inner edges of the buckets of numbers, `names` the categories, of which the rest comes last.
    """

    n: int
    m: int
    statistics: Mapping[str, Bounded | None]
    p: Bounded
    effect: Bounded
    bar: float
    reference: Shares
    current: Shares
    epsilon: float = EPSILON
    edges: tuple[float, ...] = ()
    names: tuple[Any, ...] = ()

    def evidence(self, name: str) -> ColumnEvidence:
        """The evidence on this column for `drifting.decide`."""
        return ColumnEvidence(name=name, p=self.p, effect=self.effect, bar=self.bar)

    def measure(self, statistic: str) -> Measure:
        """A statistic as a fact, with the limits of the exact one."""
        return as_fact(self.statistics[statistic], self.n + self.m)


def as_fact(number: Bounded | None, rows: int) -> Estimate | Undefined:
    """A bounded number as a fact; one that does not exist is undefined as not finite."""
    return Undefined(reason="not_finite", n=rows) if number is None else number.estimate(rows)


def compare_numbers(
    reference: Sample,
    current: Sample,
    *,
    unit: float | None = None,
    edges: Sequence[float] | None = None,
    level: float = 0.95,
    least: float = LEAST_PSI,
) -> Comparison | Undefined:
    """Two samples of numbers; `unit` is the reference's standard deviation, `least` the least PSI that matters.

    Without `edges`, the buckets are tenths of the reference, to a cell; if cells are too coarse for that, PSI and
    similar statistics stay open. A second comparison takes the edges of the first if its effect is exact, so that both
    agree.
    """
    undefined = _empty(reference.n, current.n)
    if undefined:
        return undefined
    cells = PairedCells.of(reference, current)
    inner = tuple(edges) if edges is not None else reference_edges(cells)
    counted = bucket_counts(cells, inner)
    first, second = (each.unknown() for each in counted) if edges is None and hides_edges(cells) else counted
    distance, moved = kolmogorov_smirnov(cells), wasserstein(cells)
    effect = population_stability(first, second)
    statistics = _statistics(effect, first, second)
    statistics["kolmogorov_smirnov"] = distance
    statistics["wasserstein"] = moved
    statistics["wasserstein_normed"] = None if moved is None or unit is None else in_units_of(moved, unit)
    return Comparison(
        n=cells.n,
        m=cells.m,
        statistics=statistics,
        p=kolmogorov_smirnov_p(distance, cells.n, cells.m),
        effect=effect,
        bar=psi_bar(cells.n, cells.m, freedom(*counted) + 1, level=level, least=least),
        reference=first,
        current=second,
        edges=inner,
    )


def compare_categories(
    reference: CategoryCounts, current: CategoryCounts, *, level: float = 0.95, least: float = LEAST_PSI
) -> Comparison | Undefined:
    """Two samples of categories: texts, booleans, or whether a value is missing."""
    undefined = _empty(reference.n, current.n)
    if undefined:
        return undefined
    found = shared_categories(reference, current)
    n, m = reference.n, current.n
    statistic, degrees = chi_squared(found.reference, found.current), freedom(found.reference, found.current)
    effect = population_stability(found.reference, found.current)
    statistics = _statistics(effect, found.reference, found.current)
    statistics["chi_squared"] = statistic
    statistics["cramers_v"] = cramers_v(statistic, n + m)
    statistics["cramers_v_corrected"] = cramers_v_corrected(statistic, n + m, degrees)
    return Comparison(
        n=n,
        m=m,
        statistics=statistics,
        p=categories_p(found.reference, found.current),
        effect=effect,
        bar=psi_bar(n, m, degrees + 1, level=level, least=least),
        reference=found.reference,
        current=found.current,
        names=found.names,
    )


def _statistics(effect: Bounded, reference: Shares, current: Shares) -> dict[str, Bounded | None]:
    return {
        "psi": effect,
        "jensen_shannon": jensen_shannon(reference, current),
        "kullback_leibler": kullback_leibler(reference, current),
        "hellinger": hellinger(reference, current),
        "total_variation": total_variation(reference, current),
    }


def _empty(n: int, m: int) -> Undefined | None:
    return Undefined(reason="empty", n=n + m) if min(n, m) == 0 else None
