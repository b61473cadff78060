"""What data files are called as data sets, and which of them are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.commands.parts.found_sets import find_sets, leave_out

ROWS = "key,amount,target\nK1,2.5,1\nK2,3.5,0\n"


def write(folder: Path, *paths: str, text: str = ROWS) -> list[str]:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return list(paths)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["train.csv", "test.csv"], {"train": "train.csv", "test": "test.csv"}),
        (["data/Training_set.csv", "data/X-val.csv"], {"train": "data/Training_set.csv", "holdout": "data/X-val.csv"}),
        (["a/train/part.csv", "a/test/part.csv"], {"train": "a/train/part.csv", "test": "a/test/part.csv"}),
        (["test.csv", "val.csv"], {"test": "test.csv", "validation": "val.csv"}),
        (["data/raw/train.csv", "data/use/train.csv"], {"train": "data/use/train.csv"}),
        (["2024.csv"], {"data-2024": "2024.csv"}),
        (["contest.csv"], {"contest": "contest.csv"}),
    ],
)
def test_sets_are_named_by_what_they_are_for(tmp_path: Path, paths: list[str], names: dict[str, str]) -> None:
    found = find_sets(tmp_path, write(tmp_path, *paths))
    assert {name: each.path for name, each in found.sets.items()} == names


def test_of_two_with_one_name_the_one_that_the_model_reads(tmp_path: Path) -> None:
    paths = write(tmp_path, "a/train.csv", text="key,Amount EUR,target\nK1,2,1\n") + write(tmp_path, "b/train.csv")
    found = find_sets(tmp_path, paths, names=("amount",))
    assert found.sets["train"].path == "b/train.csv"
    assert found.notes == ["skipped: `a/train.csv` would be a second data set named `train`"]


def test_what_the_model_does_not_read_is_no_data_set(tmp_path: Path) -> None:
    paths = write(tmp_path, "train.csv", "test.csv", "dump.csv")
    paths += write(tmp_path, "holdout.csv", text="key,amount\nK1,2.5\n")
    paths += write(tmp_path, "towns.csv", text="town,people\nAix,3\n")
    found = find_sets(tmp_path, paths)
    leave_out(found, "test", ("amount",), "target")
    assert [*found.sets] == ["holdout", "test", "train"]
    assert len(found.notes) == 2
    assert "`dump.csv` is no data set, because beside `test` its name does not say what it is for" in found.notes[0]
    assert "`towns.csv` is no data set, because it lacks amount, which `test.csv` has" in found.notes[1]


def test_files_of_answers_are_told_by_name_and_column(tmp_path: Path) -> None:
    paths = write(tmp_path, "test.csv")
    paths += write(tmp_path, "test_predictions.csv", "scored.csv", text="key,score\nK1,0.5\nK2,0.5\n")
    found = find_sets(tmp_path, paths)
    assert [each.path for each in found.answers] == ["scored.csv", "test_predictions.csv"]
    assert [*found.sets] == ["test"]
