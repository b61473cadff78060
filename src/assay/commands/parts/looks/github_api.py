"""GitHub answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, fine

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "settings"
WHY = "Without an answer of GitHub, none of its settings can be looked at."
FIX = "On GitHub Enterprise Server, set GITHUB_API_URL to https://HOST/api/v3."


def look(around: Surroundings) -> Finding:
    """GitHub answers for the repository, at the address that the environment names."""
    said = around.settings.repository()
    return fine(f"{said['full_name']} at {around.settings.client.url}, default branch `{said['default_branch']}`")
