"""The values that facts are made of: what a picture must hold together before it is drawn."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from assay.facts.values import Overlay, Picture, exact_text

TITLES = {"title": "Income, reference and current", "label": "income"}


@pytest.mark.parametrize(
    ("edges", "names", "buckets"),
    [
        pytest.param((), (), 1, id="one-bucket-open-on-both-sides"),
        pytest.param((1.0,), (), 2, id="two-tails"),
        pytest.param((1.0, 2.0, 5.0), (), 4, id="two-tails-and-two-buckets"),
        pytest.param((), ("a", "b"), 2, id="a-count-for-each-name"),
        pytest.param((), ("a", "b"), 3, id="names-and-all-others"),
    ],
)
def test_an_overlay_is_read_again_as_it_was_written(
    edges: tuple[float, ...], names: tuple[str, ...], buckets: int
) -> None:
    counts = tuple(range(buckets))
    overlay = Overlay(**TITLES, edges=edges, names=names, reference=counts, current=counts[::-1])
    assert TypeAdapter(Picture).validate_json(overlay.model_dump_json()) == overlay


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param({"reference": [1, 2], "current": [1]}, "same number of counts", id="counts-of-two-lengths"),
        pytest.param({"edges": [1.0], "reference": [1], "current": [1]}, "one more count than edges", id="no-tail"),
        pytest.param({"reference": [], "current": []}, "one more count than edges", id="nothing"),
        pytest.param({"names": ["a"], "reference": [1] * 3, "current": [1] * 3}, "one more count", id="two-others"),
        pytest.param({"names": ["a"], "edges": [1.0], "reference": [1, 1], "current": [1, 1]}, "not both", id="both"),
        pytest.param({"edges": [2.0, 1.0], "reference": [1] * 3, "current": [1] * 3}, "ascend", id="falling-edges"),
        pytest.param({"edges": [1.0, 1.0], "reference": [1] * 3, "current": [1] * 3}, "ascend", id="an-edge-twice"),
        pytest.param({"edges": [float("inf")], "reference": [1, 1], "current": [1, 1]}, "finite", id="endless-edge"),
        pytest.param({"reference": [-1], "current": [1]}, "greater than or equal to 0", id="fewer-than-none"),
    ],
)
def test_an_overlay_that_cannot_be_drawn_is_refused(given: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Overlay.model_validate({**TITLES, **given})


def test_an_overlay_keeps_every_digit_of_its_edges() -> None:
    """Nine digits would make one edge of these, and a tail of what lies between them."""
    edges = (1_760_000_000.25, 1_760_000_000.5)
    overlay = Overlay(**TITLES, edges=edges, times=True, reference=(1, 2, 3), current=(3, 2, 1))
    assert tuple(json.loads(overlay.model_dump_json())["edges"]) == edges


@given(
    st.one_of(st.floats(allow_nan=False), st.integers(-(10**15), 10**15).map(float), st.sampled_from([308_625.0, -0.0]))
)
def test_a_number_in_words_is_the_number(number: float) -> None:
    assert float(exact_text(number)) == number
    if number == 0 or 1e-6 <= abs(number) < 1e15:
        assert "e" not in exact_text(number)


def test_counts_are_written_as_counts() -> None:
    assert [exact_text(each) for each in (308_625.0, 1e6, 0.7, -0.0)] == ["308625", "1000000", "0.7", "0"]
