"""The standard deviation of a sketch holds the exact one within its limits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.thoroughness import examples

from assay.stats.samples import Sample, sample_of_values
from assay.stats.spreads import spread_of

numbers = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=60)


@settings(max_examples=examples(300), deadline=None)
@given(numbers, st.floats(1e-3, 1e6), st.sampled_from([0.0, 1e6, 1.7e9]))
def test_the_exact_one_lies_within(values: list[float], width: float, offset: float) -> None:
    drawn = np.sort(np.array(values) + offset)
    place = np.floor(drawn / width)
    cells = np.unique(place)
    count = np.array([(place == each).sum() for each in cells])
    low, high, total = (
        np.array([function(drawn[place == each]) for each in cells]) for function in (np.min, np.max, np.sum)
    )
    exact = float(drawn.std())
    for found in (spread_of(Sample(cells, count, low, high, total)), spread_of(sample_of_values(drawn))):
        slack = 1e-7 * max(1.0, abs(offset) * 1e-6, exact)
        if found is None:
            assert exact <= slack
        else:
            assert found.low - slack <= exact <= found.high + slack


def test_without_values_or_spread_there_is_none() -> None:
    assert spread_of(sample_of_values(np.array([]))) is None
    assert spread_of(sample_of_values(np.array([5.0, 5.0]))) is None
    assert spread_of(sample_of_values(np.array([-np.inf, np.inf]))) is None
    assert spread_of(sample_of_values(np.array([-1e308, 1e308]))) is None
    found = spread_of(sample_of_values(np.array([1.0, 3.0, np.inf])))
    assert found is not None
    assert found.value == 1.0
