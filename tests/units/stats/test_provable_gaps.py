"""What a fair model proves with some rows, against `gap` itself."""

import numpy as np
import pytest

from assay.facts.values import Estimate
from assay.stats import provable_gaps
from assay.stats.confusion import Confusion
from assay.stats.fairness import gap


def share_that_clears(bar: float, positives: list[int], negatives: list[int], seed: int = 5) -> float:
    """How often a fair model of true positive rate 0.7 and false positive rate 0.2 clears equalized odds."""
    random, cleared = np.random.default_rng(seed), 0
    for _ in range(300):
        found = zip(positives, negatives, random.binomial(positives, 0.7), random.binomial(negatives, 0.2), strict=True)
        groups = [Confusion(tp=int(t), fn=p - int(t), fp=int(f), tn=n - int(f)) for p, n, t, f in found]
        measured = gap("equalized_odds_difference", groups)
        assert isinstance(measured, Estimate)
        cleared += measured.high <= bar
    return cleared / 300


@pytest.mark.parametrize("groups", [2, 3])
def test_a_fair_model_clears_the_provable_bar_four_times_in_five(groups: int) -> None:
    positives, negatives = [150, 90, 60][:groups], [300, 250, 100][:groups]
    bar = provable_gaps.provable_gap([(0.7, positives), (0.2, negatives)])
    assert share_that_clears(bar, positives, negatives) == pytest.approx(0.8, abs=0.08)


def test_so_many_times_the_rows_prove_the_wished_bar() -> None:
    positives, negatives = [100, 40], [200, 100]
    times = provable_gaps.times_the_rows([(0.7, positives), (0.2, negatives)], 0.1)
    assert times is not None
    assert times > 2
    more = [[round(n * times) for n in each] for each in (positives, negatives)]
    assert share_that_clears(0.1, *more) == pytest.approx(0.8, abs=0.08)
    assert provable_gaps.times_the_rows([(0.7, more[0]), (0.2, more[1])], 0.1) == pytest.approx(1, abs=0.1)


def test_the_limits_are_those_of_the_gap() -> None:
    found = provable_gaps._upper_limits([(0.3, [80, 50, 200])], 0.95)
    random = np.random.default_rng(provable_gaps.SEED)
    counts = random.binomial([80, 50, 200], 0.3, size=(provable_gaps.DRAWS, 3))
    for limit, row in zip(found[:40], counts[:40], strict=True):
        groups = [Confusion(tp=int(k), fn=n - int(k)) for k, n in zip(row, (80, 50, 200), strict=True)]
        measured = gap("demographic_parity_difference", groups)
        assert isinstance(measured, Estimate)
        assert limit == pytest.approx(measured.high, abs=1e-8)


def test_a_bar_of_nothing_is_proven_by_no_rows() -> None:
    assert provable_gaps.times_the_rows([(0.5, [1_000, 1_000])], 1e-6) is None
