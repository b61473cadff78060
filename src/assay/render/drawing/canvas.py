"""SVG elements, scales and axes for all pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from assay.render.wording.ranges import marks
from assay.render.wording.sanitized import clean

WIDTH = 440.0
"""The width of a picture in its own units, about one pixel on a laptop and 0.8 on a phone."""

_SMALLEST, _LARGEST, _EXACT = 1e-100, 1e100, 2**50


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A straight line from data between `low` and `high` to pixels between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value; halves prevent an overflow of the widest finite range."""
        width = self.high / 2 - self.low / 2
        share = (value / 2 - self.low / 2) / width if width else 0.5
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def ticks(self, most: int = 5) -> tuple[float, ...]:
        """A few round numbers within the scale, or its ends if there are none."""
        step = (self.high / most) - (self.low / most)
        if not _SMALLEST < step < _LARGEST:
            return (self.low, self.high)
        power = 10.0 ** math.floor(math.log10(step))
        step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= step * 0.999)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        if abs(first) > _EXACT or last - first > 4 * most:
            return (self.low, self.high)
        ticks = tuple(float(f"{index * step:.12g}") for index in range(first, last + 1))
        return ticks if len(set(ticks)) == len(ticks) else (self.low, self.high)

    def marks(self, most: int = 5) -> list[tuple[float, str]]:
        """The ticks, each with enough digits to differ from the others."""
        ticks = self.ticks(most)
        return list(zip(ticks, marks(ticks), strict=True))


def domain(values: Iterable[float]) -> tuple[float, float]:
    """The range of some numbers: 0 to 1 if they fit, else their own, widened if it is a point."""
    listed = list(values)
    if not listed or (min(listed) >= 0 and max(listed) <= 1):
        return 0.0, 1.0
    low, high = min(listed), max(listed)
    return (low, high) if low < high else (low - abs(low) / 2, high + abs(high) / 2)


def picture(kind: str, identity: str, title: str, description: str, height: float, *, width: float = WIDTH) -> Element:
    """An empty picture with a title and a description for screen readers."""
    root = Element(
        "svg", {"viewBox": f"0 0 {_units(width)} {_units(height)}", "class": f"picture {kind}", "role": "img"}
    )
    root.set("aria-labelledby", f"{identity}-title {identity}-description")
    SubElement(root, "title", {"id": f"{identity}-title"}).text = clean(title)
    SubElement(root, "desc", {"id": f"{identity}-description"}).text = clean(description)
    return root


def line(parent: Element, kind: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A straight line."""
    at = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    SubElement(parent, "line", {"class": kind, **{name: _units(value) for name, value in at.items()}})


def dot(parent: Element, kind: str, center: tuple[float, float], radius: float = 3.5) -> None:
    """A filled circle."""
    SubElement(parent, "circle", {"class": kind, "cx": _units(center[0]), "cy": _units(center[1]), "r": _units(radius)})


def box(parent: Element, kind: str, corner: tuple[float, float], size: tuple[float, float]) -> None:
    """A rectangle by its upper left corner; one without width is not drawn."""
    at = {"x": corner[0], "y": corner[1], "width": size[0], "height": size[1]}
    if size[0] > 0 and size[1] >= 0:
        SubElement(parent, "rect", {"class": kind, **{name: _units(value) for name, value in at.items()}})


def path(parent: Element, kind: str, points: Sequence[tuple[float, float]], *, closed: bool = False) -> None:
    """A line through points, or the area they enclose."""
    listed = " ".join(f"{_units(x)},{_units(y)}" for x, y in points)
    SubElement(parent, "polygon" if closed else "polyline", {"class": kind, "points": listed})


def write(
    parent: Element, kind: str, at: tuple[float, float], words: str, *, anchor: str = "start", most: int = 80
) -> None:
    """Clean text at a place, shortened with an ellipsis after `most` characters."""
    text = clean(words)
    place = {"class": kind, "x": _units(at[0]), "y": _units(at[1]), "text-anchor": anchor}
    SubElement(parent, "text", place).text = text if len(text) <= most else text[: most - 1].rstrip() + "…"


def write_upwards(parent: Element, kind: str, at: tuple[float, float], words: str) -> None:
    """Clean text that runs upwards, centred on a place."""
    write(parent, kind, at, words, anchor="middle", most=44)
    parent[-1].set("transform", f"rotate(-90 {_units(at[0])} {_units(at[1])})")


def axis_below(parent: Element, scale: Scale, top: float, bottom: float) -> None:
    """Vertical grid lines with their numbers below."""
    for tick, words in scale.marks():
        line(parent, "grid", (scale(tick), top), (scale(tick), bottom))
        write(parent, "tick", (scale(tick), bottom + 15), words, anchor="middle")


def axis_beside(parent: Element, scale: Scale, left: float, right: float) -> None:
    """Horizontal grid lines with their numbers on the left."""
    for tick, words in scale.marks():
        line(parent, "grid", (left, scale(tick)), (right, scale(tick)))
        write(parent, "tick", (left - 7, scale(tick) + 4), words, anchor="end")


def text_of(root: Element) -> str:
    """The picture's markup, for an HTML page."""
    return tostring(root, encoding="unicode")


def _units(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
