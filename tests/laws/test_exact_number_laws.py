"""Laws of exact numbers: they are compared as Python's int and Decimal compare them, whatever the file's format."""

from __future__ import annotations

import json
import operator
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.support.thoroughness import examples

from assay.canonical import digest
from assay.tables.addressing import Table
from assay.tables.aggregates import Breaks, Conflicts, Duplicates, Strangers, Summary, TopValues
from assay.tables.answering import Tables
from assay.tables.exact_numbers import number_of
from assay.tables.predicates import Arithmetic, Column, Compare, IsDuplicate, OneOf
from assay.tables.questions import Cells, Counts, Keys, Question, Values
from assay.tables.source import Source

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
QUICK = settings(
    max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
T, OTHER = Table("data"), Table("other")
FORMATS = ("parquet", "arrow", "csv", "json_lines")
SUFFIXES = {"csv": "csv", "json_lines": "jsonl"}
TYPES: dict[str, Any] = {
    "bigint": pa.int64(),
    "unsigned": pa.uint64(),
    "long": pa.decimal128(38, 0),
    "money": pa.decimal128(18, 2),
    "fine": pa.decimal128(38, 18),
    "finest": pa.decimal128(38, 37),
    "float": pa.float64(),
}
TINY, CENT = Decimal("1e-18"), Decimal("0.01")


def near(*centres: int | str) -> st.SearchStrategy[Decimal]:
    """Numbers that floats cannot tell from a few centres, and the centres."""
    steps = st.sampled_from([Decimal(0), Decimal(1), Decimal(-1), CENT, -CENT, TINY, -TINY, Decimal("1e-37")])
    return st.builds(lambda centre, step: EXACT.add(Decimal(centre), step), st.sampled_from(centres), steps)


EXACT = Context(prec=100)
any_number = near(0, 1, "0.1", "-0.3", 2**53, 2**60, 2**63, -(2**63), 2**64 - 1, 10**17, "9e18", "1234567890123456.78")


def fits(value: Decimal, kind: str) -> bool:
    """Whether a column of a type can hold a number."""
    if kind == "float":
        return number_of(float(value)) == value
    if kind in ("bigint", "unsigned"):
        low, high = (-(2**63), 2**63) if kind == "bigint" else (0, 2**64)
        return value == int(value) and low <= value < high
    places = -int(value.normalize(EXACT).as_tuple().exponent)
    scale = TYPES[kind].scale
    return places <= scale and abs(value) < Decimal(10) ** (38 if kind != "money" else 18) / Decimal(10) ** scale


def columns_of_kind(kind: str) -> st.SearchStrategy[list[Decimal | None]]:
    fitting = any_number.filter(lambda value: fits(value, kind))
    return st.lists(st.none() | fitting, min_size=2, max_size=8)


def cell(value: Decimal | None, kind: str) -> Any:
    """A number as a file of its type holds it."""
    if value is None:
        return None
    return int(value) if kind in ("bigint", "unsigned") else float(value) if kind == "float" else value


def as_text(value: Decimal | None, kind: str) -> str:
    if value is None:
        return ""
    return repr(float(value)) if kind == "float" else format(value, "f")


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, list[Decimal | None]]]:
    """Two or three columns of numbers with their types."""
    kinds = {name: draw(st.sampled_from(list(TYPES))) for name in ("a", "b")}
    rows = draw(st.integers(2, 8))
    found = {}
    for name, kind in kinds.items():
        fitting = any_number.filter(lambda value, kind=kind: fits(value, kind))
        found[name] = draw(st.lists(st.none() | fitting, min_size=rows, max_size=rows))
    return kinds, found


