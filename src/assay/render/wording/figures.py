"""Pictures in Markdown: groups and short curves as tables, long ones as a row of blocks."""

from __future__ import annotations

from collections.abc import Sequence

from assay.facts.values import Curve, GroupTable, Histogram, Overlay, Picture
from assay.render.wording.markdown_text import code, prose, table
from assay.render.wording.number_text import count, number_of
from assay.render.wording.picture_tables import number, numbers_behind
from assay.render.wording.sanitized import clipped
from assay.render.wording.sparks import blocks, spark

_MOST_ROWS, _COLUMNS, _MOST_NAME = 12, 24, 80


def picture_lines(picture: Picture) -> list[str]:
    """The lines of a picture, below its title."""
    head = [f"#### {prose(picture.title)}", ""]
    match picture:
        case Histogram():
            return [*head, *_histogram(picture)]
        case Overlay():
            return [*head, *spark_lines([picture])]
        case Curve() if len(picture.points) > _MOST_ROWS:
            return [*head, *_curve(picture)]
        case _:
            return [*head, *_grid(picture)]


def spark_lines(overlays: Sequence[Overlay], *, others: int = 0, most: int = _MOST_NAME) -> list[str]:
    """Distributions as a table with two rows of blocks each; `others` counts those that are not shown."""
    rows = []
    for each in overlays:
        seen = spark(each)
        rows.append((code(clipped(each.label, most)), f"{code(seen.reference)} → {code(seen.current)}", seen.over))
    rest = [f"- and {number_of(others, 'other', 'others')}", ""] if others else []
    return [*table(["column", "reference → current", "over"], rows), *rest]


def _grid(picture: Curve | GroupTable) -> list[str]:
    grid = numbers_behind(picture)
    rows = [((code(first) if grid.foreign else first), *others) for first, *others in grid.rows]
    return table([prose(name) for name in grid.header], rows)


def _curve(picture: Curve) -> list[str]:
    last = len(picture.points) - 1
    chosen = [picture.points[round(index * last / (_COLUMNS - 1))] for index in range(_COLUMNS)]
    first, final = picture.points[0], picture.points[-1]
    span = f"from ({number(first.x)}, {number(first.y)}) to ({number(final.x)}, {number(final.y)})"
    shape = code(blocks([point.y for point in chosen]))
    return [f"{shape} {prose(picture.y_label)} along {prose(picture.x_label)}, {count(last + 1)} points {span}", ""]


def _histogram(picture: Histogram) -> list[str]:
    if not picture.counts:
        return ["No rows to draw.", ""]
    span = f"from {number(picture.edges[0])} to {number(picture.edges[-1])}"
    shape = code(blocks([float(each) for each in picture.counts]))
    return [f"{shape} {prose(picture.label)} {span}, {count(sum(picture.counts))} rows", ""]
