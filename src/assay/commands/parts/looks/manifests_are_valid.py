"""Every manifest is valid and names who approves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "clone"
WHY = "A first manifest, a loosening and some stages need the approvals of two people, whom the manifest names."
FIX = "Name users or teams for `domain_expert` and `ml_engineer` under `roles` in `assay.yaml`."
_ROLES = ("domain_expert", "ml_engineer")


def look(around: Surroundings) -> Finding:
    """The manifests, and the roles that nobody has."""
    problems = []
    for each in around.manifests:
        roles = each.manifest.roles
        empty = [name for name in _ROLES if name not in roles or not (roles[name].users or roles[name].teams)]
        problems += [f"{each.shown}: nobody is {' or '.join(empty)}"] if empty else []
    return settle(problems, ", ".join(each.shown for each in around.manifests))
