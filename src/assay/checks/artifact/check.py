"""What the model's file is, and what loading it can execute.

Method: The file is read without loading it: its format, its digest, and what loading would execute. A joblib or
pickle file is a program, and each of its operations is followed without running it.

Undefined: The size is counted, so it always exists. Without a model's file the check is not measured.

Cost: One reading of the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assay.checks.artifact.spec import Spec
from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import ArtifactInspection, PickleReading
from assay.errors import DataError
from assay.facts.check_parts import Bar, CheckFacts
from assay.facts.values import Count, Measure, exact

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

OPTIONAL_BLOCK = True
MATERIAL = ArtifactInspection


class Facts(CheckFacts):
    """The model's file, and what loading it can run."""

    format: str = Field(description="Format of the model, such as `onnx` or `joblib`.")
    bytes: Count = Field(description="Size of the file in bytes.")
    size: Measure = Field(description="Size of the file in bytes, as the bar sees it.")
    digest: str = Field(description="SHA-256 digest of the file.")
    executes: str = Field(
        description="What loading it can run: `nothing`, `known_types`, `listed_names`, `repository_code`, "
        "`unknown_types` or `arbitrary_code`."
    )
    types: tuple[str, ...] = Field((), description="Types or names that the file asks for.")
    note: str = Field("", description="What else is known of the file, in a sentence.")
    pickle: PickleReading | None = Field(None, description="What a pickled file asks for; null for other formats.")


def bars(spec: Spec, context: MaterialContext[ArtifactInspection | None]) -> Iterable[Bar]:
    """The size's bar, in bytes."""
    if spec.bars.size is not None:
        yield Bar(
            fact="/size",
            title="size of the model's file in bytes",
            direction="at_most",
            limit=spec.bars.size,
            where=("bars", "size"),
        )


def measure(spec: Spec, context: MaterialContext[ArtifactInspection | None]) -> Generator[list[Any], list[Any], Facts]:
    """Asks the tables nothing; raises DataError if the manifest names no artifact."""
    yield []
    found = context.material
    if found is None:
        raise DataError(
            "The manifest names no artifact, so there is no model file to inspect.", hint="Add `model.artifact`."
        )
    if found.bytes is None or found.digest is None or found.executes is None:
        lacking = [name for name in ("bytes", "digest", "executes") if getattr(found, name) is None]
        raise DataError(f"The model's file could not be described: {', '.join(lacking)} is unknown.")
    return Facts(
        format=found.format,
        bytes=found.bytes,
        size=exact(found.bytes, 1),
        digest=found.digest,
        executes=found.executes,
        types=found.types,
        note=found.note,
        pickle=found.pickle,
    )
