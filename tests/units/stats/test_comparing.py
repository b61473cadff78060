"""A column beside itself: every statistic, the test and the effect, from whatever is known of it."""

import math

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ks_2samp, wasserstein_distance
from tests.support.plain_sketches import Numbers, middle, sketch

from assay.facts.values import Estimate, Undefined
from assay.stats.binning import CategoryCounts
from assay.stats.comparing import Comparison, as_fact, compare_categories, compare_numbers
from assay.stats.drifting import decide
from assay.stats.samples import sample_of_buckets, sample_of_sketch, sample_of_values


def numbers(reference: Numbers, current: Numbers, unit: float | None = None) -> Comparison:
    found = compare_numbers(sample_of_values(np.sort(reference)), sample_of_values(np.sort(current)), unit=unit)
    assert isinstance(found, Comparison)
    return found


def test_numbers_of_a_shifted_column_are_those_of_the_books() -> None:
    """N(0, 1) against N(0.5, 1): on ten buckets of the reference PSI is about 0.24."""
    random = np.random.default_rng(7)
    first, second = random.normal(size=10_000), random.normal(0.5, size=10_000)
    found = numbers(first, second, unit=float(first.std()))
    expected = ks_2samp(first, second)
    assert found.effect.value == pytest.approx(0.24, abs=0.03)
    assert found.p.value == pytest.approx(expected.pvalue, abs=1e-9)
    distance = found.measure("kolmogorov_smirnov")
    assert isinstance(distance, Estimate)
    assert distance.value == pytest.approx(expected.statistic)
    assert distance.method == "exact"
    normed = found.statistics["wasserstein_normed"]
    assert normed is not None
    assert normed.value == pytest.approx(wasserstein_distance(first, second) / first.std())
    assert decide([found.evidence("x")])[0].low == 1


def test_the_least_effect_that_matters_is_the_callers() -> None:
    random = np.random.default_rng(7)
    samples = [sample_of_values(np.sort(random.normal(size=n))) for n in (9_000, 9_000)]
    flags = CategoryCounts({True: 9_000, False: 9_000})
    for found in (compare_numbers(*samples, least=0.3), compare_categories(flags, flags, least=0.3)):
        assert isinstance(found, Comparison)
        assert found.bar == 0.3


def test_one_value_of_a_thousand_does_not_hide_the_shift() -> None:
    """With pooled bins PSI falls to 0.02; with the reference's it stays."""
    random = np.random.default_rng(7)
    first, second = random.normal(size=10_000), random.normal(0.5, size=10_000)
    spoilt = np.append(second[:-1], 1e9)
    assert numbers(first, spoilt).effect.value == pytest.approx(numbers(first, second).effect.value, abs=1e-3)
    assert decide([numbers(first, spoilt).evidence("x")])[0].low == 1


def test_a_shift_inside_a_far_mode_is_left_open_by_the_sketch_and_told_by_the_values() -> None:
    random = np.random.default_rng(3)
    place = random.random(4_000) < 0.5
    first = np.where(place, random.normal(0, 1e-6, 4_000), random.normal(1e6, 0.01, 4_000))
    second = np.where(place, random.normal(0, 1e-6, 4_000), random.normal(1e6 + 0.05, 0.01, 4_000))
    first[:2_100] = random.normal(0, 1e-6, 2_100)
    second[:2_100] = random.normal(0, 1e-6, 2_100)
    vague = compare_numbers(*(sample_of_sketch(sketch(each, *middle(first))) for each in (first, second)))
    assert isinstance(vague, Comparison)
    (open_,) = decide([vague.evidence("x")])
    assert (open_.low, open_.high, open_.unsettled_by) == (0, 1, ("x",))
    assert decide([numbers(first, second).evidence("x")])[0].low == 1


def test_categories_are_tested_by_chi_squared() -> None:
    found = compare_categories(CategoryCounts({"a": 500, "b": 500}), CategoryCounts({"a": 300, "b": 500, "c": 200}))
    assert isinstance(found, Comparison)
    expected = chi2_contingency([[500, 500, 0], [300, 500, 200]], correction=False)
    statistic = found.measure("chi_squared")
    assert isinstance(statistic, Estimate)
    assert statistic.value == pytest.approx(expected.statistic)
    assert found.p.value == pytest.approx(expected.pvalue)
    assert found.names == ("a", "b", "c")
    assert decide([found.evidence("x")])[0].low == 1


