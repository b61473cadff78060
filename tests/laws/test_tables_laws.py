"""Laws of tables: answers are those of a plain reading of the rows, whatever the format and the number of threads."""

from __future__ import annotations

import hashlib
import json
import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.thoroughness import examples

from assay.canonical import canonical, digest, significant
from assay.tables.addressing import Table
from assay.tables.answering import Tables
from assay.tables.exact_numbers import number_of
from assay.tables.mentions import columns_of
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
    Matches,
    Not,
    OneOf,
    Operand,
)
from assay.tables.questions import Cells, Counts, Keys, Question, Schema, Values
from assay.tables.scores import scores_digest
from assay.tables.source import Source

Row = dict[str, Any]
FIRST: Row = {"key": "k", "i": 1, "x": 0.5, "s": "a", "b": True, "d": "2026-01-31"}
KINDS = {"i": "integer", "x": "number", "s": "text", "b": "boolean", "d": "date"}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
QUICK = settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])

integers = st.integers(-3, 3) | st.integers(-(10**6), 10**6)
numbers = st.sampled_from([0.0, -0.0, 0.5, 1.0, 0.1, 0.30000000000000004]) | st.floats(
    allow_nan=False, allow_infinity=False
)
texts = st.sampled_from(["a", "b", "", "NA", "x,y", 'say "x"', "two\nlines", "é"]) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=3
).map(lambda text: "t" + text)
dates = st.dates().filter(lambda day: day.year >= 1900).map(str)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "i": st.none() | integers,
            "x": st.none() | numbers,
            "s": st.none() | texts,
            "b": st.none() | st.booleans(),
            "d": st.none() | dates,
        }
    ),
    max_size=12,
).map(lambda found: [FIRST, *({"key": f"k{index}", **row} for index, row in enumerate(found))])


short = integers | st.sampled_from([0.0, -0.0, 0.5, 1.0, 0.1])
"""Constants whose products have fewer than 38 digits."""


def numeric(depth: int = 2) -> st.SearchStrategy[Operand]:
    columns = st.sampled_from([Column("i"), Column("x")])
    plain: st.SearchStrategy[Operand] = columns | (short if depth < 2 else integers | numbers)
    if depth == 0:
        return plain
    return plain | st.builds(Arithmetic, st.sampled_from(["+", "-", "*"]), numeric(depth - 1), numeric(depth - 1))


signs = st.sampled_from(list(COMPARISONS))
single: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Compare, signs, numeric(), numeric()),
    st.builds(Compare, signs, st.just(Column("s")), texts | st.just(Column("s"))),
    st.builds(Compare, signs, st.just(Column("d")), dates),
    st.builds(Compare, signs, st.just(Column("b")), st.booleans() | st.just(Column("i"))),
    st.builds(
        OneOf,
        st.sampled_from(list(KINDS)),
        st.lists(integers | numbers | texts | st.booleans() | dates, max_size=4).map(tuple),
    ),
    st.builds(Matches, st.just("s"), st.sampled_from(["[a-c]+", "t.*", "", "(a|two\\nlines)", "é", ".+"])),
    st.builds(IsMissing, st.sampled_from(list(KINDS))),
    st.builds(IsFinite, st.sampled_from(list(KINDS))),
    st.builds(IsDuplicate, st.sampled_from(list(KINDS))),
)
conditions = st.recursive(
    single,
    lambda inner: st.builds(Not, inner) | st.builds(All, st.lists(inner, max_size=3).map(tuple))
    | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)  # fmt: skip


def value_of(part: Operand, row: Row) -> Any:
    """What an operand is; a result of exact arithmetic is a fraction."""
    if not isinstance(part, Arithmetic):
        return row[part.name] if isinstance(part, Column) else part
    found = worked(part, row)
    return None if found is None or found[0] != found[0] else found[0] if found[1] is None else found[1]


def worked(part: Operand, row: Row) -> tuple[float, Fraction | None] | None:
    """A number as floats give it and, unless a column of floats takes part, exactly."""
    if isinstance(part, Arithmetic):
        left, right = worked(part.left, row), worked(part.right, row)
        if left is None or right is None:
            return None
        work = ARITHMETIC[part.operator]
        exact = None if left[1] is None or right[1] is None else work(left[1], right[1])
        of_constants = not any(columns_of(part))
        return (float(exact) if exact is not None and of_constants else work(left[0], right[0])), exact
    value = row[part.name] if isinstance(part, Column) else part
    if value is None:
        return None
    return float(value), None if part == Column("x") else Fraction(number_of(value))


def meant(value: Any) -> Any:
    """The number that a float stands for; anything else as it is."""
    return Fraction(number_of(value)) if isinstance(value, float) and math.isfinite(value) else value


