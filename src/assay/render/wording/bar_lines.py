"""Bars in words: subject, measured value, bound, place in the manifest, and what would settle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.dossier.pages import Ruling
from assay.dossier.plan_parts import JoinedBar
from assay.render.wording.number_text import bound_text, count, measured_text, rows_text, undefined_text

MOST_BARS = 6


@dataclass(frozen=True, kw_only=True)
class BarLine:
    """A bar in words; renderers must make its foreign text harmless (`title`, `subject`, `place`, `message`)."""

    title: str
    subject: tuple[tuple[str, str], ...]
    measured: str
    bound: str
    place: str
    message: str
    settled_by: str
    offends: bool
    bar: JoinedBar

    def what(self) -> str:
        """Title and subject as plain text: `equalized odds gap (by black, set holdout)`."""
        return self.bar.named()


def lines_of(ruling: Ruling) -> tuple[BarLine, ...]:
    """A ruling's bars in words: offending ones first, otherwise in the order of the manifest.

    If a ruling did not pass and names no offending bar, the unsettled bars offend.
    """
    offending = {bar.id for bar in ruling.bars if bar.id in ruling.offenders}
    if not offending and ruling.outcome != "pass":
        offending = {bar.id for bar in ruling.bars if not _settled(bar)}
    lines = [_bar_line(bar, offends=bar.id in offending) for bar in ruling.bars]
    return tuple(sorted(lines, key=lambda each: not each.offends))


def line_of(bar: JoinedBar) -> BarLine:
    """One bar in words, whatever was ruled on it."""
    return _bar_line(bar, offends=False)


def other_offenders(ruling: Ruling) -> tuple[str, ...]:
    """The offenders that are not bars, in the policy's words."""
    bars = {bar.id for bar in ruling.bars}
    return tuple(offender for offender in ruling.offenders if offender not in bars)


def split_lines(lines: Sequence[BarLine], most: int = MOST_BARS) -> tuple[tuple[BarLine, ...], tuple[BarLine, ...]]:
    """The bars to show and the others: all offending bars, and more up to `most`."""
    offending = sum(each.offends for each in lines)
    first = max(offending, most) if len(lines) > most else len(lines)
    return tuple(lines[:first]), tuple(lines[first:])


def _settled(bar: JoinedBar) -> bool:
    """Whether the whole interval is on one side of the bar."""
    return bar.low is not None and bar.high is not None and not bar.low <= bar.limit <= bar.high


def _bar_line(bar: JoinedBar, *, offends: bool) -> BarLine:
    return BarLine(
        title=bar.title,
        subject=tuple(bar.beside_title().items()),
        measured=_measured(bar),
        bound=bound_text(bar.direction, bar.limit),
        place=f"{bar.file}:{bar.line}",
        message=bar.told or "",
        settled_by=_settled_by(bar),
        offends=offends,
        bar=bar,
    )


def _measured(bar: JoinedBar) -> str:
    if bar.status == "missing":
        return "not measured"
    if bar.status == "undefined" or bar.value is None:
        return undefined_text(bar.reason, bar.n, bar.needed)
    low = bar.value if bar.low is None else bar.low
    high = bar.value if bar.high is None else bar.high
    numbers = measured_text(bar.value, low, high, limit=bar.limit)
    return numbers if bar.n is None or numbers == count(bar.n) else f"{numbers}, {rows_text(bar.n, bar.clusters)}"


def _settled_by(bar: JoinedBar) -> str:
    if bar.status != "measured" or (bar.needed is None and (_settled(bar) or bar.low == bar.high)):
        return ""
    known, what = (bar.n, "rows") if bar.clusters is None else (bar.clusters, "groups of rows")
    if bar.needed is None:
        return f"The bar is too close to say how many {what} would settle it."
    settled = f"About {count(bar.needed)} {what} would settle it four times in five"
    return f"{settled}." if known is None or bar.needed <= known else f"{settled}: {count(bar.needed - known)} more."
