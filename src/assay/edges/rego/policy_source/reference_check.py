"""Refuses a policy that looks at a name which its input cannot have, before there is any evidence."""

from __future__ import annotations

from collections.abc import Mapping

from assay.edges.rego.bundle import Bundle
from assay.edges.rego.policy_source.reference_walk import ReferenceWalk
from assay.edges.rego.policy_source.scopes import Findings
from assay.edges.rego.policy_source.shapes import Shape
from assay.edges.rego.policy_source.syntax_trees import read_modules
from assay.errors import ManifestError, PolicyError

REFERENCE_HINT = (
    "A rule about a name that is never there never fires. Correct the name; or declare what is missing: the check in "
    "the policy's METADATA, the data set, metric or bar in the manifest. What only OPA answers so is allowed with "
    "`engine: opa` in the manifest; then nothing else judges."
)


def look_at_references(bundle: Bundle, shapes: Mapping[str, Shape]) -> dict[str, Findings]:
    """What each policy looks at, by id; raises ManifestError with every name that the plan does not make possible."""
    modules = read_modules(bundle.modules)
    found: dict[str, Findings] = {}
    for policy, shape in shapes.items():
        try:
            walk = ReferenceWalk(modules, bundle.data, shape, pinned=bundle.pinned)
            found[policy] = walk.walk(tuple(policy.split("/")))
        except RecursionError as error:
            raise PolicyError(f"{policy}: the policy is nested too deeply to be checked.") from error
    problems = {key: problem for each in found.values() for key, problem in each.problems.items()}
    if problems:
        raise ManifestError(list(problems.values()), hint=REFERENCE_HINT)
    return found
