"""Verifies the inputs of a plan by digesting the files that are here again."""

from __future__ import annotations

from assay.dossier.pages import ManifestPage, Plan
from assay.dossier.plan_parts import PlannedInput
from assay.edges.store import DossierFolder
from assay.steps.planning.planned_inputs import require_planned_input
from assay.steps.verifying.verification_report import Verification


def verify_inputs(dossier: DossierFolder, plan: Plan, manifest: ManifestPage) -> Verification:
    """A report on the planned inputs; raises DataError for a file whose digest differs."""
    absent = [planned.path for planned in plan.inputs if not _is_here(dossier, planned, manifest.file)]
    for planned in plan.inputs:
        if planned.path not in absent:
            require_planned_input(dossier.root, manifest, plan.inputs, planned)
    checked = f"{len(plan.inputs) - len(absent)} of {len(plan.inputs)} inputs are here and match the plan"
    unknown = [f"inputs that are not here: {', '.join(absent)}"] if absent else []
    if any(planned.role == "reviews" for planned in plan.inputs):
        unknown.append("the reviews as they are on GitHub today: the snapshot is older")
    return Verification(checked=(checked,), unknown=tuple(unknown))


def _is_here(dossier: DossierFolder, planned: PlannedInput, manifest: str) -> bool:
    # Outside the model's repository, the files that are here are not the model's code.
    path = dossier.root / (manifest if planned.role == "code" else planned.path)
    return path.exists() or path.is_symlink()
