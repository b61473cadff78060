"""Sample inputs made from a shape, to test a policy; they never judge a model."""

from __future__ import annotations

from typing import Any

from assay.edges.rego.policy_source.shapes import Shape, Where

_SCALARS = {"string": "", "number": 0.5, "boolean": False, "null": None, "any": {}}


def sample_of(shape: Shape) -> Any:
    """A sample value of a shape, with every name that it can have."""
    if "object" in shape.kinds:
        fields = {name: sample_of(each) for name, each in shape.fields.items()}
        return fields if shape.values is None else {"other": sample_of(shape.values), **fields}
    if "array" in shape.kinds:
        return [sample_of(shape.values)] if shape.values is not None else []
    if "string" in shape.kinds and shape.texts:
        return min(shape.texts)
    return next((value for kind, value in _SCALARS.items() if kind in shape.kinds), None)


def with_value(document: Any, place: Where, value: Any) -> Any:
    """The document with another value at a place, in every item of a list; if the value is None, without the place."""
    if not place:
        return value
    step, rest = place[0], place[1:]
    if isinstance(document, list):
        return [with_value(each, rest, value) for each in document]
    if not isinstance(document, dict):
        return document
    names = [name for name in document if step in ("*", name)]
    if not rest and value is None:
        return {name: each for name, each in document.items() if name not in names}
    return {**document, **{name: with_value(document[name], rest, value) for name in names}}
