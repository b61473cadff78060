"""The page of a promotion: the content of its tag, and its place in the chain."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from assay.canonical import canonical, digest
from assay.dossier.pages import Page, Plan
from assay.dossier.plan_parts import Digest
from assay.errors import CLOSED, AssayError
from assay.facts.values import Count
from assay.ledger.entry import Entry, Event, headline, shown_time

ObjectId = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]


class PromotionError(AssayError):
    """A promotion that is not allowed: the gate, the chain or the manifest's stages refuse it."""

    exit_code = CLOSED
    default_hint = "Nothing was written."


class Promotion(Page):
    """A version registered, or moved to a stage: the content of its tag, and its place in the chain."""

    name: ClassVar[str] = "promotion"
    page: Literal["promotion"] = "promotion"
    event: Event
    model: str
    version: str
    stage: str
    time: str
    commit: ObjectId
    tag: str
    tag_object: ObjectId
    previous: ObjectId | None = None
    previous_line: ObjectId | None = None
    seq: Count
    statement: Digest | None = None
    model_digest: Digest | None = None
    environment: Digest | None = None
    branch: str | None = None
    evidence: str | None = None
    answers: str | None = None
    reason: str | None = None

    def message(self) -> str:
        """What happened, in one sentence."""
        return f"{headline(self.event, self.model, self.version, self.stage)}: {self.tag}"


def promotion_page(entry: Entry, tag_object: str) -> Promotion:
    """The page of an entry, once its tag object exists."""
    return Promotion(
        parents={"decision": entry.decision, "card": entry.card},
        event=entry.event,
        model=entry.model,
        version=entry.version,
        stage=entry.stage,
        time=shown_time(entry.time),
        commit=entry.commit,
        tag=entry.tag,
        tag_object=tag_object,
        previous=entry.previous,
        previous_line=entry.previous_line,
        seq=entry.seq,
        statement=entry.statement,
        model_digest=entry.model_digest,
        environment=entry.environment,
        branch=entry.branch,
        evidence=entry.evidence,
        answers=entry.answers,
        reason=entry.reason,
    )


def model_digest(plan: Plan) -> str | None:
    """The digest of the model: of its file, else of its code or predictions files; None without any."""
    files = [each for each in plan.inputs if each.role == "model"]
    if len(files) == 1:
        return files[0].digest
    named = sorted([each.role, each.name, each.digest] for each in plan.inputs if each.role in ("code", "predictions"))
    return digest(canonical(named)) if named else None
