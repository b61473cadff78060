"""Comparisons in a policy: whether the two values can have the same kind, and can ever be equal."""

from __future__ import annotations

from assay.edges.rego.policy_source.scopes import Findings, Scope
from assay.edges.rego.policy_source.shapes import Shape
from assay.edges.rego.policy_source.syntax_trees import Node
from assay.manifest.parsing import nearest_name

_SHOWN = 8


def compare(findings: Findings, scope: Scope, span: Node, one: Shape, other: Shape, *, equality: bool) -> None:
    """Notes a comparison that always has the same result: of different kinds, or with a text that never occurs."""
    if not (one.is_known and other.is_known) or "null" in one.kinds | other.kinds:
        return
    if not one.kinds & other.kinds:
        kinds = f"compares {one.described()} with {other.described()}"
        findings.report(scope, span, f"`{scope.module.text(span)[:100]}` {kinds}, so its result never changes.")
    elif equality and one.kinds & other.kinds == {"string"}:
        _compare_texts(findings, scope, span, one, other)
        _compare_texts(findings, scope, span, other, one)


def _compare_texts(findings: Findings, scope: Scope, span: Node, one: Shape, other: Shape) -> None:
    """Notes each text that a policy spells out and that the other value can never be."""
    if other.texts is None or (other.texts and other.texts <= other.spelled):
        return
    for spelled in sorted(one.spelled - other.texts):
        known = sorted(other.texts)
        listed = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
        message = (
            f"`{spelled[:100]}` never occurs in `{scope.module.text(span)[:100]}`; possible values: {listed or 'none'}."
        )
        findings.report(scope, span, message, nearest_name(spelled, known))
