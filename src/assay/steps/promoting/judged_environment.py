"""The environment that a model was judged in, and what a promotion asks of it."""

from __future__ import annotations

import sys
from pathlib import Path

from assay.dossier.environment_identity import (
    ENVIRONMENT_FILE,
    EnvironmentIdentity,
    environment_differences,
    shown_differences,
)
from assay.dossier.page_set import Dossier, manifest_of
from assay.dossier.pages import ManifestPage
from assay.edges.environment_record import read_environment_record
from assay.edges.environments import named_interpreter
from assay.edges.files import read_beneath
from assay.edges.git import read_at
from assay.edges.git_access import has_job_token
from assay.edges.isolation_levels import choose_level
from assay.edges.store import FOLDER, DossierFolder
from assay.errors import AssayError, PageError
from assay.ledger.entry import Entry
from assay.ledger.promotion_page import PromotionError
from assay.steps.verifying.environment_verification import model_ran

JUDGE_THERE = "Nothing was written. Judge the model again in the environment that you want to promote it in."


def require_hashed_requirements(root: Path, commit: str, page: ManifestPage) -> None:
    """Raises PromotionError for requirements without hashes, which the index may fill as it likes.

    They are those of the commit; a file that Git does not track is in the work tree with the planned bytes.
    """
    environment = manifest_of(page).model.environment
    if environment is None or environment.requirements is None:
        return
    from assay.edges.requirements_grammar import MOST_BYTES, first_unhashed, read_requirements

    path = environment.requirements
    content = read_at(root, commit, path)
    try:
        pins = read_requirements(content or read_beneath(root, path, limit=MOST_BYTES), path)
    except AssayError as error:
        raise PromotionError(str(error), hint=error.hint) from error
    bare = first_unhashed(pins)
    if bare is not None:
        raise PromotionError(
            f"{path}:{bare.line}: `{bare.name}=={bare.version}` has no hash, so the index decides what is installed.",
            hint="Write the hashes with `uv pip compile --generate-hashes` or `uv export`, and judge again.",
        )


def environment_digest(dossier: DossierFolder) -> str | None:
    """The digest of the record of the model's environment, None if no model ran."""
    found = read_environment_record(dossier)
    return None if found is None else found.digest()


def require_judged_environment(dossier: DossierFolder, pages: Dossier, registration: Entry | None) -> str | None:
    """The digest of the environment that the model was judged in, None if no model ran.

    Raises PromotionError if the dossier does not say, if the interpreter that the manifest names is here with another
    environment, and if the version was registered with another one.
    """
    if pages.manifest is None or pages.plan is None or pages.predictions is None:
        raise PageError("The dossier is not complete.")
    if not model_ran(manifest_of(pages.manifest), pages.predictions):
        return None
    judged = read_environment_record(dossier)
    if judged is None:
        raise PromotionError(
            f"The dossier does not say in which environment the model ran: it has no {ENVIRONMENT_FILE}.",
            hint="Run `assay check` again, and keep the whole dossier.",
        )
    _refuse_editable(judged)
    _require_here(dossier.root, pages.manifest, judged)
    if registration is not None:
        _require_registered(dossier, judged, registration)
    return judged.digest()


def _refuse_editable(judged: EnvironmentIdentity) -> None:
    edited = [f"`{each.name}`" for each in judged.distributions if each.editable]
    if edited:
        raise PromotionError(
            f"The model was judged with editable installations, whose versions do not say what their code is: "
            f"{', '.join(edited[:5])}.",
            hint="Install them as wheels, or name their code under `model.artifact.code`, and judge again.",
        )


def _require_here(root: Path, page: ManifestPage, judged: EnvironmentIdentity) -> None:
    """Compares the interpreter that the manifest names, if it is here.

    In a job with a token it runs only if it is shut in: it may be a program of the repository.
    """
    declared = manifest_of(page).model.environment
    if declared is None or declared.python is None:
        return
    level = choose_level("auto")
    if not (root / declared.python).is_file():
        _warn(f"`{declared.python}` is not here, so only the dossier says what is installed there")
    elif level == "process" and has_job_token():
        _warn(f"`{declared.python}` was not run in this job, so only the dossier says what is installed there")
    else:
        found = environment_differences(judged, named_interpreter(root, declared.python, level).environment)
        if found:
            raise PromotionError(
                f"The environment of `{declared.python}` is not the one that the model was judged in: "
                f"{shown_differences(found)}.",
                hint=JUDGE_THERE,
            )


def _require_registered(dossier: DossierFolder, judged: EnvironmentIdentity, registration: Entry) -> None:
    """Compares with the environment of the registration; only Assay's own may have changed since, with its releases."""
    if registration.environment in (None, judged.digest()):
        return
    found = _registered(dossier, registration)
    differing = (
        shown_differences(environment_differences(found, judged))
        if found is not None
        else (f"its record is {judged.digest()[:19]}…, the registered one {str(registration.environment)[:19]}…")
    )
    message = f"The model was judged in another environment than {registration.tag} was registered with: {differing}."
    if judged.origin != "assay":
        raise PromotionError(message, hint=JUDGE_THERE)
    _warn(f"{message} Declare `model.environment` to keep it the same")


def _registered(dossier: DossierFolder, registration: Entry) -> EnvironmentIdentity | None:
    """The record of the registration, if its dossier is still here."""
    folder = dossier.root / FOLDER / registration.model / registration.stage
    try:
        found = read_environment_record(DossierFolder(folder, dossier.root))
    except AssayError:
        return None
    return found if found is not None and found.digest() == registration.environment else None


def _warn(sentence: str) -> None:
    sys.stderr.write(f"warning: {sentence}.\n")
