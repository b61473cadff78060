"""A picture of any type, drawn by the module for that type."""

from __future__ import annotations

from assay.facts.values import Curve, GroupTable, Histogram, Overlay, Picture
from assay.render.drawing import curve, group_table, histogram, overlay


def draw(picture: Picture, identity: str) -> str:
    """The picture as SVG; `identity` makes its ids unique on the page."""
    match picture:
        case Curve():
            return curve.draw(picture, identity)
        case Histogram():
            return histogram.draw(picture, identity)
        case GroupTable():
            return group_table.draw(picture, identity)
        case Overlay():
            return overlay.draw(picture, identity)
