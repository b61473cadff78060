"""The content of a commit, held against what was judged: bytes of the commit, not of the work tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from assay.canonical import PREFIX, canonical, digest
from assay.edges.data_files import digest_data
from assay.edges.files import digest_beneath
from assay.edges.git import list_blobs_at, read_blobs
from assay.errors import DataError
from assay.pages import ManifestPage, Plan
from assay.planned import PlannedInput
from assay.promotion import PromotionError
from assay.steps.planning.folders import blobs_in, digest_blobs

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid (sha256:[0-9a-f]{64})\nsize \d+\n"
)


JUDGE_AGAIN = "Commit what is to be promoted, run `assay check` there, and try again."


def hold_content(root: Path, commit: str, manifest: ManifestPage, plan: Plan, *, hint: str = JUDGE_AGAIN) -> str:
    """What was held; raises PromotionError, with `hint`, where the commit holds something else than was judged.

    A file that Git does not track must lie in the work tree, with the bytes that were planned.
    """
    files = list_blobs_at(root, commit)
    planned = {each.path: each for each in plan.inputs if each.role not in ("code", "reviews")}
    tracked = {path: files[inside] for path in planned if (inside := PurePosixPath(path).as_posix()) in files}
    if manifest.file not in files:
        raise PromotionError(f"`{manifest.file}` is not in the commit {commit[:12]}.", hint=hint)
    judged = {manifest.file: manifest.source, **{path: planned[path].digest for path in tracked}}
    names = [files[manifest.file], *tracked.values()]
    for (path, expected), content in zip(judged.items(), read_blobs(root, names), strict=True):
        _same(path, _digest(content), expected, commit, hint)
    folders = {path: blobs for path in planned if path not in tracked and (blobs := blobs_in(files, path))}
    for path, blobs in folders.items():
        _same(path, digest_blobs(root, blobs), planned[path].digest, commit, hint)
    beside = [each for path, each in planned.items() if path not in tracked and path not in folders]
    for each in beside:
        _same(each.path, _in_work_tree(root, each), each.digest, None, hint)
    for each in plan.inputs:
        if each.role == "code":
            _same("the repository's Python code", _code(root, files), each.digest, commit, hint)
    held = len(judged) + sum(map(len, folders.values()))
    return f"{held} files at {commit[:12]} and {len(beside)} beside it are those judged"


def _digest(content: bytes) -> str:
    """The digest of a blob, or of the file that it stands for where Git LFS keeps that."""
    pointer = _POINTER.fullmatch(content)
    return pointer[1].decode() if pointer else digest(content)


def _in_work_tree(root: Path, planned: PlannedInput) -> str:
    try:
        return digest_data(root, planned.path) if planned.role == "data" else digest_beneath(root, planned.path)[0]
    except DataError as error:
        raise PromotionError(
            f"{error} Git does not track it, so its bytes must be at hand.",
            hint="Fetch it (`dvc pull`), then try again.",
        ) from error


def _code(root: Path, files: Mapping[str, str]) -> str:
    """The digest of a commit's Python files, put together as `plan` does for those of a work tree."""
    paths = sorted(path for path in files if path.endswith(".py") and _is_code(path))
    contents = read_blobs(root, [files[path] for path in paths])
    return digest(
        canonical([[path, digest(content), len(content)] for path, content in zip(paths, contents, strict=True)])
    )


def _is_code(path: str) -> bool:
    return not any(part.startswith((".", "__")) for part in PurePosixPath(path).parts[:-1])


def _same(path: str, found: str, expected: str, commit: str | None, hint: str) -> None:
    if found != expected:
        where = "in the work tree" if commit is None else f"at {commit[:12]}"
        shown = path if " " in path else f"`{path}`"
        raise PromotionError(
            f"{shown} {where} is not what was judged: it is {found[: len(PREFIX) + 12]}…, "
            f"judged was {expected[: len(PREFIX) + 12]}….",
            hint=hint,
        )
