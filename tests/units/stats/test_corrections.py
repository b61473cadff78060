"""Benjamini and Hochberg's adjusted p-values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from assay.stats.corrections import benjamini_hochberg

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(CHANCES)
def test_adjusted_p_values_are_scipys(p_values: list[float]) -> None:
    expected = false_discovery_control(p_values, method="bh")
    assert benjamini_hochberg(p_values) == pytest.approx(expected.tolist(), abs=1e-12)


@given(CHANCES, st.data())
def test_they_never_fall_where_a_p_value_rises(p_values: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(p_values) - 1))
    raised = [*p_values]
    raised[place] = data.draw(st.floats(p_values[place], 1))
    before, after = benjamini_hochberg(p_values), benjamini_hochberg(raised)
    assert all(low <= high for low, high in zip(before, after, strict=True))


def test_no_p_value_is_nothing_to_adjust() -> None:
    assert benjamini_hochberg([]) == ()


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_chance_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([0.5, wrong])
