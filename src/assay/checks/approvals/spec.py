"""The block of `approvals`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from assay.facts.check_parts import CheckSpec
from assay.manifest.block_parts import listed

Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(listed)]


class Spec(CheckSpec):
    """Which roles must approve, and which accounts belong to which person. Optional."""

    roles: Names | None = Field(
        None,
        description="Roles that must approve, each through a different person, besides the roles of the stage's "
        "`approvals`. Optional; default: domain_expert and ml_engineer, or all roles if the manifest lacks one.",
    )
    people: dict[str, Names] = Field(
        {}, description="Accounts of each person, by name; if any is named, an account without a person does not count."
    )
    bots: Names = Field((), description="Logins and e-mail addresses of bots, which neither approve nor write code.")
    signed: bool = Field(default=False, description="Whether every commit must carry a signature that GitHub verified.")
