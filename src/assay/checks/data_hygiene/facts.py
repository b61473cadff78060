"""The facts of data_hygiene, by kind of finding."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Measure, Number, Value


class ColumnStrength(Value):
    """How well a column alone predicts the label, by the order of its values or by each single value."""

    strength: Measure
    by: Literal["order", "value"]


class Giveaway(Value):
    """Columns that give the label away, by which rule, and in words.

    `exempt` is the reason why the manifest leaves it out of the count.
    """

    columns: tuple[str, ...]
    rule: Literal["recoding", "pure_value", "near_copy", "target_mean", "value_function", "pair"]
    sentence: str
    exempt: str | None = None


class LeakageFacts(Value):
    """What gives the label away, and how well each column alone predicts it.

    `leaks` counts what is `proven` by a rule that no honest column keeps; `suspected` is worth a look, and proves
    nothing. The strength of a column is the area under the ROC curve (of the best predicted class, if there are
    several) or, for a numeric label, the absolute rank correlation. `columns` and `rows` count what was tested, and
    `told` is the first proof in words.
    """

    leaks: Measure
    proven: tuple[Giveaway, ...] = ()
    suspected: tuple[Giveaway, ...] = ()
    told: str | None = None
    strongest: Measure
    columns: Count
    rows: Count
    by_column: dict[str, ColumnStrength]


class RowsFinding(Value):
    """Rows at fault: their number, their share beyond what chance explains, and the ids of some.

    `compared` rows have a value in all of the `columns` compared; `chance` is the share of rows that may be equal
    without being copies, because the columns distinguish few rows. For rows shared with the training data, `near`
    counts sampled rows that nearly equal one, `suspected` asks a person to look, `told` is the finding in words.
    """

    rows: Measure
    share: Measure
    compared: Count
    columns: Count
    chance: Number = 0.0
    keys: tuple[str, ...] = ()
    near: Count | None = None
    suspected: bool = False
    told: str | None = None


class RowFacts(Value):
    """One data set's rows: repeated ids, rows that repeat another or nearly do, and rows with two labels."""

    rows: Count
    ids: RowsFinding | None = None
    exact: RowsFinding
    near: RowsFinding
    conflicts: RowsFinding | None = None


class GroupsFinding(RowsFinding):
    """Rows with a group of the training data, such as a customer, by `column`.

    If the manifest names no group but a column looks like one, the finding is `suspected`, and no bar is about it.
    """

    column: str
    declared: bool


class OverlapFacts(Value):
    """What a data set shares with the training data: ids, groups, features of rows, and rows before its end."""

    ids: RowsFinding | None = None
    groups: GroupsFinding | None = None
    rows: RowsFinding
    time: RowsFinding | None = None


class ColumnsFinding(Value):
    """Columns at fault: their number, and the first names."""

    columns: Measure
    names: tuple[str, ...] = ()


class StraysFinding(Value):
    """The values of a text column that are not written as nearly all others: their number, share, and some ids.

    `read_as` says how the others are written, such as numbers or times with a zone.
    """

    read_as: str
    values: Measure
    share: Measure
    keys: tuple[str, ...] = ()


class ColumnFindings(Value):
    """Constant columns, and text columns in which some values are numbers.

    `strays` are the mixed columns in which nearly all values are numbers or times, by name.
    """

    constant: ColumnsFinding
    mixed: ColumnsFinding
    strays: dict[str, StraysFinding] = Field(default_factory=dict)


class ClassFacts(Value):
    """The label: its classes, the share of the rarest one, and rows without a label."""

    classes: Count
    rarest: Measure
    missing: Count


class DifferenceFinding(ColumnsFinding):
    """Columns that differ between two sets, and the largest differences of shares with their intervals."""

    by_column: dict[str, Measure] = Field(default_factory=dict)


class SetDifferenceFacts(Value):
    """How a data set differs from the training data: new categories, and missing values."""

    categories: DifferenceFinding
    missingness: DifferenceFinding


class Facts(CheckFacts):
    """The findings: some about the training data, some about every set, some about each held-out set."""

    train: str | None
    leakage: dict[str, LeakageFacts]
    apart: dict[str, OverlapFacts]
    rows: dict[str, RowFacts]
    columns: dict[str, ColumnFindings]
    classes: dict[str, ClassFacts]
    alike: dict[str, SetDifferenceFacts]
