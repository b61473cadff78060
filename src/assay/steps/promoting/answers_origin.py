"""Where the model's answers of a promotion come from: it is asked again, or a key that counts signed the dossier."""

from __future__ import annotations

from assay.dossier.page_set import Dossier, manifest_of
from assay.dossier.pages import ManifestPage, Plan, Predictions
from assay.edges.git_access import has_job_token
from assay.edges.isolation_levels import SHUT_IN, Request, choose_level
from assay.edges.store import DossierFolder
from assay.errors import AssayError
from assay.ledger.promotion_page import PromotionError
from assay.steps.planning.isolation_need import CHECK
from assay.steps.predicting.given_answers import make_page, planned_rows
from assay.steps.predicting.model_answering import Asked, PlannedRecipe, ask_model
from assay.steps.predicting.whose_answers import are_given

ASKED, GIVEN = "asked again", "given as files"
UNSIGNED = "Nobody signed the model's answers, and the model cannot be asked again"
_SIGN = (
    "Sign the dossier where the model was judged (`assay sign`), with a key that counts: one of the trust file that "
    "the manifest names (`trust`), or that of --key."
)


def establish_answers(dossier: DossierFolder, pages: Dossier, signer: str | None) -> str | None:
    """How the model's answers are known: `asked again`, `signed by <key>` or `given as files`; None if there are none.

    `signer` is the key that counts and signed the dossier, None if there is none. The inputs lie beneath the dossier's
    root, and files of answers were read again. Raises PromotionError if the model, asked again, answers otherwise, or
    if it can be neither asked nor believed.
    """
    plan, page, answered = pages.plan, pages.manifest, pages.predictions
    assert plan is not None  # noqa: S101  # verified by the caller
    assert page is not None  # noqa: S101
    assert answered is not None  # noqa: S101
    if not plan.recipes:
        return None
    if are_given(manifest_of(page)):
        return GIVEN
    if signer is not None:
        return f"signed by {signer}"
    level = _level(plan)
    try:
        again = _ask(dossier, page, plan, level)
    except AssayError as error:
        raise PromotionError(f"{UNSIGNED}: {error}", hint=_SIGN) from error
    _require_same(answered, again)
    return ASKED


def _level(plan: Plan) -> Request:
    """The level at which the model is asked; raises PromotionError where it may not run.

    No model runs in a job with a token, however it is shut in: its environment would be built there too.
    """
    if has_job_token():
        raise PromotionError(f"{UNSIGNED}: this job has a token, and no model runs beside it.", hint=_SIGN)
    level = choose_level("auto")
    if level not in SHUT_IN and any(each.id == CHECK for each in plan.checks):
        raise PromotionError(
            f"{UNSIGNED}: it must be shut in at this stage, which this system does not allow.", hint=_SIGN
        )
    return level


def _ask(dossier: DossierFolder, page: ManifestPage, plan: Plan, level: Request) -> Predictions:
    manifest = manifest_of(page)
    asked = Asked(root=dossier.root, dossier=dossier.folder, file=page.file, manifest=manifest, plan=plan)
    sets = {name: planned_rows(asked, name) for name in dict.fromkeys(recipe.set for recipe in plan.recipes)}
    recipes = [PlannedRecipe(recipe, sets[recipe.set]) for recipe in plan.recipes]
    return make_page(plan, asked.artifact.format, ask_model(asked, recipes, level))


def _require_same(answered: Predictions, again: Predictions) -> None:
    """Raises PromotionError unless both pages hold the same answers; where the model was shut in may differ."""
    if again.model_copy(update={"shut_in": answered.shut_in}) != answered:
        found, written = ({(each.set, each.recipe): each for each in page.sets} for page in (again, answered))
        keys = [key for key in written | found if found.get(key) != written.get(key)]
        differing = sorted({name for name, _ in keys})
        raise PromotionError(
            f"The model, asked again, answers otherwise; see {', '.join(differing) or 'its classes'}.",
            hint="Judge again what is to be promoted (`assay check`). A model that does not repeat its answers needs a "
            f"signature. {_SIGN}",
        )
