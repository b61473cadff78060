"""Ranking by scores: ROC AUC, average precision, the ROC curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Curve, Measure, Point, Undefined
from assay.stats.intervals import Limits, estimate, normal_quantile
from assay.stats.means import total
from assay.stats.proportions import clopper_pearson_limits, wilson_limits

Positive = NDArray[np.bool_]
Scores = NDArray[np.float64]
UNSEEN_NEGATIVE = 0.5
LARGEST_WHOLE = 2.0**52


def unrankable(positive: Positive, scores: Scores) -> Undefined | None:
    """Why rows cannot be ranked: there are none, a score is not finite, or all have one class."""
    n = len(positive)
    if n == 0:
        return Undefined(reason="empty")
    if not np.isfinite(scores).all():
        return Undefined(reason="not_finite", n=n)
    if positive.all() or not positive.any():
        return Undefined(reason="one_class", n=n)
    return None


@dataclass(frozen=True)
class RankedRows:
    """Positives (`true`) and rows (`selected`) at or above each distinct score, from the highest score down."""

    true: NDArray[np.int64]
    selected: NDArray[np.int64]

    @classmethod
    def of(cls, positive: Positive, scores: Scores) -> RankedRows:
        """Those of some rows; sorting them is what ranking costs, so metrics of the same rows share it."""
        order = np.argsort(scores)[::-1]
        falling = scores[order]
        last = np.flatnonzero(np.append(falling[1:] != falling[:-1], [True] * bool(len(falling))))
        true = np.cumsum(positive[order], dtype=np.int64)[last]
        return cls(true, (last + 1).astype(np.int64))

    def placements(self) -> tuple[Scores, Scores]:
        """For each positive, how many negatives it scores above; for each negative, how many positives above it.

        Rows with equal scores count half. Both are in the order of the scores.
        """
        gained = np.diff(self.true, prepend=0)
        false = self.selected - self.true
        lost = np.diff(false, prepend=0)
        below = (false[-1] - false) + lost / 2
        above = (self.true - gained) + gained / 2
        return np.repeat(below, gained), np.repeat(above, lost)


def roc_auc(positive: Positive, scores: Scores, *, level: float = 0.95, ranked: RankedRows | None = None) -> Measure:
    """The chance that a positive scores above a negative, ties counting half.

    The variance is DeLong's (1988) by the midranks of Sun and Xu (2014), the interval is symmetric on the logit scale.
    One positive and one negative with random scores are added, for the rows that the sample has not shown. They pull
    the area towards 1/2, so only the limit on that side takes it from there.
    """
    undefined = unrankable(positive, scores)
    if undefined:
        return undefined
    above, below = (ranked or RankedRows.of(positive, scores)).placements()
    value = float(above.sum()) / (len(above) * len(below))
    limits = area_limits(above / len(below), below / len(above), level=level)
    return estimate(value, limits, n=len(scores), method="delong-unseen-rows", level=level)


def area_limits(above: Scores, below: Scores, *, level: float, worth: tuple[float, float] | None = None) -> Limits:
    """The limits of an area from placements, shares: negatives below each positive, positives above each negative.

    A random row's placement is uniform, with the mean 1/2 and the mean square 1/3. `worth` says how many independent
    rows the positives and the negatives are worth; default: all of them.
    """
    positives, negatives = worth or (len(above), len(below))
    area = total(above) / len(above)
    pulled = (area * positives * negatives + (positives + negatives + 1) / 2) / ((positives + 1) * (negatives + 1))
    error = math.sqrt(_mean_variance(above, positives) + _mean_variance(below, negatives))
    centres = [each for each in (area, pulled) if 0 < each < 1]
    lows, highs = zip(*(_logit_limits(each, error / (each * (1 - each)), level) for each in centres), strict=True)
    low, high = (min(lows) if area > 0 else 0.0), (max(highs) if area < 1 else 1.0)
    # The variance is at most area · (1 - area) / min(m, n) (Birnbaum and Klose 1957), and the logit of an area without
    # spread says nothing.
    smaller = min(positives, negatives)
    widest = wilson_limits(area * smaller, smaller, level)
    if np.ptp(above) == 0 and np.ptp(below) == 0:
        return widest
    return (max(low, widest[0]) if area > 1 / 2 else low), (min(high, widest[1]) if area < 1 / 2 else high)


def average_precision(
    positive: Positive, scores: Scores, *, level: float = 0.95, ranked: RankedRows | None = None
) -> Measure:
    """The precision averaged over the recall that each distinct score adds (no interpolation).

    The interval is that of Clopper and Pearson (1934), as if each positive were a trial whose success is its precision
    (Boyd, Eng and Page 2013). A negative above positives lowers the precision of all of them, so the trials are fewer
    where the influences of the rows vary more, and the lower limit adds half a negative above all rows: the sample may
    not have shown it.
    """
    undefined = unrankable(positive, scores)
    if undefined:
        return undefined
    found = RankedPrecision(ranked or RankedRows.of(positive, scores))
    trials = float(found.positives)
    if not found.is_perfect:
        trials = min(trials, found.value * (1 - found.value) / found.variance())
    limits = found.limits(trials, level)
    return estimate(found.value, limits, n=len(scores), method="clopper-pearson-unseen-rows", level=level)


@dataclass(frozen=True)
class RankedPrecision:
    """The average precision of ranked rows."""

    ranked: RankedRows

    @property
    def true(self) -> NDArray[np.int64]:
        """The positives at or above each distinct score."""
        return self.ranked.true

    @property
    def selected(self) -> NDArray[np.int64]:
        """The rows at or above each distinct score."""
        return self.ranked.selected

    @property
    def positives(self) -> int:
        """All positives."""
        return int(self.true[-1])

    @cached_property
    def gained(self) -> NDArray[np.int64]:
        """The positives with each score."""
        return np.diff(self.true, prepend=0)

    @cached_property
    def is_perfect(self) -> bool:
        """Whether all positives score above all negatives."""
        return bool(((self.true == self.positives) & (self.selected == self.positives)).any())

    @cached_property
    def value(self) -> float:
        """The average precision."""
        return 1.0 if self.is_perfect else total(self.gained * (self.true / self.selected)) / self.positives

    def limits(self, trials: float, level: float, unseen: float = UNSEEN_NEGATIVE) -> Limits:
        """The limits for so many trials and unseen negatives above all rows."""
        lowered = (
            total(np.asarray(self.gained * (self.true / (self.selected + unseen)), dtype=np.float64)) / self.positives
        )
        low = clopper_pearson_limits(lowered * trials, trials, level)[0]
        return low, clopper_pearson_limits(self.value * trials, trials, level)[1]

    def influences(self) -> tuple[Scores, Scores]:
        """How far a positive and a negative of each distinct score move the average precision, times the positives.

        A row is selected at its own and all lower scores, where a positive adds to both counts of the precision.
        """
        squared = self.selected.astype(np.float64) ** 2
        lower = [
            np.cumsum((self.gained * share)[::-1])[::-1]
            for share in ((self.selected - self.true) / squared, self.true / squared)
        ]
        return self.true / self.selected - self.value + lower[0], lower[1]

    def variance(self) -> float:
        """The sum of squared influences of the rows."""
        lost = np.diff(self.selected, prepend=0) - self.gained
        of_positive, of_negative = self.influences()
        gained = self.gained.astype(np.float64)
        return (total(gained * of_positive**2) + total(lost * of_negative**2)) / float(self.positives) ** 2


def roc_curve(
    positive: Positive, scores: Scores, *, points: int = 100, ranked: RankedRows | None = None
) -> Curve | Undefined:
    """The true positive rate against the false positive rate, with at most about `points` points and both ends."""
    undefined = unrankable(positive, scores)
    if undefined:
        return undefined
    found = ranked or RankedRows.of(positive, scores)
    true, false = np.concatenate([[0], found.true]), np.concatenate([[0], found.selected - found.true])
    corner = np.ones(len(true), dtype=bool)
    corner[1:-1] = np.diff(true)[1:] * np.diff(false)[:-1] != np.diff(true)[:-1] * np.diff(false)[1:]
    kept = np.flatnonzero(corner)
    if len(kept) > points:
        kept = kept[np.unique(np.linspace(0, len(kept) - 1, points).round().astype(np.intp))]
    rates = zip((false[kept] / false[-1]).tolist(), (true[kept] / true[-1]).tolist(), strict=True)
    return Curve(
        title="ROC curve",
        x_label="false positive rate",
        y_label="true positive rate",
        points=tuple(Point(x=x, y=y) for x, y in rates),
        diagonal=True,
    )


def placements(positive: Positive, scores: Scores) -> tuple[Scores, Scores]:
    """For each positive, how many negatives it scores above; for each negative, how many positives score above it.

    Both are in the order of the rows.
    """
    high, low = scores[positive], scores[~positive]
    everything = midranks(np.concatenate([high, low]))
    above = everything[: len(high)] - midranks(high)
    below = len(high) - (everything[len(high) :] - midranks(low))
    return above, below


def midranks(values: Scores) -> Scores:
    """Places from 1, those of equal values being their mean."""
    least, most = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    if most - least <= 4 * len(values) and max(-least, most) < LARGEST_WHOLE and (values == np.floor(values)).all():
        # Whole numbers close to each other are counted, which takes a tenth of the time that sorting takes.
        place = (values - least).astype(np.int64)
        times = np.bincount(place)
    else:
        _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return np.asarray((last - (times - 1) / 2)[place], dtype=np.float64)


def _mean_variance(places: Scores, worth: float) -> float:
    """The variance of the mean of placements, one random placement added; they are worth so many independent ones."""
    each = worth / len(places)
    mean = (total(places) * each + 1 / 2) / (worth + 1)
    random = 1 / 12 + (1 / 2 - mean) ** 2
    return (total((places - mean) ** 2) * each + random) / (worth + 1) / worth


def _logit_limits(value: float, error: float, level: float) -> Limits:
    centre, reach = math.log(value / (1 - value)), normal_quantile(level) * error
    return _expit(centre - reach), _expit(centre + reach)


def _expit(number: float) -> float:
    return 1 / (1 + math.exp(-number)) if number >= 0 else math.exp(number) / (1 + math.exp(number))
