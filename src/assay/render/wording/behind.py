"""The numbers behind a picture, as a table for those who cannot see it or want to check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.render.wording.numbers import count, measure_text, measured_text
from assay.values import Curve, GroupTable, Histogram, Point

NONE = "–"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A header and rows of text. Foreign text stands in the header, and in the first column where `foreign`."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foreign: bool = False


def numbers_behind(picture: Curve | Histogram | GroupTable) -> Grid:
    """The picture's numbers, a row for each group, point or column."""
    match picture:
        case GroupTable():
            return _groups(picture)
        case Curve():
            rows = [
                (number(each.x), _height(each), NONE if each.n is None else count(each.n)) for each in picture.points
            ]
            return Grid(header=(picture.x_label, picture.y_label, "n"), rows=tuple(rows))
        case Histogram():
            spans = zip(picture.edges, picture.edges[1:], picture.counts, strict=False)
            return Grid(
                header=(picture.label, "rows"),
                rows=tuple((f"{number(left)} to {number(right)}", count(rows)) for left, right, rows in spans),
            )


def measure_names(picture: GroupTable) -> tuple[str, ...]:
    """The measures that any group has, in the order they are met."""
    return tuple(dict.fromkeys(name for row in picture.rows for name in row.measures))


def number(value: float) -> str:
    """A number that has no interval."""
    return measured_text(value, value, value)


def spoken(name: str) -> str:
    """A measure's name in words."""
    return name.replace("_", " ")


def _groups(picture: GroupTable) -> Grid:
    names = measure_names(picture)
    rows: list[Sequence[str]] = []
    for row in picture.rows:
        measures = [measure_text(row.measures[name]) if name in row.measures else NONE for name in names]
        rows.append((row.group, count(row.n), *measures))
    header = (picture.attribute, "n", *map(spoken, names))
    return Grid(header=header, rows=tuple(map(tuple, rows)), foreign=True)


def _height(point: Point) -> str:
    low = point.y if point.low is None else min(point.low, point.y)
    high = point.y if point.high is None else max(point.high, point.y)
    return measured_text(point.y, low, high)
