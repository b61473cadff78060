"""A policy on bars, and its ruling on what an engine answered."""

from __future__ import annotations

from typing import Any

from assay.dossier.pages import Ruling
from assay.dossier.plan_parts import JoinedBar, PlannedPolicy
from assay.rulings.decision_input import DecisionInput, MeasuredCheck
from assay.rulings.outcome_table import rule

POLICY = PlannedPolicy(id="house/own", title="t", effect="block", checks=("counts",), remedy="Count again.")
UNCHECKED = POLICY.model_copy(update={"checks": ()})
BOTH = {"proven": True, "refuted": True}


def bar(status: str = "measured", name: str = "counts/1", **more: Any) -> JoinedBar:
    return JoinedBar.model_validate(
        {
            "id": name, "check": "counts", "fact": "/x", "title": "rows", "direction": "at_most", "limit": 0.1,
            "file": "assay.yaml", "line": 3, "status": status, **more,
        }
    )  # fmt: skip


def ruled(answer: Any, *bars: JoinedBar, facts: Any = None, policy: PlannedPolicy = POLICY, **more: Any) -> Ruling:
    asked = DecisionInput(
        policy=policy.id, stage="validation", as_of="2026-11-20",
        checks={"counts": MeasuredCheck(outcome="measured")}, facts={"counts": {}} if facts is None else facts,
        bars=bars, manifest={},
    )  # fmt: skip
    return rule(policy, asked, **{"answer": answer, "emptied": {}, **more})
