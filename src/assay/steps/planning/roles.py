"""The roles that a manifest's stages ask for, held against the rule that two people approve in two roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.errors import Problem
from assay.manifest.document import Manifest
from assay.manifest.yaml_strict import Document
from assay.reviews.approval import PERSONS
from assay.steps.planning.blocks import CheckBlock


def role_problems(manifest: Manifest, blocks: Mapping[str, CheckBlock], document: Document) -> Iterable[Problem]:
    """Stages whose approvals, with the roles of the check's block, come to one role: nothing could ever fill them."""
    block = blocks.get("approvals")
    if block is None and "approvals" in manifest.checks:
        return
    always = getattr(block.spec, "roles", None) or () if block is not None else ()
    for name, stage in manifest.stages.items():
        if stage.approvals and len({*always, *stage.approvals}) < PERSONS:
            message = f"`{stage.approvals[0]}` alone can never approve: name two roles, each for a person of its own."
            yield document.problem(("stages", name, "approvals"), message)
