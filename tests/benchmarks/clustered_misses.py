"""How often an interval promises too much where rows come in clusters, such as those of one customer.

    uv run python -m tests.benchmarks.clustered_misses [--samples 400] [--seed 1] [--sizes 50,200,1000] [--only roc_auc]
        [--layouts "6 each;1 to 10"] [--all] [--rows]

Clusters have 2, 3 or 6 rows, or unequally many; what their rows share goes from nothing to all. `--rows` measures the same
samples as if their rows were independent.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, ndtri
from tests.benchmarks.interval_misses import (
    BINARY,
    GRID,
    HALF,
    REGRESSION,
    SCORES,
    SEVERAL,
    Claim,
    Misses,
    Shape,
    claim,
    simulate,
    true_ranking,
)

from assay.facts.check_parts import Direction
from assay.stats.clustered_gaps import GroupRows, clustered_gap
from assay.stats.clusters import Clusters
from assay.stats.measured_rows import ScoredRows

Numbers = NDArray[np.float64]
SIZES = (50, 200, 1_000)
SHARED = (0.0, 0.4, 1.0)
"""The correlation of the normal numbers behind the rows of a cluster."""
LAYOUTS: dict[str, Callable[[np.random.Generator, int], NDArray[np.int64]]] = {
    "2 each": lambda _, count: np.full(count, 2),
    "3 each": lambda _, count: np.full(count, 3),
    "6 each": lambda _, count: np.full(count, 6),
    "1 to 10": lambda random, count: random.integers(1, 11, count),
    "geometric, mean 4": lambda random, count: np.minimum(random.geometric(0.25, count), 30),
}


class Drawn:
    """Clusters of a layout, and normal numbers of their rows."""

    def __init__(self, random: np.random.Generator, layout: str, count: int) -> None:
        self.random, self.sizes = random, LAYOUTS[layout](random, count)
        self.codes = np.repeat(np.arange(count), self.sizes)
        self.clusters = Clusters(self.codes)

    def normal(self, shared: float) -> Numbers:
        """Standard normal numbers, those of a cluster correlated by `shared`."""
        own = self.random.normal(size=len(self.codes))
        return math.sqrt(shared) * self.random.normal(size=len(self.sizes))[self.codes] + math.sqrt(1 - shared) * own

    def rows(self, truth: NDArray[Any], scores: Numbers) -> ScoredRows:
        """Rows of these clusters."""
        return ScoredRows(truth=truth, scores=scores, clusters=self.clusters)


def share_shapes(count: int, layout: str, shared: float) -> Iterator[Shape]:
    """Shares of correct answers, and metrics of two classes."""
    for share in (0.5, 0.8, 0.95):
        for mixed in (0.0, 1.0):

            def rows(random: np.random.Generator, share: float = share, mixed: float = mixed) -> ScoredRows:
                drawn = Drawn(random, layout, count)
                truth = drawn.normal(mixed) > 0.25
                right = drawn.normal(shared) < ndtri(share)
                return drawn.rows(truth, (truth == right).astype(np.float64))

            positives = float(1 - ndtr(0.25))
            found = positives * share
            cells = (found, (1 - positives) * (1 - share), (1 - positives) * share, positives * (1 - share))
            tp, fp, tn, fn = cells
            spread = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
            yield Shape(
                f"{share:g} right, labels {'alike' if mixed else 'mixed'}",
                count,
                rows,
                (
                    claim(BINARY, "accuracy", share, "at_least"),
                    claim(BINARY, "recall", share, "at_least"),
                    claim(BINARY, "precision", tp / (tp + fp), "at_least"),
                    claim(BINARY, "f1", 2 * tp / (2 * tp + fp + fn), "at_least"),
                    claim(BINARY, "balanced_accuracy", share, "at_least"),
                    claim(BINARY, "matthews_correlation", (tp * tn - fp * fn) / spread, "at_least"),
                ),
            )


def class_shapes(count: int, layout: str, shared: float) -> Iterator[Shape]:
    """Three classes, of which a quarter or a twentieth is taken for the next one; a cluster's labels are mixed then."""
    for share, mixed in ((0.75, False), (0.95, True)):

        def rows(random: np.random.Generator, share: float = share, mixed: bool = mixed) -> ScoredRows:
            drawn = Drawn(random, layout, count)
            truth = np.minimum((ndtr(drawn.normal(0.0 if mixed else shared)) * 3).astype(np.int64), 2)
            right = drawn.normal(shared) < ndtri(share)
            said = np.where(right, truth, (truth + 1) % 3)
            return drawn.rows(truth, np.eye(3)[said] * 0.8 + 0.2 / 3)

        yield Shape(
            f"three classes, {share:g} right",
            count,
            rows,
            (
                claim(SEVERAL, "accuracy", share, "at_least", told="accuracy of several classes"),
                claim(SEVERAL, "balanced_accuracy", share, "at_least", told="balanced_accuracy of several classes"),
                claim(SEVERAL, "macro_f1", share, "at_least"),
                claim(SEVERAL, "cohen_kappa", (share - 1 / 3) / (2 / 3), "at_least"),
            ),
        )


