"""What the model's file is, and what loading it can execute."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from assay.dossier.check_context import CheckContext
from assay.errors import DataError
from assay.facts.check_parts import Bar, CheckFacts, CheckSpec
from assay.facts.values import Count, Measure, exact

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

OPTIONAL_BLOCK = True
_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = r"^\s*<=\s*([0-9]+(?:\.[0-9]+)?)\s*([kMG]?i?B)?\s*$"


def _size(text: object) -> object:
    if not isinstance(text, str):
        return text
    found = re.match(_SIZE, text)
    if not found:
        raise ValueError('expected a size such as "<= 100 MB" (kB, MB, GB, KiB, MiB, GiB)')
    return round(float(found[1]) * _UNITS[(found[2] or "").lower()])


class Bars(CheckSpec):
    """Bounds on the model's file."""

    size: Annotated[int, BeforeValidator(_size, json_schema_input_type=str), Field(ge=0)] | None = Field(
        None, description='The largest size, such as "<= 100 MB".'
    )


class Spec(CheckSpec):
    """Bounds on the model's file; may be left out."""

    bars: Bars = Field(Bars(), description='Bounds, such as {size: "<= 100 MB"}.')


class Facts(CheckFacts):
    """The model's file; `executes` says what loading it can run, `types` names the types it holds."""

    format: str
    bytes: Count
    size: Measure
    digest: str
    executes: str
    types: tuple[str, ...] = ()
    note: str = ""


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    """The size's bar, in bytes."""
    if spec.bars.size is not None:
        yield Bar(
            fact="/size",
            title="size of the model's file in bytes",
            direction="at_most",
            limit=spec.bars.size,
            where=("bars", "size"),
        )


def measure(spec: Spec, context: CheckContext) -> Generator[list[Any], list[Any], Facts]:
    """Asks no question of the tables; raises DataError where the manifest names no artifact."""
    yield []
    found = context.artifact
    lacking = [name for name in ("format", "bytes", "digest", "executes") if found.get(name) is None]
    if not found:
        raise DataError(
            "The manifest names no artifact, so there is no model file to look at.", hint="Add `model.artifact`."
        )
    if lacking:
        raise DataError(f"The model's file could not be described: {', '.join(lacking)} is not known.")
    return Facts(
        format=str(found["format"]),
        bytes=int(found["bytes"]),
        size=exact(int(found["bytes"]), 1),
        digest=str(found["digest"]),
        executes=str(found["executes"]),
        types=tuple(map(str, found.get("types") or ())),
        note=str(found.get("note") or ""),
    )
