"""What a check is made of: its block in the manifest, its bars and recipes, its context, its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assay.facts.values import Number, Value

if TYPE_CHECKING:
    from assay.facts.profiles import Profile

Direction = Literal["at_least", "at_most"]
Place = tuple[str | int, ...]
"""Where something stands in a manifest or a check block: keys and list indices."""


class CheckSpec(BaseModel):
    """A check's block in `assay.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class CheckFacts(BaseModel):
    """What a check found; the only thing of it that Rego and readers see."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Limit(Value):
    """A bound on a number, written in a manifest as `">= 0.70"` or `"<= 10%"`."""

    direction: Direction
    limit: Number

    def __str__(self) -> str:
        return f"{'≥' if self.direction == 'at_least' else '≤'} {self.limit:g}"


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
    """A bound that a fact must keep: which fact, which side, and where the manifest says so.

    `fact` is a JSON pointer into the check's facts; `title` names it for people; `subject` says of what
    (`{"set": "holdout", "by": "black"}`), which a waiver's scope matches. `where` is relative to the check's block.
    """

    fact: str
    title: str
    subject: dict[str, str] = Field(default_factory=dict)
    direction: Direction
    limit: Number
    where: Place = ()


class Change(Value):
    """One changed column of a recipe; numbers are added (`add`), scaled (`multiply`) or put in place (`set`)."""

    column: str
    operation: Literal["add", "multiply", "set", "swap"]
    value: Number | str | bool | tuple[Number | str | bool, Number | str | bool]


class Recipe(Value):
    """Rows that the model must score as well: a data set with some columns changed.

    `id` is unique within its data set and is part of the name of the predictions file: `[a-z0-9-]+`.
    """

    id: str
    set: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class ColumnUse:
    """A data set, and a column of it where one is named, that a check's block mentions at `where`.

    `kinds` are the types that the column may have; any if empty.
    """

    where: Place
    set: str
    column: str | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """What a check may know besides the answers to its questions: the plan's part, and nothing looked at.

    `predicted` holds the data sets that have predictions; `classes` the model's classes in score order
    (empty for regression); `positive` the class whose probability is the score; `seed` is this check's own;
    `approvals` the roles that the stage asks for. `sets` are those that have rows; `profiled` those that have a profile
    instead, which is in `profiles` once it was read; `columns` maps the columns of both to their types.
    """

    task: str
    sets: tuple[str, ...]
    profiled: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    label: str | None = None
    id: str | None = None
    time: str | None = None
    sensitive: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    predicted: tuple[str, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    classes: tuple[str | int | bool, ...] = ()
    positive: str | int | bool | None = None
    threshold: float = 0.5
    level: float = 0.95
    seed: int = 0
    as_of: str = ""
    model: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    approvals: tuple[str, ...] = ()
    artifact: dict[str, Any] = field(default_factory=dict)
    changes: tuple[dict[str, Any], ...] | None = None
    reviews: dict[str, Any] | None = None

    def on(self, requested: str | tuple[str, ...] | None) -> tuple[str, ...]:
        """The data sets a check looks at: those requested, else `holdout`, else `test`, else the only one there is."""
        if requested is not None:
            return (requested,) if isinstance(requested, str) else requested
        for usual in ("holdout", "test"):
            if usual in self.sets:
                return (usual,)
        return self.sets if len(self.sets) == 1 else ()
