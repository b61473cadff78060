"""Workflows cannot approve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "A workflow that may approve pull requests counts as a reviewer for branch protection."
FIX = "Settings → Actions → General: do not allow GitHub Actions to create and approve pull requests."


def look(around: Surroundings) -> Finding:
    """A job's token cannot approve a pull request."""
    may = around.settings.actions("permissions", "workflow")["can_approve_pull_request_reviews"]
    return settle([] if may is False else ["workflows may approve pull requests"], "workflows cannot approve")
