"""Yes/no questions asked of two samples: which shares of rows changed, surely and by much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from assay.stats.corrections import holm
from assay.stats.shares import fisher_tail

Share = tuple[int, int]
LARGE, VERY_LARGE, TIMES = 0.03, 0.05, 2.0
NOTABLE = 0.2
"""Cohen's h (1988) of a small effect."""


@dataclass(frozen=True)
class ShareChange:
    """A yes/no question, the rows that say yes before and now, each of so many rows, and its adjusted p-value.

    `asks` is what is asked of a row: whether its value is missing, or how it compares with another.
    """

    column: str
    question: str
    before: Share
    now: Share
    adjusted_p: float = 1.0
    asks: tuple[Literal["missing", "equals", "below", "above"], Any] = ("missing", None)

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of rows that say yes, before and now."""
        return self.before[0] / self.before[1], self.now[0] / self.now[1]

    @property
    def difference(self) -> float:
        """By how much the share changed."""
        return abs(self.shares[1] - self.shares[0])

    @property
    def is_large(self) -> bool:
        """Whether a person would call the change large: 5 % of the rows, or 3 % if that doubles or halves the share."""
        low, high = sorted(self.shares)
        return self.difference >= VERY_LARGE or (self.difference >= LARGE and high >= TIMES * low)

    @property
    def is_notable(self) -> bool:
        """Whether the change is worth a look: 5 % of the rows, or a small effect in Cohen's h."""
        angles = [2 * math.asin(math.sqrt(share)) for share in self.shares]
        return self.difference >= VERY_LARGE or abs(angles[0] - angles[1]) >= NOTABLE


def adjusted(
    changes: Sequence[ShareChange], tests: int | None = None, chances: Sequence[float] | None = None
) -> tuple[ShareChange, ...]:
    """The changes with p-values, adjusted by Holm over all of them: of Fisher's exact test, two-sided, or as given."""
    if chances is None:
        chances = [min(1.0, 2 * fisher_tail(each.before, each.now)) for each in changes]
    found = holm(chances, tests)
    return tuple(replace(each, adjusted_p=p) for each, p in zip(changes, found, strict=True))
