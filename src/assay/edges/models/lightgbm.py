"""LightGBM: a booster as text, as `Booster.save_model` writes it; its trees are numbers and execute nothing."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

SUFFIXES: tuple[str, ...] = (".lgb", ".txt")
EXECUTES = "nothing"
NAMES_ARE_SURE = True

_MOST_HEAD, _MOST_TAIL, _MOST = 8 << 20, 1 << 20, 100_000
_CATEGORIES = b"pandas_categorical:"


def inspect(path: str) -> dict[str, Any]:
    """The objective and the number of features; raises ValueError for a file that is not a booster."""
    head = _head(path)
    note = f"Objective: {head.get('objective', 'none')[:100]}; {len(head.get('feature_names', '').split())} features."
    return {"executes": EXECUTES, "types": [], "note": note}


def names(path: str) -> tuple[str, ...]:
    """The feature names, in which LightGBM wrote blanks as `_`; empty if the booster was trained without names."""
    try:
        found = tuple(_head(path).get("feature_names", "").split(" "))
    except (ValueError, OSError):
        return ()
    return () if found in ((), ("",)) or found == tuple(f"Column_{place}" for place in range(len(found))) else found


def width(path: str) -> int | None:
    """The number of columns; None if the file does not say."""
    try:
        last = _head(path).get("max_feature_idx", "")
    except (ValueError, OSError):
        return None
    return int(last) + 1 if last.isascii() and last.isdecimal() and len(last) < len(str(_MOST)) + 3 else None


def classes(path: str) -> tuple[str | int | bool, ...]:
    """The codes of several classes; empty for a booster of one score."""
    try:
        several = _head(path).get("num_class", "")
    except (ValueError, OSError):
        return ()
    return tuple(range(int(several))) if several.isascii() and several.isdecimal() and 1 < int(several) < _MOST else ()


def _head(path: str) -> Mapping[str, str]:
    """The lines before the first tree."""
    with Path(path).open("rb") as file:
        if file.readline(100).strip() != b"tree":
            raise ValueError("The file is not a LightGBM model: it does not begin with `tree`.")
        lines = file.read(_MOST_HEAD).partition(b"\n\n")[0].decode("utf-8", "replace").splitlines()
    return dict(line.partition("=")[::2] for line in lines)


def prepare(_job: dict[str, Any]) -> None:
    """Imports LightGBM."""
    importlib.import_module("lightgbm")


def load(job: dict[str, Any]) -> tuple[Callable[[Any], Any], list[Any]]:
    """The booster as a function of columns.

    The file has codes for classes, not names. Of two, the score is that of the class coded 1, which `positive` names.
    """
    booster = importlib.import_module("lightgbm").Booster(model_file=job["artifact"])
    named, wanted = names(job["artifact"]), list(booster.feature_name())
    categories = _categories(job["artifact"])

    infos = dict(zip(wanted, _head(job["artifact"]).get("feature_infos", "").split(" ")))  # noqa: B905 - Python 3.8
    given = importlib.import_module("assay_estimator_input")

    def predict(columns: Any) -> Any:
        frame = given.as_trained(_chosen(columns.frame(), wanted, named=bool(named)), categories, infos)
        scores = booster.predict(frame, num_threads=1)
        inverted = job["task"] == "binary-classification" and str(job["positive"]).lower() in ("0", "false")
        return 1 - scores if inverted else scores

    several = job["task"] == "multiclass-classification"
    return predict, list(range(booster.num_model_per_iteration())) if several else []


def _categories(path: str) -> list[Any]:
    """The categories of each column of categories, in the order of the columns."""
    with Path(path).open("rb") as file:
        file.seek(max(0, Path(path).stat().st_size - _MOST_TAIL))
        _, found, written = file.read().rpartition(_CATEGORIES)
    listed = json.loads(written) if found else None
    return listed if isinstance(listed, list) else []


def _chosen(frame: Any, wanted: list[str], *, named: bool) -> Any:
    """The model's columns in its order; all of them if it has no names."""
    if not named:
        if len(wanted) != len(frame.columns):
            raise ValueError(f"The model takes {len(wanted)} features, but there are {len(frame.columns)}.")
        return frame.copy()
    known = {str(name).replace(" ", "_"): name for name in frame.columns}
    missing = [name for name in wanted if name not in known]
    if missing:
        raise ValueError(f"The model needs features that are missing: {', '.join(missing[:20])}.")
    return frame[[known[name] for name in wanted]].copy()
