"""Means of per-row values: exact sums, Student's interval, and a limit with unseen rows of the other outcome."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from assay.facts.values import Measure, Undefined
from assay.stats.exact_sums import exact_sum
from assay.stats.intervals import finite_estimate, t_quantile
from assay.stats.unseen_rows import added_rows

Numbers = NDArray[np.float64]
T_INTERVAL = "t"


def total(values: Numbers) -> float:
    """The correctly rounded sum, the same on every machine; infinite if it overflows."""
    try:
        return exact_sum(values)
    except OverflowError:
        return math.inf


def mean(values: Numbers, *, level: float = 0.95) -> Measure:
    """The mean of per-row values with Student's interval; at least two rows, all finite."""
    n = len(values)
    if n == 0:
        return Undefined(reason="empty")
    if not np.isfinite(values).all():
        return Undefined(reason="not_finite", n=n)
    if n < 2:  # noqa: PLR2004  # one row has no spread
        return Undefined(reason="too_few", n=n, needed=2)
    centre = total(values) / n
    with np.errstate(over="ignore"):
        spread = total((values - centre) ** 2)
    if not math.isfinite(centre) or not math.isfinite(spread):
        return Undefined(reason="not_finite", n=n)
    reach = t_quantile(n - 1, level) * math.sqrt(spread / (n - 1) / n)
    return finite_estimate(centre, (centre - reach, centre + reach), n=n, method=T_INTERVAL, level=level)


def highest_mean(values: Numbers, otherwise: Numbers, *, level: float) -> float:
    """The highest that the mean of values may be; `otherwise` has each row's value if its outcome had been the other.

    z²/2 rows with the other outcome are added, of which the mean and the spread are those of `otherwise`; the limit is
    Student's. For values of 0 and 1 the interval of Agresti and Coull (1998) adds them too, and as many of either kind.
    """
    n, added = len(values), added_rows(level)
    rows = n + added
    centre = (total(values) + added * total(otherwise) / n) / rows
    squares = total((values - centre) ** 2) + added * total((otherwise - centre) ** 2) / n
    return centre + t_quantile(n - 1, level) * math.sqrt(squares / (rows - 1) / rows)