def error_shapes(count: int, layout: str, shared: float) -> Iterator[Shape]:
    """Errors that clusters share, or whose spread they share; the predicted part is shared too."""
    for name, spread in (("normal", 0.0), ("uneven spread", 0.5)):
        size, square = HALF * math.exp(spread**2 / 2), math.exp(2 * spread**2)

        def rows(random: np.random.Generator, spread: float = spread) -> ScoredRows:
            drawn = Drawn(random, layout, count)
            errors = drawn.normal(shared if spread == 0 else 0.0) * np.exp(spread * drawn.normal(shared))
            predicted = drawn.normal(shared)
            return drawn.rows(predicted + errors, predicted)

        yield Shape(
            name,
            count,
            rows,
            (
                claim(REGRESSION, "mean_absolute_error", size, "at_most"),
                claim(REGRESSION, "root_mean_squared_error", math.sqrt(square), "at_most"),
                claim(REGRESSION, "mean_error", 0.0, "at_least", told="mean_error, low"),
                claim(REGRESSION, "r2", 1 - square / (1 + square), "at_least"),
                *((claim(REGRESSION, "median_absolute_error", float(ndtri(0.75)), "at_most"),) if not spread else ()),
            ),
        )


def ranking_shapes(count: int, layout: str, shared: float) -> Iterator[Shape]:
    """Scores that clusters share; the label is a cluster's or a row's."""
    for name, prevalences in (("wide positives", (0.1,)), ("exponential", (0.5,)), ("four levels", (0.3,))):
        high, low = (quantile(GRID) for quantile in SCORES[name])
        for prevalence in prevalences:
            area, average = true_ranking(name, prevalence)
            for mixed in (0.0, 1.0):

                def rows(
                    random: np.random.Generator,
                    high: Numbers = high,
                    low: Numbers = low,
                    prevalence: float = prevalence,
                    mixed: float = mixed,
                ) -> ScoredRows:
                    drawn = Drawn(random, layout, count)
                    truth = drawn.normal(mixed) < ndtri(prevalence)
                    place = np.minimum((ndtr(drawn.normal(shared)) * len(GRID)).astype(np.int64), len(GRID) - 1)
                    return drawn.rows(truth, np.where(truth, high[place], low[place]))

                yield Shape(
                    f"{name}, prevalence {prevalence:g}, labels {'alike' if mixed else 'mixed'}",
                    count,
                    rows,
                    (
                        claim(BINARY, "roc_auc", area, "at_least"),
                        claim(BINARY, "average_precision", average, "at_least"),
                    ),
                )


def probability_shapes(count: int, layout: str, shared: float) -> Iterator[Shape]:
    """Probabilities and outcomes that clusters share, by a calibrated model and one that is too sure."""
    for prevalence in (0.1, 0.5):
        chances = np.clip(betaincinv(2 * prevalence, 2 * (1 - prevalence), GRID), 1e-12, 1 - 1e-12)
        for power in (1.0, 1.6):
            scores = chances**power / (chances**power + (1 - chances) ** power)
            surprise = float(np.mean(-chances * np.log(scores) - (1 - chances) * np.log1p(-scores)))
            square = float(np.mean(chances * (1 - scores) ** 2 + (1 - chances) * scores**2))

            def rows(random: np.random.Generator, chances: Numbers = chances, scores: Numbers = scores) -> ScoredRows:
                drawn = Drawn(random, layout, count)
                place = np.minimum((ndtr(drawn.normal(shared)) * len(GRID)).astype(np.int64), len(GRID) - 1)
                return drawn.rows(ndtr(drawn.normal(shared)) < chances[place], scores[place])

            yield Shape(
                f"{'too sure' if power > 1 else 'calibrated'}, prevalence {prevalence:g}",
                count,
                rows,
                (claim(BINARY, "log_loss", surprise, "at_most"), claim(BINARY, "brier_score", square, "at_most")),
            )


