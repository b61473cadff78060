"""Trees whose files a checkout converted, told apart from trees with other content."""

from pathlib import Path

import pytest
from tests.support.git import commit, git

from assay.edges.code_content import digest_code, listing_digest
from assay.edges.code_tree import find_code_tree
from assay.edges.data_files import find_source
from assay.edges.line_ends import ADVICE
from assay.edges.tree_line_ends import code_line_end_advice, data_line_end_advice


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "config", "core.autocrlf", "false")
    (tmp_path / ".gitattributes").write_bytes(b"*.parquet text\n")
    (tmp_path / "data/year=1").mkdir(parents=True)
    (tmp_path / "data/year=1/a.parquet").write_bytes(b"PAR1\0\n\r\none\nPAR1")
    (tmp_path / "data/b.parquet").write_bytes(b"PAR1\0PAR1")
    (tmp_path / "mixed.py").write_bytes(b"a = 1\r\nb = 2\n")
    (tmp_path / "plain.py").write_bytes(b"c = 3\n")
    commit(tmp_path)
    checkout(tmp_path, "false")
    return tmp_path


def checkout(root: Path, converted: str) -> None:
    """Every file as a checkout with this `core.autocrlf` writes it."""
    git(root, "config", "core.autocrlf", converted)
    for name in git(root, "ls-files").splitlines():
        (root / name).unlink()
    git(root, "checkout", "--", ".")


def test_a_folder_of_data(root: Path) -> None:
    """T-line-ends: also where a pattern calls binary files text, so that they come out broken."""
    planned = find_source(root, "data").digest
    assert data_line_end_advice(root, "data", planned) == ""
    checkout(root, "true")
    assert find_source(root, "data").digest != planned
    assert data_line_end_advice(root, "data", planned) == ADVICE
    (root / "data/b.parquet").write_bytes(b"PAR1\0 PAR1")
    assert data_line_end_advice(root, "data", planned) == ""
    assert data_line_end_advice(root, "elsewhere", planned) == ""


def test_code_with_files_that_no_checkout_converts(root: Path) -> None:
    """T-line-ends: a file that was committed with both kinds stays as it is, in either checkout."""
    tree = find_code_tree(root, ["*.py"])
    unix = listing_digest(digest_code(tree))
    checkout(root, "true")
    assert code_line_end_advice(tree, unix) == ADVICE
    windows = listing_digest(digest_code(tree))
    git(root, "config", "core.autocrlf", "false")
    (root / "plain.py").write_bytes(b"c = 3\n")
    assert code_line_end_advice(tree, windows) == ADVICE
    (root / "mixed.py").write_bytes(b"a = 1\nb = 2\n")
    assert code_line_end_advice(tree, windows) == ""


def test_code_outside_a_repository(tmp_path: Path) -> None:
    """T-line-ends: a copy of another machine's files; what has a zero in it is not text."""
    (tmp_path / "model.py").write_bytes(b"a = 1\n")
    (tmp_path / "weights.bin").write_bytes(b"\0\n")
    tree = find_code_tree(tmp_path)
    planned = listing_digest(digest_code(tree))
    (tmp_path / "model.py").write_bytes(b"a = 1\r\n")
    assert code_line_end_advice(tree, planned) == ADVICE
    (tmp_path / "weights.bin").write_bytes(b"\0\r\n")
    assert code_line_end_advice(tree, planned) == ""
