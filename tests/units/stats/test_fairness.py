"""Rates of groups and gaps between them, against fairlearn."""

import itertools
import math
import warnings

import fairlearn.metrics as fl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.thoroughness import examples

from assay.facts.values import Estimate, Undefined
from assay.stats.confusion import Confusion
from assay.stats.fairness import GAPS, gap, rates
from assay.stats.proportions import newcombe_limits

COUNTS = st.builds(
    Confusion, tp=st.integers(0, 60), fp=st.integers(0, 60), tn=st.integers(0, 60), fn=st.integers(0, 60)
)
GROUPS = st.lists(COUNTS, min_size=1, max_size=5)
RATES = {
    "selection_rate": fl.selection_rate,
    "true_positive_rate": fl.true_positive_rate,
    "false_positive_rate": fl.false_positive_rate,
    "false_negative_rate": fl.false_negative_rate,
}


def rows(groups: list[Confusion]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cells = [((1, 1), (0, 1), (0, 0), (1, 0)), [(g.tp, g.fp, g.tn, g.fn) for g in groups]]
    truth = np.concatenate([np.repeat([t for t, _ in cells[0]], counts) for counts in cells[1]])
    predicted = np.concatenate([np.repeat([p for _, p in cells[0]], counts) for counts in cells[1]])
    return truth, predicted, np.repeat(np.arange(len(groups)), [g.rows for g in groups])


@pytest.mark.parametrize("name", GAPS)
@settings(max_examples=examples(40))
@given(groups=GROUPS)
def test_gaps_are_fairlearns(name: str, groups: list[Confusion]) -> None:
    found = gap(name, groups)
    if isinstance(found, Undefined):
        assert found.reason in ("too_few", "one_group", "empty", "zero_rates")
        return
    truth, predicted, group = rows(groups)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = getattr(fl, name)(truth, predicted, sensitive_features=group)
    assert found.value == pytest.approx(expected, abs=1e-8)
    assert 0 <= found.low <= found.value <= found.high
    assert found.low < found.high


@given(COUNTS)
def test_rates_are_fairlearns(counts: Confusion) -> None:
    truth, predicted, _ = rows([counts])
    found = rates(counts)
    for name, theirs in RATES.items():
        ours = found[name]
        if isinstance(ours, Estimate):
            assert ours.value == pytest.approx(theirs(truth, predicted, pos_label=1), abs=1e-8)
        else:
            assert ours == Undefined(reason="empty")
    assert isinstance(found["precision"], Estimate) == (counts.selected > 0)


def test_gap_names_are_fairlearns() -> None:
    assert all(callable(getattr(fl, name)) for name in GAPS)


@pytest.mark.parametrize("name", GAPS)
def test_degenerate_groups_are_undefined(name: str) -> None:
    """F11, E3: one group's gap is 0.0 in fairlearn, and a group too small is measured like any other."""
    big = Confusion(tp=40, fp=40, tn=40, fn=40)
    assert gap(name, []) == Undefined(reason="empty")
    assert gap(name, [Confusion(), Confusion()]) == Undefined(reason="empty")
    assert gap(name, [big]) == Undefined(reason="one_group", n=160)
    assert gap(name, [big, Confusion(tp=1)], smallest=30) == Undefined(
        reason="too_few", n=1 if name.startswith(("demographic", "equal_opp")) else 0, needed=30
    )
    assert gap(name, [big, big, Confusion()]) == Undefined(reason="too_few", n=0, needed=1)


def test_a_denominator_too_small_is_as_bad_as_a_group_too_small() -> None:
    """E3: 40 rows of which 29 positive."""
    big, thin = Confusion(tp=40, fp=40, tn=40, fn=40), Confusion(tp=20, fn=9, fp=5, tn=30)
    few = Undefined(reason="too_few", n=29, needed=30)
    assert gap("equal_opportunity_difference", [big, thin], smallest=30) == few
    assert gap("equalized_odds_ratio", [big, thin], smallest=30) == few
    assert isinstance(gap("demographic_parity_difference", [big, thin], smallest=30), Estimate)


@pytest.mark.parametrize("name", [name for name in GAPS if name.endswith("ratio")])
def test_a_ratio_of_nothing_to_nothing_is_not_finite(name: str) -> None:
    """F11: nan in fairlearn."""
    assert gap(name, [Confusion(tn=40, fn=40), Confusion(tn=50, fn=50)]) == Undefined(reason="zero_rates", n=180)


@pytest.mark.parametrize("groups", [2, 4])
def test_a_perfect_classifier_has_the_ratio_one_of_which_its_rows_prove_nothing(groups: int) -> None:
    """No negative is selected in any group: how the rates of false alarms compare is not known."""
    found = gap("equalized_odds_ratio", [Confusion(tp=300, tn=300)] * groups)
    assert isinstance(found, Estimate)
    assert (found.value, found.low, found.high) == (1, 0, 1)
    assert found.method == "mover-r-pairs, some rates are 0"
    known = gap("equal_opportunity_ratio", [Confusion(tp=300, tn=300)] * groups)
    assert isinstance(known, Estimate)
    assert (known.value, known.method) == (1, "mover-r-pairs")
    assert known.low > 0.98


def test_a_rate_of_zero_everywhere_leaves_the_ratio_of_the_other() -> None:
    found = gap("equalized_odds_ratio", [Confusion(tp=30, fn=30, tn=60), Confusion(tp=60, tn=60)])
    assert isinstance(found, Estimate)
    assert (found.value, found.low) == (0.5, 0)
    assert found.high < 1


def test_a_group_that_is_never_selected_has_ratio_zero() -> None:
    found = gap("demographic_parity_ratio", [Confusion(tn=20, fn=20), Confusion(tp=20, tn=20), Confusion(tn=9, fn=9)])
    assert isinstance(found, Estimate)
    assert (found.value, found.low) == (0, 0)
    assert 0 < found.high < 1


def test_two_groups_get_newcombes_interval() -> None:
    first, second = Confusion(tp=56, fn=14), Confusion(tp=48, fn=32)
    found = gap("demographic_parity_difference", [second, first])
    assert isinstance(found, Estimate)
    assert (found.low, found.high) == pytest.approx(newcombe_limits((56, 70), (48, 80), 0.95), abs=1e-8)
    level = gap("demographic_parity_difference", [first, first])
    assert isinstance(level, Estimate)
    assert (level.value, level.low) == (0, 0)


def test_more_groups_widen_only_the_side_that_never_clears_a_bar() -> None:
    groups = [Confusion(tp=30 + 15 * index, fn=40) for index in range(5)]
    ends, every = [groups[0], groups[4]], groups
    for name, clears in (("demographic_parity_difference", "high"), ("demographic_parity_ratio", "low")):
        two, five = gap(name, ends), gap(name, every)
        assert isinstance(two, Estimate)
        assert isinstance(five, Estimate)
        assert two.value == five.value
        other = {"high": "low", "low": "high"}[clears]
        assert getattr(five, clears) == getattr(two, clears)
        assert abs(getattr(five, other) - five.value) > abs(getattr(two, other) - two.value)


@settings(max_examples=examples(40))
@given(st.lists(st.builds(Confusion, tp=st.integers(1, 60), fn=st.integers(1, 60)), min_size=2, max_size=5))
def test_a_gap_is_within_a_bound_if_every_pair_is(groups: list[Confusion]) -> None:
    found = gap("demographic_parity_difference", groups)
    assert isinstance(found, Estimate)
    pairs = itertools.permutations([(each.selected, each.rows) for each in groups], 2)
    assert found.high == pytest.approx(max(newcombe_limits(*pair, 0.95)[1] for pair in pairs), abs=1e-8)


@pytest.mark.parametrize("name", GAPS)
@settings(max_examples=examples(25))
@given(groups=GROUPS, seed=st.integers(0, 99))
def test_the_order_of_groups_does_not_matter(name: str, groups: list[Confusion], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(groups))
    assert gap(name, groups) == gap(name, [groups[index] for index in order])


def test_intervals_never_leave_the_unit() -> None:
    extremes = [
        Confusion(tp=30),
        Confusion(fn=30),
        Confusion(fp=30),
        Confusion(tn=30),
        Confusion(tp=1, fp=1, tn=1, fn=1),
    ]
    for name, (first, second) in itertools.product(GAPS, itertools.product(extremes, repeat=2)):
        found = gap(name, [first, second])
        if isinstance(found, Estimate):
            assert 0 <= found.low <= found.high <= 1
            assert math.isfinite(found.high)
