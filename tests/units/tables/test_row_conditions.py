"""Conditions on text, on dates that are text, on several columns at once, and on what is unknown."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import DataError
from assay.tables.addressing import Table
from assay.tables.answering import Tables
from assay.tables.forms import checked_pattern, time_pattern
from assay.tables.predicates import AnyOf, Compare, Condition, IsDuplicate, IsTime, IsTrue, Length, Not
from assay.tables.questions import Counts, Keys, RowTally

if TYPE_CHECKING:
    from tests.support.table_files import MakeSource

T = Table("data")


def counted(source: object, *conditions: Condition) -> list[tuple[int, int, int]]:
    """How many rows each condition is true, false and unknown for."""
    asked = Counts(T, tuple((str(index), condition) for index, condition in enumerate(conditions)))
    with Tables({"data": source}, {}, None) as tables:  # type: ignore[dict-item]
        tally: RowTally = tables.answer([asked])[0]
    return [(tally.true[name], tally.false[name], tally.unknown[name]) for name in tally.true]


def test_lengths_are_characters(csv: MakeSource) -> None:
    source = csv('a,b\nab,1\n"größe",2\n,3\n')
    assert counted(source, Compare("<=", Length("a"), 2), Compare("==", Length("a"), 5)) == [(1, 1, 1), (1, 1, 1)]
    with pytest.raises(DataError, match="column `b` is integer; lengths are for text"):
        counted(source, Compare("<", Length("b"), 3))


def test_dates_written_as_text_must_exist(csv: MakeSource) -> None:
    source = csv(
        "a,b\n" + "".join(f"{v},x\n" for v in ("29.02.2024", "29.02.2023", "1.02.2024", "01.02.0000", "31.12.9999", ""))
    )
    assert counted(source, IsTime("a", "%d.%m.%Y"), IsTime("b", "%Y-%m-%d")) == [(2, 3, 1), (0, 6, 0)]


def test_dates_agree_with_the_calendar(csv: MakeSource) -> None:
    written = [
        f"{year}/{month:02}/{day:02}T"
        for year, month, day in itertools.product((1900, 2000, 2023), range(14), range(33))
    ]
    expected = 0
    for text in written:
        try:
            dt.datetime.strptime(text, "%Y/%m/%dT")  # noqa: DTZ007
            expected += 1
        except ValueError:
            pass
    assert counted(csv("a\n" + "\n".join(written) + "\n"), IsTime("a", "%Y/%m/%dT"))[0][0] == expected == 365 * 3 + 1


def test_rows_that_share_several_values(csv: MakeSource) -> None:
    source = csv("id,a,b\n1,x,1\n2,x,2\n3,x,1\n4,,1\n5,,1\n6,y,\n7,y,\n")
    assert counted(source, IsDuplicate("a", ("b",)), IsDuplicate("a")) == [(2, 5, 0), (5, 2, 0)]
    with Tables({"data": source}, {}, "id") as tables:
        assert tables.answer([Keys(T, Not(IsDuplicate("a", ("b",))))]) == [("1", "3")]


def test_what_is_unknown_is_not_true(csv: MakeSource) -> None:
    positive = Compare(">", Length("a"), 1)
    source = csv("a,b\nxy,1\nx,1\n,1\n")
    assert counted(source, IsTrue(positive), Not(IsTrue(positive)), AnyOf((Not(positive), positive))) == [
        (1, 2, 0), (2, 1, 0), (2, 0, 1)]  # fmt: skip


@pytest.mark.parametrize("form", ["%Y-%m", "%Y-%m-%d %d", "%y-%m-%d", "%Y-%m-%d%", "", "%Y%m%j%d"])
def test_forms_that_are_not_known(form: str) -> None:
    with pytest.raises(ValueError, match="form"):
        time_pattern(form)


@given(st.text(max_size=20))
def test_any_text_is_a_pattern_or_a_sentence(text: str) -> None:
    for check in (checked_pattern, time_pattern):
        try:
            check(text)
        except ValueError as error:
            assert str(error)
