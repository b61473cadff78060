"""Bars as a reader meets them: of what, what was seen, which bound, where it is written, what would settle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.dossier.pages import Ruling
from assay.dossier.plan_parts import JoinedBar
from assay.render.wording.number_text import bound_text, count, measured_text, undefined_text

MOST_BARS = 6


@dataclass(frozen=True, kw_only=True)
class SeenBar:
    """A bar in words. `title`, `subject`, `place`, `told` hold foreign text that each face must still make harmless."""

    title: str
    subject: tuple[tuple[str, str], ...]
    seen: str
    bound: str
    place: str
    told: str
    settled_by: str
    offends: bool
    bar: JoinedBar

    def what(self) -> str:
        """Title and subject in a line of plain text: `equalized odds gap (by black, set holdout)`."""
        subject = ", ".join(f"{key} {value}" for key, value in self.subject)
        return f"{self.title} ({subject})" if subject else self.title


def seen_bars(ruling: Ruling) -> tuple[SeenBar, ...]:
    """A ruling's bars in words, those that concern it first, otherwise in the order of the manifest.

    Where no bar is named as offending, those that are not settled concern a ruling that did not pass.
    """
    offending = {bar.id for bar in ruling.bars if bar.id in ruling.offenders}
    if not offending and ruling.outcome != "pass":
        offending = {bar.id for bar in ruling.bars if not _settled(bar)}
    told = [_seen_bar(bar, offends=bar.id in offending) for bar in ruling.bars]
    return tuple(sorted(told, key=lambda each: not each.offends))


def other_offenders(ruling: Ruling) -> tuple[str, ...]:
    """What offends and is no bar, as the policy words it."""
    bars = {bar.id for bar in ruling.bars}
    return tuple(offender for offender in ruling.offenders if offender not in bars)


def parted(told: Sequence[SeenBar], most: int = MOST_BARS) -> tuple[tuple[SeenBar, ...], tuple[SeenBar, ...]]:
    """The bars to show at once and the others: all that offend, and as many more as there is room for."""
    offending = sum(each.offends for each in told)
    first = max(offending, most) if len(told) > most else len(told)
    return tuple(told[:first]), tuple(told[first:])


def _settled(bar: JoinedBar) -> bool:
    """Whether the whole interval stands on one side of the bar."""
    return bar.low is not None and bar.high is not None and not bar.low <= bar.limit <= bar.high


def _seen_bar(bar: JoinedBar, *, offends: bool) -> SeenBar:
    return SeenBar(
        title=bar.title,
        subject=tuple(sorted((key, value) for key, value in bar.subject.items() if not _said(value, bar.title))),
        seen=_seen(bar),
        bound=bound_text(bar.direction, bar.limit),
        place=f"{bar.file}:{bar.line}",
        told=bar.told or "",
        settled_by=_settled_by(bar),
        offends=offends,
        bar=bar,
    )


def _said(value: str, title: str) -> bool:
    return value.replace("_", " ").lower() in title.replace("_", " ").lower()


def _seen(bar: JoinedBar) -> str:
    if bar.status == "missing":
        return "not measured"
    if bar.status == "undefined" or bar.value is None:
        return undefined_text(bar.reason, bar.n, bar.needed)
    low = bar.value if bar.low is None else bar.low
    high = bar.value if bar.high is None else bar.high
    numbers = measured_text(bar.value, low, high, limit=bar.limit)
    return numbers if bar.n is None or numbers == count(bar.n) else f"{numbers}, n = {count(bar.n)}"


def _settled_by(bar: JoinedBar) -> str:
    if bar.status != "measured" or bar.needed is None:
        return ""
    if bar.n is None or bar.needed <= bar.n:
        return f"About {count(bar.needed)} rows would settle it."
    return f"About {count(bar.needed)} rows would settle it: {count(bar.needed - bar.n)} more."
