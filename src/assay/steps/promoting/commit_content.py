"""Verifies that a commit contains what was judged, by the commit's bytes and not the work tree's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from assay.canonical import PREFIX, digest
from assay.documents.shipped import shipped_folder
from assay.dossier.at_base import of_change
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.data_files import digest_data
from assay.edges.files import digest_beneath
from assay.edges.git import list_blobs_at, list_others_at, read_blobs
from assay.edges.git_lfs import read_lfs_pointer
from assay.edges.line_ends import ADVICE, differ_in_line_ends
from assay.edges.model_folders import digest_model_input
from assay.edges.rego.bundle import read_bundle
from assay.errors import DataError
from assay.ledger.promotion_page import PromotionError
from assay.steps.planning.folders import blobs_in, digest_blobs
from assay.steps.planning.pointers import digest_at
from assay.steps.promoting.commit_code import committed_code_was_converted, digest_committed_code

JUDGE_AGAIN = "Commit what you want to promote, run `assay check` there, and try again."


def require_content(
    root: Path, commit: str, manifest: ManifestPage, plan: Plan, *, hint: str = JUDGE_AGAIN, whole: bool = False
) -> str:
    """A sentence on what was verified; raises PromotionError, with `hint`, if the commit differs from what was judged.

    A file that Git does not track must be in the work tree with the planned bytes, and match the commit's DVC pointer
    if there is one. With `whole` every file must be in the commit, or have a pointer there.
    """
    files = list_blobs_at(root, commit)
    planned = {each.path: each for each in of_change(plan.inputs) if each.role not in ("code", "reviews")}
    tracked = {path: files[inside] for path in planned if (inside := PurePosixPath(path).as_posix()) in files}
    if manifest.file not in files:
        raise PromotionError(f"`{manifest.file}` is not in the commit {commit[:12]}.", hint=hint)
    judged = {manifest.file: manifest.source, **{path: planned[path].digest for path in tracked}}
    names = [files[manifest.file], *tracked.values()]
    for (path, expected), content in zip(judged.items(), read_blobs(root, names), strict=True):
        _same(path, _digest(content), expected, commit, _hint(content, expected, hint))
    folders = {
        path: blobs
        for path in planned
        if path not in tracked and (blobs := blobs_in(files, path, every=planned[path].role == "model"))
    }
    for path, blobs in folders.items():
        _same(path, digest_blobs(root, blobs), planned[path].digest, commit, hint)
    beside = [each for path, each in planned.items() if path not in tracked and path not in folders]
    others = list_others_at(root, commit) if beside else frozenset()
    for each in beside:
        _refuse_links(each, others, commit, hint)
        _same(each.path, _in_work_tree(root, each), each.digest, None, hint)
        pointer = _pointer(manifest, each)
        if pointer in files:
            _same(each.path, digest_at(root, commit, each, pointer), each.digest, commit, hint)
        elif whole:
            raise PromotionError(
                f"The commit {commit[:12]} has neither `{each.path}` nor its DVC pointer, so nobody approved the file.",
                hint="Track it with Git, Git LFS or DVC, and let that commit be approved.",
            )
    _require_policies(root, commit, files, manifest, plan, hint)
    for each in plan.inputs:
        if each.role == "code":
            found = digest_committed_code(root, commit, manifest, plan, hint=hint, whole=whole)
            if found != each.digest and committed_code_was_converted(root, commit, manifest, plan, each.digest):
                hint = ADVICE.strip()
            _same("the model's code", found, each.digest, commit, hint)
    verified = len(judged) + sum(map(len, folders.values()))
    return f"{verified} files at {commit[:12]} and {len(beside)} untracked files are those that were judged"


def _refuse_links(planned: PlannedInput, others: Collection[str], commit: str, hint: str) -> None:
    """Refuses a file that is a link or in a submodule at the commit: the commit does not fix its bytes."""
    path = PurePosixPath(planned.path)
    if any(each.as_posix() in others for each in (path, *path.parents)):
        message = f"`{planned.path}` at {commit[:12]} is a link or in a submodule, so the commit does not contain it."
        raise PromotionError(message, hint=hint)


def _pointer(manifest: ManifestPage, planned: PlannedInput) -> str:
    """The path of the DVC pointer of an input."""
    data = manifest_of(manifest).data
    named = data.sets[planned.name].dvc if data and planned.role == "data" and planned.name in data.sets else None
    return PurePosixPath(named or f"{planned.path}.dvc").as_posix()


def _require_policies(
    root: Path, commit: str, files: Mapping[str, str], manifest: ManifestPage, plan: Plan, hint: str
) -> None:
    """Verifies that the commit's own policies are exactly those that judged."""
    named = manifest_of(manifest).policies
    if named is None:
        return
    folder = PurePosixPath(named).as_posix() + "/"
    own = {path: name for path, name in files.items() if path.startswith(folder) and not path.endswith("_test.rego")}
    shipped = {file.path for file in read_bundle([shipped_folder("policies")]).files}
    judged = {folder + file.path: file.digest for file in plan.bundle if file.path not in shipped}
    differing = set(own) ^ set(judged)
    if differing:
        path, by = min(differing), "did not judge" if min(differing) in own else "judged but is not there"
        message = f"The policies at {commit[:12]} are not those that judged: `{path}` {by}."
        raise PromotionError(message, hint=hint)
    for path, content in zip(own, read_blobs(root, list(own.values())), strict=True):
        _same(path, digest(content), judged[path], commit, _hint(content, judged[path], hint))


def _hint(content: bytes, expected: str, hint: str) -> str:
    return ADVICE.strip() if differ_in_line_ends(content, expected) else hint


def _digest(content: bytes) -> str:
    """The digest of a blob, or of the file that a Git LFS pointer names."""
    pointer = read_lfs_pointer(content)
    return digest(content) if pointer is None else pointer[0]


def _in_work_tree(root: Path, planned: PlannedInput) -> str:
    try:
        if planned.role == "model":
            return digest_model_input(root, planned.path)[0]
        return digest_data(root, planned.path) if planned.role == "data" else digest_beneath(root, planned.path)[0]
    except DataError as error:
        raise PromotionError(
            f"{error} Git does not track the file, so it must be in the work tree.",
            hint="Fetch it (`dvc pull`) and try again.",
        ) from error


def _same(path: str, found: str, expected: str, commit: str | None, hint: str) -> None:
    if found != expected:
        where = "in the work tree" if commit is None else f"at {commit[:12]}"
        shown = path if " " in path else f"`{path}`"
        raise PromotionError(
            f"{shown} {where} is not what was judged: found {found[: len(PREFIX) + 12]}…, "
            f"expected {expected[: len(PREFIX) + 12]}….",
            hint=hint,
        )
