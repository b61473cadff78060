"""Looks at the rows, several at a time: one that fails beside others is asked again alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import pytest
from tests.support.table_files import MakeSource

from assay.errors import DataError
from assay.tables import jobs
from assay.tables.addressing import Table
from assay.tables.aggregates import Quantiles, Summary
from assay.tables.answering import Tables
from assay.tables.questions import Counts, Schema

T = Table("data")


@pytest.mark.parametrize("lasts", [False, True])
def test_what_fails_beside_others_is_asked_again(
    csv: MakeSource, monkeypatch: pytest.MonkeyPatch, *, lasts: bool
) -> None:
    """F9: two questions may need more memory together than they may, where each alone does not."""
    answer, failed = jobs.answer_alone, list[str]()
    main = threading.current_thread()

    def answered(connection: Any, compilation: Any, question: Any) -> Any:
        if question.column == "b" and (lasts or threading.current_thread() is not main):
            failed.append(question.column)
            raise DataError("it needs more memory than a file of its size may use.")
        return answer(connection, compilation, question)

    monkeypatch.setattr(jobs, "answer_alone", answered)
    questions = [Quantiles(T, name, (0.5,)) for name in ("a", "b", "c")]
    with Tables({"data": csv("a,b,c\n1,2,3\n")}, {}, None) as tables:
        if lasts:
            with pytest.raises(DataError, match="more memory"):
                tables.answer(questions)
            assert failed == ["b", "b"]
        else:
            assert tables.answer(questions) == [(1.0,), (2.0,), (3.0,)]
            assert failed == ["b"]


def test_answers_are_in_the_order_of_the_questions(csv: MakeSource) -> None:
    columns = [f"c{index}" for index in range(40)]
    content = ",".join(columns) + "\n" + ",".join(map(str, range(40))) + "\n"
    with Tables({"data": csv(content)}, {}, None, threads=4) as tables:
        found = tables.answer([Quantiles(T, name, (1.0,)) for name in reversed(columns)])
    assert found == [(float(index),) for index in reversed(range(40))]


def test_a_pass_runs_beside_other_looks(csv: MakeSource) -> None:
    questions = [Quantiles(T, "a", (0.5,)), Summary(T, ("a",)), Quantiles(T, "b", (0.5,)), Counts(T), Schema(T)]
    with Tables({"data": csv("a,b\n1,2\n3,4\n")}, {}, None) as tables:
        median, summary, other, tally, schema = tables.answer(questions)
    assert (median, other, tally.rows, schema) == ((1.0,), (2.0,), 2, {"a": "integer", "b": "integer"})
    assert (summary["a"].minimum, summary["a"].maximum) == (1, 3)


INTERRUPTED = """
import os, signal, threading, time
import duckdb
from assay.tables.connection import connect, database_errors
from assay.tables.jobs import Job, run_jobs

SLOW = "SELECT count(*) FROM range(1000000000000) WHERE sqrt(range) = -1"
connection = connect([], threads=1)
threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
began = time.monotonic()
try:
    {look}
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - began < 30)
"""


@pytest.mark.parametrize(
    "look",
    [
        "run_jobs([Job(str(n), lambda cursor: cursor.execute(SLOW).fetchall()) for n in range(3)], connection, 2)",
        "with database_errors('The file could not be searched'): connection.execute(SLOW).fetchall()",
    ],
    ids=["jobs", "one query"],
)
def test_an_interruption_ends_every_query(look: str) -> None:
    """In the main thread DuckDB raises RuntimeError for it, and queries of other threads would go on to their end."""
    program = INTERRUPTED.format(look=look)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert (ended.stdout, ended.returncode) == ("interrupted True\n", 0), ended.stderr
