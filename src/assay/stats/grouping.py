"""Groups of rows: by a model's classes, by value, by quarter."""

from __future__ import annotations

import json
import math
import weakref
from collections.abc import Sequence
from decimal import Decimal
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scalar = str | int | float | bool | Decimal
Column = NDArray[Any]
Groups = tuple[tuple[str, NDArray[np.bool_]], ...]
MISSING = "(missing)"
LONGEST_NAME = 80
_ABSENT: dict[int, NDArray[np.bool_]] = {}


def missing(values: Column) -> NDArray[np.bool_]:
    """Which values are missing: None or NaN."""
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values), dtype=np.bool_)
    if values.dtype.kind != "O":
        return np.zeros(len(values), dtype=np.bool_)
    if values.flags.writeable or values.base is not None:
        return _absent_objects(values)
    # What cannot change is looked at once, by however many checks.
    place = id(values)
    if place not in _ABSENT:
        absent = _absent_objects(values)
        absent.flags.writeable = False
        _ABSENT[place] = absent
        weakref.finalize(values, _ABSENT.pop, place, None)
    return _ABSENT[place]


def _absent_objects(values: Column) -> NDArray[np.bool_]:
    # NaN alone differs from itself.
    nothing: Any = None
    absent, strange = np.equal(values, nothing), np.not_equal(values, values)
    return np.asarray(absent | strange, dtype=np.bool_)


def distinct(values: Column) -> set[Any]:
    """The values that there are, each once."""
    return set((np.unique(values) if values.dtype.kind in "iub" else values).tolist())


def are_numbers(values: Column) -> bool:
    """Whether values are numbers, also as objects, which numbers are that floats would round; booleans are none."""
    if values.dtype.kind != "O":
        return values.dtype.kind in "iuf"
    first = next((value for value in values.tolist() if value is not None), None)
    return isinstance(first, int | float | Decimal) and not isinstance(first, bool)


def codes(values: Column, classes: Sequence[Scalar]) -> NDArray[np.int64]:
    """Each value's place in `classes`; -1 if it is missing or not a class.

    Text equals no number; 1, 1.0 and true are one value.
    """
    places = {each: place for place, each in enumerate(classes)}
    if values.dtype.kind in "iub" and all(isinstance(each, int | str) for each in classes):
        found = np.full(len(values), -1, dtype=np.int64)
        for each, place in places.items():
            if isinstance(each, int):
                found[values == each] = place
        return found
    return np.fromiter(map(places.get, values.tolist(), repeat(-1)), dtype=np.int64, count=len(values))


def numbers(values: Column) -> NDArray[np.float64] | None:
    """The values as numbers, NaN if missing; None if one is not a number."""
    if values.dtype.kind in "iufb":
        return values.astype(np.float64)
    present = values[~missing(values)]
    if not all(isinstance(value, int | float | Decimal) for value in present):
        return None
    return np.array([math.nan if value is None else float(value) for value in values], dtype=np.float64)


def by_value(values: Column, *, most: int = 50) -> Groups | None:
    """The rows of each distinct value in order, missing values last; None if there are more than `most` values."""
    absent = missing(values)
    found = sorted(distinct(values[~absent]), key=order)
    if len(found) > most:
        return None
    place = codes(values, found)
    groups = [(name(value), place == index) for index, value in enumerate(found)]
    return (*groups, *_absent(absent))


def by_quartile(values: NDArray[np.float64]) -> Groups:
    """The rows of each quarter by size; ties join quarters into one group, and missing values are the last group.

    The names show the edges rounded to three significant digits; the unrounded edges divide the rows.
    """
    absent = np.isnan(values)
    finite = values[np.isfinite(values)]
    edges = np.unique(np.quantile(finite, (0.25, 0.5, 0.75))) if len(finite) else np.array([])
    place = np.searchsorted(edges, values, side="left")
    groups = []
    for index in range(len(edges) + 1):
        inside = (place == index) & ~absent
        if inside.any():
            groups.append((_span(edges, index), inside))
    return (*groups, *_absent(absent))


def name(value: Scalar | None) -> str:
    """A value as a group's name: whole numbers without a decimal point, text cut at 80 characters."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    text = str(value)
    if text == MISSING:
        return json.dumps(text)
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def order(value: Scalar | None) -> tuple[int, float | Decimal, str]:
    """A key that sorts numbers by size, then text, then missing values."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return (2, 0.0, "")
    return (1, 0.0, value) if isinstance(value, str) else (0, value, "")


def _absent(absent: NDArray[np.bool_]) -> Groups:
    return ((MISSING, absent),) if absent.any() else ()


def _span(edges: NDArray[np.float64], index: int) -> str:
    """Numbered, because rounded edges may look alike."""
    if len(edges) == 0:
        return "all"
    rounded = [f"{float(f'{edge:.3g}'):g}" for edge in edges.tolist()]
    if index == 0:
        return f"1: up to {rounded[0]}"
    if index == len(edges):
        return f"{index + 1}: above {rounded[-1]}"
    return f"{index + 1}: {rounded[index - 1]} to {rounded[index]}"
