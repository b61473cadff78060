"""Looks at rows, several at a time, each on a connection of its own to the same database."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assay.errors import DataError
from assay.tables.aggregates import Strangers
from assay.tables.conditions import Compilation
from assay.tables.connection import speaking
from assay.tables.dispatching import Alone, Fused, answered, asked
from assay.tables.matching import count_strangers
from assay.tables.single_pass import Pass
from assay.tables.typed import Typed

if TYPE_CHECKING:
    import duckdb

Answers = dict[int, Any]
_TICK = 0.02


@dataclass(frozen=True)
class Job:
    """A look at the rows of a file of some name; it gives answers by their places among the questions."""

    name: str
    look: Callable[[duckdb.DuckDBPyConnection], Answers]


def carry_out(jobs: Sequence[Job], connection: duckdb.DuckDBPyConnection, threads: int) -> Answers:
    """The answers of all jobs, side by side: the database plans and hands over on one processor only."""
    cursors: list[duckdb.DuckDBPyConnection] = []
    with ThreadPoolExecutor(threads) as pool:
        found = [(job, pool.submit(_do, job, connection, cursors)) for job in jobs]
        try:
            wait(each for _, each in found)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            _interrupt([each for _, each in found], cursors)
            raise
    answers: Answers = {}
    for job, each in found:
        try:
            answers |= each.result()
        except DataError:
            # Together they may have needed more memory than is allowed, where each alone does not.
            answers |= _do(job, connection, cursors)
    return answers


def _do(job: Job, connection: duckdb.DuckDBPyConnection, cursors: list[duckdb.DuckDBPyConnection]) -> Answers:
    with closing(connection.cursor()) as cursor, speaking(unsearchable(job.name)):
        cursors.append(cursor)
        return job.look(cursor)


def _interrupt(running: Sequence[Future[Answers]], cursors: Sequence[duckdb.DuckDBPyConnection]) -> None:
    """Ends what the cursors run; a job whose query has not begun is interrupted in the next round."""
    import duckdb

    while not all(each.done() for each in running):
        for cursor in cursors:
            with suppress(duckdb.Error):
                cursor.interrupt()
        time.sleep(_TICK)


def unsearchable(name: str) -> str:
    """What is said where a file could be opened, but not searched."""
    return f"{name} could not be searched"


def look_once(
    compilation: Compilation, questions: Sequence[tuple[int, Fused]], key: Typed, cursor: duckdb.DuckDBPyConnection
) -> Answers:
    """One pass over the rows for all that it can answer."""
    one = Pass(cursor, Compilation(compilation.name, compilation.columns, compilation.relation))
    later = {index: asked(one, question, key) for index, question in questions}
    one.run()
    return {index: answer() for index, answer in later.items()}


def look_in_two(
    compilation: Compilation,
    other: Compilation,
    index: int,
    question: Strangers,
    key: Typed,
    cursor: duckdb.DuckDBPyConnection,
) -> Answers:
    """The rows of one table held against those of another."""
    return {index: count_strangers(cursor, compilation, other, question, key)}


def look_alone(compilation: Compilation, index: int, question: Alone, cursor: duckdb.DuckDBPyConnection) -> Answers:
    """A question that looks at the rows by itself."""
    return {index: answered(cursor, compilation, question)}
