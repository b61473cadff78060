"""The check of bias: its block, its bars, its facts."""

import json
import math
import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import fairlearn.metrics as fl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assay.canonical import canonical
from assay.checks.bias import check as bias
from assay.checks.bias.check import Facts, Spec
from assay.dossier.check_context import CheckContext
from assay.edges.data_files import find_source
from assay.errors import DataError
from assay.facts.check_parts import ColumnUse
from assay.facts.values import Estimate, Undefined
from assay.rulings.joined_bars import resolve
from assay.stats.fairness import GAPS
from assay.stats.metric_bars import GapBars
from assay.tables.addressing import SCORE, Table
from assay.tables.aggregates import TopCounts, TopValues
from assay.tables.answering import Tables
from assay.tables.predicates import All, Column, Compare, IsFinite, IsMissing, Not, OneOf
from assay.tables.questions import Cells, Question
from assay.tables.scores import write_scores

Rows = Mapping[str, Sequence[Any]]


def context(**more: Any) -> CheckContext:
    usual: dict[str, Any] = {
        "task": "binary-classification",
        "sets": ("holdout",),
        "label": "y",
        "predicted": ("holdout",),
        "classes": (0, 1),
        "positive": 1,
        "threshold": 0.5,
    }
    return CheckContext(**(usual | more))


def loans(n: int = 600, seed: int = 0) -> dict[str, list[Any]]:
    random = np.random.default_rng(seed)
    black, score = random.random(n) < 0.3, random.random(n)
    return {
        "y": (random.random(n) < score).astype(int).tolist(),
        SCORE: np.clip(score - 0.1 * black, 0, 1).tolist(),
        "black": black.astype(int).tolist(),
        "male": [None if random.random() < 0.1 else int(random.random() < 0.6) for _ in range(n)],
    }


SIGNS: dict[str, Callable[[Any, Any], bool]] = {"==": operator.eq, ">=": operator.ge, "<=": operator.le}


def cell(part: object, row: Mapping[str, Any]) -> Any:
    match part:
        case Column(name):
            return row[name]
        case IsFinite(name):
            return None if row[name] is None else math.isfinite(row[name])
        case OneOf(name, values):
            return None if row[name] is None else row[name] in values
        case Not(IsMissing(name)):
            return row[name] is not None
        case All(conditions):
            found = [cell(each, row) for each in conditions]
            return False if False in found else None if None in found else True
        case Compare(sign, Column(name), wanted):
            absent = row[name] is None or row[name] != row[name]  # NaN alone differs from itself
            return None if absent else SIGNS[sign](row[name], wanted)
    raise AssertionError(part)


def answer(questions: Sequence[Question], tables: Mapping[str, Rows]) -> list[Any]:
    found: list[Any] = []
    for question in questions:
        data = tables[question.table.set]
        if isinstance(question, TopValues):
            assert isinstance(question.where, Not)
            assert isinstance(question.where.condition, OneOf)
            classes = question.where.condition.values  # noqa: PD011  (not a frame)
            counts = Counter(each for each in data[question.column] if each not in classes)
            found.append(TopCounts(0, len(counts), tuple(counts.most_common(question.limit)), 0))
            continue
        assert isinstance(question, Cells)
        rows = [dict(zip(data, values, strict=True)) for values in zip(*data.values(), strict=True)]
        found.append(dict(Counter(tuple(cell(part, row) for part in question.by) for row in rows)))
    return found


def run(spec: Spec, known: CheckContext, tables: Mapping[str, Rows]) -> Facts:
    generator = bias.measure(spec, known)
    questions = next(generator)
    with pytest.raises(StopIteration) as stop:  # noqa: PT012  (until it has no more questions)
        while True:
            questions = generator.send(answer(questions, tables))
    facts = stop.value.value
    assert isinstance(facts, Facts)
    canonical(facts.model_dump(mode="json", exclude_none=True))
    return facts


