"""A folder of data at a commit has the digest that it has in a work tree."""

from pathlib import Path

import pytest
from tests.support.git import commit, git

from assay.edges.data_files import find_source
from assay.errors import DataError
from assay.steps.planning.folders import blobs_in, digest_folder_at

FILES = {"set/a.parquet": "abc", "set/part=1/b.parquet": "defg", "set/_SUCCESS": "", "set/.hidden": "x", "sets/c": "y"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path, "Data")
    return tmp_path


def test_the_files_of_a_folder_are_those_that_are_seen() -> None:
    named = {name: f"blob of {name}" for name in FILES}
    assert blobs_in(named, "set") == {
        "a.parquet": "blob of set/a.parquet",
        "part=1/b.parquet": "blob of set/part=1/b.parquet",
    }
    assert blobs_in(named, "elsewhere") == {}


def test_it_is_the_digest_of_the_work_tree(root: Path) -> None:
    expected = find_source(root, "set").digest
    assert digest_folder_at(root, "main", "set", 100) == expected
    (root / "set/a.parquet").write_text("another")
    assert digest_folder_at(root, "main", "set", 100) == expected
    assert digest_folder_at(root, commit(root), "set", 100) == find_source(root, "set").digest != expected


def test_what_is_no_folder_has_none_and_a_large_one_is_not_read(root: Path) -> None:
    assert digest_folder_at(root, "main", "nowhere", 100) is None
    size = sum(len(content) for name, content in FILES.items() if name.startswith("set/"))
    assert digest_folder_at(root, "main", "set", size) is not None
    with pytest.raises(DataError, match=f"more than {size - 1} bytes"):
        digest_folder_at(root, "main", "set", size - 1)


def test_a_file_that_git_lfs_keeps_counts_by_its_pointer(root: Path) -> None:
    expected = find_source(root, "set").digest
    kept = find_source(root, "set/a.parquet")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid {kept.digest}\nsize {kept.bytes}\n"
    (root / "set/a.parquet").write_text(pointer)
    assert digest_folder_at(root, commit(root), "set", 1000) == expected
