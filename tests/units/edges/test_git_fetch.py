"""One commit fetched by its id: with its files, without a ref, and without changing how deep a clone is."""

import subprocess
from pathlib import Path

import pytest
from tests.support.git import git

from assay.edges.git import is_shallow, read_at
from assay.edges.git_push import fetch_commit
from assay.errors import EvaluationError, UsageError


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """Three commits on main, and one that only a pull request's ref names."""
    folder = tmp_path / "made"
    folder.mkdir()
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(tmp_path / "remote.git", "config", "uploadpack.allowFilter", "true")
    git(folder, "init", "--quiet", "--initial-branch=main")
    for number in range(4):
        (folder / "model.txt").write_text(f"{number}\n")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", f"number {number}")
        pushed = "refs/heads/main" if number < 3 else "refs/pull/1/head"
        git(folder, "push", "--quiet", str(tmp_path / "remote.git"), f"HEAD:{pushed}")
    return tmp_path / "remote.git"


def cloned(remote: Path, *how: str) -> Path:
    folder = remote.parent / "clone"
    subprocess.run(["git", "clone", "--quiet", *how, f"file://{remote}", str(folder)], check=True)
    return folder


def state(clone: Path) -> tuple[str, str, bool]:
    return git(clone, "for-each-ref"), git(clone, "rev-list", "--count", "HEAD"), (clone / ".git/FETCH_HEAD").exists()


@pytest.mark.parametrize(
    ("how", "deep"),
    [((), "4"), (("--depth=1",), "1"), (("--depth=2",), "1"), (("--filter=blob:none",), "4"), (("--filter=tree:0",), "4")],
)  # fmt: skip
def test_a_commit_that_no_branch_names(remote: Path, how: tuple[str, ...], deep: str) -> None:
    clone, commit = cloned(remote, *how), git(remote, "rev-parse", "refs/pull/1/head")
    before, shallow = state(clone), is_shallow(clone)
    fetch_commit(clone, "origin", commit)
    assert read_at(clone, commit, "model.txt") == b"3\n"
    assert git(clone, "rev-list", "--count", commit) == deep
    assert (state(clone), is_shallow(clone)) == (before, shallow)


@pytest.mark.parametrize("how", [("--filter=blob:none",), ("--filter=tree:0",), ("--filter=blob:none", "--depth=2")])
def test_a_commit_whose_files_are_lacking(remote: Path, how: tuple[str, ...]) -> None:
    """A clone with a filter has the commit, not the files; what it has of the history stays."""
    clone = cloned(remote, *how, "--no-checkout")
    commit = git(clone, "rev-parse", "HEAD~1")
    with pytest.raises(EvaluationError):
        read_at(clone, commit, "model.txt")
    before = state(clone)
    fetch_commit(clone, "origin", commit)
    assert read_at(clone, commit, "model.txt") == b"1\n"
    assert state(clone) == before


def test_what_is_here_is_not_asked_for(remote: Path) -> None:
    clone = cloned(remote, "--depth=2")
    remote.rename(remote.parent / "gone.git")
    before = state(clone)
    fetch_commit(clone, "origin", git(clone, "rev-parse", "HEAD"))
    assert state(clone) == before


def test_an_older_commit_than_a_shallow_clone_has(remote: Path) -> None:
    clone = cloned(remote, "--depth=1")
    commit = git(remote, "rev-parse", "main~2")
    fetch_commit(clone, "origin", commit)
    assert read_at(clone, commit, "model.txt") == b"0\n"
    assert state(clone)[1] == "1"


def test_what_cannot_be_had_is_said(remote: Path) -> None:
    clone = cloned(remote)
    for commit in ("a" * 40, git(remote, "rev-parse", "main^{tree}")):
        with pytest.raises(EvaluationError, match="could not be fetched from `origin`") as raised:
            fetch_commit(clone, "origin", commit)
        assert f"git fetch origin {commit}" in raised.value.hint
    with pytest.raises(EvaluationError, match="could not be fetched from `nowhere`"):
        fetch_commit(clone, "nowhere", "a" * 40)
    for commit in ("main", "a" * 39, "--upload-pack=id", "a" * 40 + ":refs/heads/x", "A" * 40):
        with pytest.raises(UsageError, match="is not the id of a commit"):
            fetch_commit(clone, "origin", commit)
    with pytest.raises(UsageError):
        fetch_commit(clone, "ext::id", "a" * 40)


def test_what_a_clone_prunes_is_not_pruned(remote: Path) -> None:
    """Tags that are here only stay, whatever the clone's configuration says of pruning."""
    clone = cloned(remote)
    git(clone, "config", "fetch.prune", "true")
    git(clone, "config", "fetch.pruneTags", "true")
    git(clone, "tag", "kept")
    fetch_commit(clone, "origin", git(remote, "rev-parse", "refs/pull/1/head"))
    assert git(clone, "tag", "--list") == "kept"
