"""The content of the base's data in a plan is held against the base's commit."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.git import commit, git

from assay.canonical import digest
from assay.dossier.at_base import at_base
from assay.dossier.plan_parts import PlannedInput
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.manifest.data_blocks import Data, DataSet
from assay.manifest.document import Manifest
from assay.manifest.model_blocks import Model
from assay.steps.verifying.manifest_origin import _HINT, _verify_base_data

POINTER = "outs:\n- md5: 0123456789abcdef0123456789abcdef\n  size: 3\n  path: kept.csv\n"
ROWS, PROFILE = b"key\n1\n", b"{}"
SETS = {
    "kept": DataSet(path="kept.csv", dvc="kept.csv.dvc"),
    "holdout": DataSet(path="data/holdout.csv"),
    "reference": DataSet(profile="reference.json"),
    "remote": DataSet(path="elsewhere.csv"),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/holdout.csv").write_bytes(ROWS)
    (tmp_path / "reference.json").write_bytes(PROFILE)
    (tmp_path / "kept.csv.dvc").write_text(POINTER)
    commit(tmp_path)
    return tmp_path


def planned(name: str, content: bytes) -> PlannedInput:
    """An input of the base, whose bytes lie somewhere else than at the base's path."""
    return PlannedInput(role="data", name=at_base(name), path="cached.csv", digest=digest(content), bytes=len(content))


def verify(root: Path, *inputs: PlannedInput, data: Data | None = Data(sets=SETS)) -> None:  # noqa: B008  # frozen
    plan: Any = SimpleNamespace(inputs=inputs)
    manifest = Manifest(assay=1, model=Model(name="small"), data=data)
    _verify_base_data(DossierFolder(root / "dossier", root), plan, manifest, git(root, "rev-parse", "HEAD"))


def test_the_content_of_the_base_is_the_planned_one(root: Path) -> None:
    verify(root, planned("holdout", ROWS), planned("reference", PROFILE))
    change = PlannedInput(role="data", name="holdout", path="data/holdout.csv", digest=digest(b"new"), bytes=3)
    verify(root, change)


@pytest.mark.parametrize(
    ("name", "path", "there"), [("holdout", "data/holdout.csv", ROWS), ("reference", "reference.json", PROFILE)]
)
def test_other_content_than_the_base_has_is_refused(root: Path, name: str, path: str, there: bytes) -> None:
    """T-base-data: easier data that call themselves the base's."""
    with pytest.raises(PageError) as caught:
        verify(root, planned("holdout", ROWS), planned(name, b"easy"))
    assert str(caught.value) == f"The base's `{path}` is {digest(there)}, but the plan names {digest(b'easy')}."
    assert caught.value.hint == _HINT


@pytest.mark.parametrize("data", [None, Data(sets=SETS)])
def test_data_that_the_base_does_not_name_are_refused(root: Path, data: Data | None) -> None:
    """T-base-data."""
    with pytest.raises(PageError) as caught:
        verify(root, planned("invented", ROWS), data=data)
    assert str(caught.value) == "The base has no data set `invented`, but the plan has its content there."


def test_content_that_git_does_not_have_hides_no_other(root: Path) -> None:
    """T-base-data: a file that the base keeps elsewhere cannot be compared; what follows it can."""
    absent = (planned("remote", b"far"), planned("kept", b"far"))
    verify(root, *absent)
    with pytest.raises(PageError, match=r"The base's `data/holdout\.csv` is"):
        verify(root, *absent, planned("holdout", b"easy"))
