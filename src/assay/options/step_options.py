"""Options that all steps share; a step adds its own, and flags, variables and action inputs follow from them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assay.dossier.plan_parts import Digest
from assay.manifest.document import DEFAULT_STAGE, FILE
from assay.options.plain_options import flag, variable

__all__ = ["Options", "StepOptions", "flag", "variable"]


class Options(BaseModel):
    """Options of a step or command; each field is a flag `--like-this` and a variable `ASSAY_LIKE_THIS`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    format: Literal["text", "json"] = Field("text", description="Output format.")


class StepOptions(Options):
    """Options that all steps share."""

    manifest: Path = Field(Path(FILE), description="Manifest file; its folder is the model's repository.")
    stage: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")] = Field(
        DEFAULT_STAGE, description="Stage to judge the model for."
    )
    dossier: Path | None = Field(
        None, description="Folder of the dossier. Optional; default: .assay/<model>/<stage> beside the manifest."
    )
    expect: Digest | None = Field(
        None, description="Digest that the page this step reads must have, as the previous step printed it."
    )
