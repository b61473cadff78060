"""Recipes applied: the changed columns, and the rows to which the change applies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.errors import DataError
from assay.facts.check_parts import Change, Recipe

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]


def apply_recipe(recipe: Recipe, columns: Mapping[str, Array]) -> tuple[dict[str, Array], Flags]:
    """All columns with the recipe's changes, and the rows in which they were made.

    A row stays as it was, and counts as not applicable, if the value to change is missing or neither of a swap's
    values, or if the change makes no difference, because such a row shows nothing. Columns are as `tables.reading.read`
    or `questions.Values` give them. Raises DataError for arithmetic on a column that is not numeric, and for unknown
    columns.
    """
    rows = len(next(iter(columns.values()), ()))
    applicable, differs = np.ones(rows, dtype=np.bool_), np.zeros(rows, dtype=np.bool_)
    changed: dict[str, Array] = {}
    for change in recipe.changes:
        if change.column not in columns:
            raise DataError(f"The recipe `{recipe.id}` changes the column `{change.column}`, which {recipe.set} lacks.")
        before = changed.get(change.column, columns[change.column])
        after, possible = _changed(change, before, recipe)
        applicable &= possible
        changed[change.column] = after
    for name, after in changed.items():
        differs |= np.asarray(after != columns[name], dtype=np.bool_)
    applicable &= differs
    return {name: _where(applicable, changed.get(name, values), values) for name, values in columns.items()}, applicable


def _changed(change: Change, before: Array, recipe: Recipe) -> tuple[Array, Flags]:
    """A column with the change in every row, and the rows to which it applies."""
    present = _present(before)
    match change.operation:
        case "add" | "multiply":
            return _calculated(change, before, recipe), present
        case "set":
            value = _fitting(change.value, before, change, recipe)
            return _filled(before, [(np.ones(len(before), dtype=np.bool_), value)]), present
        case "append":
            return _longer(change, before, recipe), present
        case "swap":
            if not isinstance(change.value, tuple):
                raise DataError(f"The recipe `{recipe.id}` swaps values of `{change.column}`, but does not name two.")
            first, second = (_fitting(value, before, change, recipe) for value in change.value)
            is_first, is_second = _equal(before, first), _equal(before, second)
            return _filled(before, [(is_first, second), (is_second, first)]), present & (is_first | is_second)


def _calculated(change: Change, before: Array, recipe: Recipe) -> Array:
    if before.dtype.kind not in "iuf" or isinstance(change.value, bool | str | tuple):
        raise DataError(
            f"The recipe `{recipe.id}` calculates with `{change.column}`, which is not a column of numbers;"
            " use `set` or `swap`."
        )
    value = float(change.value)
    if change.operation == "add" and before.dtype.kind in "iu" and value.is_integer():
        return before + int(value)
    numbers = before.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        return numbers + value if change.operation == "add" else numbers * value


def _longer(change: Change, before: Array, recipe: Recipe) -> Array:
    """Texts with more text behind them."""
    known = [entry for entry in before.tolist() if entry is not None] if before.dtype == object else []
    if before.dtype != object or not all(isinstance(entry, str) for entry in known):
        raise DataError(f"The recipe `{recipe.id}` puts text behind `{change.column}`, which is not a column of text.")
    return _filled(before, [(_present(before), np.array([f"{entry}{change.value}" for entry in known], dtype=object))])


def _fitting(value: object, before: Array, change: Change, recipe: Recipe) -> Any:
    """A value to put into a column, as the column's type."""
    known = [entry for entry in before.tolist() if entry is not None] if before.dtype == object else []
    kind = "number" if before.dtype.kind in "iuf" else "boolean" if before.dtype.kind == "b" else _kind(known)
    wanted = "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    if kind not in (wanted, ""):
        raise DataError(f"The recipe `{recipe.id}` puts a {wanted} into `{change.column}`, a column of type {kind}.")
    return value


def _kind(known: list[Any]) -> str:
    if not known:
        return ""
    return "boolean" if isinstance(known[0], bool) else "text"


def _filled(before: Array, parts: list[tuple[Flags, Any]]) -> Array:
    """A copy with some values replaced; whole numbers become floats if a fraction is among the new values."""
    fraction = any(isinstance(value, float) and not value.is_integer() for _, value in parts)
    after = before.astype(np.float64) if fraction and before.dtype.kind in "iu" else before.copy()
    for rows, value in parts:
        after[rows] = value
    return after


def _present(values: Array) -> Flags:
    if values.dtype == object:
        return np.array([value is not None for value in values.tolist()], dtype=np.bool_)
    return ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), dtype=np.bool_)


def _equal(values: Array, value: Any) -> Flags:
    return np.asarray(values == value, dtype=np.bool_)


def _where(applicable: Flags, after: Array, before: Array) -> Array:
    return before if after is before else np.where(applicable, after, before)
