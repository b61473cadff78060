"""The digest of the model's answers, line by line and without arrays, whose library a verification need not import."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from assay.canonical import PREFIX, SIGNIFICANT_DIGITS, canonical
from assay.errors import DataError
from assay.tables.addressing import KEY, SCORE
from assay.tables.connection import connect, database_errors
from assay.tables.scanning import Scan, Scanner
from assay.tables.source import Opened, Source, open_source
from assay.tables.text_budget import refuse_long_texts
from assay.tables.typed import Typed, as_text, stored

if TYPE_CHECKING:
    import duckdb

LINES, TOGETHER = 65_536, 32
"""The most rows in memory, and the most files that are open at once."""

Block = tuple[Sequence[str], Sequence[Iterable[float]]]
"""Some rows: their ids, and their scores by column."""


def lines_digest(columns: Sequence[str], blocks: Iterable[Block]) -> str:
    """The digest of ids and scores rounded to 9 significant digits, half to even, in the order of the rows.

    It covers one line of JSON with the column names, then a line per row: the id as JSON text, and each score as a
    decimal with 9 digits and an exponent.
    """
    state = hashlib.sha256(canonical([KEY, *columns]) + b"\n")
    line = "[" + ",".join(["%s", *[f"%.{SIGNIFICANT_DIGITS - 1}e"] * len(columns)]) + "]\n"
    width = 1 + len(columns)
    for ids, scores in blocks:
        row_by_row: list[Any] = [None] * (width * len(ids))
        row_by_row[::width] = map(encode_basestring, ids)
        for index, column in enumerate(scores, 1):
            # Adding zero turns minus zero into zero.
            row_by_row[index::width] = [score + 0.0 for score in column]
        try:
            state.update((line * len(ids) % tuple(row_by_row)).encode())
        except UnicodeEncodeError as error:
            raise DataError("An id is not valid Unicode text.") from error
    return PREFIX + state.hexdigest()


def file_digests(sources: Sequence[Source]) -> list[str]:
    """The digest of the answers in each file; raises DataError for a file that `write_scores` would not write."""
    found: list[str] = []
    for start in range(0, len(sources), TOGETHER):
        with ExitStack() as stack:
            opened = [open_source(source) for source in sources[start : start + TOGETHER]]
            for each in opened:
                stack.callback(each.close)
            # One database for all, because making one takes longer than reading a small file.
            connection = connect(
                [path for each in opened for path in each.paths()], size=sum(each.bytes for each in opened)
            )
            stack.callback(connection.close)
            found += [_digest(connection, each, f"t{number}") for number, each in enumerate(opened)]
    return found


def scanned_scores(scanner: Scanner) -> tuple[Scan, dict[str, Typed]]:
    """The relation of a file of scores and its columns, the ids first; raises DataError for any other file."""
    columns = scanner.columns()
    names = tuple(name for name in columns if name.split(":")[0] == SCORE)
    kinds = {columns[name].kind for name in names}
    if KEY not in columns or len(names) + 1 != len(columns) or kinds != {"number"} or columns[KEY].kind != "text":
        raise DataError(f"{scanner.source.name} is not a file of scores: expected the columns `{KEY}` and `{SCORE}`.")
    scan = scanner.scan(columns)
    wanted = {name: stored(f"d.{scan.columns[name].identifier}", scan.columns[name].kind) for name in (KEY, *names)}
    return scan, wanted


def _digest(connection: duckdb.DuckDBPyConnection, opened: Opened, relation: str) -> str:
    scanner = Scanner(connection, opened, relation, predictions=True)
    scan, wanted = scanned_scores(scanner)
    name = opened.source.name
    with database_errors(f"{name} could not be read"):
        refuse_long_texts(connection, name, f"{scan.relation} AS d", wanted.values())
        selected = ", ".join(as_text(each) if each.kind == "text" else each.sql for each in wanted.values())
        connection.execute(f"SELECT {selected} FROM {scan.relation} AS d")
        found = lines_digest([each for each in wanted if each != KEY], _blocks(connection, name))
    scanner.confirm()
    scanner.release()
    return found


def _blocks(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[Block]:
    while rows := connection.fetchmany(LINES):
        ids, *scores = zip(*rows, strict=True)
        if None in ids:
            raise DataError(f"{name} has rows without an id.")
        if any(None in column or not all(map(math.isfinite, column)) for column in scores):
            raise DataError(f"{name} has scores that are not finite numbers.")
        yield ids, scores
