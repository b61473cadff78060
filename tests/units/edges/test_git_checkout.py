"""What is checked out, and whether its files are the commit's, whatever the index says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.git import commit, git

from assay.edges.git_checkout import list_changed, read_checkout

FILES = {"model.bin": "weights\n", "code/part.py": "VALUE = 1\n", "data/rows.csv": "key\n1\n", "NOTES.md": "Notes.\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with files, a link, and a file that Git LFS keeps."""
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    os.symlink("./model.bin", folder / "latest.bin")  # noqa: PTH211  (pathlib would write it without `./`)
    digest = hashlib.sha256(b"large\n").hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 6\n"
    (folder / "large.bin").write_text(pointer)
    commit(folder, "First")
    (folder / "large.bin").write_text("large\n")
    return folder


def head(root: Path) -> str:
    return git(root, "rev-parse", "HEAD")


def test_the_commit_and_its_parents_also_in_a_shallow_clone(root: Path, tmp_path: Path) -> None:
    first = head(root)
    git(root, "switch", "--quiet", "--create", "change")
    change = commit_empty(root, "Of the change")
    git(root, "switch", "--quiet", "main")
    tip = commit_empty(root, "Of main")
    git(root, "merge", "--quiet", "--no-ff", "--no-edit", "change")
    git(tmp_path, "clone", "--quiet", "--depth=1", root.as_uri(), "shallow")
    for folder in (root, tmp_path / "shallow"):
        found = read_checkout(folder)
        assert found is not None
        assert (found.commit, found.parents) == (head(root), (tip, change))
        assert found.merges(change)
        assert not found.merges(tip)
        assert not found.merges(first)


def commit_empty(root: Path, message: str) -> str:
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
    return head(root)


def test_outside_of_git_and_before_a_commit_nothing_is_checked_out(tmp_path: Path) -> None:
    assert read_checkout(tmp_path) is None
    git(tmp_path, "init", "--quiet")
    assert read_checkout(tmp_path) is None


def test_an_unchanged_work_tree_differs_in_nothing(root: Path) -> None:
    (root / "untracked.csv").write_text("key\n")
    (root / ".assay").mkdir()
    assert list_changed(root, head(root), ["."]) == ()
    assert list_changed(root, head(root), ["untracked.csv", "absent.csv"]) == ()


def test_in_a_folder_of_the_repository_its_own_files_are_compared(root: Path) -> None:
    """T-judged-commit: the model of a folder is held against its own files, not against those of the same name above."""
    (root / "code/NOTES.md").write_text("Of the code\n")
    commit(root, "Notes with the code")
    assert list_changed(root / "code", head(root), ["."]) == ()
    (root / "NOTES.md").write_text("Changed above\n")
    assert list_changed(root / "code", head(root), ["."]) == ()
    (root / "code/NOTES.md").write_text("Changed\n")
    assert list_changed(root / "code", head(root), ["."]) == ("NOTES.md",)
    assert list_changed(root / "code", head(root), ["part.py"]) == ()


CHANGES: list[tuple[str, Callable[[Path], object]]] = [
    ("model.bin", lambda root: (root / "model.bin").write_text("Weights\n")),
    ("model.bin", lambda root: (root / "model.bin").unlink()),
    ("code/part.py", lambda root: (root / "code/part.py").write_text("VALUE = 1\r\n")),
    ("latest.bin", lambda root: (root / "latest.bin").unlink() or (root / "latest.bin").symlink_to("NOTES.md")),
    ("latest.bin", lambda root: (root / "latest.bin").unlink() or (root / "latest.bin").write_text("weights\n")),
    ("model.bin", lambda root: (root / "model.bin").rename(root / "kept") and (root / "model.bin").symlink_to("kept")),
    ("large.bin", lambda root: (root / "large.bin").write_text("Large\n")),
]


@pytest.mark.parametrize(("path", "change"), CHANGES)
@pytest.mark.parametrize("flag", ["", "--assume-unchanged", "--skip-worktree"])
def test_a_change_is_seen_whatever_the_index_says(
    root: Path, path: str, change: Callable[[Path], object], flag: str
) -> None:
    """T-judged-commit: flags of the index hide a change from `git status`, and nothing from a digest."""
    if flag:
        git(root, "update-index", flag, path)
    change(root)
    assert list_changed(root, head(root), ["."]) == (path,)
    assert list_changed(root, head(root), [path]) == (path,)
    assert list_changed(root, head(root), ["NOTES.md"]) == ()


def test_no_filter_of_the_repository_runs(root: Path, tmp_path: Path) -> None:
    """F-7: what `.gitattributes` names and the clone's settings define would run on each file."""
    (root / ".gitattributes").write_text("* filter=own\n")
    git(root, "config", "filter.own.clean", f"touch {tmp_path / 'ran'}; cat")
    git(root, "add", ".gitattributes")
    (tmp_path / "ran").unlink(missing_ok=True)
    (root / "model.bin").write_text("Weights\n")
    assert list_changed(root, head(root), ["."]) == ("model.bin",)
    assert not (tmp_path / "ran").exists()


def test_a_folder_stands_for_its_files(root: Path) -> None:
    (root / "data/rows.csv").write_text("key\n2\n")
    assert list_changed(root, head(root), ["data"]) == ("data/rows.csv",)
    assert list_changed(root, head(root), ["dat"]) == ()
