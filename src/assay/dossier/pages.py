"""The pages of a dossier, from plan to card, each a frozen record with canonical bytes."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from assay.canonical import canonical, digest
from assay.dossier.listed_once import listed_once
from assay.dossier.plan_parts import (
    Digest,
    Effect,
    JoinedBar,
    ManifestChange,
    PlannedBar,
    PlannedCheck,
    PlannedFile,
    PlannedInput,
    PlannedPolicy,
)
from assay.errors import PageError
from assay.facts.check_parts import Recipe
from assay.facts.values import Count, Measure, Number, Picture, Value

Outcome = Literal["pass", "fail", "inconclusive", "not_evaluated"]


class Page(Value):
    """A step's immutable result; `parents` names the pages it was made from by digest."""

    name: ClassVar[str]
    parents: dict[str, Digest] = Field(
        default_factory=dict, description="Digests of the pages that this one was made from, by name."
    )

    def content(self) -> bytes:
        """The page's canonical bytes."""
        return self.written_out

    @cached_property
    def written_out(self) -> bytes:
        """The page's canonical bytes, computed once, because every child asks for them."""
        try:
            document = self.model_dump(mode="json", exclude_none=True)
        except (UnicodeError, ValueError) as error:
            raise PageError(f"A {self.name} page cannot be written: {error}.") from error
        return canonical(document)

    def __copy__(self) -> Self:
        """A copy that computes its bytes again, because its fields may change."""
        copied = super().__copy__()
        copied.__dict__.pop("written_out", None)
        return copied

    def digest(self) -> str:
        """The digest of the page's canonical bytes."""
        return digest(self.content())


class ManifestPage(Page):
    """The manifest that judges: its file, the digest of its bytes, and its resolved content."""

    name: ClassVar[str] = "manifest"
    page: Literal["manifest"] = Field("manifest", description="Which page this is.")
    file: str = Field(description="Path of the manifest.")
    source: Digest = Field(description="Digest of the manifest's bytes.")
    manifest: dict[str, Any] = Field(description="The manifest with every default filled in.")


class Plan(Page):
    """What a stage must answer, written before anything is measured.

    `features` are the columns that the model sees where the manifest says which it does not see.
    """

    name: ClassVar[str] = "plan"
    page: Literal["plan"] = Field("plan", description="Which page this is.")
    model: str = Field(description="Name of the model.")
    task: str = Field(description="Task of the model.")
    risk: str = Field(description="Risk tier of the model; high if the manifest names none.")
    stage: str = Field(description="Stage of the gate.")
    as_of: str = Field(description="Day of the judgement, as YYYY-MM-DD.")
    bundle: tuple[PlannedFile, ...] = Field(description="Files of the policies.")
    bundle_digest: Digest = Field(description="Digest of the list of these files.")
    policies: Annotated[tuple[PlannedPolicy, ...], listed_once("id")] = Field(description="Policies that are asked.")
    checks: Annotated[tuple[PlannedCheck, ...], listed_once("id")] = Field(description="Checks that are measured.")
    bars: Annotated[tuple[PlannedBar, ...], listed_once("id")] = Field(
        description="Bars that the blocks of the checks set."
    )
    recipes: tuple[Recipe, ...] = Field(description="Changed rows that the model answers too.")
    features: tuple[str, ...] | None = Field(None, description="Columns that the model sees; null without a model.")
    inputs: tuple[PlannedInput, ...] = Field(description="Files that are read, by digest.")
    changes: tuple[ManifestChange, ...] | None = Field(
        None, description="Differences from the base; null without a base."
    )


class PredictedSet(Value):
    """The answers for one data set or recipe: how many, and the digest of ids and rounded scores."""

    set: str = Field(description="Data set whose rows were answered.")
    recipe: str | None = Field(None, description="Recipe that changed the rows; null for unchanged rows.")
    rows: Count = Field(description="Rows answered.")
    columns: tuple[str, ...] = Field(description="Columns of the file of answers.")
    digest: Digest = Field(description="Digest of the file of answers.")

    @property
    def file(self) -> str:
        """The name of the Parquet file in the dossier's `predictions` folder."""
        return f"{self.set}.parquet" if self.recipe is None else f"{self.set}--{self.recipe}.parquet"


class Predictions(Page):
    """The model's answers to each recipe; empty if the plan has no recipes.

    `shut_in` says whether the model's process opened only what is listed; None if nobody asks or knows.
    """

    name: ClassVar[str] = "predictions"
    page: Literal["predictions"] = Field("predictions", description="Which page this is.")
    format: str | None = Field(None, description="Format of the model; null without a model.")
    classes: tuple[str | int | bool, ...] = Field(
        (), description="Classes of the model, in the order of its probabilities."
    )
    sets: Annotated[tuple[PredictedSet, ...], listed_once("file")] = Field((), description="Files of answers.")
    shut_in: bool | None = Field(
        None, description="Whether the model's process could open only what it was granted; null if nobody says."
    )


