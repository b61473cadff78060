"""Features as a fitted estimator takes them: columns by name, one column of text, categories as they were trained.

Like `model_child.py`, which travels with it, this script uses only the standard library and the model's own libraries,
and keeps to Python 3.8.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, Callable  # noqa: UP035 - Python 3.8

MOST_NESTING = 20
INNER = ("best_estimator_", "estimator_", "estimator", "base_estimator")


def wrap(model: Any, job: dict[str, Any]) -> tuple[Callable[[Any], Any], list[Any]]:
    """A scikit-learn estimator as a function of columns, and its classes."""
    method = "predict" if job["task"] == "regression" else "predict_proba"
    if not callable(getattr(model, method, None)):
        raise ValueError(  # noqa: TRY004 - shown as it is
            f"The file contains a {type(model).__name__} without `{method}`, so it cannot answer for {job['task']}."
        )
    classes = [] if job["task"] == "regression" else list(getattr(model, "classes_", ()))

    def predict(columns: Any) -> Any:
        return getattr(model, method)(arrange(model, columns))

    return predict, classes


def arrange(model: Any, columns: Any) -> Any:
    """The columns as the estimator was fitted with them."""
    first = first_step(model)
    if hasattr(first, "build_analyzer") and not hasattr(model, "feature_names_in_"):
        return texts(columns)
    frame = columns.frame()
    if isinstance(frame, dict):
        numpy = importlib.import_module("numpy")
        return numpy.column_stack([numpy.asarray(columns[name]) for name in chosen(model, columns)])
    frame = with_missing(model, frame[chosen(model, columns)])
    if getattr(model, "feature_names_in_", None) is not None:
        return with_categories(model, frame)
    if hasattr(first, "n_features_in_") or all(kind.kind in "biuf" for kind in map(kind_of, frame.dtypes)):
        return as_array(frame)
    return with_categories(model, frame)


def chosen(model: Any, columns: Any) -> list[str]:
    """The names of the columns that the estimator takes, in its order."""
    wanted = getattr(model, "feature_names_in_", None)
    if wanted is None:
        width = getattr(model, "n_features_in_", len(columns))
        if width != len(columns):
            raise ValueError(f"The model takes {width} features, but there are {len(columns)}: {', '.join(columns)}.")
        return list(columns)
    # LightGBM writes blanks in its names as `_`.
    spelled = {str(name).replace(" ", "_"): name for name in columns}
    names = [str(name) if str(name) in columns else spelled.get(str(name), str(name)) for name in wanted]
    missing = [name for name in names if name not in columns]
    if missing:
        raise ValueError(f"The model needs features that are missing: {', '.join(missing[:20])}.")
    return names


def texts(columns: Any) -> Any:
    """The only column, of text, with one dimension, as vectorisers of text take it."""
    if len(columns) != 1:
        raise ValueError(
            f"The model takes one column of text, but there are {len(columns)} features: {', '.join(columns)}; "
            "name the one under `data.features`."
        )
    ((name, values),) = columns.items()
    missing = sum(value is None for value in values)
    if missing:
        raise ValueError(f"The text `{name}` is missing in {missing:,} rows, and the model takes no missing text.")
    frame = columns.frame()
    return list(values) if isinstance(frame, dict) else frame[name].astype(object)


def first_step(model: Any) -> Any:
    """What sees the features first: the first step of a pipeline, or of what a search or a calibration holds."""
    for _ in range(MOST_NESTING):
        inner = pieces(model)
        if inner is None:
            return model
        model = inner
    return model


def pieces(model: Any) -> Any:
    """The next part to look into for what sees the features first; None if that is the model itself."""
    steps = getattr(model, "steps", None)
    if isinstance(steps, list):
        # A function passes on what it gets.
        seen = [step for _, step in steps if step not in (None, "passthrough")]
        return next((each for each in seen if type(each).__name__ != "FunctionTransformer"), seen[0] if seen else None)
    listed = getattr(model, "transformer_list", None) or getattr(model, "calibrated_classifiers_", None)
    listed = listed or (getattr(model, "estimators_", None) if not hasattr(model, "estimator_") else None)
    if isinstance(listed, (list, tuple)) and listed:
        return listed[0][1] if isinstance(listed[0], tuple) else listed[0]
    return next((getattr(model, name) for name in INNER if getattr(model, name, None) is not None), None)


def with_missing(model: Any, frame: Any) -> Any:
    """Missing text as NaN, as files are read, or as None where the model learned None as a category."""
    missing = None if learned_none(model) else float("nan")
    for name in list(frame):
        if kind_of(frame[name].dtype).kind == "O" and frame[name].isna().any():
            values = frame[name].astype(object)
            frame = frame.assign(**{name: values.where(values.notna(), missing)})
    return frame


def learned_none(part: Any, depth: int = 0) -> bool:
    """Whether an encoder in the estimator has None among its categories."""
    if depth > MOST_NESTING or not hasattr(part, "__dict__"):
        return False
    if any(each is None for learned in getattr(part, "categories_", ()) for each in learned):
        return True
    inner = [*vars(part).values()]
    for one in [*inner]:
        if isinstance(one, (list, tuple)) and len(one) < 1_000:  # noqa: PLR2004 - trees are many and encode nothing
            inner += [each for entry in one for each in (entry if isinstance(entry, tuple) else (entry,))]
    return any(learned_none(each, depth + 1) for each in inner if hasattr(each, "get_params"))


def with_categories(model: Any, frame: Any) -> Any:
    """Columns of text as the categories that a booster of LightGBM or XGBoost was trained with."""
    core = first_step(model)
    module = type(core).__module__.partition(".")[0]
    if module == "lightgbm" and hasattr(core, "booster_"):
        booster = core.booster_
        infos = dict(zip(booster.feature_name(), feature_infos(booster)))  # noqa: B905 - Python 3.8
        return as_trained(frame, booster.pandas_categorical or [], infos)
    if module == "xgboost" and hasattr(core, "get_booster"):
        return as_coded(core.get_booster(), frame)
    return frame


def feature_infos(booster: Any) -> list[str]:
    """What a booster of LightGBM says of each feature: a range of numbers, or categories with `:` between them."""
    head = booster.model_to_string(num_iteration=1).partition("\n\n")[0]
    lines = [line for line in head.splitlines() if line.startswith("feature_infos=")]
    return lines[0].partition("=")[2].split(" ") if lines else []


def as_trained(frame: Any, categories: list[Any], infos: dict[str, str]) -> Any:
    """Columns of categories with those that LightGBM was trained with, listed in the order of such columns."""
    kinds = {name: kind_of(frame[name].dtype).kind for name in frame}
    named = [
        name
        for name in frame
        if kinds[name] == "O" or (categories and is_categorical(infos.get(str(name).replace(" ", "_"), "")))
    ]
    if len(named) != len(categories):
        ranges = (name for name in named if infos.get(str(name).replace(" ", "_"), "").startswith("["))
        text = next(ranges, next(iter(named), None) if not categories else None)
        if text is not None:
            raise ValueError(f"The model was trained on numbers in `{text}`, which holds text.")
        raise ValueError(
            f"The model was trained with {len(categories)} columns of categories, but {len(named)} columns look like "
            f"them: {', '.join(map(str, named[:20])) or 'none'}."
        )
    coded = {
        name: frame[name].astype("category").cat.set_categories(known)
        for name, known in zip(named, categories)  # noqa: B905 - Python 3.8
    }
    return frame.assign(**coded) if coded else frame


def is_categorical(info: str) -> bool:
    """Whether a booster's words on a feature are a list of categories: no range, and not `none` for an unused one."""
    return bool(info) and not info.startswith("[") and info != "none"


def as_coded(booster: Any, frame: Any) -> Any:
    """Columns of categories as pandas has them; XGBoost maps them to those that it was trained with."""
    kinds = dict(zip(booster.feature_names or (), booster.feature_types or ()))  # noqa: B905 - Python 3.8
    for name in list(frame):
        if kinds.get(name) == "c":
            if not hasattr(booster, "get_categories"):
                raise ValueError("This version of XGBoost does not know the categories of a saved model; use 3.1.")
            frame = frame.assign(**{name: frame[name].astype("category")})
        elif kind_of(frame[name].dtype).kind == "O":
            raise ValueError(f"The model was trained on numbers in `{name}`, which holds text.")
    return frame


def as_array(frame: Any) -> Any:
    """Rows of values without names; numbers and booleans together are numbers."""
    kinds = {kind_of(each).kind for each in frame.dtypes}
    return frame.to_numpy(dtype="float64") if "b" in kinds and kinds <= set("biuf") - {""} else frame.to_numpy()


class _Text:
    kind = "O"


def kind_of(dtype: Any) -> Any:
    """A type whose `kind` is `O` for columns of text, whatever the version of pandas calls them."""
    return _Text if str(dtype) in ("object", "str", "string") else dtype
