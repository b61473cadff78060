"""The clone has the whole history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.commands.parts.findings import Finding, settle

if TYPE_CHECKING:
    from assay.commands.parts.surroundings import Surroundings

SECTION = "clone"
WHY = "A shallow clone hides the base that judges, and tags of promotions."
FIX = "Run `git fetch --unshallow --tags`; in a workflow, `fetch-depth: 0`."


def look(around: Surroundings) -> Finding:
    """Whether Git says that the clone is shallow."""
    shallow = around.git("rev-parse", "--is-shallow-repository")
    return settle(["the clone is shallow"] if shallow != "false" else [], "it is not shallow")
