"""The facts of drift."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Context
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Count, Measure, Number, Overlay, Value

_UPWARD = Context(prec=15, rounding=ROUND_CEILING)


def to_digits(number: float) -> float:
    """An edge to the digits that all policy engines read alike; rounded up, because a bucket includes its edge."""
    return float(_UPWARD.create_decimal_from_float(number)) if math.isfinite(number) else number


Edge = Annotated[float, Field(allow_inf_nan=False), AfterValidator(to_digits)]
"""An edge to 15 digits, because edges of times and of offset numbers differ late."""
Role = Literal["feature", "label", "prediction"]


class MissingFacts(Value):
    """The shares of missing values before and now and, if any are missing, the test and the effect."""

    reference: Measure = Field(description="Share of missing values in the reference, 0 to 1.")
    current: Measure = Field(description="Share of missing values now, 0 to 1.")
    difference: Measure = Field(description="Share now less the share in the reference.")
    psi: Measure | None = Field(None, description="Population stability index of missing against present values.")
    adjusted_p: Measure | None = Field(
        None, description="p-value of the test, adjusted for all tests of this comparison."
    )


class NewcomerFacts(Value):
    """Rows with a rare category that the reference lacks: their number, the number expected by chance, test and effect.

    Each rare category has too few rows for χ² and PSI, which see all of them as one rest.
    """

    rows: Measure = Field(description="Rows with a rare category that the reference lacks.")
    expected: Measure = Field(description="Rows with such a category that chance explains.")
    psi: Measure = Field(description="Population stability index of these rows against all others.")
    adjusted_p: Measure = Field(description="p-value of the test, adjusted for all tests of this comparison.")


class ShareFacts(Value):
    """A share of rows that surely changed: those that lack a value, have a frequent one, or one beyond the range."""

    question: str = Field(description="What is asked of each value.")
    reference: Measure = Field(description="Share of rows in the reference, 0 to 1.")
    current: Measure = Field(description="Share of rows now, 0 to 1.")
    adjusted_p: Measure = Field(description="p-value of the test, adjusted for all tests of this comparison.")
    large: bool = Field(description="Whether it changed by 5 % of the rows, or by 3 % that double or halve the share.")


class StrayFacts(Value):
    """Texts of a column that is compared as numbers or times: how the others are written, and the shares of strays."""

    read_as: str = Field(description="How the other values are written.")
    reference: Measure = Field(description="Share of strays among the values of the reference, 0 to 1.")
    current: Measure = Field(description="Share of strays among the values now, 0 to 1.")
    keys: tuple[str, ...] = Field((), description="Ids of some rows now with a stray.")


class TextFacts(Value):
    """Free text: how well a classifier tells both sides apart by numbers of each text, on unseen texts."""

    drifted: Measure = Field(description="1 if the texts drifted, 0 if not.")
    roc_auc: Measure = Field(
        description="Area under the ROC curve of a classifier that tells both sides apart; 0.5 is chance."
    )
    adjusted_p: Measure = Field(description="p-value of the test, adjusted for all tests of this comparison.")
    lengths: tuple[Measure, Measure] | None = Field(None, description="Middle lengths in letters, before and now.")
    familiar: tuple[Measure, Measure] | None = Field(
        None, description="Shares of words that a held-back part of the reference has, before and now."
    )
    moved: Measure | None = Field(
        None, description="Largest share of texts by which one of the numbers of texts moved, 0 to 1."
    )
    farthest: str | None = Field(None, description="Name of the number of a text that moved the most.")


class ColumnFacts(Value):
    """One column: whether it drifted, why, the evidence in words, and every statistic."""

    kind: str = Field(description="Type as which the column is compared.")
    role: Role = Field(description="Whether it is a feature, the label or the predictions.")
    drifted: Measure = Field(description="1 if the column drifted, 0 if not; an interval from 0 to 1 leaves it open.")
    because: tuple[str, ...] = Field((), description="Why it drifted.")
    told: str | None = Field(None, description="The evidence in words.")
    reference: Count = Field(0, description="Rows of the reference that have a value.")
    current: Count = Field(0, description="Rows now that have a value.")
    test: Literal["kolmogorov_smirnov", "chi_squared"] | None = Field(None, description="Test of the distribution.")
    p: Measure | None = Field(None, description="p-value of the test, before the adjustment.")
    adjusted_p: Measure | None = Field(
        None, description="p-value of the test, adjusted for all tests of this comparison."
    )
    effect_bar: Number | None = Field(None, description="PSI from which a shift matters.")
    statistics: dict[str, Measure] = Field(
        default_factory=dict, description="Distances between both distributions, by name."
    )
    edges: tuple[Edge, ...] = Field((), description="Inner edges of the buckets of PSI and similar statistics.")
    epsilon: Number | None = Field(None, description="Share that a smaller share counts as.")
    missing: MissingFacts | None = Field(None, description="Missing values before and now.")
    strays: StrayFacts | None = Field(None, description="Texts that are not numbers or times in a column of such.")
    new_categories: Measure | None = Field(None, description="Rows with a value that the reference lacks.")
    new_examples: tuple[str, ...] = Field((), description="Some of the new values, if the column may show them.")
    newcomers: NewcomerFacts | None = Field(None, description="Rows with rare categories that the reference lacks.")
    changed_shares: tuple[ShareFacts, ...] = Field((), description="Shares of rows that surely changed.")
    texts: TextFacts | None = Field(None, description="Comparison of free texts.")


class JointFacts(Value):
    """How well a classifier separates both sides by all columns together, on rows that it has not seen."""

    drifted: Measure = Field(description="1 if both sides differ by all columns together, 0 if not.")
    roc_auc: Measure = Field(
        description="Area under the ROC curve of a classifier that tells both sides apart; 0.5 is chance."
    )
    p: Measure = Field(description="p-value of the test.")
    columns: tuple[str, ...] = Field(description="Columns that the classifier sees.")


class MetricFacts(Value):
    """A metric on both sides, and by how much it got worse."""

    reference: Measure = Field(description="The metric in the reference.")
    current: Measure = Field(description="The metric now.")
    worsening: Measure = Field(description="By how much it got worse; negative if it got better.")


class ConceptFacts(Value):
    """Whether predictions fit the labels less well than before, by the first metric."""

    drifted: Measure = Field(description="1 if predictions fit the labels less well than before, 0 if not.")
    metrics: dict[str, MetricFacts] = Field(description="Metrics on both sides by name.")


class Facts(CheckFacts):
    """Both sides compared: each column, and how many drifted; `keys` names those.

    `clusters` counts the groups of rows that belong together on both sides, if the tests are by groups: not where the
    manifest names none, nor where a side is a profile.
    """

    reference_rows: Measure = Field(description="Rows of the reference.")
    current_rows: Measure = Field(description="Rows compared with it.")
    clusters: Count | None = Field(
        None, description="Groups of rows that belong together on both sides, if the tests are by groups."
    )
    drifted_columns: Measure = Field(description="Columns that drifted.")
    drifted_share: Measure = Field(description="Share of the compared columns that drifted, 0 to 1.")
    keys: tuple[str, ...] = Field((), description="Names of the columns that drifted.")
    columns: dict[str, ColumnFacts] = Field(description="Comparison of each column by name.")
    joint: JointFacts | None = Field(None, description="Comparison of all columns together.")
    concept: ConceptFacts | None = Field(None, description="Comparison of how well predictions fit the labels.")
    pictures: tuple[Overlay, ...] = Field((), description="Distributions of the columns that moved the most.")
