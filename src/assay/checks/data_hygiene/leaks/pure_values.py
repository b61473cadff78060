"""Values that only rows of one class have: codes and gaps that are written once the label is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.checks.data_hygiene.leaks.column_views import MISSING, ColumnView, SeenColumn, cells_of
from assay.checks.data_hygiene.leaks.recoding import ClassedRows, are_alike

FEWEST_ROWS = 20
PURE = 0.99
USUAL = 0.8
"""A class that more rows have is that of nearly any value."""
BY_CHANCE = 1e-4
COVERS, COVERS_OF_SEVERAL = 0.25, 0.8
WORTH_TELLING, WORTH_TELLING_OF_ROWS = 0.1, 0.05


@dataclass(frozen=True)
class PureValue:
    """A value that nearly only one class has: the share of this class and of all rows, and which rows have it."""

    covers: float
    of_rows: float
    has: NDArray[np.bool_]


def find_pure(view: ColumnView, rows: ClassedRows, tested: int) -> PureValue | None:
    """The view's pure value that covers most of its class; `tested` values were looked at in all columns together."""
    from scipy.special import bdtrc

    cells = np.bincount(view.codes * rows.count + rows.codes, minlength=view.count * rows.count)
    table = cells.reshape(view.count, rows.count)
    each, best = table.sum(axis=1), table.argmax(axis=1)
    most, shares = table.max(axis=1), rows.shares[best]
    kept = (each >= FEWEST_ROWS) & (most >= PURE * each) & (shares <= USUAL)
    if not kept.any():
        return None
    tails = bdtrc(most[kept].astype(np.float64) - 1, each[kept], shares[kept])
    sure = np.flatnonzero(kept)[tails * tested < BY_CHANCE]
    if not len(sure):
        return None
    covers = most / np.maximum(np.bincount(rows.codes, minlength=rows.count)[best], 1)
    first = sure[int(covers[sure].argmax())]
    return PureValue(float(covers[first]), float(each[first] / len(rows.codes)), view.codes == first)


def gives_away(found: PureValue, view: ColumnView, column: SeenColumn, rows: ClassedRows) -> bool:
    """Whether it covers so much of its class, and has so little to do with the rest of its column, that it is a code.

    In an honest strong column the other values say the class as well, more or less surely, and those beside the pure
    value lean to the same class. A gap lies beside no value.
    """
    if found.covers < (COVERS if rows.count == 2 else COVERS_OF_SEVERAL):  # noqa: PLR2004  # one and the other
        return False
    cells = cells_of(column)
    if view.name == MISSING or cells is None or are_alike((cells + 1)[~found.has], rows.codes[~found.has]):
        return True
    return column.numbers is not None and _leans_away(column.numbers, found.has, rows)


def _leans_away(numbers: NDArray[np.float64], has: NDArray[np.bool_], rows: ClassedRows) -> bool:
    """Whether the values next to the pure one say its class no more often than all other values do."""
    others = ~has & np.isfinite(numbers)
    if not np.isfinite(numbers[has]).any() or not others.any():
        return False
    own = np.bincount(rows.codes[has], minlength=rows.count).argmax()
    near = np.argsort(np.abs(numbers[others] - np.nanmedian(numbers[has])), kind="stable")
    near = near[: max(FEWEST_ROWS, len(near) // 10)]
    said = rows.codes[others] == own
    return bool(said[near].mean() <= said.mean())


def is_worth_telling(found: PureValue) -> bool:
    """Whether a person should look at it, though it proves nothing."""
    return found.covers >= WORTH_TELLING or found.of_rows >= WORTH_TELLING_OF_ROWS
