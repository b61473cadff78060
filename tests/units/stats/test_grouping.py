"""Values sorted into groups, classes and quarters; tables made into rows."""

import math

import numpy as np
import pytest

from assay.dossier.check_context import CheckContext
from assay.errors import DataError
from assay.facts.values import Estimate, Undefined
from assay.stats.grouping import by_quartile, by_value, codes, missing, name, numbers
from assay.stats.measured_rows import ScoredRows, Setting
from assay.stats.metrics import METRICS, measure, worst
from assay.stats.scored_rows import make_rows, slice_groups


def objects(*values: object) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def test_missing_values_are_a_group_of_their_own() -> None:
    """F11: pandas drops them."""
    groups = by_value(np.array([1.0, math.nan, 0.0, 1.0]))
    assert groups is not None
    assert [(group, inside.tolist()) for group, inside in groups] == [
        ("0", [False, False, True, False]),
        ("1", [True, False, False, True]),
        ("(missing)", [False, True, False, False]),
    ]
    named = by_value(objects("b", None, "(missing)", "a"))
    assert named is not None
    assert [group for group, _ in named] == ['"(missing)"', "a", "b", "(missing)"]


def test_names_are_short_and_without_needless_points() -> None:
    assert [name(value) for value in (True, 3, 3.0, 2.5, "x", None, math.nan)] == [
        "true",
        "3",
        "3",
        "2.5",
        "x",
        "(missing)",
        "(missing)",
    ]
    assert len(name("long" * 100)) == 80


def test_too_many_values_are_no_groups() -> None:
    assert by_value(np.arange(51)) is None
    assert len(by_value(np.arange(50)) or ()) == 50
    with pytest.raises(DataError, match="more than 50 values"):
        slice_groups("income", np.arange(51.0), quartiles=False)


def test_codes_tell_numbers_from_text() -> None:
    assert codes(np.array([0.0, 1.0, math.nan, 2.0]), (0, 1)).tolist() == [0, 1, -1, -1]
    assert codes(np.array([True, False]), (0, 1)).tolist() == [1, 0]
    assert codes(objects("0", "1", None), (0, 1)).tolist() == [-1, -1, -1]
    assert missing(np.array([1, 2])).tolist() == [False, False]


def test_quarters_hold_every_row_once() -> None:
    values = np.array([math.nan, math.inf, -math.inf, *np.arange(1.0, 101.0)])
    groups = by_quartile(values)
    assert sum(inside.astype(int) for _, inside in groups).tolist() == [1] * 103
    assert [group for group, _ in groups] == [
        "1: up to 25.8",
        "2: 25.8 to 50.5",
        "3: 50.5 to 75.2",
        "4: above 75.2",
        "(missing)",
    ]


def test_ties_merge_quarters() -> None:
    assert [group for group, _ in by_quartile(np.full(9, 12345.678))] == ["1: up to 12300"]
    assert [group for group, _ in by_quartile(np.full(3, math.nan))] == ["(missing)"]
    assert by_quartile(np.array([])) == ()
    close = by_quartile(np.array([1000.1, 1000.2, 1000.3, 1000.4, 1000.5]))
    assert len({group for group, _ in close}) == len(close) == 4


def test_text_is_no_number() -> None:
    assert numbers(objects("1", 2)) is None
    with pytest.raises(DataError, match="not numbers"):
        slice_groups("income", objects("a", "b"), quartiles=True)


def context(task: str, **more: object) -> CheckContext:
    return CheckContext(task=task, sets=("holdout",), label="y", **more)  # type: ignore[arg-type]  # keywords of several types


def test_labels_must_be_the_models_classes() -> None:
    scores = np.array([0.1, 0.9, 0.5])
    binary = context("binary-classification", positive="yes", classes=("no", "yes"))
    assert make_rows(binary, objects("no", "yes", "yes"), [scores]).truth.tolist() == [False, True, True]
    with pytest.raises(DataError, match="other than the model's classes"):
        make_rows(binary, objects("no", "yes", "maybe"), [scores])
    unnamed = context("binary-classification", positive=1)
    assert make_rows(unnamed, np.array([0, 1, 1]), [scores]).truth.tolist() == [False, True, True]
    with pytest.raises(DataError, match="other than the model's classes"):
        make_rows(unnamed, np.array([0, 1, 2]), [scores])
    several = context("multiclass-classification", classes=("a", "b"))
    with pytest.raises(DataError, match="other than the model's classes"):
        make_rows(several, objects("a", "b", "c"), [scores, scores])
    with pytest.raises(DataError, match="not numbers"):
        make_rows(context("regression"), objects("a", "b", "c"), [scores])
    with pytest.raises(DataError, match="does not name the classes"):
        make_rows(context("binary-classification"), np.array([0, 1, 1]), [scores])


