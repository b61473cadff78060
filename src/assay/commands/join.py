"""Join the columns of two files into one, row beside row.

A data set is one file, or a folder of parts. Features and answers in separate files become one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import Field

from assay.commands.parts.data_arguments import dialect_given, find_named
from assay.commands.parts.joined_files import write_joined
from assay.options.dialect_options import DialectOptions

GROUP = "repository"
POSITIONAL = ("file", "other")


class Options(DialectOptions):
    """Options of `join`."""

    file: str = Field(description="Data file whose columns come first, such as X_test.csv.")
    other: str = Field(description="Data file with other columns of the same rows, such as y_test.csv.")
    out: Path = Field(description="File to write, in the format of both.")


def run(options: Options) -> int:
    """Writes the joined file and prints its rows and columns; 0, or DataError if the rows do not match."""
    dialect = dialect_given(options)
    joined = write_joined(find_named(options.file, dialect), find_named(options.other, dialect), options.out)
    if options.format == "json":
        found = {"path": str(options.out), "rows": joined.rows, "added": [*joined.added]}
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        sys.stdout.write(f"wrote  {options.out}: {joined.rows:,} rows, with {', '.join(joined.added)}\n")
    return 0
