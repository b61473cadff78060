"""A profile holds what its counts say, and parts made like one reference merge into the whole."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.driving import source_of
from tests.support.table_cases import source_of as parquet_of
from tests.support.thoroughness import examples

from assay.errors import DataError
from assay.facts.profile_merging import merge_profiles
from assay.facts.profiles import BUCKETS, Profile, read_profile
from assay.stats.profile_numbers import bins_of, edges_of, finite_part, quantiles_of, seconds_of
from assay.tables import profiling
from assay.tables.addressing import Table
from assay.tables.answering import Tables
from assay.tables.profiling import profile_table
from assay.tables.questions import Values

COLUMNS = "amount,kind,since,ok\n"


def rows(count: int, seed: int) -> list[str]:
    draw = np.random.default_rng(seed)
    return [
        f"{draw.normal(1e6, 1) if draw.random() > 0.1 else ''},{draw.choice(['a', 'b', 'c'])},"
        f"2024-01-{draw.integers(1, 29):02d},{'true' if draw.random() > 0.3 else 'false'}\n"
        for _ in range(count)
    ]


def profiled(path: Path, lines: list[str], **named: Any) -> Profile:
    source = source_of(path, COLUMNS + "".join(lines))
    with Tables({"data": source}, {}, None) as tables:
        return profile_table(tables.answer, Table("data"), source=source.digest, **named)


def test_two_halves_give_the_whole(tmp_path: Path) -> None:
    reference = profiled(tmp_path / "reference.csv", rows(300, 1))
    lines = rows(400, 2)
    first = profiled(tmp_path / "first.csv", lines[:150], like=reference)
    second = profiled(tmp_path / "second.csv", lines[150:], like=reference)
    whole = profiled(tmp_path / "whole.csv", lines, like=reference)
    for merged in (merge_profiles([first, second]), merge_profiles([second, first])):
        assert merged.rows == 400
        for name, column in whole.columns.items():
            other = merged.columns[name]
            assert (other.n, other.missing, other.categories) == (column.n, column.missing, column.categories)
            if column.numbers is not None and other.numbers is not None:
                for field in ("edges", "counts", "low", "high"):
                    assert getattr(other.numbers, field) == getattr(column.numbers, field)
                assert other.numbers.mean == pytest.approx(column.numbers.mean, rel=1e-14)
                assert other.numbers.deviations == pytest.approx(column.numbers.deviations, rel=1e-9)
                totals = zip(other.numbers.total, column.numbers.total, strict=True)
                assert all((a is b is None) or a == pytest.approx(b, rel=1e-13) for a, b in totals)


def test_its_bytes_are_canonical_and_read_back(tmp_path: Path) -> None:
    profile = profiled(tmp_path / "data.csv", rows(200, 3))
    again = read_profile(profile.content(), "p")
    assert again == profile
    assert again.digest() == profile.digest()
    assert profiled(tmp_path / "data.csv", rows(200, 3)).digest() == profile.digest()


def test_quantiles_are_exact_and_buckets_of_equal_mass(tmp_path: Path) -> None:
    profile = profiled(tmp_path / "data.csv", rows(5_000, 4))
    numbers = profile.columns["amount"].numbers
    assert numbers is not None
    text = [line.split(",")[0] for line in rows(5_000, 4)]
    values = np.sort([float(each) for each in text if each])
    expected = np.quantile(values, [at for at, _ in numbers.quantiles], method="inverted_cdf")
    assert [value for _, value in numbers.quantiles] == expected.tolist()
    assert len(numbers.counts) == BUCKETS
    assert max(numbers.counts) - min(numbers.counts) <= 1


def test_hidden_columns_tell_counts_only(tmp_path: Path) -> None:
    profile = profiled(tmp_path / "data.csv", rows(100, 5), hidden={"amount", "kind"})
    for name in ("amount", "kind"):
        column = profile.columns[name]
        assert (column.hidden, column.numbers, column.categories) == (True, None, None)
        assert column.n + column.missing == 100
    like = profiled(tmp_path / "data.csv", rows(100, 5), like=profile)
    assert like.columns["kind"].categories is None


def test_rare_values_of_many_are_not_told(tmp_path: Path) -> None:
    lines = [f"1,person{number}@example.org,2024-01-01,true\n" for number in range(50)]
    lines += ["1,shared,2024-01-01,true\n"] * 5
    found = profiled(tmp_path / "data.csv", lines).columns["kind"]
    assert found.categories is not None
    assert found.categories.values == (("shared", 5),)
    assert (found.categories.rest, found.distinct) == (50, 51)


def test_a_reference_is_counted_among_very_many_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = profiled(tmp_path / "reference.csv", rows(300, 1) + ["1,seldom,2024-01-01,true\n"] * 5)
    monkeypatch.setattr(profiling, "MOST_KNOWN", 2)
    lines = [f"1,{each},2024-01-01,true\n" for each in (*"xxxyyyzzz", *"aab", "seldom")]
    found = profiled(tmp_path / "data.csv", lines, like=reference).columns["kind"]
    assert found.categories is not None
    assert dict(found.categories.values) == {"a": 2, "b": 1, "c": 0, "seldom": 1}
    assert (found.n, found.categories.rest) == (13, 9)


@pytest.mark.parametrize(
    "mend",
    [
        lambda page: page.update(rows=7),
        lambda page: page["columns"]["amount"]["numbers"]["counts"].append(1),
        lambda page: page["columns"]["amount"]["numbers"]["edges"].reverse(),
        lambda page: page["columns"]["since"]["numbers"]["low"].__setitem__(1, None),
        lambda page: page["columns"]["kind"]["categories"].update(rest=1),
        lambda page: page.update(extra=1),
        lambda page: page.pop("columns"),
    ],
)
def test_a_malformed_profile_is_refused(tmp_path: Path, mend: Any) -> None:
    page = json.loads(profiled(tmp_path / "data.csv", rows(100, 6)).content())
    mend(page)
    with pytest.raises(DataError, match="is not a profile"):
        read_profile(json.dumps(page).encode(), "p.json")
    for broken in (b"", b"{", b"[1]", b'{"page":"profile"}', b"\xff"):
        with pytest.raises(DataError, match="is not a profile"):
            read_profile(broken, "p.json")


def test_only_parts_made_alike_are_merged(tmp_path: Path) -> None:
    first, second = profiled(tmp_path / "a.csv", rows(50, 7)), profiled(tmp_path / "b.csv", rows(50, 8))
    with pytest.raises(DataError, match="same reference"):
        merge_profiles([first, second])
    like = profiled(tmp_path / "a.csv", rows(50, 7), like=first)
    with pytest.raises(DataError, match="same reference"):
        merge_profiles([like, profiled(tmp_path / "b.csv", rows(50, 8), like=second)])


numbers = st.lists(
    st.floats(allow_nan=True, allow_infinity=True) | st.integers(-3, 3).map(float) | st.just(1e300), max_size=80
)


@settings(max_examples=examples(200), deadline=None)
@given(numbers, st.booleans())
def test_bins_hold_every_value_once(values: list[float], whole: bool) -> None:
    drawn = [float(round(each)) if whole and math.isfinite(each) and abs(each) < 1e9 else each for each in values]
    finite, missing, negative, positive = finite_part(np.array(drawn, dtype=float))
    assert len(finite) + missing + negative + positive == len(drawn)
    edges = edges_of(quantiles_of(finite, [index / 10 for index in range(10)]))
    assert list(edges) == sorted(set(edges))
    bins = bins_of(finite, edges)
    assert sum(bins.counts) == len(finite)
    limits = [-math.inf, *edges, math.inf]
    for place, (count, low, high) in enumerate(zip(bins.counts, bins.low, bins.high, strict=True)):
        assert (low is None) == (high is None) == (count == 0)
        if low is not None and high is not None:
            assert limits[place] < low <= high <= limits[place + 1]
    # A value that fills a bucket is alone in it.
    for value, count in zip(*np.unique(finite, return_counts=True), strict=True):
        if count > len(finite) / 10 * 2:
            place = int(np.searchsorted(edges, value, side="left"))
            assert bins.low[place] == bins.high[place] == value


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_quantiles_follow_their_definition(values: list[float], shares: list[float]) -> None:
    found = quantiles_of(np.sort(values), shares)
    for share, value in zip(shares, found, strict=True):
        assert value in values
        assert sum(each <= value for each in values) / len(values) >= share - 1e-12


def test_times_are_seconds() -> None:
    found = seconds_of(["1970-01-01", None, "2024-02-29T12:30:00.5", "1969-12-31T23:59:59Z", "1970-01-01T00:00:01+00"])
    assert found[0] == 0
    assert math.isnan(found[1])
    assert found[2:].tolist() == [1709209800.5, -1.0, 1.0]
    odd = seconds_of(["infinity", "-infinity", "0001-12-31 (BC)", "0001-12-31T(BC)T23:59:59.5", "12000-01-01T00:00:00"])
    assert odd.tolist() == [math.inf, -math.inf, -62135683200.0, -62135596800.5, 316516204800.0]


def test_every_type_of_time_is_told_in_seconds(tmp_path: Path) -> None:
    texts = [
        "1969-12-31 23:59:58.123456",
        "1970-01-01 00:00:00",
        "2024-02-29 12:30:00.25",
        "infinity",
        "-infinity",
        None,
    ]
    types = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "DATE")
    path = tmp_path / "times.parquet"
    listed = ", ".join(f'CAST(CAST(t AS TIMESTAMP) AS {each}) AS "{each}"' for each in types)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY (SELECT {listed} FROM (SELECT unnest($texts) AS t)) TO '{path}'", {"texts": texts})
    with Tables({"data": parquet_of(path)}, {}, None) as tables:
        seconds = tables.answer([Values(Table("data"), types, seconds=types)])[0]
        texts_of = tables.answer([Values(Table("data"), types)])[0]
    for each in types:
        np.testing.assert_array_equal(seconds[each], seconds_of(texts_of[each].tolist()), err_msg=each)
        assert seconds[each][3:5].tolist() == [math.inf, -math.inf]
    assert seconds["TIMESTAMP_NS"][0] == seconds["TIMESTAMP"][0] == -1.876544
    assert seconds["DATE"][:3].tolist() == [-86400.0, 0.0, 1709164800.0]
