"""A model's code as a tree: every byte and name in it has its digest, and what runs is the copy that was digested."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from tests.support.git import commit, git

from assay.edges.code_content import copy_code, digest_code, listing_digest
from assay.edges.code_tree import CodeTree, find_code_tree
from assay.errors import DataError, ModelError

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 5\n"


def tree_digest(tree: CodeTree) -> str:
    return listing_digest(digest_code(tree))


@pytest.fixture
def code(tmp_path: Path) -> Path:
    root = tmp_path / "code"
    for name in ("model.py", "weights.json", ".hidden/more.py", "data/holdout.csv"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"# {name}\n")
    return root


@pytest.fixture(params=["git", "folder"])
def kept(request: pytest.FixtureRequest, code: Path) -> Path:
    if request.param == "git":
        git(code, "init", "--quiet")
        commit(code)
    return code


CHANGES = {
    "weights": lambda root: (root / "weights.json").write_text("other"),
    "a hidden folder": lambda root: (root / ".hidden" / "more.py").write_text("other"),
    "a name": lambda root: (root / "weights.json").rename(root / "weights2.json"),
    "a mode": lambda root: (root / "model.py").chmod(0o755),
    "one more file": lambda root: (root / "zz").write_text(""),
    "a link for a file": lambda root: [
        (root / "copy.py").write_text("# model.py\n"),
        (root / "model.py").unlink(),
        (root / "model.py").symlink_to("copy.py"),
    ],
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_model_can_read_changes_the_digest(change: str, kept: Path) -> None:
    """T-code-tree: weights, hidden folders, names, modes and links are as much the model as its Python files."""
    before = tree_digest(find_code_tree(kept, withheld=["data"]))
    CHANGES[change](kept)
    if (kept / ".git").exists():
        git(kept, "add", "--all", ".")
    assert tree_digest(find_code_tree(kept, withheld=["data"])) != before


def test_data_sets_dossiers_and_caches_change_nothing(kept: Path) -> None:
    """T-code-tree, twin: data sets have digests of their own, and the model's process gets neither them nor dossiers."""
    before = tree_digest(find_code_tree(kept, withheld=["data"]))
    (kept / "data" / "holdout.csv").write_text("other")
    for name in ("__pycache__/model.cpython-311.pyc", ".assay/m/validation/plan.json", "venv/pyvenv.cfg", "venv/lib/x"):
        (kept / name).parent.mkdir(parents=True, exist_ok=True)
        (kept / name).write_text("other")
    assert tree_digest(find_code_tree(kept, withheld=["data"])) == before


def test_git_decides_what_is_code_where_there_is_git(code: Path) -> None:
    git(code, "init", "--quiet")
    (code / ".gitignore").write_text("weights.json\n")
    commit(code)
    (code / "untracked.py").write_text("")
    assert set(find_code_tree(code).kinds) == {".gitignore", "model.py", ".hidden/more.py", "data/holdout.csv"}
    assert set(find_code_tree(code, ["*.py"]).kinds) == {"model.py"}
    assert set(find_code_tree(code, ["*.py", "weights.json"]).kinds) == {"model.py", "weights.json"}
    git(code, "rm", "--quiet", "--cached", "model.py")
    assert "model.py" not in find_code_tree(code).kinds
    git(code, "add", "untracked.py")
    assert "untracked.py" in find_code_tree(code).kinds


