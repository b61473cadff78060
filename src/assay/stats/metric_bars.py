"""The bars on metrics: which direction is better, and the range of each metric; without numpy, for plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from assay.facts.check_parts import BarText, Direction, Limit

LARGEST = float("1e300")


def _bound(direction: Direction, low: float, high: float) -> Callable[[Limit], Limit]:
    """A validator: the bar has the better direction, and the metric can both clear and miss it."""
    expected = (
        'a lower bound, ">= …", because higher is better'
        if direction == "at_least"
        else 'an upper bound, "<= …", because lower is better'
    )

    def check(bar: Limit) -> Limit:
        if bar.direction != direction:
            raise ValueError(f"expected {expected}")
        if not (low < bar.limit <= high if direction == "at_least" else low <= bar.limit < high):
            raise ValueError(f"expected a bound that can be cleared and missed: the values go from {low:g} to {high:g}")
        return bar

    return check


HighShare = Annotated[BarText, AfterValidator(_bound("at_least", 0, 1))]
HighCorrelation = Annotated[BarText, AfterValidator(_bound("at_least", -1, 1))]
HighFit = Annotated[BarText, AfterValidator(_bound("at_least", -LARGEST, 1))]
LowShare = Annotated[BarText, AfterValidator(_bound("at_most", 0, 1))]
LowLoss = Annotated[BarText, AfterValidator(_bound("at_most", 0, LARGEST))]


class QualityBars(TypedDict, total=False):
    """Bounds on metrics; a metric named here need not be listed under `metrics`."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]  # how pydantic takes it

    roc_auc: Annotated[HighShare, Field(description="The chance that a positive scores above a negative.")]
    average_precision: Annotated[HighShare, Field(description="The precision averaged over the recall.")]
    log_loss: Annotated[LowLoss, Field(description="The mean of -log p of the true class, in nats.")]
    brier_score: Annotated[LowShare, Field(description="The mean squared distance of the score from the outcome.")]
    expected_calibration_error: Annotated[
        LowShare, Field(description="The mean distance of scores from shares of positives, over ten bins.")
    ]
    accuracy: Annotated[HighShare, Field(description="The share of correct predictions.")]
    balanced_accuracy: Annotated[HighShare, Field(description="The mean recall of the classes.")]
    precision: Annotated[HighShare, Field(description="The share of positive predictions that are correct.")]
    recall: Annotated[HighShare, Field(description="The share of positives that are found.")]
    specificity: Annotated[HighShare, Field(description="The share of negatives that are predicted negative.")]
    f1: Annotated[HighShare, Field(description="The harmonic mean of precision and recall.")]
    matthews_correlation: Annotated[HighCorrelation, Field(description="The correlation of truth and prediction.")]
    macro_f1: Annotated[HighShare, Field(description="The mean F1 of the classes.")]
    cohen_kappa: Annotated[HighCorrelation, Field(description="The agreement of truth and prediction beyond chance.")]
    mean_absolute_error: Annotated[LowLoss, Field(description="The mean distance of prediction and truth.")]
    root_mean_squared_error: Annotated[LowLoss, Field(description="The root of the mean squared distance.")]
    median_absolute_error: Annotated[LowLoss, Field(description="The median distance of prediction and truth.")]
    mean_error: Annotated[BarText, Field(description="The mean of prediction minus truth, bounded below or above.")]
    r2: Annotated[HighFit, Field(description="The share of the truth's variance that is predicted.")]


class GapBars(TypedDict, total=False):
    """Bounds on gaps between groups; the gaps are fairlearn's."""

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
    """The given bars, by metric, in the order of the metrics' declaration."""
    return {name: limit for name, limit in bars.items() if isinstance(limit, Limit)}


def pointer(*keys: str) -> str:
    """The JSON pointer (RFC 6901) of these keys."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
