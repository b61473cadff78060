"""Answers taken from files of ids and scores that were made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assay.edges.data_files import find_source
from assay.errors import DataError, ModelError
from assay.manifest.block_parts import Class
from assay.steps.predicting.model_answering import Answers, Asked, PlannedRecipe
from assay.tables.source import Source

FORMAT = "predictions"
NOTHING_LOADED: dict[str, Any] = {"executes": "nothing", "types": [], "note": "Only its predictions are here."}
SCORE = "score"


def read_answers(asked: Asked, recipes: Sequence[PlannedRecipe]) -> Answers:
    """The answers to the recipes that change nothing; a file has no answers for changed rows."""
    plain = [each for each in recipes if not each.recipe.changes]
    found = [_read(asked, each) for each in plain]
    classes = {names for names, _ in found}
    if len(classes) > 1:
        raise ModelError("The predictions files do not name the same classes.")
    return Answers(
        recipes=plain,
        scores=[scores for _, scores in found],
        classes=next(iter(classes)) if classes else (),
        isolation="none",
        seconds=0.0,
    )


def read_scores_of(source: Source, key: str | None, ids: Any, data: str) -> tuple[tuple[str, ...], Any]:
    """A file's score columns, and its scores in the order of some ids, which belong to the data set `data`.

    Raises ModelError for ids or scores that are missing, duplicate, of other rows, or not finite numbers.
    """
    import numpy as np

    from assay.tables.reading import open_file
    from assay.tables.scores import positions

    with open_file(source) as opened:
        columns = opened.schema()
        if key is not None and key not in columns:
            raise ModelError(f"`{source.name}` has no column `{key}`, so its rows cannot be matched.")
        names = tuple(name for name in columns if name == SCORE or name.startswith(f"{SCORE}:"))
        if not names or any(columns[name] not in ("number", "integer") for name in names):
            raise ModelError(f"`{source.name}` has no column `{SCORE}` of numbers (or several `{SCORE}:<class>`).")
        found = opened.read(names)
        try:
            keys = opened.read_ids(key)
        except DataError as error:
            raise ModelError(str(error)) from error
    scores = np.column_stack([np.asarray(found[name], dtype=np.float64) for name in names])
    wrong = int(np.count_nonzero(~np.isfinite(scores).all(axis=1)))
    if wrong:
        raise ModelError(f"The scores of {wrong} rows in `{source.name}` are missing or not finite.")
    try:
        return names, scores[positions(ids.tolist(), data, keys.tolist(), source.name)]
    except DataError as error:
        raise ModelError(str(error)) from error


def _read(asked: Asked, planned: PlannedRecipe) -> tuple[tuple[Class, ...], Any]:
    path = asked.artifact.predictions.get(planned.recipe.set)
    if path is None:
        raise ModelError(
            f"No predictions file is named for the data set `{planned.recipe.set}`.",
            hint=f"Write `predictions: {{{planned.recipe.set}: path}}` under `model.artifact`.",
        )
    key = asked.manifest.data.id if asked.manifest.data else None
    names, scores = read_scores_of(find_source(asked.root, path), key, planned.rows.ids, planned.rows.source.name)
    if asked.manifest.model.task != "regression" and scores.size and (scores.min() < 0 or scores.max() > 1):
        raise ModelError(f"`{path}` has scores outside 0 to 1; expected probabilities.")
    return _classes(asked, names), scores


def _classes(asked: Asked, names: Sequence[str]) -> tuple[Class, ...]:
    """The classes of the score columns, as values of the label; a single column is the positive class."""
    model, data = asked.manifest.model, asked.manifest.data
    if len(names) == 1:
        return () if model.task == "regression" else (model.positive,)
    kinds = (
        {(each.columns or {}).get(str(data.label)) for each in asked.plan.inputs if each.role == "data"}
        if data
        else set()
    )
    texts = [name.partition(":")[2] for name in names]
    if "integer" in kinds and all(text.lstrip("-").isdigit() for text in texts):
        return tuple(int(text) for text in texts)
    return tuple(texts)
