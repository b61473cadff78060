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
    parents: dict[str, Digest] = Field(default_factory=dict)

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
    page: Literal["manifest"] = "manifest"
    file: str
    source: Digest
    manifest: dict[str, Any]


class Plan(Page):
    """What a stage must answer, written before anything is measured.

    `features` are the columns that the model sees where the manifest says which it does not see.
    """

    name: ClassVar[str] = "plan"
    page: Literal["plan"] = "plan"
    model: str
    task: str
    risk: str
    stage: str
    as_of: str
    bundle: tuple[PlannedFile, ...]
    bundle_digest: Digest
    policies: Annotated[tuple[PlannedPolicy, ...], listed_once("id")]
    checks: Annotated[tuple[PlannedCheck, ...], listed_once("id")]
    bars: Annotated[tuple[PlannedBar, ...], listed_once("id")]
    recipes: tuple[Recipe, ...]
    features: tuple[str, ...] | None = None
    inputs: tuple[PlannedInput, ...]
    changes: tuple[ManifestChange, ...] | None = None


class PredictedSet(Value):
    """The answers for one data set or recipe: how many, and the digest of ids and rounded scores."""

    set: str
    recipe: str | None = None
    rows: Count
    columns: tuple[str, ...]
    digest: Digest

    @property
    def file(self) -> str:
        """The name of the Parquet file in the dossier's `predictions` folder."""
        return f"{self.set}.parquet" if self.recipe is None else f"{self.set}--{self.recipe}.parquet"


class Predictions(Page):
    """The model's answers to each recipe; empty if the plan has no recipes.

    `shut_in` says whether the model's process opened only what is listed; None if nobody asks or knows.
    """

    name: ClassVar[str] = "predictions"
    page: Literal["predictions"] = "predictions"
    format: str | None = None
    classes: tuple[str | int | bool, ...] = ()
    sets: Annotated[tuple[PredictedSet, ...], listed_once("file")] = ()
    shut_in: bool | None = None


class Measurement(Value):
    """A planned check's result: the facts if it was measured, else the reason and what to do about it."""

    check: str
    outcome: Literal["measured", "unavailable", "error"]
    reason: str | None = None
    supply: str | None = None
    facts: dict[str, Any] | None = None


class Evidence(Page):
    """One measurement per planned check."""

    name: ClassVar[str] = "evidence"
    page: Literal["evidence"] = "evidence"
    measurements: Annotated[tuple[Measurement, ...], listed_once("check")]


class Waived(Value):
    """A waiver that was in force on the decision's date."""

    owner: str
    reason: str
    expires: str
    scope: dict[str, str] = Field(default_factory=dict)


class Ruling(Value):
    """One policy's outcome, the bars it judged, and what to do about it."""

    policy: str
    title: str
    effect: Effect
    outcome: Outcome
    opens: bool
    reasons: tuple[str, ...] = ()
    offenders: tuple[str, ...] = ()
    bars: tuple[JoinedBar, ...] = ()
    waiver: Waived | None = None
    remedy: str = ""


class Decision(Page):
    """One ruling per planned policy, and the verdict."""

    name: ClassVar[str] = "decision"
    page: Literal["decision"] = "decision"
    model: str
    stage: str
    as_of: str
    verdict: Literal["open", "closed"]
    rulings: Annotated[tuple[Ruling, ...], listed_once("policy")]


class CardNumber(Value):
    """A number on the card, and the fact it comes from (a JSON pointer into the facts of a check)."""

    check: str
    fact: str
    measure: Measure


class CardPicture(Value):
    """A picture on the card, and the fact it comes from."""

    check: str
    fact: str
    picture: Picture


class CardBase(Value):
    """An earlier decision on the same model and stage: the numbers measured then, by bar id."""

    decision: Digest
    as_of: str
    verdict: Literal["open", "closed"]
    bars: dict[str, Number]


class Card(Page):
    """The model card: what the model is for, what was measured, and how the policies ruled."""

    name: ClassVar[str] = "card"
    page: Literal["card"] = "card"
    title: str
    model: dict[str, Any]
    stage: str
    as_of: str
    verdict: Literal["open", "closed"]
    data: tuple[PlannedInput, ...]
    inputs: tuple[PlannedInput, ...]
    rulings: tuple[Ruling, ...]
    numbers: tuple[CardNumber, ...]
    pictures: tuple[CardPicture, ...]
    base: CardBase | None = None
    decision: Digest


PAGES: tuple[type[Page], ...] = (ManifestPage, Plan, Predictions, Evidence, Decision, Card)
