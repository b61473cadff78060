"""Answers taken from files of ids and scores that were made elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from assay.dossier.at_base import at_base, is_at_base, plain
from assay.edges.data_files import find_source
from assay.errors import DataError, ModelError
from assay.manifest.block_parts import Class
from assay.steps.predicting.model_answering import Answers, Asked, PlannedRecipe
from assay.tables.source import Source

NOTHING_LOADED: dict[str, Any] = {"executes": "nothing", "types": [], "note": "Only its predictions are here."}
SCORE = "score"


def read_answers(asked: Asked, recipes: Sequence[PlannedRecipe]) -> Answers:
    """The answers to the recipes that change nothing; a file has no answers for changed rows.

    A file may hold rows of the base's data beside those of the change; without all of them, it answers none of them.
    """
    unchanged = [each for each in recipes if not each.recipe.changes]
    rows = {each.recipe.set: each.rows.ids for each in unchanged}
    answered, found = [], []
    for each in unchanged:
        name = each.recipe.set
        other = rows.get(plain(name) if is_at_base(name) else at_base(name))
        if is_at_base(name) and (other is None or not _has_rows(asked, each)):
            continue
        found.append(_read(asked, each, () if other is None else other))
        answered.append(each)
    classes = {names for names, _ in found}
    if len(classes) > 1:
        raise ModelError("The predictions files do not name the same classes.")
    return Answers(
        recipes=answered,
        scores=[scores for _, scores in found],
        classes=next(iter(classes)) if classes else (),
        isolation="none",
        seconds=0.0,
    )


def _has_rows(asked: Asked, planned: PlannedRecipe) -> bool:
    """Whether a file holds every row of the base's data; row numbers would be those of the change's."""
    from assay.tables.reading import open_file

    path = asked.artifact.predictions.get(plain(planned.recipe.set))
    key = asked.manifest.data.id if asked.manifest.data is not None else None
    if path is None or key is None:
        return False
    with open_file(find_source(asked.root, path)) as opened:
        return key in opened.schema() and set(planned.rows.ids.tolist()) <= set(opened.read_ids(key).tolist())


def read_scores_of(
    source: Source, key: str | None, ids: Any, data: str, beside: Iterable[str | None] = ()
) -> tuple[tuple[str, ...], Any]:
    """A file's score columns, and its scores in the order of some ids, which belong to the data set `data`.

    It may also hold rows with the ids `beside`. Raises ModelError for ids or scores that are missing, duplicate, of
    other rows, or not finite numbers.
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
        own, found_ids = ids.tolist(), keys.tolist()
        theirs = {*beside}
        if theirs and (others := theirs - {*own}):
            kept = [place for place, each in enumerate(found_ids) if each not in others]
            scores, found_ids = scores[kept], [found_ids[place] for place in kept]
        return names, scores[positions(own, data, found_ids, source.name)]
    except DataError as error:
        raise ModelError(str(error)) from error


def _read(asked: Asked, planned: PlannedRecipe, beside: Iterable[str | None]) -> tuple[tuple[Class, ...], Any]:
    name = plain(planned.recipe.set)
    path = asked.artifact.predictions.get(name)
    if path is None:
        raise ModelError(
            f"No predictions file is named for the data set `{name}`.",
            hint=f"Write `predictions: {{{name}: path}}` under `model.artifact`.",
        )
    key = asked.manifest.data.id if asked.manifest.data else None
    source, rows = find_source(asked.root, path), planned.rows
    names, scores = read_scores_of(source, key, rows.ids, rows.source.name, beside)
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
    return classes_in(names, whole="integer" in kinds)


def classes_in(names: Sequence[str], *, whole: bool) -> tuple[Class, ...]:
    """The classes that columns `score:<class>` name; `whole` says that the label is of whole numbers."""
    texts = [name.partition(":")[2] for name in names]
    if whole and all(text.lstrip("-").isdigit() for text in texts):
        return tuple(int(text) for text in texts)
    return tuple(texts)
