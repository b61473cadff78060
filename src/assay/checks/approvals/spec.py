"""What the block of approvals may say."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from assay.facts.check_parts import CheckSpec


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_listed)]


class Spec(CheckSpec):
    """Which roles must approve, and who is who; may be left out."""

    roles: Names | None = Field(
        None,
        description="Roles that must each be filled by a person of its own, besides those of the stage's `approvals`; "
        "where neither names any: domain_expert and ml_engineer, or every role if the manifest does not have both.",
    )
    people: dict[str, Names] = Field(
        {}, description="Accounts of each person, by name; where anybody is named, accounts of nobody do not count."
    )
    bots: Names = Field((), description="Logins and e-mail addresses of robots, which neither approve nor write.")
    signed: bool = Field(default=False, description="Whether every commit must carry a signature that GitHub verified.")
