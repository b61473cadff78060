"""Python callable: a function of the repository that takes features and returns scores."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

SUFFIXES: tuple[str, ...] = ()
EXECUTES = "repository_code"


def inspect(_path: str) -> dict[str, Any]:
    """What running it executes: the repository's own code, wherever it is checked out."""
    return {"executes": EXECUTES, "types": [], "note": "The repository's own code runs as it stands."}


def load(job: dict[str, Any]) -> tuple[Callable[[Any], Any], list[Any]]:
    """The function behind `module:function`, and its classes.

    The function takes a pandas DataFrame (a dict of lists without pandas). It returns one score per row: the prediction
    of a regression, or the probability of the positive class. Or it returns one column per class: a DataFrame whose
    columns are the classes, or rows of scores in the order of the function's attribute `classes`.
    """
    function = _find_function(job["callable"], job["code"])
    classes = list(getattr(function, "classes", ()))

    def predict(columns: Any) -> Any:
        scores = function(columns.frame())
        if hasattr(scores, "columns") and hasattr(scores, "to_numpy"):
            if job["task"] != "regression":
                classes[:] = list(scores.columns)
            return scores.to_numpy()
        return scores

    return predict, classes


def _find_function(name: str, code: str) -> Callable[[Any], Any]:
    """The function, refused if its module is not the repository's, because the environment's modules come first."""
    module_name, _, function_name = name.partition(":")
    module = importlib.import_module(module_name)
    origin = getattr(module, "__file__", None)
    if origin is None or Path(code).resolve() not in Path(origin).resolve().parents:
        raise ValueError(
            f"`{module_name}` is a module of the environment ({origin or 'built in'}), not of the repository; "
            "give the repository's module another name."
        )
    function = getattr(module, function_name, None)
    if not callable(function):
        raise ValueError(f"`{module_name}` has no function `{function_name}`.")  # noqa: TRY004 - shown as it is
    return function  # type: ignore[no-any-return] # what getattr finds has no type
