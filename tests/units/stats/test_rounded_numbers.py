"""Every number of every metric has at most 15 digits, the most that all policy engines read alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.canonical import significant
from assay.facts.values import Estimate
from assay.stats.clusters import Clusters
from assay.stats.measured_rows import ScoredRows, Setting
from assay.stats.metrics import METRICS, measure, worst
from assay.stats.set_metrics import pictures

ROWS = 240


def scored(task: str, seed: int, *, clustered: bool) -> ScoredRows:
    random = np.random.default_rng(seed)
    clusters = Clusters(random.integers(0, ROWS // 3, ROWS)) if clustered else None
    if task == "binary-classification":
        scores = random.random(ROWS)
        return ScoredRows(truth=random.random(ROWS) < scores, scores=scores, clusters=clusters)
    if task == "multiclass-classification":
        scores = random.dirichlet(np.ones(3), ROWS)
        return ScoredRows(truth=random.integers(0, 3, ROWS), scores=scores, clusters=clusters)
    truth = random.normal(size=ROWS)
    return ScoredRows(truth=truth, scores=truth + random.normal(size=ROWS) / 3, clusters=clusters)


def numbers(found: object) -> Iterator[float]:
    if isinstance(found, float):
        yield found
    elif isinstance(found, dict):
        for each in found.values():
            yield from numbers(each)
    elif isinstance(found, list | tuple):
        for each in found:
            yield from numbers(each)


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("task", METRICS)
@given(seed=st.integers(0, 10_000))
def test_numbers_are_rounded(task: str, clustered: bool, seed: int) -> None:  # parametrized
    rows, setting = scored(task, seed, clustered=clustered), Setting(task=task)
    for metric in METRICS[task]:
        for found in (measure(metric, rows, setting), worst((metric, "at_least"), [rows, rows], setting)):
            for number in numbers(found.model_dump()):
                assert number == significant(number), (metric, found)
    for name, curve in pictures(rows, setting).items():
        for number in numbers(curve.model_dump()):
            assert number == significant(number), name


def test_a_revised_record_is_validated() -> None:
    found = Estimate(value=0.5, low=0.4, high=0.6, n=10, method="m")
    assert found.revised(low=0.1234567890123456789).low == significant(0.1234567890123456789)
    with pytest.raises(ValueError, match="must contain its value"):
        found.revised(low=0.55)


def test_no_statistic_is_copied_without_validation(project: Path) -> None:
    assert not [path.name for path in (project / "src/assay/stats").glob("*.py") if "model_copy" in path.read_text()]