def written(
    folder: Path, name: str, form: str, kinds: dict[str, str], found: dict[str, list[Decimal | None]]
) -> Source:
    """The columns as a file of a format."""
    rows = len(next(iter(found.values())))
    path = folder / f"{name}.{SUFFIXES.get(form, form)}"
    keys = [f"k{row}" for row in range(rows)]
    if form in ("parquet", "arrow"):
        arrays = {each: pa.array([cell(v, kinds[each]) for v in found[each]], TYPES[kinds[each]]) for each in found}
        table = pa.table({"key": keys, **arrays})
        if form == "parquet":
            pq.write_table(table, path)
        else:
            with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
    elif form == "csv":
        lines = [
            ",".join([keys[row], *(as_text(found[each][row], kinds[each]) for each in found)]) for row in range(rows)
        ]
        path.write_text("\n".join([",".join(["key", *found]), *lines]) + "\n", encoding="utf-8")
    else:
        objects = [
            ", ".join(
                [f'"key": {json.dumps(keys[row])}']
                + [f'"{each}": {as_text(found[each][row], kinds[each]) or "null"}' for each in found]
            )
            for row in range(rows)
        ]
        path.write_text("".join(f"{{{each}}}\n" for each in objects), encoding="utf-8")
    content = path.read_bytes()
    return Source(path=path, name=path.name, format=form, digest=digest(content), bytes=len(content))


def can_be_typed(form: str, kinds: dict[str, str], found: dict[str, list[Decimal | None]]) -> bool:
    """Whether a text file says that the columns are numbers: whole numbers beyond 64 bits are text, as is nothing."""
    if form in ("parquet", "arrow"):
        return True
    for name, values in found.items():
        there = [value for value in values if value is not None]
        whole = all(value == int(value) for value in there) and kinds[name] != "float"
        if not there or (whole and any(not -(2**63) <= value < 2**63 for value in there)):
            return False
    return True


def compare(operator: str, left: Decimal | None, right: Decimal | None) -> bool | None:
    return None if left is None or right is None else COMPARISONS[operator](left, right)


def counts(truths: Sequence[bool | None]) -> tuple[int, int, int]:
    return truths.count(True), truths.count(False), truths.count(None)


@pytest.mark.parametrize("form", FORMATS)
def test_conditions_compare_as_python_does(form: str) -> None:
    @QUICK
    @given(tables(), st.sampled_from(list(COMPARISONS)), st.lists(any_number, min_size=1, max_size=3))
    def law(made: tuple[dict[str, str], dict[str, list[Decimal | None]]], operator: Any, values: list[Decimal]) -> None:
        kinds, found = made
        assume(can_be_typed(form, kinds, found))
        one, other = found["a"], found["b"]
        constants = [int(v) if v == int(v) else float(v) if fits(v, "float") else v for v in values]
        asked = {
            "columns": (
                Compare(operator, Column("a"), Column("b")),
                [compare(operator, *p) for p in zip(one, other, strict=True)],
            ),
            "listed": (OneOf("a", tuple(constants)), [None if v is None else v in values for v in one]),
            "repeated": (IsDuplicate("a"), [v is not None and one.count(v) > 1 for v in one]),
        }
        for index, (value, constant) in enumerate(zip(values, constants, strict=True)):
            asked[f"right {index}"] = (
                Compare(operator, Column("a"), constant),
                [compare(operator, v, value) for v in one],
            )
            asked[f"left {index}"] = (
                Compare(operator, constant, Column("a")),
                [compare(operator, value, v) for v in one],
            )
        questions: list[Question] = [Counts(T, tuple((name, condition) for name, (condition, _) in asked.items()))]
        questions += [Keys(T, condition, 9) for condition, _ in asked.values()]
        with TemporaryDirectory() as folder:
            source = written(Path(folder), "data", form, kinds, found)
            with Tables({"data": source}, {}, "key") as opened:
                tally, *keys = opened.answer(questions)
        for (name, (_, truths)), ids in zip(asked.items(), keys, strict=True):
            assert (tally.true[name], tally.false[name], tally.unknown[name]) == counts(truths), (name, kinds)
            assert ids == tuple(f"k{row}" for row, truth in enumerate(truths) if truth is not True)

    law()


