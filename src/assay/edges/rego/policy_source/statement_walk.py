"""Walks through statements in any order: which bind a name, and which compare values."""

from __future__ import annotations

from assay.edges.rego.policy_source.comparisons import compare
from assay.edges.rego.policy_source.policy_walk import PolicyWalk
from assay.edges.rego.policy_source.reference_steps import is_free, step
from assay.edges.rego.policy_source.scopes import Scope
from assay.edges.rego.policy_source.shapes import ANY, Shape, at, every_key, every_value
from assay.edges.rego.policy_source.syntax_trees import Node, only, root_of


def walk_statements(walk: PolicyWalk, scope: Scope, query: Node) -> None:
    """Walks through statements again until no more names become known, because their order does not matter."""
    known = -1
    for _ in range(len(query["stmts"]) + 1):
        for each in query["stmts"]:
            _statement(walk, scope, each)
        unknown = scope.unknown()
        if (known in (unknown, -1) and unknown == 0) or known == unknown:
            break
        known = unknown


def bind(walk: PolicyWalk, scope: Scope, pattern: Node, shape: Shape, *, declared: bool) -> None:
    """Binds the names in a pattern to the parts of a value; compares the parts that are not names."""
    kind, body = only(pattern)
    if kind == "Var" and (declared or is_free(walk, scope, body["value"])):
        scope.put(body["value"], shape, declared=declared)
    elif kind == "Array":
        for number, each in enumerate(body["items"]):
            bind(walk, scope, each, at(shape, str(number)) or every_value(shape), declared=declared)
    elif kind == "Object":
        where = scope.module.text(body["span"])
        for _, key, each in body["fields"]:
            bind(walk, scope, each, step(walk, scope, shape, key, where), declared=declared)
    else:
        compare(walk.findings, scope, body["span"], walk.value(scope, pattern), shape, equality=True)


def _statement(walk: PolicyWalk, scope: Scope, statement: Node) -> None:
    for each in statement.get("with_mods", ()):
        walk.value(scope, each["as"])
        if root_of(each["refr"])[0] == "input":
            walk.value(scope, each["refr"])
            scope = scope.about(ANY)
    kind, body = only(statement["literal"])
    if kind == "SomeVars":
        for span in body["vars"]:
            scope.declare(scope.module.text(span))
    elif kind == "SomeIn":
        collection = walk.value(scope, body["collection"])
        for part, of in (("key", every_key), ("value", every_value)):
            if body.get(part) is not None:
                bind(walk, scope, body[part], of(collection), declared=True)
    elif kind == "Every":
        _every(walk, scope, body)
    else:
        walk.value(scope.inner() if kind == "NotExpr" else scope, body["expr"])


def _every(walk: PolicyWalk, scope: Scope, body: Node) -> None:
    domain, inner = walk.value(scope, body["domain"]), scope.inner()
    inner.put(scope.module.text(body["value"]), every_value(domain), declared=True)
    if body.get("key") is not None:
        inner.put(scope.module.text(body["key"]), every_key(domain), declared=True)
    walk.statements(inner, body["query"])
