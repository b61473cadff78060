"""Two distributions as a reader meets them: cut to what can be shown, as blocks, and the worst first."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import sample_changes, sample_dossiers

from assay.dossier.page_set import Dossier
from assay.facts.values import Overlay
from assay.render import comment, html, markdown, terminal
from assay.render.drawing import pictures
from assay.render.wording.check_sections import MOST_OVERLAYS
from assay.render.wording.distribution_shares import distance, paired, shaped, worst_first
from assay.render.wording.number_text import share_text
from assay.render.wording.picture_tables import numbers_behind
from assay.render.wording.ranges import ends, marks, moments
from assay.render.wording.sparks import CELLS, NO_ROWS, spark

COUNTS = st.integers(0, 2**53 - 1)
EDGES = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=60, unique=True).map(sorted)
NAMES = st.lists(st.text(max_size=8), min_size=1, max_size=30)


def overlay(**given_: Any) -> Overlay:
    return Overlay.model_validate({"title": "Income, train against holdout", "label": "income", **given_})


@st.composite
def any_overlay(draw: st.DrawFn) -> Overlay:
    edges = draw(EDGES)
    names = draw(NAMES) if draw(st.booleans()) else []
    size = len(names) + draw(st.integers(0, 1)) if names else len(edges) + 1
    sides = {side: draw(st.lists(COUNTS, min_size=size, max_size=size)) for side in ("reference", "current")}
    buckets = {"names": names} if names else {"edges": edges, "times": draw(st.booleans())}
    return overlay(**buckets, **sides)


@given(any_overlay())
def test_shares_add_up_to_all_rows_or_none(each: Overlay) -> None:
    shape = shaped(each, 14)
    if shape is None:
        pairs = paired(each, 16, "5")
        assert sum(pair.reference for pair in pairs) == sum(each.reference)
        assert sum(pair.current for pair in pairs) == sum(each.current)
        assert len(pairs) <= 16
        return
    for index, counts in enumerate((each.reference, each.current)):
        cells = (shape.reference, shape.current)[index]
        whole = shape.below[index] + sum(cells) + shape.above[index]
        assert whole == pytest.approx(1.0 if sum(counts) else 0.0)
        assert min(shape.below[index], *cells, shape.above[index]) >= 0
    assert all(one < other for one, other in pairwise(shape.edges))
    assert len(shape.edges) == len(shape.reference) + 1 == len(shape.current) + 1


@given(any_overlay(), st.integers(3, 30))
def test_blocks_keep_within_the_cells_asked_for(each: Overlay, cells: int) -> None:
    seen = spark(each, cells)
    for blocks, counts in ((seen.reference, each.reference), (seen.current, each.current)):
        assert blocks == NO_ROWS if not sum(counts) else 1 <= len(blocks) <= max(cells, len(each.edges) + 1)
    assert len(seen.over) <= 60


def test_a_row_of_blocks_is_never_wider_than_asked_where_cells_can_be_even() -> None:
    for size in (2, 14, 15, 128):
        each = overlay(
            edges=[index**1.5 for index in range(size)], reference=[1] * (size + 1), current=[2] * (size + 1)
        )
        assert len(spark(each).reference) <= CELLS
        assert len(spark(each).current) <= CELLS


def test_blocks_are_on_one_scale_and_tell_the_tails() -> None:
    each = overlay(edges=[0, 1, 2, 3], reference=[0, 80, 20, 0, 0], current=[0, 20, 0, 0, 80])
    assert spark(each) == spark(each, 6)
    assert (spark(each).reference, spark(each).current, spark(each).over) == ("▁█▃▁▁", "▁▃▁▁█", "0 to 3")


def test_buckets_of_one_mass_are_spread_by_their_width() -> None:
    """Equal counts between the reference's quantiles are a hill, not a plain."""
    shape = shaped(overlay(edges=[0, 8, 9, 10, 18], reference=[10] * 6, current=[10] * 6), 9)
    assert shape is not None
    assert shape.reference == pytest.approx([1 / 24, 1 / 24, 1 / 24, 1 / 24, 1 / 3, 1 / 24, 1 / 24, 1 / 24, 1 / 24])


def test_far_buckets_count_as_lying_beyond() -> None:
    """One bucket that reaches 10⁹ must not squeeze all others into a needle."""
    edges = [*range(20), 1e9]
    shape = shaped(overlay(edges=edges, reference=[0, *[5] * 19, 1, 0], current=[0, *[5] * 19, 5, 95]), 40)
    assert shape is not None
    assert shape.edges[-1] == 19
    assert shape.above == pytest.approx((1 / 96, 100 / 195))


def test_chance_ranks_below_a_real_shift_however_few_rows_there_are() -> None:
    """Many buckets and few rows look apart by chance alone."""
    draw = random.Random(7)  # no secret
    real = overlay(edges=[1, 2], reference=[3000, 4000, 3000], current=[1500, 4000, 4500])
    alike = overlay(edges=[1, 2], reference=[3000, 4000, 3000], current=[3010, 3990, 3000])
    for _ in range(200):
        sides = [Counter(draw.choices(range(31), k=80)) for _ in range(2)]
        reference, current = ([side[bucket] for bucket in range(31)] for side in sides)
        chance = overlay(edges=range(30), reference=reference, current=current)
        assert worst_first([alike, chance, real])[0] is real
    assert distance(overlay(names=["a"], reference=[0], current=[9])) == 2
    assert distance(overlay(names=["a"], reference=[0], current=[0])) == 0


