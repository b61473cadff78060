"""The repository that a folder lies in, found by its files alone, so that no setting in it leads elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from assay.errors import UsageError

_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE")


def find_work_tree(root: Path) -> Path:
    """The top folder of the work tree that holds a folder.

    Raises UsageError for a folder that is in none, and for one in a bare repository, whose files Git would read as its
    settings. Where the repository says that its work tree is (`core.worktree`) does not count.
    """
    start = Path(os.path.realpath(root))
    broken: Path | None = None
    for folder in (start, *start.parents):
        inner = folder / ".git"
        if inner.is_file() or _is_repository(inner):
            return folder
        if _is_repository(folder):
            raise UsageError(
                f"`{folder}` looks like a bare Git repository, which has no work tree.",
                hint=f"Work in a clone of it: `git clone {folder}`. If it is a folder of a repository, move `HEAD`, "
                "`objects` and `refs` elsewhere: Git would read its settings beside them.",
            )
        broken = broken or (inner if inner.is_dir() else None)
    if broken is not None:
        raise UsageError(f"`{broken}` is not whole: {_lacking(broken)}.", hint="Make a fresh clone, or run `git init`.")
    set_elsewhere = [name for name in _ELSEWHERE if os.environ.get(name)]
    hint = "Run `git init`, or change the folder."
    if os.environ.get("GITHUB_ACTIONS") == "true":
        hint = "Install Git in the job's image before actions/checkout, which else downloads files without `.git`."
    if set_elsewhere:
        hint = f"Assay does not read {' and '.join(set_elsewhere)}: run it in a folder that has its own `.git`."
    raise UsageError(f"`{root}` is not in a Git repository.", hint=hint)


def path_in_tree(root: Path, path: str = "") -> str:
    """A path relative to `root` as the repository's commits name it; `root` itself is an empty path."""
    start = Path(os.path.realpath(root))
    inside = os.path.normpath((start / path).relative_to(find_work_tree(root)))
    if inside.startswith(".."):
        raise UsageError(f"`{path}` is not in the repository of `{root}`.")
    return "" if inside == "." else inside


def _is_repository(folder: Path) -> bool:
    """Whether Git would take a folder for a repository: it has a head, objects and refs."""
    head = folder / "HEAD"
    return (head.is_file() or head.is_symlink()) and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _lacking(folder: Path) -> str:
    """What a folder lacks to be a repository."""
    missing = next((name for name in ("HEAD", "objects", "refs") if not (folder / name).exists()), "HEAD")
    return f"it has no `{missing}`"
