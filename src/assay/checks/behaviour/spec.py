"""The block of `behaviour`: behaviour tests, and the recipes that they need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from assay.facts.check_parts import BarText, Change, CheckSpec, Limit, Recipe
from assay.facts.values import Number
from assay.manifest.block_parts import listed

_STEP = re.compile(r"^\s*(±|\+/-|\+|-)\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*(%?)\s*$")
_EXPECTED_STEP = 'expected a change such as "+10%", "-5", "±0.5%", {set: value}, {swap: [a, b]} or {append: text}'
Scalar = str | int | float | bool


class SetTo(CheckSpec):
    """Puts one value into every row."""

    set: Scalar = Field(description="The value of every row.")


class Swap(CheckSpec):
    """Exchanges two values."""

    swap: Annotated[tuple[Scalar, Scalar], BeforeValidator(listed)] = Field(description="The two values to exchange.")


class Append(CheckSpec):
    """Puts text behind the text of every row."""

    append: Annotated[str, Field(min_length=1, max_length=1_000)] = Field(description="The text to put behind.")


class ScoreWithin(CheckSpec):
    """How far the score may move in either direction."""

    score_within: Annotated[Number, Field(ge=0)] = Field(description="The largest movement of the score that passes.")


def _step(text: object) -> object:
    if isinstance(text, str):
        _parts(text)
    return text


Step = Annotated[str, BeforeValidator(_step)]


class Expectation(CheckSpec):
    """A test: changes some columns in every row and compares the scores."""

    model_config = ConfigDict(title="Behaviour test")
    name: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="What is expected, as a sentence.")
    kind: Literal["invariance", "directional"] = Field(
        description="invariance: the score stays; directional: the score moves in one direction."
    )
    change: dict[str, Step | SetTo | Swap | Append] = Field(
        description="The change of each column; `±` tests both directions.", min_length=1
    )
    expect: Literal["score not lower", "score not higher"] | ScoreWithin = Field(description="What the score must do.")
    pass_rate: BarText = Field(Limit(direction="at_least", limit=0.95), description="The share of rows that must pass.")

    @model_validator(mode="after")
    def _fits(self) -> Expectation:
        if (self.kind == "invariance") != isinstance(self.expect, ScoreWithin):
            wanted = "{score_within: 0.02}" if self.kind == "invariance" else '"score not lower" or "score not higher"'
            raise ValueError(f"a test of kind {self.kind} needs `expect: {wanted}`")
        if self.pass_rate.direction != "at_least":
            raise ValueError('`pass_rate` is a lower bound, such as ">= 0.95"')
        if not 0 < self.pass_rate.limit <= 1:
            raise ValueError("`pass_rate` must be above 0 and at most 1, so that a test can pass and fail")
        return self


def recipes_of(set_name: str, index: int, test: Expectation) -> Iterator[Recipe]:
    """A test's recipes on a data set: one, or two for `±`: all values up, and all down."""
    both = any(isinstance(step, str) and _parts(step)[0] == "±" for step in test.change.values())
    words = re.sub(r"[^a-z0-9]+", "-", test.name.lower()).strip("-")[:40].strip("-")
    name = "-".join(filter(None, ("behaviour", str(index + 1), words)))
    for suffix, sign in (("-up", 1), ("-down", -1)) if both else (("", 1),):
        changes = tuple(_change(column, step, sign) for column, step in test.change.items())
        yield Recipe(id=name + suffix, set=set_name, changes=changes)


def _parts(step: str) -> tuple[str, float, bool]:
    """A step's sign, its size, and whether it is a share."""
    found = _STEP.match(step)
    if found is None:
        raise ValueError(_EXPECTED_STEP)
    return "±" if found[1] == "+/-" else found[1], float(found[2]), bool(found[3])


def _change(column: str, step: str | SetTo | Swap | Append, sign: int) -> Change:
    if isinstance(step, SetTo):
        return Change(column=column, operation="set", value=cast("Any", step.set))
    if isinstance(step, Swap):
        return Change(column=column, operation="swap", value=cast("Any", step.swap))
    if isinstance(step, Append):
        return Change(column=column, operation="append", value=step.append)
    direction, size, percent = _parts(step)
    amount = size * {"-": -1, "+": 1}.get(direction, sign)
    if percent:
        return Change(column=column, operation="multiply", value=1 + amount / 100)
    return Change(column=column, operation="add", value=amount)


class Spec(CheckSpec):
    """Tests of the score, and the data sets whose rows they change."""

    on: str | Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] | None = Field(
        None, description="The data set, or a list of them. Optional; default: `holdout`, else `test`."
    )
    tests: Annotated[tuple[Expectation, ...], BeforeValidator(listed), Field(min_length=1)] = Field(
        description="The tests."
    )

    @model_validator(mode="after")
    def _distinct(self) -> Spec:
        names = [test.name for test in self.tests]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"two tests have the name `{twice[0]}`")
        return self
