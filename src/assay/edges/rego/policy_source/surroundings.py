"""What expressions lie in: the rules, functions and statements of a policy."""

from __future__ import annotations

from typing import Protocol

from assay.edges.rego.policy_source.scopes import Findings, Scope
from assay.edges.rego.policy_source.shapes import Shape
from assay.edges.rego.policy_source.syntax_trees import Node


class Surroundings(Protocol):
    """What expressions lie in: rules, functions and statements."""

    findings: Findings

    def root(self, scope: Scope, name: str, steps: list[Node]) -> tuple[Shape | None, int]:
        """What the name at the root of a reference stands for, and how many steps it took; None for a free name."""

    def value(self, scope: Scope, node: Node) -> Shape:
        """What an expression can be."""

    def call(self, scope: Scope, body: Node) -> Shape:
        """What a call gives."""

    def statements(self, scope: Scope, query: Node) -> None:
        """Walks through statements, which bind names of the scope."""

    def bind(self, scope: Scope, pattern: Node, shape: Shape, *, declared: bool) -> None:
        """Binds the names in a pattern to the parts of a value."""