def test_a_folder_of_a_repository_is_listed_beneath_itself(tmp_path: Path) -> None:
    for name in ("model/a.py", "other/b.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    assert set(find_code_tree(tmp_path / "model").kinds) == {"a.py"}


def test_the_copy_is_what_was_digested(kept: Path, tmp_path: Path) -> None:
    (kept / "alias.py").symlink_to("model.py")
    (kept / "run").write_text("#!/bin/sh\n")
    (kept / "run").chmod(0o700)
    if (kept / ".git").exists():
        git(kept, "add", "--all", ".")
    tree = find_code_tree(kept, withheld=["data"])
    copy = tmp_path / "copy"
    copy_code(tree, copy, tree_digest(tree))
    copied = {path.relative_to(copy).as_posix(): path for path in copy.rglob("*") if not path.is_dir()}
    assert set(copied) == set(tree.kinds) == {"alias.py", "model.py", "run", "weights.json", ".hidden/more.py"}
    assert all(path.read_bytes() == (kept / name).read_bytes() for name, path in copied.items())
    assert copied["alias.py"].readlink() == Path("model.py")
    assert {name: copied[name].stat().st_mode & 0o777 for name in ("run", "model.py")} == {
        "run": 0o555,
        "model.py": 0o444,
    }
    assert tree_digest(find_code_tree(copy)) == tree_digest(tree)


def test_d6_code_changed_after_the_plan_never_runs(kept: Path, tmp_path: Path) -> None:
    """D6: somebody swaps a file while it is copied; a copy with the planned digest has the planned bytes."""
    tree = find_code_tree(kept, withheld=["data"])
    planned, ended = tree_digest(tree), threading.Event()

    def swap() -> None:
        while not ended.is_set():
            (kept / "weights.json").write_text("evil")
            (kept / "weights.json").write_text("# weights.json\n")

    swapper = threading.Thread(target=swap)
    swapper.start()
    refused = 0
    try:
        for number in range(100):
            copy = tmp_path / str(number)
            try:
                copy_code(tree, copy, planned)
            except ModelError as error:
                assert "is not what was planned" in str(error)
                refused += 1
            else:
                assert (copy / "weights.json").read_text() == "# weights.json\n"
    finally:
        ended.set()
        swapper.join()
    (kept / "weights.json").write_text("# weights.json\n")
    copy_code(tree, tmp_path / "quiet", planned)


def test_submodules_are_not_code_and_are_named(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "x.py").write_text("")
    git(inner, "init", "--quiet")
    commit(inner)
    outer = tmp_path / "outer"
    outer.mkdir()
    (outer / "model.py").write_text("")
    git(outer, "init", "--quiet")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(inner), "lib")
    commit(outer)
    tree = find_code_tree(outer)
    assert (set(tree.kinds), tree.submodules) == ({".gitmodules", "model.py"}, ("lib",))
    for patterns in (["lib"], ["model.py", "lib/x.py"], ["l*"]):
        with pytest.raises(DataError, match=r"names no code: `lib` is a submodule"):
            find_code_tree(outer, patterns)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pointer", "`pointer` is a pointer of Git LFS"),
        ("link", "`link` is a symbolic link to `/etc/passwd`, outside the model's code"),
        ("pipe", "`pipe` is neither a file nor a symbolic link"),
    ],
)
def test_what_is_no_file_of_the_code_is_named(name: str, sentence: str, code: Path) -> None:
    if name == "pointer":
        (code / name).write_text(POINTER)
    elif name == "link":
        (code / name).symlink_to("/etc/passwd")
    else:
        os.mkfifo(code / name)
    with pytest.raises(DataError, match=sentence):
        tree_digest(find_code_tree(code))


def test_a_name_that_is_not_utf8_is_refused(code: Path) -> None:
    Path(os.fsdecode(bytes(code) + b"/\xff.py")).write_text("")
    with pytest.raises(DataError, match="is not UTF-8"):
        find_code_tree(code)


def test_no_code_is_told(code: Path) -> None:
    git(code, "init", "--quiet")
    with pytest.raises(DataError, match="Git tracks no file beneath the manifest"):
        find_code_tree(code)
    with pytest.raises(DataError, match="`nothing` names no code"):
        find_code_tree(code, ["model.py", "nothing"])
    with pytest.raises(DataError, match="`data/\\*` names no code: data sets"):
        find_code_tree(code, ["data/*"], ["data/holdout.csv"])


def test_a_repository_that_git_refuses_is_not_read_as_a_folder(code: Path) -> None:
    """T-code-tree: a fall-back to every file would make another digest of the same commit."""
    (code / ".git").mkdir()
    with pytest.raises(DataError, match="Git does not list the files"):
        find_code_tree(code)


def test_a_merge_that_is_not_finished_is_told(code: Path) -> None:
    git(code, "init", "--quiet", "--initial-branch", "main")
    commit(code)
    git(code, "checkout", "--quiet", "-b", "other")
    (code / "model.py").write_text("# there\n")
    commit(code)
    git(code, "checkout", "--quiet", "main")
    (code / "model.py").write_text("# here\n")
    commit(code)
    with pytest.raises(Exception, match="non-zero exit status"):
        git(code, "merge", "other")
    with pytest.raises(DataError, match=r"`model.py` has a merge conflict"):
        find_code_tree(code)
