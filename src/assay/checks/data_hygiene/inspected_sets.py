"""The inspected data sets: their roles, columns and samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.dossier.check_context import CheckContext
from assay.facts.values import Reason
from assay.tables.aggregates import ColumnSummary

SAMPLE = 50_000
"""This many rows show leakage and chance duplicates to about a percent."""
MOST_CELLS = 20_000_000
MOST_KEYS = 10
MOST_NAMES = 20
NUMBERS = ("number", "integer")
TIMES = ("date", "timestamp")
ORDERED = (*NUMBERS, *TIMES)


@dataclass(frozen=True, kw_only=True)
class InspectedSets:
    """The data sets: the training data, those held out (`apart`), and what is known of each by name.

    `kinds` holds the columns that can be compared; `samples` holds whole columns of at most `drawn` rows of each set.
    """

    context: CheckContext
    train: str | None
    apart: tuple[str, ...]
    kinds: Mapping[str, Mapping[str, str]]
    summaries: Mapping[str, Mapping[str, ColumnSummary]]
    samples: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, int]
    drawn: int

    @property
    def seed(self) -> int:
        """The check's own seed, as numpy and the tables take it."""
        return seed_of(self.context)

    @property
    def sets(self) -> tuple[str, ...]:
        """Every data set, the training data first."""
        return sets_of(self.train, self.apart)

    @property
    def learned(self) -> str:
        """The set that a model would learn from: the training data, or else the first set."""
        return self.sets[0]

    def has(self, name: str, column: str | None) -> bool:
        """Whether a data set has a column that can be compared."""
        return column is not None and column in self.kinds[name]

    @property
    def unlabelled(self) -> Reason:
        """Why a set has no label."""
        return "unnamed_label" if self.context.label is None else "lacks_label"

    def features(self, name: str) -> tuple[str, ...]:
        """The features in a set."""
        return tuple(column for column in self.kinds[name] if column in self.context.features)

    def shared(self, one: str, other: str) -> tuple[str, ...]:
        """The features that two sets share, with values that can be equal."""
        return tuple(column for column in self.features(one) if self.is_comparable(one, other, column))

    def describing(self, one: str, other: str) -> tuple[str, ...]:
        """The features that two sets share, and their columns about people: a copied row has these too."""
        known = (*self.context.features, *self.context.sensitive)
        named = (column for column in self.kinds[one] if column in known and column != self.context.label)
        return tuple(column for column in named if self.is_comparable(one, other, column))

    def is_comparable(self, one: str, other: str, column: str | None) -> bool:
        """Whether a column's values in one set can equal those in another."""
        if not (self.has(one, column) and self.has(other, column)):
            return False
        return can_be_equal(self.kinds[one][str(column)], self.kinds[other][str(column)])


def can_be_equal(kind: str, other: str | None) -> bool:
    """Whether a value of one type can equal a value of the other."""
    kinds = {kind, other}
    return len(kinds) == 1 or kinds <= set(NUMBERS) or kinds <= set(TIMES)


def sample_size(columns: int) -> int:
    """The number of rows to sample from a set with so many columns."""
    return max(1_000, min(SAMPLE, MOST_CELLS // max(1, columns)))


def seed_of(context: CheckContext) -> int:
    """A check's seed, in the range that every engine accepts."""
    return context.seed % 2**63


def sets_of(train: str | None, apart: tuple[str, ...]) -> tuple[str, ...]:
    """Every data set, the training data first."""
    return (*((train,) if train is not None else ()), *apart)
