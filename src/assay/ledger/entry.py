"""What one promotion tag says: its entry, and the text of its tag object, read as strictly as it is written."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

from assay.errors import UsageError
from assay.ledger.tag_names import SEMVER, is_written, stage_tag, version_tag

TAGGER = "Assay <assay@assay-ml.github.io>"
MAX_REASON = 500
Event = Literal["register", "promote", "rollback"]

_ID = "[0-9a-f]{40}(?:[0-9a-f]{24})?"
_DIGEST = "sha256:[0-9a-f]{64}"
_TAG = re.compile(
    rf"object (?P<commit>{_ID})\ntype commit\ntag (?P<tag>[^\n]+)\n"
    rf"tagger {re.escape(TAGGER)} (?P<time>0|[1-9][0-9]{{0,10}}) \+0000\n\n(?P<subject>[^\n]+)\n\n"
    rf"Event: (?P<event>register|promote|rollback)\nModel: (?P<model>[a-z0-9/-]+)\nVersion: (?P<version>{SEMVER})\n"
    rf"Stage: (?P<stage>[a-z0-9-]+)\nDecision: (?P<decision>{_DIGEST})\nCard: (?P<card>{_DIGEST})\n"
    rf"(?:Statement: (?P<statement>{_DIGEST})\n)?(?:Model-Digest: (?P<model_digest>{_DIGEST})\n)?"
    rf"(?:Environment: (?P<environment>{_DIGEST})\n)?"
    rf"(?:Branch: (?P<branch>[^\n]+)\n)?(?:Evidence: (?P<evidence>measured again|signed by [^\n]+)\n)?"
    rf"(?:Answers: (?P<answers>asked again|given as files|signed by [^\n]+)\n)?"
    rf"(?:Prev-Tag: (?P<previous>{_ID})\n(?:Prev-Line: (?P<previous_line>{_ID})\n)?)?"
    rf"Seq: (?P<seq>[1-9][0-9]{{0,14}})\n(?:Reason: (?P<reason>[^\n]+)\n)?"
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one tag says. `stage` of a registration is the stage it was judged for; `time` counts seconds from 1970.

    `environment` is the digest of the record of the environment that the model ran in, None if no model ran.
    `branch` is the branch that had the commit, `HEAD` in a clone that had none checked out. `evidence` says how the
    evidence was known: `measured again`, or `signed by` a key; `answers` how the model's answers were: it was `asked
    again`, they were `given as files`, or `signed by` a key; entries of older versions lack these. `previous` is the
    object of the tag before it in the model's chain, and `seq` its place there, from 1. `previous_line` is the commit
    of the ledger's line before it, with that line's signature; entries of older versions lack it.
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
    environment: str | None = None
    branch: str | None = None
    evidence: str | None = None
    answers: str | None = None
    previous: str | None = None
    previous_line: str | None = None
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

    Raises UsageError for names that Assay does not write.
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
        "Environment": entry.environment,
        "Branch": entry.branch,
        "Evidence": entry.evidence,
        "Answers": entry.answers,
        "Prev-Tag": entry.previous,
        "Prev-Line": entry.previous_line,
        "Seq": str(entry.seq),
        "Reason": entry.reason,
    }
    head = f"object {entry.commit}\ntype commit\ntag {named}\ntagger {TAGGER} {entry.time} +0000\n\n"
    subject = headline(entry.event, entry.model, entry.version, entry.stage)
    body = "".join(f"{name}: {value}\n" for name, value in trailers.items() if value is not None)
    return f"{head}{subject}\n\n{body}".encode()


def read_tag_text(raw: bytes) -> Entry | None:
    """The entry of a tag object; None unless its bytes are exactly those that Assay writes."""
    try:
        found = _TAG.fullmatch(raw.decode())
    except UnicodeDecodeError:
        return None
    if found is None:
        return None
    (commit, tag, time, subject, event, model, version, stage, decision, card, statement, model_digest,
     environment, branch, evidence, answers, previous, previous_line, seq, reason) = found.groups()  # fmt: skip
    said = {
        "event": event,
        "model": model,
        "version": version,
        "stage": stage,
        "commit": commit,
        "time": int(time),
        "decision": decision,
        "card": card,
        "statement": statement,
        "model_digest": model_digest,
        "environment": environment,
        "branch": branch,
        "evidence": evidence,
        "answers": answers,
        "previous": previous,
        "previous_line": previous_line,
        "seq": int(seq),
        "reason": reason,
    }
    # A frozen dataclass sets its fields one by one, which takes longer than reading them.
    entry = object.__new__(Entry)
    object.__setattr__(entry, "__dict__", said)
    texts = (reason, evidence, answers, branch)
    if not (is_written(model, stage, version) and tag == entry.tag and all(map(_is_reason, texts))):
        return None
    return entry if subject == headline(entry.event, model, version, stage) else None


def written_reason(text: str) -> str:
    """A reason, if it may be written into a tag: one printable line."""
    reason = text.strip()
    if not reason or not _is_reason(reason):
        raise UsageError(f"A reason must be one line of at most {MAX_REASON} printable characters.")
    return reason


def shown_time(seconds: int) -> str:
    """A time as RFC 3339 writes it, in UTC."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time(text: str) -> int:
    """The seconds from 1970 of a date or of a time with its zone; raises UsageError otherwise."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"Write a time as 2026-11-20 or 2026-11-20T14:30:00Z, not {text[:40]!r}.") from error
    if found.tzinfo is None:
        if "T" in text or " " in text:
            raise UsageError(f"The time {text[:40]!r} has no zone; write 2026-11-20T14:30:00Z.")
        found = found.replace(tzinfo=datetime.UTC)
    seconds = int(found.timestamp())
    if seconds < 0:
        raise UsageError(f"The time {text[:40]!r} is before 1970.")
    return seconds


def _is_reason(text: str | None) -> bool:
    return text is None or (len(text) <= MAX_REASON and text.isprintable() and text == text.strip() != "")