def spec(**block: Any) -> Spec:
    found = Spec.model_validate(block)
    # The plan keeps a block as JSON and reads it again.
    assert Spec.model_validate_json(json.dumps(found.model_dump(mode="json"))) == found
    return found


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_gaps_are_fairlearns(seed: int) -> None:
    data = loans(300, seed)
    facts = run(spec(by=["black", ["black", "male"]], smallest_group=1), context(), {"holdout": data}).sets["holdout"]
    truth, predicted = np.array(data["y"]), (np.array(data[SCORE]) >= 0.5).astype(int)
    both = [f"{black} {male}" for black, male in zip(data["black"], data["male"], strict=True)]
    for by, groups in (("black", data["black"]), ("black × male", both)):
        for name, found in facts.attributes[by].gaps.items():
            if isinstance(found, Estimate):
                expected = getattr(fl, name)(truth, predicted, sensitive_features=groups)
                assert found.value == pytest.approx(expected, abs=1e-8)
            else:
                assert found.reason in ("too_few", "not_finite")


def test_groups_are_shown_with_their_rates() -> None:
    facts = run(spec(by=["male", ["black", "male"]]), context(), {"holdout": loans()}).sets["holdout"]
    assert [row.group for row in facts.attributes["male"].groups.rows] == ["0", "1", "(missing)"]
    crossed = facts.attributes["black × male"].groups
    assert [row.group for row in crossed.rows] == ["0 × 0", "0 × 1", "0 × (missing)", "1 × 0", "1 × 1", "1 × (missing)"]
    assert sum(row.n for row in crossed.rows) == facts.rows == 600
    assert set(crossed.rows[0].measures) == {
        "selection_rate",
        "true_positive_rate",
        "false_positive_rate",
        "false_negative_rate",
        "precision",
    }


def test_a_small_group_makes_the_gaps_undefined() -> None:
    """E3, F11: never dropped silently."""
    data = loans()
    data["black"][:12] = [2] * 12
    facts = run(spec(by=["black"]), context(), {"holdout": data}).sets["holdout"].attributes["black"]
    assert facts.gaps["demographic_parity_difference"] == Undefined(reason="too_few", n=12, needed=30)
    assert {gap.reason for gap in facts.gaps.values() if isinstance(gap, Undefined)} == {"too_few"}
    assert [row.n for row in facts.groups.rows][-1] == 12


def test_missing_values_are_a_group_or_are_left_out_openly() -> None:
    """F11."""
    data = loans()
    absent = data["male"].count(None)
    kept = run(spec(by=["male"]), context(), {"holdout": data}).sets["holdout"].attributes["male"]
    left = run(spec(by=["male"], missing="exclude"), context(), {"holdout": data}).sets["holdout"].attributes["male"]
    assert [each.excluded.value for each in (kept, left)] == [0, absent]
    assert [row.group for row in left.groups.rows] == ["0", "1"]
    assert all(isinstance(gap, Estimate) for gap in left.gaps.values())
    few = loans(200)
    few["male"][:20] = [None] * 20
    only = run(spec(by=["male"]), context(), {"holdout": few}).sets["holdout"].attributes["male"]
    assert isinstance(only.gaps["equalized_odds_difference"], Undefined)


def test_an_attribute_of_missing_values_only_has_one_group_or_none() -> None:
    data = loans(100) | {"male": [None] * 100}
    kept = run(spec(by=["male"]), context(), {"holdout": data}).sets["holdout"].attributes["male"]
    left = run(spec(by=["male"], missing="exclude"), context(), {"holdout": data}).sets["holdout"].attributes["male"]
    assert set(kept.gaps.values()) == {Undefined(reason="one_group", n=100)}
    assert set(left.gaps.values()) == {Undefined(reason="empty")}
    assert (left.excluded.value, left.groups.rows) == (100, ())


@pytest.mark.parametrize("score", [None, math.nan, math.inf, -math.inf, 50.0, 1.01, -0.01])
def test_a_score_that_is_no_probability_leaves_no_gap(score: float | None) -> None:
    """E2: infinity is at or above every threshold, and must not count as a prediction."""
    data = loans()
    data[SCORE][5] = score
    facts = run(spec(by=["black"]), context(), {"holdout": data}).sets["holdout"]
    assert facts.missing_scores == 1
    assert set(facts.attributes["black"].gaps.values()) == {Undefined(reason="not_probabilities", n=600)}
    rates = [rate for row in facts.attributes["black"].groups.rows for rate in row.measures.values()]
    assert set(rates) == {Undefined(reason="not_probabilities", n=600)}


