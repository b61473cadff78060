"""Bounds on numbers, and rules that a share of the rows may break, as the manifest writes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from assay.facts.check_parts import BarText, CheckSpec, Limit
from assay.facts.values import Number

T = TypeVar("T")


def listed(value: object) -> object:
    """A YAML list as a tuple; anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


class Bounds(CheckSpec):
    """What a number must keep; `at_least`, `at_most` or both."""

    at_least: Number | None = Field(None, description="The lowest number allowed.")
    at_most: Number | None = Field(None, description="The highest number allowed.")

    @model_validator(mode="after")
    def _says_something(self) -> Bounds:
        low, high = self.at_least, self.at_most
        if low is None and high is None:
            raise ValueError("`at_least` or `at_most` is needed: without them nothing is asked")
        if low is not None and high is not None and low > high:
            raise ValueError("`at_least` must not exceed `at_most`")
        return self

    def sides(self) -> dict[str, float]:
        """The bounds that were written, by side."""
        written = {"at_least": self.at_least, "at_most": self.at_most}
        return {side: limit for side, limit in written.items() if limit is not None}


def _within(lowest: float, highest: float) -> AfterValidator:
    """Refuses bounds that every number keeps, or none: the number itself lies between `lowest` and `highest`."""

    def check(bounds: Bounds) -> Bounds:
        low, high = bounds.at_least, bounds.at_most
        if low is not None and low <= lowest:
            raise ValueError(f"`at_least: {low:g}` asks for nothing: it is never below {lowest:g}")
        if high is not None and high >= highest:
            raise ValueError(f"`at_most: {high:g}` asks for nothing: it is never above {highest:g}")
        if (low is not None and low > highest) or (high is not None and high < lowest):
            raise ValueError(f"it always lies between {lowest:g} and {highest:g}, so this can never be kept")
        return bounds

    return AfterValidator(check)


Positive = Annotated[Bounds, _within(0, math.inf)]
"""Bounds on what is never negative: a count, a spread, a ratio."""
Share = Annotated[Bounds, _within(0, 1)]
"""Bounds on a share."""


def _mostly(limit: Limit) -> Limit:
    if limit.direction != "at_least" or not 0 < limit.limit <= 1:
        raise ValueError('`mostly` is a lower bound on a share, such as ">= 99%"')
    return limit


MostlyText = Annotated[BarText, AfterValidator(_mostly)]


class Mostly(CheckSpec, Generic[T]):
    """A rule that a share of the rows may break."""

    # As part of the annotation: a default of the field would replace what T demands of its values.
    rule: Annotated[T, Field(alias="is", description="The rule, as it is written without `mostly`.")]
    mostly: MostlyText = Field(description='The share of the rows that must keep the rule, such as ">= 99%".')


ALWAYS, MOSTLY = "a rule", "a block"
"""The two ways to write a rule, named so that no key of a manifest is meant."""


def _form(value: Any) -> str:
    return MOSTLY if isinstance(value, dict | Mostly) else ALWAYS


if TYPE_CHECKING:
    Tolerant: TypeAlias = T | Mostly[T]
else:

    class Tolerant:
        """A rule as it is, or as `{is: …, mostly: ">= 99%"}`; typing cannot put a type into a record's place."""

        def __class_getitem__(cls, rule: Any) -> Any:
            always, mostly = Annotated[rule, Tag(ALWAYS)], Annotated[Mostly[rule], Tag(MOSTLY)]
            return Annotated[always | mostly, Discriminator(_form)]
