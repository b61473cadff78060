"""The check of quality: its block, its bars, its facts."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from sklearn.metrics import accuracy_score, roc_auc_score

from assay.canonical import canonical
from assay.checks.quality import check as quality
from assay.checks.quality.check import Facts, Spec
from assay.dossier.check_context import CheckContext
from assay.edges.data_files import find_source
from assay.errors import DataError
from assay.facts.check_parts import ColumnUse
from assay.facts.values import Estimate, Undefined
from assay.rulings.joined_bars import resolve
from assay.stats.metric_bars import QualityBars
from assay.stats.metrics import METRICS
from assay.tables.addressing import SCORE, Table
from assay.tables.answering import Tables
from assay.tables.questions import Question, Values
from assay.tables.scores import write_scores

BINARY = "binary-classification"


def context(**more: Any) -> CheckContext:
    usual: dict[str, Any] = {
        "task": BINARY,
        "sets": ("holdout",),
        "label": "y",
        "predicted": ("holdout",),
        "classes": (0, 1),
        "positive": 1,
        "seed": 7,
    }
    return CheckContext(**(usual | more))


def loans(n: int = 400, seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    score = random.random(n)
    return {
        "y": (random.random(n) < score).astype(float),
        SCORE: score,
        "male": np.where(random.random(n) < 0.1, math.nan, (random.random(n) < 0.7).astype(float)),
        "income": random.lognormal(3, 1, n),
        "town": np.array(["north", "south"], dtype=object)[random.integers(0, 2, n)],
    }


def answer(questions: Sequence[Question], tables: Mapping[str, Mapping[str, np.ndarray]]) -> list[Any]:
    found = []
    for question in questions:
        assert isinstance(question, Values)
        found.append({name: tables[question.table.set][name] for name in question.columns})
    return found


def run(spec: Spec, known: CheckContext, tables: Mapping[str, Mapping[str, np.ndarray]]) -> Facts:
    generator = quality.measure(spec, known)
    questions = next(generator)
    with pytest.raises(StopIteration) as stop:
        generator.send(answer(questions, tables))
    facts = stop.value.value
    assert isinstance(facts, Facts)
    canonical(facts.model_dump(mode="json", exclude_none=True))
    return facts


def spec(**block: Any) -> Spec:
    found = Spec.model_validate(block)
    # The plan keeps a block as JSON and reads it again.
    assert Spec.model_validate_json(json.dumps(found.model_dump(mode="json"))) == found
    return found


def errors(**block: Any) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(ValidationError) as error:
        Spec.model_validate(block)
    return [(each["loc"], each["msg"]) for each in error.value.errors()]


def test_facts_hold_metrics_slices_and_pictures() -> None:
    wanted = spec(
        on="holdout",
        metrics=["roc_auc"],
        slices=["male", {"income": "quartiles"}],
        bars={"roc_auc": ">= 0.70", "expected_calibration_error": "<= 6%"},
        bars_per_slice={"accuracy": ">= 0.5"},
    )
    data = loans()
    facts = run(wanted, context(), {"holdout": data}).sets["holdout"]
    assert (facts.rows, facts.missing_labels) == (400, 0)
    assert list(facts.metrics) == ["roc_auc", "expected_calibration_error"]
    area = facts.metrics["roc_auc"]
    assert isinstance(area, Estimate)
    assert area.value == pytest.approx(roc_auc_score(data["y"], data[SCORE]), abs=1e-8)
    assert [row.group for row in facts.slices["male"].table.rows] == ["0", "1", "(missing)"]
    assert sum(row.n for row in facts.slices["male"].table.rows) == 400
    assert [row.n for row in facts.slices["income (quartiles)"].table.rows] == [100, 100, 100, 100]
    assert list(facts.slices["male"].table.rows[0].measures) == ["roc_auc", "accuracy"]
    assert {name: picture.kind for name, picture in facts.pictures.items()} == {
        "roc": "curve",
        "reliability": "curve",
        "scores": "histogram",
    }


def test_every_bar_points_at_a_fact() -> None:
    data = loans()
    wanted = spec(
        on=["holdout", "a/b~c"],
        slices=["male", {"income": "quartiles"}],
        bars={"roc_auc": ">= 0.70"},
        bars_per_slice={"roc_auc": ">= 0.6", "log_loss": "<= 1"},
    )
    known = context(sets=("holdout", "a/b~c"), predicted=("holdout", "a/b~c"))
    facts = run(wanted, known, {"holdout": data, "a/b~c": data}).model_dump(mode="json")
    found = list(quality.bars(wanted, known))
    assert len(found) == 2 * (1 + 2 * 2)
    assert all(resolve(facts, bar.fact)["kind"] == "estimate" for bar in found)
    assert found[0].title == "ROC AUC on holdout"
    assert found[0].subject == {"set": "holdout", "metric": "roc_auc"}
    assert found[1].title == "ROC AUC of the worst slice by male on holdout"
    assert found[1].where == ("bars_per_slice", "roc_auc")
    assert found[5].fact == "/sets/a~1b~0c/metrics/roc_auc"
    [alone] = quality.bars(spec(bars={"f1": ">= 0.5"}), context())
    assert (alone.title, alone.where, alone.fact) == ("F1", ("bars", "f1"), "/sets/holdout/metrics/f1")


def test_the_worst_slice_is_the_lowest_of_the_table() -> None:
    wanted = spec(metrics=["accuracy"], slices=["male"], bars_per_slice={"accuracy": ">= 0.5"})
    found = run(wanted, context(), {"holdout": loans()}).sets["holdout"].slices["male"]
    values = [row.measures["accuracy"] for row in found.table.rows]
    worst = found.worst["accuracy"]
    assert isinstance(worst, Estimate)
    assert worst.value == min(value.value for value in values if isinstance(value, Estimate))


def test_a_small_slice_is_shown_and_leaves_the_worst_unknown() -> None:
    """E3."""
    data = loans()
    data["town"][:7] = "island"
    wanted = spec(metrics=["accuracy"], slices=["town"], bars_per_slice={"accuracy": ">= 0.5"})
    found = run(wanted, context(), {"holdout": data}).sets["holdout"].slices["town"]
    few = Undefined(reason="too_few", n=7, needed=30)
    assert found.worst["accuracy"] == few
    assert {row.group: row.measures["accuracy"] for row in found.table.rows}["island"] == few


def test_several_classes() -> None:
    random = np.random.default_rng(2)
    scores = random.dirichlet([1.0, 1.0, 1.0], 300)
    names = np.array(["a", "b", "c"], dtype=object)
    truth = names[[random.choice(3, p=row) for row in scores]]
    data = {"y": truth} | {f"{SCORE}:{each}": scores[:, index] for index, each in enumerate("abc")}
    known = context(task="multiclass-classification", classes=("a", "b", "c"), positive=None)
    facts = run(spec(), known, {"holdout": data}).sets["holdout"]
    assert list(facts.metrics) == ["accuracy", "balanced_accuracy", "macro_f1", "log_loss"]
    accuracy = facts.metrics["accuracy"]
    assert isinstance(accuracy, Estimate)
    assert accuracy.value == pytest.approx(accuracy_score(truth, names[scores.argmax(axis=1)]))
    assert list(facts.pictures) == ["scores"]


def test_numbers() -> None:
    random = np.random.default_rng(2)
    score = random.normal(size=100)
    data = {"y": score + random.normal(size=100), SCORE: score}
    known = context(task="regression", classes=(), positive=None)
    wanted = spec(metrics=list(METRICS["regression"]), bars={"r2": ">= 0.2", "mean_error": "<= 0.1"})
    facts = run(wanted, known, {"holdout": data}).sets["holdout"]
    assert all(isinstance(found, Estimate) for found in facts.metrics.values())
    assert facts.pictures == {}


@pytest.mark.parametrize("spoiling", [math.nan, math.inf, -math.inf])
def test_scores_that_are_not_finite_leave_no_metric(spoiling: float) -> None:
    """E2."""
    data = loans()
    data[SCORE][17] = spoiling
    facts = run(spec(metrics=list(METRICS[BINARY]), slices=["town"]), context(), {"holdout": data}).sets["holdout"]
    assert {found.reason for found in facts.metrics.values() if isinstance(found, Undefined)} == {"not_finite"}
    assert all(isinstance(found, Undefined) for found in [*facts.metrics.values(), *facts.pictures.values()])


@pytest.mark.parametrize("scale", [100.0, -1.0, 1.2])
def test_scores_that_are_no_probabilities_are_ranked_but_not_cut(scale: float) -> None:
    """Percentages and margins have an order; a threshold of a probability says nothing about them."""
    data = loans()
    ranked = ("roc_auc", "average_precision")
    facts = run(
        spec(on="holdout", metrics=list(METRICS[BINARY])), context(), {"holdout": data | {SCORE: data[SCORE] * scale}}
    )
    found = facts.sets["holdout"].metrics
    assert all(isinstance(found[name], Estimate) for name in ranked)
    others = {name: each for name, each in found.items() if name not in ranked}
    assert set(others.values()) == {Undefined(reason="not_probabilities", n=400)}
    assert "accuracy" in others


def test_a_class_without_rows_and_rounded_probabilities_are_told() -> None:
    task = "multiclass-classification"
    classes = ("a", "b", "c")
    random = np.random.default_rng(1)
    shares = random.dirichlet([1, 1, 1], 300)
    data: dict[str, np.ndarray] = {"y": np.array(classes, dtype=object)[random.integers(0, 2, 300)]}

    def metrics(scores: np.ndarray) -> Mapping[str, Any]:
        named = {f"{SCORE}:{each}": scores[:, index] for index, each in enumerate(classes)}
        known = context(task=task, classes=classes, positive=None)
        return run(spec(on="holdout"), known, {"holdout": data | named}).sets["holdout"].metrics

    whole, rounded = metrics(shares), metrics(np.round(shares, 2))
    assert whole["macro_f1"] == whole["balanced_accuracy"] == Undefined(reason="absent_class", n=300)
    assert isinstance(whole["log_loss"], Estimate)
    assert rounded["log_loss"] == Undefined(reason="not_probabilities", n=300)
    assert isinstance(rounded["accuracy"], Estimate)


def test_a_missing_label_leaves_no_metric() -> None:
    data = loans()
    data["y"][3] = math.nan
    wanted = spec(slices=["town"], bars_per_slice={"f1": ">= 0.1"})
    facts = run(wanted, context(), {"holdout": data}).sets["holdout"]
    gone = Undefined(reason="missing_labels", n=399)
    assert facts.missing_labels == 1
    assert set(facts.metrics.values()) == {gone}
    assert facts.slices["town"].worst == {"f1": gone}
    assert {found for row in facts.slices["town"].table.rows for found in row.measures.values()} == {gone}


def test_a_data_set_without_predictions_leaves_no_metric() -> None:
    facts = run(spec(), context(predicted=()), {"holdout": {"y": np.zeros(5)}}).sets["holdout"]
    assert set(facts.metrics.values()) == {Undefined(reason="no_predictions", n=5)}


@pytest.mark.parametrize(
    ("n", "label", "reason"), [(0, 1.0, "empty"), (1, 1.0, "too_few"), (40, 1.0, "one_class"), (40, 0.0, "one_class")]
)
def test_degenerate_data_leaves_no_metric(n: int, label: float, reason: str) -> None:
    """E3, F11."""
    data = {"y": np.full(n, label), SCORE: np.linspace(0, 1, n)}
    facts = run(spec(metrics=list(METRICS[BINARY])), context(), {"holdout": data}).sets["holdout"]
    assert all(isinstance(found, Undefined) and found.reason == reason for found in facts.metrics.values())


def test_what_the_data_cannot_give_is_said() -> None:
    data = loans()
    with pytest.raises(DataError, match="other than the model's classes"):
        run(spec(), context(classes=("no", "yes"), positive="yes"), {"holdout": data})
    with pytest.raises(DataError, match="more than 50 values"):
        run(spec(slices=["income"]), context(), {"holdout": data})
    with pytest.raises(DataError, match="not numbers"):
        run(spec(slices=[{"town": "quartiles"}]), context(), {"holdout": data})
    with pytest.raises(DataError, match="names no `data"):
        next(quality.measure(spec(), context(label=None)))


@pytest.mark.parametrize(
    ("bars", "place", "message"),
    [
        ({"log_loss": ">= 0.5"}, "log_loss", "lower is better"),
        ({"roc_auc": "<= 0.7"}, "roc_auc", "higher is better"),
        ({"roc_auc": ">= 70"}, "roc_auc", "go from 0 to 1"),
        ({"expected_calibration_error": "<= 6"}, "expected_calibration_error", "can be cleared and missed"),
        ({"accuracy": ">= 0"}, "accuracy", "can be cleared and missed"),
        ({"auc": ">= 0.7"}, "auc", "Extra inputs"),
        ({"roc_auc": None}, "roc_auc", "valid dictionary"),
        ({"roc_auc": 0.7}, "roc_auc", "valid dictionary"),
        ({"roc_auc": "> 0.7"}, "roc_auc", "expected a bar such as"),
    ],
)
@pytest.mark.parametrize("block", ["bars", "bars_per_slice"])
def test_a_wrong_bar_is_refused_at_its_place(block: str, bars: dict[str, Any], place: str, message: str) -> None:
    [(where, found)] = errors(slices=["male"], **{block: bars})
    assert where == (block, place)
    assert message in found


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ({"metrics": ["auc"]}, ("metrics", 0)),
        ({"slices": ["male", "male"]}, ("slices",)),
        ({"bars_per_slice": {"f1": ">= 0.5"}}, ("bars_per_slice",)),
        ({"smallest_slice": 0}, ("smallest_slice",)),
        ({"level": 0.01}, ("level",)),
        ({"surprise": 1}, ("surprise",)),
        ({"on": []}, ("on", "tuple[str, ...]")),
    ],
)
def test_a_wrong_block_is_refused_at_its_place(block: dict[str, Any], place: tuple[str | int, ...]) -> None:
    if block.get("bars_per_slice"):
        block = {"slices": [], **block}
    assert place in [where for where, _ in errors(**block)]


def test_a_metric_of_another_task_is_a_problem() -> None:
    wanted = spec(metrics=["roc_auc", "r2"], bars={"cohen_kappa": ">= 0.2"})
    found = list(quality.problems(wanted, context()))
    assert [place for place, _ in found] == [("metrics", 1), ("bars", "cohen_kappa")]
    assert "`r2` is not a metric of binary-classification" in found[0][1]
    assert list(quality.problems(spec(), context())) == []
    assert [place for place, _ in quality.problems(spec(), context(sets=("a", "b"), label=None))] == [(), ("on",)]


def test_columns_and_sets_are_named_with_their_places() -> None:
    wanted = spec(on=["holdout"], slices=["male", {"income": "quartiles"}])
    assert list(quality.columns(wanted, context())) == [
        ColumnUse(where=("on", 0), set="holdout", column="y"),
        ColumnUse(where=("slices", 0), set="holdout", column="male"),
        ColumnUse(where=("slices", 1), set="holdout", column="income"),
    ]
    assert list(quality.scored(wanted, context())) == ["holdout"]


def test_names_of_metrics_are_the_same_everywhere() -> None:
    every = {name for metrics in METRICS.values() for name in metrics}
    assert set(QualityBars.__annotations__) == every
    assert set(quality._USUAL) == set(METRICS)
    assert all(set(names) <= set(METRICS[task]) for task, names in quality._USUAL.items())
    schema = Spec.model_json_schema()
    assert set(schema["properties"]["metrics"]["items"]["enum"]) == every
    assert all("description" in field for field in schema["properties"].values())
    assert all("description" in field for field in schema["$defs"]["QualityBars"]["properties"].values())


def test_real_tables_give_the_same_facts(tmp_path: Path) -> None:
    data = loans()
    frame = pd.DataFrame({name: column for name, column in data.items() if name != SCORE})
    frame["key"] = [f"k{number}" for number in range(len(frame))]
    frame["y"] = frame["y"].astype(int)
    duckdb.from_df(frame).write_parquet(str(tmp_path / "holdout.parquet"))
    write_scores(tmp_path / "scores.parquet", frame["key"].tolist(), data[SCORE][:, None], [SCORE])
    wanted = spec(slices=["male", "town", {"income": "quartiles"}], bars_per_slice={"f1": ">= 0.1"})
    sources = {"holdout": find_source(tmp_path, "holdout.parquet")}
    predictions = {Table("holdout"): find_source(tmp_path, "scores.parquet")}
    generator = quality.measure(wanted, context(id="key"))
    questions = next(generator)
    with Tables(sources, predictions, "key") as tables, pytest.raises(StopIteration) as stop:
        generator.send(tables.answer(questions))
    assert stop.value.value == run(wanted, context(), {"holdout": data})
