"""The bars that can be set on a metric: which way is better, how far it goes; without numpy, for plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from assay.facts.check_parts import BarText, Direction, Limit

LARGEST = float("1e300")


def _bound(direction: Direction, low: float, high: float) -> Callable[[Limit], Limit]:
    """A validator: the bar points the way that is better, and is neither always nor never kept."""
    expected = (
        'a lower bound, ">= …", because higher is better'
        if direction == "at_least"
        else 'an upper bound, "<= …", because lower is better'
    )

    def check(bar: Limit) -> Limit:
        if bar.direction != direction:
            raise ValueError(f"expected {expected}")
        if not (low < bar.limit <= high if direction == "at_least" else low <= bar.limit < high):
            raise ValueError(f"expected a bound that can be kept and missed: the metric goes from {low:g} to {high:g}")
        return bar

    return check


HighShare = Annotated[BarText, AfterValidator(_bound("at_least", 0, 1))]
HighCorrelation = Annotated[BarText, AfterValidator(_bound("at_least", -1, 1))]
HighFit = Annotated[BarText, AfterValidator(_bound("at_least", -LARGEST, 1))]
LowShare = Annotated[BarText, AfterValidator(_bound("at_most", 0, 1))]
LowLoss = Annotated[BarText, AfterValidator(_bound("at_most", 0, LARGEST))]


class QualityBars(TypedDict, total=False):
    """A bound for each metric that must keep one; a metric named here need not be listed under `metrics`."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]  # how pydantic takes it

    roc_auc: Annotated[HighShare, Field(description="The chance that a positive scores above a negative.")]
    average_precision: Annotated[HighShare, Field(description="The precision averaged over the recall.")]
    log_loss: Annotated[LowLoss, Field(description="The mean surprise at what happened, in nats.")]
    brier_score: Annotated[LowShare, Field(description="The mean squared distance of the score from what happened.")]
    expected_calibration_error: Annotated[
        LowShare, Field(description="The mean distance of scores from shares of positives, over ten bins.")
    ]
    accuracy: Annotated[HighShare, Field(description="The share of rows predicted right.")]
    balanced_accuracy: Annotated[HighShare, Field(description="The mean of each class's recall.")]
    precision: Annotated[HighShare, Field(description="The share of positive predictions that are right.")]
    recall: Annotated[HighShare, Field(description="The share of positives that are found.")]
    specificity: Annotated[HighShare, Field(description="The share of negatives that are left alone.")]
    f1: Annotated[HighShare, Field(description="The harmonic mean of precision and recall.")]
    matthews_correlation: Annotated[HighCorrelation, Field(description="The correlation of truth and prediction.")]
    macro_f1: Annotated[HighShare, Field(description="The mean of each class's F1.")]
    cohen_kappa: Annotated[HighCorrelation, Field(description="The agreement beyond chance.")]
    mean_absolute_error: Annotated[LowLoss, Field(description="The mean distance of prediction and truth.")]
    root_mean_squared_error: Annotated[LowLoss, Field(description="The root of the mean squared distance.")]
    median_absolute_error: Annotated[LowLoss, Field(description="The median distance of prediction and truth.")]
    mean_error: Annotated[BarText, Field(description="The mean of prediction less truth, bounded from either side.")]
    r2: Annotated[HighFit, Field(description="The share of the truth's variance that is predicted.")]


class GapBars(TypedDict, total=False):
    """A bound for each gap between groups that must keep one; the gaps are fairlearn's."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]  # how pydantic takes it

    demographic_parity_difference: Annotated[
        LowShare, Field(description="The largest difference between the groups' shares of positive predictions.")
    ]
    demographic_parity_ratio: Annotated[
        HighShare, Field(description="The smallest ratio between the groups' shares of positive predictions.")
    ]
    equalized_odds_difference: Annotated[
        LowShare, Field(description="The largest difference between the groups' true or false positive rates.")
    ]
    equalized_odds_ratio: Annotated[
        HighShare, Field(description="The smallest ratio between the groups' true or false positive rates.")
    ]
    equal_opportunity_difference: Annotated[
        LowShare, Field(description="The largest difference between the groups' true positive rates.")
    ]
    equal_opportunity_ratio: Annotated[
        HighShare, Field(description="The smallest ratio between the groups' true positive rates.")
    ]


def _known(name: str) -> str:
    if name not in QualityBars.__annotations__:
        names = ", ".join(f"'{each}'" for each in QualityBars.__annotations__)
        raise PydanticCustomError("literal_error", "expected {expected}", {"expected": names})
    return name


MetricName = Annotated[
    str, AfterValidator(_known), Field(json_schema_extra={"enum": list(QualityBars.__annotations__)})
]


def limits(bars: Mapping[str, object]) -> dict[str, Limit]:
    """The bars that were set, by metric, in the order in which the metrics are declared."""
    return {name: limit for name, limit in bars.items() if isinstance(limit, Limit)}


def pointer(*keys: str) -> str:
    """A JSON pointer (RFC 6901) to what stands under these keys."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
