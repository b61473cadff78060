"""Refuses, before anything is measured, a policy that reads a name which its input cannot have."""

from __future__ import annotations

from collections.abc import Mapping

from assay.edges.rego.bundle import Bundle
from assay.edges.rego.policy_source.reference_walk import ReferenceWalk
from assay.edges.rego.policy_source.scopes import Findings
from assay.edges.rego.policy_source.shapes import Shape
from assay.edges.rego.policy_source.syntax_trees import read_modules
from assay.errors import ManifestError, PolicyError

REFERENCE_HINT = (
    "A rule about a name that never exists never fires. Correct the name, or declare what is missing: the check in the "
    "policy's METADATA, or the data set, metric or bar in the manifest. Where engines disagree, you can write "
    "`engine: opa` in the manifest, so that only OPA judges."
)


def look_at_references(bundle: Bundle, shapes: Mapping[str, Shape]) -> dict[str, Findings]:
    """What each policy reads, by id; raises ManifestError with every name that the plan makes impossible."""
    modules = read_modules(bundle.modules)
    found: dict[str, Findings] = {}
    for policy, shape in shapes.items():
        try:
            walk = ReferenceWalk(modules, bundle.data, shape, pinned=bundle.pinned)
            found[policy] = walk.walk(tuple(policy.split("/")))
        except RecursionError as error:
            raise PolicyError(f"{policy}: the policy is nested too deeply to check.") from error
    problems = {key: problem for each in found.values() for key, problem in each.problems.items()}
    if problems:
        raise ManifestError(list(problems.values()), hint=REFERENCE_HINT)
    return found
