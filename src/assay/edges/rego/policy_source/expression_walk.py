"""Walks through expressions: what values each can have, and whether the names in it can exist."""

from __future__ import annotations

from collections.abc import Callable

from assay.edges.rego.policy_source.comparisons import compare
from assay.edges.rego.policy_source.policy_walk import PolicyWalk
from assay.edges.rego.policy_source.portability import refuse_arithmetic
from assay.edges.rego.policy_source.reference_steps import is_free, reference
from assay.edges.rego.policy_source.scopes import Scope
from assay.edges.rego.policy_source.shapes import (
    ANY,
    BOOLEAN,
    NATURAL,
    NULL,
    NUMBER,
    WHOLE,
    Shape,
    every_key,
    every_value,
    items,
    merge,
    named,
    of_number,
    text,
)
from assay.edges.rego.policy_source.syntax_trees import Node, literal_of, only


def value(walk: PolicyWalk, scope: Scope, node: Node) -> Shape:
    """The shape of an expression's values."""
    kind, body = only(node)
    walk.findings.count(scope.module)
    if kind in _SCALARS:
        return _SCALARS[kind]
    if kind in ("Var", "RefDot", "RefBrack"):
        return reference(walk, scope, node)
    if kind == "Number":
        return of_number(body["value"])
    if kind in ("String", "RawString"):
        return text(body["value"], spelled=True)
    if kind == "Call":
        return walk.call(scope, body)
    found = _COMPOSED.get(kind)
    return found(walk, scope, kind, body) if found is not None else ANY


def _items(walk: PolicyWalk, scope: Scope, kind: str, body: Node) -> Shape:
    found = [value(walk, scope, each) for each in body["items"]]
    if kind == "Set":
        return items("set", merge(found) if found else None)
    return Shape(kinds=frozenset({"array"}), fields={str(number): each for number, each in enumerate(found)})


def _operation(walk: PolicyWalk, scope: Scope, kind: str, body: Node) -> Shape:
    sides = [value(walk, scope, body[side]) for side in ("lhs", "rhs")]
    if kind == "BinExpr":
        return merge(sides)
    refuse_arithmetic(walk.findings, scope, body, sides)
    if any("set" in side.kinds for side in sides):
        return sides[0]
    rank = min((side.whole for side in sides if side.kinds), default=0)
    rank = 0 if body["op"] == "Div" else min(rank, 1) if body["op"] == "Sub" else rank
    return (NUMBER, WHOLE, NATURAL)[rank]


def _negated(walk: PolicyWalk, scope: Scope, _kind: str, body: Node) -> Shape:
    return WHOLE if value(walk, scope, body["expr"]).whole else NUMBER


def _object(walk: PolicyWalk, scope: Scope, _kind: str, body: Node) -> Shape:
    fields, others = dict[str, Shape](), list[Shape]()
    for _, key, each in body["fields"]:
        name, found = literal_of(key), value(walk, scope, each)
        if isinstance(name, str):
            fields[name] = found
        else:
            value(walk, scope, key)
            others.append(found)
    return named(fields, merge(others) if others else None)


def _comprehension(walk: PolicyWalk, scope: Scope, kind: str, body: Node) -> Shape:
    inner = scope.inner()
    walk.statements(inner, body["query"])
    if kind != "ObjectCompr":
        return items("array" if kind == "ArrayCompr" else "set", value(walk, inner, body["term"]))
    key, found = (value(walk, inner, body[part]) for part in ("key", "value"))
    if key.kinds == {"string"} and key.texts is not None:
        return named(dict.fromkeys(key.texts, found))
    return named({}, found)


def _truth(walk: PolicyWalk, scope: Scope, kind: str, body: Node) -> Shape:
    if kind == "Membership":
        collection = value(walk, scope, body["collection"])
        for part, of in (("key", every_key), ("value", every_value)):
            if body.get(part) is not None:
                one, other = value(walk, scope, body[part]), of(collection)
                compare(walk.findings, scope, body["span"], one, other, equality=True)
    elif kind == "AssignExpr":
        _assign(walk, scope, body)
    else:
        one, other = (value(walk, scope, body[side]) for side in ("lhs", "rhs"))
        compare(walk.findings, scope, body["span"], one, other, equality=body["op"] in ("Eq", "Ne"))
    return BOOLEAN


def _assign(walk: PolicyWalk, scope: Scope, body: Node) -> None:
    left, right = body["lhs"], body["rhs"]
    if body["op"] == "ColEq":
        walk.bind(scope, left, value(walk, scope, right), declared=True)
    elif _binds(walk, scope, left):
        walk.bind(scope, left, value(walk, scope, right), declared=False)
    elif _binds(walk, scope, right):
        walk.bind(scope, right, value(walk, scope, left), declared=False)
    else:
        one, other = value(walk, scope, left), value(walk, scope, right)
        compare(walk.findings, scope, body["span"], one, other, equality=True)


def _binds(walk: PolicyWalk, scope: Scope, node: Node) -> bool:
    """Whether one side of `=` is a free name, or a list or object pattern."""
    kind, body = only(node)
    return kind in ("Array", "Object") or (kind == "Var" and is_free(walk, scope, body["value"]))


_SCALARS = {"Bool": BOOLEAN, "Null": NULL}
_COMPOSED: dict[str, Callable[[PolicyWalk, Scope, str, Node], Shape]] = {
    **dict.fromkeys(("Array", "Set"), _items),
    **dict.fromkeys(("ArrayCompr", "SetCompr", "ObjectCompr"), _comprehension),
    **dict.fromkeys(("BoolExpr", "AssignExpr", "Membership"), _truth),
    **dict.fromkeys(("BinExpr", "ArithExpr"), _operation),
    "Object": _object,
    "UnaryExpr": _negated,
}
