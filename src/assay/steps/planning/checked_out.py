"""The commit that a plan is about: what is checked out, and which of the planned files are not the commit's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from assay.dossier.pages import Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.files import find_code
from assay.edges.git import list_blobs_at
from assay.edges.git_checkout import list_changed, read_checkout
from assay.errors import EvaluationError
from assay.manifest.document import Manifest
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
    named = {file, *(_path(each) for each in plan.inputs if each.role != "reviews")}
    policies = set() if manifest.policies is None else {PurePosixPath(manifest.policies).as_posix()}
    changed = {*list_changed(root, checkout.commit, named | policies), *_beside(root, checkout.commit, manifest, plan)}
    return {
        "commit": checkout.commit,
        "parents": list(checkout.parents),
        "clean": not changed,
        **({"changed": sorted(changed)} if changed else {}),
    }


def _beside(root: Path, commit: str, manifest: Manifest, plan: Plan) -> Iterator[str]:
    """The planned files that Git does not track and that differ from the commit's DVC pointer, or are code."""
    files = list_blobs_at(root, commit)
    for each in plan.inputs:
        if each.role == CODE:
            yield from (path for path in find_code(root) if path not in files)
        elif each.role != "reviews" and not _is_tracked(_path(each), files):
            pointer = _pointer(manifest, each)
            if pointer in files and digest_at(root, commit, each, pointer) != each.digest:
                yield each.path


def _is_tracked(path: str, files: dict[str, str]) -> bool:
    return path in files or any(each.startswith(f"{path}/") for each in files)


def _pointer(manifest: Manifest, planned: PlannedInput) -> str:
    sets = manifest.data.sets if manifest.data is not None else {}
    named = sets[planned.name].dvc if planned.role == "data" and planned.name in sets else None
    return PurePosixPath(named or f"{planned.path}.dvc").as_posix()


def _path(planned: PlannedInput) -> str:
    return PurePosixPath(planned.path).as_posix()
