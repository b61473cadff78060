"""Probes answered from another run's dossier: the same model, data and probes, so the model need not run again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assay.edges.data_files import find_source
from assay.edges.store import Dossier
from assay.errors import DataError, ModelError, PageError
from assay.pages import Plan, PredictedSet, Predictions
from assay.steps.predicting.models import Answers, Asked, Probe

ROLES = ("model", "code", "environment", "predictions")


def take_answers(asked: Asked, probes: Sequence[Probe], folder: Path) -> Answers:
    """The answers of another dossier to the same probes; raises ModelError where it asked something else.

    Who made them cannot be told, so the isolation is `taken`: what must not be forged is asked of the model itself.
    """
    real = Path(os.path.realpath(folder))
    pages, taken = Dossier(real, real).need(Predictions)
    if pages.plan is None:
        raise PageError(f"The dossier {folder.name} holds predictions but no plan.")
    _hold_same(asked.plan, pages.plan, probes)
    sets = {(each.set, each.recipe or ""): each for each in taken.sets}
    answered = [probe for probe in probes if (probe.recipe.set, probe.recipe.id) in sets]
    unchanged = [probe for probe in probes if not probe.recipe.changes]
    if not answered or any(probe not in answered for probe in unchanged):
        raise ModelError(f"The dossier {folder.name} has no answers for every data set.")
    return Answers(
        probes=answered,
        scores=[_read(real, sets[probe.recipe.set, probe.recipe.id], probe) for probe in answered],
        classes=taken.classes,
        isolation="taken",
        seconds=0.0,
    )


def _hold_same(plan: Plan, other: Plan, probes: Sequence[Probe]) -> None:
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
                f"The answers are about other data than `{probe.source.name}`.", hint="Run `predict` anew."
            )
        if recipes.get((name, probe.recipe.id)) != probe.recipe:
            raise ModelError(
                f"The answers leave out a probe of `{name}` that is judged.",
                hint="Judge by the same base in both runs.",
            )


def _digests(plan: Plan, role: str) -> dict[str, str]:
    return {each.name: each.digest for each in plan.inputs if each.role == role}


def _read(folder: Path, declared: PredictedSet, probe: Probe) -> Any:
    """The scores of one file, held against its page's digest and the data's ids."""
    from assay.tables.scores import positions, read_scores, scores_digest

    source = find_source(folder / "predictions", declared.file)
    found = read_scores(source)
    if scores_digest(found.ids, found.scores, found.columns) != declared.digest:
        raise PageError(f"predictions/{declared.file} was changed after predictions.json was written.")
    try:
        order = positions(probe.ids.tolist(), probe.source.name, found.ids.tolist(), declared.file)
    except DataError as error:
        raise ModelError(str(error)) from error
    return found.scores[order]
