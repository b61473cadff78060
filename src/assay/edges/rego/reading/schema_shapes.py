"""The shape that a JSON Schema describes, with the names that dictionaries can hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assay.edges.rego.reading.shapes import ANY, BOOLEAN, NULL, NUMBER, TEXT, Shape, items, merge, named, text

_SCALARS = {"string": TEXT, "integer": NUMBER, "number": NUMBER, "boolean": BOOLEAN, "null": NULL}


@dataclass(frozen=True, kw_only=True)
class SchemaReading:
    """A schema's definitions, and the names that the dictionary of a field can hold (`field/*`: one within it)."""

    definitions: Mapping[str, Any]
    names: Mapping[str, Iterable[str]]

    def shape(self, schema: Any, field: str = "") -> Shape:
        """The shape of a part of the schema; anything where it does not say."""
        if not isinstance(schema, Mapping) or not schema:
            return ANY
        if "$ref" in schema:
            return self.shape(self.definitions[str(schema["$ref"]).rpartition("/")[2]], field)
        for union in ("anyOf", "oneOf", "allOf"):
            if union in schema:
                return merge([self.shape(each, field) for each in schema[union]])
        listed = [schema["const"]] if "const" in schema else schema.get("enum")
        if listed is not None:
            texts = [each for each in listed if isinstance(each, str)]
            return text(*texts) if texts else merge([BOOLEAN if isinstance(each, bool) else NUMBER for each in listed])
        return self._typed(schema, field)

    def _typed(self, schema: Mapping[str, Any], field: str) -> Shape:
        kind = schema.get("type")
        if kind == "array":
            parts = [*schema.get("prefixItems", ()), *([schema["items"]] if schema.get("items") else [])]
            return items("array", merge([self.shape(each, field) for each in parts]) if parts else ANY)
        if kind == "object":
            return self._object(schema, field)
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


def shape_of_schema(schema: Mapping[str, Any], names: Mapping[str, Iterable[str]] | None = None) -> Shape:
    """The shape that a schema describes."""
    return SchemaReading(definitions=schema.get("$defs", {}), names=names or {}).shape(schema)
