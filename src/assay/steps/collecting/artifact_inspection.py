"""What is known about the planned model without loading it: its file, or its code and the pickles that this loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assay.dossier.check_materials import ArtifactInspection
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage, Plan
from assay.edges.code_pickles import find_pickles
from assay.edges.model_run import inspect_model
from assay.errors import DataError
from assay.steps.planning.planned_code import planned_code
from assay.steps.predicting.prediction_files import FORMAT, NOTHING_LOADED

MOST_NOTE = 1_000


def inspect_artifact(root: Path, page: ManifestPage, plan: Plan) -> ArtifactInspection | None:
    """The model of a plan; None if the manifest names none."""
    artifact = manifest_of(page).model.artifact
    if artifact is None:
        return None
    planned = next((each for each in plan.inputs if each.role in ("model", "code", "predictions")), None)
    path = root / artifact.path if artifact.path else root
    found = NOTHING_LOADED if artifact.format == FORMAT else inspect_model(artifact.format, path)
    if planned is not None and planned.role == "code":
        found = _with_pickles(root, page, plan, found)
    return ArtifactInspection(
        format=artifact.format,
        digest=planned.digest if planned else None,
        bytes=planned.bytes if planned else None,
        executes=found.get("executes"),
        types=tuple(map(str, found.get("types") or ())),
        note=str(found.get("note") or ""),
    )


def _with_pickles(root: Path, page: ManifestPage, plan: Plan, found: dict[str, Any]) -> dict[str, Any]:
    """What running the model's code executes: anything, if a pickle is among it or is loaded by it."""
    try:
        pickles = find_pickles(planned_code(root, page.file, manifest_of(page), plan.inputs))
    except DataError:
        return {**found, "executes": None}
    if not pickles:
        return found
    note = f"Loading a pickle can run any code: {'; '.join(pickles)}."
    return {**found, "executes": "arbitrary_code", "note": note[:MOST_NOTE]}
