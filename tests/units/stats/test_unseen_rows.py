"""How many rows, and which, a sample may not have shown."""

import math

import numpy as np
import pytest

from assay.stats.unseen_rows import added_rows, unseen_share


@pytest.mark.parametrize(("level", "rows"), [(0.95, 1.92), (0.99, 3.32), (0.8, 0.82)])
def test_a_higher_level_adds_more_rows(level: float, rows: float) -> None:
    assert added_rows(level) == pytest.approx(rows, abs=5e-3)


@pytest.mark.parametrize("n", [50, 200, 1_000])
def test_a_kind_with_the_unseen_share_is_absent_in_one_of_forty_samples(n: int) -> None:
    share = unseen_share(n, 0.95)
    assert share == pytest.approx(math.log(40) / n)
    absent = (np.random.default_rng(1).binomial(n, share, 40_000) == 0).mean()
    assert 0.018 <= absent <= 0.025 + 0.003


def test_a_few_rows_may_hide_everything() -> None:
    assert unseen_share(2, 0.95) == 1
