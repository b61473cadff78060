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

    id: str = Field(description="Check and number of the bar.")
    check: str = Field(description="Check that measures the fact.")
    file: str = Field(description="Path of the manifest.")
    line: int = Field(description="Line of the bar in the manifest.")

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

    path: str = Field(description="Path of the difference, such as `checks.quality.bars.roc_auc`.")
    kind: Literal["added", "removed", "changed"] = Field(description="Whether it was added, removed or changed.")
    before: str | None = Field(None, description="Value at the base, as JSON text.")
    after: str | None = Field(None, description="Value in the change, as JSON text.")
    tightens: bool = Field(default=False, description="Whether it only makes the gate harder to pass.")
    descriptive: bool = Field(default=False, description="Whether it is text about the model, on which no bar depends.")
    reviewed: bool = Field(default=False, description="Whether the commit whose reviews were read contains it.")
    lacking: str | None = Field(None, description="Why the base's data cannot judge too.")
    file: str = Field(description="File of the difference.")
    line: int = Field(description="Line of the difference.")


class PlannedCheck(Value):
    """A check to measure: its id, its block, and its own seed (as text, because it exceeds 2^53).

    Without a block, `missing` says why it cannot be measured, and `supply` what would let it be.
    A check that is measured on the base's data too is listed twice, the second time with a mark.
    """

    id: str = Field(description="Name of the check.")
    title: str = Field(description="What the check measures.")
    spec: dict[str, Any] | None = Field(None, description="Block of the check.")
    missing: str | None = Field(None, description="Why the check cannot be measured.")
    supply: str | None = Field(None, description="What would let it be measured.")
    seed: str = Field(description="Seed of the check, as text.")


class PlannedPolicy(Value):
    """A policy to rule on, and the checks whose facts it needs.

    It also sees the facts of the checks that it `consults`, if they were measured. It rules on the bars beneath `bars`,
    JSON pointers into the facts of its checks, or on all bars if there is no pointer. A waiver opens it only if it is
    `waivable`.
    """

    id: str = Field(description="Name of the policy.")
    title: str = Field(description="What the policy asks, as a sentence.")
    description: str = Field("", description="What it asks, in more words.")
    remedy: str = Field("", description="What to do if it is not proven.")
    effect: Effect = Field(description="Whether it blocks or warns.")
    checks: tuple[str, ...] = Field(description="Checks that it needs.")
    consults: tuple[str, ...] = Field((), description="Checks that it sees if they were measured.")
    bars: tuple[str, ...] | None = Field(None, description="Pointers beneath which it rules on bars; null for all.")
    waivable: bool = Field(default=True, description="Whether a waiver can open it.")

    def rules_on(self, bar: PlannedBar) -> bool:
        """Whether a bar is one of those the policy rules on."""
        beneath = self.bars is None or any(bar.fact.startswith(f"{each}/") for each in self.bars)
        return bar.check in self.checks and beneath


class PlannedFile(Value):
    """A file of the policy bundle or an input, by content. `path` is relative to the repository."""

    path: str = Field(description="Path of the file.")
    digest: Digest = Field(description="SHA-256 digest of the file.")
    bytes: Count = Field(description="Size of the file in bytes.")


class PlannedInput(PlannedFile):
    """An input: a data set or its profile, the model, its environment or its code.

    `columns` maps names to types for data and profiles. The base's data have a mark (`assay.dossier.at_base`).
    """

    role: Literal["data", "profile", "model", "environment", "code", "predictions", "reviews"] = Field(
        description="What the file is for."
    )
    name: str = Field(description="Name of the data set, or of what the file is for.")
    columns: dict[str, str] | None = Field(None, description="Columns with their types; null if they are not known.")


class JoinedBar(PlannedBar):
    """A bar beside the fact that it bounds: what Rego compares and readers see.

    `status` is `missing` if there is no fact. `needed` is about how many rows would settle an interval that straddles
    the bar, four times in five, or groups of rows where rows come in `clusters`. `keys` are the ids of some offending
    rows, and `told` is a sentence for readers, if the check gives them.
    """

    status: Literal["measured", "undefined", "missing"] = Field(description="Whether the fact was measured.")
    reason: Reason | None = Field(None, description="Why the number does not exist.")
    value: Number | None = Field(None, description="The number that was measured.")
    low: Number | None = Field(None, description="Lower end of its interval.")
    high: Number | None = Field(None, description="Upper end of its interval.")
    n: Count | None = Field(None, description="Rows that the number is of.")
    clusters: Count | None = Field(None, description="Groups of rows that belong together.")
    needed: Count | None = Field(None, description="Rows, or groups of rows, that would settle the bar.")
    keys: tuple[str, ...] = Field((), description="Ids of some rows at fault.")
    told: str | None = Field(None, description="The finding in a sentence.")
