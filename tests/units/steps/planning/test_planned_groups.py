"""The column of groups: every data set has it, and every row a value."""

from pathlib import Path

import pytest

from assay.dossier.check_context import features
from assay.manifest.parsing import read_manifest
from assay.steps.planning.planned_inputs import find_inputs

MANIFEST = """\
assay: 1
model: {name: m, task: regression, risk: minimal}
data:
  sets: {train: {path: train.csv}, holdout: {path: holdout.csv}}
  label: y
  group: who
"""


def problems(folder: Path, train: str, holdout: str, manifest: str = MANIFEST) -> list[str]:
    (folder / "train.csv").write_text(train)
    (folder / "holdout.csv").write_text(holdout)
    document, read, found = read_manifest(manifest.encode(), "assay.yaml")
    assert read is not None
    assert not found
    return [str(each) for each in find_inputs(folder, read, document).problems]


WHOLE = "who,x,y\na,1,2\na,2,3\n"


@pytest.mark.parametrize(
    ("train", "holdout", "told"),
    [
        (WHOLE, "who,x,y\nb,1,2\n,2,3\n", "1 of 2 rows of `holdout` have no `who` (`1`)"),
        ("x,y\n1,2\n", WHOLE, "the data set `train` has no column `who`"),
        ("x,y\n1,2\n", "x,y\n1,2\n", "no data set has a column `who`"),
        ("who,x,y\n1,1,2\n2,2,3\n", WHOLE, "`who` is text in `holdout` and integer in `train`"),
    ],
)
def test_a_row_without_a_group_is_refused_with_its_line(tmp_path: Path, train: str, holdout: str, told: str) -> None:
    (found,) = problems(tmp_path, train, holdout)
    assert told in found
    assert ":6:" in found


def test_the_answer_is_no_group(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, WHOLE, WHOLE, MANIFEST.replace("group: who", "group: y"))
    assert "is the answer" in found


def test_a_group_is_a_feature_only_if_named(tmp_path: Path) -> None:
    assert problems(tmp_path, WHOLE, WHOLE) == []
    _, manifest, _ = read_manifest(MANIFEST.encode(), "assay.yaml")
    _, named, _ = read_manifest((MANIFEST + "  features: [who, x]\n").encode(), "assay.yaml")
    assert manifest is not None
    assert manifest.data is not None
    assert named is not None
    assert named.data is not None
    assert features(manifest.data, ("who", "x", "y")) == ("x",)
    assert features(named.data, ("who", "x", "y")) == ("who", "x")
