"""Laws of the statistics: what intervals cover, and what must not change an answer."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from tests.support.thoroughness import examples

from assay.facts.values import Estimate, Measure
from assay.stats import calibration, confusion, multiclass, ranking, residuals
from assay.stats.confusion import Confusion
from assay.stats.fairness import GAPS, gap
from assay.stats.measured_rows import ScoredRows, Setting
from assay.stats.metrics import METRICS, measure
from assay.stats.proportions import difference, proportion, ratio

Simulation = Callable[[np.random.Generator], Measure]


def binomial(random: np.random.Generator, n: int, share: float) -> tuple[int, int]:
    return int(random.binomial(n, share)), n


def confused(random: np.random.Generator, shares: tuple[float, ...], n: int) -> Confusion:
    tp, fp, tn, fn = random.multinomial(n, shares).tolist()
    return Confusion(tp=tp, fp=fp, tn=tn, fn=fn)


def area(random: np.random.Generator, positives: int, negatives: int, shift: float) -> Measure:
    scores = np.concatenate([random.normal(shift, size=positives), random.normal(size=negatives)])
    return ranking.roc_auc(np.arange(positives + negatives) < positives, scores)


def calibrated(random: np.random.Generator, n: int, power: float) -> Measure:
    scores = random.random(n)
    return calibration.expected_calibration_error(random.random(n) < scores**power, scores)


def true_calibration_error(power: float) -> float:
    edges = np.linspace(0, 1, 11)
    promised = (edges[1:] ** 2 - edges[:-1] ** 2) / 2
    happens = (edges[1:] ** (power + 1) - edges[:-1] ** (power + 1)) / (power + 1)
    return float(np.abs(promised - happens).sum())


def kappa(random: np.random.Generator, n: int) -> Measure:
    truth = random.integers(0, 3, n)
    predicted = np.where(random.random(n) < 0.7, truth, random.integers(0, 3, n))
    return multiclass.cohen_kappa(multiclass.count(truth, predicted, 3))


def macro_f1(random: np.random.Generator, n: int) -> Measure:
    truth = random.integers(0, 3, n)
    predicted = np.where(random.random(n) < 0.7, truth, random.integers(0, 3, n))
    return multiclass.macro_f1(multiclass.count(truth, predicted, 3))


def regression(random: np.random.Generator, metric: Callable[..., Measure], n: int) -> Measure:
    predicted = random.normal(size=n)
    return metric(predicted + random.normal(size=n), predicted)


def gaps(random: np.random.Generator, name: str, shares: tuple[float, ...]) -> Measure:
    return gap(name, [Confusion(tp=k, fn=120 - k) for k in (int(random.binomial(120, share)) for share in shares)])


CELLS = (0.35, 0.1, 0.45, 0.1)
MATTHEWS = (0.35 * 0.45 - 0.1 * 0.1) / math.sqrt(0.45 * 0.45 * 0.55 * 0.55)
SIMULATIONS: dict[str, tuple[float, Simulation]] = {
    "proportion": (0.9, lambda r: proportion(*binomial(r, 60, 0.9))),
    "difference": (0.2, lambda r: difference(binomial(r, 50, 0.5), binomial(r, 70, 0.3))),
    "ratio": (0.6, lambda r: ratio(binomial(r, 80, 0.3), binomial(r, 80, 0.5))),
    "roc_auc": (float(ndtr(1 / math.sqrt(2))), lambda r: area(r, 30, 50, 1)),
    "roc_auc near one": (float(ndtr(3 / math.sqrt(2))), lambda r: area(r, 30, 50, 3)),
    "f1": (0.7 / 0.9, lambda r: confusion.f1(confused(r, CELLS, 80))),
    "balanced_accuracy": (
        (0.35 / 0.45 + 0.45 / 0.55) / 2,
        lambda r: confusion.balanced_accuracy(confused(r, CELLS, 80)),
    ),
    "matthews_correlation": (MATTHEWS, lambda r: confusion.matthews_correlation(confused(r, CELLS, 80))),
    "cohen_kappa": (0.7, lambda r: kappa(r, 120)),
    "macro_f1": (0.8, lambda r: macro_f1(r, 120)),
    "mean_error": (0.0, lambda r: regression(r, residuals.mean_error, 40)),
    "mean_absolute_error": (math.sqrt(2 / math.pi), lambda r: regression(r, residuals.mean_absolute_error, 60)),
    "root_mean_squared_error": (1.0, lambda r: regression(r, residuals.root_mean_squared_error, 60)),
    "median_absolute_error": (0.6744897501960817, lambda r: regression(r, residuals.median_absolute_error, 60)),
    "r2": (0.5, lambda r: regression(r, residuals.r2, 80)),
    "demographic_parity_difference": (0.2, lambda r: gaps(r, "demographic_parity_difference", (0.5, 0.6, 0.7))),
    "demographic_parity_ratio": (5 / 7, lambda r: gaps(r, "demographic_parity_ratio", (0.5, 0.6, 0.7))),
}


CAUTIOUS = ("roc_auc near one",)
"""Unseen rows pull the area towards 1/2, so next to 1 the lower limit is cautious."""


def coverage(truth: float, simulate: Simulation, times: int = 250) -> float:
    random = np.random.default_rng(20)
    found = [simulate(random) for _ in range(times)]
    return sum(isinstance(one, Estimate) and one.low - 1e-9 <= truth <= one.high + 1e-9 for one in found) / times


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_nominal_interval_covers_what_it_says(name: str) -> None:
    most = 1 if name in CAUTIOUS else 0.999
    assert 0.90 <= coverage(*SIMULATIONS[name]) <= most


@pytest.mark.parametrize("power", [1.0, 1.5, 3.0])
def test_the_calibration_interval_never_promises_too_much(power: float) -> None:
    # Cautious by design: at a calibrated score the lower limit must reach 0.
    assert coverage(true_calibration_error(power), lambda r: calibrated(r, 300, power), times=80) >= 0.93


@pytest.mark.parametrize("name", ["demographic_parity_difference", "demographic_parity_ratio"])
def test_gaps_that_are_not_there_are_seldom_proven(name: str) -> None:
    none = 0.0 if name.endswith("difference") else 1.0
    assert coverage(none, lambda r: gaps(r, name, (0.4, 0.4, 0.4, 0.4)), times=200) >= 0.93


def binary_rows(seed: int, n: int = 90) -> ScoredRows:
    random = np.random.default_rng(seed)
    scores = np.round(random.random(n), 2)
    truth = random.random(n) < scores
    truth[:2] = (True, False)
    return ScoredRows(truth=truth, scores=scores)


def every_metric(seed: int) -> Iterator[tuple[str, ScoredRows, Setting]]:
    random = np.random.default_rng(seed)
    several = random.dirichlet([1.0, 1.0, 1.0], 90)
    truth = np.concatenate([[0, 1, 2], random.integers(0, 3, 87)])
    number = random.normal(size=90)
    rows = {
        "binary-classification": binary_rows(seed),
        "multiclass-classification": ScoredRows(truth=truth, scores=several),
        "regression": ScoredRows(truth=number + random.normal(size=90), scores=number),
    }
    for task, metrics in METRICS.items():
        for name in metrics:
            yield name, rows[task], Setting(task=task, seed=seed)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(90)
    for name, rows, setting in every_metric(seed):
        assert measure(name, rows, setting) == measure(name, rows.among(order), setting), name


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_more_of_the_same_rows_narrow_the_interval(seed: int) -> None:
    for name, rows, setting in every_metric(seed):
        four = ScoredRows(truth=np.concatenate([rows.truth] * 4), scores=np.concatenate([rows.scores] * 4))
        few, many = measure(name, rows, setting), measure(name, four, setting)
        assert isinstance(few, Estimate), name
        assert isinstance(many, Estimate), name
        assert many.value == pytest.approx(few.value, abs=1e-7), name
        assert many.high - many.low < few.high - few.low, name
        assert many.n == 4 * few.n, name


@settings(max_examples=examples(30))
@given(st.integers(0, 10_000))
def test_ranking_sees_only_the_order_of_scores(seed: int) -> None:
    rows = binary_rows(seed)
    for transform in (lambda s: s**3, lambda s: np.exp(5 * s), lambda s: 1e6 * s - 4):
        moved = transform(rows.scores)
        assert ranking.roc_auc(rows.truth, rows.scores) == ranking.roc_auc(rows.truth, moved)
        assert ranking.average_precision(rows.truth, rows.scores) == ranking.average_precision(rows.truth, moved)
        assert ranking.roc_curve(rows.truth, rows.scores) == ranking.roc_curve(rows.truth, moved)


@settings(max_examples=examples(30))
@given(st.integers(0, 10_000))
def test_turning_both_classes_round_changes_nothing(seed: int) -> None:
    rows = binary_rows(seed)
    first, turned = ranking.roc_auc(rows.truth, rows.scores), ranking.roc_auc(~rows.truth, -rows.scores)
    assert isinstance(first, Estimate)
    assert isinstance(turned, Estimate)
    assert (first.value, first.low, first.high) == pytest.approx((turned.value, turned.low, turned.high), abs=1e-8)
    counts = confusion.count(rows.truth, rows.scores >= 0.5)
    mirrored = Confusion(tp=counts.tn, tn=counts.tp, fp=counts.fn, fn=counts.fp)
    assert confusion.accuracy(counts) == confusion.accuracy(mirrored)
    assert confusion.recall(counts) == confusion.specificity(mirrored)


@settings(max_examples=examples(20))
@given(st.permutations([0, 1, 2]), st.integers(0, 10_000))
def test_the_names_of_classes_do_not_matter(names: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    truth = np.concatenate([[0, 1, 2], random.integers(0, 3, 60)])
    predicted = random.integers(0, 3, 63)
    renamed = np.array(names)
    for metric in (multiclass.accuracy, multiclass.balanced_accuracy, multiclass.macro_f1, multiclass.cohen_kappa):
        first = metric(multiclass.count(truth, predicted, 3))
        second = metric(multiclass.count(renamed[truth], renamed[predicted], 3))
        assert isinstance(first, Estimate)
        assert isinstance(second, Estimate)
        assert first.value == pytest.approx(second.value, abs=1e-8)


@settings(max_examples=examples(30))
@given(st.integers(0, 10_000), st.sampled_from(sorted(GAPS)))
def test_a_lower_level_gives_a_narrower_gap(seed: int, name: str) -> None:
    random = np.random.default_rng(seed)
    groups = [confused(random, CELLS, 150) for _ in range(3)]
    narrow, wide = gap(name, groups, level=0.8), gap(name, groups, level=0.99)
    if isinstance(narrow, Estimate) and isinstance(wide, Estimate):
        assert wide.low <= narrow.low <= narrow.value <= narrow.high <= wide.high


@settings(max_examples=examples(30))
@given(st.integers(0, 10_000), st.sampled_from(sorted(GAPS)))
def test_a_group_split_in_two_never_narrows_the_gap(seed: int, name: str) -> None:
    random = np.random.default_rng(seed)
    first, second, third = (confused(random, CELLS, 150) for _ in range(3))
    two, three = gap(name, [first, second]), gap(name, [first, second, third])
    if isinstance(two, Estimate) and isinstance(three, Estimate):
        assert (three.value >= two.value) if name.endswith("difference") else (three.value <= two.value)
