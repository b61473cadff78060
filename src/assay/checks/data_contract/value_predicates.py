"""The predicate of each rule on values, and the types that a column may have for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

from assay.checks.data_contract.rules import ContractRule
from assay.tables.predicates import (
    All,
    Column,
    Compare,
    Condition,
    IsDuplicate,
    IsFinite,
    IsMissing,
    IsTime,
    Length,
    Matches,
    Not,
    OneOf,
)
from assay.tables.promises import NUMBERS, PLAIN, TIMES


def predicate_of(rule: ContractRule) -> Condition | None:
    """The condition that a rule sets on a value; None for a rule on the column's type alone."""
    made = _PREDICATES.get(rule.rule)
    return made(str(rule.column), rule.value) if made is not None else None


def kinds_of(rule: ContractRule) -> tuple[str, ...]:
    """The types that a column may have for a rule; any type if empty."""
    match rule.rule:
        case "type":
            return NUMBERS if rule.value == "number" else (rule.value,)
        case "range":
            return _kinds(*rule.value)
        case "above" | "below":
            return _kinds(rule.value)
        case "matches" | "not_matches" | "length" | "date_form":
            return ("text",)
        case _:
            return PLAIN


def present(column: str) -> Condition:
    """The condition that the column has a value."""
    return Not(IsMissing(column))


def between(name: str, low: str | float | None, high: str | float | None) -> Condition:
    """The condition that a value lies between two bounds, both included; infinity never does."""
    return All((*_finite(name, low, high), *_side(name, ">=", low), *_side(name, "<=", high)))


def _kinds(*bounds: object) -> tuple[str, ...]:
    return TIMES if any(isinstance(bound, str) for bound in bounds) else NUMBERS


def _finite(name: str, low: str | float | None, high: str | float | None) -> tuple[Condition, ...]:
    """A condition against infinity where no bound excludes it; it takes a quarter of a range's time."""
    bounded = all(isinstance(bound, int | float) and math.isfinite(bound) for bound in (low, high))
    return () if bounded or _kinds(low, high) == TIMES else (IsFinite(name),)


def _side(name: str, operator: Literal["<", "<=", ">", ">="], bound: str | float | None) -> tuple[Condition, ...]:
    return () if bound is None else (Compare(operator, Column(name), bound),)


def _length_between(name: str, lengths: tuple[int | None, int | None]) -> Condition:
    low, high = lengths
    fewest = () if low is None else (Compare(">=", Length(name), low),)
    most = () if high is None else (Compare("<=", Length(name), high),)
    return All((*fewest, *most))


_PREDICATES: dict[str, Callable[[str, Any], Condition]] = {
    "range": lambda name, bounds: between(name, *bounds),
    "above": lambda name, bound: All((*_finite(name, bound, None), *_side(name, ">", bound))),
    "below": lambda name, bound: All((*_finite(name, None, bound), *_side(name, "<", bound))),
    "in": OneOf,
    "not_in": lambda name, values: Not(OneOf(name, values)),
    "matches": Matches,
    "not_matches": lambda name, pattern: Not(Matches(name, pattern)),
    "length": _length_between,
    "date_form": IsTime,
    "unique": lambda name, _: Not(IsDuplicate(name)),
}
