"""A curve: its line, the interval of each point, and perhaps the diagonal for comparison."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from assay.facts.values import Curve, Point
from assay.render.drawing import canvas
from assay.render.drawing.canvas import Scale

_LEFT, _RIGHT, _TOP, _HEIGHT = 52.0, 428.0, 14.0, 300.0
_MOST_WHISKERS, _MOST_POINTS = 24, 400


def draw(curve: Curve, identity: str) -> str:
    """The curve as SVG: whiskers for few points, a band for many."""
    points = _thinned(curve.points)
    across, up = _scales(curve, points)
    bottom = _TOP + _HEIGHT
    root = canvas.picture("curve", identity, curve.title, _description(curve), bottom + 44)
    canvas.axis_below(root, across, _TOP, bottom)
    canvas.axis_beside(root, up, _LEFT, _RIGHT)
    if curve.diagonal:
        low, high = max(across.low, up.low), min(across.high, up.high)
        canvas.line(root, "reference", (across(low), up(low)), (across(high), up(high)))
    placed = [(across(point.x), up(point.y)) for point in points]
    if len(points) > _MOST_WHISKERS:
        _band(root, points, across, up)
        canvas.path(root, "line", placed)
    else:
        if len(points) > 1:
            canvas.path(root, "line faint", placed)
        _whiskers(root, points, across, up)
        for place in placed:
            canvas.dot(root, "dot", place)
    if not points:
        canvas.write(root, "absent", ((_LEFT + _RIGHT) / 2, (_TOP + bottom) / 2), "no points to draw", anchor="middle")
    canvas.write(root, "label", ((_LEFT + _RIGHT) / 2, bottom + 36), curve.x_label, anchor="middle", most=60)
    canvas.write_upwards(root, "label", (14, (_TOP + bottom) / 2), curve.y_label)
    return canvas.text_of(root)


def _thinned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """At most as many points as a reader can distinguish, including the first and the last."""
    if len(points) <= _MOST_POINTS:
        return points
    last = len(points) - 1
    return tuple(points[round(index * last / (_MOST_POINTS - 1))] for index in range(_MOST_POINTS))


def _scales(curve: Curve, points: tuple[Point, ...]) -> tuple[Scale, Scale]:
    across = [point.x for point in points]
    up = [value for point in points for value in (point.y, point.low, point.high) if value is not None]
    if curve.diagonal:
        across = up = [*across, *up]
    low_x, high_x = canvas.domain(across)
    low_y, high_y = canvas.domain(up)
    return (
        Scale(low=low_x, high=high_x, start=_LEFT, end=_RIGHT),
        Scale(low=low_y, high=high_y, start=_TOP + _HEIGHT, end=_TOP),
    )


def _band(root: Element, points: tuple[Point, ...], across: Scale, up: Scale) -> None:
    known = [(across(point.x), point.low, point.high) for point in points]
    lower = [(x, up(low)) for x, low, high in known if low is not None and high is not None]
    upper = [(x, up(high)) for x, low, high in known if low is not None and high is not None]
    if lower:
        canvas.path(root, "band", [*lower, *reversed(upper)], closed=True)


def _whiskers(root: Element, points: tuple[Point, ...], across: Scale, up: Scale) -> None:
    for point in points:
        if point.low is not None and point.high is not None:
            x, low, high = across(point.x), up(point.low), up(point.high)
            canvas.line(root, "whisker", (x, low), (x, high))
            for end in (low, high):
                canvas.line(root, "whisker", (x - 4, end), (x + 4, end))


def _description(curve: Curve) -> str:
    reference = " The dashed diagonal is where both axes are equal." if curve.diagonal else ""
    intervals = " Intervals are drawn." if any(point.low is not None for point in curve.points) else ""
    count = len(curve.points)
    return f"{curve.y_label} against {curve.x_label}, {count} points.{intervals}{reference}"
