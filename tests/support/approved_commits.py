"""Commits that people of both roles approve."""

from typing import Any

from tests.support import review_snapshots as made
from tests.support.repositories import Repository

from assay.canonical import canonical

ROLES = "roles:\n  domain_expert: {users: [ada, eve]}\n  ml_engineer: {users: [grace]}\n"


def reviewed(repository: Repository, head: str, *logins: str, **parts: Any) -> None:
    """Reviews of a commit: it is approved by everybody named."""
    reviews = [made.review(number, login, commit=head) for number, login in enumerate(logins, 1)]
    told = {"pull_request": {"head": head}, "commits": [made.commit(head)], "reviews": reviews, **parts}
    repository.write("reviews.json", canonical(made.changed(**told)))
