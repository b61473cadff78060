"""The user's own policies compared with the plan: they may read only names that their input can have."""

from __future__ import annotations

from dataclasses import replace

from assay.documents.shipped import shipped_folder
from assay.edges.rego.bundle import Bundle, PolicyFile
from assay.edges.rego.policy_source.shapes import Shape
from assay.errors import Problem
from assay.steps.planning.planned_shape import PlannedNames


def require_known_references(bundle: Bundle, names: PlannedNames) -> None:
    """Raises ManifestError if a user's policy reads names that cannot exist, with file, line and nearest name of each.

    The shipped policies are not checked here, because Assay's tests check them.
    """
    if own_modules(bundle):
        from assay.edges.rego.policy_source.reference_check import look_at_references

        look_at_references(_pinned(bundle, names), _own_shapes(bundle, names))


def silent_rules(bundle: Bundle, names: PlannedNames) -> list[Problem]:
    """The denying rules of the user's policies that no tried input makes fire."""
    shapes = _own_shapes(bundle, names)
    if not shapes or _needs_opa(names):
        return []
    from assay.edges.rego.policy_source.reference_check import look_at_references
    from assay.edges.rego.policy_source.silent_rules import find_silent_rules

    return find_silent_rules(bundle, shapes, look_at_references(bundle, shapes))


def _needs_opa(names: PlannedNames) -> bool:
    """Whether the manifest lets only OPA judge, so that the embedded engine cannot try the rules."""
    return names.manifest.engine == "opa"


def _pinned(bundle: Bundle, names: PlannedNames) -> Bundle:
    return replace(bundle, pinned=_needs_opa(names))


def _own_shapes(bundle: Bundle, names: PlannedNames) -> dict[str, Shape]:
    own = {"/".join(file.package) for file in own_modules(bundle)}
    # On the base's data a policy sees the same names, so it has no shape of its own there.
    return {policy.id: names.shape(policy) for policy in names.plan.policies if policy.id in own}


def own_modules(bundle: Bundle) -> tuple[PolicyFile, ...]:
    """The policy files of a bundle that are not byte for byte files that ship with Assay."""
    return tuple(file for file in bundle.modules if not _is_shipped(file))


def _is_shipped(file: PolicyFile) -> bool:
    shipped = shipped_folder("policies") / file.path
    return shipped.is_file() and shipped.read_bytes() == file.content
