"""CatBoost: a model as `save_model` writes it, binary or JSON; its trees are numbers and execute nothing."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

SUFFIXES: tuple[str, ...] = (".cbm", ".cb", ".json")
EXECUTES = "nothing"
NAMES_ARE_SURE = True


def inspect(path: str) -> dict[str, Any]:
    """The loss and the number of features; raises ValueError for a file that is not a CatBoost model."""
    from assay.edges.catboost_file import read_catboost

    found = read_catboost(path)
    note = f"Objective: {found.loss or 'unknown'}; {len(found.features)} features."
    return {"executes": EXECUTES, "types": [], "note": note}


def names(path: str) -> tuple[str, ...]:
    """The names of the features; empty if the model was trained without names."""
    from assay.edges.catboost_file import read_catboost

    try:
        found = read_catboost(path).features
    except (ValueError, OSError):
        return ()
    return () if found == tuple(map(str, range(len(found)))) else found


def width(path: str) -> int | None:
    """The number of features; None if the file does not say."""
    from assay.edges.catboost_file import read_catboost

    try:
        return len(read_catboost(path).features) or None
    except (ValueError, OSError):
        return None


def classes(path: str) -> tuple[str | int | bool, ...]:
    """The classes of a classifier; empty for other models."""
    from assay.edges.catboost_file import read_catboost

    try:
        return read_catboost(path).classes
    except (ValueError, OSError):
        return ()


def prepare(_job: dict[str, Any]) -> None:
    """Imports CatBoost."""
    importlib.import_module("catboost")


def load(job: dict[str, Any]) -> tuple[Callable[[Any], Any], list[Any]]:
    """The model as a function of columns, and its classes; raises ValueError if it does not answer for the task.

    CatBoost itself would give raw scores of a classifier as a regression, and numbers of a regression as probabilities.
    """
    library, path, regression = importlib.import_module("catboost"), job["artifact"], job["task"] == "regression"
    with open(path, "rb") as file:  # noqa: PTH123 - as short as a path
        form = "cbm" if file.read(4) == b"CBM1" else "json"
    model = library.CatBoostClassifier().load_model(path, format=form)
    classes = [each.item() if hasattr(each, "item") else each for each in model.classes_]
    if regression == bool(classes):
        what = "a classifier" if classes else "no classifier"
        raise ValueError(f"The file contains {what}, so it cannot answer for {job['task']}.")
    if regression:
        model = library.CatBoostRegressor().load_model(path, format=form)
    wanted, categories = list(model.feature_names_), model.get_cat_feature_indices()
    named = wanted != [str(place) for place in range(len(wanted))]

    def predict(columns: Any) -> Any:
        frame = _chosen(columns.frame(), wanted, named=named)
        for name in (frame.columns[place] for place in categories):
            missing = int(frame[name].isna().sum())
            if missing:
                raise ValueError(
                    f"The model takes `{name}` as categories, and CatBoost takes none that is missing, but {missing:,} "
                    "are: write a word for them, in training and in the data."
                )
        return (model.predict if regression else model.predict_proba)(frame, thread_count=1)

    return predict, classes


def _chosen(frame: Any, wanted: list[str], *, named: bool) -> Any:
    """The model's columns in its order, because CatBoost takes them by their place; all of them if it has no names."""
    if isinstance(frame, dict):
        raise ValueError("CatBoost takes columns of several types only with pandas, which the environment lacks.")  # noqa: TRY004
    if not named:
        if len(wanted) != len(frame.columns):
            raise ValueError(f"The model takes {len(wanted)} features, but there are {len(frame.columns)}.")
        return frame
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise ValueError(f"The model needs features that are missing: {', '.join(missing[:20])}.")
    return frame[wanted]
