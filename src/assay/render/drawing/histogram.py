"""A histogram: a column for each count, by area if the columns differ in width."""

from __future__ import annotations

from assay.facts.values import Histogram
from assay.render.drawing import canvas
from assay.render.drawing.canvas import Scale
from assay.render.wording.number_text import count

_LEFT, _RIGHT, _TOP, _HEIGHT = 60.0, 428.0, 14.0, 190.0
_ALIKE = 1.01


def draw(histogram: Histogram, identity: str) -> str:
    """The histogram as SVG."""
    bottom = _TOP + _HEIGHT
    low, high = (histogram.edges[0], histogram.edges[-1]) if len(histogram.edges) > 1 else (0.0, 1.0)
    heights, unit = _heights(histogram)
    across = Scale(low=low, high=high, start=_LEFT, end=_RIGHT)
    up = Scale(low=0.0, high=max([*heights, 0.0]) or 1.0, start=bottom, end=_TOP)
    total = f"{histogram.label}: {count(sum(histogram.counts))} rows in {len(histogram.counts)} columns."
    root = canvas.picture("histogram", identity, histogram.title, total, bottom + 44)
    canvas.axis_beside(root, up, _LEFT, _RIGHT)
    for left, right, height in zip(histogram.edges, histogram.edges[1:], heights, strict=False):
        canvas.box(
            root, "bar", (across(left) + 0.75, up(height)), (across(right) - across(left) - 1.5, bottom - up(height))
        )
    canvas.line(root, "axis", (_LEFT, bottom), (_RIGHT, bottom))
    for tick, words in across.marks():
        canvas.write(root, "tick", (across(tick), bottom + 15), words, anchor="middle")
    canvas.write(root, "label", ((_LEFT + _RIGHT) / 2, bottom + 36), histogram.label, anchor="middle", most=60)
    canvas.write_upwards(root, "label", (14, (_TOP + bottom) / 2), unit)
    return canvas.text_of(root)


def _heights(histogram: Histogram) -> tuple[list[float], str]:
    """The height of each column and its meaning; columns of different widths are drawn by area."""
    widths = [right - left for left, right in zip(histogram.edges, histogram.edges[1:], strict=False)]
    counts = [float(number) for number in histogram.counts]
    if not widths or min(widths) <= 0 or max(widths) / min(widths) < _ALIKE:
        return counts, "rows"
    return [
        number / width * min(widths) for number, width in zip(counts, widths, strict=True)
    ], "rows per narrowest column"
