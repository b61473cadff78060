"""How often an interval promises too much: the truth lies beyond the limit that opens a gate.

    uv run python -m tests.benchmarks.interval_misses [--samples 2000] [--seed 1] [--only roc_auc]

Each cell draws samples of one shape and measures them as the checks do. The shapes are not those on which the methods were
chosen. Half the level is promised: 2.5 % at 0.95.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, expit, gammaln, logit, ndtri

from assay.facts.check_parts import Direction
from assay.facts.values import Estimate
from assay.stats.metrics import ScoredRows, Setting, measure

Numbers = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Numbers]
SIZES = (50, 200, 1_000, 5_000)
PROMISED, ALLOWED, ALLOWED_FEW = 0.025, 0.035, 0.05
GRID = (np.arange(200_000) + 0.5) / 200_000
ROUNDING = 1e-7
"""Facts have nine digits."""


@dataclass(frozen=True)
class Cell:
    """One metric on samples of one shape and size, and the true value."""

    task: str
    metric: str
    shape: str
    n: int
    truth: float
    direction: Direction
    draw: Callable[[np.random.Generator], ScoredRows]


@dataclass(frozen=True)
class Misses:
    """What was found in so many samples: how many were measured, and of how many the limit promises too much."""

    samples: int
    measured: int
    missed: int
    reach: float

    @property
    def share(self) -> float:
        """The share of the measured samples that promise too much."""
        return self.missed / self.measured if self.measured else 0.0

    def within(self, allowed: float) -> bool:
        """Whether the share is allowed, but for three standard errors."""
        return self.share <= allowed + 3 * math.sqrt(allowed * (1 - allowed) / max(1, self.measured))


def simulate(cell: Cell, samples: int, seed: int) -> Misses:
    random = np.random.default_rng([seed, cell.n, *cell.metric.encode(), *cell.shape.encode()])
    setting, found = Setting(task=cell.task), []
    for _ in range(samples):
        measured = measure(cell.metric, cell.draw(random), setting)
        if isinstance(measured, Estimate):
            found.append(measured)
    slack = ROUNDING * max(1.0, abs(cell.truth))
    if cell.direction == "at_least":
        missed, reach = (sum(one.low > cell.truth + slack for one in found), [one.value - one.low for one in found])
    else:
        missed, reach = (sum(one.high < cell.truth - slack for one in found), [one.high - one.value for one in found])
    return Misses(samples, len(found), missed, float(np.median(reach)) if reach else math.nan)


def student(freedom: float) -> tuple[float, float]:
    size = (
        math.exp(gammaln((freedom + 1) / 2) - gammaln(freedom / 2)) * 2 * math.sqrt(freedom / math.pi) / (freedom - 1)
    )
    return size, freedom / (freedom - 2)


HALF = math.sqrt(2 / math.pi)
ERRORS: dict[str, tuple[Draw, float, float]] = {
    "Laplace": (lambda r, n: r.laplace(size=n), 1, 2),
    "Student 5": (lambda r, n: r.standard_t(5, n), *student(5)),
    "Student 2.5": (lambda r, n: r.standard_t(2.5, n), *student(2.5)),
    "skewed, Gamma 2": (lambda r, n: r.gamma(2, size=n) - 2, 8 * math.exp(-2), 2),
    "10 % four times": (lambda r, n: r.normal(size=n) * np.where(r.random(n) < 0.1, 4, 1), 1.3 * HALF, 2.5),
    "uneven": (lambda r, n: r.normal(size=n) * np.exp(0.6 * r.normal(size=n)), HALF * math.exp(0.18), math.exp(0.72)),
    "counts, Poisson 3": (lambda r, n: r.poisson(3, n) - 3.0, 2 * 81 * math.exp(-3) / 6, 3),
    "70 % none, else exponential": (lambda r, n: r.exponential(size=n) * (r.random(n) < 0.3), 0.3, 0.6),
    "log-normal 1": (lambda r, n: r.choice([-1, 1], n) * np.exp(r.normal(size=n)), math.exp(0.5), math.exp(2)),
    "Weibull 0.7": (
        lambda r, n: r.choice([-1, 1], n) * r.weibull(0.7, n),
        math.gamma(1 + 1 / 0.7),
        math.gamma(1 + 2 / 0.7),
    ),
    "0.5 % fifteen times": (
        lambda r, n: r.normal(size=n) * np.where(r.random(n) < 0.005, 15, 1),
        HALF * (0.995 + 0.005 * 15),
        0.995 + 0.005 * 225,
    ),
}
"""Errors by shape: how to draw them, their mean size and their mean square."""
CENTRED = tuple(name for name in ERRORS if not name.startswith("70"))
MEANS = {"70 % none, else exponential": 0.3}


def error_cells(sizes: tuple[int, ...]) -> Iterator[Cell]:
    for n in sizes:
        for shape, (draw, size, square) in ERRORS.items():

            def rows(random: np.random.Generator, draw: Draw = draw, n: int = n) -> ScoredRows:
                return ScoredRows(truth=np.zeros(n), scores=draw(random, n))

            for metric, truth in (("mean_absolute_error", size), ("root_mean_squared_error", math.sqrt(square))):
                yield Cell("regression", metric, shape, n, truth, "at_most", rows)
            for direction in ("at_least", "at_most"):
                yield Cell("regression", "mean_error", f"{shape}, {direction}", n, MEANS.get(shape, 0), direction, rows)


def fit_cells(sizes: tuple[int, ...]) -> Iterator[Cell]:
    for n in sizes:
        for shape in CENTRED:
            draw, _, square = ERRORS[shape]
            for share, spread in ((0.3, "normal"), (0.6, "exponential"), (0.9, "normal")):
                scale = math.sqrt(square * share / (1 - share))

                def rows(
                    random: np.random.Generator,
                    draw: Draw = draw,
                    n: int = n,
                    scale: float = scale,
                    spread: str = spread,
                ) -> ScoredRows:
                    predicted = scale * (random.normal(size=n) if spread == "normal" else random.exponential(size=n))
                    return ScoredRows(truth=predicted + draw(random, n), scores=predicted)

                yield Cell("regression", "r2", f"{shape}, {share:g} of {spread}", n, share, "at_least", rows)


MODELS: dict[str, Callable[[Numbers], Numbers]] = {
    "calibrated": lambda p: p,
    "too sure": lambda p: expit(1.6 * logit(p)),
    "too low": lambda p: expit(logit(p) - 1),
    "in twentieths": lambda p: np.round(p * 20) / 20,
    "hard": lambda p: (p >= 0.5).astype(np.float64),
}


def probability_cells(sizes: tuple[int, ...]) -> Iterator[Cell]:
    for prevalence in (0.02, 0.1, 0.2, 0.5):
        for certainty in (0.7, 4.0):
            a, b = certainty * prevalence, certainty * (1 - prevalence)
            chances = np.clip(betaincinv(a, b, GRID), 1e-12, 1 - 1e-12)
            for name, model in MODELS.items():
                scores = model(chances)
                kept = np.clip(scores, 2.0**-52, 1 - 2.0**-52)
                surprise = float(np.mean(-chances * np.log(kept) - (1 - chances) * np.log1p(-kept)))
                square = float(np.mean(chances * (1 - scores) ** 2 + (1 - chances) * scores**2))
                for n in sizes:

                    def rows(
                        random: np.random.Generator,
                        chances: Numbers = chances,
                        model: Callable[[Numbers], Numbers] = model,
                        n: int = n,
                    ) -> ScoredRows:
                        drawn = chances[random.integers(0, len(chances), n)]
                        return ScoredRows(truth=random.random(n) < drawn, scores=model(drawn))

                    shape = f"prevalence {prevalence:g}, {'sharp' if certainty < 1 else 'blurred'}, {name}"
                    task = "binary-classification"
                    yield Cell(task, "log_loss", shape, n, surprise, "at_most", rows)
                    yield Cell(task, "brier_score", shape, n, square, "at_most", rows)


SCORES: dict[str, tuple[Callable[[Numbers], Numbers], Callable[[Numbers], Numbers]]] = {
    "wide positives": (lambda u: 1.5 * ndtri(u) + 1.2, ndtri),
    "narrow positives": (lambda u: 0.5 * ndtri(u) + 1.5, ndtri),
    "exponential": (lambda u: -4 * np.log1p(-u), lambda u: -np.log1p(-u)),
    "Beta": (lambda u: betaincinv(4, 1.5, u), lambda u: betaincinv(1, 3, u)),
    "four levels": (
        lambda u: np.clip(np.floor(ndtri(u) + 2.7), 0, 3),
        lambda u: np.clip(np.floor(ndtri(u) + 1.3), 0, 3),
    ),
    "near one": (lambda u: ndtri(u) + 3.2, ndtri),
    "half found": (lambda u: np.where(u < 0.5, ndtri(2 * u), ndtri(2 * u - 1) + 4), ndtri),
}
"""Quantiles of the scores of positives and of negatives."""


def true_ranking(shape: str, prevalence: float) -> tuple[float, float]:
    """The area under the ROC curve and the average precision of a shape, from fine grids of its scores."""
    high, low = (np.sort(quantile(GRID)) for quantile in SCORES[shape])
    below, upto = (np.searchsorted(low, high, side) / len(low) for side in ("left", "right"))
    found = 1 - np.searchsorted(high, high, "left") / len(high)
    precision = prevalence * found / (prevalence * found + (1 - prevalence) * (1 - below))
    return float((below + upto).mean() / 2), float(precision.mean())


def ranking_cells(sizes: tuple[int, ...]) -> Iterator[Cell]:
    for shape, quantiles in SCORES.items():
        # Drawing from fine tables of quantiles is quicker than computing each.
        tables = tuple(quantile(GRID) for quantile in quantiles)
        for prevalence in (0.02, 0.05, 0.1, 0.2, 0.5):
            area, average = true_ranking(shape, prevalence)
            for n in sizes:

                def rows(
                    random: np.random.Generator,
                    tables: tuple[Numbers, ...] = tables,
                    prevalence: float = prevalence,
                    n: int = n,
                ) -> ScoredRows:
                    truth = random.random(n) < prevalence
                    drawn = random.integers(0, len(GRID), n)
                    return ScoredRows(truth=truth, scores=np.where(truth, tables[0][drawn], tables[1][drawn]))

                task, named = "binary-classification", f"{shape}, prevalence {prevalence:g}"
                yield Cell(task, "roc_auc", named, n, area, "at_least", rows)
                yield Cell(task, "average_precision", named, n, average, "at_least", rows)


def class_cells(sizes: tuple[int, ...]) -> Iterator[Cell]:
    """Several classes, of which the last may be rare, by models that are calibrated or too sure."""
    for weights in ((1.0, 1.0, 1.0), (6.0, 3.0, 0.3), (0.3,) * 6, (2.0, 0.5, 0.1)):
        for power in (1.0, 1.6):
            fine = np.random.default_rng(7).dirichlet(weights, 400_000).clip(1e-12)
            fine /= fine.sum(axis=1, keepdims=True)
            given = fine**power / (fine**power).sum(axis=1, keepdims=True)
            truth = float(np.mean(-(fine * np.log(np.clip(given, 2.0**-52, None))).sum(axis=1)))
            for n in sizes:

                def rows(
                    random: np.random.Generator, fine: Numbers = fine, given: Numbers = given, n: int = n
                ) -> ScoredRows:
                    drawn = random.integers(0, len(fine), n)
                    chances = fine[drawn].cumsum(axis=1)
                    label = (random.random(n)[:, None] * chances[:, -1:] > chances).sum(axis=1)
                    return ScoredRows(truth=label.astype(np.int64), scores=given[drawn])

                shape = f"Dirichlet {'/'.join(f'{each:g}' for each in weights)}, {'too sure' if power > 1 else 'calibrated'}"
                yield Cell("multiclass-classification", "log_loss", shape, n, truth, "at_most", rows)


def cells(sizes: tuple[int, ...] = SIZES) -> Iterator[Cell]:
    for family in (error_cells, fit_cells, probability_cells, ranking_cells, class_cells):
        yield from family(sizes)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    given = parser.parse_args()
    sizes = tuple(int(each) for each in given.sizes.split(","))
    print("| metric | shape | rows | measured | missed | reach | s |")
    print("|---|---|---|---|---|---|---|")
    for cell in cells(sizes):
        if given.only and cell.metric not in given.only.split(","):
            continue
        started = time.perf_counter()
        found = simulate(cell, given.samples, given.seed)
        print(
            f"| {cell.task[:5]} {cell.metric} | {cell.shape} | {cell.n} | {found.measured / found.samples:.3f} | {found.share:.4f} "
            f"| {found.reach:.4g} | {time.perf_counter() - started:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