@given(any_overlay())
def test_any_overlay_can_be_drawn(each: Overlay) -> None:
    root = ET.fromstring(pictures.draw(each, "p"))  # noqa: S314  # our own drawing
    for element in root.iter():
        for name in {"x", "y", "x1", "x2", "y1", "y2", "width", "height", "points"} & set(element.attrib):
            numbers = [float(number) for number in element.attrib[name].replace(",", " ").split()]
            assert all(-1 <= number <= 700 for number in numbers)
    assert root.attrib["role"] == "img"
    assert len(numbers_behind(each).rows) == len(each.reference)


def test_the_current_rows_are_filled_and_the_reference_is_an_outline() -> None:
    root = ET.fromstring(pictures.draw(sample_dossiers.overlays()[1], "p"))  # noqa: S314  # our own drawing
    assert len(root.findall("polygon[@class='current']")) == 1
    assert len(root.findall("polyline[@class='outline']")) == 3
    texts = [element.text for element in root.iter("text")]
    assert {"below", "above", "4.2% → 0.5%", "4.2% → 21%", "reference, n 12,000", "current, n 1,907"} <= set(texts)
    told = root.findtext("desc")
    assert told is not None
    assert "12,000 reference rows outlined" in told
    assert "below 4.2% → 0.5%, above 4.2% → 21%" in told


def test_categories_are_paired_bars_with_all_others_last() -> None:
    each = overlay(names=[f"c{index}" for index in range(20)], reference=[5] * 21, current=[4] * 21)
    texts = [element.text for element in ET.fromstring(pictures.draw(each, "p")).iter("text")]  # noqa: S314  # our own drawing
    assert [text for text in texts if text in {*each.names, "all others"}] == [*each.names[:11], "all others"]
    assert texts[-3:] == ["all others", "48% → 48%", "income"]


def test_edges_of_times_are_days() -> None:
    texts = [element.text for element in ET.fromstring(pictures.draw(sample_dossiers.overlays()[2], "p")).iter("text")]  # noqa: S314  # our own drawing
    assert "2025-11-01" in texts


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        pytest.param((0, 86_400 * 3), ["1970-01-01", "1970-01-04"], id="days"),
        pytest.param((0, 3_600), ["01-01 00:00", "01-01 01:00"], id="hours"),
        pytest.param((0, 30), ["00:00:00", "00:00:30"], id="seconds"),
        pytest.param((0, 1e18), ["0", "1e+18"], id="no-year-has-it"),
    ],
)
def test_times_are_told_as_finely_as_they_lie_distance(seconds: tuple[float, ...], told: list[str]) -> None:
    assert moments(seconds) == told


def test_ticks_far_from_zero_are_told_from_each_other() -> None:
    assert marks((0.0, 0.5, 1.0)) == ["0", "0.5", "1"]
    assert marks((999_998.5, 1_000_000.0, 1_000_001.5)) == ["999998.5", "1000000", "1000001.5"]
    assert ends(999_998.25, 1_000_001.75) == ("999,998.25", "1,000,001.75")
    assert ends(0, 5_000) == ("0", "5,000")
    assert ends(-1e300, 1e300) == ("-1e+300", "1e+300")


@pytest.mark.parametrize(
    ("share", "told"),
    [
        *((0.0, "0%"), (1e-9, "<0.1%"), (0.012, "1.2%"), (0.0999999, "10%"), (0.1, "10%"), (0.5, "50%")),
        *((0.93, "93.0%"), (0.9999, ">99.9%"), (1.0, "100%")),
    ],
)
def test_a_share_is_nothing_or_everything_only_where_it_is(share: float, told: str) -> None:
    assert share_text(share) == told


def many(number: int, label: str = "column") -> Dossier:
    """The closed gate with many overlays, the last of them the only one that drifted."""
    pages: Dossier = sample_dossiers.closed()
    assert pages.card is not None
    alike = {"edges": [1, 2], "reference": [300, 400, 300], "current": [300, 400, 300]}
    drawn = [overlay(**{**alike, "label": f"{label} {index}"}) for index in range(number - 1)]
    drawn.append(overlay(**{**alike, "label": f"drifted {label}", "current": [0, 0, 1000]}))
    template = pages.card.pictures[-1]
    card = pages.card.model_copy(
        update={"pictures": tuple(template.model_copy(update={"picture": each}) for each in drawn)}
    )
    return Dossier(plan=pages.plan, decision=pages.decision, evidence=pages.evidence, card=card)


def test_the_worst_are_shown_first_and_the_others_are_counted() -> None:
    pages = many(200)
    for face, shown, most in (
        ("terminal", terminal.render(pages), 5),
        ("card.md", markdown.render(pages), MOST_OVERLAYS),
        ("card.html", html.render(pages), MOST_OVERLAYS),
        ("comment", comment.render(pages), 6),
    ):
        assert shown.index("drifted column") < shown.index("column 0"), face
        assert f"and {200 - most} " in shown.lower(), face
        assert f"column {most - 2}" in shown, face
        assert f"column {most - 1}" not in shown, face


def test_a_terminal_of_any_width_shows_them() -> None:
    for width in (20, 60, 80, 200):
        shown = terminal.render(many(7, "a_name_without_any_place_to_break_it_at_that_is_long" * 2), width)
        assert max(map(len, shown.splitlines())) <= max(width, 40)
        assert "█" in shown


def test_a_comment_without_room_says_that_they_are_left_out() -> None:
    crowded = sample_changes.crowd(40)
    tight = comment.render(Dossier(plan=crowded.plan, decision=crowded.decision, card=many(7).card), limit=6_000)
    assert "Reference and current" not in tight
    assert "reference and current. The dossier has everything." in tight
    assert "reference and current" not in comment.render(crowded, limit=6_000)