def truth(condition: Condition, row: Row, every: Sequence[Row]) -> bool | None:  # noqa: C901, PLR0911  (a case per kind)
    """What a condition is by a plain reading of three-valued logic."""
    match condition:
        case Compare():
            left, right = value_of(condition.left, row), value_of(condition.right, row)
            if left is None or right is None:
                return None
            return COMPARISONS[condition.operator](meant(left), meant(right))
        case OneOf():
            found = row[condition.column]
            if found is None:
                return None
            listed = condition.values  # noqa: PD011  (no data frame)
            return any(isinstance(found, str) == isinstance(value, str) and found == value for value in listed)
        case Matches():
            found = row[condition.column]
            return None if found is None else re.fullmatch(condition.pattern, found) is not None
        case IsMissing():
            return row[condition.column] is None
        case IsFinite():
            return None if row[condition.column] is None else True
        case IsDuplicate():
            found = row[condition.column]
            return found is not None and sum(other[condition.column] == found for other in every) > 1
        case Not():
            inner = truth(condition.condition, row, every)
            return None if inner is None else not inner
        case All():
            return conjunction([truth(inner, row, every) for inner in condition.conditions])
        case AnyOf():
            found = conjunction(
                [None if (t := truth(inner, row, every)) is None else not t for inner in condition.conditions]
            )
            return None if found is None else not found


def conjunction(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(value)


def sources(folder: Path, found: list[Row]) -> list[Source]:
    """The same rows as CSV and as Parquet."""
    csv, parquet = folder / "data.csv", folder / "data.parquet"
    lines = [",".join(written(row[name]) for name in FIRST) for row in [{name: name for name in FIRST}, *found]]
    csv.write_bytes(("\n".join(lines) + "\n").encode())
    types = {"key": "object", "i": "Int64", "x": "Float64", "s": "object", "b": "boolean", "d": "object"}
    frame = pandas.DataFrame(
        {name: pandas.array([row[name] for row in found], dtype=kind) for name, kind in types.items()}
    )
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.execute(
            "COPY (SELECT key::VARCHAR AS key, i, x, s::VARCHAR AS s, b, CAST(d AS DATE) AS d FROM frame)"
            f" TO '{parquet}' (FORMAT parquet)"
        )
    made = []
    for path in (csv, parquet):
        content = path.read_bytes()
        form = "csv" if path is csv else "parquet"
        made.append(Source(path=path, name=path.name, format=form, digest=digest(content), bytes=len(content)))
    return made


@QUICK
@given(rows, st.lists(conditions, min_size=1, max_size=4))
def test_counts_and_keys_are_those_of_a_plain_reading(found: list[Row], asked: list[Condition]) -> None:
    named = tuple((f"c{index}", condition) for index, condition in enumerate(asked))
    questions: list[Question] = [
        Counts(Table("data"), named),
        *(Keys(Table("data"), condition, 3) for condition in asked),
    ]
    with TemporaryDirectory() as folder:
        for source in sources(Path(folder), found):
            for threads in (1, 3):
                with Tables({"data": source}, {}, "key", threads=threads) as tables:
                    tally, *keys = tables.answer(questions)
                assert tally.rows == len(found)
                for (name, condition), ids in zip(named, keys, strict=True):
                    truths = [truth(condition, row, found) for row in found]
                    counts = (tally.true[name], tally.false[name], tally.unknown[name])
                    assert sum(counts) == tally.rows
                    assert counts == (truths.count(True), truths.count(False), truths.count(None)), (
                        source.format,
                        condition,
                    )
                    assert (
                        ids
                        == tuple(row["key"] for row, held in zip(found, truths, strict=True) if held is not True)[:3]
                    )


@QUICK
@given(rows, conditions, st.lists(st.sampled_from(list(KINDS)), max_size=3, unique=True))
def test_cells_and_values_are_those_of_a_plain_reading(found: list[Row], condition: Condition, by: list[str]) -> None:
    keys = (*map(Column, by), condition)
    expected = Counter((*(row[name] for name in by), truth(condition, row, found)) for row in found)
    with TemporaryDirectory() as folder:
        answers = []
        for source in sources(Path(folder), found):
            with Tables({"data": source}, {}, None) as tables:
                answers.append(
                    tables.answer(
                        [Cells(Table("data"), keys), Values(Table("data"), tuple(KINDS)), Schema(Table("data"))]
                    )
                )
    for cells, values, schema in answers:
        assert cells == expected
        assert list(cells) == list(answers[0][0])
        assert schema == {"key": "text"} | KINDS
        assert all(
            isinstance(part, bool) == isinstance(same, bool)
            for cell in cells
            for part, same in zip(cell, cell, strict=True)
        )
        for name, kind in KINDS.items():
            plain = [row[name] for row in found]
            if kind in ("integer", "number"):
                assert values[name].dtype == np.float64
                np.testing.assert_array_equal(
                    values[name], np.array([np.nan if v is None else v for v in plain], dtype=float)
                )
            else:
                assert values[name].tolist() == plain


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        max_size=8,
    )
)
def test_the_digest_of_scores_is_that_of_significant_digits(found: list[tuple[str, float]]) -> None:
    expected = hashlib.sha256(canonical(["@id", "@score"]) + b"\n")
    for key, score in found:
        expected.update(f"[{json.dumps(key, ensure_ascii=False)},{significant(score):.8e}]\n".encode())
    scores = np.array([score for _, score in found], dtype=float)
    assert scores_digest([key for key, _ in found], scores, ["@score"]) == "sha256:" + expected.hexdigest()
    rounded = np.array([significant(score) for score in scores.tolist()], dtype=float)
    assert scores_digest([key for key, _ in found], rounded, ["@score"]) == "sha256:" + expected.hexdigest()
