"""Options of the verbs that use a policy engine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from assay.edges.rego.engine import Engine, choose_engine
from assay.options.step_options import StepOptions


class EngineOptions(StepOptions):
    """Options of the verbs that use a policy engine: which one, and where it is."""

    engine: Literal["auto", "opa", "opa-server", "regorus"] = Field(
        "auto", description="Policy engine; `auto` is OPA if it is installed, else the embedded regorus."
    )
    opa: str | None = Field(None, description="Path of the OPA binary. Optional; default: `opa` on PATH.")
    opa_url: str | None = Field(
        None, description="URL of a running OPA server; its bundle revision must be the plan's."
    )
    opa_lock: Path | None = Field(
        None, description="File of OPA's version and checksums; a binary that it does not list cannot judge."
    )

    def engine_wanted(self) -> Engine:
        """The engine that the options name; raises EngineError if there is none."""
        return choose_engine(self.engine, opa=self.opa, opa_url=self.opa_url, lock=self.opa_lock)
