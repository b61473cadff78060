"""A file that a sparse checkout leaves out is named as such, with the command that brings it."""

from pathlib import Path

import pytest
from tests.support.git import commit, git

from assay.edges.files import digest_beneath
from assay.errors import DataError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for path in ("models/a/assay.yaml", "data sets/holdout.csv", "top.csv"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x\n")
    commit(tmp_path)
    return tmp_path


def test_what_is_left_out(root: Path) -> None:
    """T-git-cause: neither a typing error nor a file that was deleted."""
    git(root, "sparse-checkout", "set", "--no-cone", "/models/")
    for path, command in (("data sets/holdout.csv", "add 'data sets'"), ("top.csv", "disable")):
        with pytest.raises(DataError, match=f"`git sparse-checkout {command}`"):
            digest_beneath(root, path)
    assert digest_beneath(root, "models/a/assay.yaml")


def test_what_is_missing_otherwise(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """In a whole checkout, and where there is no repository."""
    (root / "top.csv").unlink()
    for folder, path in ((root, "top.csv"), (root, "none.csv"), (tmp_path_factory.mktemp("other"), "none.csv")):
        with pytest.raises(DataError, match=r"does not exist\.$"):
            digest_beneath(folder, path)
