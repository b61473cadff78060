"""What a check is made of: its block in the manifest, its bars and recipes, its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assay.errors import Place
from assay.facts.values import Number, Value, exact_text

Direction = Literal["at_least", "at_most"]


class CheckSpec(BaseModel):
    """A check's block in `assay.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class CheckFacts(BaseModel):
    """The facts that a check found; Rego and readers see nothing else of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Limit(Value):
    """A bound on a number, written in a manifest as `">= 0.70"` or `"<= 10%"`."""

    direction: Direction
    limit: Number

    def __str__(self) -> str:
        return f"{'≥' if self.direction == 'at_least' else '≤'} {exact_text(self.limit)}"


def _limit(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    for sign, direction in ((">=", "at_least"), ("<=", "at_most")):
        if text.strip().startswith(sign):
            number = text.strip()[len(sign) :].strip()
            share = number.endswith("%")
            try:
                value = float(number.rstrip("%"))
            except ValueError:
                break
            return {"direction": direction, "limit": value / 100 if share else value}
    raise ValueError('expected a bar such as ">= 0.70" or "<= 10%"')


BarText = Annotated[
    Limit,
    BeforeValidator(
        _limit, json_schema_input_type=Annotated[str, Field(pattern=r"^\s*(>=|<=)\s*-?[0-9.]+(e-?[0-9]+)?%?\s*$")]
    ),
]


class Bar(Value):
    """A bound on a fact: which fact, in which direction, and where the manifest sets it.

    `fact` is a JSON pointer into the check's facts; `title` names it for people; `subject` says what it is about
    (`{"set": "holdout", "by": "black"}`), for a waiver's scope to match. `where` is relative to the check's block.
    """

    fact: str = Field(description="JSON pointer into the facts of the check.")
    title: str = Field(description="What is bounded, in words.")
    subject: dict[str, str] = Field(
        default_factory=dict, description="What the bar is about, for the scope of a waiver."
    )
    direction: Direction = Field(description="Side on which the number must lie.")
    limit: Number = Field(description="The bound.")
    where: Place = Field((), description="Path in the check's block.")


class Change(Value):
    """A column that a recipe changes.

    `add` and `multiply` calculate, `set` replaces, `swap` exchanges two values, `append` puts text behind text.
    """

    column: str = Field(description="Column that is changed.")
    operation: Literal["add", "multiply", "set", "swap", "append"] = Field(description="How it is changed.")
    value: Number | str | bool | tuple[Number | str | bool, Number | str | bool] = Field(
        description="By what it is changed."
    )


class Recipe(Value):
    """Extra rows that the model must score: a data set with some columns changed.

    `id` is unique within its data set and is part of the name of the predictions file: `[a-z0-9-]+`.
    """

    id: str = Field(description="Name of the recipe.")
    set: str = Field(description="Data set whose rows are changed.")
    changes: tuple[Change, ...] = Field(description="What is changed in each row.")


@dataclass(frozen=True, kw_only=True)
class ColumnUse:
    """A data set, or a column of one, that a check's block names at `where`.

    `kinds` are the types that the column may have; any type if empty.
    """

    where: Place
    set: str
    column: str | None = None
    kinds: tuple[str, ...] = ()
