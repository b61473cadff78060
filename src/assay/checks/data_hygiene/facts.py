"""The facts of data_hygiene, by kind of finding."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Measure, Number, Value


class ColumnStrength(Value):
    """How well a column alone predicts the label, by the order of its values or by each single value."""

    strength: Measure = Field(
        description="Area under the ROC curve of the column alone or, for a numeric label, absolute rank correlation."
    )
    by: Literal["order", "value"] = Field(description="Whether values predict by their order, or each value by itself.")


class Giveaway(Value):
    """Columns that give the label away, by which rule, and in words.

    `exempt` is the reason why the manifest leaves it out of the count.
    """

    columns: tuple[str, ...] = Field(description="Columns that give the label away.")
    rule: Literal["recoding", "pure_value", "near_copy", "target_mean", "value_function", "pair"] = Field(
        description="Rule that proves it, or suspects it."
    )
    sentence: str = Field(description="The finding in words.")
    exempt: str | None = Field(None, description="The manifest's reason why it is left out of the count.")


class LeakageFacts(Value):
    """What gives the label away, and how well each column alone predicts it.

    `leaks` counts what is `proven` by a rule that no honest column keeps; `suspected` is worth a look, and proves
    nothing. The strength of a column is the area under the ROC curve (of the best predicted class, if there are
    several) or, for a numeric label, the absolute rank correlation. `columns` and `rows` count what was tested, and
    `told` is the first proof in words.
    """

    leaks: Measure = Field(description="Proven leaks that are not exempt.")
    proven: tuple[Giveaway, ...] = Field((), description="What a rule that no honest column keeps has proven.")
    suspected: tuple[Giveaway, ...] = Field((), description="What is worth a look, and proves nothing.")
    told: str | None = Field(None, description="First proof in words.")
    strongest: Measure = Field(description="Strength of the column that predicts the label best.")
    columns: Count = Field(description="Columns tested.")
    rows: Count = Field(description="Rows tested.")
    by_column: dict[str, ColumnStrength] = Field(description="Strength of the columns that predict the label best.")


class RowsFinding(Value):
    """Rows at fault: their number, their share beyond what chance explains, and the ids of some.

    `compared` rows have a value in all of the `columns` compared; `chance` is the share of rows that may be equal
    without being copies, because the columns distinguish few rows. For rows shared with the training data, `near`
    counts sampled rows that nearly equal one, `suspected` asks a person to look, `told` is the finding in words.
    """

    rows: Measure = Field(description="Rows at fault.")
    share: Measure = Field(description="Share of the compared rows at fault, beyond what chance explains, 0 to 1.")
    compared: Count = Field(description="Rows with a value in all columns compared.")
    columns: Count = Field(description="Columns compared.")
    chance: Number = Field(0.0, description="Share of rows that may be equal without being copies, 0 to 1.")
    keys: tuple[str, ...] = Field((), description="Ids of some rows at fault.")
    near: Count | None = Field(None, description="Sampled rows that nearly equal a training row.")
    suspected: bool = Field(default=False, description="Whether a person should look.")
    told: str | None = Field(None, description="The finding in words.")


class RowFacts(Value):
    """One data set's rows: repeated ids, rows that repeat another or nearly do, and rows with two labels."""

    rows: Count = Field(description="Rows of the data set.")
    ids: RowsFinding | None = Field(None, description="Rows whose id occurs twice.")
    exact: RowsFinding = Field(description="Rows that repeat another row.")
    near: RowsFinding = Field(description="Rows that nearly repeat another row.")
    conflicts: RowsFinding | None = Field(None, description="Rows with the features of a row that has another label.")


class GroupsFinding(RowsFinding):
    """Rows with a group of the training data, such as a customer, by `column`.

    If the manifest names no group but a column looks like one, the finding is `suspected`, and no bar is about it.
    """

    column: str = Field(description="Column of the groups.")
    declared: bool = Field(description="Whether the manifest names the column under `data.group`.")


class OverlapFacts(Value):
    """What a data set shares with the training data: ids, groups, features of rows, and rows before its end."""

    ids: RowsFinding | None = Field(None, description="Rows whose id is in the training data.")
    groups: GroupsFinding | None = Field(None, description="Rows whose group is in the training data.")
    rows: RowsFinding = Field(description="Rows whose features are in the training data.")
    time: RowsFinding | None = Field(None, description="Rows dated before the training data end.")


class ColumnsFinding(Value):
    """Columns at fault: their number, and the first names."""

    columns: Measure = Field(description="Columns at fault.")
    names: tuple[str, ...] = Field((), description="First names of these columns.")


class StraysFinding(Value):
    """The values of a text column that are not written as nearly all others: their number, share, and some ids.

    `read_as` says how the others are written, such as numbers or times with a zone.
    """

    read_as: str = Field(description="How the other values are written, such as numbers or times with a zone.")
    values: Measure = Field(description="Values that are written otherwise.")
    share: Measure = Field(description="Share of the values that are written otherwise, 0 to 1.")
    keys: tuple[str, ...] = Field((), description="Ids of some rows with such a value.")


class ColumnFindings(Value):
    """Constant columns, and text columns in which some values are numbers.

    `strays` are the mixed columns in which nearly all values are numbers or times, by name.
    """

    constant: ColumnsFinding = Field(description="Features with one value only.")
    mixed: ColumnsFinding = Field(description="Text columns in which some values are numbers.")
    strays: dict[str, StraysFinding] = Field(
        default_factory=dict, description="Mixed columns in which nearly all values are numbers or times, by name."
    )


class ClassFacts(Value):
    """The label: its classes, the share of the rarest one, and rows without a label."""

    classes: Count = Field(description="Classes of the label.")
    rarest: Measure = Field(description="Share of the rarest class, 0 to 1.")
    missing: Count = Field(description="Rows without a label.")


class DifferenceFinding(ColumnsFinding):
    """Columns that differ between two sets, and the largest differences of shares with their intervals."""

    by_column: dict[str, Measure] = Field(default_factory=dict, description="Largest differences of shares by column.")


class SetDifferenceFacts(Value):
    """How a data set differs from the training data: new categories, and missing values."""

    categories: DifferenceFinding = Field(description="Columns with categories that the training data lack.")
    missingness: DifferenceFinding = Field(
        description="Columns with more or fewer missing values than in the training data."
    )


class Facts(CheckFacts):
    """The findings: some about the training data, some about every set, some about each held-out set."""

    train: str | None = Field(description="Name of the training data; null without any.")
    leakage: dict[str, LeakageFacts] = Field(description="Columns that give the label away, by data set.")
    apart: dict[str, OverlapFacts] = Field(
        description="What a held-out set shares with the training data, by data set."
    )
    rows: dict[str, RowFacts] = Field(description="Repeated and contradicting rows, by data set.")
    columns: dict[str, ColumnFindings] = Field(description="Columns without information, by data set.")
    classes: dict[str, ClassFacts] = Field(description="Classes of the label, by data set.")
    alike: dict[str, SetDifferenceFacts] = Field(
        description="Differences from the training data, by held-out data set."
    )
