"""How well one column alone predicts the label: by the order of its values, and by each single value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Estimate
from assay.stats.grouping import are_numbers, missing
from assay.stats.intervals import normal_quantile
from assay.stats.ranking import roc_auc

MOST_BINS = 32
MOST_CLASSES = 20
FEWEST_OF_A_CLASS = 10
TWO, EVEN = 2, 0.5
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
Way = Literal["order", "value"]


@dataclass(frozen=True)
class Strength:
    """How well a column predicts the label, by its order or by its values."""

    estimate: Estimate
    by: Way


def class_masks(labels: NDArray[Any], positive: object) -> list[Mask]:
    """The rows of each class to predict: the positive one of two, else all classes that are not rare."""
    order, places = ranked(labels)
    times = np.bincount(order, minlength=places)
    if places == TWO:
        named = np.fromiter((value == positive for value in labels.tolist()), dtype=np.bool_, count=len(labels))
        return [named if named.any() and not named.all() else order == 1]
    usual = [place for place in np.argsort(-times, kind="stable")[:MOST_CLASSES] if times[place] >= FEWEST_OF_A_CLASS]
    return [order == place for place in (usual or range(min(places, MOST_CLASSES)))]


def ranked(values: NDArray[Any]) -> tuple[Codes, int]:
    """Each value's rank among the distinct ones, and their number; texts are sorted by length, then by alphabet.

    A missing value has the middle rank, so that it says nothing.
    """
    absent = missing(values)
    present = values[~absent]
    if are_numbers(present) and present.dtype.kind == "O":
        places = {each: place for place, each in enumerate(sorted(set(present.tolist())))}
        found = np.fromiter((places[each] for each in present.tolist()), dtype=np.int64, count=len(present))
    elif present.dtype.kind == "O":
        listed = [str(value) for value in present.tolist()]
        places = {each: place for place, each in enumerate(sorted(set(listed), key=lambda text: (len(text), text)))}
        found = np.fromiter((places[each] for each in listed), dtype=np.int64, count=len(listed))
    else:
        _, found = np.unique(present, return_inverse=True)
    order = np.zeros(len(values), dtype=np.int64)
    order[~absent] = found
    if len(found):
        order[absent] = np.partition(found, len(found) // 2)[len(found) // 2]
    return order, int(found.max()) + 1 if len(found) else 1


def among_classes(values: NDArray[Any], classes: list[Mask], *, level: float, seed: int) -> Strength:
    """The area under the ROC curve of the class that is predicted best, in either direction."""
    order, places = ranked(values)
    cells, bins = binned(values, order, places)
    halves = np.random.Generator(np.random.PCG64(seed)).random(len(values)) < EVEN
    areas = [_area(order, truth, places) for truth in classes]
    best = max(range(len(classes)), key=lambda index: abs(areas[index] - EVEN))
    scores = order.astype(np.float64)
    found = [Strength(_auc(classes[best], scores if areas[best] >= EVEN else -scores, level), "order")]
    tried = [
        (truth, _by_value(cells, bins, truth, halves))
        for truth in classes
        if all(_is_mixed(truth[half]) for half in (halves, ~halves))
    ]
    if tried:
        best_tried = max(tried, key=lambda each: _mean_area(each[0], each[1], halves)) if len(tried) > 1 else tried[0]
        truth, encoded = best_tried
        parts = [_auc(truth[half], encoded[half], level) for half in (halves, ~halves)]
        found.append(Strength(_mean(parts), "value"))
    return max(found, key=lambda each: each.estimate.value)


def among_numbers(values: NDArray[Any], target: NDArray[np.float64], *, level: float, seed: int) -> Strength:
    """The absolute rank correlation with a number."""
    order, places = ranked(values)
    wanted = _midranks(ranked(target)[0])
    found = [Strength(_correlation(_midranks(order), wanted, level), "order")]
    cells, bins = binned(values, order, places)
    halves = np.random.Generator(np.random.PCG64(seed)).random(len(values)) < EVEN
    if min(halves.sum(), (~halves).sum()) > 1:
        encoded = _by_value(cells, bins, wanted / max(1.0, float(wanted.max())), halves)
        parts = [_correlation(_midranks(ranked(encoded[half])[0]), wanted[half], level) for half in (halves, ~halves)]
        found.append(Strength(_mean(parts), "value"))
    return max(found, key=lambda each: each.estimate.value)


def binned(values: NDArray[Any], order: Codes, places: int) -> tuple[Codes, int]:
    """Each value's cell, and the number of cells: each text has its own, numbers share equal ones; 0 is missing."""
    absent = missing(values)
    cells = order + 1
    if (values.dtype.kind != "O" or are_numbers(values)) and places > MOST_BINS:
        edges = np.quantile(order[~absent], np.linspace(0, 1, MOST_BINS + 1)[1:-1])
        cells = np.searchsorted(edges, order, side="right") + 1
    cells = np.where(absent, 0, cells).astype(np.int64)
    return cells, int(cells.max()) + 1


