"""The rules of a contract as a list: each with its column, its place in the manifest and its bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from assay.checks.data_contract.bounds import Bounds, Mostly
from assay.checks.data_contract.rule_specs import (
    NUMBERS_OF_COLUMNS,
    ColumnRules,
    ColumnsRule,
    Condition,
    RowRules,
    Rules,
    When,
)
from assay.errors import Place
from assay.facts.check_parts import Direction, Limit

ROWS = ("range", "above", "below", "in", "not_in", "matches", "not_matches", "length", "date_form", "deviations")
"""The rules on rows that a share of the rows may break."""
WHOLE = ("includes", "most_common", "order", "references")
"""The rules on whole columns."""
FIELDS = {"in": "one_of"}


class Contract(Protocol):
    """The parts of a data contract's block that contain rules."""

    @property
    def columns(self) -> ColumnsRule | None:
        """The rules on the columns."""

    @property
    def rules(self) -> Rules:
        """The rules by column."""

    @property
    def unique(self) -> tuple[tuple[str, ...], ...]:
        """The combinations of columns whose values no two rows may share."""

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """The conditions on every row, by name."""


@dataclass(frozen=True, kw_only=True)
class ContractRule:
    """A rule of a contract: `section` and `id` say where its fact lies, `where` its place in the check's block.

    `bounds` bound a number. Without them no row may break the rule, or only a share that `mostly` or `nulls` bounds.
    """

    section: str
    id: str
    rule: str
    where: Place
    column: str | None = None
    value: Any = None
    optional: bool = False
    mostly: Limit | None = None
    most_share: Limit | None = None
    bounds: dict[str, float] | None = None

    def subject(self) -> dict[str, str]:
        """What the rule is about, besides the data set; a closed list of columns is named, so that a base locks it."""
        if self.section == "conditions":
            return {"condition": self.id}
        if self.section == "unique":
            return {"columns": self.id}
        if self.rule == "columns.closed":
            return {"columns": ", ".join(self.value)}
        return {} if self.column is None else {"column": self.column}

    def tolerated(self) -> float:
        """The share of the asked rows that may break the rule."""
        if self.mostly is not None:
            return 1 - self.mostly.limit
        return self.most_share.limit if self.most_share is not None else 0.0

    def limits(self) -> Iterator[tuple[str, Direction, float, Place]]:
        """The bounds: pointer beneath the fact, direction, limit, and place in the block."""
        if self.bounds is not None:
            for side in ("at_least", "at_most"):
                if side in self.bounds:
                    yield "", side, self.bounds[side], (*self.where, side)
        elif self.mostly is not None:
            yield "/kept", "at_least", self.mostly.limit, (*self.where, "mostly")
        elif self.most_share is not None:
            yield "/share", "at_most", self.most_share.limit, self.where
        else:
            yield "/violations", "at_most", 0, self.where


def contract_rules(spec: Contract) -> Iterator[ContractRule]:
    """Every rule of a contract."""
    if spec.rules.rows is not None:
        yield from _of_rows(spec.rules.rows)
    if spec.columns is not None:
        yield from _of_columns(spec.columns, spec.rules.by_column())
    for column, rules in spec.rules.by_column().items():
        yield from _of_column(column, rules)
    for index, names in enumerate(spec.unique):
        joined = ", ".join(names)
        yield ContractRule(section="unique", id=joined, rule="together", where=("unique", index), value=names)
    for name, condition in spec.conditions.items():
        made = condition if isinstance(condition, When) else When(then=condition)
        place = ("conditions", name)
        yield ContractRule(section="conditions", id=name, rule="condition", where=place, value=made, mostly=made.mostly)


def _of_rows(rules: RowRules) -> Iterator[ContractRule]:
    if rules.sides():
        yield ContractRule(section="", id="rows", rule="rows", where=("rules", "rows"), bounds=rules.sides())
    for name, bounds in rules.share_of.items():
        where = ("rules", "rows", "share_of", name)
        rule = "rows.share_of"
        yield ContractRule(
            section="numbers", id=f"{rule}.{name}", rule=rule, where=where, value=name, bounds=bounds.sides()
        )


def _of_columns(rule: ColumnsRule, by_column: Any) -> Iterator[ContractRule]:
    if rule.count is not None:
        place: Place = ("columns", "count")
        yield ContractRule(section="", id="columns", rule="columns", where=place, bounds=rule.count.sides())
    asked = {"exactly": rule.exactly, "ordered": rule.exactly if rule.ordered else None}
    asked["closed"] = tuple(dict.fromkeys((*(rule.exactly or ()), *by_column))) if rule.closed else None
    for name, columns in asked.items():
        if columns is not None:
            full = f"columns.{name}"
            yield ContractRule(section="rules", id=full, rule=full, where=("columns", name), value=columns)


def _of_column(column: str, rules: ColumnRules) -> Iterator[ContractRule]:
    def made(rule: str, value: Any = None, key: str = "", **more: Any) -> ContractRule:
        where: Place = ("rules", column, key) if key else ("rules", column)
        shared: dict[str, Any] = {"section": "rules", "id": f"{column}.{rule}", "rule": rule, "column": column}
        return ContractRule(**(shared | more), where=where, value=value, optional=not rules.required)

    written = rules.model_fields_set
    if rules.required:
        yield made("required", key="required" if "required" in written else "")
    if rules.nulls is not True:
        share = rules.nulls if isinstance(rules.nulls, Limit) else None
        yield made("nulls", key="nulls" if "nulls" in written else "", most_share=share)
    for rule in ("type", *ROWS, "unique", *WHOLE):
        value = getattr(rules, FIELDS.get(rule, rule))
        tolerant = isinstance(value, Mostly)
        if value is not None and value is not False:
            mostly = value.mostly if tolerant else getattr(value, "mostly", None)
            yield made(rule, value.rule if tolerant else value, rule, mostly=mostly)
    for rule in NUMBERS_OF_COLUMNS:
        bounds = getattr(rules, rule)
        if rule == "quantiles" and bounds is not None:
            for name, each in bounds.items():
                place: Place = ("rules", column, rule, name)
                full = f"{rule}.{name}"
                yield ContractRule(
                    section="numbers",
                    id=f"{column}.{full}",
                    rule=rule,
                    column=column,
                    where=place,
                    value=name,
                    bounds=each.sides(),
                )
        elif isinstance(bounds, Bounds):
            yield made(rule, None, rule, section="numbers", bounds=_of_age(bounds) if rule == "age" else bounds.sides())


def _of_age(bounds: Bounds) -> dict[str, float]:
    """The bounds on an age: at least 0 by default, because a later date proves nothing about age."""
    return {"at_least": 0.0} | bounds.sides()
