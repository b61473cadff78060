"""Behaviour tests carried through with models that are plain functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from tests.support.driving import at, measured, predicted, source_of

from assay.checks.behaviour import check as behaviour
from assay.dossier.check_context import CheckContext

CONTEXT = CheckContext(
    task="binary-classification", sets=("holdout",), predicted=("holdout",), id="id", features=("income", "sex")
)
DATA = "id,income,sex\na,1,m\nb,2,f\nc,3,\nd,,x\ne,0,m\n"
UP = {"name": "income up", "kind": "directional", "change": {"income": "+10%"}, "expect": "score not lower"}
SAME = {
    "name": "sex/no matter",
    "kind": "invariance",
    "change": {"sex": {"swap": ["m", "f"]}},
    "expect": {"score_within": 0.02},
}
NEAR = {"name": "near", "kind": "invariance", "change": {"income": "±10%"}, "expect": {"score_within": 0.02}}


def facts_of(tmp_path: Path, tests: list[dict[str, Any]], model: Any) -> tuple[behaviour.Spec, behaviour.Facts]:
    spec = behaviour.Spec.model_validate({"tests": tests})
    data = {"holdout": source_of(tmp_path / "holdout.csv", DATA)}
    return spec, measured(behaviour, spec, CONTEXT, data, predicted(tmp_path, behaviour, spec, CONTEXT, data, model))


def rising(columns: dict[str, np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    return np.nan_to_num(columns["income"]) / 10


def test_expectations_that_hold(tmp_path: Path) -> None:
    spec, facts = facts_of(tmp_path, [UP, SAME], rising)
    for bar, rows in zip(behaviour.bars(spec, CONTEXT), (3, 3), strict=True):
        found = at(facts, bar.fact)
        assert (found["value"], found["high"], found["n"], found["method"]) == (1.0, 1.0, rows, "wilson")
        assert found["low"] < 0.7
    up = facts.sets["holdout"]["income up"]
    assert (up.rows, up.applicable, up.not_applicable, up.failing, up.keys) == (5, 3, 2, 0, ())
    assert up.largest_movement.model_dump()["value"] == pytest.approx(0.03)


def test_expectations_that_fail_name_the_rows(tmp_path: Path) -> None:
    def falling(columns: dict[str, np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
        return np.where(columns["income"] > 2, -rising(columns), rising(columns)) + (columns["sex"] == "f") * 0.5

    _, facts = facts_of(tmp_path, [UP, SAME, NEAR], falling)
    tests = facts.sets["holdout"]
    assert (tests["income up"].keys, tests["income up"].failing) == (("b", "c"), 2)
    assert tests["sex/no matter"].keys == ("a", "b", "e")
    assert tests["sex/no matter"].pass_rate.model_dump()["value"] == 0
    assert tests["sex/no matter"].largest_movement.model_dump()["value"] == 0.5
    # Row b moves far only upwards, and fails the test of both directions all the same.
    assert tests["near"].keys == ("b", "c")


def test_a_change_that_touches_no_row_proves_nothing(tmp_path: Path) -> None:
    test = SAME | {"change": {"sex": {"swap": ["q", "r"]}}}
    spec, facts = facts_of(tmp_path, [test], rising)
    assert at(facts, next(iter(behaviour.bars(spec, CONTEXT))).fact) == {
        "kind": "undefined",
        "reason": "empty",
        "n": 0,
        "needed": None,
    }


def test_a_stage_without_a_model_has_no_pass_rate(tmp_path: Path) -> None:
    spec = behaviour.Spec.model_validate({"tests": [UP]})
    facts = measured(
        behaviour,
        spec,
        CheckContext(task="regression", sets=("holdout",)),
        {"holdout": source_of(tmp_path / "h.csv", DATA)},
    )
    assert facts.sets["holdout"]["income up"].pass_rate.model_dump()["reason"] == "no_predictions"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("+10%", [("multiply", 1.1)]),
        ("-10%", [("multiply", 0.9)]),
        ("±0.5%", [("multiply", 1.005), ("multiply", 0.995)]),
        ("+5", [("add", 5)]),
        (" - 5 ", [("add", -5)]),
        ("+/-1", [("add", 1), ("add", -1)]),
        ({"set": "m"}, [("set", "m")]),
        ({"set": True}, [("set", True)]),
        ({"swap": [0, 1]}, [("swap", (0, 1))]),
        ({"append": "1"}, [("append", "1")]),
    ],
)
def test_changes(step: Any, expected: list[tuple[str, Any]]) -> None:
    spec = behaviour.Spec.model_validate({"tests": [{**NEAR, "change": {"income": step}}]})
    made = list(behaviour.recipes(spec, CONTEXT))
    assert [(recipe.changes[0].operation, recipe.changes[0].value) for recipe in made] == expected
    assert [type(recipe.changes[0].value) for recipe in made] == [
        type(value) if isinstance(value, bool | str | tuple) else float for _, value in expected
    ]


def test_recipe_names_are_distinct_and_plain() -> None:
    names = ["a b", "a-b", "Ünïcode ✓", "…", "x" * 150]
    spec = behaviour.Spec.model_validate({"tests": [NEAR | {"name": name} for name in names]})
    made = [recipe.id for recipe in behaviour.recipes(spec, CONTEXT)]
    assert len(set(made)) == 10
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for name in made)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"expect": "score not lower"}, "score_within"),
        ({"kind": "directional"}, "score not lower"),
        ({"change": {}}, "at least 1"),
        ({"change": {"income": "10%"}}, "expected a change"),
        ({"change": {"income": {"swap": [1]}}}, "swap"),
        ({"pass_rate": "<= 0.5"}, "lower bound"),
        ({"expect": {"score_within": -1}}, "greater than or equal"),
        ({"nmae": "x"}, "Extra inputs"),
    ],
)
def test_blocks_that_make_no_sense(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        behaviour.Spec.model_validate({"tests": [NEAR | change]})
    with pytest.raises(ValidationError, match="two tests"):
        behaviour.Spec.model_validate({"tests": [NEAR, NEAR]})


def test_what_plan_must_refuse() -> None:
    spec = behaviour.Spec.model_validate({"tests": [UP | {"change": {"black": "+1"}}]})
    assert [place for place, _ in behaviour.problems(spec, CONTEXT)] == [("tests", 0, "change", "black")]
    many = CheckContext(task="multiclass-classification", sets=("holdout",))
    assert "more than two classes" in next(iter(behaviour.problems(spec, many)))[1]
    uses = list(behaviour.columns(spec, CONTEXT))
    assert [(use.where, use.column) for use in uses] == [(("on",), None), (("tests", 0, "change", "black"), "black")]
    bar = next(
        iter(behaviour.bars(behaviour.Spec.model_validate({"tests": [NEAR | {"pass_rate": ">= 90%"}]}), CONTEXT))
    )
    assert (bar.limit, bar.where) == (0.9, ("tests", 0, "pass_rate"))
