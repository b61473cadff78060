"""The reviews of a snapshot, counted by the rules of approval."""

from __future__ import annotations

from assay.checks.approvals.facts import Facts
from assay.checks.approvals.spec import Spec
from assay.errors import DataError
from assay.reviews.approval import judge_approvals
from assay.reviews.people import People
from assay.reviews.taken_reviews import TakenReviews

USUAL_ROLES = ("domain_expert", "ml_engineer")


def required_roles(spec: Spec, reviews: TakenReviews) -> tuple[str, ...]:
    """The roles that must approve: those of the block and of the stage, else the usual two, else every role."""
    named = tuple(dict.fromkeys((*(spec.roles or ()), *reviews.stage_roles)))
    if named or spec.roles is not None:
        return named
    return USUAL_ROLES if all(role in reviews.roles for role in USUAL_ROLES) else tuple(sorted(reviews.roles))


def count_reviews(spec: Spec, reviews: TakenReviews) -> Facts:
    """The facts about the reviews in the snapshot; raises DataError if it is missing or malformed."""
    snapshot = reviews.snapshot()
    if snapshot is None:
        raise DataError(
            "No reviews were read, so the approvals are unknown.",
            hint="Read them with `assay approvals --pull-request N --out FILE`, then plan with `--reviews FILE`.",
        )
    people = People(snapshot, reviews.roles, spec.people, spec.bots)
    found = judge_approvals(snapshot, people, required_roles(spec, reviews), signed=spec.signed)
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
