"""Whether the model's process could open anything besides its own files and its features.

Method: `assay predict` records at which isolation level the model's process ran. Only `landlock` and `sealed` count
as shut in.

Undefined: There is no number to be undefined. If the answers come from elsewhere and nobody vouches for how the model
was isolated there, the check is not measured.

Cost: No time: the record is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import Confinement
from assay.errors import DataError
from assay.facts.check_parts import CheckFacts, CheckSpec

if TYPE_CHECKING:
    from collections.abc import Generator

OPTIONAL_BLOCK = True
MATERIAL = Confinement


class Spec(CheckSpec):
    """No settings: `assay predict` records how the model's process was isolated."""


class Facts(CheckFacts):
    """Whether the model answered, and whether its process was shut in."""

    answered: bool = Field(description="Whether the model answered.")
    shut_in: bool = Field(description="Whether its process could open only what is listed.")


def measure(spec: Spec, context: MaterialContext[Confinement | None]) -> Generator[list[Any], list[Any], Facts]:
    """Asks the tables nothing; raises DataError if nobody vouches for how the model's process was isolated."""
    yield []
    found = context.material
    if found is None or (found.answered and found.shut_in is None):
        raise DataError(
            "The answers come from elsewhere, and nobody says how the model was isolated there.",
            hint="Let the model run here. If a job of its own ran it at `--isolation landlock`, pass `--own-job`.",
        )
    return Facts(answered=found.answered, shut_in=found.shut_in is True)
