"""Verifies answers that were given as files: the page of predictions must follow from those files."""

from __future__ import annotations

from pathlib import Path

from assay.dossier.page_set import manifest_of
from assay.dossier.pages import ManifestPage, Plan, PredictedSet, Predictions
from assay.edges.data_files import find_data_set
from assay.edges.line_ends import line_end_advice
from assay.errors import AssayError, DataError, PageError
from assay.steps.planning.isolation_need import CHECK
from assay.steps.predicting.model_answering import Answers, Asked, PlannedRecipe, PlannedRows
from assay.steps.predicting.prediction_files import read_answers
from assay.steps.predicting.whose_answers import FORMAT
from assay.tables.source import Source


def planned_rows(asked: Asked, name: str) -> PlannedRows:
    """A planned data set with the ids of its rows; raises DataError if its content is not the planned one."""
    from assay.tables.reading import read_ids

    planned = next((each for each in asked.plan.inputs if each.role == "data" and each.name == name), None)
    if planned is None:
        raise DataError(f"The plan has no data set `{name}`.")
    source: Source = find_data_set(asked.root, planned.path, asked.manifest.data, name)
    if source.digest != planned.digest:
        advice = line_end_advice(asked.root, planned.path, planned.digest)
        raise DataError(f"`{planned.path}` is not the file that was planned: its digest is {source.digest}.{advice}")
    data = asked.manifest.data
    return PlannedRows(source, planned.columns or {}, read_ids(source, data.id if data else None))


def verify_given_answers(root: Path, dossier: Path, declared: ManifestPage, plan: Plan, page: Predictions) -> None:
    """Raises PageError if the page differs from the files that the plan names, which lie beneath `root`."""
    manifest = manifest_of(declared)
    asked = Asked(root=root, dossier=dossier, file=declared.file, manifest=manifest, plan=plan)
    sets = {name: planned_rows(asked, name) for name in dict.fromkeys(recipe.set for recipe in plan.recipes)}
    recipes = [PlannedRecipe(recipe, sets[recipe.set]) for recipe in plan.recipes]
    try:
        again = make_page(plan, FORMAT, read_answers(asked, recipes)) if recipes else make_page(plan, None, None)
    except AssayError as error:
        raise PageError(f"The files of predictions cannot be read again: {error}") from error
    if again != page:
        found, written = ({(each.set, each.recipe): each for each in which.sets} for which in (again, page))
        differing = sorted({name for name, _ in (key for key in found | written if found.get(key) != written.get(key))})
        raise PageError(
            "predictions.json does not follow from the planned files of predictions; "
            f"see {', '.join(differing) or 'its classes'}."
        )


def make_page(plan: Plan, form: str | None, answers: Answers | None) -> Predictions:
    """The page of a plan's answers; None if the plan asks for none."""
    if answers is None:
        return Predictions(parents={"plan": plan.digest()})
    return Predictions(
        parents={"plan": plan.digest()},
        format=form,
        # A model that names only its positive class leaves the other one unknown.
        classes=answers.classes if len(answers.classes) > 1 else (),
        shut_in=answers.shut_in if any(each.id == CHECK for each in plan.checks) else None,
        sets=tuple(_predicted(answers, number) for number in range(len(answers.recipes))),
    )


def _predicted(answers: Answers, number: int) -> PredictedSet:
    planned = answers.recipes[number]
    return PredictedSet(
        set=planned.recipe.set,
        recipe=planned.recipe.id or None,
        rows=len(planned.rows.ids),
        columns=answers.columns(number),
        digest=answers.digest(number),
    )
