"""P-values corrected for multiple tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values adjusted by Benjamini and Hochberg (1995): at a threshold α, at most a share α of findings is false.

    No adjusted p-value falls if a p-value rises, so lower and upper limits can be adjusted separately.
    """
    if not p_values:
        return ()
    given = np.asarray(p_values, dtype=np.float64)
    if not ((given >= 0) & (given <= 1)).all():
        raise ValueError("a p-value lies between 0 and 1")
    order = np.argsort(-given, kind="stable")
    tests = len(given)
    raised = given[order] * (tests / np.arange(tests, 0, -1))
    adjusted = np.empty(tests)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised), 1.0)
    return tuple(adjusted.tolist())


def holm(p_values: Sequence[float], tests: int | None = None) -> tuple[float, ...]:
    """P-values adjusted by Holm (1979): at a threshold α, the chance of any false finding is at most α.

    `tests` is the number of tests if there were more than are given, each of them with a larger p-value.
    """
    count = len(p_values) if tests is None else tests
    adjusted, least = [0.0] * len(p_values), 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=lambda index: p_values[index])):
        least = max(least, min(1.0, (count - place) * p_values[index]))
        adjusted[index] = least
    return tuple(adjusted)
