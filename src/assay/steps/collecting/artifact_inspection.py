"""What is known about the planned model without loading it: its file, or its code and the pickles that this loads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from assay.dossier.check_materials import ArtifactInspection, PickleReading
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage, Plan
from assay.edges.code_pickles import find_pickles
from assay.edges.model_run import inspect_model
from assay.edges.models import MODEL_FORMATS
from assay.edges.pickle_list import beside_list, outside_list
from assay.edges.pickle_scan import PickleScan
from assay.errors import DataError
from assay.manifest.model_blocks import Artifact
from assay.steps.planning.planned_code import planned_code
from assay.steps.predicting.prediction_files import NOTHING_LOADED
from assay.steps.predicting.whose_answers import FORMAT

MOST_NOTE, MOST_NAMES = 1_000, 200


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
    reading = None
    if planned is not None and (scan := _scanner(artifact.format)) is not None:
        reading, found = _read_pickle(scan(str(path)), artifact, planned.digest, found)
    return ArtifactInspection(
        format=artifact.format,
        digest=planned.digest if planned else None,
        bytes=planned.bytes if planned else None,
        executes=found.get("executes"),
        types=tuple(map(str, found.get("types") or ())),
        note=str(found.get("note") or ""),
        pickle=reading,
    )


def _scanner(name: str) -> Callable[[str], PickleScan] | None:
    return MODEL_FORMATS.load(name).scan if name in MODEL_FORMATS.names() else None


def _read_pickle(
    scan: PickleScan, artifact: Artifact, planned: str, found: dict[str, Any]
) -> tuple[PickleReading, dict[str, Any]]:
    """What a pickle asks for, and what loading it executes by that: names of the list, or anything."""
    why = scan.why or ("" if scan.digest == planned else "It changed while it was read.")
    outside = outside_list(scan.uses, artifact.trusted_types)
    reading = PickleReading(
        read=not why,
        why=why,
        names=len(scan.uses),
        outside=outside[:MOST_NAMES],
        added=beside_list(scan.uses, artifact.trusted_types)[:MOST_NAMES],
        pinned=artifact.digest == planned and scan.digest in (None, planned),
    )
    if why:
        return reading, {**found, "note": f"Loading it can run any code. {why}"}
    note = f"Loading it asks for {reading.names} names, {len(outside)} of which nothing vouches for."
    executes = "arbitrary_code" if outside else "listed_names"
    return reading, {**found, "executes": executes, "types": sorted(scan.uses)[:MOST_NAMES], "note": note}


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
