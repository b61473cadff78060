"""Changes come with reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle
from assay.commands.parts.kept_rules import KeptRules, kept_rules

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "Who may push to the default branch, or merge without a review, sets the bars alone."
FIX = "Import what `assay ruleset` prints: it asks for reviews, again after each push, and from code owners."


def look(around: Surroundings) -> Finding:
    """Changes come by pull request, with reviews that a later push dismisses, and with those of code owners."""
    kept = kept_rules(around.settings, lambda rules: not _lacking(rules))
    return settle(_lacking(kept), f"{kept.approvals} approvals on `{kept.branch}`")


def _lacking(rules: KeptRules) -> list[str]:
    named = {
        "no approving review is required": rules.approvals > 0,
        "approvals stay after a push": rules.dismisses_stale,
        "code owners need not review": rules.asks_owners,
    }
    return [text for text, there in named.items() if not there]