def rows(n: int, share: float) -> ScoredRows:
    truth = np.arange(n) % 2 == 0
    right = np.arange(n) < n * share
    return ScoredRows(truth=truth, scores=np.where(truth == right, 0.9, 0.1))


def test_the_worst_group_clears_a_bar_as_one_and_misses_it_as_all() -> None:
    setting = Setting(task="binary-classification", smallest=30)
    parts = [rows(100, 0.9), rows(60, 0.7), rows(200, 0.8)]
    found = worst(("accuracy", "at_least"), parts, setting)
    alone = measure("accuracy", parts[1], setting)
    assert isinstance(found, Estimate)
    assert isinstance(alone, Estimate)
    assert found.value == alone.value == 0.7
    assert found.low == alone.low
    assert found.high > alone.high
    highest, best = worst(("accuracy", "at_most"), parts, setting), measure("accuracy", parts[0], setting)
    assert isinstance(highest, Estimate)
    assert isinstance(best, Estimate)
    assert highest.value == 0.9
    assert (highest.high, highest.low < best.low) == (best.high, True)


def test_a_group_that_cannot_be_measured_leaves_the_worst_unknown() -> None:
    """E3: never dropped silently."""
    setting = Setting(task="binary-classification", smallest=30)
    few, one = rows(12, 0.9), ScoredRows(truth=np.ones(40, dtype=bool), scores=np.full(40, 0.9))
    bar = ("accuracy", "at_least")
    assert worst(("accuracy", "at_least"), [rows(100, 0.9), few], setting) == Undefined(
        reason="too_few", n=12, needed=30
    )
    assert worst(("accuracy", "at_least"), [few, one, rows(100, 0.9)], setting) == Undefined(reason="one_class", n=40)
    assert worst(("accuracy", "at_least"), [], setting) == Undefined(reason="empty")
    assert bar[0] in METRICS["binary-classification"]


NAN, INF = math.nan, math.inf
DEGENERATE = {
    "empty": ([], [], "empty"),
    "one row": ([True], [0.9], "one_class"),
    "one class": ([True] * 40, [0.9] * 40, "one_class"),
    "other class": ([False] * 40, [0.1] * 40, "one_class"),
    "all nan": ([True, False] * 20, [NAN] * 40, "not_finite"),
    "one nan": ([True, False] * 20, [0.9, 0.1] * 19 + [0.9, NAN], "not_finite"),
    "infinite": ([True, False] * 20, [INF, 0.1] * 20, "not_finite"),
    "minus infinite": ([True, False] * 20, [0.9, -INF] * 20, "not_finite"),
    "too few": ([True, False] * 14, [0.9, 0.1] * 14, "too_few"),
}


@pytest.mark.parametrize("case", DEGENERATE)
@pytest.mark.parametrize("metric", METRICS["binary-classification"])
def test_no_binary_metric_of_degenerate_rows_is_a_number(case: str, metric: str) -> None:
    """E2, E3, F11."""
    truth, scores, reason = DEGENERATE[case]
    setting = Setting(task="binary-classification", smallest=30 if case == "too few" else 1)
    found = measure(
        metric, ScoredRows(truth=np.array(truth, dtype=bool), scores=np.array(scores, dtype=float)), setting
    )
    assert isinstance(found, Undefined)
    assert found.reason == reason


@pytest.mark.parametrize("case", ["empty", "one class", "nan"])
@pytest.mark.parametrize("metric", METRICS["multiclass-classification"])
def test_no_multiclass_metric_of_degenerate_rows_is_a_number(case: str, metric: str) -> None:
    """E2, E3, F11."""
    n = 0 if case == "empty" else 40
    scores = np.full((n, 3), NAN if case == "nan" else 1 / 3)
    truth = np.ones(n, dtype=np.int64) if case != "nan" else np.arange(n) % 3
    found = measure(metric, ScoredRows(truth=truth, scores=scores), Setting(task="multiclass-classification"))
    assert isinstance(found, Undefined)
    assert found.reason == {"empty": "empty", "one class": "one_class", "nan": "not_finite"}[case]
