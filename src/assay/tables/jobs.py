"""Jobs: queries of a table that run in parallel, each on its own connection to the same database."""

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
from assay.tables.connection import database_errors
from assay.tables.dispatching import Alone, Fused, add_to_pass, answer_alone
from assay.tables.matching import count_strangers
from assay.tables.single_pass import Pass
from assay.tables.typed import Typed

if TYPE_CHECKING:
    import duckdb

Answers = dict[int, Any]
_TICK = 0.02


@dataclass(frozen=True)
class Job:
    """A query of a file's rows, which gives answers by their places among the questions."""

    name: str
    run: Callable[[duckdb.DuckDBPyConnection], Answers]


def run_jobs(jobs: Sequence[Job], connection: duckdb.DuckDBPyConnection, threads: int) -> Answers:
    """The answers of all jobs, run in parallel, because the database plans each query on one processor only."""
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
            # Together, the jobs may need more memory than is allowed; one alone may not.
            answers |= _do(job, connection, cursors)
    return answers


def _do(job: Job, connection: duckdb.DuckDBPyConnection, cursors: list[duckdb.DuckDBPyConnection]) -> Answers:
    with closing(connection.cursor()) as cursor, database_errors(search_failure(job.name)):
        cursors.append(cursor)
        return job.run(cursor)


def _interrupt(running: Sequence[Future[Answers]], cursors: Sequence[duckdb.DuckDBPyConnection]) -> None:
    """Ends what the cursors run; a job whose query has not begun is interrupted in the next round."""
    import duckdb

    while not all(each.done() for each in running):
        for cursor in cursors:
            with suppress(duckdb.Error):
                cursor.interrupt()
        time.sleep(_TICK)


def search_failure(name: str) -> str:
    """The message for a file that could be opened but not searched."""
    return f"{name} could not be searched"


def answer_in_one_pass(
    compilation: Compilation, questions: Sequence[tuple[int, Fused]], key: Typed, cursor: duckdb.DuckDBPyConnection
) -> Answers:
    """The answers to all questions that share one pass over the rows."""
    own = Compilation(compilation.name, compilation.columns, compilation.relation, narrow=compilation.narrow)
    one = Pass(cursor, own)
    later = {index: add_to_pass(one, question, key) for index, question in questions}
    one.run()
    return {index: answer() for index, answer in later.items()}


def answer_across_tables(
    compilation: Compilation,
    other: Compilation,
    index: int,
    question: Strangers,
    key: Typed,
    cursor: duckdb.DuckDBPyConnection,
) -> Answers:
    """The answer to a question that compares the rows of two tables."""
    return {index: count_strangers(cursor, compilation, other, question, key)}


def answer_by_itself(
    compilation: Compilation, index: int, question: Alone, cursor: duckdb.DuckDBPyConnection
) -> Answers:
    """The answer to a question that needs a query of its own."""
    return {index: answer_alone(cursor, compilation, question)}
