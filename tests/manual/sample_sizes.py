"""How many rows prove a bar: tables computed by the functions that judge."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scipy.special import bdtr

from assay.stats.proportions import wilson_limits
from assay.stats.provable_gaps import times_the_rows
from tests.manual.markdown_parts import page, table

LEVEL, POWER = 0.95, 0.8
BARS = (0.70, 0.80, 0.90, 0.95)
ABOVE = (0.01, 0.02, 0.05, 0.10)
WISHED = (0.20, 0.10, 0.05)
SELECTED = (0.5, 0.2, 0.1)
_FIRST = 50


def size_pages() -> Iterator[tuple[str, str]]:
    """The page of both tables."""
    shares = [
        (f"{bar:.2f}", *(f"{_shown(rows_for_share(bar + above, bar))}" if bar + above < 1 else "—" for above in ABOVE))
        for bar in BARS
    ]
    gaps = [
        (str(groups), f"{rate:.0%}", *(_shown(rows_for_gap(groups, rate, bar)) for bar in WISHED))
        for groups in (2, 4, 6)
        for rate in SELECTED
    ]
    yield (
        "sample-sizes.md",
        page(
            "Rows that prove a bar",
            "With so many rows, a model clears the bar four times in five, with its whole 95 % interval. The functions are "
            "those that judge; two digits are shown.",
            "## A share: accuracy, recall, precision",
            "Rows of the kind that the share is of: all rows for accuracy, those of the class for recall. The model's true "
            "value lies above the bar by:",
            table(("bar", *(f"{above:.2f}" for above in ABOVE)), shares),
            "## A gap between groups: demographic parity difference",
            "Rows in each group, for a model that treats all groups alike, if the bar on the gap is:",
            table(("groups", "positive answers", *(f"at most {bar:.2f}" for bar in WISHED)), gaps),
            "The equalized odds compare rates of each label, so they need as many rows of each label in each group.",
        ),
    )


def rows_for_share(true: float, bar: float) -> int:
    """The least rows, to 2 %, of which the lower limit clears the bar four times in five."""
    low, high = float(_FIRST), float(_FIRST)
    while not _clears(round(high), true, bar):
        low, high = high, 2 * high
    while high > 1.02 * low:
        middle = (low + high) / 2
        low, high = (low, middle) if _clears(round(middle), true, bar) else (middle, high)
    return math.ceil(high)


def _clears(n: int, true: float, bar: float) -> bool:
    """Whether the fewest successes that clear the bar come four times in five."""
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if wilson_limits(middle, n, LEVEL)[0] >= bar else (middle + 1, high)
    return bool(wilson_limits(low, n, LEVEL)[0] >= bar and 1 - bdtr(low - 1, n, true) >= POWER)


def rows_for_gap(groups: int, rate: float, bar: float) -> int:
    """The least rows in each group that prove a bar on the largest difference."""
    factor = times_the_rows([(rate, [_FIRST] * groups)], bar)
    assert factor is not None
    return math.ceil(_FIRST * factor)


def _shown(rows: int) -> str:
    step = 10 ** max(0, len(str(rows)) - 2)
    return f"{math.ceil(rows / step) * step:,}"
