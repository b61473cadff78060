"""Which columns a question, a condition or an operand mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import assert_never

from assay.tables.aggregates import (
    Breaks,
    Buckets,
    Conflicts,
    Duplicates,
    Quantiles,
    RowSample,
    Sketch,
    Strangers,
    Summary,
    TopValues,
)
from assay.tables.predicates import (
    All,
    AnyOf,
    Arithmetic,
    Column,
    Compare,
    Condition,
    IsDuplicate,
    IsFinite,
    IsMissing,
    IsTime,
    IsTrue,
    IsWritten,
    Length,
    Matches,
    Not,
    OneOf,
    Operand,
)
from assay.tables.questions import Cells, Counts, Keys, Question, Schema, Values, WrittenTexts


def mentioned(question: Question) -> frozenset[str]:
    """The columns of its own table that a question reads."""
    match question:
        case Schema():
            names: Iterable[str] = ()
        case Counts():
            names = (name for _, condition in question.conditions for name in columns_of(condition))
        case Cells():
            names = (name for key in question.by for name in columns_of(key))
        case Keys():
            names = columns_of(question.condition)
        case Values() | Duplicates() | Strangers() | RowSample() | WrittenTexts():
            names = question.columns
        case Summary():
            names = (*question.columns, *_narrowing(question.where))
        case Quantiles() | Buckets() | Sketch() | TopValues():
            names = (question.column, *_narrowing(question.where))
        case Conflicts():
            names = (*question.columns, question.differs)
        case Breaks():
            names = (question.column,)
        case _:
            assert_never(question)
    return frozenset(names)


def _narrowing(condition: Condition | None) -> Iterator[str]:
    return iter(()) if condition is None else columns_of(condition)


def columns_of(part: Condition | Operand) -> Iterator[str]:
    """The columns that a condition or operand names, with repetitions."""
    match part:
        case Column():
            yield part.name
        case Compare() | Arithmetic():
            yield from columns_of(part.left)
            yield from columns_of(part.right)
        case IsDuplicate():
            yield from (part.column, *part.others)
        case Length() | OneOf() | Matches() | IsTime() | IsWritten() | IsMissing() | IsFinite():
            yield part.column
        case Not() | IsTrue():
            yield from columns_of(part.condition)
        case All() | AnyOf():
            for condition in part.conditions:
                yield from columns_of(condition)
        case str() | int() | float() | Decimal():
            return
        case _:
            assert_never(part)
