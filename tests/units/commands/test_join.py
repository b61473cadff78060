"""Features and answers in separate files become one data set, by hand and in `assay init`, which names what it leaves out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.command_line import Assay

from assay.commands.parts.joined_files import FilePair, find_pairs

X, Y = "a,b\n1,2\n3,4\n", "y\n0\n1\n"


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (("X_test.csv", "y_test.csv"), [("X_test.csv", "y_test.csv", "test.csv")]),
        (("Xtrain.csv", "ytrain.csv"), [("Xtrain.csv", "ytrain.csv", "train.csv")]),
        (("d/test_x.parquet", "d/test_y.parquet"), [("d/test_x.parquet", "d/test_y.parquet", "d/test.parquet")]),
        (("X.csv", "y.csv"), [("X.csv", "y.csv", "data.csv")]),
        (("train_values.csv", "train_labels.csv"), [("train_values.csv", "train_labels.csv", "train.csv")]),
        (("test.csv", "test_labels.csv"), [("test.csv", "test_labels.csv", "test_joined.csv")]),
        (("features_test.csv", "target_test.csv"), [("features_test.csv", "target_test.csv", "test.csv")]),
        (("X_test.csv", "y_train.csv"), []),
        (("X_test.csv", "d/y_test.csv"), []),
        (("X_test.csv", "y_test.tsv"), []),
        (("X_test.npy", "y_test.npy"), []),
        (("loans.csv", "labels.csv", "y_test.csv"), []),
    ],
)
def test_pairs_are_told_by_their_names(names: tuple[str, ...], pairs: list[tuple[str, str, str]]) -> None:
    assert find_pairs(names) == [FilePair(*each) for each in pairs]


def test_join_writes_one_file(tmp_path: Path, assay: Assay) -> None:
    (tmp_path / "x.csv").write_text(X)
    (tmp_path / "y.csv").write_text(Y)
    given = (str(tmp_path / "x.csv"), str(tmp_path / "y.csv"), "--out")
    done = assay("join", *given, str(tmp_path / "out.csv"), "--format", "json")
    assert (done.code, json.loads(done.out)["added"]) == (0, ["y"])
    assert (tmp_path / "out.csv").read_text() == "a,b,y\n1,2,0\n3,4,1\n"
    assert assay("join", *given, str(tmp_path / "out.parquet")).code == 3
    assert assay("join", *given, str(tmp_path / "nowhere" / "out.csv")).code == 3
    (tmp_path / "y.csv").write_text("y\n0\n")
    refused = assay("join", *given, str(tmp_path / "out.csv"))
    assert (refused.code, "different numbers of rows" in refused.err) == (3, True)
    assert (tmp_path / "out.csv").read_text() == "a,b,y\n1,2,0\n3,4,1\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out.csv", "x.csv", "y.csv"]


def test_init_leaves_files_alone_that_do_not_fit_or_are_there(tmp_path: Path, assay: Assay) -> None:
    (tmp_path / "X_test.csv").write_text(X)
    (tmp_path / "y_test.csv").write_text("y\n0\n")
    told = assay("init", str(tmp_path)).out
    assert "are not joined: `X_test.csv` and `y_test.csv` have different numbers of rows." in told
    (tmp_path / "y_test.csv").write_text(Y)
    assert "run `assay join X_test.csv y_test.csv --out test.csv`" in assay("init", str(tmp_path)).out
    assert not (tmp_path / "test.csv").exists()
    (tmp_path / "assay.yaml").unlink()
    (tmp_path / "test.csv").write_text("other\n1\n")
    assay("init", str(tmp_path))
    assert (tmp_path / "test.csv").read_text() == "other\n1\n"


def test_init_says_which_files_it_did_not_look_at(tmp_path: Path, assay: Assay) -> None:
    for number in range(26):
        (tmp_path / f"part{number:02}.csv").write_text(X)
    told = assay("init", str(tmp_path)).out
    assert "of 26 data files the first 24 were looked at, not `part24.csv`, `part25.csv`; name them" in told
