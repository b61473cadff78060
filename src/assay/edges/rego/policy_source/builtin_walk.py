"""Walks through a call of a built-in: the names in its arguments, and whether every engine evaluates it alike."""

from __future__ import annotations

from assay.edges.rego.policy_source.builtin_shapes import given_by
from assay.edges.rego.policy_source.policy_walk import PolicyWalk
from assay.edges.rego.policy_source.portability import refuse_call
from assay.edges.rego.policy_source.reference_steps import step
from assay.edges.rego.policy_source.scopes import Scope
from assay.edges.rego.policy_source.shapes import Shape, merge
from assay.edges.rego.policy_source.syntax_trees import Node, only

_PAIR, _WITH_DEFAULT = 2, 3
_PREFIXES = {"startswith": str.startswith, "endswith": str.endswith, "contains": str.__contains__}


def builtin(walk: PolicyWalk, scope: Scope, name: str, body: Node, given: list[Shape]) -> Shape:
    """What a built-in can return; notes impossible names in its arguments, and calls on which engines disagree."""
    parameters = body["params"]
    refuse_call(walk.findings, scope, name, body, given)
    if name == "walk" and given:
        message = "`walk` reads names that nobody can check before measuring; write the names out instead."
        walk.findings.report(scope, body["span"], message)
    if name == "object.get" and len(given) == _WITH_DEFAULT:
        shape = _path(walk, scope, given[0], parameters[1], scope.module.text(only(parameters[0])[1]["span"]))
        return merge([shape, given[2]]) if shape.kinds else given[2]
    if name in _PREFIXES and len(given) == _PAIR:
        _prefix(walk, scope, name, body, given)
    return given_by(name, given)


def _path(walk: PolicyWalk, scope: Scope, shape: Shape, path: Node, where: str) -> Shape:
    """What `object.get` can find at a key, or at the end of a path."""
    kind, body = only(path)
    if kind != "Array":
        return step(walk, scope, shape, path, where)
    for key in body["items"]:
        shape = step(walk, scope, shape, key, where)
    return shape


def _prefix(walk: PolicyWalk, scope: Scope, name: str, body: Node, given: list[Shape]) -> None:
    """Notes a prefix, a suffix or a substring that none of the possible texts has."""
    known, wanted = given[0].texts, given[1]
    if given[0].kinds != {"string"} or known is None or not wanted.spelled or known <= given[0].spelled:
        return
    for part in wanted.spelled:
        if not any(_PREFIXES[name](each, part) for each in known):
            where = scope.module.text(body["span"])
            walk.findings.report_absent(scope, body["span"], part, where, known)