def _by_value(cells: Codes, bins: int, truth: NDArray[Any], halves: Mask) -> NDArray[np.float64]:
    """The mean of the other half's rows in the same cell, shrunk to the overall mean by one row's weight."""
    outcome = truth.astype(np.float64)
    encoded = np.zeros(len(cells))
    for half in (halves, ~halves):
        times = np.bincount(cells[~half], minlength=bins)
        total = np.bincount(cells[~half], weights=outcome[~half], minlength=bins)
        usual = float(outcome[~half].mean()) if (~half).any() else 0.0
        encoded[half] = ((total + usual) / (times + 1))[cells[half]]
    return encoded


def _area(order: Codes, truth: Mask, places: int) -> float:
    above = np.bincount(order[truth], minlength=places).astype(np.float64)
    below = np.bincount(order[~truth], minlength=places).astype(np.float64)
    pairs = float(above.sum() * below.sum())
    return float((above * (np.cumsum(below) - below / 2)).sum() / pairs) if pairs else 0.5


def _mean_area(truth: Mask, encoded: NDArray[np.float64], halves: Mask) -> float:
    parts = [(truth[half], *ranked(encoded[half])) for half in (halves, ~halves)]
    return sum(_area(order, of_half, places) for of_half, order, places in parts) / 2


def _is_mixed(truth: Mask) -> bool:
    return bool(truth.any() and not truth.all())


def _auc(truth: Mask, scores: NDArray[np.float64], level: float) -> Estimate:
    found = roc_auc(truth, scores, level=level)
    if not isinstance(found, Estimate):
        raise TypeError("rows of one class cannot be ranked")
    return found


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64], level: float) -> Estimate:
    """Spearman's absolute correlation, with Fisher's interval as Bonett and Wright (2000) widen it."""
    n = len(one)
    spread = float(one.std() * other.std())
    value = min(1.0, abs(float(((one - one.mean()) * (other - other.mean())).mean()) / spread)) if spread > 0 else 0.0
    if n <= 4:  # noqa: PLR2004  # three degrees of freedom are spent
        return Estimate(value=value, low=0, high=1, n=n, method="spearman", level=level)
    bent = math.atanh(min(value, 1 - 1e-12))
    reach = normal_quantile(level) * math.sqrt((1 + value * value / 2) / (n - 3))
    low, high = max(0.0, math.tanh(bent - reach)), math.tanh(bent + reach)
    return Estimate(value=value, low=min(low, value), high=max(high, value), n=n, method="spearman", level=level)


def _mean(parts: list[Estimate]) -> Estimate:
    """The mean of independent estimates, with limits recovered from theirs (Zou and Donner 2008)."""
    count = len(parts)
    value = sum(each.value for each in parts) / count
    return Estimate(
        value=value,
        low=value - math.hypot(*(each.value - each.low for each in parts)) / count,
        high=value + math.hypot(*(each.high - each.value for each in parts)) / count,
        n=sum(each.n for each in parts),
        method=f"{parts[0].method}-halves",
        level=parts[0].level,
    )


def _midranks(order: Codes) -> NDArray[np.float64]:
    times = np.bincount(order)
    return np.asarray((np.cumsum(times) - (times - 1) / 2)[order], dtype=np.float64)
