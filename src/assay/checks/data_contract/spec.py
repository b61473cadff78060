"""What the block of a data contract may say."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from assay.checks.data_contract.bounds import listed
from assay.checks.data_contract.literals import Names
from assay.checks.data_contract.rule_specs import ColumnsRule, Condition, Rules
from assay.facts.check_parts import CheckSpec


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(f"`{text}` is no date such as 2026-01-31") from error


def _apart(combinations: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    written = [", ".join(names) for names in combinations]
    if len(set(written)) < len(written) or any(len(set(names)) < len(names) for names in combinations):
        raise ValueError("expected each combination of columns once, and each column once in it")
    if any(len(names) == 1 for names in combinations):
        raise ValueError("a combination has two columns or more; for one there is `unique: true` among its rules")
    return combinations


class Spec(CheckSpec):
    """What must hold of the data, and of which sets."""

    on: str | Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] | None = Field(
        None, description="Data set or sets; left out: holdout, else test."
    )
    columns: ColumnsRule | None = Field(None, description="Which columns there must be, and in which order.")
    rules: Rules = Field(Rules(), description="Rules by column; `rows` bounds the number of rows.")
    unique: Annotated[tuple[Names, ...], BeforeValidator(listed), AfterValidator(_apart)] = Field(
        (), description="Lists of columns whose values no two rows share."
    )
    conditions: dict[str, Condition] = Field(
        {},
        description="What must hold in every row, by name: an expression such as `paid <= price`; unknown is broken.",
    )
    as_of: Annotated[str, AfterValidator(_day)] | None = Field(
        None, description="The day that `age` is counted to; left out: the plan's."
    )
    show_values: tuple[str, ...] = Field(
        (), strict=False, description="Columns whose offending values may be shown; of all others only ids of rows are."
    )

    @model_validator(mode="after")
    def _some(self) -> Spec:
        from assay.checks.data_contract.rules import contract_rules

        if next(contract_rules(self), None) is None:
            raise ValueError("a contract needs a rule or a condition")
        return self
