"""The shape that a JSON Schema describes, with the keys that dictionaries can have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assay.edges.rego.policy_source.shapes import (
    ANY,
    BOOLEAN,
    NATURAL,
    NULL,
    NUMBER,
    TEXT,
    WHOLE,
    Shape,
    items,
    merge,
    named,
    of_value,
    text,
)

_SCALARS = {"string": TEXT, "number": NUMBER, "boolean": BOOLEAN, "null": NULL}


@dataclass(frozen=True, kw_only=True)
class SchemaReading:
    """A schema's definitions, and the keys that a dictionary field can have (`field/*`: a dictionary inside it)."""

    definitions: Mapping[str, Any]
    names: Mapping[str, Iterable[str]]
    nulls: bool = False

    def shape(self, schema: Any, field: str = "") -> Shape:
        """The shape of a part of the schema; `ANY` if the schema does not say."""
        if not isinstance(schema, Mapping) or not schema:
            return ANY
        if "$ref" in schema:
            return self.shape(self.definitions[str(schema["$ref"]).rpartition("/")[2]], field)
        for union in ("anyOf", "oneOf", "allOf"):
            if union in schema:
                # A policy's input omits null values, except in the texts of a change.
                parts = [each for each in schema[union] if self.nulls or each.get("type") != "null"]
                return merge([self.shape(each, field) for each in parts])
        listed = [schema["const"]] if "const" in schema else schema.get("enum")
        if listed is not None:
            texts = [each for each in listed if isinstance(each, str)]
            return text(*texts) if texts else merge(map(of_value, listed))
        return self._typed(schema, field)

    def _typed(self, schema: Mapping[str, Any], field: str) -> Shape:
        kind = schema.get("type")
        if kind == "array":
            parts = [*schema.get("prefixItems", ()), *([schema["items"]] if schema.get("items") else [])]
            return items("array", merge([self.shape(each, field) for each in parts]) if parts else ANY)
        if kind == "object":
            return self._object(schema, field)
        if kind == "integer":
            return NATURAL if schema.get("minimum", -1) >= 0 else WHOLE
        return _SCALARS.get(str(kind), ANY)

    def _object(self, schema: Mapping[str, Any], field: str) -> Shape:
        fields = {name: self.shape(each, name) for name, each in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties", not fields)
        if others is False:
            return named(fields)
        values = self.shape(others, f"{field}/*")
        if field in self.names:
            return named({**fields, **dict.fromkeys(self.names[field], values)})
        return named(fields, values)


def shape_of_schema(
    schema: Mapping[str, Any], names: Mapping[str, Iterable[str]] | None = None, *, nulls: bool = False
) -> Shape:
    """The shape that a schema describes; with `nulls`, it includes null values."""
    return SchemaReading(definitions=schema.get("$defs", {}), names=names or {}, nulls=nulls).shape(schema)
