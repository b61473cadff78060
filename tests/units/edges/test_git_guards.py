"""What a repository brings along runs nothing, and stands for nothing else than it is."""

from pathlib import Path

import pytest
from tests.support.git import git

from assay.cli import main
from assay.edges.git import find_commit, list_blobs_at, list_others_at
from assay.edges.git_repository import find_work_tree
from assay.errors import UsageError

CONFIGURATION = """\
[core]
\trepositoryformatversion = 0
\tbare = true
\tsshCommand = "touch {marker}; false"
[remote "origin"]
\turl = ssh://git@localhost/x
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    made.mkdir()
    git(made, "init", "--quiet", "--initial-branch=main")
    (made / "assay.yaml").write_text("assay: 1\n")
    git(made, "add", ".")
    git(made, "commit", "--quiet", "--message", "first")
    return made


def test_a_folder_that_looks_like_a_repository_is_none(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """F-7: the manifest's folder may hold the files of a bare repository, whose settings run programs."""
    inner, marker = folder / "models" / "small", tmp_path / "marker"
    for name in ("refs/keep", "objects/keep", "assay.yaml"):
        (inner / name).parent.mkdir(parents=True, exist_ok=True)
        (inner / name).write_text("assay: 1\n")
    (inner / "HEAD").write_text("ref: refs/heads/main\n")
    (inner / "config").write_text(CONFIGURATION.format(marker=marker))
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "a repository in the repository")
    with pytest.raises(UsageError, match="bare Git repository"):
        find_work_tree(inner)
    code = main(["fetch", "--manifest", str(inner / "assay.yaml"), "--base", "1" * 40])
    assert (code, marker.exists()) == (2, False)
    assert "looks like a bare Git repository" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["main", "origin/main"])
def test_a_tag_named_like_a_branch_is_not_taken_for_it(folder: Path, name: str) -> None:
    """C6: Git itself prefers the tag, which whoever may push one could have made at weaker bars."""
    first = git(folder, "rev-parse", "HEAD")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "second")
    second = git(folder, "rev-parse", "HEAD")
    git(folder, "update-ref", "refs/remotes/origin/main", second)
    assert find_commit(folder, name) == second
    git(folder, "config", "core.warnAmbiguousRefs", "false")
    git(folder, "update-ref", f"refs/tags/{name}", first)
    with pytest.raises(UsageError, match="is ambiguous"):
        find_commit(folder, name)
    full = f"refs/heads/{name}" if name == "main" else f"refs/remotes/{name}"
    assert find_commit(folder, full) == second
    git(folder, "update-ref", "refs/tags/HEAD", first)
    assert find_commit(folder, "HEAD") == second


def test_links_and_submodules_are_no_files_of_a_commit(folder: Path) -> None:
    (folder / "link").symlink_to("assay.yaml")
    git(folder, "add", ".")
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(folder, "commit", "--quiet", "--message", "a link and a submodule")
    assert list(list_blobs_at(folder, "HEAD")) == ["assay.yaml"]
    assert list_others_at(folder, "HEAD") == {"link", "sub"}
