"""The key that signs is a secret of environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle
from assay.commands.parts.named_environments import named_environments
from assay.commands.parts.workflow_reading import SIGNING

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "A secret of the repository is readable by a workflow on any branch, so by everybody who may push one."
FIX = "Move ASSAY_SIGNING_KEY to the environments of the jobs that sign, and delete it elsewhere."


def look(around: Surroundings) -> Finding:
    """The key that signs is a secret of environments only, if a key signs at all."""
    settings = around.settings
    wide = {"the repository": settings.secrets(), "the organisation": settings.secrets(organization=True)}
    problems = [f"{SIGNING} is a secret of {where}" for where, names in wide.items() if SIGNING in names]
    there = {str(each["name"]) for each in settings.environments()}
    wanted = [name for name in named_environments(around, signing=True) if name in there]
    held = [name for name in wanted if SIGNING in settings.environment_secrets(name)]
    if held and set(held) != set(wanted):
        problems += [f"the environment `{name}` has no {SIGNING}" for name in wanted if name not in held]
    return settle(problems, f"a secret of {', '.join(held)}" if held else "no key signs")
