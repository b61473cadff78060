"""The default branch only grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle
from assay.commands.parts.kept_rules import KeptRules, kept_rules

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "A promotion reads commits and manifests of the default branch; a force push rewrites them."
FIX = "Import what `assay ruleset` prints: it blocks force pushes and deletion."


def look(around: Surroundings) -> Finding:
    """Nobody pushes over the default branch or deletes it."""
    kept = kept_rules(around.settings, lambda rules: not _lacking(rules))
    return settle(_lacking(kept), f"`{kept.branch}` only grows")


def _lacking(rules: KeptRules) -> list[str]:
    named = {"force pushes are allowed": rules.no_force_push, "deletion is allowed": rules.no_deletion}
    return [text for text, there in named.items() if not there]
