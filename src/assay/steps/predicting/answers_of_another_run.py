"""Answers taken from another run's dossier: with the same model, data and recipes the model need not run again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assay.dossier.pages import Plan, PredictedSet, Predictions
from assay.edges.data_files import find_source
from assay.edges.environment_record import read_environment_record
from assay.edges.model_answers import read_classes, require_scores
from assay.edges.store import DossierFolder
from assay.errors import DataError, ModelError, PageError
from assay.manifest.block_parts import Class
from assay.manifest.model_blocks import Model
from assay.steps.predicting.model_answering import Answers, Asked, PlannedRecipe
from assay.tables.addressing import SCORE

ROLES = ("model", "code", "environment", "predictions")
_HINT = "Run `assay predict` again in that dossier, or let the model run here."


def take_answers(asked: Asked, recipes: Sequence[PlannedRecipe], folder: Path, *, own_job: bool) -> Answers:
    """The answers of another dossier to the same recipes; raises ModelError if the model, data or recipes differ.

    Their origin is unknown, so the isolation is `taken`: answers that must not be forged come from the model itself.
    Whether it was shut in counts only for answers of a job of its own (`own_job`).
    """
    real = Path(os.path.realpath(folder))
    pages, taken = DossierFolder(real, real).need(Predictions)
    if pages.plan is None:
        raise PageError(f"The dossier {folder.name} has predictions but no plan.")
    _require_same(asked.plan, pages.plan, recipes)
    sets = {(each.set, each.recipe or ""): each for each in taken.sets}
    if any((each.recipe.set, each.recipe.id) not in sets for each in recipes):
        raise ModelError(f"The dossier {folder.name} does not answer every recipe of the plan.", hint=_HINT)
    model = asked.manifest.model
    classes = _classes(taken, model)
    several = model.task == "multiclass-classification"
    columns = tuple(f"{SCORE}:{name}" for name in classes) if several else (SCORE,)
    return Answers(
        recipes=recipes,
        scores=[_read(real, sets[each.recipe.set, each.recipe.id], each, columns, model.task) for each in recipes],
        classes=classes,
        isolation="taken",
        shut_in=taken.shut_in if own_job else None,
        seconds=0.0,
        environment=read_environment_record(DossierFolder(real, real)),
    )


def _require_same(plan: Plan, other: Plan, recipes: Sequence[PlannedRecipe]) -> None:
    """Raises ModelError unless both plans have the same model and these recipes on the same data."""
    for role in ROLES:
        if _digests(plan, role) != _digests(other, role):
            raise ModelError(f"The answers come from another `{role}` than the plan's.", hint=_HINT)
    known = {(each.set, each.id): each for each in other.recipes}
    for planned in recipes:
        name = planned.recipe.set
        if _digests(plan, "data").get(name) != _digests(other, "data").get(name):
            raise ModelError(f"The answers are for other data than `{planned.rows.source.name}`.", hint=_HINT)
        if known.get((name, planned.recipe.id)) != planned.recipe:
            raise ModelError(
                f"The answers lack a recipe on `{name}` that the plan has.", hint="Use the same base in both runs."
            )


def _digests(plan: Plan, role: str) -> dict[str, str]:
    return {each.name: each.digest for each in plan.inputs if each.role == role}


def _classes(taken: Predictions, model: Model) -> tuple[Class, ...]:
    """The classes of the answers, verified as the model's own are; a binary model may name its positive class only."""
    if not taken.classes and model.task == "binary-classification":
        return ()
    return read_classes({"classes": list(taken.classes)}, model.task, model.positive)


def _read(folder: Path, declared: PredictedSet, planned: PlannedRecipe, columns: tuple[str, ...], task: str) -> Any:
    """The scores of one file, verified by its page's digest, by the data's ids, and as a model's answers are."""
    from assay.tables.scores import positions, read_scores, scores_digest

    source = find_source(folder / "predictions", declared.file)
    found = read_scores(source)
    if scores_digest(found.ids, found.scores, found.columns) != declared.digest:
        raise PageError(f"predictions/{declared.file} was changed after predictions.json was written.")
    if found.columns != columns:
        raise ModelError(
            f"predictions/{declared.file} has the columns {', '.join(found.columns)}; expected {', '.join(columns)}."
        )
    try:
        order = positions(planned.rows.ids.tolist(), planned.rows.source.name, found.ids.tolist(), declared.file)
    except DataError as error:
        raise ModelError(str(error)) from error
    return require_scores(declared.file, found.scores[order], task)
