"""Doubts: what is unknown about reviews and reviewers; nothing can be decided while one is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from assay.facts.values import Value
from assay.reviews.people import People
from assay.reviews.snapshot import MAX_COMMITS, Review, ReviewSnapshot

DoubtReason = Literal[
    "commits_incomplete",
    "contradicting_reviews",
    "foreign_review",
    "membership_unknown",
    "permission_unknown",
    "reviewer_unknown",
    "role_unresolved",
    "too_many_commits",
    "undated_review",
    "unknown_state",
]
DECISIVE, QUIET = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED"), ("COMMENTED", "PENDING")


class Doubt(Value):
    """Something unknown, and what it is about."""

    reason: DoubtReason = Field(description="What is unknown.")
    about: str = Field(description="Login, commit or role that it is about.")


def doubts_of_reviews(snapshot: ReviewSnapshot) -> Iterable[Doubt]:
    """The doubts that the lists of reviews and commits leave."""
    pull, repository = snapshot.pull_request, snapshot.repository
    home = f"/repos/{repository.name}/pulls/{pull.number}".lower()
    seen: dict[int, Review] = {}
    for review in snapshot.reviews:
        about = str(review.id)
        if review.state not in (*DECISIVE, *QUIET):
            yield Doubt(reason="unknown_state", about=f"{about}: {review.state}")
        if review.state in DECISIVE and review.submitted_at is None:
            yield Doubt(reason="undated_review", about=about)
        if review.state == "CHANGES_REQUESTED" and review.author is None:
            yield Doubt(reason="reviewer_unknown", about=about)
        if not review.pull_request.lower().endswith(home):
            yield Doubt(reason="foreign_review", about=about)
        if seen.setdefault(review.id, review) != review:
            yield Doubt(reason="contradicting_reviews", about=about)
    if max(pull.commits, len(snapshot.commits)) > MAX_COMMITS:
        yield Doubt(reason="too_many_commits", about=str(pull.commits))
    shas = {commit.sha for commit in snapshot.commits}
    if len(shas) != pull.commits or pull.head not in shas:
        yield Doubt(reason="commits_incomplete", about=f"{len(shas)} of {pull.commits}")


def doubts_of_people(people: People, histories: Mapping[int, Sequence[Review]]) -> Iterable[Doubt]:
    """The doubts about roles, and about the accounts whose reviews decide."""
    for login in people.unresolved():
        yield Doubt(reason="role_unresolved", about=login)
    for user, history in sorted(histories.items()):
        if any(review.state in DECISIVE for review in history):
            if people.permission_of(user) is None:
                yield Doubt(reason="permission_unknown", about=str(user))
            for team in people.unanswered_teams(user):
                yield Doubt(reason="membership_unknown", about=f"{user} in {team}")
