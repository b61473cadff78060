"""Questions that look at the rows by themselves, several at a time: one that fails beside others is asked again alone."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from table_files import MakeSource

from assay.errors import DataError
from assay.tables import answering
from assay.tables.addressing import Table
from assay.tables.aggregates import Quantiles
from assay.tables.answering import Tables

T = Table("data")


@pytest.mark.parametrize("lasts", [False, True])
def test_what_fails_beside_others_is_asked_again(
    csv: MakeSource, monkeypatch: pytest.MonkeyPatch, *, lasts: bool
) -> None:
    """F9: two questions may need more memory together than they may, where each alone does not."""
    answer, failed = answering.answered, list[str]()
    main = threading.current_thread()

    def answered(connection: Any, compilation: Any, question: Any) -> Any:
        if question.column == "b" and (lasts or threading.current_thread() is not main):
            failed.append(question.column)
            raise DataError("it needs more memory than a file of its size may.")
        return answer(connection, compilation, question)

    monkeypatch.setattr(answering, "answered", answered)
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
