"""Constant columns, text columns with numbers, and the classes of the label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.column_strays import ask_keys, find_strays, strays_finding
from assay.checks.data_hygiene.facts import ClassFacts, ColumnFindings, ColumnsFinding
from assay.checks.data_hygiene.inspected_sets import MOST_NAMES, InspectedSets
from assay.facts.values import Undefined, exact
from assay.tables.addressing import Table
from assay.tables.aggregates import TopCounts, TopValues
from assay.tables.interleaving import QuestionRounds
from assay.tables.predicates import IsMissing, Matches
from assay.tables.questions import Counts, WrittenTexts

if TYPE_CHECKING:
    from collections.abc import Collection

    from assay.tables.questions import RowTally

NUMBER = r"\s*[-+]?(\d+([.,]\d+)*|[.,]\d+)([eE][-+]?\d+)?\s*%?\s*"
WORD = r"[^0-9]*"
FEWEST_NUMBERS = 0.001
"""A text column is mixed if at least this share of its values are numbers and others have no digit at all."""
FEWEST_ROWS = 30
"""In fewer rows, a constant column says little."""
MOST_CLASSES = 1_000


def measure_columns(inspected: InspectedSets, name: str) -> QuestionRounds[ColumnFindings]:
    """The findings about single columns of a set; columns that vary in a sample are not read again."""
    table, every = Table(name), [column for column, kind in inspected.kinds[name].items() if kind == "text"]
    texts = [column for column in every if _holds_a_number(inspected, name, column)]
    quiet = [column for column in inspected.features(name) if not _varies(inspected, name, column)]
    forms = {(column, form): Matches(column, form) for column in texts for form in (NUMBER, WORD)}
    missing = [(f"missing {column}", IsMissing(column)) for column in texts]
    named = [(f"{number}", form) for number, form in enumerate(forms.values())]
    written = [WrittenTexts(table, tuple(every))] if every else []
    tally, *found = yield [Counts(table, (*missing, *named)), *(TopValues(table, each, 1) for each in quiet), *written]
    tops, strays = found[: len(quiet)], find_strays(found[-1]) if written else {}
    keys = yield [ask_keys(table, column, way) for column, (way, _) in strays.items()]
    constant = [column for column, top in zip(quiet, tops, strict=True) if _is_constant(top)]
    mixed = {column for index, column in enumerate(texts) if _is_mixed(tally, column, index)}
    mixed |= strays.keys()
    rows = inspected.rows[name]
    few = Undefined(reason="too_few", n=rows, needed=FEWEST_ROWS) if rows else Undefined(reason="empty")
    alike = _named(constant, inspected.features(name), rows)
    return ColumnFindings(
        constant=alike if rows >= FEWEST_ROWS else alike.model_copy(update={"columns": few}),
        mixed=_named([column for column in every if column in mixed], every, rows),
        strays={
            column: strays_finding(way, written_as, ids)
            for (column, (way, written_as)), ids in zip(strays.items(), keys, strict=True)
        },
    )


def measure_classes(inspected: InspectedSets, name: str) -> QuestionRounds[ClassFacts]:
    """The classes of a set's label, and the share of the rarest one."""
    label = inspected.context.label
    if label is None or not inspected.has(name, label):
        return ClassFacts(classes=0, rarest=Undefined(reason=inspected.unlabelled, n=inspected.rows[name]), missing=0)
    (top,) = yield [TopValues(Table(name), label, MOST_CLASSES)]
    n = inspected.rows[name] - top.missing
    rarest: Any = Undefined(reason="missing_labels" if top.missing else "empty", n=n)
    if top.distinct == 1:
        rarest = Undefined(reason="one_class", n=n)
    elif top.distinct > MOST_CLASSES:
        rarest = Undefined(reason="not_applicable", n=n)
    elif top.distinct:
        rarest = exact(top.values[-1][1] / n, n)
    return ClassFacts(classes=top.distinct, rarest=rarest, missing=top.missing)


def _varies(inspected: InspectedSets, name: str, column: str) -> bool:
    """Whether the sample has two different values, or a value and a missing one."""
    from assay.stats.grouping import missing

    values = inspected.samples[name][column]
    absent = missing(values)
    present = values[~absent]
    return bool(len(present) and (absent.any() or (present != present[0]).any()))


def _holds_a_number(inspected: InspectedSets, name: str, column: str) -> bool:
    """Whether a sampled value is a number; a mixed column has enough of them for a sample to show."""
    written = re.compile(NUMBER)
    return any(
        value is not None and written.fullmatch(value) for value in set(inspected.samples[name][column].tolist())
    )


def _is_constant(top: TopCounts) -> bool:
    return top.distinct == 0 or (top.distinct == 1 and not top.missing)


def _is_mixed(tally: RowTally, column: str, index: int) -> bool:
    numbers, words = tally.true[str(2 * index)], tally.true[str(2 * index + 1)]
    present = tally.rows - tally.true[f"missing {column}"]
    return words > 0 and numbers > 0 and numbers >= FEWEST_NUMBERS * present


def _named(found: list[str], among: Collection[str], rows: int) -> ColumnsFinding:
    columns = exact(len(found), len(among)) if rows else Undefined(reason="empty")
    return ColumnsFinding(columns=columns, names=tuple(found[:MOST_NAMES]))
