"""A promotion: its page, the text of its tag object, and its line in the ledger; read as strictly as written."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from assay.canonical import canonical, digest
from assay.errors import CLOSED, AssayError, UsageError
from assay.pages import Page, Plan
from assay.planned import Digest
from assay.tag_names import is_written, stage_tag, version_tag
from assay.values import Count

TAGGER = "Assay <assay@assay-ml.github.io>"
MAX_REASON = 500
Event = Literal["register", "promote", "rollback"]
ObjectId = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]

_ID = "[0-9a-f]{40}(?:[0-9a-f]{24})?"
_DIGEST = "sha256:[0-9a-f]{64}"
_TAG = re.compile(
    rf"object (?P<commit>{_ID})\ntype commit\ntag (?P<tag>[^\n]+)\ntagger {re.escape(TAGGER)} (?P<time>[0-9]{{1,11}}) "
    r"\+0000\n\n(?P<subject>[^\n]+)\n\n"
    r"Event: (?P<event>register|promote|rollback)\nModel: (?P<model>[a-z0-9/-]+)\nVersion: (?P<version>[^\n]+)\n"
    rf"Stage: (?P<stage>[a-z0-9-]+)\nDecision: (?P<decision>{_DIGEST})\nCard: (?P<card>{_DIGEST})\n"
    rf"(?:Statement: (?P<statement>{_DIGEST})\n)?(?:Model-Digest: (?P<model_digest>{_DIGEST})\n)?"
    rf"(?:Prev-Tag: (?P<previous>{_ID})\n)?Seq: (?P<seq>[1-9][0-9]{{0,14}})\n(?:Reason: (?P<reason>[^\n]+)\n)?"
)


class PromotionError(AssayError):
    """A promotion that may not be made: the gate, the chain or the manifest's graph says no."""

    exit_code = CLOSED
    default_hint = "Nothing was written."


class Promotion(Page):
    """A version registered, or moved to a stage: what stands in its tag, and where it stands in the chain."""

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
    seq: Count
    statement: Digest | None = None
    model_digest: Digest | None = None
    reason: str | None = None

    def told(self) -> str:
        """What happened, in one sentence."""
        return f"{headline(self.event, self.model, self.version, self.stage)}: {self.tag}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one tag says. `stage` of a registration is the stage it was judged for; `time` counts seconds from 1970.

    `previous` is the object of the tag before it in the model's chain, and `seq` its place there, from 1.
    """

    event: Event
    model: str
    version: str
    stage: str
    commit: str
    time: int
    decision: str
    card: str
    statement: str | None = None
    model_digest: str | None = None
    previous: str | None = None
    seq: int
    reason: str | None = None

    @property
    def tag(self) -> str:
        """The tag's name."""
        at = f"@v{self.version}" if self.event == "register" else f"#{self.stage}#{self.seq}"
        return self.model + at


def headline(event: Event, model: str, version: str, stage: str) -> str:
    """What an event did, as a line without a full stop."""
    if event == "register":
        return f"Registered {model} {version}"
    return (
        f"Promoted {model} {version} to {stage}"
        if event == "promote"
        else f"Rolled {model} back to {version} in {stage}"
    )


def tag_text(entry: Entry) -> bytes:
    """The tag object of an entry; the same entry gives the same bytes, so the same object.

    Raises UsageError for names that we do not write.
    """
    if entry.event == "register":
        named = version_tag(entry.model, entry.version)
    else:
        named = stage_tag(entry.model, entry.stage, entry.seq)
    trailers = {
        "Event": entry.event,
        "Model": entry.model,
        "Version": entry.version,
        "Stage": entry.stage,
        "Decision": entry.decision,
        "Card": entry.card,
        "Statement": entry.statement,
        "Model-Digest": entry.model_digest,
        "Prev-Tag": entry.previous,
        "Seq": str(entry.seq),
        "Reason": entry.reason,
    }
    head = f"object {entry.commit}\ntype commit\ntag {named}\ntagger {TAGGER} {entry.time} +0000\n\n"
    subject = headline(entry.event, entry.model, entry.version, entry.stage)
    body = "".join(f"{name}: {value}\n" for name, value in trailers.items() if value is not None)
    return f"{head}{subject}\n\n{body}".encode()


def read_tag_text(raw: bytes) -> Entry | None:
    """The entry of a tag object, or None unless its bytes are exactly those that we would write."""
    try:
        found = _TAG.fullmatch(raw.decode())
    except UnicodeDecodeError:
        return None
    if found is None:
        return None
    said: dict[str, Any] = found.groupdict()
    tag, subject = said.pop("tag"), said.pop("subject")
    seq, time = int(said.pop("seq")), said.pop("time")
    entry = Entry(**said, seq=seq, time=int(time))
    if not (is_written(entry.model, entry.stage, entry.version) and tag == entry.tag and _is_reason(entry.reason)):
        return None
    exact = str(entry.time) == time and subject == headline(entry.event, entry.model, entry.version, entry.stage)
    return entry if exact else None


def promotion_page(entry: Entry, tag_object: str) -> Promotion:
    """The page of an entry whose tag object was made."""
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
        seq=entry.seq,
        statement=entry.statement,
        model_digest=entry.model_digest,
        reason=entry.reason,
    )


def written_reason(text: str) -> str:
    """A reason, if it may be written into a tag: one printable line."""
    reason = text.strip()
    if not reason or not _is_reason(reason):
        raise UsageError(f"A reason is one line of at most {MAX_REASON} printable characters.")
    return reason


def model_digest(plan: Plan) -> str | None:
    """The digest of what answers: the model's file, else of its code or predictions files; None without any."""
    files = [each for each in plan.inputs if each.role == "model"]
    if len(files) == 1:
        return files[0].digest
    named = sorted([each.role, each.name, each.digest] for each in plan.inputs if each.role in ("code", "predictions"))
    return digest(canonical(named)) if named else None


def shown_time(seconds: int) -> str:
    """A time as RFC 3339 writes it, in UTC."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time(text: str) -> int:
    """The seconds from 1970 of a date or of a time with its zone; raises UsageError otherwise."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"A time is written like 2026-11-20 or 2026-11-20T14:30:00Z, not {text[:40]!r}.") from error
    if found.tzinfo is None:
        if "T" in text or " " in text:
            raise UsageError(f"The time {text[:40]!r} has no zone; write 2026-11-20T14:30:00Z.")
        found = found.replace(tzinfo=datetime.UTC)
    seconds = int(found.timestamp())
    if seconds < 0:
        raise UsageError(f"The time {text[:40]!r} lies before 1970.")
    return seconds


def _is_reason(text: str | None) -> bool:
    return text is None or (len(text) <= MAX_REASON and text.isprintable() and text == text.strip() != "")
