"""What names stand for at a place of a policy, and what was found wrong on the way."""

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
    """The local names at a place of a module; inner scopes see those of outer ones."""

    module: PolicyModule
    input: Shape
    names: dict[str, Shape] = field(default_factory=dict)
    outer: Scope | None = None

    def inner(self) -> Scope:
        """A scope within this one."""
        return Scope(module=self.module, input=self.input, outer=self)

    def about(self, asked: Shape) -> Scope:
        """The same place, asked about another input."""
        return replace(self, input=asked)

    def holder(self, name: str) -> Scope | None:
        """The scope that has a name; None where none has it."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.outer
        return scope

    def local(self, name: str) -> Shape | None:
        """What a local name stands for; None where there is no such name."""
        holder = self.holder(name)
        return holder.names[name] if holder is not None else None

    def declare(self, name: str) -> None:
        """Makes a name this scope's own, which anything can be put into."""
        self.names.setdefault(name, ANY)

    def put(self, name: str, shape: Shape, *, declared: bool = False) -> None:
        """Says what a name stands for; where it is not `declared` here, in the scope that has it."""
        if name not in ("_", ""):
            scope = self if declared else (self.holder(name) or self)
            scope.names[name] = shape

    def unknown(self) -> int:
        """How many names of this scope nothing is known of."""
        return sum(shape.is_any for shape in self.names.values())


class Findings:
    """What is wrong, each once; also which places of the input are touched, and how much was read.

    `pinned` says that OPA alone judges; `judging` that all names are as well known as they will be.
    """

    def __init__(self, *, pinned: bool = False) -> None:
        self.pinned, self.judging = pinned, True
        self.problems: dict[tuple[str, int, int, str], Problem] = {}
        self.touched: set[Where] = set()
        self._steps = 0

    def count(self, module: PolicyModule) -> None:
        """Counts a step; raises PolicyError where a policy has too many ways to be read."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise PolicyError(
                f"{module.file.path}: the policy calls its functions in too many ways to check the names it looks at.",
                hint="Split the policy, or call fewer functions from functions.",
            )

    def tell(self, scope: Scope, span: Node, message: str, nearest: str | None = None) -> None:
        """Notes something wrong."""
        found = scope.module.problem(span, message, nearest)
        self.problems[found.file, found.line, found.column, message] = found

    def tell_absent(self, scope: Scope, span: Node, name: str, where: str, known: Iterable[str]) -> Shape:
        """Notes a name that nothing can lie at; nothing lies there."""
        names = sorted(known)
        listed = ", ".join(names[:MAX_SHOWN]) + (", …" if len(names) > MAX_SHOWN else "")
        self.tell(
            scope,
            span,
            f"`{name[:100]}` is not in `{where[:100]}`; known: {listed or 'nothing'}.",
            nearest_name(name, names),
        )
        return NEVER

    def touch(self, shape: Shape) -> None:
        """Notes that a policy looks at a place of the input."""
        if shape.place is not None:
            self.touched.add(shape.place)


Modules = Mapping[tuple[str, ...], PolicyModule]
