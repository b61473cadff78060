"""The contexts of checks, with what a manifest says of the materials that few checks are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.dossier.check_context import CheckContext, CheckContexts, Material, make_check_context
from assay.dossier.check_materials import Declaration
from assay.manifest.document import Manifest
from assay.reviews.taken_reviews import taken_reviews


def planned_contexts(
    manifest: Manifest, *, columns: Mapping[str, Mapping[str, str]], as_of: str, stage: str | None = None
) -> CheckContexts:
    """The contexts while a stage is planned, before anything is measured."""
    return with_materials(make_check_context(manifest, columns=columns, as_of=as_of), manifest, stage=stage)


def with_materials(
    shared: CheckContext,
    manifest: Manifest,
    *,
    stage: str | None = None,
    reviews: bytes | None = None,
    found: Iterable[Material] = (),
) -> CheckContexts:
    """The contexts with the manifest's own materials and those that were `found`; `reviews` is their file's content."""
    declaration = Declaration(model=manifest.model, roles=manifest.roles)
    return CheckContexts(shared, (declaration, taken_reviews(manifest, stage, reviews), *found))
