"""A measured value and its bar in one small line: the interval, the bar, and the side that passes."""

from __future__ import annotations

from assay.dossier.plan_parts import JoinedBar
from assay.render.drawing import canvas
from assay.render.drawing.canvas import Scale

_WIDTH, _HEIGHT, _MIDDLE = 200.0, 30.0, 15.0


def draw(bar: JoinedBar, words: str, identity: str) -> str:
    """The measured value and its bar as SVG, or nothing without a number."""
    if bar.status != "measured" or bar.value is None:
        return ""
    low = bar.value if bar.low is None else bar.low
    high = bar.value if bar.high is None else bar.high
    across = _scale(low, high, bar.limit)
    root = canvas.picture("interval", identity, "Measured value and bar", words, _HEIGHT, width=_WIDTH)
    limit = across(bar.limit)
    left, right = (limit, _WIDTH - 4) if bar.direction == "at_least" else (4.0, limit)
    canvas.box(root, "passing", (left, 4), (right - left, _HEIGHT - 8))
    canvas.line(root, "axis", (4, _MIDDLE), (_WIDTH - 4, _MIDDLE))
    canvas.line(root, "limit", (limit, 1), (limit, _HEIGHT - 1))
    canvas.line(root, "whisker", (across(low), _MIDDLE), (across(high), _MIDDLE))
    for end in (across(low), across(high)) if low < high else ():
        canvas.line(root, "whisker", (end, _MIDDLE - 5), (end, _MIDDLE + 5))
    canvas.dot(root, "dot", (across(bar.value), _MIDDLE), 4)
    return canvas.text_of(root)


def _scale(low: float, high: float, limit: float) -> Scale:
    """A scale for the interval and the bar, with a margin on both sides."""
    first, last = min(low, limit), max(high, limit)
    margin = (last / 4 - first / 4) or abs(limit) / 10 or 0.1
    return Scale(low=max(first - margin, -1e308), high=min(last + margin, 1e308), start=4, end=_WIDTH - 4)
