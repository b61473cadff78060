"""XGBoost: a booster as JSON or UBJSON, as `save_model` writes it; its trees are numbers and execute nothing."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

SUFFIXES: tuple[str, ...] = (".json", ".ubj", ".xgb")
EXECUTES = "nothing"
NAMES_ARE_SURE = True

_MOST_BYTES, _MOST_START, _MOST = 256 << 20, 4_096, 100_000
_UBJSON, _NAMES, _TEXT, _LENGTH = b"{L", b"feature_names[#L", b"SL", 8


def inspect(path: str) -> dict[str, Any]:
    """The objective and the number of features; raises ValueError for a file that is not a booster."""
    with Path(path).open("rb") as file:
        start = file.read(_MOST_START)
    if b"learner" not in start or not start.startswith((b"{", _UBJSON)):
        raise ValueError("The file is not an XGBoost model: it names no `learner` at its beginning.")
    if start.startswith(_UBJSON):
        return {"executes": EXECUTES, "types": [], "note": "A booster in UBJSON."}
    learner = _learner(path)
    note = f"Objective: {str(learner.get('objective', {}).get('name'))[:100]}; {len(names(path))} named features."
    return {"executes": EXECUTES, "types": [], "note": note}


def names(path: str) -> tuple[str, ...]:
    """The feature names; empty if the booster was trained without names."""
    try:
        with Path(path).open("rb") as file:
            if file.read(len(_UBJSON)) == _UBJSON:
                return _listed(file.read(_MOST_BYTES))
        listed = _learner(path).get("feature_names")
    except (ValueError, OSError):
        return ()
    return tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()


def width(path: str) -> int | None:
    """The number of columns; None if the file does not say, or is UBJSON."""
    try:
        found = _learner(path).get("learner_model_param")
    except (ValueError, OSError):
        return None
    written = str(found.get("num_feature", "")) if isinstance(found, dict) else ""
    return (
        int(written) if written.isascii() and written.isdecimal() and 0 < len(written) < len(str(_MOST)) + 3 else None
    )


def _listed(content: bytes) -> tuple[str, ...]:
    """The list of feature names in UBJSON: a count and texts, each with its length, all of eight bytes."""
    place = content.find(_NAMES)
    if place < 0:
        return ()
    place += len(_NAMES) + _LENGTH
    found = []
    for _ in range(min(_length(content, place - _LENGTH), _MOST)):
        size = _length(content, place + len(_TEXT))
        start = place + len(_TEXT) + _LENGTH
        if not content.startswith(_TEXT, place) or size > len(content) - start:
            return ()
        found.append(content[start : start + size].decode("utf-8", "replace"))
        place = start + size
    return tuple(found)


def _length(content: bytes, place: int) -> int:
    return int.from_bytes(content[place : place + _LENGTH], "big")


def classes(path: str) -> tuple[str | int | bool, ...]:
    """The codes of several classes; empty for UBJSON, and for a booster of one score."""
    try:
        several = str(_learner(path).get("learner_model_param", {}).get("num_class", ""))
    except (ValueError, OSError, AttributeError):
        return ()
    return tuple(range(int(several))) if several.isascii() and several.isdecimal() and 1 < int(several) < _MOST else ()


def _learner(path: str) -> dict[str, Any]:
    if Path(path).stat().st_size > _MOST_BYTES:
        raise ValueError("The XGBoost model is too large to be read; save it as `.ubj`.")
    try:
        found = json.loads(Path(path).read_bytes())
    except RecursionError as problem:
        raise ValueError("The XGBoost model is nested too deeply to be read.") from problem
    except ValueError as problem:
        raise ValueError("The XGBoost model is not JSON.") from problem
    learner = found.get("learner") if isinstance(found, dict) else None
    if not isinstance(learner, dict) or not isinstance(learner.get("objective", {}), dict):
        raise ValueError("The file is not an XGBoost model: it has no `learner`.")  # noqa: TRY004 - a file's fault
    return learner


def prepare(_job: dict[str, Any]) -> None:
    """Imports XGBoost."""
    importlib.import_module("xgboost")


def load(job: dict[str, Any]) -> tuple[Callable[[Any], Any], list[Any]]:
    """The booster as a function of columns.

    The file has codes for classes, not names. Of two, the score is that of the class coded 1, which `positive` names.
    """
    xgboost = importlib.import_module("xgboost")
    booster = xgboost.Booster({"nthread": 1}, model_file=job["artifact"])
    wanted, given = booster.feature_names, importlib.import_module("assay_estimator_input")
    several = job["task"] == "multiclass-classification"
    classes: list[Any] = []

    def predict(columns: Any) -> Any:
        frame = columns.frame()
        missing = [name for name in wanted or () if name not in frame.columns]
        if missing:
            raise ValueError(f"The model needs features that are missing: {', '.join(missing[:20])}.")
        chosen = given.as_coded(booster, frame[wanted]) if wanted else frame
        rows = xgboost.DMatrix(chosen if wanted else chosen.to_numpy(), enable_categorical=True, nthread=1)
        scores = booster.predict(rows)
        if several:
            classes[:] = list(range(scores.shape[1])) if scores.ndim > 1 else []
        inverted = job["task"] == "binary-classification" and str(job["positive"]).lower() in ("0", "false")
        return 1 - scores if inverted else scores

    return predict, classes
