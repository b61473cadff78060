"""What a model is told that looks for a file which is in the work tree, but not among its code."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.git import git

from assay.edges.absent_code import explain_absent
from assay.edges.code_tree import find_code_tree

COPY = Path("/tmp/job/code")  # noqa: S108 - only a name


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("model.py", "weights.bin", "features.py", "package/__init__.py", "data/holdout.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "model.py")
    return tmp_path


@pytest.mark.parametrize(
    ("message", "module", "hint"),
    [
        (f"[Errno 2] No such file or directory: '{COPY}/weights.bin'", None, "`weights.bin` exists, but is not among"),
        ("[Errno 2] No such file or directory: 'weights.bin'", None, "`weights.bin` exists, but is not among"),
        (f"Load model from {COPY}/weights.bin failed: not there", None, None),
        (f"Load model {COPY}/weights.bin: not there", None, "`weights.bin` exists"),
        ("No module named 'features'", "features", "`features.py` exists, but is not among"),
        ("No module named 'package'", "package", "`package/__init__.py` exists, but is not among"),
        ("No such file: 'model.py'", None, "runs in another folder; open `model.py`"),
        ("No such file: 'data/holdout.csv'", None, "`data/holdout.csv` is a data set or what judges"),
        ("No such file: 'nowhere.bin'", None, None),
        ("No such file: '../weights.bin'", None, None),
        ("No such file: '/etc/passwd'", None, None),
        ("No such file: ''", "a/../b", None),
        ("\x00' '\x00'", None, None),
    ],
)
def test_hints(message: str, module: str | None, hint: str | None, root: Path) -> None:
    tree = find_code_tree(root, withheld=["data/holdout.csv"])
    found = explain_absent(tree, COPY, message, module)
    assert (found is None) if hint is None else (found is not None and hint in found), found
