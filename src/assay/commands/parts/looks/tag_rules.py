"""Tags of versions and promotions stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assay.commands.parts.findings import Finding, settle
from assay.commands.parts.rulesets import KEPT, covers
from assay.ledger.tag_names import stage_tag, version_tag

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "Versions and promotions are tags; whoever moves or deletes one changes what is in production."
FIX = "Import what `assay ruleset --kind tags` prints."


def look(around: Surroundings) -> Finding:
    """Active rulesets keep every tag of a version or a promotion where it is."""
    active = [each for each in around.settings.tag_rulesets() if each["enforcement"] == "active"]
    missing = [
        f"`{ref.removeprefix('refs/tags/')}`: no ruleset has `{rule}`"
        for ref in _refs(around)
        for rule in KEPT
        if not any(covers(each, ref) and rule in _rules(each) for each in active)
    ]
    return settle(missing, ", ".join(str(each["name"]) for each in active))


def _rules(ruleset: dict[str, Any]) -> set[str]:
    return {str(each["type"]) for each in ruleset.get("rules") or ()}


def _refs(around: Surroundings) -> list[str]:
    """A tag of each kind for each model, as GitHub names it."""
    return [
        f"refs/tags/{tag}"
        for each in around.manifests
        for model in [each.manifest.model.name]
        for tag in [version_tag(model, "1.0.0"), *(stage_tag(model, stage, 1) for stage in each.manifest.stage_graph())]
    ]
