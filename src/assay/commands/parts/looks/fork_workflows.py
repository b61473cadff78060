"""Runs for forks wait for an approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "A run for a fork executes what a stranger wrote, on your runners."
FIX = "Settings → Actions → General: require approval for all external contributors; send forks no token and no secret."


def look(around: Surroundings) -> Finding:
    """Runs for forks wait for somebody's approval, and never get rights or secrets."""
    if not around.settings.repository()["private"]:
        policy = around.settings.actions("permissions", "fork-pr-contributor-approval")["approval_policy"]
        loose = [] if policy == "all_external_contributors" else [f"the policy is `{policy}`"]
        return settle(loose, "every external contributor needs an approval")
    said = around.settings.actions("permissions", "fork-pr-workflows-private-repos")
    sent = {
        "send_write_tokens_to_workflows": "runs for forks get a token that may write",
        "send_secrets_and_variables": "runs for forks get secrets",
    }
    return settle([text for name, text in sent.items() if said[name] is not False], "runs for forks get no rights")
