"""Who approved, as facts."""

from __future__ import annotations

from assay.facts.check_parts import CheckFacts
from assay.reviews.approval import Blocking, Filled, Reviewer
from assay.reviews.doubts import Doubt


class Facts(CheckFacts):
    """Who approved in which role; anything in `blocked_by` or `doubts` closes the gate, whoever approves."""

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
