"""Laws of proposals: what is proposed from a file is read as it was meant, and holds on that file."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.support.contract_holding import broken, holds_on, proposed_by_init
from tests.support.table_files import source_of
from tests.support.thoroughness import examples

from assay.commands.parts.yaml_scalars import at_least, at_most, quoted, real, scalar
from assay.manifest.yaml_strict import load
from assay.stats.prediction_counts import most_elsewhere

SETTINGS = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = ["no", "Yes", "on", "~", "null", "true", "1e3", "0o7", "0x1f", "1_000", "2024-01-01", "12:30", ".inf", "NaN", "=", "<<",
         "- a", "? a", "a: b", "a #b", "*a", "&a", "!a", "%a", "@a", "`a`", "'", '"', "\\", "{a}", "[a]", ",", "", " ", " a ", "-", "---",
         "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ufeff", "\uffff", "\x1b[0m", "\n", "a\r\nb", "\t", "😀", "é", "\xa0", "rows"]  # fmt: skip
texts = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
names = texts.filter(lambda name: name.strip() and not name.startswith("@"))
floats = st.sampled_from([0.0, -0.0, 0.1, 5e-324, 1e300, -1e308, 123456789012.3456, 1e15 + 0.5]) | st.floats(width=64)
integers = st.integers(-4, 4) | st.integers(2**53 - 2, 2**53 + 9) | st.integers(-(2**63), 2**63 - 1)
days = st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1))


@st.composite
def columns(draw: st.DrawFn, size: int) -> list[Any]:
    """Values of one type, some missing, of a small pool or all different."""
    kind = draw(st.sampled_from([texts, floats, integers, days, st.booleans(), st.none()]))
    pool = draw(st.lists(kind | st.none(), min_size=1, max_size=12))
    order = draw(st.lists(st.integers(0, len(pool) - 1), min_size=1, max_size=30))
    return [pool[order[index % len(order)]] for index in range(size)]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[Any]]:
    size = draw(st.sampled_from([0, 1, 2, 30, 400]))
    named = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    return {name: draw(columns(size)) for name in named}


@SETTINGS
@given(tables())
@example({"a": [2**53 + 1] * 200 + [2**60] * 200})
@example({"a": [0.1 + 0.2] * 40 + [1e22, -1e22]})
@example({"a": ["\x85", "\u2028", "\x7f", "\uffff"] * 60})
@example({"rows": [1] * 60, "b": [None] * 60})
@example({"a": [0] * 600 + [1] * 200 + [2] * 60 + [3] * 20 + [4, 5, 6]})
def test_what_is_proposed_holds_on_its_own_file(table: dict[str, list[Any]]) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "data.parquet"
        parquet.write_table(arrow.table(table), path)
        assert holds_on(path, path) == []


@SETTINGS
@given(st.lists(st.sampled_from(["1", "-2.5", "007", "", '""', "x", "NA", "2024-01-01", "true", "1e3", " 1", "9007199254740993"]), min_size=3, max_size=3), st.integers(1, 300))  # fmt: skip
def test_what_is_proposed_holds_on_its_own_text(fields: list[str], rows: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        path.write_text("a,no\n" + "".join(f"{fields[row % 3]},{row}\n" for row in range(rows)))
        assert holds_on(path, path) == []


@given(texts)
def test_texts_are_read_as_they_are(text: str) -> None:
    for written in (quoted(text), scalar(text)):
        assert load(f"a: {{{quoted(text)}: [{written}, 1]}} # {quoted(text)}\n", "f").value == {"a": {text: [text, 1]}}


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-20, 20))
def test_numbers_are_read_as_they_are_and_rounded_outward(number: float, power: int) -> None:
    assert load(f"a: {real(number)}\n", "f").value == {"a": number}
    if abs(number) < 1e30:
        step = Decimal(10) ** power
        assert at_most(number, step) <= number <= at_least(number, step)
        assert math.isclose(at_most(number, step), number, rel_tol=1e-9, abs_tol=10.0**power * 1.000001)


@given(st.integers(0, 60), st.sampled_from([0.2, 0.05, 0.001, 1e-6]))
def test_no_number_of_rows_exceeds_the_bound_too_often(total: int, level: float) -> None:
    """However many rows of a kind two samples have together, the second has more than the bound at most so often."""
    exceeded = sum(
        Fraction(math.comb(total, seen), 2**total)
        for seen in range(total + 1)
        if total - seen > most_elsewhere(seen, level)
    )
    assert exceeded <= Fraction(level)


@settings(SETTINGS, max_examples=examples(30))
@given(tables(), tables())
@example({"a": [1, None] * 40, "rows": [1] * 80}, {"a": [0.5, 1.5] * 40, "b": ["x"] * 80})
def test_what_init_writes_holds_on_each_of_its_files(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    with TemporaryDirectory() as folder:
        paths = Path(folder) / "train.parquet", Path(folder) / "test.parquet"
        for path, table in zip(paths, (one, other), strict=True):
            parquet.write_table(arrow.table(table), path)
        proposal, held = proposed_by_init(Path(folder))
        # A rule on rows needs some.
        filled = [path for path, table in zip(paths, (one, other), strict=True) if path in held and any(table.values())]
        assert held
        assert [broken(proposal, source_of(path)) for path in filled] == [[] for _ in filled]
