"""What a plan is made of: bars, checks, policies and inputs, each as it was written down."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from assay.facts.check_parts import Bar
from assay.facts.values import Count, Number, Reason, Value

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Effect = Literal["block", "warn"]
Situation = Literal["change", "first_manifest", "approvals"]
"""When a policy applies: a base judges a change, a manifest is the first one, or a stage asks for approvals."""


class PlannedBar(Bar):
    """A bar with its name, its check and its line in the manifest."""

    id: str
    check: str
    file: str
    line: int


class ManifestChange(Value):
    """A difference between what judges (the base) and this checkout; `before` and `after` are as JSON text.

    `tightens` says that it only makes the gate harder to pass, so it holds at once; `descriptive` that it is text about
    the model on which no bar rests, which holds at once too. `reviewed` says that the commit whose reviews were taken
    in holds what this checkout does.
    """

    path: str
    kind: Literal["added", "removed", "changed"]
    before: str | None = None
    after: str | None = None
    tightens: bool = False
    descriptive: bool = False
    reviewed: bool = False
    file: str
    line: int


class PlannedCheck(Value):
    """A measurement that must be answered: the check, its block, and its own seed (as text: it exceeds 2^53)."""

    id: str
    title: str
    spec: dict[str, Any] | None = None
    missing: str | None = None
    seed: str


class PlannedPolicy(Value):
    """A sentence that must be ruled on, and the checks whose facts it needs.

    The facts of those it `consults` are shown to it where they were measured, and are not missed where they were not.
    It rules on the bars beneath `bars`, JSON pointers into the facts of its checks; on all where there is none.
    """

    id: str
    title: str
    description: str = ""
    remedy: str = ""
    effect: Effect
    checks: tuple[str, ...]
    consults: tuple[str, ...] = ()
    bars: tuple[str, ...] | None = None

    def rules_on(self, bar: PlannedBar) -> bool:
        """Whether a bar is one of those the policy rules on."""
        beneath = self.bars is None or any(bar.fact.startswith(f"{each}/") for each in self.bars)
        return bar.check in self.checks and beneath


class PlannedFile(Value):
    """A file of the policy bundle or an input, by content. `path` is relative to the repository."""

    path: str
    digest: Digest
    bytes: Count


class PlannedInput(PlannedFile):
    """An input: a data set or its profile, the model, its environment or its code.

    `columns` maps names to types for data and profiles.
    """

    role: Literal["data", "profile", "model", "environment", "code", "predictions", "reviews"]
    name: str
    columns: dict[str, str] | None = None


class JoinedBar(PlannedBar):
    """A bar beside the fact it bounds: what Rego compares and readers see.

    `status` is `missing` where there is no fact; `needed` is about how many rows would settle a straddling interval;
    `keys` are the ids of some rows that offend, and `told` is what else there is to say, where the check names them.
    """

    status: Literal["measured", "undefined", "missing"]
    reason: Reason | None = None
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    n: Count | None = None
    needed: Count | None = None
    keys: tuple[str, ...] = ()
    told: str | None = None
