"""How many rows a sample may not have shown: what limits add to it on the side that could open a gate."""

from __future__ import annotations

import math

from assay.stats.intervals import normal_quantile


def added_rows(level: float) -> float:
    """How many unseen rows a limit adds: z²/2, as Wilson's interval (1927) adds to either side; 1.92 for 0.95."""
    return normal_quantile(level) ** 2 / 2


def unseen_share(n: int, level: float) -> float:
    """The share that a kind of row can have although none of `n` rows is of that kind: ln(2 / (1 - level)) / n.

    No such row occurs with the chance (1 - share)ⁿ ≤ exp(-n · share). No interval from the rows alone allows for more.
    """
    return min(1.0, math.log(2 / (1 - level)) / n)
