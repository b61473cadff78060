"""Walks through the rules of a policy, and the library rules that it uses, with the shape of its input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assay.edges.rego.policy_source.builtin_walk import builtin
from assay.edges.rego.policy_source.expression_walk import value
from assay.edges.rego.policy_source.reference_steps import step
from assay.edges.rego.policy_source.scopes import Findings, Modules, Scope
from assay.edges.rego.policy_source.shapes import (
    ANY,
    BOOLEAN,
    Shape,
    items,
    merge,
    named,
    of_value,
)
from assay.edges.rego.policy_source.statement_walk import bind, walk_statements
from assay.edges.rego.policy_source.syntax_trees import Node, PolicyModule, literal_of, only, root_of

_IN_A_PACKAGE, _IN_A_RULE = 2, 3


class ReferenceWalk:
    """A walk through one policy's rules and the library rules that they use."""

    def __init__(self, modules: Modules, data: Mapping[str, Any], asked: Shape, *, pinned: bool = False) -> None:
        self.findings = Findings(pinned=pinned)
        self._modules, self._data, self._asked = modules, data, asked
        self._rules: dict[tuple[tuple[str, ...], str, int], Shape] = {}
        self._calls: dict[tuple[Any, ...], tuple[Shape, Sequence[Shape]]] = {}

    def walk(self, package: tuple[str, ...]) -> Findings:
        """The findings about a policy."""
        module = self._modules[package]
        functions = [name for name in module.rules if self._is_function(module, name)]
        for name in module.rules:
            if name not in functions:
                self._rule(module, name, self._asked)
        called = {(key[0], key[1]) for key in self._calls}
        self.findings.judging = False
        for name in functions:
            if (package, name) not in called:
                self._function(module, name, [ANY] * _arity(module, name), self._asked)
        return self.findings

    def root(self, scope: Scope, name: str, steps: list[Node]) -> tuple[Shape | None, int]:
        """The value of a reference's first name and how many steps this used up; None for a free name."""
        local = scope.local(name)
        if local is not None:
            return local, 0
        if name in scope.module.imports:
            (root, *path), span = scope.module.imports[name]
            keys = [{"String": {"span": span, "value": each}} for each in path]
            if root == "input":
                shape = scope.input
                for number, key in enumerate(keys):
                    shape = step(self, scope, shape, key, ".".join((root, *path[:number])))
                return shape, 0
            shape, taken = self._of_data(scope, [*keys, *steps])
            return shape, max(0, taken - len(keys))
        if name in scope.module.rules:
            return self._rule(scope.module, name, scope.input), 0
        if name == "input":
            return scope.input, 0
        return self._of_data(scope, steps) if name == "data" else (None, 0)

    def value(self, scope: Scope, node: Node) -> Shape:
        """The shape of an expression's values."""
        return value(self, scope, node)

    def call(self, scope: Scope, body: Node) -> Shape:
        """What a call of a function or a built-in can return."""
        parameters = body["params"]
        name, steps = root_of(body["fcn"])
        module, rule = self._called(scope, name, steps)
        given = [value(self, scope, each) for each in parameters]
        if module is not None:
            if rule in module.rules:
                return self._function(module, rule, given, scope.input)
            known = [each for each in module.rules if self._is_function(module, each)]
            where = f"data.{'.'.join(module.file.package)}"
            return self.findings.report_absent(scope, body["span"], rule, where, known)
        path = [name, *(str(literal_of(each)) for each in steps)]
        return builtin(self, scope, ".".join(path), body, given)

    def statements(self, scope: Scope, query: Node) -> None:
        """Walks through statements, which bind names in the scope."""
        walk_statements(self, scope, query)

    def bind(self, scope: Scope, pattern: Node, shape: Shape, *, declared: bool) -> None:
        """Binds the names in a pattern to the parts of a value."""
        bind(self, scope, pattern, shape, declared=declared)

    def _of_data(self, scope: Scope, steps: Sequence[Node]) -> tuple[Shape, int]:
        """What a reference finds under `data`: a rule, or a key of `data.yaml`."""
        names = [literal_of(each) for each in steps[:_IN_A_RULE]]
        package = tuple(str(name) for name in names[:_IN_A_PACKAGE])
        module = self._modules.get(package)
        if module is None or len(names) < _IN_A_RULE or not isinstance(names[-1], str):
            if module is None and len(names) >= _IN_A_PACKAGE:
                known = (".".join(each) for each in self._modules)
                span = only(steps[_IN_A_PACKAGE - 1])[1]["span"]
                return self.findings.report_absent(scope, span, ".".join(package), "data", known), len(steps)
            return ANY, len(steps)
        rule, data = names[-1], self._data.get(package[0], {}).get(package[1], {})
        if rule in module.rules:
            return self._rule(module, rule, scope.input), _IN_A_RULE
        if rule in data:
            return of_value(data[rule]), _IN_A_RULE
        span, where = only(steps[_IN_A_RULE - 1])[1]["span"], f"data.{'.'.join(package)}"
        return self.findings.report_absent(scope, span, rule, where, [*module.rules, *data]), _IN_A_RULE

    def _called(self, scope: Scope, name: str, steps: list[Node]) -> tuple[PolicyModule | None, str]:
        """The module and the function that a call names; None for a built-in."""
        imported = scope.module.imports[name][0] if name in scope.module.imports else (name,)
        path = [*imported, *(str(literal_of(each)) for each in steps)]
        if not steps and name in scope.module.rules:
            return scope.module, name
        module = self._modules.get(tuple(path[1:_IN_A_RULE])) if path[0] == "data" else None
        return module, path[-1]

    def _is_function(self, module: PolicyModule, name: str) -> bool:
        return _arity(module, name) > 0

    def _rule(self, module: PolicyModule, name: str, asked: Shape) -> Shape:
        """What a rule can return, worked out once for each input."""
        key = (module.file.package, name, id(asked))
        if key not in self._rules:
            self._rules[key] = ANY
            judging, self.findings.judging = self.findings.judging, True
            self._rules[key] = merge([self._given(module, kind, rule, [], asked) for kind, rule in module.rules[name]])
            self.findings.judging = judging
        return self._rules[key]

    def _function(self, module: PolicyModule, name: str, given: list[Shape], asked: Shape) -> Shape:
        """What a function can return for some arguments."""
        key = (module.file.package, name, id(asked), self.findings.judging, *map(id, given))
        if key not in self._calls:
            self._calls[key] = (ANY, given)
            found = merge([self._given(module, kind, rule, given, asked) for kind, rule in module.rules[name]])
            self._calls[key] = (found, given)
        return self._calls[key][0]

    def _given(self, module: PolicyModule, kind: str, rule: Node, given: list[Shape], asked: Shape) -> Shape:
        """What one definition of a rule can return."""
        scope = Scope(module=module, input=asked)
        if kind == "Default":
            return value(self, scope, rule["value"])
        head_kind, head = only(rule["head"])
        for pattern, shape in zip(head.get("args", ()), given, strict=False):
            self.bind(scope, pattern, shape, declared=True)
        found = []
        for body in rule["bodies"] or [{"query": {"stmts": []}, "assign": None}]:
            inner = scope.inner()
            self.statements(inner, body["query"])
            assign = body["assign"] or head.get("assign")
            gives = head.get("key") if head_kind == "Set" else (assign or {}).get("value")
            shape = BOOLEAN if gives is None else value(self, inner, gives)
            shape = items("set", shape) if head_kind == "Set" else shape
            found.append(self._beneath(inner, root_of(head["refr"])[1], shape))
        return merge(found)

    def _beneath(self, scope: Scope, steps: list[Node], shape: Shape) -> Shape:
        """The object that a rule such as `limits[name]` or `limits.low` defines."""
        for key in reversed(steps):
            name = literal_of(key)
            if not isinstance(name, str):
                value(self, scope, key)
            shape = named({name: shape}) if isinstance(name, str) else named({}, shape)
        return shape


def _arity(module: PolicyModule, name: str) -> int:
    found = 0
    for kind, rule in module.rules[name]:
        arguments = rule["args"] if kind == "Default" else only(rule["head"])[1].get("args", ())
        found = max(found, len(arguments))
    return found
