"""Run the model on the planned rows, isolated and without labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from assay.dossier.page_set import manifest_of
from assay.dossier.pages import Plan, PredictedSet, Predictions
from assay.edges.data_files import find_source, limits_of
from assay.edges.store import DossierFolder
from assay.errors import DataError, ModelError, PageError
from assay.options.step_options import StepOptions
from assay.steps.planning.planned_inputs import require_planned_inputs
from assay.steps.predicting.answers_of_another_run import take_answers
from assay.steps.predicting.model_answering import Answers, Asked, PlannedRecipe, PlannedRows, ask_model
from assay.steps.predicting.prediction_files import FORMAT, read_answers
from assay.tables.source import Source

AFTER = "plan"


class Options(StepOptions):
    """Options of `predict`."""

    isolation: Literal["auto", "process", "namespaces"] = Field(
        "auto",
        description="How the model's process is isolated; `auto` uses namespaces where the system allows them.",
    )
    answers: Path | None = Field(
        None,
        description="Dossier of another run to take the model's answers from; the model then does not run here.",
    )


def run(dossier: DossierFolder, options: Options) -> Predictions:
    """The predictions page with its Parquet files; empty if the plan has no recipes."""
    pages, plan = dossier.need(Plan, options.expect)
    if pages.manifest is None:
        raise PageError("The dossier has a plan but no manifest.", hint="Run `assay plan` first.")
    manifest = manifest_of(pages.manifest)
    if not plan.recipes:
        page = Predictions(parents={"plan": plan.digest()})
        dossier.write(page)
        return page
    artifact = manifest.model.artifact
    if artifact is None:
        raise ModelError("The manifest names no model.", hint="Write `artifact: {path: …, format: …}` under `model`.")
    asked = Asked(root=dossier.root, dossier=dossier.folder, manifest=manifest, plan=plan)
    require_planned_inputs(dossier.root, plan.inputs, "model", "code", "environment", "predictions")
    sets = {name: _rows(asked, name) for name in dict.fromkeys(recipe.set for recipe in plan.recipes)}
    recipes = [PlannedRecipe(recipe, sets[recipe.set]) for recipe in plan.recipes]
    answers = _answer(asked, recipes, options)
    page = Predictions(
        parents={"plan": plan.digest()},
        format=artifact.format,
        # A model that names only its positive class leaves the other one unknown.
        classes=answers.classes if len(answers.classes) > 1 else (),
        sets=tuple(_write(dossier, each, answers, number) for number, each in enumerate(answers.recipes)),
    )
    dossier.write(page)
    dossier.record("predict", {"isolation": answers.isolation, "seconds": answers.seconds})
    return page


def _answer(asked: Asked, recipes: Sequence[PlannedRecipe], options: Options) -> Answers:
    if asked.artifact.format == FORMAT:
        return read_answers(asked, recipes)
    if options.answers is not None:
        return take_answers(asked, recipes, options.answers)
    return ask_model(asked, recipes, options.isolation)


def _rows(asked: Asked, name: str) -> PlannedRows:
    from assay.tables.reading import read_ids

    planned = next((each for each in asked.plan.inputs if each.role == "data" and each.name == name), None)
    if planned is None:
        raise DataError(f"The plan has no data set `{name}`.")
    source: Source = find_source(asked.root, planned.path, limits_of(asked.manifest.data))
    if source.digest != planned.digest:
        raise DataError(f"`{planned.path}` is not the file that was planned: its digest is {source.digest}.")
    data = asked.manifest.data
    return PlannedRows(source, planned.columns or {}, read_ids(source, data.id if data else None))


def _write(dossier: DossierFolder, planned: PlannedRecipe, answers: Answers, number: int) -> PredictedSet:
    from assay.tables.addressing import SCORE
    from assay.tables.scores import scores_digest, write_scores

    scores = answers.scores[number]
    several = scores.shape[1] > 1
    columns = [f"{SCORE}:{name}" for name in answers.classes] if several else [SCORE]
    page = PredictedSet(
        set=planned.recipe.set,
        recipe=planned.recipe.id or None,
        rows=len(planned.rows.ids),
        columns=tuple(columns),
        digest=scores_digest(planned.rows.ids, scores, columns),
    )
    dossier.guard()
    folder = dossier.path("predictions")
    folder.mkdir(parents=True, exist_ok=True)
    write_scores(folder / page.file, planned.rows.ids, scores, columns)
    return page
