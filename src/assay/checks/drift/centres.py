"""The centre and scale of sketches: the reference's median and spread."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from assay.checks.drift.sides import Side, is_time
from assay.tables.aggregates import RowSample
from assay.tables.questions import Question

ROWS = 10_000
"""The rows that give centre and scale."""


def find_centres(
    side: Side, names: Sequence[str], seed: int
) -> Generator[list[Question], list[Any], dict[str, tuple[float, float]]]:
    """Centre and scale of each column: median and interquartile range of a sample, of times in seconds."""
    from assay.stats.profile_numbers import seconds_of

    (found,) = yield [RowSample(side.table, tuple(names), ROWS, seed)]
    return {
        name: centre_and_scale(seconds_of(found[name].tolist()) if is_time(side.kinds[name]) else found[name])
        for name in names
    }


def centre_and_scale(values: Any) -> tuple[float, float]:
    """The median, and the narrowest spread around it that is not 0."""
    import numpy as np

    numbers = np.asarray(values, dtype=np.float64)
    finite = numbers[np.isfinite(numbers)]
    if len(finite) == 0:
        return 0.0, 1.0
    quantiles = np.quantile(finite, [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0], method="inverted_cdf").tolist()
    centre = quantiles[3]
    for low, high in ((2, 4), (1, 5), (0, 6)):
        width = quantiles[high] / 2 - quantiles[low] / 2
        if 0 < width < float("inf"):
            return centre, width
    return centre, max(abs(centre) * 2.0**-20, 2.0**-1000) if centre else 1.0
