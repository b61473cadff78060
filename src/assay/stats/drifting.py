"""Which columns drifted: only those where both the test and the size of the effect say so.

The test's p-values are adjusted over all columns, so that many columns without a shift seldom alarm. The effect's bar
keeps a shift that matters to nobody from alarming only because there are a million rows. The number of rows chooses
neither the test nor the effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assay.facts.values import Estimate
from assay.stats.bounded import Bounded, between
from assay.stats.corrections import benjamini_hochberg


@dataclass(frozen=True)
class ColumnEvidence:
    """The evidence on one column: the p-value of its test, and its effect with the bar from which it matters."""

    name: str
    p: Bounded
    effect: Bounded
    bar: float


@dataclass(frozen=True)
class ColumnDecision:
    """Whether a column drifted: `value`, `low` and `high` are 0 or 1; `low` and `high` differ if it is open.

    `unsettled_by` names the columns whose exact numbers would settle it: the column's own, or those of others whose
    p-values its adjusted one depends on; it is empty if the decision is settled.
    """

    name: str
    value: int
    low: int
    high: int
    adjusted_p: Bounded
    effect: Bounded
    bar: float
    unsettled_by: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether the bounds leave only one decision."""
        return self.low == self.high

    def drifted(self, n: int) -> Estimate:
        """The decision as a fact: 0 or 1, with both as limits if it is open."""
        return Bounded(self.value, self.low, self.high).estimate(n, method="test-and-effect")


def decide(columns: Sequence[ColumnEvidence], level: float = 0.95) -> tuple[ColumnDecision, ...]:
    """A decision for each column, in their order; with `level` 0.95, adjusted p-values of at most 0.05 count."""
    most = 1 - level
    values = benjamini_hochberg([each.p.value for each in columns])
    lows = benjamini_hochberg([each.p.low for each in columns])
    highs = benjamini_hochberg([each.p.high for each in columns])
    bounded = tuple(each.name for each in columns if not each.p.is_exact)
    decisions = []
    for column, value, low, high in zip(columns, values, lows, highs, strict=True):
        surely = high <= most and column.effect.low >= column.bar
        likely = value <= most and column.effect.value >= column.bar
        perhaps = low <= most and column.effect.high >= column.bar
        decisions.append(
            ColumnDecision(
                name=column.name,
                value=int(likely),
                low=int(surely),
                high=int(perhaps),
                adjusted_p=between(low, value, high),
                effect=column.effect,
                bar=column.bar,
                unsettled_by=() if surely == perhaps else _unsettled_by(column, bounded),
            )
        )
    return tuple(decisions)


def unsettled(decisions: Iterable[ColumnDecision]) -> frozenset[str]:
    """The columns whose exact numbers are needed to settle every decision."""
    return frozenset(name for each in decisions for name in each.unsettled_by)


def _unsettled_by(column: ColumnEvidence, bounded: tuple[str, ...]) -> tuple[str, ...]:
    own = not (column.p.is_exact and column.effect.is_exact)
    return (column.name,) if own else bounded
