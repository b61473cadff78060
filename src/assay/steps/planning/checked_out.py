"""The commit that a plan is about: what is checked out, and which of the planned files are not the commit's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from assay.dossier.at_base import of_change
from assay.dossier.pages import Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.code_selection import matches, select_code
from assay.edges.git_checkout import list_changed, read_checkout
from assay.edges.git_listing import TrackedKind, list_committed
from assay.errors import EvaluationError
from assay.manifest.document import Manifest
from assay.steps.planning.planned_code import planned_code, withheld
from assay.steps.planning.pointers import digest_at

CODE = "code"


def record_checkout(root: Path, file: str, manifest: Manifest, plan: Plan) -> dict[str, Any]:
    """The record of what is checked out: its commit, its parents, and the planned files that differ from it.

    It is empty outside Git. It is true of this run only: the same files may be checked out as another commit, so no
    page holds it.
    """
    try:
        checkout = read_checkout(root)
    except EvaluationError:  # Git is not installed
        checkout = None
    if checkout is None:
        return {}
    files = {each.path: each.kind for each in list_committed(root, checkout.commit)}
    named = {file, *(_path(each) for each in of_change(plan.inputs) if each.role not in (CODE, "reviews"))}
    named |= set() if manifest.policies is None else {PurePosixPath(manifest.policies).as_posix()}
    code = _code(root, file, manifest, plan, files)
    changed = {*list_changed(root, checkout.commit, named | code), *(path for path in code if path not in files)}
    changed |= {*_beside(root, checkout.commit, manifest, plan, files)}
    return {
        "commit": checkout.commit,
        "parents": list(checkout.parents),
        "clean": not changed,
        **({"changed": sorted(changed)} if changed else {}),
    }


def _code(root: Path, file: str, manifest: Manifest, plan: Plan, files: Collection[str]) -> set[str]:
    """The model's code, here and in the commit: a file that is only in one of the two differs as well."""
    if not any(each.role == CODE for each in of_change(plan.inputs)):
        return set()
    inputs = [each for each in of_change(plan.inputs) if each.role != CODE]
    patterns = None if manifest.model.artifact is None else manifest.model.artifact.code
    committed = select_code(files, withheld(file, manifest, inputs))
    chosen = {path for path in committed if patterns is None or any(matches(path, each) for each in patterns)}
    return chosen | {*planned_code(root, file, manifest, inputs).kinds}


def _beside(root: Path, commit: str, manifest: Manifest, plan: Plan, files: Mapping[str, TrackedKind]) -> Iterator[str]:
    """The planned files that Git does not track and that differ from the commit's DVC pointer."""
    for each in of_change(plan.inputs):
        if each.role not in (CODE, "reviews") and not _is_tracked(_path(each), files):
            pointer = _pointer(manifest, each)
            if files.get(pointer) in ("file", "executable") and digest_at(root, commit, each, pointer) != each.digest:
                yield each.path


def _is_tracked(path: str, files: Collection[str]) -> bool:
    return path in files or any(each.startswith(f"{path}/") for each in files)


def _pointer(manifest: Manifest, planned: PlannedInput) -> str:
    sets = manifest.data.sets if manifest.data is not None else {}
    named = sets[planned.name].dvc if planned.role == "data" and planned.name in sets else None
    return PurePosixPath(named or f"{planned.path}.dvc").as_posix()


def _path(planned: PlannedInput) -> str:
    return PurePosixPath(planned.path).as_posix()
