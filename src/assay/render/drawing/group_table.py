"""Groups compared: for each measure a dot and its interval per group, on one scale."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from assay.facts.values import Estimate, GroupTable, Measure
from assay.render.drawing import canvas
from assay.render.drawing.canvas import Scale
from assay.render.wording.number_text import count, value_text
from assay.render.wording.picture_tables import in_words, measure_names

_RIGHT, _VALUES = 292.0, 304.0
_ROW, _HEAD, _GAP = 23.0, 24.0, 10.0
_LETTER, _LONGEST_NAME = 6.8, 16


def draw(table: GroupTable, identity: str) -> str:
    """The groups as SVG, one panel per measure."""
    measures = measure_names(table)
    panel = _HEAD + _ROW * len(table.rows) + _GAP
    description = f"{len(measures)} measures for {len(table.rows)} groups of {table.attribute}, each with its interval."
    root = canvas.picture("groups", identity, table.title, description, 6 + panel * len(measures) + 22)
    across = _scale(table)
    for index, name in enumerate(measures):
        _panel(root, table, name, across, 6 + index * panel)
    bottom = 6 + panel * len(measures) - _GAP
    for tick, words in across.marks(4) if measures else ():
        canvas.write(root, "tick", (across(tick), bottom + 18), words, anchor="middle")
    return canvas.text_of(root)


def _scale(table: GroupTable) -> Scale:
    measures = [measure for row in table.rows for measure in row.measures.values()]
    ends = [end for each in measures if isinstance(each, Estimate) for end in (each.low, each.high)]
    low, high = canvas.domain(ends)
    return Scale(low=low, high=high, start=_left(table), end=_RIGHT)


def _left(table: GroupTable) -> float:
    """The left edge of the plot, after the longest shown name and the longest size."""
    name = max((min(len(row.group), _LONGEST_NAME) for row in table.rows), default=0)
    size = max((len(count(row.n)) + 2 for row in table.rows), default=0)
    return (name + size + 3) * _LETTER


def _panel(root: Element, table: GroupTable, name: str, across: Scale, top: float) -> None:
    canvas.write(root, "heading", (0, top + 13), in_words(name), most=60)
    bottom = top + _HEAD + _ROW * len(table.rows)
    for tick in across.ticks(4):
        canvas.line(root, "grid", (across(tick), top + _HEAD - 3), (across(tick), bottom))
    for index, row in enumerate(table.rows):
        middle = top + _HEAD + _ROW * (index + 0.5)
        canvas.write(root, "group", (0, middle + 4), row.group, most=_LONGEST_NAME)
        behind = row.measures[name].n if name in row.measures else row.n
        canvas.write(root, "size", (across.start - 12, middle + 4), f"n {count(behind)}", anchor="end")
        if name in row.measures:
            _measure(root, row.measures[name], across, middle)


def _measure(root: Element, measure: Measure, across: Scale, middle: float) -> None:
    if not isinstance(measure, Estimate):
        most = int((canvas.WIDTH - across.start) / _LETTER)
        canvas.write(root, "absent", (across.start + 4, middle + 4), value_text(measure), most=most)
        return
    low, high = across(measure.low), across(measure.high)
    canvas.line(root, "whisker", (low, middle), (high, middle))
    for end in (low, high):
        canvas.line(root, "whisker", (end, middle - 4), (end, middle + 4))
    canvas.dot(root, "dot", (across(measure.value), middle), 4)
    canvas.write(root, "value", (_VALUES, middle + 4), value_text(measure), most=40)
