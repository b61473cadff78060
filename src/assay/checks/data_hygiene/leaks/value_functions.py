"""Numbers that were made of the labels: means of the label by value, and functions of single values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assay.checks.data_hygiene.leaks.recoding import LEVEL
from assay.stats.proportions import wilson_limits

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
FEWEST_VALUES, FEWEST_ROWS, NEARLY, MOSTLY = 8, 3, 1e-3, 0.5
ONE_WEIGHT = 1e-4
MANY_VALUES, FEWEST_PAIRS, ALIKE, BEYOND = 20, 30, 0.95, 0.5
BY_CHANCE = 1e-5


def is_mean_of_label(numbers: Numbers, codes: Codes, outcome: Numbers) -> bool:
    """Whether most rows have the mean outcome of the rows with this value, or one that is shrunk by one weight.

    Shrunk by a weight a to the mean p, k positives of n rows have the value x = (k + a p) / (n + a), so each value
    tells a = (k - x n) / (x - p).
    """
    there = (codes >= 0) & np.isfinite(numbers)
    if not there.any():
        return False
    places, outcomes = codes[there], outcome[there]
    times = np.bincount(places).astype(np.float64)
    values = np.bincount(places, weights=numbers[there]) / np.maximum(times, 1)
    totals = np.bincount(places, weights=outcomes)
    kept = times >= FEWEST_ROWS
    if kept.sum() < FEWEST_VALUES:
        return False
    times, values, totals, mean = times[kept], values[kept], totals[kept], float(outcomes.mean())
    spread = float(outcomes.std()) or 1.0
    fits = np.abs(values - totals / times) <= NEARLY * spread
    if times[fits].sum() >= MOSTLY * times.sum():
        return True
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = (totals - values * times) / (values - mean)
    weights = weights[np.isfinite(weights) & (weights > ONE_WEIGHT)]
    if not len(weights):
        return False
    middle = float(np.median(weights))
    return bool((np.abs(weights - middle) <= ONE_WEIGHT * middle).sum() >= MOSTLY * len(times))


def is_function_of_value(codes: Codes, distinct: int, classes: Codes) -> bool:
    """Whether equal values have equal labels, though values beside each other often have different ones.

    Values of an honest strong number say the label by their order; a class that lies close together has most of the
    equal ones. So what equal values say beyond order must be at least half of what chance leaves open.
    """
    if distinct <= MANY_VALUES:
        return False
    order = np.lexsort((np.arange(len(codes)), codes))
    order = order[codes[order] >= 0]
    equal = codes[order][1:] == codes[order][:-1]
    alike = classes[order][1:] == classes[order][:-1]
    same, others = int(equal.sum()), int((~equal).sum())
    if same < FEWEST_PAIRS or not others:
        return False
    from scipy.special import bdtrc

    shares = np.bincount(classes) / len(classes)
    by_chance = float((shares**2).sum())
    among, usual = int((equal & alike).sum()), max(float((~equal & alike).sum()) / others, by_chance)
    beyond = among / same - usual
    if wilson_limits(among, same, LEVEL)[0] <= ALIKE or beyond <= 0 or beyond < BEYOND * (1 - by_chance):
        return False
    return bool(bdtrc(among - 1, same, usual) < BY_CHANCE)
