"""What `init` counts of the columns of a data set before it guesses their roles."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assay.commands.parts.proposed_rules import is_numbering
from assay.commands.parts.rules_of_sets import CountedSet
from assay.tables.addressing import Table
from assay.tables.aggregates import RowSample, Summary
from assay.tables.predicates import IsDuplicate, IsMissing
from assay.tables.questions import Counts
from assay.tables.source import Source

SAMPLE, SEED, LONGEST = 1_000, 1, 64
_OWNERS = (
    *("account", "application", "case", "client", "customer", "document", "employee", "event", "image", "item", "loan"),
    *("member", "order", "passenger", "patient", "person", "product", "record", "row", "sample", "session", "student"),
    *("subject", "transaction", "user"),
)
# Small letters alone do not part `userid` from `repaid`.
_ID = re.compile(
    rf"(?i:(^|[_.\s-])(id|ids|key|uuid|guid|no|nr|index|row_?names?)$|({'|'.join(_OWNERS)})id$)|[a-z](Id|ID)$"
)


def count_columns(name: str, source: Source, columns: list[str]) -> dict[str, tuple[int, int]]:
    """For each column the numbers of missing and of duplicate values."""
    from assay.tables.answering import Tables

    conditions = [(f"m{index}", IsMissing(column)) for index, column in enumerate(columns)]
    doubles = [(f"d{index}", IsDuplicate(column)) for index, column in enumerate(columns)]
    with Tables({name: source}, {}, None) as tables:
        (tally,) = tables.answer([Counts(Table(name), (*conditions, *doubles))])
    return {column: (tally.true[f"m{index}"], tally.true[f"d{index}"]) for index, column in enumerate(columns)}


def is_named_id(column: str) -> bool:
    """Whether a column is named as ids are."""
    return _ID.search(column) is not None


def identifies(name: str, source: Source, column: str) -> bool:
    """Whether whole numbers that occur once each identify rows, by their name or because they number rows."""
    from assay.tables.answering import Tables

    if is_named_id(column):
        return True
    with Tables({name: source}, {}, None) as tables:
        (found,) = tables.answer([Summary(Table(name), (column,))])
    summary = found[column]
    return summary.minimum is not None and is_numbering(summary.n, summary.minimum, summary.maximum)


def reads_as_id(name: str, source: Source, column: str) -> bool:
    """Whether texts that occur once each identify rows: they are single words, not sentences."""
    from assay.tables.answering import Tables

    with Tables({name: source}, {}, None) as tables:
        (found,) = tables.answer([RowSample(Table(name), (column,), SAMPLE, SEED)])
    texts = [str(each) for each in found[column].tolist() if each is not None]
    return all(len(each) <= LONGEST and " " not in each.strip() for each in texts)


def count_missing(name: str, source: Source, kinds: Mapping[str, str]) -> CountedSet:
    """The rows of a data set, and the missing values of each of some columns."""
    from assay.tables.answering import Tables

    conditions = tuple((column, IsMissing(column)) for column in kinds)
    with Tables({name: source}, {}, None) as tables:
        (tally,) = tables.answer([Counts(Table(name), conditions)])
    return CountedSet(kinds, tally.rows, tally.true)


def repeats(name: str, source: Source, column: str) -> bool:
    """Whether a column has a missing or a repeated value."""
    return count_columns(name, source, [column])[column] != (0, 0)
