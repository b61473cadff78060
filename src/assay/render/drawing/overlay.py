"""Two distributions, one drawn over the other: the reference as an outline, the current rows filled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

from assay.facts.values import Overlay
from assay.render.drawing import canvas
from assay.render.drawing.canvas import Scale
from assay.render.wording import ranges
from assay.render.wording.distribution_shares import DistributionShares, Pair, paired, shaped
from assay.render.wording.number_text import count, share_text

_LEFT, _RIGHT, _TOP, _HEIGHT = 58.0, 382.0, 34.0, 180.0
_TAIL, _GAP = 34.0, 12.0
_CELLS, _UNEVEN = 40, 8.0
_LEAST_FULL = 0.25
"""A tail with at least a quarter of the rows reaches the top; smaller ones are proportional."""
_ROW, _MOST_ROWS, _NAMES, _SHARES, _THICK = 34.0, 12, 128.0, 342.0, 10.0
_LONGEST_NAME = 17


def draw(overlay: Overlay, identity: str) -> str:
    """The overlay as SVG: areas with open tails for numbers, and paired bars for categories."""
    shape = shaped(overlay, _CELLS, uneven=_UNEVEN)
    return _bars(overlay, identity) if shape is None else _areas(overlay, shape, identity)


def _areas(overlay: Overlay, shape: DistributionShares, identity: str) -> str:
    bottom = _TOP + _HEIGHT
    root = canvas.picture("overlay", identity, overlay.title, _description(overlay, shape), bottom + 56)
    _legend(root, overlay)
    across = Scale(low=shape.edges[0], high=shape.edges[-1], start=_LEFT, end=_RIGHT)
    places = [across(edge) for edge in shape.edges]
    thinnest = min((right - left for left, right in pairwise(places) if right > left), default=1.0)
    reference, current = (_heights(each, places, thinnest) for each in (shape.reference, shape.current))
    up = Scale(low=0.0, high=max(*reference, *current) or 1.0, start=bottom, end=_TOP)
    _tails(root, shape, bottom)
    ticks = across.ticks(4)
    for tick, words in zip(ticks, ranges.moments(ticks) if overlay.times else ranges.marks(ticks), strict=True):
        canvas.line(root, "grid", (across(tick), _TOP), (across(tick), bottom))
        canvas.write(root, "tick", (across(tick), bottom + 15), words, anchor="middle")
    canvas.path(root, "current", _steps(places, [up(each) for each in current], bottom), closed=True)
    canvas.path(root, "outline", _steps(places, [up(each) for each in reference], bottom))
    canvas.line(root, "axis", (_LEFT, bottom), (_RIGHT, bottom))
    canvas.write(root, "label", ((_LEFT + _RIGHT) / 2, bottom + 41), overlay.label, anchor="middle", most=36)
    return canvas.text_of(root)


def _heights(shares: Sequence[float], places: Sequence[float], thinnest: float) -> list[float]:
    """Heights by which equal shares have equal areas."""
    return [
        share * thinnest / (right - left) if right > left else 0.0
        for share, (left, right) in zip(shares, pairwise(places), strict=True)
    ]


def _steps(places: Sequence[float], heights: Sequence[float], bottom: float) -> list[tuple[float, float]]:
    """The corners of a line of steps, from the base line back to it."""
    tops = [(place, height) for height, ends in zip(heights, pairwise(places), strict=True) for place in ends]
    return [(places[0], bottom), *tops, (places[-1], bottom)]


def _tails(root: Element, shape: DistributionShares, bottom: float) -> None:
    """The tails beyond both ends: as high as their share, open to the outside, with numbers."""
    up = Scale(low=0.0, high=max(_LEAST_FULL, *shape.below, *shape.above), start=bottom, end=_TOP)
    sides = (
        (shape.below, _LEFT - _GAP, _LEFT - _GAP - _TAIL, "below", "start", 2.0),
        (shape.above, _RIGHT + _GAP, _RIGHT + _GAP + _TAIL, "above", "end", canvas.WIDTH - 2),
    )
    for (reference, current), inner, outer, words, anchor, edge in sides:
        canvas.box(root, "current", (min(inner, outer), up(current)), (_TAIL, bottom - up(current)))
        canvas.path(root, "outline", [(inner, bottom), (inner, up(reference)), (outer, up(reference))])
        canvas.line(root, "axis open", (inner, bottom), (outer, bottom))
        canvas.write(root, "tick", (edge, bottom + 33), words, anchor=anchor)
        canvas.write(
            root, "size", (edge, bottom + 49), f"{share_text(reference)} → {share_text(current)}", anchor=anchor
        )


def _bars(overlay: Overlay, identity: str) -> str:
    edge = ranges.ends(overlay.edges[0], overlay.edges[0], times=overlay.times)[0] if overlay.edges else ""
    pairs = paired(overlay, _MOST_ROWS, edge)
    height = _TOP + _ROW * len(pairs)
    root = canvas.picture("overlay", identity, overlay.title, _description(overlay, None), height + 26)
    _legend(root, overlay)
    n, m = sum(overlay.reference), sum(overlay.current)
    shares = [(each, each.reference / n if n else 0.0, each.current / m if m else 0.0) for each in pairs]
    most = max(share for _, *both in shares for share in both) or 1.0
    across = Scale(low=0.0, high=most, start=_NAMES, end=_SHARES - 12)
    for index, (each, reference, current) in enumerate(shares):
        _pair(root, each, (reference, current), across, _TOP + _ROW * index)
    canvas.line(root, "axis", (_NAMES, _TOP), (_NAMES, height))
    canvas.write(root, "label", (canvas.WIDTH / 2, height + 20), overlay.label, anchor="middle", most=60)
    return canvas.text_of(root)


def _pair(root: Element, pair: Pair, shares: tuple[float, float], across: Scale, top: float) -> None:
    middle = top + _ROW / 2
    reference, current = (across(share) - across.start for share in shares)
    canvas.write(root, "group", (0, middle + 4), pair.name, most=_LONGEST_NAME)
    canvas.box(root, "outline", (across.start, middle - _THICK - 1), (reference, _THICK))
    canvas.box(root, "current", (across.start, middle + 1), (current, _THICK))
    canvas.write(root, "value", (_SHARES, middle + 4), " → ".join(map(share_text, shares)))


def _legend(root: Element, overlay: Overlay) -> None:
    """The legend, with the number of rows of each side."""
    canvas.box(root, "outline", (2, 4), (14, 10))
    canvas.write(root, "size", (22, 13), f"reference, n {count(sum(overlay.reference))}")
    canvas.box(root, "current", (222, 4), (14, 10))
    canvas.write(root, "size", (242, 13), f"current, n {count(sum(overlay.current))}")


def _description(overlay: Overlay, shape: DistributionShares | None) -> str:
    rows = f"{count(sum(overlay.reference))} reference rows outlined, {count(sum(overlay.current))} current rows filled"
    if shape is None:
        return f"{overlay.label}: {rows}."
    low, high = ranges.ends(shape.edges[0], shape.edges[-1], times=overlay.times)
    below, above = (" → ".join(map(share_text, each)) for each in (shape.below, shape.above))
    return f"{overlay.label}: {rows}, from {low} to {high}; below {below}, above {above}."
