"""What the change does to the manifest and the policies that judge it.

Method: The manifest, the policies and the evaluated data of the change are compared with the base's. Each difference
in a check's block is tried alone on the base's block: it tightens only if no bar is lost or loosened.

Undefined: There is no number to be undefined. Without a base the check is not measured.

Cost: No time: the plan has the differences already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import ManifestChanges
from assay.errors import DataError
from assay.facts.check_parts import CheckFacts, CheckSpec
from assay.facts.values import Count

if TYPE_CHECKING:
    from collections.abc import Generator

OPTIONAL_BLOCK = True
MATERIAL = ManifestChanges
_MAX_LISTED = 200


class Spec(CheckSpec):
    """No settings: the plan lists the differences from the base."""


class Facts(CheckFacts):
    """The paths that differ from the base: at most 200 of each kind, and how many differ in all."""

    base: bool = Field(description="Whether a base judges the change.")
    loosens: bool = Field(description="Whether any path is loosened.")
    loosened: tuple[str, ...] = Field(description="Paths that are neither tightened nor descriptive of the model.")
    reviewed: bool = Field(description="Whether the commit whose reviews were read contains all loosened paths.")
    descriptive: tuple[str, ...] = Field(description="Paths that only describe the model.")
    tightened: tuple[str, ...] = Field(description="Paths that only make the gate stricter.")
    count: Count = Field(description="Paths that differ from the base, in all.")


def measure(spec: Spec, context: MaterialContext[ManifestChanges | None]) -> Generator[list[Any], list[Any], Facts]:
    """Asks the tables nothing; raises DataError if no base judges, because nothing was compared then."""
    yield []
    if context.material is None:
        raise DataError("No base was named, so nothing was compared with it.", hint="Plan with `--base REVISION`.")
    listed = context.material.listed
    tightened = [change.path for change in listed if change.tightens]
    descriptive = [change.path for change in listed if change.descriptive]
    others = [change for change in listed if not (change.tightens or change.descriptive)]
    loosened = [change.path for change in others]
    return Facts(
        base=True,
        loosens=bool(loosened),
        loosened=tuple(loosened[:_MAX_LISTED]),
        reviewed=bool(others) and all(change.reviewed for change in others),
        descriptive=tuple(descriptive),
        tightened=tuple(tightened[:_MAX_LISTED]),
        count=len(listed),
    )
