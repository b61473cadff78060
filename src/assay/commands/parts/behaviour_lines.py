"""A behaviour test for the model at hand: a change of one of its features that should hardly move its score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.commands.parts.found_sets import FoundSet
from assay.commands.parts.proposed_label import Value, count_values
from assay.commands.parts.repository_survey import Found
from assay.commands.parts.yaml_scalars import quoted, scalar
from assay.tables.addressing import Table
from assay.tables.aggregates import Summary

MOST_CATEGORIES, LONGEST = 12, 60
HARMLESS, DECIDES_ALONE = 0.05, 0.5
"""How far the score of a class may move: if a number changes slightly, and if one category is exchanged."""
HARMLESS_ERROR, DECIDES_ALONE_ERROR = 0.1, 2.0
"""The same for a predicted number, in mean errors of a constant."""


def behaviour_lines(found: Found, current: FoundSet) -> Iterable[str]:
    """The block `behaviour` as YAML; none for several classes, which have no one score, or without a usable feature."""
    if found.task == "multiclass-classification":
        return
    proposed = _changed_number(found, current) or _exchanged_categories(found, current) or _longer_text(found, current)
    if proposed is None:
        return
    name, change, of_class, of_number = proposed
    within = of_class
    if found.task == "regression":
        within = float(f"{of_number * (found.bars.error or 1):.2g}")
    yield from ("  behaviour:", f"    on: {current.name}", "    tests:")
    yield f"      - {{name: {quoted(name)}, kind: invariance, change: {{{change}}},"
    yield f"         expect: {{score_within: {within:g}}}}}    # ← your expectation"


Proposal = tuple[str, str, float, float]
"""A test's name, the change, and how far a class's score and a predicted number may move."""


def _candidates(found: Found, current: FoundSet, *kinds: str) -> list[str]:
    """Features of some types that can be changed alone: neither times nor parts of the calendar."""
    aside = (*found.roles.times, *found.roles.calendar)
    return [each for each in found.features if current.kinds[each] in kinds and each not in aside]


def _changed_number(found: Found, current: FoundSet) -> Proposal | None:
    numbers = [each for each in _candidates(found, current, "number", "integer") if each not in found.sensitive]
    if not numbers:
        return None
    summaries = _summaries(current, numbers)
    for kind, step in (("number", "±0.1%"), ("integer", "±1%")):
        for column in numbers:
            # A flag or a code is not a quantity of which a share could be taken.
            if current.kinds[column] == kind and summaries[column] > (2 if kind == "number" else MOST_CATEGORIES):
                return (
                    f"a small change of {column} is harmless",
                    f'{scalar(column)}: "{step}"',
                    HARMLESS,
                    HARMLESS_ERROR,
                )
    return None


def _summaries(current: FoundSet, columns: list[str]) -> Mapping[str, float]:
    """The spread of each column, as a number of steps of one between its ends; 0 for a column without values."""
    from assay.tables.answering import Tables

    with Tables({current.name: current.source}, {}, None) as tables:
        (answer,) = tables.answer([Summary(Table(current.name), tuple(columns))])
    return {name: _spread(answer[name]) for name in columns}


def _spread(summary: object) -> float:
    least, most = getattr(summary, "minimum", None), getattr(summary, "maximum", None)
    if not isinstance(least, int | float) or not isinstance(most, int | float) or most <= least:
        return 0.0
    return float("inf") if not float(least).is_integer() or not float(most).is_integer() else float(most - least)


def _exchanged_categories(found: Found, current: FoundSet) -> Proposal | None:
    columns = _candidates(found, current, "text", "integer", "boolean")
    for column in sorted(columns, key=lambda each: each in found.sensitive):
        values = count_values(current.name, current.source, column)
        if 2 <= len(values) <= MOST_CATEGORIES and all(len(str(each)) <= LONGEST for each in values):  # noqa: PLR2004  # both are exchanged
            first, second = list(values)[:2]
            return (
                f"exchanging {first} and {second} of {column} does not decide alone",
                f"{scalar(column)}: {{swap: [{_written(first)}, {_written(second)}]}}",
                DECIDES_ALONE,
                DECIDES_ALONE_ERROR,
            )
    return None


def _longer_text(found: Found, current: FoundSet) -> Proposal | None:
    texts = _candidates(found, current, "text")
    if not texts:
        return None
    change = f'{scalar(texts[0])}: {{append: " "}}'
    return f"a blank at the end of {texts[0]} is harmless", change, HARMLESS, HARMLESS_ERROR


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else f"{value:g}"
