"""Who approved the change, in which role, and whose review does not count and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from assay.dossier.check_context import CheckContext
from assay.errors import DataError
from assay.facts.check_parts import CheckFacts, CheckSpec
from assay.reviews.approval import Blocking, Filled, Reviewer, judge_approvals
from assay.reviews.doubts import Doubt
from assay.reviews.people import People
from assay.reviews.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from assay.errors import Place

OPTIONAL_BLOCK = True
INPUT = "reviews"
USUAL_ROLES = ("domain_expert", "ml_engineer")


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


class Facts(CheckFacts):
    """Who counts for which role; `blocked_by` closes whoever approves, and no doubt may be left."""

    repository: int
    pull_request: int
    node: str
    head: str
    base: str
    merged: bool
    taken_at: str
    required: tuple[str, ...]
    satisfied: bool
    filled: tuple[Filled, ...]
    unfilled: tuple[str, ...]
    reviewers: tuple[Reviewer, ...]
    blocked: bool
    blocked_by: tuple[Blocking, ...]
    doubtful: bool
    doubts: tuple[Doubt, ...]


def problems(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """Roles that the block names and the manifest does not have."""
    for index, role in enumerate(spec.roles or ()):
        if role not in context.roles:
            yield ("roles", index), f"there is no role `{role}` among `roles`."


def required_roles(spec: Spec, context: CheckContext) -> tuple[str, ...]:
    """The roles that must approve: those of the block and of the stage, else the usual two, else every role."""
    named = tuple(dict.fromkeys((*(spec.roles or ()), *context.approvals)))
    if named or spec.roles is not None:
        return named
    return USUAL_ROLES if all(role in context.roles for role in USUAL_ROLES) else tuple(sorted(context.roles))


def judged(spec: Spec, context: CheckContext) -> Facts:
    """The facts of the context's snapshot; raises DataError where there is none or it is malformed."""
    if context.reviews is None:
        raise DataError(
            "No reviews were taken in, so nobody is known to have approved.",
            hint="Take them with `assay approvals --pull-request N --out FILE` and plan with `--reviews FILE`.",
        )
    snapshot = read_snapshot(context.reviews)
    people = People(snapshot, context.roles, spec.people, spec.bots)
    found = judge_approvals(snapshot, people, required_roles(spec, context), signed=spec.signed)
    pull = snapshot.pull_request
    return Facts(
        repository=snapshot.repository.id,
        pull_request=pull.number,
        node=pull.node_id,
        head=pull.head,
        base=pull.base,
        merged=pull.merged,
        taken_at=snapshot.taken_at,
        required=found.required,
        satisfied=found.satisfied,
        filled=found.filled,
        unfilled=found.unfilled,
        reviewers=found.reviewers,
        blocked=bool(found.blocked_by),
        blocked_by=found.blocked_by,
        doubtful=bool(found.doubts),
        doubts=found.doubts,
    )


def measure(spec: Spec, context: CheckContext) -> Generator[list[Any], list[Any], Facts]:
    """Asks no question of the tables."""
    yield []
    return judged(spec, context)