class Measurement(Value):
    """A planned check's result: the facts if it was measured, else the reason and what to do about it."""

    check: str = Field(description="Check that was measured.")
    outcome: Literal["measured", "unavailable", "error"] = Field(description="Whether the check was measured.")
    reason: str | None = Field(None, description="Why it was not measured.")
    supply: str | None = Field(None, description="What would let it be measured.")
    facts: dict[str, Any] | None = Field(None, description="Facts that it returned.")


class Evidence(Page):
    """One measurement per planned check."""

    name: ClassVar[str] = "evidence"
    page: Literal["evidence"] = Field("evidence", description="Which page this is.")
    measurements: Annotated[tuple[Measurement, ...], listed_once("check")] = Field(
        description="What each planned check found."
    )


class Waived(Value):
    """A waiver that was in force on the decision's date."""

    owner: str = Field(description="Who answers for the waiver.")
    reason: str = Field(description="Why the ruling is accepted.")
    expires: str = Field(description="Last day of the waiver, as YYYY-MM-DD.")
    scope: dict[str, str] = Field(default_factory=dict, description="Subjects that the waiver is about; all if empty.")


class Ruling(Value):
    """One policy's outcome, the bars it judged, and what to do about it."""

    policy: str = Field(description="Policy that was asked.")
    title: str = Field(description="What the policy asks, as a sentence.")
    effect: Effect = Field(description="Whether it blocks or warns.")
    outcome: Outcome = Field(description="How it was ruled on.")
    opens: bool = Field(description="Whether it leaves the gate open: it passes, or is waived.")
    reasons: tuple[str, ...] = Field((), description="Why, in sentences.")
    offenders: tuple[str, ...] = Field((), description="Names or ids of what is at fault.")
    bars: tuple[JoinedBar, ...] = Field((), description="Bars beside the facts that they bound.")
    waiver: Waived | None = Field(None, description="Waiver that accepts the ruling.")
    remedy: str = Field("", description="What to do next.")


class Decision(Page):
    """One ruling per planned policy, and the verdict."""

    name: ClassVar[str] = "decision"
    page: Literal["decision"] = Field("decision", description="Which page this is.")
    model: str = Field(description="Name of the model.")
    stage: str = Field(description="Stage of the gate.")
    as_of: str = Field(description="Day of the judgement, as YYYY-MM-DD.")
    verdict: Literal["open", "closed"] = Field(description="Whether the gate is open.")
    rulings: Annotated[tuple[Ruling, ...], listed_once("policy")] = Field(description="Ruling on each planned policy.")


class CardNumber(Value):
    """A number on the card, and the fact it comes from (a JSON pointer into the facts of a check)."""

    check: str = Field(description="Check that measured it.")
    fact: str = Field(description="JSON pointer into the facts of the check.")
    measure: Measure = Field(description="The number, or why there is none.")


class CardPicture(Value):
    """A picture on the card, and the fact it comes from."""

    check: str = Field(description="Check that measured it.")
    fact: str = Field(description="JSON pointer into the facts of the check.")
    picture: Picture = Field(description="What is drawn.")


class CardBase(Value):
    """An earlier decision on the same model and stage: the numbers measured then, by bar id."""

    decision: Digest = Field(description="Digest of the earlier decision.")
    as_of: str = Field(description="Day of that judgement, as YYYY-MM-DD.")
    verdict: Literal["open", "closed"] = Field(description="Whether the gate was open.")
    bars: dict[str, Number] = Field(description="Values of the bars then, by id.")


class Card(Page):
    """The model card: what the model is for, what was measured, and how the policies ruled."""

    name: ClassVar[str] = "card"
    page: Literal["card"] = Field("card", description="Which page this is.")
    title: str = Field(description="Title of the card.")
    model: dict[str, Any] = Field(description="What the manifest says of the model.")
    stage: str = Field(description="Stage of the gate.")
    as_of: str = Field(description="Day of the judgement, as YYYY-MM-DD.")
    verdict: Literal["open", "closed"] = Field(description="Whether the gate is open.")
    data: tuple[PlannedInput, ...] = Field(description="Data sets that were read.")
    inputs: tuple[PlannedInput, ...] = Field(description="Other files that were read.")
    rulings: tuple[Ruling, ...] = Field(description="Ruling on each planned policy.")
    numbers: tuple[CardNumber, ...] = Field(description="Numbers that the card shows.")
    pictures: tuple[CardPicture, ...] = Field(description="Pictures that the card shows.")
    base: CardBase | None = Field(None, description="Earlier decision, to compare with.")
    decision: Digest = Field(description="Digest of the decision.")


PAGES: tuple[type[Page], ...] = (ManifestPage, Plan, Predictions, Evidence, Decision, Card)
