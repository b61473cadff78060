"""Bounds on numbers, and rules that a share of the rows may break, as a manifest writes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from assay.facts.check_parts import BarText, CheckSpec, Limit
from assay.facts.values import Number, exact_text

T = TypeVar("T")


class Bounds(CheckSpec):
    """Bounds on a number: `at_least`, `at_most` or both."""

    at_least: Number | None = Field(None, description="The lowest number allowed.")
    at_most: Number | None = Field(None, description="The highest number allowed.")

    @model_validator(mode="after")
    def _is_bounded(self) -> Bounds:
        low, high = self.at_least, self.at_most
        if low is None and high is None:
            raise ValueError("`at_least` or `at_most` is needed: without them nothing is required")
        if low is not None and high is not None and low > high:
            raise ValueError("`at_least` must not exceed `at_most`")
        return self

    def sides(self) -> dict[str, float]:
        """The given bounds, by direction."""
        written = {"at_least": self.at_least, "at_most": self.at_most}
        return {side: limit for side, limit in written.items() if limit is not None}


def _within(lowest: float, highest: float) -> AfterValidator:
    """Refuses bounds that every number meets, or none; the number always lies between `lowest` and `highest`."""

    def check(bounds: Bounds) -> Bounds:
        low, high = bounds.at_least, bounds.at_most
        if low is not None and low <= lowest:
            raise ValueError(f"`at_least: {exact_text(low)}` requires nothing: the number is never below {lowest:g}")
        if high is not None and high >= highest:
            raise ValueError(f"`at_most: {exact_text(high)}` requires nothing: the number is never above {highest:g}")
        if (low is not None and low > highest) or (high is not None and high < lowest):
            raise ValueError(f"no number can meet this: it always lies between {lowest:g} and {highest:g}")
        return bounds

    return AfterValidator(check)


Positive = Annotated[Bounds, _within(0, math.inf)]
"""Bounds on a number that is never negative: a count, a standard deviation, a ratio."""
Share = Annotated[Bounds, _within(0, 1)]
"""Bounds on a share."""


def _mostly(limit: Limit) -> Limit:
    if limit.direction != "at_least" or not 0 < limit.limit <= 1:
        raise ValueError('`mostly` is a lower bound on a share, such as ">= 99%"')
    return limit


MostlyText = Annotated[BarText, AfterValidator(_mostly)]


class Mostly(CheckSpec, Generic[T]):
    """A rule that a share of the rows may break."""

    # In the annotation, because a default of the field would replace the constraints of T.
    rule: Annotated[T, Field(alias="is", description="The rule, as written without `mostly`.")]
    mostly: MostlyText = Field(description='The share of the rows that must keep the rule, such as ">= 99%".')


ALWAYS, MOSTLY = "a rule", "a block"
"""The two ways to write a rule; no key of a manifest has these names."""


def _form(value: Any) -> str:
    return MOSTLY if isinstance(value, dict | Mostly) else ALWAYS


if TYPE_CHECKING:
    Tolerant: TypeAlias = T | Mostly[T]
else:

    class Tolerant:
        """A rule as it is, or as `{is: …, mostly: ">= 99%"}`; type checkers cannot express the choice."""

        def __class_getitem__(cls, rule: Any) -> Any:
            always, mostly = Annotated[rule, Tag(ALWAYS)], Annotated[Mostly[rule], Tag(MOSTLY)]
            return Annotated[always | mostly, Discriminator(_form)]