def gap_shapes(count: int, layout: str, shared: float) -> Iterator[Shape]:
    """Two groups whose rates differ by 0.10 or in the ratio 0.8; a cluster is of one group, or each row of any."""
    for start in (0.1, 0.5):
        for across in (False, True):
            for name in ("demographic_parity_difference", "equalized_odds_difference", "demographic_parity_ratio"):
                moved = start + 0.1 if name.endswith("difference") else start / 0.8

                def drawn(
                    random: np.random.Generator, start: float = start, across: bool = across, moved: float = moved
                ) -> list[GroupRows]:
                    rows = Drawn(random, layout, count)
                    other = rows.normal(0.0 if across else 1.0) > 0
                    selected = rows.normal(shared) < np.where(other, ndtri(moved), ndtri(start))
                    positive = rows.normal(0.0) > 0
                    return [
                        GroupRows(positive[own], selected[own], rows.clusters.among(own)) for own in (other, ~other)
                    ]

                better: Direction = "at_most" if name.endswith("difference") else "at_least"
                yield Shape(
                    f"from {start:g}, {'across' if across else 'within'} groups",
                    count,
                    drawn,
                    (
                        Claim(
                            name,
                            0.1 if name.endswith("difference") else 0.8,
                            better,
                            lambda found, name=name: clustered_gap(name, found, smallest=30),
                        ),
                    ),
                )


FAMILIES = (gap_shapes, share_shapes, class_shapes, error_shapes, ranking_shapes, probability_shapes)


def shapes(count: int, layouts: Iterable[str] = LAYOUTS) -> Iterator[Shape]:
    """All shapes with so many clusters, laid out in some ways."""
    for layout in layouts:
        for shared in SHARED:
            for family in FAMILIES:
                for each in family(count, layout, shared):
                    yield replace(each, name=f"{each.name}; {layout}, {shared:g} shared")


def as_rows(shape: Shape) -> Shape:
    """The same samples, measured as if their rows were independent."""

    def draw(random: np.random.Generator) -> Any:
        found = shape.draw(random)
        if isinstance(found, ScoredRows):
            return replace(found, clusters=None)
        return [
            replace(each, clusters=Clusters(np.arange(len(each.positive)) + at * 10**6))
            for at, each in enumerate(found)
        ]

    return replace(shape, draw=draw)


def table(found: dict[str, list[Misses]], count: int) -> Iterator[str]:
    """A line for each metric: its worst shape, and how many shapes are above what is allowed."""
    for metric, every in found.items():
        ranked = sorted((each for each in every if each.measured), key=lambda each: -each.share)
        if ranked:
            one, above = ranked[0], sum(each.share > each.allowed for each in ranked)
            mean = sum(each.share for each in ranked) / len(ranked)
            yield (
                f"| {metric} | {count:,} | {one.shape} | {one.measured / one.samples:.2f} | {one.share:.3f} | {mean:.3f} "
                f"| {above} of {len(ranked)} |"
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--layouts", default=";".join(LAYOUTS))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--rows", action="store_true")
    given = parser.parse_args()
    only = tuple(filter(None, given.only.split(",")))
    print("| metric | clusters | worst shape | measured | missed | mean | above what is allowed |")
    print("|---|---|---|---|---|---|---|", flush=True)
    broken = []
    for count in map(int, given.sizes.split(",")):
        every: dict[str, list[Misses]] = {}
        for shape in shapes(count, given.layouts.split(";")):
            for found in simulate(as_rows(shape) if given.rows else shape, given.samples, given.seed, only):
                every.setdefault(found.metric, []).append(found)
                if given.all:
                    print(f"{found.metric} | {count} | {found.shape} | {found.measured} | {found.missed}", flush=True)
                if found.is_broken:
                    broken.append(found)
        print("\n".join(table(every, count)), flush=True)
    if broken and not given.rows:
        told = "; ".join(f"{each.metric} {each.n} {each.share:.3f} {each.shape}" for each in broken)
        raise SystemExit(f"Limits promise more than is allowed: {told}")


if __name__ == "__main__":
    main()
