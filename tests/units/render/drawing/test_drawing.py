"""Pictures, of the sample and of the worst values."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import sample_dossiers

from assay.facts.values import Curve, Estimate, GroupRow, GroupTable, Histogram, Point, Undefined
from assay.render.drawing import interval, pictures
from assay.render.drawing.canvas import Scale

FINITE = st.floats(allow_nan=False, allow_infinity=False)
COORDINATES = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "points"}


def sound(drawing: str) -> ET.Element:
    """The drawing's tree, each of whose coordinates is a finite number."""
    root = ET.fromstring(drawing)  # noqa: S314 - our own drawing
    for element in root.iter():
        for name in COORDINATES & set(element.attrib):
            assert all(math.isfinite(float(number)) for number in element.attrib[name].replace(",", " ").split())
    return root


@pytest.mark.parametrize("index", range(9))
def test_a_picture_is_told_to_those_who_cannot_see_it(index: int) -> None:
    picture = sample_dossiers.pictures()[index].picture
    root = sound(pictures.draw(picture, "p"))
    assert root.find("title").text == picture.title  # type: ignore[union-attr]  # every picture has a title
    assert root.attrib["aria-labelledby"] == "p-title p-description"
    assert root.attrib["role"] == "img"


def test_groups_show_intervals_and_reasons() -> None:
    root = sound(pictures.draw(sample_dossiers.group_table(), "p"))
    texts = [element.text for element in root.iter("text")]
    assert texts.count("too few: 20 of 30 rows needed") == 4
    assert "0.695 [0.568, 0.798]" in texts
    assert len(root.findall("circle")) == 5


def test_few_points_get_whiskers_and_many_a_band() -> None:
    _, reliability, roc, *_ = (each.picture for each in sample_dossiers.pictures())
    few, many = sound(pictures.draw(reliability, "p")), sound(pictures.draw(roc, "q"))
    assert len(few.findall("line[@class='whisker']")) == 3 * len(reliability.points)
    assert few.find("polygon") is None
    assert many.find("polygon[@class='band']") is not None
    assert many.find("line[@class='reference']") is not None


@given(st.lists(st.tuples(FINITE, FINITE), max_size=30), st.booleans())
def test_any_curve_can_be_drawn(points: list[tuple[float, float]], diagonal: bool) -> None:
    listed = tuple(Point(x=x, y=y, low=min(x, y), high=max(x, y)) for x, y in points)
    sound(pictures.draw(Curve(title="t", x_label="x", y_label="y", points=listed, diagonal=diagonal), "p"))


@given(st.lists(FINITE, min_size=1, max_size=8).map(sorted), st.integers(0, 2**53 - 1))
def test_any_histogram_can_be_drawn(edges: list[float], count: int) -> None:
    counts = tuple(count // (index + 1) for index in range(len(edges) - 1))
    sound(pictures.draw(Histogram(title="t", label="x", edges=tuple(edges), counts=counts), "p"))


@given(st.lists(st.tuples(FINITE, FINITE, FINITE).map(sorted), max_size=5))
def test_any_groups_can_be_drawn(found: list[list[float]]) -> None:
    rows = tuple(
        GroupRow(
            group=f"group {index}" * 9,
            n=index,
            measures={
                "a": Estimate(low=low, value=value, high=high, n=1, method="m"),
                "b": Undefined(reason="one_group"),
            },
        )
        for index, (low, value, high) in enumerate(found)
    )
    sound(pictures.draw(GroupTable(title="t", attribute="a", rows=rows), "p"))


@given(st.tuples(FINITE, FINITE, FINITE).map(sorted), FINITE, st.sampled_from(["at_least", "at_most"]))
def test_any_bar_can_be_drawn(numbers: list[float], limit: float, direction: str) -> None:
    bar = sample_dossiers.ruling("quality/clears_bars", "pass").bars[0]
    low, value, high = numbers
    update = {"low": low, "value": value, "high": high, "limit": limit, "direction": direction}
    sound(interval.draw(bar.model_copy(update=update), "words", "p"))
    assert not interval.draw(bar.model_copy(update={"status": "missing"}), "words", "p")


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        (0, 205, (0, 50, 100, 150, 200)),
        (-1e308, 1e308, (-1e308, 1e308)),
        (1, 1 + 1e-12, (1, 1 + 1e-12)),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: tuple[float, ...]) -> None:
    assert Scale(low=low, high=high, start=0, end=100).ticks() == ticks
