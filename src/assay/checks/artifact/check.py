"""What the model's file is, and what loading it can execute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.artifact.spec import Spec
from assay.dossier.check_context import CheckContext
from assay.errors import DataError
from assay.facts.check_parts import Bar, CheckFacts
from assay.facts.values import Count, Measure, exact

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

OPTIONAL_BLOCK = True


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
