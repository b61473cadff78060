"""Sums that are correctly rounded, and so the same on every machine, of many numbers at once.

`math.fsum` adds number by number. Here each pass takes the leading bits of all numbers, so few that their sum is exact
in any order, and leaves the rest to the next pass (Rump, Ogita and Oishi, "Accurate floating-point summation I", 2008,
section 3); `fsum` adds the sums of the passes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FEW = 500
"""Up to so many numbers, `fsum` alone is faster."""
BLOCK = 1 << 14
"""So many numbers stay in a processor's cache from pass to pass."""
LEAST, MOST = 1e-200, 1e290
"""Largest numbers between which no leading bits overflow or get lost below the smallest float."""


def exact_sum(values: NDArray[np.float64]) -> float:
    """The correctly rounded sum of numbers; raises OverflowError as `math.fsum` does."""
    partial = list[float]()
    for start in range(0, len(values), BLOCK):
        partial += _parts(values[start : start + BLOCK])
    return math.fsum(partial)


def _parts(values: NDArray[np.float64]) -> list[float]:
    """Numbers that add up to exactly the same."""
    partial, rest = list[float](), values
    while len(rest) > FEW:
        largest = float(np.abs(rest).max())
        if largest == 0:
            return partial
        if not LEAST < largest < MOST:
            break
        # 2**bits is above the number of values times the largest, so no partial sum of leading parts needs rounding.
        bits = math.frexp(largest)[1] + len(rest).bit_length()
        edge = math.ldexp(1.0, bits)
        leading = rest + edge
        leading -= edge
        partial.append(float(leading.sum()))
        rest = rest - leading
    return [*partial, *rest.tolist()]
