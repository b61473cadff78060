"""The block of `drift`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, field_validator
from pydantic.functional_validators import AfterValidator
from typing_extensions import TypedDict

from assay.facts.check_parts import BarText, CheckSpec, Limit
from assay.manifest.block_parts import listed

Part = Literal["features", "predictions", "labels", "missingness", "joint", "concept"]
USUAL: tuple[Part, ...] = ("features", "missingness")
BY_COLUMN: tuple[Part, ...] = ("features", "predictions", "labels")
EITHER = ("psi", "jensen_shannon", "kullback_leibler", "hellinger", "total_variation")
ORDERED = ("kolmogorov_smirnov", "wasserstein", "wasserstein_normed")
CATEGORIES = ("chi_squared", "cramers_v", "cramers_v_corrected")
SHARES = frozenset({"drifted_share", "total_variation", "kolmogorov_smirnov", "jensen_shannon", "hellinger"})


def _upper(limit: Limit) -> Limit:
    if limit.direction != "at_most" or limit.limit < 0:
        raise ValueError('expected an upper bound, "<= …", because less drift is better')
    return limit


def _share(limit: Limit) -> Limit:
    if _upper(limit).limit >= 1:
        raise ValueError("expected a bound below 1: this number goes from 0 to 1")
    return limit


Upper = Annotated[BarText, AfterValidator(_upper)]
Share = Annotated[BarText, AfterValidator(_share)]


class DriftBars(TypedDict, total=False):
    """Bounds on drift; a bound on a statistic applies to every column that has it."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]  # how pydantic takes it

    drifted_share: Annotated[Share, Field(description="The share of columns that may drift; without it no column may.")]
    psi: Annotated[Upper, Field(description="Population stability index over tenths of the reference, or categories.")]
    jensen_shannon: Annotated[Share, Field(description="Jensen–Shannon distance, to base 2.")]
    kullback_leibler: Annotated[Upper, Field(description="Kullback–Leibler divergence, in nats.")]
    hellinger: Annotated[Share, Field(description="Hellinger distance.")]
    total_variation: Annotated[
        Share, Field(description="Total variation: the share of rows that moved to other buckets.")
    ]
    kolmogorov_smirnov: Annotated[
        Share, Field(description="Kolmogorov–Smirnov: the largest distance of the cumulative shares.")
    ]
    wasserstein: Annotated[
        Upper, Field(description="Wasserstein: how far values moved on average, in the column's unit.")
    ]
    wasserstein_normed: Annotated[Upper, Field(description="Wasserstein, in standard deviations of the reference.")]
    chi_squared: Annotated[Upper, Field(description="Pearson's χ² of categories.")]
    cramers_v: Annotated[Share, Field(description="Cramér's V of categories.")]
    cramers_v_corrected: Annotated[Share, Field(description="Cramér's V of categories, corrected for chance.")]
    missing: Annotated[Share, Field(description="How far the share of missing values may rise.")]
    joint: Annotated[Share, Field(description="ROC AUC of a classifier that separates both sides.")]


class Spec(CheckSpec):
    """The data to compare, and how far they may drift."""

    reference: str = Field("reference", description="Data set or profile to compare with.")
    current: str = Field("current", description="Data set or profile that may have drifted.")
    columns: Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] | None = Field(
        None, description="The columns to compare. Optional; default: the features."
    )
    exclude: Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] | None = Field(
        None, description="Features that are not compared; a base must allow each."
    )
    parts: Annotated[tuple[Part, ...], BeforeValidator(listed), Field(min_length=1)] = Field(
        USUAL,
        description="What to compare: features, predictions, labels, missingness (shares of missing values), joint "
        "(all columns together), concept (how well predictions fit labels). Optional; default: features, missingness.",
    )
    bars: DriftBars = Field(
        default_factory=DriftBars, description="Bounds on drift; without `drifted_share` no column may drift."
    )
    level: float = Field(0.95, ge=0.8, lt=1, description="The confidence level of all tests of all columns together.")
    effect: float = Field(
        0.1, gt=0, le=1, description="The smallest PSI that matters; with few rows the limit is higher."
    )
    smallest: int = Field(50, ge=20, description="The fewest values that each side of a column needs to be judged.")

    @field_validator("parts", "columns", "exclude")
    @classmethod
    def _distinct(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if names is not None and len(set(names)) < len(names):
            raise ValueError("expected each once")
        return names

    @field_validator("exclude")
    @classmethod
    def _not_both(cls, names: tuple[str, ...] | None, info: Any) -> tuple[str, ...] | None:
        if both := [name for name in names or () if name in (info.data.get("columns") or ())]:
            raise ValueError(f"`columns` names `{both[0]}` too")
        return names

    @field_validator("current")
    @classmethod
    def _other(cls, current: str, info: Any) -> str:
        if info.data.get("reference") == current:
            raise ValueError("expected a data set other than `reference`")
        return current


def limits(bars: Mapping[str, object]) -> dict[str, Limit]:
    """The given bounds, by name."""
    return {name: limit for name, limit in bars.items() if isinstance(limit, Limit)}


def statistics_of(bars: Mapping[str, object]) -> Iterable[tuple[str, Limit]]:
    """The given bounds on statistics of columns."""
    return ((name, limit) for name, limit in limits(bars).items() if name in (*EITHER, *ORDERED, *CATEGORIES))
