"""Policies of one's own against the plan: each name that they look at must be one that the plan makes possible."""

from __future__ import annotations

from assay.documents.shipped import shipped_folder
from assay.edges.rego.bundle import Bundle, PolicyFile
from assay.edges.rego.reading.reference_check import look_at_references
from assay.steps.planning.planned_shape import PlannedNames


def require_known_references(bundle: Bundle, names: PlannedNames) -> None:
    """Raises ManifestError with file, line and nearest name of all that an own policy looks at and never finds.

    The shipped policies are checked by our tests, with every plan of them.
    """
    own = {file.package for file in own_modules(bundle)}
    shapes = {policy.id: names.shape(policy) for policy in names.plan.policies if tuple(policy.id.split("/")) in own}
    if own:
        look_at_references(bundle, shapes)


def own_modules(bundle: Bundle) -> tuple[PolicyFile, ...]:
    """The files of a bundle that are not, byte for byte, shipped with Assay."""
    return tuple(file for file in bundle.modules if not _is_shipped(file))


def _is_shipped(file: PolicyFile) -> bool:
    shipped = shipped_folder("policies") / file.path
    return shipped.is_file() and shipped.read_bytes() == file.content
