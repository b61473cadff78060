"""The key that counts is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, fine, settle
from assay.commands.parts.named_environments import named_environments
from assay.commands.parts.workflow_reading import SIGNING

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "Without the public key, what the workflows signed counts as unsigned, and nothing is promoted by it."
FIX = "Settings → Secrets and variables → Actions: add the variable ASSAY_PUBLIC_KEY, or name a `trust` file."
_PUBLIC = "ASSAY_PUBLIC_KEY"


def look(around: Surroundings) -> Finding:
    """Where a key signs, a variable or a trust file says which public key counts."""
    if not any(job.signs for each in around.calling for job in each.jobs):
        return fine("no job holds a key")
    if all(each.manifest.trust for each in around.manifests):
        return fine("trust files say which keys count")
    settings = around.settings
    held = [name for name in _existing(around) if SIGNING in settings.environment_secrets(name)]
    if not held and SIGNING not in settings.secrets():
        return fine("no key signs")
    there = _PUBLIC in settings.variables() or _PUBLIC in settings.variables(organization=True)
    return settle([] if there else [f"there is a key that signs, and no variable {_PUBLIC}"], f"the variable {_PUBLIC}")


def _existing(around: Surroundings) -> list[str]:
    there = {str(each["name"]) for each in around.settings.environments()}
    return [name for name in named_environments(around, signing=True) if name in there]
