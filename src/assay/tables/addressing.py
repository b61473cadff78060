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
    """A data set with its predictions, or the same rows as a recipe changed them.

    `read_as` names columns of texts that are read as numbers or times, each with the way in which it is written
    (writings.py); a text that is written otherwise is then missing.
    """

    set: str
    recipe: str | None = None
    read_as: tuple[tuple[str, str], ...] = ()

    def as_written(self) -> Table:
        """The table with every column as its file has it."""
        return Table(self.set, self.recipe)
