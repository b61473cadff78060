"""What a walk through an expression needs of the walk through its policy: names, calls, statements."""

from __future__ import annotations

from typing import Protocol

from assay.edges.rego.policy_source.scopes import Findings, Scope
from assay.edges.rego.policy_source.shapes import Shape
from assay.edges.rego.policy_source.syntax_trees import Node


class PolicyWalk(Protocol):
    """The walk through a policy, as the walk through one of its expressions sees it."""

    findings: Findings

    def root(self, scope: Scope, name: str, steps: list[Node]) -> tuple[Shape | None, int]:
        """The value of a reference's first name and how many steps this used up; None for a free name."""

    def value(self, scope: Scope, node: Node) -> Shape:
        """The shape of an expression's values."""

    def call(self, scope: Scope, body: Node) -> Shape:
        """What a call can return."""

    def statements(self, scope: Scope, query: Node) -> None:
        """Walks through statements, which bind names in the scope."""

    def bind(self, scope: Scope, pattern: Node, shape: Shape, *, declared: bool) -> None:
        """Binds the names in a pattern to the parts of a value."""
