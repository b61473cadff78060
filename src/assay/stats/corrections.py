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
