"""The sum is that of `math.fsum`, to the last bit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.stats.exact_sums import FEW, exact_sum

ANY = st.floats(allow_nan=False, allow_infinity=False, width=64)


def assert_same(many: NDArray[np.float64]) -> None:
    try:
        expected = math.fsum(many.tolist())
    except OverflowError:
        with pytest.raises(OverflowError):
            exact_sum(many)
    else:
        assert exact_sum(many) == expected


@given(st.lists(ANY, min_size=1, max_size=12), st.integers(0, 2**32 - 1), st.sampled_from([1, 7, FEW, 4 * FEW]))
def test_any_numbers(values: list[float], seed: int, times: int) -> None:
    random = np.random.default_rng(seed)
    with np.errstate(over="ignore"):
        many = np.array(values * times) * random.choice([1.0, -1.0, 2.0**-30, 3.7], len(values) * times)
    assert_same(random.permutation(many[np.isfinite(many)]))


@pytest.mark.parametrize("scale", [1e-320, 1e-250, 1e-8, 1.0, 1e8, 1e280, 1e300])
@pytest.mark.parametrize("spread", [0, 1, 12])
def test_scales_and_cancellation(scale: float, spread: int) -> None:
    random = np.random.default_rng(spread)
    with np.errstate(over="ignore"):
        values = random.normal(size=5000) * np.exp(spread * random.normal(size=5000)) * scale
    values = values[np.isfinite(values)]
    for many in (values, np.concatenate([values, -values]), np.concatenate([values, -values, [scale * 1e-16]])):
        assert_same(many)


def test_the_halfway_case_is_rounded_to_even() -> None:
    many = np.concatenate([np.full(1, 2.0**53), np.full(1, 1.0), np.full(2000, 2.0**-60), np.full(2000, -(2.0**-60))])
    assert exact_sum(many) == math.fsum(many.tolist()) == 2.0**53
    assert exact_sum(np.append(many, 2.0**-70)) == 2.0**53 + 2
    assert math.isnan(exact_sum(np.full(1000, math.nan)))
    assert exact_sum(np.full(1000, math.inf)) == math.inf
    assert exact_sum(np.zeros(1000)) == 0
