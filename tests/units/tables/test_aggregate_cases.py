"""Case folders of questions about whole columns: the engine and plain loops give the answers that are written there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest
from tests.support.plain_engine import PlainColumn, PlainEngine
from tests.support.table_cases import Case, as_json, assert_same, cases, source_of, write_parquet
from tests.support.table_files import MakeSource

from assay.errors import DataError
from assay.tables import answering, repeating, selecting
from assay.tables.addressing import ROW, SCORE, Table
from assay.tables.aggregates import (
    Aggregate,
    Breaks,
    Buckets,
    Conflicts,
    Duplicates,
    Quantiles,
    RowSample,
    Sketch,
    Strangers,
    Summary,
    TopValues,
)
from assay.tables.answering import Tables
from assay.tables.predicates import Column, Compare, IsDuplicate
from assay.tables.questions import Counts
from assay.tables.sampling import sampled_rows
from assay.tables.scores import write_scores

CASES = [*cases()]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_plain_loops_give_the_answers_of_the_case(case: Case) -> None:
    engine = PlainEngine(case.sets, case.id)
    for question, expected in case.questions:
        assert_same(as_json(engine.answer(question)), expected, str(question))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_engine_gives_the_answers_of_the_case(case: Case, tmp_path: Path) -> None:
    sources = {name: write_parquet(tmp_path / f"{name}.parquet", table) for name, table in case.sets.items()}
    questions = [question for question, _ in case.questions]
    with Tables(sources, {}, case.id) as tables:
        together = tables.answer(questions)
        alone = [tables.answer([question])[0] for question in questions]
    for (question, expected), *found in zip(case.questions, together, alone, strict=True):
        for answer in found:
            assert_same(as_json(answer), expected, str(question))


T = Table("data")


def test_columns_of_predictions_are_summarised_beside_the_data(csv: MakeSource, tmp_path: Path) -> None:
    write_scores(tmp_path / "scores.parquet", ["7", "8", "9"], np.array([0.1, 0.3, 0.2]), [SCORE])
    scores = {T: source_of(tmp_path / "scores.parquet")}
    where = Compare(">", Column("a"), 1)
    with Tables({"data": csv("id,a\n7,1\n8,2\n9,3\n")}, scores, "id") as tables:
        found = tables.answer(
            [
                Summary(T, (SCORE, ROW), where=where),
                Quantiles(T, SCORE, (0, 1)),
                Buckets(T, SCORE, (0.2,), where=where),
                Sketch(T, SCORE, 0.2, 0.1),
                TopValues(T, SCORE, 1),
                Duplicates(T, ("a", SCORE)),
                Conflicts(T, ("a",), SCORE),
                Breaks(T, SCORE),
                RowSample(T, (SCORE, "a"), 2, 1),
                Strangers(T, (SCORE,), T, (SCORE,)),
            ]
        )
    summary, quantiles, buckets, sketch, top, repeated, conflicts, breaks, sample, strangers = found
    assert (summary[SCORE].n, summary[SCORE].minimum, summary[ROW].maximum) == (2, 0.2, 2)
    assert quantiles == (0.1, 0.3)
    assert buckets.counts == (1, 1)
    assert sketch.count.tolist() == [1, 1, 1]
    assert top.values == ((0.1, 1),)
    assert (repeated.distinct, conflicts, breaks, strangers.strangers) == (3, 0, 1, 0)
    assert (
        dict(zip(sample["a"].tolist(), sample[SCORE].tolist(), strict=True)).items() <= {1: 0.1, 2: 0.3, 3: 0.2}.items()
    )


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (Summary(T, ("X",)), "no column `X`. Did you mean `x`"),
        (Quantiles(T, "s", (0.5,)), "column `s` is text; only numbers and times have buckets"),
        (Quantiles(T, "x", (1.5,)), "not all between 0 and 1"),
        (Buckets(T, "x", (2.0, 1.0)), "the edges for `x` do not ascend"),
        (Buckets(T, "x", (float("nan"),)), "the edges for `x` do not ascend"),
        (Buckets(T, "s", (1.0,)), "column `s` is text"),
        (Sketch(T, "x", 0.0, 0.0), "a finite centre and a scale above 0"),
        (Sketch(T, "x", float("inf"), 1.0), "a finite centre and a scale above 0"),
        (TopValues(T, "l", 1), "neither text nor number nor boolean nor time"),
        (Duplicates(T, ("s",), steps=(("s", 1.0),)), "only numbers have steps"),
        (Duplicates(T, ("x",), steps=(("x", 0.0),)), "only numbers have steps"),
        (Duplicates(T, ("x",), folded=("x",)), "only text has spaces and case"),
        (
            Strangers(T, ("i",), T, ("s",)),
            "column `i` is integer and `s` of data is text, so their values cannot be equal",
        ),
        (Strangers(T, ("b",), T, ("i",)), "is boolean and `i` of data is integer"),
        (Strangers(T, ("i",), T, ("i", "s")), "the same number of columns"),
        (Strangers(T, ("i",), Table("gone"), ("i",)), "`gone` is not a data set"),
        (Breaks(T, "nope"), "no column `nope`"),
        (RowSample(T, ("l",), 1, 1), "neither text nor number nor boolean nor time"),
        (Summary(T, ("x",), where=Compare("<", Column("s"), 1)), "cannot be compared"),
    ],
)
def test_questions_that_make_no_sense_are_refused(parquet: MakeSource, question: Aggregate, sentence: str) -> None:
    source = parquet("SELECT 1 i, 'a' s, 1.5::DOUBLE x, true b, DATE '2026-01-31' d, [1] l")
    with Tables({"data": source}, {}, None) as tables:
        with pytest.raises(DataError, match=sentence) as caught:
            tables.answer([question])
        assert "SELECT" not in str(caught.value)
        assert tables.answer([Summary(T, ("l",))])[0]["l"].n == 1


# The key of a row r, the rows whose key another has, and the distinct keys.
COPIES = {
    "none": ("r", 0, 150_000),
    "a few": ("CASE WHEN r >= 149000 THEN r - 149000 ELSE r END", 2_000, 149_000),
    "most": ("r % 120000", 60_000, 120_000),
    "nearly all": ("r % 7", 150_000, 7),
}


@pytest.mark.parametrize(("key", "twice", "distinct"), COPIES.values(), ids=list(COPIES))
@pytest.mark.parametrize(
    "hashed", ["hash({})", "CAST(hash({}) % 70000 AS UBIGINT)"], ids=["hashes", "colliding hashes"]
)
def test_copies_are_counted_exactly(
    parquet: MakeSource, monkeypatch: pytest.MonkeyPatch, key: str, twice: int, distinct: int, hashed: str
) -> None:
    monkeypatch.setattr(repeating, "_hashed", lambda keys: hashed.format(", ".join(keys)))
    monkeypatch.setattr(repeating, "AT_ONCE", 60_000)
    source = parquet(f"SELECT {key} AS k, 'k' || ({key}) AS s, r % 2 AS label FROM range(150000) t(r)")
    conditions = (("k", IsDuplicate("k")), ("s", IsDuplicate("s")), ("both", IsDuplicate("k", ("s",))))
    with Tables({"data": source}, {}, None) as tables:
        alone, together, tally, conflicts = tables.answer(
            [Duplicates(T, ("k",)), Duplicates(T, ("s", "k")), Counts(T, conditions), Conflicts(T, ("s",), "label")]
        )
    assert (alone.whole, alone.distinct) == (150_000, distinct)
    assert alone == together
    assert tally.true == dict.fromkeys(("k", "s", "both"), twice)
    # A key that comes again after an even number of rows comes with the same label; seven is odd.
    assert conflicts == (150_000 if distinct == 7 else 0)


@pytest.mark.parametrize("key", [key for key, *_ in COPIES.values()], ids=list(COPIES))
@pytest.mark.parametrize("hashed", ["hash({})", "CAST(hash({}) % 70000 AS UBIGINT)"], ids=["hashes", "colliding"])
def test_the_most_frequent_of_nearly_distinct_values_are_told(
    parquet: MakeSource, monkeypatch: pytest.MonkeyPatch, key: str, hashed: str
) -> None:
    monkeypatch.setattr(repeating, "_hashed", lambda keys: hashed.format(", ".join(keys)))
    query = f"SELECT 'k' || ({key}) AS s, nullif(({key}) % 149500, 1) - 7.0::DOUBLE AS x FROM range(150000) t(r)"
    source, values = parquet(query), [*zip(*duckdb.sql(query).fetchall(), strict=True)]
    plain = PlainEngine({"data": {"s": PlainColumn("text", values[0]), "x": PlainColumn("number", values[1])}})
    questions = [TopValues(T, name, limit) for name in ("s", "x") for limit in (0, 3, 1500, 200_000)]
    with Tables({"data": source}, {}, None) as tables:
        found = tables.answer(questions)
    assert found == [plain.answer(question) for question in questions]


def test_rows_of_several_groups_are_taken_in_their_order(parquet: MakeSource) -> None:
    source = parquet("SELECT r AS x, -r AS y, CASE WHEN r % 1000 = 0 THEN NULL ELSE r END AS z FROM range(500000) t(r)")
    with Tables({"data": source}, {}, None, threads=4) as tables:
        breaks = tables.answer([Breaks(T, "x", strictly=True), Breaks(T, "y"), Breaks(T, "z")])
        sample, every = tables.answer([RowSample(T, ("x", "y"), 5_000, 3), RowSample(T, ("x",), 500_000, 3)])
    assert breaks == [0, 499_999, 0]
    assert sample["x"].tolist() == sampled_rows(500_000, 5_000, 3).tolist() == (-sample["y"]).tolist()
    assert every["x"].tolist() == [*range(500_000)]


def test_quantiles_are_exact_where_the_first_rows_mislead(parquet: MakeSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selecting, "MANY", 5)
    monkeypatch.setattr(selecting, "FIRST", 2)
    source = parquet(
        "SELECT unnest([-1e308, 1e308] || [sin(r) * 10.0 ** (r % 30 - 15) for r in range(400)] || [7.0 for r in range(50)]) AS x"
    )
    at = tuple(index / 64 for index in range(65))
    with Tables({"data": source}, {}, None) as tables:
        found = tables.answer([Quantiles(T, "x", at)])[0]
        monkeypatch.setattr(selecting, "MANY", 1000)
        assert found == tables.answer([Quantiles(T, "x", at)])[0]
    assert len(set(found)) > 50


def test_what_does_not_fit_in_memory_is_spilled_to_a_private_folder_and_removed(
    parquet: MakeSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "STREAMING_MEGABYTES", 50)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spilled"))
    (tmp_path / "spilled").mkdir()
    source = parquet("SELECT 'some longer text ' || (r % 400000) AS s FROM range(800000) t(r)")
    with Tables({"data": source}, {}, None) as tables:
        (folder,) = (tmp_path / "spilled").iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert tables.answer([TopValues(T, "s", 0)])[0].distinct == 400_000
        assert [*folder.iterdir()]
    assert not folder.exists()
