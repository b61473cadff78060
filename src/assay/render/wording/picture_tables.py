"""The numbers of a picture as a table, for readers who cannot see it or want to check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assay.facts.values import Curve, GroupTable, Histogram, Overlay, Picture, Point
from assay.render.wording.distribution_shares import EVERYTHING, REST, shares
from assay.render.wording.number_text import count, measure_text, measured_text, share_text
from assay.render.wording.ranges import marks, moments

NONE = "–"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A header and rows of text; the header is foreign text, and the first column too if `foreign`."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foreign: bool = False


def numbers_behind(picture: Picture) -> Grid:
    """The picture's numbers, with a row for each group, point or column."""
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
        case Overlay():
            return _overlaid(picture)


def _overlaid(picture: Overlay) -> Grid:
    """Each bucket or category, with the rows of both sides and their shares."""
    names = (*picture.names, REST) if picture.names else _buckets(picture)
    both = [
        [f"{count(n)} ({share_text(share)})" for n, share in zip(counts, shares(counts), strict=True)]
        for counts in (picture.reference, picture.current)
    ]
    rows = zip(names, *both, strict=False)
    return Grid(header=(picture.label, "reference", "current"), rows=tuple(rows), foreign=bool(picture.names))


def _buckets(picture: Overlay) -> list[str]:
    """The buckets in words; edges have enough digits to differ."""
    shown = moments(picture.edges) if picture.times else marks(picture.edges)
    if not shown:
        return [EVERYTHING]
    return [f"up to {shown[0]}", *(f"{low} to {high}" for low, high in pairwise(shown)), f"above {shown[-1]}"]


def measure_names(picture: GroupTable) -> tuple[str, ...]:
    """The measures of all groups, in order of appearance."""
    return tuple(dict.fromkeys(name for row in picture.rows for name in row.measures))


def number(value: float) -> str:
    """A number without an interval."""
    return measured_text(value, value, value)


def in_words(name: str) -> str:
    """A measure's name in words."""
    return name.replace("_", " ")


def _groups(picture: GroupTable) -> Grid:
    names = measure_names(picture)
    rows: list[Sequence[str]] = []
    for row in picture.rows:
        measures = [measure_text(row.measures[name]) if name in row.measures else NONE for name in names]
        rows.append((row.group, count(row.n), *measures))
    header = (picture.attribute, "n", *map(in_words, names))
    return Grid(header=header, rows=tuple(map(tuple, rows)), foreign=True)


def _height(point: Point) -> str:
    low = point.y if point.low is None else min(point.low, point.y)
    high = point.y if point.high is None else max(point.high, point.y)
    return measured_text(point.y, low, high)
