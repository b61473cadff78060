"""Files of scores: written whole, read back exactly, digested by what is significant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.support.table_files import MakeSource, source_of

from assay.errors import DataError
from assay.tables.scores import positions, read_scores, scores_digest, write_scores


def test_scores_survive_the_file(tmp_path: Path) -> None:
    path = tmp_path / "it's [1]*.parquet"
    ids = ["", "é\n\"'", "NA", "\u202e"]
    scores = np.array([[0.1, 1e-300], [-0.0, 5e-324], [1 / 3, 1.7976931348623157e308], [0.5, 0.25]])
    write_scores(path, ids, scores, ["@score:a/b", "@score:\"c'"])
    found = read_scores(source_of(path))
    assert found.ids.tolist() == ids
    assert found.columns == ("@score:a/b", "@score:\"c'")
    np.testing.assert_array_equal(found.scores, scores)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert scores_digest(found.ids, found.scores, found.columns) == scores_digest(ids, scores, found.columns)


def test_ids_are_text(tmp_path: Path) -> None:
    write_scores(tmp_path / "s.parquet", np.array([7, 2**60]), np.array([0.5, 1]), ["@score"])
    assert read_scores(source_of(tmp_path / "s.parquet")).ids.tolist() == ["7", str(2**60)]
    write_scores(tmp_path / "none.parquet", [], np.empty((0, 1)), ["@score"])
    assert read_scores(source_of(tmp_path / "none.parquet")).scores.shape == (0, 1)


@pytest.mark.parametrize(
    ("ids", "scores", "sentence"),
    [
        (["a", "b"], [0.5, float("nan")], "1 of 2 rows are not finite"),
        (["a"], [float("inf")], "not finite"),
        (["a"], [0.5, 0.5], "1 ids and 1 columns"),
        ([None], [0.5], "1 rows have no id"),
        (["\ud800"], [0.5], "Unicode"),
    ],
)
def test_what_is_no_answer_is_refused(tmp_path: Path, ids: list[str], scores: list[float], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        scores_digest(ids, np.array(scores), ["@score"])
    with pytest.raises(DataError):
        write_scores(tmp_path / "s.parquet", ids, np.array(scores), ["@score"])
    assert list(tmp_path.iterdir()) == []


def test_classes_that_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="differ only in case"):
        write_scores(tmp_path / "s.parquet", ["a"], np.array([[0.5, 0.5]]), ["@score:a", "@score:A"])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="could not be written"):
        write_scores(tmp_path / "no" / "s.parquet", ["a"], np.array([0.5]), ["@score"])


def test_other_files_are_no_scores(parquet: MakeSource) -> None:
    for rows in (
        "SELECT 1 a",
        "SELECT 'x' \"@id\"",
        "SELECT 'x' \"@id\", 'y' \"@score\"",
        'SELECT \'x\' "@id", 0.5::DOUBLE "@score", 1 b',
    ):
        with pytest.raises(DataError, match="not a file of scores"):
            read_scores(parquet(rows))
    with pytest.raises(DataError, match="not finite"):
        read_scores(parquet("SELECT 'x' \"@id\", 'nan'::DOUBLE \"@score\""))


def test_the_digest_sees_order_ids_columns_and_the_ninth_digit() -> None:
    def digest(ids: list[str], scores: list[float], column: str = "@score") -> str:
        return scores_digest(ids, np.array(scores), [column])

    same = digest(["a", "b"], [0.123456789, 0.0])
    assert same == digest(["a", "b"], [0.1234567890001, -0.0])
    others = [
        digest(["b", "a"], [0.123456789, 0.0]),
        digest(["a", "b"], [0.123456788, 0.0]),
        digest(["a", "b"], [0.123456789, 0.0], "@score:x"),
        digest(['a",0]\n["', "b"], [0.123456789, 0.0]),
    ]
    assert len({same, *others}) == 5
    assert same == "sha256:ed852837d14de7bf016c712af775623a78f3d2d920d1b5afbf3f3dbc7fa2521a"


def test_positions_bring_predictions_into_order() -> None:
    assert positions(["a", "b", "c"], "data", ["c", "a", "b"], "scores").tolist() == [1, 2, 0]
    with pytest.raises(DataError, match=r"scores lacks 7 ids of data: `0`, `1`, `2`, `3`, `4`, …\."):
        positions([str(index) for index in range(7)], "data", [], "scores")
