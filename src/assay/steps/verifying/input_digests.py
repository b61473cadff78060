"""The inputs that a plan names, digested again from the bytes that are at hand."""

from __future__ import annotations

from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.store import DossierFolder
from assay.steps.planning import planned_inputs
from assay.steps.verifying.verification_report import Verification


def verify_inputs(dossier: DossierFolder, plan: Plan, manifest: ManifestPage) -> Verification:
    """What can be said of the planned inputs; raises DataError where one at hand has other bytes."""
    absent = [planned.path for planned in plan.inputs if not _at_hand(dossier, planned, manifest.file)]
    for planned in plan.inputs:
        if planned.path not in absent:
            planned_inputs.require_planned_inputs(dossier.root, [planned], planned.role)
    held = f"{len(plan.inputs) - len(absent)} of {len(plan.inputs)} inputs are at hand and are the planned ones"
    unknown = [f"whether inputs that are not at hand are the planned ones: {', '.join(absent)}"] if absent else []
    if any(planned.role == "reviews" for planned in plan.inputs):
        unknown.append("what GitHub says of the reviews today: the snapshot is of its time")
    return Verification(checked=(held,), unknown=tuple(unknown))


def _at_hand(dossier: DossierFolder, planned: PlannedInput, manifest: str) -> bool:
    # Away from the model's repository, whatever Python lies about is not the model's code.
    path = dossier.root / (manifest if planned.role == "code" else planned.path)
    return path.exists() or path.is_symlink()
