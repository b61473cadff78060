"""The status of each model is required."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle
from assay.commands.parts.kept_rules import kept_rules

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "A status that is not required blocks no merge."
FIX = "Import what `assay ruleset` prints, under Settings → Rules → Rulesets."


def look(around: Surroundings) -> Finding:
    """Every status that the workflows set is required on the default branch, of what is up to date with it."""
    kept = kept_rules(around.settings, lambda rules: rules.up_to_date and set(around.contexts) <= rules.contexts)
    missing = [f"`{each}` is not required on `{kept.branch}`" for each in around.contexts if each not in kept.contexts]
    if not missing and not kept.up_to_date:
        missing = [f"a change may be merged that is not up to date with `{kept.branch}`, so another merge was judged"]
    return settle(missing, ", ".join(around.contexts))
