"""What Rego sees: one typed input per policy, with a published schema."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SkipValidation

from assay.dossier.plan_parts import JoinedBar, ManifestChange
from assay.facts.values import Value


class MeasuredCheck(Value):
    """How a needed check ended."""

    outcome: Literal["measured", "unavailable", "error"] = Field(description="Whether the check was measured.")


class DecisionInput(Value):
    """Everything that a policy may see; its numbers are finite, and policies only compare them.

    `facts` holds the facts of the checks that the policy needs or consults, if they were measured. `bars` holds every
    planned bar of the checks that it needs, even if the fact is missing.
    """

    assay: Literal[1] = Field(1, description="Version of this input.")
    policy: str = Field(description="The policy that is asked, such as `bias/within_bounds`.")
    stage: str = Field(description="The stage of the gate.")
    as_of: str = Field(description="The date of the judgement, as YYYY-MM-DD.")
    checks: dict[str, MeasuredCheck] = Field(description="How each needed check ended.")
    facts: dict[str, SkipValidation[dict[str, Any]]] = Field(
        description="What each needed check found, if it was measured."
    )
    bars: tuple[JoinedBar, ...] = Field(description="Every bar of the needed checks beside its fact.")
    manifest: SkipValidation[dict[str, Any]] = Field(description="The manifest that judges, resolved.")
    changes: tuple[ManifestChange, ...] = Field((), description="What differs from the base that judges.")

    def document(self) -> dict[str, Any]:
        """The input as JSON. Facts and manifest are the objects of the pages, so that many inputs share them."""
        rest = self.model_dump(mode="json", exclude_none=True, exclude={"facts", "manifest"})
        return {**rest, "facts": dict(self.facts), "manifest": self.manifest}

    def emptied(self) -> DecisionInput:
        """The same input without any evidence, which proves no sound policy."""
        return DecisionInput(
            policy=self.policy, stage=self.stage, as_of=self.as_of, checks={}, facts={}, bars=(), manifest={}
        )
