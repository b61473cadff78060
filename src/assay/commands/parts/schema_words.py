"""What a key of a JSON Schema holds, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

_KINDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "null": "nothing",
}
_WIDEST = 180


def title(name: str) -> str:
    """The heading of a shared block."""
    return name.rpartition(".")[2]


def kind(found: Mapping[str, Any], shared: Mapping[str, Any], words: Mapping[str, str] = MappingProxyType({})) -> str:
    """What a key holds, in words; `words` are those of some shared blocks, by name."""
    if "const" in found:
        return f"`{json.dumps(found['const'])}`"
    if "enum" in found:
        listed = ", ".join(f"`{each}`" for each in found["enum"])
        return listed if len(listed) <= _WIDEST else "one of a list"
    many = found.get("anyOf") or found.get("oneOf") or found.get("allOf")
    if many:
        kinds = [kind(each, shared, words) for each in many if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds)) or "nothing"
    if "$ref" in found:
        name = found["$ref"].rpartition("/")[2]
        named = shared.get(name, {})
        return words.get(name) or ("block" if "properties" in named else kind(named, shared, words))
    return _plain_kind(found, shared, words)


def _plain_kind(found: Mapping[str, Any], shared: Mapping[str, Any], words: Mapping[str, str]) -> str:
    if found.get("type") == "array":
        inner = found.get("items") or next(iter(found.get("prefixItems", ())), None)
        return f"list of {kind(inner, shared, words) if isinstance(inner, Mapping) else 'value'}"
    if found.get("type") == "object":
        inner = found.get("additionalProperties") or next(iter(found.get("patternProperties", {}).values()), None)
        return f"names, each with {kind(inner, shared, words)}" if isinstance(inner, Mapping) and inner else "block"
    return _KINDS.get(str(found.get("type")), "any value")


def references(found: Any) -> Iterator[str]:
    """The names of the shared blocks that a key may hold."""
    if isinstance(found, Mapping):
        if "$ref" in found:
            yield str(found["$ref"]).rpartition("/")[2]
        for key in ("anyOf", "allOf", "oneOf"):
            for each in found.get(key, ()):
                yield from references(each)
        for key in ("additionalProperties", "items"):
            yield from references(found.get(key))
        for each in found.get("patternProperties", {}).values():
            yield from references(each)
