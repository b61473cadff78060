"""The bars that a check's block can set: on what, in which direction, and the default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assay.checks import CHECKS
from assay.commands.parts.schema_words import references

_TRIED = {"at least": (">= 0.5",), "at most": ("<= 0.5", "<= 1 MB")}


@dataclass(frozen=True)
class BarRow:
    """A bar: its name, the keys of the block that take it, the directions that they accept, its meaning."""

    name: str
    blocks: tuple[str, ...]
    direction: str
    about: str


def bar_rows(name: str) -> tuple[BarRow, ...]:
    """The bars of a check's block, as the block itself takes them."""
    return tuple(_rows(CHECKS.load(name).Spec))


def _rows(spec: Any) -> Iterator[BarRow]:
    schema = spec.model_json_schema()
    blocks = dict[str, list[str]]()
    for key, found in schema["properties"].items():
        if key == "bars" or key.startswith("bars_"):
            blocks.setdefault(next(references(found)), []).append(key)
    for kind, keys in blocks.items():
        takes = TypeAdapter(spec.model_fields[keys[0]].annotation)
        for name, each in schema["$defs"][kind]["properties"].items():
            about = " ".join(str(each.get("description", "")).split())
            yield BarRow(name, tuple(keys), " or ".join(_directions(takes, name)), about)


def _directions(takes: TypeAdapter[Any], key: str) -> Iterator[str]:
    for direction, texts in _TRIED.items():
        if any(_is_taken(takes, {key: text}) for text in texts):
            yield direction


def _is_taken(takes: TypeAdapter[Any], block: dict[str, str]) -> bool:
    try:
        takes.validate_python(block)
    except ValidationError:
        return False
    return True
