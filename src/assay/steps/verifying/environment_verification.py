"""Verifies the record of the environment that the model ran in: it fits the manifest and the plan."""

from __future__ import annotations

from assay.dossier.environment_identity import ENVIRONMENT_FILE, EnvironmentIdentity
from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage, Plan, Predictions
from assay.edges.environment_record import read_environment_record
from assay.edges.store import DossierFolder
from assay.errors import PageError
from assay.manifest.document import Manifest
from assay.steps.predicting.whose_answers import are_given
from assay.steps.verifying.verification_report import Verification


def verify_environment(
    dossier: DossierFolder, page: ManifestPage, plan: Plan, predictions: Predictions
) -> Verification:
    """A report on the record; raises PageError for one that cannot be of this manifest's model."""
    found = read_environment_record(dossier)
    if not model_ran(manifest_of(page), predictions):
        if found is not None:
            raise PageError(
                f"{ENVIRONMENT_FILE} is in the dossier, but no model ran.", hint=f"Delete {ENVIRONMENT_FILE}."
            )
        return Verification()
    if found is None:
        return Verification(unknown=(f"the environment that the model ran in: the dossier has no {ENVIRONMENT_FILE}",))
    require_declared(found, manifest_of(page), plan)
    return Verification(
        checked=(f"{ENVIRONMENT_FILE}: {found.title}, as the manifest declares it",),
        unknown=(f"whether the model ran in the environment of {ENVIRONMENT_FILE}: only a signature vouches for it",),
    )


def model_ran(manifest: Manifest, predictions: Predictions) -> bool:
    """Whether the answers are a model's own: not given as files, and not none at all."""
    return bool(predictions.sets) and not are_given(manifest)


def require_declared(found: EnvironmentIdentity, manifest: Manifest, plan: Plan) -> None:
    """Raises PageError unless an environment is of the kind that the manifest declares, by the planned requirements."""
    declared = manifest.model.environment
    origin = "assay" if declared is None else "python" if declared.python is not None else "requirements"
    planned = next((each.digest for each in plan.inputs if each.role == "environment"), None)
    if (found.origin, found.requirements) != (origin, planned):
        raise PageError(
            f"{ENVIRONMENT_FILE} is of an environment by `{found.origin}` with the requirements "
            f"{found.requirements or 'of none'}, but the plan asks for `{origin}` with {planned or 'none'}.",
            hint="Run `assay predict` again, then the steps after it.",
        )
