"""How often an interval promises too much: the truth lies beyond the limit that clears a bar.

    uv run python -m tests.benchmarks.interval_misses [--samples 2000] [--seed 1] [--sizes 50,200] [--only roc_auc] [--all]

Each shape draws samples and measures them as the checks do. The shapes are not those on which the methods were chosen. Half of
what the level leaves is promised: 2.5 % at 0.95. The table shows the worst shape of each metric and size, and with `--all` each.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, expit, gammaln, logit, ndtri

from assay.facts.check_parts import Direction
from assay.facts.values import Estimate, Measure
from assay.stats.confusion import Confusion
from assay.stats.fairness import GAPS, gap
from assay.stats.measured_rows import ScoredRows, Setting
from assay.stats.metrics import measure

Numbers = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Numbers]
SIZES = (50, 200, 1_000, 5_000)
ALLOWED, ALLOWED_FEW, FEW = 0.035, 0.05, 200
"""The most that is allowed from 200 rows, and with fewer."""
GRID = (np.arange(200_000) + 0.5) / 200_000
OPEN = ("root_mean_squared_error", "r2")
"""Metrics whose limits hold for some shapes only."""
ROUNDING = 1e-7
"""Facts have nine digits."""


@dataclass(frozen=True)
class Claim:
    """A metric, its true value, and the better direction of its bars."""

    metric: str
    truth: float
    direction: Direction
    measure: Callable[[Any], Measure]

    def misses(self, found: Estimate) -> bool:
        """Whether the limit that clears a bar is better than the truth."""
        slack = ROUNDING * max(1.0, abs(self.truth))
        return found.low > self.truth + slack if self.direction == "at_least" else found.high < self.truth - slack


@dataclass(frozen=True)
class Shape:
    """How samples of a size are drawn, and what is claimed of each."""

    name: str
    n: int
    draw: Callable[[np.random.Generator], Any]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Misses:
    """How many of so many samples were measured, of how many the limit promises too much, and how far it reaches."""

    shape: str
    metric: str
    n: int
    samples: int
    measured: int
    missed: int
    reach: float

    @property
    def share(self) -> float:
        """The share of the measured samples that promise too much."""
        return self.missed / self.measured if self.measured else 0.0

    @property
    def errors(self) -> float:
        """Three standard errors of what is allowed."""
        return 3 * math.sqrt(self.allowed * (1 - self.allowed) / max(1, self.measured))

    @property
    def allowed(self) -> float:
        """The share that is allowed at this size."""
        return ALLOWED_FEW if self.n < FEW else ALLOWED

    @property
    def is_broken(self) -> bool:
        """Whether more samples promise too much than chance explains."""
        return self.share > self.allowed + self.errors


def simulate(shape: Shape, samples: int, seed: int, only: Sequence[str] = ()) -> list[Misses]:
    """Every claim, or only some, on so many samples of a shape."""
    random = np.random.default_rng([seed, shape.n, *shape.name.encode()])
    claims = [each for each in shape.claims if not only or each.metric in only]
    found: list[list[Estimate]] = [[] for _ in claims]
    for _ in range(samples if claims else 0):
        drawn = shape.draw(random)
        for claim, estimates in zip(claims, found, strict=True):
            measured = claim.measure(drawn)
            if isinstance(measured, Estimate):
                estimates.append(measured)
    return [
        Misses(
            shape=shape.name,
            metric=claim.metric,
            n=shape.n,
            samples=samples,
            measured=len(estimates),
            missed=sum(map(claim.misses, estimates)),
            reach=float(
                np.median([e.value - e.low if claim.direction == "at_least" else e.high - e.value for e in estimates])
            )
            if estimates
            else math.nan,
        )
        for claim, estimates in zip(claims, found, strict=True)
    ]


def claim(task: str, metric: str, truth: float, direction: Direction, *, told: str = "") -> Claim:
    """A claim on a metric of a task, as the check of quality measures it."""
    setting = Setting(task=task)
    return Claim(told or metric, truth, direction, lambda rows: measure(metric, rows, setting))


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


REGRESSION, BINARY, SEVERAL = "regression", "binary-classification", "multiclass-classification"


def error_shapes(n: int) -> Iterator[Shape]:
    for name, (draw, size, square) in ERRORS.items():

        def rows(random: np.random.Generator, draw: Draw = draw) -> ScoredRows:
            return ScoredRows(truth=np.zeros(n), scores=draw(random, n))

        mean = MEANS.get(name, 0.0)
        yield Shape(
            name,
            n,
            rows,
            (
                claim(REGRESSION, "mean_absolute_error", size, "at_most"),
                claim(REGRESSION, "root_mean_squared_error", math.sqrt(square), "at_most"),
                claim(REGRESSION, "mean_error", mean, "at_least", told="mean_error, low"),
                claim(REGRESSION, "mean_error", mean, "at_most", told="mean_error, high"),
            ),
        )


def fit_shapes(n: int) -> Iterator[Shape]:
    for name in CENTRED:
        draw, _, square = ERRORS[name]
        for share, even in ((0.3, False), (0.9, True)):
            scale = math.sqrt(square * share / (1 - share))

            def rows(
                random: np.random.Generator, draw: Draw = draw, scale: float = scale, even: bool = even
            ) -> ScoredRows:
                predicted = scale * (random.normal(size=n) if even else random.exponential(size=n))
                return ScoredRows(truth=predicted + draw(random, n), scores=predicted)

            spread = "normal" if even else "exponential"
            told = f"{name}, {share:g} of {spread} values predicted"
            yield Shape(told, n, rows, (claim(REGRESSION, "r2", share, "at_least"),))


MODELS: dict[str, Callable[[Numbers], Numbers]] = {
    "calibrated": lambda p: p,
    "too sure": lambda p: expit(1.6 * logit(p)),
    "too low": lambda p: expit(logit(p) - 1),
    "in twentieths": lambda p: np.round(p * 20) / 20,
    "hard": lambda p: (p >= 0.5).astype(np.float64),
}


def probability_shapes(n: int) -> Iterator[Shape]:
    for prevalence in (0.02, 0.1, 0.5):
        for certainty in (0.7, 4.0):
            a, b = certainty * prevalence, certainty * (1 - prevalence)
            chances = np.clip(betaincinv(a, b, GRID), 1e-12, 1 - 1e-12)
            for name, model in MODELS.items():
                scores = model(chances)
                kept = np.clip(scores, 2.0**-52, 1 - 2.0**-52)
                surprise = float(np.mean(-chances * np.log(kept) - (1 - chances) * np.log1p(-kept)))
                square = float(np.mean(chances * (1 - scores) ** 2 + (1 - chances) * scores**2))

                def rows(
                    random: np.random.Generator, chances: Numbers = chances, scores: Numbers = scores
                ) -> ScoredRows:
                    drawn = random.integers(0, len(GRID), n)
                    return ScoredRows(truth=random.random(n) < chances[drawn], scores=scores[drawn])

                told = f"{name}, {'sharp' if certainty < 1 else 'blurred'}, prevalence {prevalence:g}"
                yield Shape(
                    told,
                    n,
                    rows,
                    (
                        claim(BINARY, "log_loss", surprise, "at_most"),
                        claim(BINARY, "brier_score", square, "at_most"),
                    ),
                )


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


def ranking_shapes(n: int) -> Iterator[Shape]:
    for name, quantiles in SCORES.items():
        # Drawing from fine tables of quantiles is quicker than computing each.
        high, low = (quantile(GRID) for quantile in quantiles)
        for prevalence in (0.02, 0.05, 0.2, 0.5):
            area, average = true_ranking(name, prevalence)

            def rows(
                random: np.random.Generator, high: Numbers = high, low: Numbers = low, prevalence: float = prevalence
            ) -> ScoredRows:
                truth = random.random(n) < prevalence
                drawn = random.integers(0, len(GRID), n)
                return ScoredRows(truth=truth, scores=np.where(truth, high[drawn], low[drawn]))

            yield Shape(
                f"{name}, prevalence {prevalence:g}",
                n,
                rows,
                (
                    claim(BINARY, "roc_auc", area, "at_least"),
                    claim(BINARY, "average_precision", average, "at_least"),
                ),
            )


def class_shapes(n: int) -> Iterator[Shape]:
    """Several classes, of which the last may be rare, by models that are calibrated or too sure."""
    for weights in ((1.0, 1.0, 1.0), (6.0, 3.0, 0.3), (0.3,) * 6, (2.0, 0.5, 0.1)):
        fine = np.random.default_rng(7).dirichlet(weights, len(GRID)).clip(1e-12)
        fine /= fine.sum(axis=1, keepdims=True)
        for power in (1.0, 1.6):
            given = fine**power / (fine**power).sum(axis=1, keepdims=True)
            truth = float(np.mean(-(fine * np.log(np.clip(given, 2.0**-52, None))).sum(axis=1)))

            def rows(random: np.random.Generator, fine: Numbers = fine, given: Numbers = given) -> ScoredRows:
                drawn = random.integers(0, len(fine), n)
                chances = fine[drawn].cumsum(axis=1)
                label = (random.random(n)[:, None] * chances[:, -1:] > chances).sum(axis=1)
                return ScoredRows(truth=label.astype(np.int64), scores=given[drawn])

            told = f"{len(weights)} classes, the rarest {weights[-1] / sum(weights):.2g}"
            yield Shape(
                f"{told}, {'too sure' if power > 1 else 'calibrated'}",
                n,
                rows,
                (claim(SEVERAL, "log_loss", truth, "at_most", told="log_loss of several classes"),),
            )


def count_shapes(n: int) -> Iterator[Shape]:
    """Metrics of counts, also where mistakes are so rare that a sample may have none."""
    for told, wrong in (("a fifth", 0.2), ("a twentieth", 0.05), ("3.5 rows", 3.5 / n)):
        for share in (0.5, 0.2):

            def rows(random: np.random.Generator, share: float = share, wrong: float = wrong) -> ScoredRows:
                truth = random.random(n) < share
                return ScoredRows(truth=truth, scores=(truth != (random.random(n) < wrong)).astype(np.float64))

            tp, fn = share * (1 - wrong), share * wrong
            tn, fp = (1 - share) * (1 - wrong), (1 - share) * wrong
            matthews = (tp * tn - fp * fn) / math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
            told_each = f"{told} wrong, prevalence {share:g}"
            yield Shape(told_each, n, rows, (claim(BINARY, "matthews_correlation", matthews, "at_least"),))

        def several(random: np.random.Generator, wrong: float = wrong) -> ScoredRows:
            truth = random.integers(0, 3, n)
            said = np.where(random.random(n) < wrong, (truth + 1) % 3, truth)
            return ScoredRows(truth=truth, scores=np.eye(3)[said] * 0.8 + 0.2 / 3)

        yield Shape(
            f"{told} wrong, three classes",
            n,
            several,
            (
                claim(SEVERAL, "cohen_kappa", 1 - 1.5 * wrong, "at_least"),
                claim(SEVERAL, "macro_f1", 1 - wrong, "at_least"),
            ),
        )


GAP_NAMES = tuple(name for name in GAPS if not name.startswith("equal_opportunity"))
"""The other two are demographic parity of the positives."""


def gap_shapes(n: int) -> Iterator[Shape]:
    """Groups of `n` rows or a third of it, half of them positive, whose rates differ by 0.10 or in the ratio 0.8."""
    for groups in (2, 4, 6):
        for odd in ("one", "half"):
            for start in (0.1, 0.4, 0.7):
                for name in GAP_NAMES:
                    kind = GAPS[name][0]
                    moved = start + 0.1 if kind == "difference" else start / 0.8
                    apart = [each < (1 if odd == "one" else groups // 2) for each in range(groups)]
                    shares = np.array([moved if each else start for each in apart])
                    sizes = np.array([n if each % 2 == 0 else max(40, n // 3) for each in range(groups)])

                    def drawn(
                        random: np.random.Generator, shares: Numbers = shares, sizes: NDArray[np.int64] = sizes
                    ) -> list[Confusion]:
                        positives = sizes // 2
                        found, false = random.binomial(positives, shares), random.binomial(sizes - positives, shares)
                        cells = zip(positives.tolist(), sizes.tolist(), found.tolist(), false.tolist(), strict=True)
                        return [Confusion(tp=t, fn=p - t, fp=f, tn=m - p - f) for p, m, t, f in cells]

                    yield Shape(
                        f"{groups} groups, {odd} of them apart, from {start:g}",
                        n,
                        drawn,
                        (
                            Claim(
                                name,
                                0.1 if kind == "difference" else 0.8,
                                "at_most" if kind == "difference" else "at_least",
                                lambda found, name=name: gap(name, found),
                            ),
                        ),
                    )


FAMILIES = (
    error_shapes,
    fit_shapes,
    probability_shapes,
    ranking_shapes,
    class_shapes,
    count_shapes,
    gap_shapes,
)


def shapes(n: int) -> Iterator[Shape]:
    """All shapes at a size."""
    for family in FAMILIES:
        yield from family(n)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    only = tuple(filter(None, given.only.split(",")))
    print(
        "| metric | rows | worst shape | measured | missed | reach | other shapes above what is allowed |", flush=True
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    broken = []
    for n in map(int, given.sizes.split(",")):
        every: dict[str, list[Misses]] = {}
        for shape in shapes(n):
            for found in simulate(shape, given.samples, given.seed, only):
                every.setdefault(found.metric, []).append(found)
                if given.all:
                    print(f"{found.metric} | {n} | {found.shape} | {found.measured} | {found.share:.4f}", flush=True)
        broken += [one for table in every.values() for one in table if one.metric not in OPEN and one.is_broken]
        for metric, table in every.items():
            ranked = sorted(table, key=lambda each: -each.share)
            above = sum(each.share > each.allowed for each in ranked[1:])
            one = ranked[0]
            print(
                f"| {metric} | {n:,} | {one.shape} | {one.measured / one.samples:.2f} | {one.share:.3f} "
                f"| {one.reach:.3g} | {above} of {len(table)} |",
                flush=True,
            )
    if broken:
        raise SystemExit(f"Limits promise more than is allowed: {broken}")


if __name__ == "__main__":
    main()
