"""Files of the model's answers: ids as text and scores, by position; and the digest of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assay.errors import DataError
from assay.tables.addressing import KEY
from assay.tables.columns import fetch
from assay.tables.connection import connect, database_errors, identifier, literal
from assay.tables.scanning import Scan, Scanner
from assay.tables.score_lines import LINES, lines_digest, scanned_scores
from assay.tables.source import Source, open_source
from assay.tables.typed import Typed

if TYPE_CHECKING:
    import duckdb

SHOWN = 5


@dataclass(frozen=True)
class Scores:
    """Answers in the order of the data: `ids` as text (object), `scores` [rows × columns], and the columns' names."""

    ids: npt.NDArray[Any]
    scores: npt.NDArray[np.float64]
    columns: tuple[str, ...]


def write_scores(
    path: Path, ids: Sequence[Any] | npt.NDArray[Any], scores: npt.NDArray[Any], columns: Sequence[str]
) -> None:
    """Writes ids (as text) and scores as Parquet, completely or not at all; raises DataError for scores not finite."""
    table = _checked(ids, scores, columns)
    if len({column.lower() for column in columns}) < len(columns):
        raise DataError(f"A file of scores cannot have columns that differ only in case: {', '.join(columns)}.")
    partial = path.with_name(path.name + ".part")
    connection = connect([str(partial)])
    try:
        held: dict[str, npt.NDArray[Any]] = {"i": table.ids}
        held |= {f"s{index}": np.ascontiguousarray(table.scores[:, index]) for index in range(len(columns))}
        connection.register("answers", held)
        renamed = [f"CAST(i AS VARCHAR) AS {identifier(KEY)}"]
        renamed += [f"s{index} AS {identifier(column)}" for index, column in enumerate(columns)]
        target = f"{literal(str(partial))} (FORMAT parquet, USE_TMP_FILE false)"
        with database_errors(f"{path.name} could not be written"):
            connection.execute(f"COPY (SELECT {', '.join(renamed)} FROM answers) TO {target}")
        partial.replace(path)
    except OSError as error:
        raise DataError(f"{path.name} could not be written: {error.strerror}.") from error
    finally:
        connection.close()
        partial.unlink(missing_ok=True)


def read_scores(source: Source) -> Scores:
    """The answers in a file from `write_scores`; raises DataError for any other file."""
    opened = open_source(source)
    connection = connect(opened.paths(), size=opened.bytes)
    try:
        scanner = Scanner(connection, opened, "t", predictions=True)
        scan, wanted = scanned_scores(scanner)
        with database_errors(f"{source.name} could not be read"):
            found = fetch(connection, source.name, f"{scan.relation} AS d", wanted, narrow=False)
        scanner.confirm()
    finally:
        connection.close()
        opened.close()
    names = [name for name in wanted if name != KEY]
    return _checked(found[KEY], np.column_stack([found[name] for name in names]), names)


def scores_digest(ids: Sequence[Any] | npt.NDArray[Any], scores: npt.NDArray[Any], columns: Sequence[str]) -> str:
    """The digest of ids and scores, as of a file of them; raises DataError for scores that are not finite."""
    table = _checked(ids, scores, columns)
    parts = [slice(start, start + LINES) for start in range(0, len(table.ids), LINES)]
    return lines_digest(
        table.columns,
        (
            (table.ids[part].tolist(), [table.scores[part, index].tolist() for index in range(len(table.columns))])
            for part in parts
        ),
    )


def _checked(ids: Sequence[Any] | npt.NDArray[Any], scores: npt.NDArray[Any], columns: Sequence[str]) -> Scores:
    numbers = np.asarray(scores, dtype=np.float64)
    numbers = numbers.reshape(-1, 1) if numbers.ndim == 1 else numbers
    if numbers.shape != (len(ids), len(columns)):
        raise DataError(f"There are {len(ids)} ids and {len(columns)} columns, but scores of shape {numbers.shape}.")
    wrong = np.count_nonzero(~np.isfinite(numbers).all(axis=1))
    if wrong:
        raise DataError(f"The scores of {wrong} of {len(ids)} rows are not finite numbers.")
    texts = np.empty(len(ids), dtype=object)
    listed: list[Any] = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
    kinds = set(map(type, listed))
    if type(None) in kinds:
        raise DataError(f"{sum(value is None for value in listed)} rows have no id.")
    texts[:] = listed if kinds == {str} else [value if isinstance(value, str) else str(value) for value in listed]
    return Scores(texts, numbers, tuple(columns))


def compare_ids(
    connection: duckdb.DuckDBPyConnection, data: str, relation: str, key: Typed, predictions: str, scores: Scan
) -> None:
    """Raises DataError unless data and predictions have the same ids, each once, in the same order."""
    if KEY not in scores.columns or scores.columns[KEY].kind != "text":
        raise DataError(f"{predictions} has no column `{KEY}` of ids as text.")
    theirs = f"s.{scores.columns[KEY].identifier}"
    agree = connection.execute(
        f"SELECT count(*) FILTER (WHERE {key.sql} = {theirs}) = count(*) AND count(DISTINCT {theirs}) = count(*)"
        f" FROM {relation} POSITIONAL JOIN {scores.relation} AS s"
    ).fetchall()[0][0]
    if not agree:
        own = [row[0] for row in connection.execute(f"SELECT {key.sql} FROM {relation}").fetchall()]
        found = [row[0] for row in connection.execute(f"SELECT {theirs} FROM {scores.relation} AS s").fetchall()]
        positions(own, data, found, predictions)
        raise DataError(f"{predictions} has the ids of {data}, but in a different order.")


def positions(
    data_ids: Sequence[str | None], data: str, prediction_ids: Sequence[str | None], predictions: str
) -> npt.NDArray[np.intp]:
    """The position of each id of the data among the predictions, which brings these into the order of the data.

    Raises DataError, with counts and the first ids, if an id is missing, extra, or repeated.
    """
    if data_ids == prediction_ids and None not in (distinct := set(data_ids)) and len(distinct) == len(data_ids):
        return np.arange(len(data_ids), dtype=np.intp)
    for ids, name in ((data_ids, data), (prediction_ids, predictions)):
        blank = sum(key is None for key in ids)
        if blank:
            raise DataError(f"{blank} of {len(ids)} rows of {name} have no id.")
        twice = [key for key, count in Counter(ids).items() if count > 1]
        if twice:
            raise DataError(f"{name} repeats {len(twice)} ids: {_shown(twice)}.")
    where = {key: index for index, key in enumerate(prediction_ids)}
    known = set(data_ids)
    missing, extra = [key for key in data_ids if key not in where], [key for key in prediction_ids if key not in known]
    if missing or extra:
        parts = [f"lacks {len(missing)} ids of {data}: {_shown(missing)}"] * bool(missing)
        parts += [f"has {len(extra)} ids that {data} lacks: {_shown(extra)}"] * bool(extra)
        raise DataError(f"{predictions} {' and '.join(parts)}.")
    return np.array([where[key] for key in data_ids], dtype=np.intp)


def _shown(ids: Sequence[str | None]) -> str:
    return ", ".join(f"`{key}`" for key in ids[:SHOWN]) + (", …" if len(ids) > SHOWN else "")
