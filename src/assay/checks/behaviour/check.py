"""Whether the score moves, or stays, as declared when a feature changes.

Method: Each test changes columns in every row that it applies to, the model answers the changed rows too, and each
pair of scores is compared. The share that passes must clear the test's `pass_rate`, which is its bar. It has Wilson's
interval (1927); where rows belong together, that of as many independent rows as they are worth.

Undefined: `empty` if the change applies to no row, `no_predictions` if nobody answered the changed rows, `not_finite`
if a score moved without bound.

Cost: The model answers the rows once more for each test, and twice for a change in both directions (`±`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from assay.checks.behaviour.facts import ExpectationOutcome, Facts
from assay.checks.behaviour.spec import Expectation, ScoreWithin, Spec, recipes_of
from assay.dossier.check_context import CheckContext
from assay.errors import Place
from assay.facts.check_parts import Bar, ColumnUse, Recipe
from assay.facts.values import Count, Measure, Undefined, Value, exact

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    import numpy as np
    import numpy.typing as npt

    from assay.tables.questions import Question

EXAMPLE = (
    '{on: test, tests: [{name: little matters little, kind: invariance, change: {amount: "±1%"}, '
    "expect: {score_within: 0.05}}]}"
)
OTHERWISE = (
    "The model is asked about changed rows, so `model.artifact` names its file or function, not a file of answers."
)
_TOLERANCE = 1e-9
_FAILING_KEYS = 10
_CLASSES = 2
_NUMBERS = ("number", "integer")


def bars(spec: Spec, context: CheckContext) -> Iterable[Bar]:
    """One bar per test and data set: its pass rate."""
    for name in context.on(spec.on):
        for index, test in enumerate(spec.tests):
            yield Bar(
                fact=f"/sets/{_escaped(name)}/{_escaped(test.name)}/pass_rate",
                title=f"pass rate of: {test.name}",
                subject={"set": name, "test": test.name},
                direction="at_least",
                limit=test.pass_rate.limit,
                where=("tests", index, "pass_rate") if "pass_rate" in test.model_fields_set else ("tests", index),
            )


def columns(spec: Spec, context: CheckContext) -> Iterable[ColumnUse]:
    """The data sets, and the columns that are changed."""
    for name in context.on(spec.on):
        yield ColumnUse(where=("on",), set=name)
        for index, test in enumerate(spec.tests):
            for column, change in test.change.items():
                place = ("tests", index, "change", column)
                yield ColumnUse(where=place, set=name, column=column, kinds=_NUMBERS if isinstance(change, str) else ())


def problems(spec: Spec, context: CheckContext) -> Iterable[tuple[Place, str]]:
    """The tests that this model does not allow."""
    if context.task == "multiclass-classification" or len(context.classes) > _CLASSES:
        yield (), "behaviour tests compare one score per row; a model of more than two classes has several."
    if not context.on(spec.on):
        yield (
            (),
            f"list the data sets to test under `on`; the manifest has: {', '.join(context.sets) or 'none'}.",
        )
    for index, test in enumerate(spec.tests):
        for column in test.change:
            if context.features and column not in context.features:
                yield (
                    ("tests", index, "change", column),
                    f"`{column}` is not a feature of the model, so changing it shows nothing.",
                )


def scored(spec: Spec, context: CheckContext) -> Iterable[str]:
    """The data sets whose rows are changed, because their unchanged scores are needed too."""
    return context.on(spec.on)


def recipes(spec: Spec, context: CheckContext) -> Iterable[Recipe]:
    """The changed rows; a test with `±` has two recipes: all values up, and all down."""
    for name in context.on(spec.on):
        for index, test in enumerate(spec.tests):
            yield from recipes_of(name, index, test)


def named(spec: Spec, context: CheckContext) -> Mapping[str, Iterable[str]]:
    """Data sets and tests."""
    return {"sets": context.on(spec.on), "sets/*": tuple(test.name for test in spec.tests)}


def measure(spec: Spec, context: CheckContext) -> Generator[list[Question], list[Any], Facts]:
    """Compares the scores of changed rows with those of the unchanged rows."""
    from assay.tables.addressing import BASE, ROW, SCORE, Table
    from assay.tables.predicates import Not, OneOf
    from assay.tables.questions import Keys, Values

    planned = [
        (name, test, tuple(recipes_of(name, index, test)))
        for name in context.on(spec.on)
        for index, test in enumerate(spec.tests)
    ]
    asked = [entry for entry in planned if entry[0] in context.predicted]
    group = () if context.group is None else (context.group,)
    questions: list[Question] = [
        Values(Table(name, recipe.id), tuple(dict.fromkeys((*test.change, *group, SCORE, BASE))))
        for name, test, row in asked
        for recipe in row
    ]
    answers = iter((yield questions))
    trials = [_try(test, row, [next(answers) for _ in row], context.group) for _, test, row in asked]
    keys = yield [
        Keys(Table(name), Not(OneOf(ROW, tuple(trial.failing[:_FAILING_KEYS]))), _FAILING_KEYS)
        for (name, _, _), trial in zip(asked, trials, strict=True)
    ]
    found = {
        (name, test.name): _facts(trial, tuple(ids), context)
        for (name, test, _), trial, ids in zip(asked, trials, keys, strict=True)
    }
    nothing = Undefined(reason="no_predictions")
    absent = ExpectationOutcome(
        pass_rate=nothing, largest_movement=nothing, rows=0, applicable=0, not_applicable=0, failing=0
    )
    return Facts(
        sets={
            name: {test.name: found.get((name, test.name), absent) for test in spec.tests}
            for name in context.on(spec.on)
        }
    )


class _Trial(Value):
    """The rows that failed, and the number of rows that the change applied to."""

    rows: Count
    applicable: Count
    failing: tuple[int, ...]
    movement: float
    rate: Measure


def _try(
    test: Expectation, row: tuple[Recipe, ...], answers: list[dict[str, npt.NDArray[np.generic]]], group: str | None
) -> _Trial:
    import numpy as np

    from assay.tables.addressing import BASE, SCORE
    from assay.tables.recipes import apply_recipe

    rows = len(answers[0][SCORE])
    applicable, passed, movement = np.ones(rows, dtype=bool), np.ones(rows, dtype=bool), np.zeros(rows)
    for recipe, answer in zip(row, answers, strict=True):
        _, possible = apply_recipe(recipe, {column: _as_read(answer[column]) for column in test.change})
        applicable &= possible
        moved = answer[SCORE].astype(np.float64) - answer[BASE].astype(np.float64)
        passed &= _passes(test, moved)
        movement = np.maximum(movement, np.abs(moved))
    failing = np.flatnonzero(applicable & ~passed)
    largest = float(movement[applicable].max()) if applicable.any() else 0.0
    return _Trial(
        rows=rows,
        applicable=int(applicable.sum()),
        failing=tuple(failing.tolist()),
        movement=largest,
        rate=_rate(passed, applicable, answers[0][group] if group is not None else None, str(group)),
    )


def _rate(
    passed: npt.NDArray[np.bool_], applicable: npt.NDArray[np.bool_], groups: npt.NDArray[Any] | None, column: str
) -> Measure:
    """The share of the applicable rows that passed."""
    from assay.stats.clustered_shares import clustered_proportion
    from assay.stats.clusters import clusters_of
    from assay.stats.proportions import proportion

    if groups is None:
        return proportion(int((passed & applicable).sum()), int(applicable.sum()), level=CheckContext.level)
    return clustered_proportion(passed, applicable, clusters_of(groups, column), level=CheckContext.level)


def _as_read(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Numbers as the model reads them: floats, also where these round."""
    from assay.stats.grouping import are_numbers, numbers

    found = numbers(values) if values.dtype.kind == "O" and are_numbers(values) else None
    return values if found is None else found


def _passes(test: Expectation, moved: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """The rows that meet the expectation; a score that is not a number never does."""
    if isinstance(test.expect, ScoreWithin):
        return abs(moved) <= test.expect.score_within + _TOLERANCE
    return moved >= -_TOLERANCE if test.expect == "score not lower" else moved <= _TOLERANCE


def _facts(trial: _Trial, keys: tuple[str, ...], context: CheckContext) -> ExpectationOutcome:
    rate: Measure = Undefined(reason="empty")
    largest: Measure = Undefined(reason="empty")
    if trial.applicable:
        rate = trial.rate
        finite = math.isfinite(trial.movement)
        largest = (
            exact(trial.movement, trial.applicable) if finite else Undefined(reason="not_finite", n=trial.applicable)
        )
    return ExpectationOutcome(
        pass_rate=rate,
        largest_movement=largest,
        rows=trial.rows,
        applicable=trial.applicable,
        not_applicable=trial.rows - trial.applicable,
        failing=len(trial.failing),
        keys=keys,
    )


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
