"""Two values that a policy compares: whether they can ever be equal, or be of one kind."""

from __future__ import annotations

from assay.edges.rego.policy_source.scopes import Findings, Scope
from assay.edges.rego.policy_source.shapes import Shape
from assay.edges.rego.policy_source.syntax_trees import Node
from assay.manifest.parsing import nearest_name

_SHOWN = 8


def compare(findings: Findings, scope: Scope, span: Node, one: Shape, other: Shape, *, equality: bool) -> None:
    """Notes two values whose comparison says nothing: of different kinds, or a text that the other can never be."""
    if not (one.is_known and other.is_known) or "null" in one.kinds | other.kinds:
        return
    if not one.kinds & other.kinds:
        told = f"{one.told()} is compared with {other.told()}"
        findings.tell(scope, span, f"`{scope.module.text(span)[:100]}`: {told}, which says nothing.")
    elif equality and one.kinds & other.kinds == {"string"}:
        _compare_texts(findings, scope, span, one, other)
        _compare_texts(findings, scope, span, other, one)


def _compare_texts(findings: Findings, scope: Scope, span: Node, one: Shape, other: Shape) -> None:
    """Notes each text that a policy spells out and the other value can never be."""
    if other.texts is None or (other.texts and other.texts <= other.spelled):
        return
    for spelled in sorted(one.spelled - other.texts):
        known = sorted(other.texts)
        listed = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
        message = (
            f"`{spelled[:100]}` is never there in `{scope.module.text(span)[:100]}`; known: {listed or 'nothing'}."
        )
        findings.tell(scope, span, message, nearest_name(spelled, known))
