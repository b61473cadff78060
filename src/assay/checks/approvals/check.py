"""Who approved the change, in which role, and which reviews do not count and why."""

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
