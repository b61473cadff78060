"""The parts of a plan: bars, checks, policies and inputs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from assay.facts.check_parts import Bar
from assay.facts.values import Count, Number, Reason, Value

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Effect = Literal["block", "warn"]
Situation = Literal["change", "first_manifest", "approvals", "labelled", "isolation", "pickle"]
"""When a policy applies: a base judges a change, the manifest is the first one, a stage asks for approvals, the data
have a label, a model answers in a process and is of high risk or for deployment, or loading it can run anything."""


class PlannedBar(Bar):
    """A bar with its name, its check and its line in the manifest."""

    id: str
    check: str
    file: str
    line: int

    def beside_title(self) -> dict[str, str]:
        """The parts of the subject that the title does not say."""
        title = _plain(self.title)
        return {key: value for key, value in sorted(self.subject.items()) if _plain(value) not in title}

    def named(self) -> str:
        """Title and subject as plain text: `equalized odds gap (by black, set holdout)`."""
        subject = ", ".join(f"{key} {value}" for key, value in self.beside_title().items())
        return f"{self.title} ({subject})" if subject else self.title


def _plain(text: str) -> str:
    return text.replace("_", " ").lower()


class ManifestChange(Value):
    """A difference between the base, which judges, and this checkout; `before` and `after` are JSON text.

    `tightens` says that it only makes the gate harder to pass, so it applies at once; `descriptive` that it is text
    about the model, on which no bar depends, so it applies at once too. `reviewed` says that the commit whose reviews
    were read contains what this checkout contains. `lacking` says why the base's data cannot judge too, in a sentence;
    None if they do, or if no data differ.
    """

    path: str
    kind: Literal["added", "removed", "changed"]
    before: str | None = None
    after: str | None = None
    tightens: bool = False
    descriptive: bool = False
    reviewed: bool = False
    lacking: str | None = None
    file: str
    line: int


class PlannedCheck(Value):
    """A check to measure: its id, its block, and its own seed (as text, because it exceeds 2^53).

    Without a block, `missing` says why it cannot be measured, and `supply` what would let it be.
    A check that is measured on the base's data too is listed twice, the second time with a mark.
    """

    id: str
    title: str
    spec: dict[str, Any] | None = None
    missing: str | None = None
    supply: str | None = None
    seed: str


class PlannedPolicy(Value):
    """A policy to rule on, and the checks whose facts it needs.

    It also sees the facts of the checks that it `consults`, if they were measured. It rules on the bars beneath `bars`,
    JSON pointers into the facts of its checks, or on all bars if there is no pointer. A waiver opens it only if it is
    `waivable`.
    """

    id: str
    title: str
    description: str = ""
    remedy: str = ""
    effect: Effect
    checks: tuple[str, ...]
    consults: tuple[str, ...] = ()
    bars: tuple[str, ...] | None = None
    waivable: bool = True

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

    `columns` maps names to types for data and profiles. The base's data have a mark (`assay.dossier.at_base`).
    """

    role: Literal["data", "profile", "model", "environment", "code", "predictions", "reviews"]
    name: str
    columns: dict[str, str] | None = None


class JoinedBar(PlannedBar):
    """A bar beside the fact that it bounds: what Rego compares and readers see.

    `status` is `missing` if there is no fact. `needed` is about how many rows would settle an interval that straddles
    the bar, four times in five, or groups of rows where rows come in `clusters`. `keys` are the ids of some offending
    rows, and `told` is a sentence for readers, if the check gives them.
    """

    status: Literal["measured", "undefined", "missing"]
    reason: Reason | None = None
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    n: Count | None = None
    clusters: Count | None = None
    needed: Count | None = None
    keys: tuple[str, ...] = ()
    told: str | None = None
