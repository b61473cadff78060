"""Rules proposed from counts, which hold on the rows that were counted and on others like them."""

from __future__ import annotations

import math
from dataclasses import dataclass

MISTAKEN = 0.02
"""The probability that any rule of a proposal breaks on another sample of the same size, as far as it is known."""
LOOSEST, TIGHTEST = 0.5, 1e-6
"""A share that tolerates more says nothing; a level below this asks for more rows than there are."""


@dataclass(frozen=True)
class Tolerances:
    """The shares that rules tolerate, so that all of them together hold on another sample of the same size."""

    level: float

    @classmethod
    def of(cls, columns: int) -> Tolerances:
        """The tolerances of a proposal about so many columns, with about three rules each."""
        return cls(max(TIGHTEST, MISTAKEN / (3 * max(columns, 1))))

    def share(self, seen: int, rows: int) -> float | None:
        """The share of rows of a kind to tolerate, if `seen` of `rows` are of it; None if that says nothing."""
        from assay.stats.prediction_counts import most_elsewhere

        share = max(most_elsewhere(seen, self.level), seen) / rows if rows else 1.0
        return share if share < LOOSEST else None

    def share_beyond(self, rows: int, seen: int = 0) -> float | None:
        """The share of rows to tolerate beyond two bounds, values of the data; `seen` of `rows` are beyond them.

        With two sides it is exceeded as often as if one more such row had been seen.
        """
        return self.share(seen + 1, rows)

    def can_be_absent(self, seen: int) -> bool:
        """Whether another sample of the same size may have no row of a kind of which this one has so many."""
        return 0.5**seen > self.level


def is_numbering(count: int, least: float, largest: float) -> bool:
    """Whether so many different whole numbers are so dense that drawn at random some would repeat: they number rows.

    Drawn evenly from a span, they repeat least; even then all are different with probability e^(-count²/2/span) only.
    """
    return largest - least < count**2 / (2 * -math.log(TIGHTEST))


def nulls_rule(missing: int, rows: int, tolerances: Tolerances) -> str:
    """The value of `nulls`: a share, or true for any."""
    share = tolerances.share(missing, rows)
    return "true" if share is None else f'"<= {percent_above(share)}%"'


def mostly(rule: str, share: float) -> str:
    """A rule that a share of the rows may break."""
    below = round(100 - float(percent_above(share)), 10)
    return f'{{is: {rule}, mostly: ">= {below:.12g}%"}}'


def percent_above(share: float) -> str:
    """A share in per cent with two digits, rounded up."""
    if share <= 0:
        return "0"
    digits = 1 - math.floor(math.log10(100 * share))
    scaled = math.ceil(round(100 * share * 10.0**digits, 9))
    return f"{scaled / 10.0**digits:.12g}"
