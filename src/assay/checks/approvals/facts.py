"""Who approved, as facts."""

from __future__ import annotations

from pydantic import Field

from assay.facts.check_parts import CheckFacts
from assay.reviews.approval import Blocking, Filled, Reviewer
from assay.reviews.doubts import Doubt


class Facts(CheckFacts):
    """Who approved in which role; anything in `blocked_by` or `doubts` closes the gate, whoever approves."""

    repository: int = Field(description="Number of the repository on GitHub.")
    pull_request: int = Field(description="Number of the pull request.")
    node: str = Field(description="GitHub's global id of the pull request.")
    head: str = Field(description="Head commit, which approvals must be about.")
    base: str = Field(description="Branch that the change is proposed for.")
    merged: bool = Field(description="Whether the pull request is merged.")
    taken_at: str = Field(description="When the snapshot of the reviews was taken.")
    required: tuple[str, ...] = Field(description="Roles that must approve.")
    satisfied: bool = Field(description="Whether a different person fills each required role, at least two of them.")
    filled: tuple[Filled, ...] = Field(description="Required roles that are filled, each with its person.")
    unfilled: tuple[str, ...] = Field(description="Required roles without an approval that counts.")
    reviewers: tuple[Reviewer, ...] = Field(description="Everybody who reviewed, and why a review does not count.")
    blocked: bool = Field(description="Whether anything blocks the change, whoever approves.")
    blocked_by: tuple[Blocking, ...] = Field(description="What blocks the change.")
    doubtful: bool = Field(description="Whether anything about the reviews is unknown.")
    doubts: tuple[Doubt, ...] = Field(description="What is unknown.")
