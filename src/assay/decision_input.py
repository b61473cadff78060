"""What Rego sees: one typed input per policy, with a published schema."""

from __future__ import annotations

from typing import Any, Literal

from assay.planned import JoinedBar
from assay.values import Value


class MeasuredCheck(Value):
    """How a needed check ended."""

    outcome: Literal["measured", "unavailable", "error"]


class DecisionInput(Value):
    """Everything a policy may look at; numbers in it are finite and only compared.

    `facts` holds the facts of the policy's declared checks that were measured; `bars` every planned bar of
    those checks, also where its fact is missing; `approvals` is null until reviews were taken in.
    """

    assay: Literal[1] = 1
    policy: str
    stage: str
    as_of: str
    checks: dict[str, MeasuredCheck]
    facts: dict[str, dict[str, Any]]
    bars: tuple[JoinedBar, ...]
    manifest: dict[str, Any]
    changes: tuple[dict[str, Any], ...] = ()
    approvals: dict[str, Any] | None = None

    def emptied(self) -> DecisionInput:
        """The same question with nothing known: what no sound policy is proven by."""
        return DecisionInput(
            policy=self.policy, stage=self.stage, as_of=self.as_of, checks={}, facts={}, bars=(), manifest={}
        )
