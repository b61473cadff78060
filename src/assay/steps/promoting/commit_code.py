"""The model's code at a commit, digested as a plan digests a work tree."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assay.canonical import digest
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.code_content import CodeEntry, copy_code, digest_code, listing_digest
from assay.edges.code_selection import matches, select_code
from assay.edges.code_tree import CodeTree, select_untracked
from assay.edges.git import read_blobs
from assay.edges.git_lfs import read_lfs_pointer
from assay.edges.git_listing import TrackedPath, list_committed
from assay.edges.git_objects import read_sizes
from assay.edges.line_ends import MOST_BYTES
from assay.edges.tree_line_ends import code_differs_in_line_ends
from assay.errors import DataError
from assay.ledger.promotion_page import PromotionError
from assay.steps.planning.planned_code import withheld
from assay.steps.planning.pointers import digest_at

BATCH = 200


def digest_committed_code(
    root: Path, commit: str, manifest: ManifestPage, plan: Plan, *, hint: str, whole: bool
) -> str:
    """The digest of the model's code at a commit; files that patterns name beside Git come from the work tree.

    Such a file must match its DVC pointer at the commit if it has one, and must have one with `whole`; raises
    PromotionError, with `hint`, otherwise.
    """
    committed, found, beside = _select(root, commit, manifest, plan)
    listed = [*_committed(root, [committed[path] for path in found])]
    return listing_digest([*listed, *_beside(root, commit, committed, beside, hint=hint, whole=whole)])


def committed_code_was_converted(root: Path, commit: str, manifest: ManifestPage, plan: Plan, planned: str) -> bool:
    """Whether the code that was planned is the commit's but for line ends, which a checkout converted."""
    committed, found, beside = _select(root, commit, manifest, plan)
    paths = [committed[path] for path in found]
    if sum(size or 0 for size in read_sizes(root, [each.object_id for each in paths])) > MOST_BYTES:
        return False
    files = {each.path: content for each, content in _contents(root, paths) if each.kind != "link"}
    try:
        entries = (*_committed(root, paths), *digest_code(CodeTree.of(root, beside)))
    except DataError:
        return False
    return code_differs_in_line_ends(root, entries, files, planned)


def write_committed_code(root: Path, commit: str, manifest: ManifestPage, plan: Plan, target: Path) -> None:
    """Writes the model's code at a commit beneath a folder; a file in Git LFS comes from the work tree, if it is there.

    Files that patterns name beside Git are copied from the work tree.
    """
    committed, found, beside = _select(root, commit, manifest, plan)
    # Links come last: a hand-made tree may have a file beneath a link, which would be written where that leads.
    for each, content in _contents(
        root, sorted((committed[path] for path in found), key=lambda one: one.kind == "link")
    ):
        copy = target / each.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        if each.kind == "link":
            with contextlib.suppress(FileExistsError):
                copy.symlink_to(os.fsdecode(content))
            continue
        copy.write_bytes(content if read_lfs_pointer(content) is None else _fetched(root, each.path, content))
        copy.chmod(0o755 if each.kind == "executable" else 0o644)
    copy_code(CodeTree.of(root, beside), target, None)


def _select(
    root: Path, commit: str, manifest: ManifestPage, plan: Plan
) -> tuple[dict[str, TrackedPath], tuple[str, ...], tuple[str, ...]]:
    """What a commit tracks, the paths of it that are code, and the files beside it that are code too."""
    declared = manifest_of(manifest)
    never = withheld(manifest.file, declared, plan.inputs)
    patterns = None if declared.model.artifact is None else declared.model.artifact.code
    committed = {each.path: each for each in list_committed(root, commit)}
    submodules = [path for path, each in committed.items() if each.kind == "submodule"]
    found = select_code(committed.keys() - {*submodules}, never)
    if patterns is None:
        return committed, found, ()
    beside = select_untracked(root, patterns, found, (*never, *submodules))
    return committed, tuple(path for path in found if any(matches(path, each) for each in patterns)), beside


def _fetched(root: Path, path: str, pointer: bytes) -> bytes:
    """The bytes of a file in Git LFS in the work tree, else its pointer."""
    try:
        return (root / path).read_bytes()
    except OSError:
        return pointer


def _contents(root: Path, paths: Sequence[TrackedPath]) -> Iterator[tuple[TrackedPath, bytes]]:
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        yield from zip(batch, read_blobs(root, [each.object_id for each in batch]), strict=True)


def _committed(root: Path, paths: Sequence[TrackedPath]) -> Iterator[CodeEntry]:
    for each, content in _contents(root, paths):
        pointer = None if each.kind == "link" else read_lfs_pointer(content)
        found, size = pointer or (digest(content), len(content))
        yield CodeEntry(each.path, each.kind, found, size)


def _beside(
    root: Path, commit: str, committed: Mapping[str, TrackedPath], paths: Sequence[str], *, hint: str, whole: bool
) -> Iterator[CodeEntry]:
    """The named files that Git does not track, from the work tree."""
    try:
        entries = digest_code(CodeTree.of(root, paths))
    except DataError as error:
        raise PromotionError(f"{error} Git does not track the file, so it must be in the work tree.") from error
    for entry in entries:
        pointer = f"{entry.path}.dvc"
        planned = PlannedInput(role="code", name="code", path=entry.path, digest=entry.digest, bytes=entry.bytes)
        if pointer in committed and digest_at(root, commit, planned, pointer) != entry.digest:
            raise PromotionError(
                f"`{entry.path}` is not the file to which `{pointer}` at {commit[:12]} points.", hint=hint
            )
        if pointer not in committed and whole:
            raise PromotionError(
                f"The commit {commit[:12]} has neither `{entry.path}` nor a DVC pointer to it, so nobody approved it.",
                hint="Track it with Git, Git LFS or DVC, and let that commit be approved.",
            )
        yield entry
