"""What the check data_hygiene finds, by kind of finding."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Measure, Number, Value


class ColumnStrength(Value):
    """How well a column alone predicts the label, by the order of its values or by each value for itself."""

    strength: Measure
    by: Literal["order", "value"]


class LeakageFacts(Value):
    """The column that predicts the label best, and the strongest ones by name.

    The strength is the area under the ROC curve, of the best told class where there are several, or for numbers to
    predict the rank correlation regardless of its sign. `columns` says how many were looked at, `rows` among how many.
    """

    strongest: Measure
    columns: Count
    rows: Count
    by_column: dict[str, ColumnStrength]


class RowsFinding(Value):
    """Rows at fault: how many, their share beyond what chance explains, and ids of some.

    `compared` rows had a value in all of the `columns` that were compared; `chance` is the share of rows that may
    coincide without being copies, because the columns tell few rows apart.
    """

    rows: Measure
    share: Measure
    compared: Count
    columns: Count
    chance: Number = 0.0
    keys: tuple[str, ...] = ()


class RowFacts(Value):
    """One data set's rows: ids that occur again, rows that repeat another or nearly do, rows with two answers."""

    rows: Count
    ids: RowsFinding | None = None
    exact: RowsFinding
    near: RowsFinding
    conflicts: RowsFinding | None = None


class OverlapFacts(Value):
    """What a data set shares with the training data: ids, rows by their features, and the time before its end."""

    ids: RowsFinding | None = None
    rows: RowsFinding
    time: RowsFinding | None = None


class ColumnsFinding(Value):
    """Columns at fault: how many, and the names of the first."""

    columns: Measure
    names: tuple[str, ...] = ()


class ColumnFindings(Value):
    """Columns that hold one value only, and text columns in which some values are numbers."""

    constant: ColumnsFinding
    mixed: ColumnsFinding


class ClassFacts(Value):
    """How the label is spread: its classes, the share of the rarest one, and rows without a label."""

    classes: Count
    rarest: Measure
    missing: Count


class DifferenceFinding(ColumnsFinding):
    """Columns that differ between two sets, and the largest differences in shares of rows with their intervals."""

    by_column: dict[str, Measure] = Field(default_factory=dict)


class SetDifferenceFacts(Value):
    """How a data set differs from the training data: categories that it alone has, and values that are missing."""

    categories: DifferenceFinding
    missingness: DifferenceFinding


class Facts(CheckFacts):
    """What was found: by the set trained on, by every set, or by each set held apart."""

    train: str | None
    leakage: dict[str, LeakageFacts]
    apart: dict[str, OverlapFacts]
    rows: dict[str, RowFacts]
    columns: dict[str, ColumnFindings]
    classes: dict[str, ClassFacts]
    alike: dict[str, SetDifferenceFacts]
