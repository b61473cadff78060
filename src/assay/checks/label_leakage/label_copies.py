"""Features and answers that repeat the label, in a sample of the rows."""

from __future__ import annotations

import unicodedata
from decimal import Context, InvalidOperation
from typing import TYPE_CHECKING, Any

from assay.checks.data_hygiene.inspected_sets import sample_size, seed_of
from assay.tables.addressing import SCORE, Table
from assay.tables.aggregates import RowSample

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from assay.dossier.check_context import CheckContext

ENOUGH_ROWS = 20
"""Fewer rows repeat a label by chance."""
_EXACT = Context(prec=1_000, traps=[InvalidOperation])
MOST_ROWS = 0.5
"""The label and its copy must both be known in more than this share of the rows."""


def find_copies(
    context: CheckContext, schemas: Mapping[str, Mapping[str, str]]
) -> Generator[list[Any], list[Any], tuple[list[str], list[str]]]:
    """The features that repeat the label, and the data sets whose answers repeat it, each in a sample of rows."""
    label, looked = str(context.label), [name for name in context.sets if context.label in schemas[name]]
    scores = {
        name: [each for each in schemas[name] if each == SCORE or each.startswith(f"{SCORE}:")] for name in looked
    }
    columns = {name: (label, *known_features(context, schemas[name]), *scores[name]) for name in looked}
    found = yield [
        RowSample(Table(name), columns[name], sample_size(len(columns[name])), seed_of(context)) for name in looked
    ]
    numeric = context.task == "regression"
    copied, answered = list[str](), list[str]()
    for name, sample in zip(looked, found, strict=True):
        copied += [
            f"{name}: {each}"
            for each in known_features(context, schemas[name])
            if _repeats(sample[label], [sample[each]], numeric=numeric)
        ]
        if scores[name] and _repeats(sample[label], [sample[each] for each in scores[name]], numeric=numeric):
            answered.append(name)
    return copied, answered


def _repeats(labels: Any, columns: Sequence[Any], *, numeric: bool) -> bool:
    """Whether columns say the label in every row where both are known: the same number, or one value for each class."""
    from assay.stats.grouping import missing

    kept = ~missing(labels)
    for each in columns:
        kept &= ~missing(each)
    count = int(kept.sum())
    if count < ENOUGH_ROWS or count <= MOST_ROWS * len(labels):
        return False
    rows = zip(labels[kept], *(column[kept] for column in columns), strict=True)
    if numeric:
        return len(columns) == 1 and all(_text(label) == _text(said) for label, said in rows)
    said_of, label_of = dict[str, tuple[str, ...]](), dict[tuple[str, ...], str]()
    for label, *parts in rows:
        wanted, said = _text(label), tuple(map(_text, parts))
        # Seldom does a column agree for more than some rows, so most are left at once.
        if said_of.setdefault(wanted, said) != said or label_of.setdefault(said, wanted) != wanted:
            return False
    return len(said_of) > 1


def _text(value: Any) -> str:
    """A value as text: numbers by value, without rounding, texts without case and outer spaces."""
    text = str(value).strip()
    try:
        return str(_EXACT.create_decimal(str(int(value)) if isinstance(value, bool) else text).normalize(_EXACT))
    except InvalidOperation:
        return text.casefold()


def known_features(context: CheckContext, schema: Mapping[str, str]) -> tuple[str, ...]:
    """The features that a data set has, without the label."""
    return tuple(each for each in context.features if each in schema and each != context.label)


def plain_name(name: str) -> str:
    """A name without case, width, spaces and marks: `Approve_`, `APPROVE` and `approve` are one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in folded if each.isalnum()) or folded
