"""Questions on data with predictions beside them, and predictions that belong to other rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.support.table_files import MakeSource, source_of

from assay.errors import DataError
from assay.tables import single_pass
from assay.tables.addressing import BASE, ROW, SCORE, Table
from assay.tables.answering import Tables
from assay.tables.predicates import (
    Arithmetic,
    Column,
    Compare,
    Condition,
    IsDuplicate,
    IsFinite,
    IsMissing,
    Matches,
    Not,
    OneOf,
)
from assay.tables.questions import Cells, Counts, Keys, Schema, Values
from assay.tables.reading import read_ids
from assay.tables.scores import write_scores
from assay.tables.source import Source

T = Table("data")
DATA = "id,a\n7,1\n8,\n9,3\n"


def scores(folder: Path, ids: list[str], values: list[float], name: str = "scores.parquet") -> Source:
    write_scores(folder / name, ids, np.array(values), [SCORE])
    return source_of(folder / name)


def test_predictions_stand_beside_their_rows(csv: MakeSource, tmp_path: Path) -> None:
    predictions = {
        T: scores(tmp_path, ["7", "8", "9"], [0.1, 0.2, 0.3]),
        Table("data", "up"): scores(tmp_path, ["7", "8", "9"], [0.1, 0.1, 0.4], "up.parquet"),
    }
    lower = Compare(">=", Column(SCORE), Arithmetic("-", Column(BASE), 1e-9))
    with Tables({"data": csv(DATA)}, predictions, "id") as tables:
        schema, values, tally, keys, other = tables.answer(
            [
                Schema(Table("data", "up")),
                Values(Table("data", "up"), ("a", SCORE, BASE)),
                Counts(Table("data", "up"), (("held", lower),)),
                Keys(Table("data", "up"), lower),
                Keys(T, Not(OneOf(ROW, (0, 2)))),
            ]
        )
        assert schema == {"id": "integer", "a": "integer", SCORE: "number", BASE: "number"}
        np.testing.assert_array_equal(values["a"], [1, np.nan, 3])
        assert values[SCORE].tolist() == [0.1, 0.1, 0.4]
        assert values[BASE].tolist() == [0.1, 0.2, 0.3]
        assert (tally.rows, tally.true["held"], tally.false["held"]) == (3, 2, 1)
        assert keys == ("8",)
        assert other == ("7", "9")
        assert tables.answer([Values(T, (SCORE,))])[0][SCORE].tolist() == [0.1, 0.2, 0.3]


def test_several_classes_have_a_score_each(csv: MakeSource, tmp_path: Path) -> None:
    write_scores(tmp_path / "s.parquet", ["7", "8", "9"], np.eye(3), [f"{SCORE}:{name}" for name in ("x", "y", "z")])
    with Tables({"data": csv(DATA)}, {T: source_of(tmp_path / "s.parquet")}, "id") as tables:
        assert tables.answer([Values(T, (f"{SCORE}:y",))])[0][f"{SCORE}:y"].tolist() == [0, 1, 0]
        with pytest.raises(DataError, match="no column `@score`"):
            tables.answer([Values(T, (SCORE,))])


def test_rows_keep_their_order_and_meet_their_scores_in_large_files(parquet: MakeSource, tmp_path: Path) -> None:
    rows = 300_000
    source = parquet(f"SELECT range AS id, range * 2 AS a FROM range({rows})")
    write_scores(tmp_path / "s.parquet", read_ids(source, "id"), np.arange(rows) / 8, [SCORE])
    for threads in (1, 4):
        with Tables({"data": source}, {T: source_of(tmp_path / "s.parquet")}, "id", threads=threads) as tables:
            values, tally = tables.answer(
                [
                    Values(T, ("id", SCORE)),
                    Counts(T, (("same", Compare("==", Arithmetic("*", Column(SCORE), 16), Column("a"))),)),
                ]
            )
        assert tally.true["same"] == rows
        np.testing.assert_array_equal(values["id"] / 8, values[SCORE])


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        (["7", "8"], r"scores.parquet lacks 1 ids of data.csv: `9`"),
        (["7", "8", "9", "10"], r"has 1 ids that data.csv lacks: `10`"),
        (["1", "2", "3"], r"lacks 3 ids of data.csv: `7`, `8`, `9` and has 3 ids"),
        (["7", "8", "8"], r"scores.parquet repeats 1 ids: `8`"),
        (["8", "7", "9"], "in a different order"),
        (["7", "8", "9.0"], "lacks 1 ids"),
    ],
)
def test_predictions_for_other_ids_are_refused(csv: MakeSource, tmp_path: Path, ids: list[str], sentence: str) -> None:
    predictions = {T: scores(tmp_path, ids, [0.5] * len(ids))}
    with Tables({"data": csv(DATA)}, predictions, "id") as tables:
        assert tables.answer([Counts(T)])[0].rows == 3
        with pytest.raises(DataError, match=sentence):
            tables.answer([Values(T, (SCORE,))])


def test_ids_must_be_there_once(csv: MakeSource, tmp_path: Path) -> None:
    for content, sentence in (
        ("id,a\n7,1\n7,2\n", "repeats 1 ids"),
        ("id,a\n7,1\n,2\n", "1 of 2 rows of data.csv have no id"),
    ):
        predictions = {T: scores(tmp_path, ["7", "8"], [0, 1])}
        with Tables({"data": csv(content)}, predictions, "id") as tables, pytest.raises(DataError, match=sentence):
            tables.answer([Values(T, (SCORE,))])


def test_without_ids_rows_are_numbered(csv: MakeSource, tmp_path: Path) -> None:
    with Tables({"data": csv(DATA)}, {T: scores(tmp_path, ["0", "1", "2"], [0, 1, 0])}, None) as tables:
        assert tables.answer([Keys(T, Compare("==", Column(SCORE), 0)), Keys(T, IsMissing("a"), 0)]) == [("1",), ()]
    with Tables({"data": csv(DATA)}, {}, "absent") as tables:
        assert tables.answer([Keys(T, IsMissing("a"))]) == [("0", "2")]
    with Tables({"data": csv("id,a\n,1\n")}, {}, "id") as tables:
        assert tables.answer([Keys(T, IsMissing("a"))]) == [("row 0",)]


def test_a_missing_file_of_predictions_matters_only_when_asked_for(csv: MakeSource, tmp_path: Path) -> None:
    gone = replace(scores(tmp_path, ["7"], [0]), path=tmp_path / "gone.parquet")
    with Tables({"data": csv(DATA)}, {T: gone}, "id") as tables:
        assert tables.answer([Counts(T)])[0].rows == 3
        with pytest.raises(DataError, match="cannot be opened"):
            tables.answer([Values(T, (SCORE,))])
        with pytest.raises(DataError, match="`data` with the recipe `up` has no predictions"):
            tables.answer([Values(Table("data", "up"), (SCORE,))])
        with pytest.raises(DataError, match="`other` is not a data set"):
            tables.answer([Counts(Table("other"))])


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (Compare("<", Column("s"), 1), "column `s` is text and `1` is integer"),
        (Compare("==", Column("x"), "a"), "cannot be compared"),
        (Compare("<", Column("d"), "soon"), "`soon` is not a date"),
        (Compare("<", Column("x"), float("nan")), "NaN"),
        (Compare("<", Arithmetic("+", Column("s"), 1), 2), "column `s` is text, but arithmetic needs numbers"),
        (Compare("<", Arithmetic("+", Column("x"), True), 2), "is boolean"),
        (Matches("x", "1"), "patterns are for text"),
        (Matches("s", "(?=a)"), "not a regular expression of RE2"),
        (Matches("s", "("), "not a regular expression of RE2"),
        (IsFinite("X"), "Did you mean `x`"),
        (IsMissing("nope"), "no column `nope`"),
        (IsDuplicate("l"), "neither text nor number nor boolean nor time"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(parquet: MakeSource, condition: Condition, sentence: str) -> None:
    source = parquet("SELECT 'a' s, 1.5::DOUBLE x, DATE '2026-01-31' d, [1] l")
    with Tables({"data": source}, {}, None) as tables:
        with pytest.raises(DataError, match=sentence) as caught:
            tables.answer([Counts(T, (("c", condition),))])
        assert "SELECT" not in str(caught.value)
        assert tables.answer([Counts(T, (("c", IsMissing("l")),))])[0].false["c"] == 1


def test_numbers_that_are_none(parquet: MakeSource) -> None:
    source = parquet(
        "SELECT unnest(['nan'::DOUBLE, NULL, 'inf'::DOUBLE, '-inf'::DOUBLE, -0.0::DOUBLE, 0.0::DOUBLE]) AS x"
    )
    with Tables({"data": source}, {}, None) as tables:
        conditions = (
            ("finite", IsFinite("x")),
            ("missing", IsMissing("x")),
            ("small", Compare("<", Column("x"), 1)),
            ("twice", IsDuplicate("x")),
        )
        tally, cells = tables.answer([Counts(T, conditions), Cells(T, (Column("x"),))])
    assert (tally.true, tally.unknown) == (
        {"finite": 2, "missing": 2, "small": 3, "twice": 2},
        {"finite": 1, "missing": 0, "small": 2, "twice": 0},
    )
    assert cells == {(None,): 2, (float("inf"),): 1, (float("-inf"),): 1, (0.0,): 2}


def test_long_lists_and_hostile_values(csv: MakeSource) -> None:
    hostile = "'); DROP TABLE t0; --"
    source = csv(f'id,s\n1,"{hostile}"\n2,b\n')
    values = (*(f"v{index}" for index in range(5000)), hostile)
    with Tables({"data": source}, {}, "id") as tables:
        among = tables.answer([Counts(T, (("in", OneOf("s", values)), ("is", Compare("==", Column("s"), hostile))))])[0]
    assert among.true == {"in": 1, "is": 1}


@pytest.mark.parametrize("at_once", [1, 40, single_pass.AT_ONCE])
def test_answers_are_the_same_however_many_statements_ask(
    parquet: MakeSource, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(single_pass, "AT_ONCE", at_once)
    source = parquet(
        "SELECT " + ", ".join(f"range % {index + 2} AS c{index}" for index in range(60)) + " FROM range(60)"
    )
    lists = tuple((f"c{index}", OneOf(f"c{index}", tuple(range(index // 2)))) for index in range(60))
    first = Keys(T, lists[4][1], 3)
    with Tables({"data": source}, {}, None) as tables:
        counts, keys = tables.answer([Counts(T, lists), first])
    plain = {f"c{index}": sum(row % (index + 2) < index // 2 for row in range(60)) for index in range(60)}
    assert (counts.rows, counts.true) == (60, plain)
    assert keys == ("2", "3", "4")


def test_too_many_groups_are_refused(parquet: MakeSource) -> None:
    data = {"data": parquet("SELECT range AS a FROM range(100001)")}
    with Tables(data, {}, None) as tables, pytest.raises(DataError, match="more than 100000 distinct values"):
        tables.answer([Cells(T, (Column("a"),))])


def test_columns_of_text_files_are_read_as_they_are_needed_and_kept(csv: MakeSource) -> None:
    source = csv("a,b,c\n1,3,x\n2,4,\n")
    with Tables({"data": source}, {}, None) as tables:
        assert tables.answer([Schema(T), Counts(T)])[1].rows == 2
        assert tables.answer([Values(T, ("a",))])[0]["a"].tolist() == [1, 2]
        assert tables.answer([Cells(T, (Column("c"), IsMissing("b")))])[0] == {(None, False): 1, ("x", False): 1}
        source.path.write_bytes(source.path.read_bytes()[:-1])
        assert tables.answer([Values(T, ("a",))])[0]["a"].tolist() == [1, 2]


def test_a_file_that_changes_between_rounds_is_noticed(parquet: MakeSource) -> None:
    source = parquet({"a": [1, 2], "b": [3, 4]})
    with Tables({"data": source}, {}, None) as tables:
        tables.answer([Values(T, ("a",))])
        content = bytearray(source.path.read_bytes())
        content[5] ^= 1
        source.path.write_bytes(bytes(content))
        with pytest.raises(DataError, match="changed"):
            tables.answer([Values(T, ("b",))])
