"""Who approved the change, in which role, and which reviews do not count and why.

Method: GitHub's reviews of the pull request are read once into a snapshot, a digested input of the plan. For each
account the last decisive review counts, if it approves the head commit, the person has a role and write permission,
and took no part in the change. Roles are then matched with persons, so that nobody fills two.

Undefined: There is no number here. Without reviews the check is not measured; what the snapshot leaves open, such as
a membership that nobody may read, is a doubt, and a doubt keeps the gate closed.

Cost: A few requests to GitHub for each reviewer, and no time after that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.checks.approvals.counted_reviews import count_reviews
from assay.checks.approvals.facts import Facts
from assay.checks.approvals.spec import Spec
from assay.dossier.check_context import MaterialContext
from assay.reviews.taken_reviews import TakenReviews

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from assay.errors import Place

OPTIONAL_BLOCK = True
MATERIAL = TakenReviews


def problems(spec: Spec, context: MaterialContext[TakenReviews]) -> Iterable[tuple[Place, str]]:
    """The roles that the block names and the manifest does not define."""
    for index, role in enumerate(spec.roles or ()):
        if role not in context.material.roles:
            yield ("roles", index), f"the manifest's `roles` do not define `{role}`."


def measure(spec: Spec, context: MaterialContext[TakenReviews]) -> Generator[list[Any], list[Any], Facts]:
    """Asks the tables nothing."""
    yield []
    return count_reviews(spec, context.material)
