"""The names in scope at a place of a policy, and the findings of the walk through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from assay.edges.rego.policy_source.shapes import ANY, NEVER, Shape, Where
from assay.edges.rego.policy_source.syntax_trees import Node, PolicyModule
from assay.errors import PolicyError, Problem
from assay.manifest.parsing import nearest_name

MAX_STEPS, MAX_SHOWN = 400_000, 12


@dataclass(kw_only=True)
class Scope:
    """The local names at a place of a module; an inner scope also sees the names of its outer scopes."""

    module: PolicyModule
    input: Shape
    names: dict[str, Shape] = field(default_factory=dict)
    outer: Scope | None = None

    def inner(self) -> Scope:
        """A scope inside this one."""
        return Scope(module=self.module, input=self.input, outer=self)

    def about(self, asked: Shape) -> Scope:
        """The same place with another input."""
        return replace(self, input=asked)

    def holder(self, name: str) -> Scope | None:
        """The scope that has a name; None if no scope has it."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.outer
        return scope

    def local(self, name: str) -> Shape | None:
        """The value of a local name; None if there is no such name."""
        holder = self.holder(name)
        return holder.names[name] if holder is not None else None

    def declare(self, name: str) -> None:
        """Declares a name in this scope; its value can be anything."""
        self.names.setdefault(name, ANY)

    def put(self, name: str, shape: Shape, *, declared: bool = False) -> None:
        """Sets the value of a name; if it is not `declared` here, in the scope that has it."""
        if name not in ("_", ""):
            scope = self if declared else (self.holder(name) or self)
            scope.names[name] = shape

    def unknown(self) -> int:
        """How many names of this scope have an unknown value."""
        return sum(shape.is_any for shape in self.names.values())


class Findings:
    """The problems found, each once, the places of the input that the policy reads, and the number of steps so far.

    `pinned` means that only OPA judges; `judging` means that nothing more will become known about the names.
    """

    def __init__(self, *, pinned: bool = False) -> None:
        self.pinned, self.judging = pinned, True
        self.problems: dict[tuple[str, int, int, str], Problem] = {}
        self.touched: set[Where] = set()
        self._steps = 0

    def count(self, module: PolicyModule) -> None:
        """Counts a step; raises PolicyError if the walk through a policy takes too many."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise PolicyError(
                f"{module.file.path}: the policy calls its functions in too many ways to check the names it reads.",
                hint="Split the policy, or call fewer functions from functions.",
            )

    def report(self, scope: Scope, span: Node, message: str, nearest: str | None = None) -> None:
        """Notes a problem."""
        found = scope.module.problem(span, message, nearest)
        self.problems[found.file, found.line, found.column, message] = found

    def report_absent(self, scope: Scope, span: Node, name: str, where: str, known: Iterable[str]) -> Shape:
        """Notes a name that cannot exist; returns `NEVER`."""
        names = sorted(known)
        listed = ", ".join(names[:MAX_SHOWN]) + (", …" if len(names) > MAX_SHOWN else "")
        self.report(
            scope,
            span,
            f"`{where[:100]}` has no `{name[:100]}`; it has: {listed or 'nothing'}.",
            nearest_name(name, names),
        )
        return NEVER

    def touch(self, shape: Shape) -> None:
        """Notes that a policy reads a place of the input."""
        if shape.place is not None:
            self.touched.add(shape.place)


Modules = Mapping[tuple[str, ...], PolicyModule]
