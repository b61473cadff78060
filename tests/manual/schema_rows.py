"""A JSON Schema as rows of a table: keys, what they hold, their default and their meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from assay.commands.parts.schema_words import kind, references, title

ELSEWHERE = dict.fromkeys(("Estimate", "Undefined"), "../checks/README.md#numbers")
"""Blocks that another page explains."""


def key_rows(schema: Mapping[str, Any], block: Mapping[str, Any] | None = None) -> Iterator[tuple[str, str, str, str]]:
    """A row for each key of a block and of the blocks beneath it that are not blocks of their own."""
    shared = schema.get("$defs", {})
    yield from _rows(schema if block is None else block, shared, "", ())


def block_rows(schema: Mapping[str, Any], block: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """A row for each key of a block; what is a block of its own is linked."""
    shared = schema.get("$defs", {})
    required = set(block.get("required", ()))
    for key, found in block.get("properties", {}).items():
        inner = [name for name in dict.fromkeys(references(found)) if shared.get(name, {}).get("properties")]
        about = " ".join(str(found.get("description", "")).split())
        links = ", ".join(f"[{title(name)}]({ELSEWHERE.get(name, f'#{title(name).lower()}')})" for name in inner)
        holds = kind(found, shared).replace("block", links or "block", 1)
        yield f"`{key}`", holds, _default(found, key in required), about


def _rows(
    block: Mapping[str, Any], shared: Mapping[str, Any], prefix: str, above: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str]]:
    required = set(block.get("required", ()))
    for key, found in block.get("properties", {}).items():
        inner = [name for name in references(found) if shared.get(name, {}).get("properties")]
        text = found.get("description") or next((shared[name].get("description", "") for name in inner), "")
        yield f"`{prefix}{key}`", kind(found, shared), _default(found, key in required), " ".join(text.split())
        named = {"additionalProperties", "patternProperties"} & _parts(found)
        within = f"{prefix}{key}{'.*' if named else ''}."
        for name in inner:
            if name not in above:
                yield from _rows(shared[name], shared, within, (*above, name))


def _parts(found: Mapping[str, Any]) -> set[str]:
    """The words that a key's schema uses, of its choices too."""
    return set(found).union(*(_parts(each) for each in found.get("anyOf", ()) if isinstance(each, Mapping)))


def _default(found: Mapping[str, Any], required: bool) -> str:
    if required:
        return "required"
    value = found.get("default")
    if value in (None, "", [], {}) or isinstance(value, dict):
        return "—"
    return f"`{json.dumps(value, ensure_ascii=False)}`"
