"""Columns of two files side by side: the rows of one, and beside each the same row of the other."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import IO

from assay.errors import DataError
from assay.tables.connection import connect, database_errors, identifier, literal
from assay.tables.formats import DATA_FORMATS
from assay.tables.reading import schema
from assay.tables.source import Opened, Source, open_source

TEXTS = ("csv", "tsv")
ALIKE = "Write both files from the same rows in the same order, each with one header line."


@dataclass(frozen=True)
class Joined:
    """What was written: the number of rows, and the columns that the second file added."""

    rows: int
    added: tuple[str, ...]


def join_rows(one: Source, other: Source, out: Path) -> Joined:
    """Writes the columns of both files into one, row beside row; a column of both is kept once.

    Raises DataError unless both have the same format and as many rows, and each shared column has the same value in
    each row of both.
    """
    if one.format != other.format or one.format not in (*TEXTS, "parquet"):
        raise DataError(
            f"`{one.name}` and `{other.name}` cannot be joined: both must be CSV, TSV or Parquet, and of one format.",
            hint="Write the second file in the format of the first.",
        )
    columns = [[*schema(each)] for each in (one, other)]
    shared = [name for name in columns[1] if name in columns[0]]
    if len(shared) == len(columns[1]):
        raise DataError(f"`{other.name}` has no column that `{one.name}` lacks, so there is nothing to join.", hint="")
    write = _write_texts if one.format in TEXTS else _write_parquet
    return Joined(write(one, other, columns, shared, out), tuple(each for each in columns[1] if each not in shared))


def _write_texts(one: Source, other: Source, columns: Sequence[Sequence[str]], shared: Sequence[str], out: Path) -> int:
    """Fields are written as they are read, so a value stays what it was; its rows."""
    kept = [index for index, name in enumerate(columns[1]) if name not in shared]
    pairs = [(columns[0].index(name), columns[1].index(name)) for name in shared]
    delimiters = [_delimiter(each) for each in (one, other)]
    count = 0
    with _fields(one, delimiters[0]) as ours, _fields(other, delimiters[1]) as theirs, _opened(out) as written:
        writer = csv.writer(written, delimiter=delimiters[0], lineterminator="\n")
        writer.writerow([*columns[0], *(columns[1][index] for index in kept)])
        for count, (row, beside) in enumerate(zip_longest(ours, theirs), 1):
            if row is None or beside is None:
                raise _unequal(one, other)
            for (left, right), name in zip(pairs, shared, strict=True):
                if row[left] != beside[right]:
                    raise _differs(one, other, name, count)
            writer.writerow([*row, *(beside[index] for index in kept)])
    return count


def _delimiter(source: Source) -> str:
    return source.dialect.separator(DATA_FORMATS.load(source.format).DECLARED["delimiter"])


@contextmanager
def _opened(out: Path) -> Iterator[IO[str]]:
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise DataError(f"`{out}` could not be written: {error.strerror or error}.", hint="") from error


@contextmanager
def _fields(source: Source, delimiter: str) -> Iterator[Iterator[list[str]]]:
    """The rows of a text file as fields, without its header; blank lines are no rows."""
    opened = open_source(source)
    try:
        with Path(opened.paths()[0]).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            next(reader, None)
            yield (row for row in reader if row)
        opened.confirm()
    except csv.Error as error:
        raise DataError(f"`{source.name}` could not be read: {error}.") from error
    finally:
        opened.close()


def _write_parquet(
    one: Source, other: Source, columns: Sequence[Sequence[str]], shared: Sequence[str], out: Path
) -> int:
    opened: list[Opened] = []
    try:
        opened = [open_source(one), open_source(other)]
        paths = [each.paths()[0] for each in opened]
        connection = connect((*paths, str(out)), size=sum(each.bytes for each in opened))
        ours, theirs = (f"read_parquet({literal(path)}, hive_partitioning=false)" for path in paths)
        with database_errors(f"`{one.name}` and `{other.name}` could not be joined"):
            rows = [connection.execute(f"SELECT count(*) FROM {each}").fetchall()[0][0] for each in (ours, theirs)]
            if rows[0] != rows[1]:
                raise _unequal(one, other, rows)
            both = f"{ours} AS a POSITIONAL JOIN {theirs} AS b"
            for name in shared:
                where = f"a.{identifier(name)} IS DISTINCT FROM b.{identifier(name)}"
                if connection.execute(f"SELECT 1 FROM {both} WHERE {where} LIMIT 1").fetchall():
                    raise _differs(one, other, name)
            added = ", ".join(f"b.{identifier(name)}" for name in columns[1] if name not in shared)
            connection.execute(f"COPY (SELECT a.*, {added} FROM {both}) TO {literal(str(out))} (FORMAT parquet)")
        for each in opened:
            each.confirm()
        return int(rows[0])
    finally:
        for each in opened:
            each.close()


def _unequal(one: Source, other: Source, rows: Sequence[int] = ()) -> DataError:
    counted = f" ({rows[0]:,} and {rows[1]:,})" if rows else ""
    return DataError(f"`{one.name}` and `{other.name}` have different numbers of rows{counted}.", hint=ALIKE)


def _differs(one: Source, other: Source, name: str, row: int | None = None) -> DataError:
    where = f"in row {row:,} " if row is not None else ""
    return DataError(f"`{name}` differs {where}between `{one.name}` and `{other.name}`.", hint=ALIKE)
