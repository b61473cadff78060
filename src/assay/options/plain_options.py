"""Options of verbs that must start fast: plain records, because validated models take long to load."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints


@dataclasses.dataclass(frozen=True, kw_only=True)
class Field:
    """One option: its type, its default and the text of its flag."""

    annotation: Any
    description: str
    default: Any

    def is_required(self) -> bool:
        """Whether the option has no default."""
        return self.default is dataclasses.MISSING


def described(text: str, default: Any = dataclasses.MISSING) -> Any:
    """An option's description and its default; an option without a default is required."""
    return dataclasses.field(default=default, metadata={"description": text})


@dataclasses.dataclass(frozen=True, kw_only=True)
class PlainOptions:
    """Options whose types are text, paths, switches and choices."""

    format: Literal["text", "json"] = described("Output format.", "text")


def plain_fields(options: type[PlainOptions]) -> dict[str, Field]:
    """The options of a plain record by name."""
    types = get_type_hints(options)
    return {
        each.name: Field(annotation=types[each.name], description=each.metadata["description"], default=each.default)
        for each in dataclasses.fields(options)
    }


def read_plain(options: type[PlainOptions], given: Mapping[str, Any]) -> PlainOptions | dict[str, str | None]:
    """The options, or what was expected by the name of each that is wrong; None where a required one is missing."""
    values: dict[str, Any] = {}
    wrong: dict[str, str | None] = {}
    for name, field in plain_fields(options).items():
        allowed = choices(field.annotation)
        if name in given:
            values[name] = Path(given[name]) if Path in members(field.annotation) else given[name]
            if allowed and given[name] not in allowed:
                wrong[name] = " or ".join(map(repr, allowed))
        elif field.is_required():
            wrong[name] = None
    return wrong or options(**values)


def members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, through Annotated."""
    if get_origin(annotation) is Annotated:
        return members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(inner for part in get_args(annotation) if part is not NoneType for inner in members(part))
    return (annotation,)


def choices(annotation: Any) -> tuple[str, ...]:
    """The values that a type of choices allows; empty for other types."""
    return next((tuple(map(str, get_args(part))) for part in members(annotation) if get_origin(part) is Literal), ())


def flag(field: str) -> str:
    """The flag of an option."""
    return "--" + field.replace("_", "-")


def variable(field: str) -> str:
    """The environment variable of an option."""
    return "ASSAY_" + re.sub(r"[^A-Z0-9]", "_", field.upper())
