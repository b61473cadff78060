"""Walks along a reference such as `input.facts.bias`: each step must be a name that can exist."""

from __future__ import annotations

from assay.edges.rego.policy_source.comparisons import compare
from assay.edges.rego.policy_source.policy_walk import PolicyWalk
from assay.edges.rego.policy_source.scopes import Scope
from assay.edges.rego.policy_source.shapes import ANY, NEVER, Shape, at, every_key, every_value, merge, text
from assay.edges.rego.policy_source.syntax_trees import Node, literal_of, only, root_of


def step(walk: PolicyWalk, scope: Scope, shape: Shape, key: Node, where: str) -> Shape:
    """What one step of a reference finds; the step binds its key if the key is a free name."""
    kind, body = only(key)
    name = literal_of(key)
    if isinstance(name, str):
        return _step_by_name(walk, scope, shape, (name, body["span"]), where)
    if name is not None and str(name) in shape.fields:
        return shape.fields[str(name)]
    if kind == "Var" and is_free(walk, scope, body["value"]):
        scope.put(body["value"], every_key(shape))
        return every_value(shape)
    return step_into(walk, scope, shape, walk.value(scope, key), key, where)


def _step_by_name(walk: PolicyWalk, scope: Scope, shape: Shape, name: tuple[str, Node], where: str) -> Shape:
    """What a step with a literal name finds."""
    spelled, span = name
    if not shape.is_known:
        return shape
    found = at(shape, spelled) if "object" in shape.kinds else None
    if found is not None:
        return found
    if "set" in shape.kinds:
        key = text(spelled, spelled=True)
        compare(walk.findings, scope, span, key, every_value(shape), equality=True)
        return key
    if "object" in shape.kinds:
        return walk.findings.report_absent(scope, span, spelled, where, shape.fields)
    message = f"`{where[:100]}` is {shape.described()}, so it has no `{spelled[:100]}`."
    walk.findings.report(scope, span, message)
    return NEVER


def step_into(walk: PolicyWalk, scope: Scope, shape: Shape, key: Shape, node: Node, where: str) -> Shape:
    """What a step finds if its key can be one of several."""
    if not shape.is_known or key.kinds != {"string"} or key.texts is None:
        return every_value(shape)
    if "set" in shape.kinds:
        compare(walk.findings, scope, only(node)[1]["span"], key, every_value(shape), equality=True)
        return key
    known = {name: at(shape, name) for name in sorted(key.texts)}
    absent = [name for name, found in known.items() if found is None]
    for name in absent:
        if name in key.spelled or len(absent) == len(known):
            walk.findings.report_absent(scope, only(node)[1]["span"], name, where, shape.fields)
    return merge(known.values())


def is_free(walk: PolicyWalk, scope: Scope, name: str) -> bool:
    """Whether a name has no value yet, or nothing is known about its value."""
    local = scope.local(name)
    return local.is_any if local is not None else walk.root(scope, name, [])[0] is None


def reference(walk: PolicyWalk, scope: Scope, node: Node) -> Shape:
    """What a reference finds, step by step."""
    name, steps = root_of(node)
    taken = 0
    if name:
        found, taken = walk.root(scope, name, steps)
        shape = ANY if found is None else found
    else:
        shape = walk.value(scope, _inmost(node))
    for index, key in enumerate(steps):
        if index >= taken:
            shape = step(walk, scope, shape, key, _told(scope, node, len(steps) - index))
    walk.findings.touch(shape)
    return shape


def _inmost(node: Node) -> Node:
    kind, body = only(node)
    return _inmost(body["refr"]) if kind in ("RefDot", "RefBrack") else node


def _told(scope: Scope, node: Node, outer: int) -> str:
    """The text of a reference without its last steps."""
    for _ in range(outer):
        node = only(node)[1]["refr"]
    return scope.module.text(only(node)[1]["span"])
