"""The planned inputs as files in one folder, so that a promotion can measure again what was judged."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assay.dossier.at_base import of_base
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.code_content import copy_code
from assay.edges.files import write_atomically
from assay.edges.git import list_blobs_at, read_blobs
from assay.edges.remote import is_remote
from assay.edges.store import DossierFolder
from assay.errors import AssayError
from assay.steps.planning.base_content import restore_base_data
from assay.steps.planning.folders import blobs_in
from assay.steps.planning.planned_code import planned_code
from assay.steps.planning.planned_inputs import require_planned_input
from assay.steps.promoting.commit_code import write_committed_code

_AT_ONCE = 32


@dataclass(frozen=True, kw_only=True)
class FoundInputs:
    """A folder that holds the planned inputs by their planned paths, and those that it `lacks`."""

    root: Path
    lacks: tuple[str, ...] = ()


@contextlib.contextmanager
def find_planned(dossier: DossierFolder, page: ManifestPage, plan: Plan, commit: str) -> Iterator[FoundInputs]:
    """The planned inputs with their planned bytes: of the work tree if it has them all, else of the commit as well.

    A file that was made from the commit is deleted afterwards.
    """
    for each in of_base(plan.inputs):
        if _differs(dossier.root, page, plan, each):
            restore_base_data(dossier.root, commit, manifest_of(page), each)
    if not any(_differs(dossier.root, page, plan, each) for each in plan.inputs):
        yield FoundInputs(root=dossier.root, lacks=_lost_answers(dossier))
        return
    with tempfile.TemporaryDirectory(prefix="assay-inputs-") as name:
        folder = Path(name).resolve()
        _write_code(dossier.root, folder, page, plan, commit)
        _write_from_commit(dossier.root, folder, plan, commit)
        for each in plan.inputs:
            lacking = each.role != "code" and not is_remote(each.path) and _differs(folder, page, plan, each)
            if lacking and not _differs(dossier.root, page, plan, each):
                _take(dossier.root, folder, each.path)
        lost = tuple(f"`{each.path}`" for each in plan.inputs if _differs(folder, page, plan, each))
        yield FoundInputs(root=folder, lacks=(*lost, *_lost_answers(dossier)))


def _differs(root: Path, page: ManifestPage, plan: Plan, planned: PlannedInput) -> bool:
    """Whether an input is missing beneath a folder, or has other bytes than planned."""
    try:
        require_planned_input(root, page, plan.inputs, planned)
    except (AssayError, OSError):
        return True
    return False


def _lost_answers(dossier: DossierFolder) -> tuple[str, ...]:
    """The dossier's files of predictions that are not there; a changed one is there, and is refused when it is read."""
    page = dossier.pages().predictions
    files = [each.file for each in page.sets] if page is not None else []
    there = dossier.path("predictions")
    return tuple(f"predictions/{name}" for name in files if not os.path.lexists(there / name))


def _write_from_commit(root: Path, folder: Path, plan: Plan, commit: str) -> None:
    files = list_blobs_at(root, commit)
    wanted: dict[str, str] = {}
    for each in plan.inputs:
        wanted |= {} if each.role == "code" else _blobs_of(files, each)
    paths = list(wanted)
    for start in range(0, len(paths), _AT_ONCE):
        part = paths[start : start + _AT_ONCE]
        for path, content in zip(part, read_blobs(root, [wanted[each] for each in part]), strict=True):
            write_atomically(folder / path, content)


def _write_code(root: Path, folder: Path, page: ManifestPage, plan: Plan, commit: str) -> None:
    """Writes the planned code: that of the work tree if it is the planned one, else the commit's."""
    planned = next((each for each in plan.inputs if each.role == "code"), None)
    if planned is None:
        return
    if _differs(root, page, plan, planned):
        write_committed_code(root, commit, page, plan, folder)
    else:
        copy_code(planned_code(root, page.file, manifest_of(page), plan.inputs), folder, planned.digest)


def _blobs_of(files: Mapping[str, str], planned: PlannedInput) -> dict[str, str]:
    """The blob of a file, or the blobs of a folder, by path."""
    inside = PurePosixPath(planned.path).as_posix()
    if inside in files:
        return {inside: files[inside]}
    return {f"{inside}/{each}": blob for each, blob in blobs_in(files, inside, every=planned.role == "model").items()}


def _take(root: Path, folder: Path, path: str) -> None:
    """Links a file or folder of the work tree, or copies it to another file system."""
    source, target = root / path, folder / path
    if target.is_dir():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_link_or_copy, symlinks=True)
    else:
        _link_or_copy(str(source), str(target))


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copyfile(source, target, follow_symlinks=False)
