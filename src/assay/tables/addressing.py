"""The names of tables in questions, and the names of columns that no file has."""

from __future__ import annotations

from dataclasses import dataclass

SCORE = "@score"
"""The column of the model's scores; with more than two classes there is one `@score:<class>` for each."""
BASE = "@base"
"""In a recipe's table, the scores of the unchanged rows."""
KEY = "@id"
"""The column of ids, as text, in a predictions file."""
ROW = "@row"
"""The integer column of row numbers in every table, from 0 in the order of the file."""


@dataclass(frozen=True)
class Table:
    """A data set with its predictions, or the same rows as a recipe changed them."""

    set: str
    recipe: str | None = None
