"""Sampling of rows, the same in every engine."""

from __future__ import annotations

from typing import Any


def sampled_rows(rows: int, size: int, seed: int) -> Any:
    """The row numbers of a sample, ascending (int64)."""
    import numpy as np

    if size >= rows:
        return np.arange(rows)
    return np.sort(np.random.Generator(np.random.PCG64(seed)).choice(rows, size=size, replace=False, shuffle=False))
