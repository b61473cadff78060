"""Metrics of a yes-or-no prediction and of a prediction among several classes, against scikit-learn."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk
from tests.support.thoroughness import examples

from assay.facts.values import Estimate, Measure, Undefined
from assay.stats import confusion, multiclass
from assay.stats.confusion import Confusion

COUNTS = st.builds(
    Confusion, tp=st.integers(0, 90), fp=st.integers(0, 90), tn=st.integers(0, 90), fn=st.integers(0, 90)
)
BINARY: dict[str, tuple[Callable[[Confusion], Measure], Callable[..., float]]] = {
    "accuracy": (confusion.accuracy, sk.accuracy_score),
    "precision": (confusion.precision, sk.precision_score),
    "recall": (confusion.recall, sk.recall_score),
    "f1": (confusion.f1, sk.f1_score),
    "balanced_accuracy": (confusion.balanced_accuracy, sk.balanced_accuracy_score),
    "matthews_correlation": (confusion.matthews_correlation, sk.matthews_corrcoef),
    "specificity": (confusion.specificity, lambda t, p: sk.recall_score(1 - t, 1 - p)),
}


def arrays(counts: Confusion) -> tuple[np.ndarray, np.ndarray]:
    cells = (counts.tp, counts.fp, counts.tn, counts.fn)
    return np.repeat([1, 0, 0, 1], cells), np.repeat([1, 1, 0, 0], cells)


@pytest.mark.parametrize("name", BINARY)
@settings(max_examples=examples(60))
@given(counts=COUNTS)
def test_binary_values_are_scikit_learns(name: str, counts: Confusion) -> None:
    ours, theirs = BINARY[name]
    found = ours(counts)
    truth, predicted = arrays(counts)
    assert confusion.count(truth == 1, predicted == 1) == counts
    if isinstance(found, Undefined):
        assert counts.rows == 0 or not counts.positives or not counts.negatives or counts.selected in (0, counts.rows)
        return
    assert found.value == pytest.approx(theirs(truth, predicted), abs=1e-8)
    assert found.low < found.high


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize(
    ("counts", "reason"),
    [(Confusion(), "empty"), (Confusion(tp=40), "one_class"), (Confusion(tn=40, fp=2), "one_class")],
)
def test_one_class_is_undefined(name: str, counts: Confusion, reason: str) -> None:
    """E3, F11: scikit-learn's balanced accuracy of one class is 1.0."""
    found = BINARY[name][0](counts)
    assert isinstance(found, Undefined)
    assert found.reason == reason


def test_a_model_that_always_says_no() -> None:
    silent = Confusion(tn=50, fn=10)
    assert confusion.precision(silent) == Undefined(reason="empty")
    assert confusion.matthews_correlation(silent) == Undefined(reason="one_class", n=60)


@pytest.mark.parametrize("name", BINARY)
def test_a_perfect_score_keeps_a_width(name: str) -> None:
    found = BINARY[name][0](Confusion(tp=10, tn=10))
    assert isinstance(found, Estimate)
    assert found.value == 1
    assert 0.3 < found.low < 0.93


def test_the_same_seed_gives_the_same_interval() -> None:
    counts = Confusion(tp=30, fp=11, tn=40, fn=9)
    first, again, other = (confusion.matthews_correlation(counts, seed=seed) for seed in (5, 5, 6))
    assert first == again
    assert first != other


@st.composite
def coded(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    classes = draw(st.integers(2, 5))
    code = st.integers(0, classes - 1)
    rows = draw(st.lists(st.tuples(code, code), max_size=80))
    return np.array([t for t, _ in rows], dtype=np.int64), np.array([p for _, p in rows], dtype=np.int64), classes


@settings(max_examples=examples(60))
@given(coded())
def test_multiclass_values_are_scikit_learns(rows: tuple[np.ndarray, np.ndarray, int]) -> None:
    truth, predicted, classes = rows
    matrix = multiclass.count(truth, predicted, classes)
    assert matrix.rows == len(truth)
    dense = np.zeros((classes, classes), dtype=int)
    dense[matrix.truth, matrix.predicted] = matrix.cells
    expected = sk.confusion_matrix(truth, predicted, labels=range(classes)) if len(truth) else 0 * dense
    assert (dense == expected).all()
    for ours, theirs in (
        (multiclass.accuracy, sk.accuracy_score),
        (multiclass.balanced_accuracy, sk.balanced_accuracy_score),
        (multiclass.macro_f1, lambda t, p: sk.f1_score(t, p, average="macro", zero_division=0)),
        (multiclass.cohen_kappa, sk.cohen_kappa_score),
    ):
        found = ours(matrix)
        if isinstance(found, Undefined):
            assert len(set(truth.tolist())) < classes
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert found.value == pytest.approx(theirs(truth, predicted), abs=1e-8)
        assert found.low < found.high


@pytest.mark.parametrize(
    "metric", [multiclass.accuracy, multiclass.balanced_accuracy, multiclass.macro_f1, multiclass.cohen_kappa]
)
def test_degenerate_matrices_are_undefined(metric: Callable[[multiclass.Matrix], Measure]) -> None:
    """E3, F11: kappa of one class is nan in scikit-learn."""
    nothing = np.array([], dtype=np.int64)
    assert metric(multiclass.count(nothing, nothing, 3)) == Undefined(reason="empty")
    same = np.ones(40, dtype=np.int64)
    assert metric(multiclass.count(same, same, 3)) == Undefined(reason="one_class", n=40)
    assert metric(multiclass.count(0 * same, 0 * same, 1)) == Undefined(reason="one_class", n=40)


def test_a_class_without_rows_leaves_no_macro_average() -> None:
    truth = np.array([0, 1] * 20)
    matrix = multiclass.count(truth, truth, 3)
    assert multiclass.macro_f1(matrix) == Undefined(reason="absent_class", n=matrix.rows)
    assert multiclass.balanced_accuracy(matrix) == Undefined(reason="absent_class", n=matrix.rows)
    assert isinstance(multiclass.accuracy(matrix), Estimate)


def test_two_classes_agree_with_the_binary_form() -> None:
    counts = Confusion(tp=30, fp=11, tn=40, fn=9)
    truth, predicted = arrays(counts)
    matrix = multiclass.count(truth, predicted, 2)
    assert multiclass.accuracy(matrix) == confusion.accuracy(counts)
    assert multiclass.balanced_accuracy(matrix) == confusion.balanced_accuracy(counts)


def test_many_classes_are_bounded_in_memory_and_time() -> None:
    random = np.random.default_rng(0)
    truth = np.concatenate([np.arange(300), random.integers(0, 300, 2_000)])
    predicted = np.where(random.random(len(truth)) < 0.8, truth, random.integers(0, 300, len(truth)))
    found = multiclass.macro_f1(multiclass.count(truth, predicted, 300))
    assert isinstance(found, Estimate)
    assert found.low < found.value < found.high
