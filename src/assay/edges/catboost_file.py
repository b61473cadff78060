"""What a CatBoost file says of its model, read without CatBoost: features, classes and loss.

`.cbm` is the mark `CBM1`, a length, and a FlatBuffers table `TModelCore`; its fields are those of CatBoost's
`model.fbs` and `features.fbs`. JSON says the same under other names.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.tables.flat_buffers import FlatTable

MARK = b"CBM1"
MOST_BYTES, MOST = 256 << 20, 100_000
TREES, INFORMATION = 1, 2
FEATURES = {"categorical_features": (4, 1, 2), "float_features": (5, 2, 4), "text_features": (12, 1, 2)}
"""Kinds of features: the field of the trees' table that lists them, and their own fields for a place and a name."""
KEY, VALUE = 0, 1
UNREADABLE = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, struct.error)


@dataclass(frozen=True, kw_only=True)
class CatBoostFile:
    """The names of a model's features in their order, `0`, `1` … if it has none; its classes, and its loss."""

    features: tuple[str, ...]
    classes: tuple[str | int | bool, ...]
    loss: str


def read_catboost(path: str) -> CatBoostFile:
    """The description in a file; raises ValueError for any other file, OSError if it cannot be read."""
    if Path(path).stat().st_size > MOST_BYTES:
        raise ValueError(f"The CatBoost model has more than {MOST_BYTES >> 20} MB, so it is not read.")
    content = Path(path).read_bytes()
    try:
        features, information = _binary(content) if content.startswith(MARK) else _from_json(content)
        ordered = _in_order(features)
        parameters, classed = _parsed(information.get("params")), _parsed(information.get("class_params"))
        loss = parameters.get("loss_function", {}).get("type", "")
        listed = classed.get("class_names") or []
        classes = tuple(map(_as_class, listed))
    except (*UNREADABLE, json.JSONDecodeError) as problem:
        raise ValueError("The file is not a CatBoost model that can be read.") from problem
    return CatBoostFile(features=ordered, classes=classes, loss=str(loss)[:100])


def _as_class(name: object) -> str | int | bool:
    """A class as the model's process names it: a whole number, or a text."""
    if isinstance(name, float) and name.is_integer():
        return int(name)
    return name if isinstance(name, str | int) else str(name)


def _in_order(features: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    placed = dict(features)
    if len(placed) > MOST or sorted(placed) != list(range(len(placed))):
        raise ValueError("The CatBoost model lists its features with gaps, or more than once.")
    return tuple(placed[place] or str(place) for place in range(len(placed)))


def _parsed(written: object) -> Mapping[str, Any]:
    found = json.loads(written) if isinstance(written, str) else written
    return found if isinstance(found, dict) else {}


def _from_json(content: bytes) -> tuple[list[tuple[int, str]], Mapping[str, Any]]:
    try:
        found = json.loads(content)
    except ValueError as problem:
        raise ValueError("The file is not a CatBoost model: it is neither `CBM1` nor JSON.") from problem
    described, information = found["features_info"], found["model_info"]
    listed = [each for kind in FEATURES for each in described.get(kind, ())]
    return [(each["flat_feature_index"], str(each.get("feature_id", ""))) for each in listed], information


def _binary(content: bytes) -> tuple[list[tuple[int, str]], Mapping[str, Any]]:
    core = memoryview(content)[len(MARK) + 4 :]
    root = FlatTable(core, struct.unpack_from("<I", core)[0])
    beneath = root.beneath(TREES)
    if beneath is None:
        raise ValueError("The CatBoost model has no trees.")
    trees = FlatTable(core, beneath)
    features = [
        (_place(each, place), each.text(name))
        for field, place, name in FEATURES.values()
        for each in trees.tables(field, MOST)
    ]
    return features, {each.text(KEY): each.text(VALUE) for each in root.tables(INFORMATION, MOST)}


def _place(feature: FlatTable, index: int) -> int:
    at = feature.field(index)
    return -1 if at is None else feature.number("<i", at)