def test_a_missing_label_leaves_no_gap() -> None:
    data = loans()
    data["y"][5] = None
    facts = run(spec(by=["black"]), context(), {"holdout": data}).sets["holdout"]
    assert facts.missing_labels == 1
    assert set(facts.attributes["black"].gaps.values()) == {Undefined(reason="missing_labels", n=600)}


def test_without_predictions_there_is_no_gap() -> None:
    data = {name: values for name, values in loans().items() if name != SCORE}
    facts = run(spec(by=["black"]), context(predicted=()), {"holdout": data}).sets["holdout"]
    assert set(facts.attributes["black"].gaps.values()) == {Undefined(reason="no_predictions", n=600)}


@pytest.mark.parametrize(
    ("change", "gap", "reason"),
    [
        ({"black": [1] * 600}, "demographic_parity_difference", "one_group"),
        ({"y": [1] * 600}, "equalized_odds_difference", "too_few"),
        ({"y": [0] * 600}, "equal_opportunity_difference", "too_few"),
        ({SCORE: [0.1] * 600}, "demographic_parity_ratio", "zero_rates"),
        ({SCORE: [0.1] * 600}, "equalized_odds_ratio", "zero_rates"),
    ],
)
def test_degenerate_data_leaves_no_gap(change: dict[str, list[Any]], gap: str, reason: str) -> None:
    """E3, F11."""
    facts = run(spec(by=["black"]), context(), {"holdout": loans() | change}).sets["holdout"]
    found = facts.attributes["black"].gaps[gap]
    assert isinstance(found, Undefined)
    assert found.reason == reason


def test_no_rows_at_all() -> None:
    """E3."""
    empty: dict[str, list[Any]] = {name: [] for name in loans(1)}
    facts = run(spec(by=["black"]), context(), {"holdout": empty}).sets["holdout"]
    assert facts.rows == 0
    assert set(facts.attributes["black"].gaps.values()) == {Undefined(reason="empty")}


def test_what_the_data_cannot_give_is_said() -> None:
    strange = loans()
    strange["y"][0] = 2
    with pytest.raises(
        DataError, match="other than the model's classes, which are the number 0, the number 1: it has the number 2"
    ):
        run(spec(by=["black"]), context(), {"holdout": strange})
    with pytest.raises(DataError, match="more than 100 groups"):
        run(spec(by=["black"]), context(), {"holdout": loans() | {"black": list(range(600))}})
    with pytest.raises(DataError, match="two classes"):
        next(bias.measure(spec(by=["black"]), context(task="regression")))


