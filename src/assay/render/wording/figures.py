"""Pictures in Markdown: groups and short curves as tables, long ones as a row of blocks."""

from __future__ import annotations

from collections.abc import Sequence

from assay.render.wording.behind import number, numbers_behind
from assay.render.wording.marked import code, prose, table
from assay.render.wording.numbers import count
from assay.values import Curve, GroupTable, Histogram

_BLOCKS = "▁▂▃▄▅▆▇█"
_MOST_ROWS, _COLUMNS = 12, 24


def picture_lines(picture: Curve | Histogram | GroupTable) -> list[str]:
    """The lines of a picture, under its title."""
    head = [f"#### {prose(picture.title)}", ""]
    match picture:
        case Histogram():
            return [*head, *_histogram(picture)]
        case Curve() if len(picture.points) > _MOST_ROWS:
            return [*head, *_curve(picture)]
        case _:
            return [*head, *_grid(picture)]


def blocks(numbers: Sequence[float]) -> str:
    """Numbers as a row of blocks from the lowest (or zero) to the highest."""
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    width = high / 2 - low / 2
    shares = [(each / 2 - low / 2) / width if width else 0.0 for each in numbers]
    return "".join(_BLOCKS[round(share * (len(_BLOCKS) - 1))] for share in shares)


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
