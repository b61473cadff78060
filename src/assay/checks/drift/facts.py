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

    reference: Measure
    current: Measure
    difference: Measure
    psi: Measure | None = None
    adjusted_p: Measure | None = None


class NewcomerFacts(Value):
    """Rows with a rare category that the reference lacks: their number, the number expected by chance, test and effect.

    Each rare category has too few rows for χ² and PSI, which see all of them as one rest.
    """

    rows: Measure
    expected: Measure
    psi: Measure
    adjusted_p: Measure


class ShareFacts(Value):
    """A share of rows that surely changed: those that lack a value, have a frequent one, or one beyond the range.

    `large` is a change of 5 % of the rows, or of 3 % that doubles or halves the share.
    """

    question: str
    reference: Measure
    current: Measure
    adjusted_p: Measure
    large: bool


class StrayFacts(Value):
    """Texts of a column that is compared as numbers or times: how the others are written, and the shares of strays.

    Shares are of the values; `keys` are the ids of some current rows with a stray.
    """

    read_as: str
    reference: Measure
    current: Measure
    keys: tuple[str, ...] = ()


class TextFacts(Value):
    """Free text: how well a classifier tells both sides apart by numbers of each text, on texts that it has not seen.

    `lengths` are the middle lengths in letters, `familiar` the shares of words that a part of the reference has, which
    is not compared; each before and now. `moved` is the largest share of texts by which one of the numbers moved, which
    is `farthest`.
    """

    drifted: Measure
    roc_auc: Measure
    adjusted_p: Measure
    lengths: tuple[Measure, Measure] | None = None
    familiar: tuple[Measure, Measure] | None = None
    moved: Measure | None = None
    farthest: str | None = None


class ColumnFacts(Value):
    """One column: whether it drifted (0 or 1), why, the evidence in words (`told`), and every statistic.

    `reference` and `current` count the rows that have a value. `edges` are the inner edges of the buckets of PSI and
    similar statistics; shares below `epsilon` count as `epsilon`. `effect_bar` is the PSI from which a shift matters.
    `new_categories` counts rows with a value that the reference lacks.
    """

    kind: str
    role: Role
    drifted: Measure
    because: tuple[str, ...] = ()
    told: str | None = None
    reference: Count = 0
    current: Count = 0
    test: Literal["kolmogorov_smirnov", "chi_squared"] | None = None
    p: Measure | None = None
    adjusted_p: Measure | None = None
    effect_bar: Number | None = None
    statistics: dict[str, Measure] = Field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    epsilon: Number | None = None
    missing: MissingFacts | None = None
    strays: StrayFacts | None = None
    new_categories: Measure | None = None
    new_examples: tuple[str, ...] = ()
    newcomers: NewcomerFacts | None = None
    changed_shares: tuple[ShareFacts, ...] = ()
    texts: TextFacts | None = None


class JointFacts(Value):
    """How well a classifier separates both sides by all columns together, on rows that it has not seen."""

    drifted: Measure
    roc_auc: Measure
    p: Measure
    columns: tuple[str, ...]


class MetricFacts(Value):
    """A metric on both sides, and by how much it got worse."""

    reference: Measure
    current: Measure
    worsening: Measure


class ConceptFacts(Value):
    """Whether predictions fit the labels less well than before, by the first metric."""

    drifted: Measure
    metrics: dict[str, MetricFacts]


class Facts(CheckFacts):
    """Both sides compared: each column, and how many drifted; `keys` names those.

    `clusters` counts the groups of rows that belong together on both sides, if the tests are by groups: not where the
    manifest names none, nor where a side is a profile.
    """

    reference_rows: Measure
    current_rows: Measure
    clusters: Count | None = None
    drifted_columns: Measure
    drifted_share: Measure
    keys: tuple[str, ...] = ()
    columns: dict[str, ColumnFacts]
    joint: JointFacts | None = None
    concept: ConceptFacts | None = None
    pictures: tuple[Overlay, ...] = ()
