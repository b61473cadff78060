"""How questions name a table, and the columns that no file holds."""

from __future__ import annotations

from dataclasses import dataclass

SCORE = "@score"
"""The column of the model's answers; for more than two classes there is one `@score:<class>` for each."""
BASE = "@base"
"""In a recipe's table, the answers for the unchanged rows."""
KEY = "@id"
"""The column of a predictions file that holds the ids as text."""
ROW = "@row"
"""Every table's row number, from 0 in the order of the file: an integer column that no file holds."""


@dataclass(frozen=True)
class Table:
    """A data set with its predictions beside it, or the same rows as a recipe changed them."""

    set: str
    recipe: str | None = None