@pytest.mark.parametrize("form", FORMATS)
def test_columns_are_counted_and_ordered_as_python_does(form: str) -> None:
    @QUICK
    @given(tables())
    def law(made: tuple[dict[str, str], dict[str, list[Decimal | None]]]) -> None:
        kinds, found = made
        assume(can_be_typed(form, kinds, found))
        there = [value for value in found["a"] if value is not None]
        both = [pair for pair in zip(found["a"], found["b"], strict=True) if None not in pair]
        asked: list[Question] = [
            Duplicates(T, ("a",)),
            Duplicates(T, ("a", "b")),
            Conflicts(T, ("a",), "b"),
            TopValues(T, "a", 9),
            Cells(T, (Column("a"),)),
            Breaks(T, "a", strictly=True),
            Summary(T, ("a",)),
            Values(T, ("a",)),
        ]
        with TemporaryDirectory() as folder:
            source = written(Path(folder), "data", form, kinds, found)
            with Tables({"data": source}, {}, "key") as opened:
                repeated, pairs, conflicts, top, cells, breaks, summary, values = opened.answer(asked)
        assert (repeated.whole, repeated.distinct) == (len(there), len(set(there)))
        assert pairs.distinct == len(set(both))
        by_key = {key: [b for a, b in zip(found["a"], found["b"], strict=True) if a == key] for key in found["a"]}
        assert conflicts == sum(len(each) for each in by_key.values() if len(set(each)) > 1)
        assert {number_of(value): count for value, count in top.values} == Counter(there)
        assert {key and number_of(key): count for (key,), count in cells.items()} == Counter(found["a"])
        assert breaks == sum(not after > before for before, after in pairwise(there))
        least, most = summary["a"].minimum, summary["a"].maximum
        assert (least, most) == (None, None) or (number_of(least), number_of(most)) == (min(there), max(there))
        given_back = values["a"].tolist()
        assert [None if v is None or v != v else number_of(v) for v in given_back] == found["a"]  # noqa: PLR0124

    law()


@pytest.mark.parametrize(
    ("mine", "theirs"), [("csv", "parquet"), ("parquet", "arrow"), ("json_lines", "csv"), ("arrow", "json_lines")]
)
def test_references_between_types_and_formats_are_those_of_python(mine: str, theirs: str) -> None:
    @QUICK
    @given(tables(), tables())
    def law(one: Any, other: Any) -> None:
        (kinds, found), (other_kinds, others) = one, other
        assume(can_be_typed(mine, kinds, found) and can_be_typed(theirs, other_kinds, others))
        known = set(others["a"]) - {None}
        strange = [row for row, value in enumerate(found["a"]) if value is not None and value not in known]
        with TemporaryDirectory() as folder:
            sources = {
                "data": written(Path(folder), "data", mine, kinds, found),
                "other": written(Path(folder), "other", theirs, other_kinds, others),
            }
            if not all(any(v is not None for v in each["a"]) for each in (found, others)):
                return
            with Tables(sources, {}, "key") as opened:
                (answer,) = opened.answer([Strangers(T, ("a",), OTHER, ("a",))])
        asked = sum(value is not None for value in found["a"])
        assert (answer.rows, answer.strangers) == (asked, len(strange)), (kinds["a"], other_kinds["a"])
        assert answer.keys == tuple(f"k{row}" for row in strange)

    law()


@QUICK
@given(
    st.lists(st.tuples(*[near(0, 1, "0.1", 10**9, "123456789.12")] * 3), min_size=1, max_size=6), st.sampled_from("+-*")
)
def test_sums_and_products_of_decimals_are_those_of_decimal(rows: list[tuple[Decimal, ...]], operator: Any) -> None:
    fitting = [row for row in rows if all(fits(value, "fine") for value in row)]
    if not fitting:
        return
    work = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}[operator]
    found: dict[str, list[Decimal | None]] = {
        name: [row[index] for row in fitting] for index, name in enumerate(("a", "b"))
    }
    found["c"] = [EXACT.quantize(work(row[0], row[1]), TINY) for row in fitting]
    if not all(fits(value, "fine") for value in found["c"] if value is not None):
        return
    truths = [work(row[0], row[1]) == value for row, value in zip(fitting, found["c"], strict=True)]
    small = operator != "*" or all(abs(work(row[0], row[1])) < 10 for row in fitting)  # 36 places leave two
    with TemporaryDirectory() as folder:
        source = written(Path(folder), "data", "parquet", dict.fromkeys("abc", "fine"), found)
        condition = Compare("==", Column("c"), Arithmetic(operator, Column("a"), Column("b")))
        with Tables({"data": source}, {}, "key") as opened:
            (tally,) = opened.answer([Counts(T, (("same", condition),))])
    assert not small or tally.true["same"] == sum(truths)
