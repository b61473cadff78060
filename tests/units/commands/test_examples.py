"""`assay examples` lists the examples of the manual and writes one to a new folder."""

import json
from pathlib import Path

import pytest
from tests.support.command_line import Assay


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names(assay: Assay) -> list[str]:
    return list(json.loads(assay("examples", "--format", "json").out))


def test_each_listed_example_is_written_as_it_is_in_the_manual(assay: Assay, project: Path, tmp_path: Path) -> None:
    assert {"scikit-learn", "lightgbm", "text", "multiclass", "regression", "predictions"} <= set(names(assay))
    for name in names(assay):
        assert assay("examples", name).code == 0
        there = {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        source = project / "docs" / "examples" / name
        assert there == {path.relative_to(source): path.read_bytes() for path in source.rglob("*") if path.is_file()}


def test_a_folder_that_exists_is_left_alone(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    ended = assay("examples", "loans", "--to", "mine")
    assert ended.code == 2
    assert "`mine` exists already." in ended.err
    assert list((tmp_path / "mine").iterdir()) == []


def test_an_unknown_name_is_refused_with_the_nearest(assay: Assay) -> None:
    ended = assay("examples", "lightgmb")
    assert ended.code == 2
    assert "Did you mean `lightgbm`?" in ended.err
