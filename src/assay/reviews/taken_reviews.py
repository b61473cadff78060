"""The reviews of a pull request and who may approve: the material of the check `approvals`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.canonical import parse
from assay.dossier.check_context import Material
from assay.manifest.document import Manifest, Role
from assay.reviews.snapshot import ReviewSnapshot, read_snapshot


@dataclass(frozen=True, kw_only=True)
class TakenReviews(Material):
    """Who may approve (`roles`), which roles the stage requires, and the content of the snapshot, if one was given."""

    INPUT = "reviews"

    roles: Mapping[str, Role]
    stage_roles: tuple[str, ...] = ()
    content: bytes | None = None

    def snapshot(self) -> ReviewSnapshot | None:
        """The reviews in the snapshot; None without a snapshot; raises an AssayError if it is malformed."""
        return None if self.content is None else read_snapshot(parse(self.content, "The snapshot of reviews"))


def taken_reviews(manifest: Manifest, stage: str | None, content: bytes | None = None) -> TakenReviews:
    """The reviews in a snapshot's content, with the roles of a manifest and of one of its stages."""
    stage_roles = manifest.stages[stage].approvals if stage in manifest.stages else ()
    return TakenReviews(roles=manifest.roles, stage_roles=stage_roles, content=content)
