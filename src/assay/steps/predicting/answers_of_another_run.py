"""Probes answered from another run's dossier: the same model, data and probes, so the model need not run again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assay.dossier.pages import Plan, PredictedSet, Predictions
from assay.edges.data_files import find_source
from assay.edges.model_answers import read_classes, require_scores
from assay.edges.store import DossierFolder
from assay.errors import DataError, ModelError, PageError
from assay.manifest.document import Class, Model
from assay.steps.predicting.model_answering import Answers, Asked, Probe
from assay.tables.addressing import SCORE

ROLES = ("model", "code", "environment", "predictions")


def take_answers(asked: Asked, probes: Sequence[Probe], folder: Path) -> Answers:
    """The answers of another dossier to the same probes; raises ModelError where it asked something else.

    Who made them cannot be told, so the isolation is `taken`: what must not be forged is asked of the model itself.
    """
    real = Path(os.path.realpath(folder))
    pages, taken = DossierFolder(real, real).need(Predictions)
    if pages.plan is None:
        raise PageError(f"The dossier {folder.name} holds predictions but no plan.")
    _require_same(asked.plan, pages.plan, probes)
    sets = {(each.set, each.recipe or ""): each for each in taken.sets}
    if any((probe.recipe.set, probe.recipe.id) not in sets for probe in probes):
        raise ModelError(f"The dossier {folder.name} does not answer every probe.", hint="Run `predict` anew.")
    model = asked.manifest.model
    classes = _classes(taken, model)
    several = model.task == "multiclass-classification"
    columns = tuple(f"{SCORE}:{name}" for name in classes) if several else (SCORE,)
    return Answers(
        probes=probes,
        scores=[_read(real, sets[probe.recipe.set, probe.recipe.id], probe, columns, model.task) for probe in probes],
        classes=classes,
        isolation="taken",
        seconds=0.0,
    )


def _require_same(plan: Plan, other: Plan, probes: Sequence[Probe]) -> None:
    """Raises ModelError unless both plans name the same model, and these probes of the same data."""
    for role in ROLES:
        if _digests(plan, role) != _digests(other, role):
            raise ModelError(
                f"The answers are of another {role} than the one that is judged.", hint="Run `predict` anew."
            )
    recipes = {(each.set, each.id): each for each in other.recipes}
    for probe in probes:
        name = probe.recipe.set
        if _digests(plan, "data").get(name) != _digests(other, "data").get(name):
            raise ModelError(
                f"The answers are about other data than `{probe.rows.source.name}`.", hint="Run `predict` anew."
            )
        if recipes.get((name, probe.recipe.id)) != probe.recipe:
            raise ModelError(
                f"The answers leave out a probe of `{name}` that is judged.",
                hint="Judge by the same base in both runs.",
            )


def _digests(plan: Plan, role: str) -> dict[str, str]:
    return {each.name: each.digest for each in plan.inputs if each.role == role}


def _classes(taken: Predictions, model: Model) -> tuple[Class, ...]:
    """The classes that are named, held as the model's own are; a binary model may name its positive class only."""
    if not taken.classes and model.task == "binary-classification":
        return ()
    return read_classes({"classes": list(taken.classes)}, model.task, model.positive)


def _read(folder: Path, declared: PredictedSet, probe: Probe, columns: tuple[str, ...], task: str) -> Any:
    """The scores of one file, held against its page's digest and the data's ids, and as a model's answers are."""
    from assay.tables.scores import positions, read_scores, scores_digest

    source = find_source(folder / "predictions", declared.file)
    found = read_scores(source)
    if scores_digest(found.ids, found.scores, found.columns) != declared.digest:
        raise PageError(f"predictions/{declared.file} was changed after predictions.json was written.")
    if found.columns != columns:
        raise ModelError(
            f"predictions/{declared.file} holds {', '.join(found.columns)}; expected {', '.join(columns)}."
        )
    try:
        order = positions(probe.rows.ids.tolist(), probe.rows.source.name, found.ids.tolist(), declared.file)
    except DataError as error:
        raise ModelError(str(error)) from error
    return require_scores(declared.file, found.scores[order], task)
