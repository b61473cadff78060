"""The facts of a data set that has a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.facts.values import Measure, Undefined, Value, exact

if TYPE_CHECKING:
    from assay.tables.promises import Fault

SAMPLE = 10
"""The most offenders that facts name."""


class RuleFacts(Value):
    """A rule's result: how many rows broke it, the shares that broke and kept it, and the ids of some offending rows.

    If no row could be tested, `found` says what was found instead, `nearest` is the name that was probably meant, and
    `told` says both in a sentence. `values` are the most frequent offending values, if the column may show them.
    """

    violations: Measure = Field(description="Rows that broke the rule.")
    share: Measure = Field(description="Share of the rows that broke the rule, 0 to 1.")
    kept: Measure = Field(description="Share of the rows that kept the rule, 0 to 1.")
    keys: tuple[str, ...] = Field((), description="Ids of some rows that broke the rule.")
    found: str | None = Field(None, description="What was found instead, if no row could be tested.")
    nearest: str | None = Field(None, description="Name that was probably meant.")
    told: str | None = Field(None, description="Both in a sentence.")
    values: tuple[str, ...] = Field((), description="Most frequent offending values, if the column may show them.")


class ContractSetFacts(Value):
    """One data set: rows, columns, rules and numbers by `column.rule`, unique combinations, conditions by name."""

    rows: Measure = Field(description="Rows of the data set.")
    columns: Measure = Field(description="Columns of the data set.")
    rules: dict[str, RuleFacts] = Field(description="Results of rules on each row, by `column.rule`.")
    numbers: dict[str, Measure] = Field(
        description="Numbers of a column that have a bar, such as its mean, by `column.rule`."
    )
    unique: dict[str, RuleFacts] = Field(description="Results by combination of columns that must be unique.")
    conditions: dict[str, RuleFacts] = Field(description="Results of conditions over several columns, by name.")


def rule_facts(
    violations: int, asked: int, *, keys: tuple[str, ...] = (), values: tuple[str, ...] = (), fault: Fault | None = None
) -> RuleFacts:
    """The result of a rule that `violations` of the rows asked broke; undefined if no row was asked."""
    if not asked:
        return undefined_rule()
    return RuleFacts(
        violations=exact(violations, asked),
        share=exact(violations / asked, asked),
        kept=exact((asked - violations) / asked, asked),
        keys=keys[:SAMPLE],
        values=values,
        found=fault.found if fault else None,
        nearest=fault.nearest if fault else None,
        told=_message(fault) if fault else None,
    )


def _message(fault: Fault) -> str:
    return f"found: {fault.found}" + (f"; the nearest is `{fault.nearest}`" if fault.nearest else "")


def satisfied(rows: int) -> RuleFacts:
    """The result of a rule on a column that is absent and optional."""
    zero = exact(0, rows)
    return RuleFacts(violations=zero, share=zero, kept=exact(1, rows))


def undefined_rule(reason: Undefined | None = None) -> RuleFacts:
    """The result of a rule that could not be tested."""
    empty = reason or Undefined(reason="empty")
    return RuleFacts(violations=empty, share=empty, kept=empty)


class Facts(CheckFacts):
    """The facts of each data set that has a contract."""

    sets: dict[str, ContractSetFacts] = Field(description="Facts by data set that has a contract.")