def test_a_share_of_missing_values_is_a_column_of_two_categories() -> None:
    def missing(count: int) -> CategoryCounts:
        return CategoryCounts({True: count, False: 10_000 - count})

    for now, drifted in ((30, 0), (100, 0), (600, 1)):
        found = compare_categories(missing(20), missing(now))
        assert isinstance(found, Comparison)
        assert decide([found.evidence("x")])[0].value == drifted


def test_a_constant_that_changed_has_drifted() -> None:
    for now in (4.0, 6.0, 5.001):
        found = numbers(np.full(200, 5.0), np.full(200, now))
        assert decide([found.evidence("x")])[0].low == 1
    same = numbers(np.full(200, 5.0), np.full(300, 5.0))
    assert same.p.value == 1
    assert decide([same.evidence("x")])[0].high == 0


def test_infinite_values_are_counted_but_have_no_distance() -> None:
    first = np.append(np.arange(50.0), [np.inf, -np.inf])
    found = numbers(first, np.arange(60.0), unit=1.0)
    assert found.measure("wasserstein") == Undefined(reason="not_finite", n=112)
    assert found.measure("wasserstein_normed") == Undefined(reason="not_finite", n=112)
    assert found.statistics["kolmogorov_smirnov"] is not None
    sketched = sample_of_sketch(sketch(first, *middle(first)))
    assert (sketched.n, sketched.low[0], sketched.high[-1]) == (52, -np.inf, np.inf)
    bucketed = sample_of_buckets([25, 25], [0, 25], [24, 49], negative=1, positive=1)
    assert (bucketed.n, bucketed.low[0], bucketed.high[-1]) == (52, -np.inf, np.inf)


def test_no_spread_is_no_unit() -> None:
    assert numbers(np.zeros(9), np.ones(9), unit=0.0).statistics["wasserstein_normed"] is None
    assert as_fact(None, 3) == Undefined(reason="not_finite", n=3)


def test_nothing_to_compare_is_undefined() -> None:
    empty, some = sample_of_values(np.array([])), sample_of_values(np.array([1.0]))
    for pair in ((empty, some), (some, empty), (empty, empty)):
        assert compare_numbers(*pair) == Undefined(reason="empty", n=pair[0].n + pair[1].n)
    assert compare_categories(CategoryCounts({}), CategoryCounts({"a": 3})) == Undefined(reason="empty", n=3)


def test_missing_or_unsorted_values_are_no_sample() -> None:
    with pytest.raises(ValueError, match="missing"):
        sample_of_values(np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="sorted"):
        sample_of_values(np.array([2.0, 1.0]))


def test_the_numbers_are_those_that_evidently_gives() -> None:
    """Recorded from Evidently 0.7.23: categories with one that is new, the same without it, and numbers.

    Its JS distance is natural; its KL divides by a sum that is no longer 1 once a share was raised from 0.
    """
    before = {"a": 520, "b": 310, "c": 120, "d": 50}
    for now, recorded in (
        (
            {"a": 400, "b": 290, "c": 190, "d": 100, "e": 20},
            {"psi": 0.20507867690486636, "jensen_shannon": 0.13876512111742836, "hellinger": 0.14963013107317708},
        ),
        (
            {"a": 400, "b": 290, "c": 190, "d": 120},
            {
                "psi": 0.12626761389733618,
                "kullback_leibler": 0.058186427224575926,
                "jensen_shannon": 0.12450515657674467,
                "hellinger": 0.12506073452320063,
            },
        ),
    ):
        found = compare_categories(CategoryCounts(before), CategoryCounts(now))
        assert isinstance(found, Comparison)
        for statistic, value in recorded.items():
            ours = found.statistics[statistic]
            assert ours is not None
            natural = math.sqrt(math.log(2)) if statistic == "jensen_shannon" else 1.0
            assert ours.value * natural == pytest.approx(value, abs=1e-9)
    first = np.arange(1, 1201, dtype=np.float64) * 0.618033988749895 % 1 * 10
    second = (np.arange(1, 901, dtype=np.float64) * 0.414213562373095 % 1) ** 0.8 * 11
    found = numbers(first, second, unit=float(first.std()))
    moved = found.statistics["wasserstein_normed"]
    assert moved is not None
    assert moved.value == pytest.approx(0.388012372285628, abs=1e-9)
    assert found.p.value == pytest.approx(1.4850758923005755e-08, abs=1e-9)
