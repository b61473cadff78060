"""A behaviour test for the model at hand: a change of one of its features that should hardly move its score."""

from __future__ import annotations

from collections.abc import Iterable

from assay.commands.parts.found_sets import FoundSet
from assay.commands.parts.proposed_label import Value, count_values
from assay.commands.parts.repository_survey import Found
from assay.commands.parts.yaml_scalars import quoted, scalar
from assay.tables.addressing import Table
from assay.tables.aggregates import Quantiles, TopValues

MOST_CATEGORIES, MANY, LONGEST = 12, 50, 60
CHANGED_ROWS = "a file of answers cannot be asked about changed rows"
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
    """A slight change of the number with the most values, and of a whole number a larger one.

    Trees cut between values or at one of them, so a change of a number with few values may well move the score.
    """
    numbers = [each for each in _candidates(found, current, "number", "integer") if each not in found.sensitive]
    different = {each: _count_different(current, each) for each in numbers}
    best = max(numbers, key=lambda each: (current.kinds[each] == "number", different[each]), default=None)
    if best is None or different[best] <= MOST_CATEGORIES:
        return None
    step = "±0.1%" if current.kinds[best] == "number" else "±1%"
    if found.model is not None and best in found.model.whole:
        step = f"+{_whole_step(current, best)}"
    if different[best] < MANY:
        return (
            f"a small change of {best} does not decide alone",
            f'{scalar(best)}: "{step}"',
            DECIDES_ALONE,
            DECIDES_ALONE_ERROR,
        )
    return f"a small change of {best} is harmless", f'{scalar(best)}: "{step}"', HARMLESS, HARMLESS_ERROR


def _whole_step(current: FoundSet, column: str) -> int:
    """A hundredth of the middle half of the values, at least 1; upwards, since counts are not negative."""
    from assay.tables.answering import Tables

    with Tables({current.name: current.source}, {}, None) as tables:
        ((first, third),) = tables.answer([Quantiles(Table(current.name), column, (0.25, 0.75))])
    return max(1, int(third - first) // 100)


def _count_different(current: FoundSet, column: str) -> int:
    from assay.tables.answering import Tables

    with Tables({current.name: current.source}, {}, None) as tables:
        (top,) = tables.answer([TopValues(Table(current.name), column, 1)])
    return int(top.distinct)


def _exchanged_categories(found: Found, current: FoundSet) -> Proposal | None:
    columns = _candidates(found, current, "text", "integer", "boolean", "number")
    for column in sorted(columns, key=lambda each: each in found.sensitive):
        values = count_values(current.name, current.source, column)
        if 2 <= len(values) <= MOST_CATEGORIES and all(len(str(each)) <= LONGEST for each in values):  # noqa: PLR2004  # both are exchanged
            first, second = list(values)[:2]
            return (
                f"exchanging {_shown(first)} and {_shown(second)} of {column} does not decide alone",
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
    return quoted(value) if isinstance(value, str) else _shown(value)


def _shown(value: Value) -> str:
    if isinstance(value, bool | str):
        return str(value).lower() if isinstance(value, bool) else value
    return f"{value:g}"
