"""Laws of rows that come in clusters: single rows are rows, and neither names nor the order of rows matter."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.facts.values import Curve, Estimate, Undefined
from assay.rulings.settling_rows import rows_to_settle
from assay.stats.clusters import FEWEST, Clusters
from assay.stats.measured_rows import ScoredRows, Setting
from assay.stats.metrics import METRICS, measure
from assay.stats.set_metrics import pictures

NAMES = [(task, name) for task, names in METRICS.items() for name in names]
COUNT = 60


def drawn(task: str, seed: int, sizes: NDArray[np.int64] | None = None) -> ScoredRows:
    """Rows of 60 clusters, whose labels and scores the rows of a cluster share in part."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 6, COUNT) if sizes is None else sizes
    codes = np.repeat(np.arange(len(sizes)), sizes)
    shared, n = random.normal(size=len(sizes))[codes], len(codes)
    if task == "regression":
        return ScoredRows(
            truth=shared + random.normal(size=n), scores=shared + random.normal(size=n), clusters=Clusters(codes)
        )
    classes = 2 if task.startswith("binary") else 3
    truth = np.clip(np.round(shared + random.normal(size=n) + 0.5), 0, classes - 1).astype(np.int64)
    scores = random.dirichlet([1.0] * classes, n)
    scores[np.arange(n), truth] += 0.4
    scores /= scores.sum(axis=1, keepdims=True)
    if classes == 2:
        return ScoredRows(truth=truth == 1, scores=scores[:, 1], clusters=Clusters(codes))
    return ScoredRows(truth=truth, scores=scores, clusters=Clusters(codes))


@pytest.mark.parametrize(("task", "name"), NAMES)
@given(seed=st.integers(0, 10_000))
def test_single_rows_give_what_rows_give(task: str, name: str, seed: int) -> None:
    rows = drawn(task, seed)
    single = replace(rows, clusters=Clusters(np.random.default_rng(seed).permutation(len(rows.truth))))
    setting = Setting(task=task, seed=seed)
    assert measure(name, single, setting) == measure(name, replace(rows, clusters=None), setting)


@pytest.mark.parametrize(("task", "name"), NAMES)
@given(seed=st.integers(0, 10_000))
def test_neither_names_nor_order_matter(task: str, name: str, seed: int) -> None:
    rows, random, setting = drawn(task, seed), np.random.default_rng(seed), Setting(task=task, seed=seed)
    assert rows.clusters is not None
    order, names = random.permutation(len(rows.truth)), random.permutation(COUNT) * 7 - 3
    other = ScoredRows(
        truth=rows.truth[order], scores=rows.scores[order], clusters=Clusters(names[rows.clusters.codes][order])
    )
    assert measure(name, other, setting) == measure(name, rows, setting)


@pytest.mark.parametrize(("task", "name"), NAMES)
def test_alike_rows_say_no_more_than_one_each(task: str, name: str) -> None:
    """Six copies of each row, as one cluster, reach at least as far as nearly the rows alone."""
    once = drawn(task, 5, np.ones(300, dtype=np.int64))
    copies = ScoredRows(
        truth=np.repeat(once.truth, 6, axis=0),
        scores=np.repeat(once.scores, 6, axis=0),
        clusters=Clusters(np.repeat(np.arange(300), 6)),
    )
    setting = Setting(task=task)
    one, six = measure(name, once, setting), measure(name, copies, setting)
    naive = measure(name, replace(copies, clusters=None), setting)
    assert isinstance(one, Estimate)
    assert isinstance(six, Estimate)
    assert isinstance(naive, Estimate)
    assert six.high - six.low >= 0.9 * (one.high - one.low) > 1.8 * (naive.high - naive.low)
    assert six.clusters is not None
    assert six.clusters <= 300
    assert six.effective is not None
    assert six.effective <= six.n / 5


@pytest.mark.parametrize(("task", "name"), NAMES)
def test_too_few_clusters_give_no_interval(task: str, name: str) -> None:
    found = measure(name, drawn(task, 3, np.full(FEWEST - 1, 20)), Setting(task=task))
    assert isinstance(found, Undefined)
    assert found.reason == "too_few_clusters"
    assert found.needed is not None
    assert found.n < found.needed


def test_what_settles_a_bar_is_counted_in_clusters() -> None:
    found = measure("accuracy", drawn("binary-classification", 4), Setting(task="binary-classification"))
    assert isinstance(found, Estimate)
    assert found.clusters == COUNT
    limit = found.low + 0.3 * (found.value - found.low)
    alone = found.model_copy(update={"clusters": None})
    settled, rows = rows_to_settle(found, limit), rows_to_settle(alone, limit)
    assert settled is not None
    assert rows is not None
    assert settled == pytest.approx(rows * COUNT / found.n, rel=0.2)


def test_bins_of_the_reliability_curve_count_clusters() -> None:
    rows = drawn("binary-classification", 8, np.full(200, 5))
    setting = Setting(task="binary-classification")
    curves = [pictures(each, setting)["reliability"] for each in (rows, replace(rows, clusters=None))]
    widths = [
        [point.high - point.low for point in curve.points if point.high is not None and point.low is not None]
        for curve in curves
        if isinstance(curve, Curve)
    ]
    assert sum(widths[0]) > sum(widths[1])
