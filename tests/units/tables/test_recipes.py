"""Changed columns, and the rows to which a change applies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import DataError
from assay.facts.check_parts import Change, Recipe
from assay.tables.recipes import apply_recipe


def applied(columns: dict[str, np.ndarray[Any, Any]], *changes: Change) -> tuple[dict[str, list[Any]], list[bool]]:
    changed, applicable = apply_recipe(Recipe(id="r", set="data", changes=changes), columns)
    return {name: column.tolist() for name, column in changed.items()}, applicable.tolist()


def change(column: str, operation: Any, value: Any) -> Change:
    return Change(column=column, operation=operation, value=value)


NUMBERS = np.array([10.0, np.nan, 0.0, np.inf])
TEXTS = np.array(["m", "f", None, "x"], dtype=object)


def test_numbers_are_scaled_and_moved() -> None:
    changed, applicable = applied({"x": NUMBERS, "s": TEXTS}, change("x", "multiply", 1.1))
    np.testing.assert_array_equal(changed["x"], [11.0, np.nan, 0.0, np.inf])
    assert changed["s"] == TEXTS.tolist()
    assert applicable == [True, False, False, False]
    whole = np.array([1, 2])
    assert applied({"x": whole}, change("x", "add", 5))[0]["x"] == [6, 7]
    assert (
        apply_recipe(Recipe(id="r", set="d", changes=(change("x", "add", 5),)), {"x": whole})[0]["x"].dtype == np.int64
    )
    assert applied({"x": whole}, change("x", "add", 0.5))[0]["x"] == [1.5, 2.5]


def test_values_are_set_and_swapped() -> None:
    assert applied({"s": TEXTS}, change("s", "swap", ("m", "f"))) == (
        {"s": ["f", "m", None, "x"]},
        [True, True, False, False],
    )
    assert applied({"s": TEXTS}, change("s", "set", "m")) == ({"s": ["m", "m", None, "m"]}, [False, True, False, True])
    flags = np.array([True, False])
    assert applied({"b": flags}, change("b", "swap", (True, False))) == ({"b": [False, True]}, [True, True])
    assert applied({"b": np.array([True, None], dtype=object)}, change("b", "set", False)) == (
        {"b": [False, None]},
        [True, False],
    )
    assert applied({"x": np.array([0, 1])}, change("x", "swap", (0, 1))) == ({"x": [1, 0]}, [True, True])
    assert applied({"x": np.array([0, 1])}, change("x", "set", 0.5)) == ({"x": [0.5, 0.5]}, [True, True])


def test_text_is_put_behind_text() -> None:
    assert applied({"s": TEXTS}, change("s", "append", "1")) == (
        {"s": ["m1", "f1", None, "x1"]},
        [True, True, False, True],
    )
    assert applied({"s": np.array([None], dtype=object)}, change("s", "append", " ")) == ({"s": [None]}, [False])


def test_all_changes_apply_or_none_does() -> None:
    columns = {"x": np.array([1.0, 2.0]), "s": np.array(["m", None], dtype=object)}
    both = (change("x", "add", 1), change("s", "swap", ("m", "f")))
    assert applied(columns, *both) == ({"x": [2.0, 2.0], "s": ["f", None]}, [True, False])
    assert columns["x"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (change("s", "multiply", 1.1), "calculates with `s`"),
        (change("b", "add", 1), "calculates with `b`"),
        (change("x", "set", "one"), "puts a text into `x`"),
        (change("s", "set", 1), "puts a number into `s`"),
        (change("x", "swap", 1), "does not name two"),
        (change("x", "append", "."), "puts text behind `x`"),
        (change("b", "append", "."), "puts text behind `b`"),
        (change("no", "set", 1), "`no`, which data lacks"),
    ],
)
def test_changes_that_do_not_fit_are_refused(made: Change, sentence: str) -> None:
    columns = {"x": np.array([1.0]), "s": np.array(["m"], dtype=object), "b": np.array([True])}
    with pytest.raises(DataError, match=sentence):
        applied(columns, made)


def test_no_rows() -> None:
    assert applied({"x": np.array([], dtype=float)}, change("x", "add", 1)) == ({"x": []}, [])
