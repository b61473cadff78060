"""A picture of any type, drawn by the module for that type."""

from __future__ import annotations

from assay.render.drawing import curve, group_table, histogram, overlay
from assay.values import Curve, GroupTable, Histogram, Overlay, Picture


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
