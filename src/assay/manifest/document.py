"""The manifest's types: what `assay.yaml` may say. Check blocks stay raw; their checks read them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from assay.manifest.block_parts import (
    Block,
    Date,
    FilePath,
    Slug,
    Text,
    Version,
    Words,
    listed,
)
from assay.manifest.data_blocks import Data
from assay.manifest.model_blocks import Model

FILE = "assay.yaml"
DEFAULT_STAGE = "validation"
DEFAULT_STAGES = ("ideation", "data-preparation", "experimentation", "validation", "deployment", "retirement")
WAIVER_DAYS = 90
VALID_DAYS = 30


class Role(Block):
    """Who may approve in a role."""

    users: Words = Field((), description="GitHub logins.")
    teams: Words = Field((), description="GitHub teams as `organisation/team`.")


class Stage(Block):
    """A stage of the life cycle."""

    after: Slug | None = Field(None, description="The stage that this one follows.")
    approvals: Words = Field((), description="Roles that must approve a promotion to this stage.")
    branches: Words = Field(
        (),
        description="Branches of the remote, besides its default branch, whose commits may be promoted to this stage. "
        "The default branch's manifest counts.",
    )
    vouched_by: Text | None = Field(
        None,
        description="Person or team that vouches for files of predictions at this stage; without it they alone are "
        "promoted to nothing above `experimentation`. The default branch's manifest counts.",
    )
    signed: bool = Field(
        default=False,
        description="Whether a key of the `trust` file must sign the ledger's entries for this stage; nothing else "
        "counts as promoted. The default branch's manifest counts.",
    )
    valid_days: Annotated[int, Field(ge=1, le=3_650)] = Field(
        VALID_DAYS,
        description="Days for which a decision may be used to register or promote, from its date. The default branch's "
        "manifest counts.",
    )
    policies: Words | None = Field(
        None, description="Policies of this stage (`bias/within_bounds`, `data/*`). Optional; default: the usual ones."
    )


class Waiver(Block):
    """A blocking outcome that somebody accepts for a limited time."""

    policy: Text = Field(description="The waived policy, such as `bias/within_bounds`.")
    scope: dict[str, str] = Field(
        {}, description="Waives only bars with these properties, such as `{by: hispan}`. Optional; default: all bars."
    )
    owner: Text = Field(description="Person or team responsible for the waiver.")
    reason: Text = Field(description="Why the outcome is acceptable for now.")
    expires: Date = Field(description=f"Last day of the waiver; at most {WAIVER_DAYS} days ahead.")


class Manifest(Block):
    """The manifest of a machine-learning model: its purpose, data, checks and bars."""

    assay: Version = Field(description="Version of the manifest format.")
    model: Model
    data: Data | None = Field(None, description="Data sets and the roles of their columns.")
    checks: dict[str, dict[str, Any] | None] = Field({}, description="Checks to run, with their bars.")
    roles: dict[str, Role] = Field({}, description="Who may approve, by role: domain_expert, ml_engineer.")
    stages: dict[Slug, Stage] = Field(
        {}, description="Stages of the life cycle. Optional; default: the six usual ones."
    )
    waivers: Annotated[tuple[Waiver, ...], BeforeValidator(listed)] = Field(
        (), description="Blocking outcomes that somebody accepts for a limited time."
    )
    policies: FilePath | None = Field(None, description="Folder of your own Rego policies, relative to this manifest.")
    trust: FilePath | None = Field(
        None,
        description="Trust file, relative to this manifest: the keys whose signatures count for promotions. It is read "
        "from the default branch.",
    )
    engine: Literal["opa"] | None = Field(
        None,
        description="Write `opa` to let only OPA judge; policies may then use built-ins on which engines disagree.",
    )

    def stage_graph(self) -> dict[str, Stage]:
        """The stages by name: those the manifest names, else the six usual ones, each after the one before it."""
        if self.stages:
            return dict(self.stages)
        before = (None, *DEFAULT_STAGES)
        return {name: Stage(after=after) for name, after in zip(DEFAULT_STAGES, before, strict=False)}

    def usual_stage(self, stage: str) -> str | None:
        """The usual stage that a stage is, or the nearest one before it; None if there is none."""
        graph, seen = self.stage_graph(), set[str]()
        current: str | None = stage
        while current is not None and current not in seen:
            if current in DEFAULT_STAGES:
                return current
            seen.add(current)
            current = graph[current].after if current in graph else None
        return None
