"""The facts that a check returns, record by record, as its types describe them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assay.checks import CHECKS
from assay.commands.parts.schema_words import kind, references

SHARED = {
    "Estimate": "number",
    "Undefined": "undefined",
    "Curve": "curve",
    "Histogram": "histogram",
    "Overlay": "two distributions",
    "GroupTable": "table of groups",
}
"""Records that every check may return, and what they are called."""


@dataclass(frozen=True)
class FactRecord:
    """A record of facts: its name (empty for the whole), its first sentence, its fields with kind and meaning."""

    name: str
    about: str
    fields: tuple[tuple[str, str, str], ...]


def fact_records(name: str) -> tuple[FactRecord, ...]:
    """The whole first, then each record in the order in which it is met."""
    schema = CHECKS.load(name).Facts.model_json_schema(mode="serialization")
    return tuple(_records("", schema, schema.get("$defs", {}), set()))


def shared_record(name: str) -> FactRecord:
    """A record that every check may return; the check of bias returns both kinds of numbers."""
    shared = CHECKS.load("bias").Facts.model_json_schema(mode="serialization")["$defs"]
    return next(iter(_records(name, shared[name], shared, set())))


def _records(name: str, block: Mapping[str, Any], shared: Mapping[str, Any], seen: set[str]) -> Iterator[FactRecord]:
    fields = block.get("properties", {})
    words = SHARED | {each: f"{_spaced(each)}" for each in shared if each not in SHARED}
    rows = tuple((key, kind(found, shared, words), _flat(found.get("description"))) for key, found in fields.items())
    yield FactRecord(_spaced(name), _flat(block.get("description")), rows)
    for found in fields.values():
        for each in references(found):
            if each not in SHARED and each not in seen and "properties" in shared[each]:
                seen.add(each)
                yield from _records(each, shared[each], shared, seen)


def _spaced(name: str) -> str:
    """`RowsFinding` as `rows finding`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _flat(text: object) -> str:
    return " ".join(str(text or "").split())
