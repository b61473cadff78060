"""How surely what is seen of a column says the class, learned on one half of the rows and tried on the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.stats.proportions import newcombe_limits, wilson_limits

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
LEVEL = 0.95
RARE, DIFFERENT = 0.02, 0.01


@dataclass(frozen=True)
class ClassedRows:
    """The class of each row, as a whole number from 0, and the half that the row is in."""

    codes: Codes
    count: int
    half: Mask

    @property
    def shares(self) -> NDArray[np.float64]:
        """The share of rows of each class."""
        return np.bincount(self.codes, minlength=self.count) / max(1, len(self.codes))

    def only(self, kept: Mask) -> ClassedRows:
        """The kept rows."""
        return ClassedRows(self.codes[kept], self.count, self.half[kept])


@dataclass(frozen=True)
class Agreement:
    """Agreement with the class beyond chance, and its lower limit: Cohen's kappa or, for two classes, informedness.

    `said` is the class that each row should have.
    """

    value: float
    low: float
    said: Codes


def agreement(view: Codes, values: int, rows: ClassedRows) -> Agreement:
    """How well the class follows from the view by likelihood, each half of the rows as the other half teaches."""
    found = np.zeros(len(view), dtype=np.int64)
    for half in (rows.half, ~rows.half):
        cells = np.bincount(view[half] * rows.count + rows.codes[half], minlength=values * rows.count)
        table = cells.reshape(values, rows.count).astype(np.float64)
        likely = table / np.maximum(table.sum(axis=0), 1)
        found[~half] = likely.argmax(axis=1)[view[~half]]
    cells = np.bincount(rows.codes * rows.count + found, minlength=rows.count**2)
    value, low = _of_table(cells.reshape(rows.count, rows.count))
    return Agreement(value, low, found)


def say_the_same(said: Codes, cells: Codes, rows: ClassedRows) -> bool:
    """Whether all values that say one class say it equally often, as those of a recoded label do.

    The values of an honest strong column say it more or less surely. Rare values are left out; cell 0 is missing.
    """
    return all(
        are_alike(cells[of_class], rows.codes[of_class]) for of_class in (said == each for each in range(rows.count))
    )


def are_alike(cells: Codes, classes: Codes) -> bool:
    """Whether the classes are as frequent in every cell, by Pearson's χ²; rare cells and cell 0 are left out."""
    from scipy.special import chdtrc

    there = cells > 0
    if not there.any():
        return True
    _, places = np.unique(cells[there], return_inverse=True)
    _, columns = np.unique(classes[there], return_inverse=True)
    table = np.bincount(places * (columns.max() + 1) + columns, minlength=(places.max() + 1) * (columns.max() + 1))
    table = table.reshape(places.max() + 1, -1)
    table = table[table.sum(axis=1) >= max(2, RARE * there.sum())]
    table = table[:, table.sum(axis=0) > 0] if len(table) else table
    if min(table.shape) < 2:  # noqa: PLR2004  # one cell or one class
        return True
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / table.sum()
    squares = float(((table - expected) ** 2 / expected).sum())
    return bool(chdtrc((table.shape[0] - 1) * (table.shape[1] - 1), squares) > DIFFERENT)


def _of_table(table: NDArray[np.int64]) -> tuple[float, float]:
    """Kappa with Wilson's limit of the agreement, or informedness with Newcombe's limit, whichever is surer."""
    n, equal = int(table.sum()), int(np.trace(table))
    chance = float(table.sum(axis=1) @ table.sum(axis=0)) / n**2 if n else 1.0
    if chance >= 1:
        return 0.0, 0.0
    found = [((equal / n - chance) / (1 - chance), (wilson_limits(equal, n, LEVEL)[0] - chance) / (1 - chance))]
    if len(table) == 2:  # noqa: PLR2004  # of one class and the other
        (negatives, positives), hits, misses = table.sum(axis=1).tolist(), int(table[1, 1]), int(table[0, 1])
        if negatives and positives:
            low, _ = newcombe_limits((hits, positives), (misses, negatives), LEVEL)
            found.append((hits / positives - misses / negatives, low))
    return max(found, key=lambda each: each[1])
