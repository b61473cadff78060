"""The reviews that were taken in, beside who may approve: what a check of approvals is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.canonical import parse
from assay.dossier.check_context import Material
from assay.manifest.document import Manifest, Role
from assay.reviews.snapshot import ReviewSnapshot, read_snapshot


@dataclass(frozen=True, kw_only=True)
class TakenReviews(Material):
    """Who may approve by `roles`, which of them the stage asks for, and the file of reviews, if any was taken in."""

    INPUT = "reviews"

    roles: Mapping[str, Role]
    stage_roles: tuple[str, ...] = ()
    content: bytes | None = None

    def snapshot(self) -> ReviewSnapshot | None:
        """The reviews as the file has them; None without a file; raises an AssayError where it is malformed."""
        return None if self.content is None else read_snapshot(parse(self.content, "The snapshot of reviews"))


def taken_reviews(manifest: Manifest, stage: str | None, content: bytes | None = None) -> TakenReviews:
    """The reviews in a file, for the roles of a manifest and a stage of it."""
    stage_roles = manifest.stages[stage].approvals if stage in manifest.stages else ()
    return TakenReviews(roles=manifest.roles, stage_roles=stage_roles, content=content)