def test_every_bar_points_at_a_fact() -> None:
    wanted = spec(
        on=["holdout", "a/b"],
        by=["black", ["black", "male"]],
        bars={"equalized_odds_difference": "<= 10%", "demographic_parity_ratio": ">= 0.8"},
    )
    known = context(sets=("holdout", "a/b"), predicted=("holdout", "a/b"))
    facts = run(wanted, known, {"holdout": loans(), "a/b": loans()}).model_dump(mode="json")
    found = list(bias.bars(wanted, known))
    assert len(found) == 8
    assert all(resolve(facts, bar.fact)["kind"] in ("estimate", "undefined") for bar in found)
    assert found[2].subject == {"set": "holdout", "by": "black × male"}
    assert found[2].title == "demographic parity ratio by black × male on holdout"
    assert found[2].where == ("bars", "demographic_parity_ratio")
    [alone] = bias.bars(spec(by=["black"], bars={"equalized_odds_difference": "<= 0.1"}), context())
    assert alone.title == "equalized odds difference by black"
    assert alone.fact == "/sets/holdout/attributes/black/gaps/equalized_odds_difference"


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ({"by": ["black", "black"]}, ("by",)),
        ({"by": [["black", "black"]]}, ("by",)),
        (
            {"by": ["black"], "bars": {"demographic_parity_difference": ">= 0.1"}},
            ("bars", "demographic_parity_difference"),
        ),
        ({"by": ["black"], "bars": {"demographic_parity_ratio": "<= 0.8"}}, ("bars", "demographic_parity_ratio")),
        ({"by": ["black"], "bars": {"equalized_odds_difference": "<= 10"}}, ("bars", "equalized_odds_difference")),
        ({"by": ["black"], "bars": {"parity": "<= 0.1"}}, ("bars", "parity")),
        ({"by": ["black"], "smallest_group": 0}, ("smallest_group",)),
        ({"by": ["black"], "missing": "drop"}, ("missing",)),
    ],
)
def test_a_wrong_block_is_refused_at_its_place(block: dict[str, Any], place: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as error:
        Spec.model_validate(block)
    assert place in [each["loc"] for each in error.value.errors()]


def test_groups_are_named_unless_nobody_is_concerned() -> None:
    stated = context(nobody_concerned="Pumps.")
    (nameless,) = bias.problems(spec(by=[]), context())
    assert nameless == ((), "bias needs the columns to group by: name them under `by`.")
    assert not bias.stated(context())
    assert bias.stated(stated)
    assert list(bias.problems(spec(by=[]), stated)) == []
    assert [place for place, _ in bias.problems(spec(by=["black"]), stated)] == [("by",)]
    assert not [*bias.bars(spec(by=[]), stated), *bias.columns(spec(by=[]), stated), *bias.scored(spec(by=[]), stated)]


def test_only_two_classes_have_bias() -> None:
    wanted = spec(by=["black"])
    assert list(bias.problems(wanted, context())) == []
    found = list(bias.problems(wanted, context(task="regression", label=None, sets=("a", "b"))))
    assert [place for place, _ in found] == [(), (), ("on",)]
    assert "task is regression" in found[0][1]


def test_columns_are_named_with_their_places() -> None:
    wanted = spec(by=["black", ["black", "male"]])
    assert list(bias.columns(wanted, context())) == [
        ColumnUse(where=("on",), set="holdout", column="y"),
        ColumnUse(where=("by", 0), set="holdout", column="black"),
        ColumnUse(where=("by", 1, 0), set="holdout", column="black"),
        ColumnUse(where=("by", 1, 1), set="holdout", column="male"),
    ]
    assert list(bias.scored(wanted, context())) == ["holdout"]


def test_names_of_gaps_are_the_same_everywhere() -> None:
    assert list(GapBars.__annotations__) == list(GAPS)
    schema = Spec.model_json_schema()
    assert all("description" in field for field in schema["properties"].values())


@pytest.mark.parametrize(("classes", "positive"), [((0, 1), 1), ((False, True), True), (("no", "yes"), "yes"), ((), 1)])
def test_real_tables_give_the_same_facts(tmp_path: Path, classes: tuple[Any, ...], positive: Any) -> None:
    data = loans()
    names = classes or (0, 1)
    data["y"] = [names[label] for label in data["y"]]
    frame = pd.DataFrame({name: column for name, column in data.items() if name != SCORE})
    frame["key"] = range(len(frame))
    duckdb.from_df(frame).write_parquet(str(tmp_path / "holdout.parquet"))
    write_scores(tmp_path / "scores.parquet", frame["key"].tolist(), np.array(data[SCORE])[:, None], [SCORE])
    sources = {"holdout": find_source(tmp_path, "holdout.parquet")}
    predictions = {Table("holdout"): find_source(tmp_path, "scores.parquet")}
    wanted, known = spec(by=["black", "male", ["black", "male"]]), context(id="key", classes=classes, positive=positive)
    generator = bias.measure(wanted, known)
    questions = next(generator)
    with Tables(sources, predictions, "key") as tables, pytest.raises(StopIteration) as stop:
        generator.send(tables.answer(questions))
    assert stop.value.value == run(wanted, known, {"holdout": data})
