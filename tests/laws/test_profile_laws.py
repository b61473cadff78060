"""Laws of profiles: the page is the same by values, by questions that hold none, and by plain loops, in any order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.support.plain_engine import PlainColumn, PlainEngine
from tests.support.table_cases import write_parquet
from tests.support.thoroughness import examples

from assay.facts.profiles import Profile
from assay.tables import profiling_numbers, selecting
from assay.tables.addressing import Table
from assay.tables.answering import Tables
from assay.tables.profiling import profile_table

T = Table("data")
KINDS = {"x": "number", "i": "integer", "t": "timestamp", "d": "date", "s": "text", "b": "boolean"}
SOURCE = "sha256:" + "0" * 64
MOMENTS = ["infinity", "-infinity", "1969-12-31T23:59:59.999999", "2026-01-31T12:00:00.000001", "9999-12-31T23:59:59.5"]
Rows = list[tuple[Any, ...]]

numbers = st.sampled_from([0.0, -0.0, 0.1, 1e6 + 0.5, 5e-324, 1e300, -1e308, 1e308, float("inf"), float("nan")])
numbers |= st.floats() | st.floats(-10, 10) | st.integers(-4, 4).map(float)
integers = st.integers(-3, 3) | st.integers(2**53, 2**53 + 9) | st.integers(-(2**63), 2**63 - 1)
moments = st.sampled_from(MOMENTS) | st.integers(0, 9).map(lambda each: f"2026-01-31T12:00:0{each}")
rows = st.lists(
    st.tuples(
        *(st.none() | each for each in (numbers, integers, moments, st.dates().map(str), st.text("ab"), st.booleans()))
    ),
    max_size=60,
)
SETTINGS = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def table_of(found: Rows) -> dict[str, PlainColumn]:
    return {name: PlainColumn(kind, [row[index] for row in found]) for index, (name, kind) in enumerate(KINDS.items())}


@contextmanager
def without_values(*, few: bool) -> Iterator[None]:
    """Tables of any size taken for large ones; with `few` also their quantiles are found in buckets."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(profiling_numbers, "MOST_ROWS", -1))
        if few:
            stack.enter_context(patch.object(selecting, "MANY", 2))
        yield


def profiled(found: Rows, like: Profile | None = None, hidden: frozenset[str] = frozenset()) -> Profile:
    with TemporaryDirectory() as folder:
        source = write_parquet(Path(folder) / "data.parquet", table_of(found), row_group=2048)
        with Tables({"data": source}, {}, None) as tables:
            return profile_table(tables.answer, T, source=SOURCE, like=like, hidden=hidden)


@SETTINGS
@given(rows, rows, st.sampled_from([frozenset[str](), frozenset({"x", "t", "s"})]), st.booleans())
@example([], [], frozenset(), True)
def test_the_page_is_the_same_by_values_and_without(
    reference: Rows, found: Rows, hidden: frozenset[str], few: bool
) -> None:
    page = profiled(reference, hidden=hidden)
    alike = profiled(found, like=page)
    with without_values(few=few):
        assert profiled(reference, hidden=hidden).content() == page.content()
        assert profiled(found, like=page).content() == alike.content()


@SETTINGS
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_digit(found: Rows, chance: random.Random) -> None:
    page = profiled(found)
    shuffled = chance.sample(found, len(found))
    assert profiled(shuffled).content() == page.content()
    with without_values(few=False):
        assert profiled(shuffled).content() == page.content()


@SETTINGS
@given(rows)
def test_plain_loops_give_the_page(found: Rows) -> None:
    plain = PlainEngine({"data": table_of(found)})

    def answer(questions: Any) -> list[Any]:
        return [plain.answer(question) for question in questions]

    page = profiled(found)
    by_values = profile_table(answer, T, source=SOURCE)
    with without_values(few=False):
        without = profile_table(answer, T, source=SOURCE)
    for each in (by_values, without):
        assert near(each.model_dump(mode="json")) == near(page.model_dump(mode="json"))


def near(page: Any) -> Any:
    """A page without the sums, which plain loops round to other multiples where a bucket spans all floats."""
    if isinstance(page, dict):
        return {name: near(each) for name, each in page.items() if name not in ("mean", "deviations", "total")}
    return page
