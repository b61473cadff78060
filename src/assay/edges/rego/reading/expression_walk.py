"""Walks through expressions: what each can be, and whether the names in it are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from assay.edges.rego.reading.comparisons import compare
from assay.edges.rego.reading.scopes import Findings, Scope
from assay.edges.rego.reading.shapes import (
    ANY,
    BOOLEAN,
    NEVER,
    NULL,
    NUMBER,
    Shape,
    at,
    every_key,
    every_value,
    items,
    merge,
    named,
    text,
)
from assay.edges.rego.reading.syntax_trees import Node, literal_of, only, root_of


class Surroundings(Protocol):
    """What expressions lie in: rules, functions and statements."""

    findings: Findings

    def root(self, scope: Scope, name: str, steps: list[Node]) -> tuple[Shape | None, int]:
        """What the name at the root of a reference stands for, and how many steps it took; None for a free name."""

    def call(self, scope: Scope, body: Node) -> Shape:
        """What a call gives."""

    def statements(self, scope: Scope, query: Node) -> None:
        """Walks through statements, which bind names of the scope."""

    def bind(self, scope: Scope, pattern: Node, shape: Shape, *, declared: bool) -> None:
        """Binds the names in a pattern to the parts of a value."""


def value(around: Surroundings, scope: Scope, node: Node) -> Shape:
    """What an expression can be."""
    kind, body = only(node)
    around.findings.count(scope.module)
    if kind in _SCALARS:
        return _SCALARS[kind]
    if kind in ("Var", "RefDot", "RefBrack"):
        return _reference(around, scope, node)
    if kind in ("String", "RawString"):
        return text(body["value"], spelled=True)
    if kind == "Call":
        return around.call(scope, body)
    found = _COMPOSED.get(kind)
    return found(around, scope, kind, body) if found is not None else ANY


def step(around: Surroundings, scope: Scope, shape: Shape, key: Node, where: str) -> Shape:
    """What lies at one step of a reference, which binds the key where its name is free."""
    kind, body = only(key)
    name = literal_of(key)
    if isinstance(name, str):
        return _step_by_name(around, scope, shape, (name, body["span"]), where)
    if name is not None and str(name) in shape.fields:
        return shape.fields[str(name)]
    if kind == "Var" and is_free(around, scope, body["value"]):
        scope.put(body["value"], every_key(shape))
        return every_value(shape)
    return step_into(around, scope, shape, value(around, scope, key), key, where)


def _step_by_name(around: Surroundings, scope: Scope, shape: Shape, name: tuple[str, Node], where: str) -> Shape:
    """What lies at a name that is spelled out."""
    spelled, span = name
    if not shape.is_known:
        return shape
    found = at(shape, spelled) if "object" in shape.kinds else None
    if found is not None:
        return found
    if "set" in shape.kinds:
        key = text(spelled, spelled=True)
        compare(around.findings, scope, span, key, every_value(shape), equality=True)
        return key
    if "object" in shape.kinds:
        return around.findings.tell_absent(scope, span, spelled, where, shape.fields)
    around.findings.tell(scope, span, f"`{where[:100]}` is {shape.told()}, so there is no `{spelled[:100]}` in it.")
    return NEVER


def step_into(around: Surroundings, scope: Scope, shape: Shape, key: Shape, node: Node, where: str) -> Shape:
    """What lies at a key that can be one of several."""
    if not shape.is_known or key.kinds != {"string"} or key.texts is None:
        return every_value(shape)
    if "set" in shape.kinds:
        compare(around.findings, scope, only(node)[1]["span"], key, every_value(shape), equality=True)
        return key
    known = {name: at(shape, name) for name in sorted(key.texts)}
    absent = [name for name, found in known.items() if found is None]
    for name in absent:
        if name in key.spelled or len(absent) == len(known):
            around.findings.tell_absent(scope, only(node)[1]["span"], name, where, shape.fields)
    return merge(known.values())


def is_free(around: Surroundings, scope: Scope, name: str) -> bool:
    """Whether a name stands for nothing yet, or nothing is known of it."""
    local = scope.local(name)
    return local.is_any if local is not None else around.root(scope, name, [])[0] is None


def _reference(around: Surroundings, scope: Scope, node: Node) -> Shape:
    name, steps = root_of(node)
    taken = 0
    if name:
        found, taken = around.root(scope, name, steps)
        shape = ANY if found is None else found
    else:
        shape = value(around, scope, _inmost(node))
    for index, key in enumerate(steps):
        if index >= taken:
            shape = step(around, scope, shape, key, _told(scope, node, len(steps) - index))
    around.findings.touch(shape)
    return shape


def _inmost(node: Node) -> Node:
    kind, body = only(node)
    return _inmost(body["refr"]) if kind in ("RefDot", "RefBrack") else node


def _told(scope: Scope, node: Node, outer: int) -> str:
    """The text of a reference without its last steps."""
    for _ in range(outer):
        node = only(node)[1]["refr"]
    return scope.module.text(only(node)[1]["span"])


def _items(around: Surroundings, scope: Scope, kind: str, body: Node) -> Shape:
    found = [value(around, scope, each) for each in body["items"]]
    if kind == "Set":
        return items("set", merge(found) if found else None)
    return Shape(kinds=frozenset({"array"}), fields={str(number): each for number, each in enumerate(found)})


def _operation(around: Surroundings, scope: Scope, kind: str, body: Node) -> Shape:
    sides = [value(around, scope, body[side]) for side in ("lhs", "rhs")]
    return merge(sides) if kind == "BinExpr" or any("set" in side.kinds for side in sides) else NUMBER


def _negated(around: Surroundings, scope: Scope, _kind: str, body: Node) -> Shape:
    value(around, scope, body["expr"])
    return NUMBER


def _object(around: Surroundings, scope: Scope, _kind: str, body: Node) -> Shape:
    fields, others = dict[str, Shape](), list[Shape]()
    for _, key, each in body["fields"]:
        name, found = literal_of(key), value(around, scope, each)
        if isinstance(name, str):
            fields[name] = found
        else:
            value(around, scope, key)
            others.append(found)
    return named(fields, merge(others) if others else None)


def _comprehension(around: Surroundings, scope: Scope, kind: str, body: Node) -> Shape:
    inner = scope.inner()
    around.statements(inner, body["query"])
    if kind != "ObjectCompr":
        return items("array" if kind == "ArrayCompr" else "set", value(around, inner, body["term"]))
    key, found = (value(around, inner, body[part]) for part in ("key", "value"))
    if key.kinds == {"string"} and key.texts is not None:
        return named(dict.fromkeys(key.texts, found))
    return named({}, found)


def _truth(around: Surroundings, scope: Scope, kind: str, body: Node) -> Shape:
    if kind == "Membership":
        collection = value(around, scope, body["collection"])
        for part, of in (("key", every_key), ("value", every_value)):
            if body.get(part) is not None:
                one, other = value(around, scope, body[part]), of(collection)
                compare(around.findings, scope, body["span"], one, other, equality=True)
    elif kind == "AssignExpr":
        _assign(around, scope, body)
    else:
        one, other = (value(around, scope, body[side]) for side in ("lhs", "rhs"))
        compare(around.findings, scope, body["span"], one, other, equality=body["op"] in ("Eq", "Ne"))
    return BOOLEAN


def _assign(around: Surroundings, scope: Scope, body: Node) -> None:
    left, right = body["lhs"], body["rhs"]
    if body["op"] == "ColEq":
        around.bind(scope, left, value(around, scope, right), declared=True)
    elif _binds(around, scope, left):
        around.bind(scope, left, value(around, scope, right), declared=False)
    elif _binds(around, scope, right):
        around.bind(scope, right, value(around, scope, left), declared=False)
    else:
        one, other = value(around, scope, left), value(around, scope, right)
        compare(around.findings, scope, body["span"], one, other, equality=True)


def _binds(around: Surroundings, scope: Scope, node: Node) -> bool:
    """Whether a side of `=` is a free name, or a list or an object that holds names."""
    kind, body = only(node)
    return kind in ("Array", "Object") or (kind == "Var" and is_free(around, scope, body["value"]))


_SCALARS = {"Number": NUMBER, "Bool": BOOLEAN, "Null": NULL}
_COMPOSED: dict[str, Callable[[Surroundings, Scope, str, Node], Shape]] = {
    **dict.fromkeys(("Array", "Set"), _items),
    **dict.fromkeys(("ArrayCompr", "SetCompr", "ObjectCompr"), _comprehension),
    **dict.fromkeys(("BoolExpr", "AssignExpr", "Membership"), _truth),
    **dict.fromkeys(("BinExpr", "ArithExpr"), _operation),
    "Object": _object,
    "UnaryExpr": _negated,
}
