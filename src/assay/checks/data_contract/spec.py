"""The block of `data_contract`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from assay.checks.data_contract.literals import Names
from assay.checks.data_contract.rule_specs import ColumnsRule, Condition, Rules
from assay.facts.check_parts import CheckSpec
from assay.manifest.block_parts import listed


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(f"`{text}` is not a date such as 2026-01-31") from error


def _distinct(combinations: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    written = [", ".join(names) for names in combinations]
    if len(set(written)) < len(written) or any(len(set(names)) < len(names) for names in combinations):
        raise ValueError("expected each combination of columns once, and each column once in it")
    if any(len(names) == 1 for names in combinations):
        raise ValueError("a combination needs two columns or more; for one column write `unique: true` in its rules")
    return combinations


class Spec(CheckSpec):
    """The rules that data sets must keep."""

    on: str | Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] | None = Field(
        None, description="The data set, or a list of them. Optional; default: `holdout`, else `test`."
    )
    columns: ColumnsRule | None = Field(None, description="Rules on which columns exist, and in which order.")
    rules: Rules = Field(Rules(), description="Rules by column; `rows` bounds the number of rows.")
    unique: Annotated[tuple[Names, ...], BeforeValidator(listed), AfterValidator(_distinct)] = Field(
        (), description="Lists of columns; no two rows may share the values of a list."
    )
    conditions: dict[str, Condition] = Field(
        {},
        description="Conditions that every row must meet, by name: expressions such as `paid <= price`. An unknown "
        "result breaks the condition.",
    )
    as_of: Annotated[str, AfterValidator(_day)] | None = Field(
        None, description="The day that ends an `age`. Optional; default: the date of the plan."
    )
    show_values: tuple[str, ...] = Field(
        (), strict=False, description="Columns whose offending values may be shown; others show only ids of rows."
    )

    @model_validator(mode="after")
    def _some(self) -> Spec:
        from assay.checks.data_contract.rules import contract_rules

        if next(contract_rules(self), None) is None:
            raise ValueError("a contract needs a rule or a condition")
        return self
