"""Run the model on the planned rows, isolated and without labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from assay.dossier.page_set import manifest_of
from assay.dossier.pages import Plan, Predictions
from assay.edges.environment_record import write_environment_record
from assay.edges.store import DossierFolder
from assay.errors import ModelError, PageError
from assay.options.step_options import StepOptions
from assay.steps.planning.planned_inputs import require_planned_inputs
from assay.steps.predicting.answers_of_another_run import take_answers
from assay.steps.predicting.given_answers import make_page, planned_rows
from assay.steps.predicting.model_answering import Answers, Asked, PlannedRecipe, ask_model
from assay.steps.predicting.prediction_files import read_answers
from assay.steps.predicting.whose_answers import FORMAT

AFTER = "plan"


class Options(StepOptions):
    """Options of `predict`."""

    isolation: Literal["auto", "process", "landlock", "sealed"] = Field(
        "auto",
        description="How the model's process is isolated; `auto` takes the strongest that the system accepts.",
    )
    answers: Path | None = Field(
        None,
        description="Dossier of another run to take the model's answers from; the model then does not run here.",
    )
    own_job: bool = Field(
        default=False,
        description="The answers come from a job of its own in this workflow, which ran the model at the isolation "
        "`landlock` or `sealed`; without this word, stages that need isolation stay closed.",
    )


def run(dossier: DossierFolder, options: Options) -> Predictions:
    """The predictions page with its Parquet files; empty if the plan has no recipes."""
    pages, plan = dossier.need_current(Plan, options.expect)
    if pages.manifest is None:
        raise PageError("The dossier has a plan but no manifest.", hint="Run `assay plan` first.")
    manifest = manifest_of(pages.manifest)
    if not plan.recipes:
        page = make_page(plan, None, None)
        dossier.write(page)
        return page
    artifact = manifest.model.artifact
    if artifact is None:
        raise ModelError("The manifest names no model.", hint="Write `artifact: {path: …, format: …}` under `model`.")
    asked = Asked(root=dossier.root, dossier=dossier.folder, file=pages.manifest.file, manifest=manifest, plan=plan)
    require_planned_inputs(dossier.root, pages.manifest, plan.inputs, "model", "code", "environment", "predictions")
    sets = {name: planned_rows(asked, name) for name in dict.fromkeys(recipe.set for recipe in plan.recipes)}
    recipes = [PlannedRecipe(recipe, sets[recipe.set]) for recipe in plan.recipes]
    answers = _answer(asked, recipes, options)
    page = make_page(plan, artifact.format, answers)
    _write_files(dossier, page, answers)
    dossier.write(page)
    facts: dict[str, Any] = {"isolation": answers.isolation, **answers.accepted, "seconds": answers.seconds}
    if answers.environment is not None:
        write_environment_record(dossier, answers.environment)
        facts |= {"environment": answers.environment.digest(), "python": answers.python}
    dossier.record("predict", facts)
    return page


def _answer(asked: Asked, recipes: Sequence[PlannedRecipe], options: Options) -> Answers:
    if asked.artifact.format == FORMAT:
        return read_answers(asked, recipes)
    if options.answers is not None:
        return take_answers(asked, recipes, options.answers, own_job=options.own_job)
    return ask_model(asked, recipes, options.isolation)


def _write_files(dossier: DossierFolder, page: Predictions, answers: Answers) -> None:
    from assay.tables.scores import write_scores

    folder = dossier.path("predictions")
    if page.sets:
        dossier.guard()
        folder.mkdir(parents=True, exist_ok=True)
    for each, planned, scores in zip(page.sets, answers.recipes, answers.scores, strict=True):
        write_scores(folder / each.file, planned.rows.ids, scores, list(each.columns))
