"""What `init` reads off the values: times, parts of the calendar, groups, thresholds and bars."""

from __future__ import annotations

import csv
import datetime
import random as randoms
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.commands.parts.proposed_roles import ProposedRoles, propose_roles
from assay.commands.parts.role_lines import bars_for, data_lines, size_notes, threshold_of
from assay.edges.data_files import find_source
from assay.tables.reading import schema

ROWS = 120
Make = Callable[[int, randoms.Random], object]
FIRST = datetime.date(2025, 1, 1)


def day(row: int) -> str:
    return str(FIRST + datetime.timedelta(days=row))


def proposed(folder: Path, columns: dict[str, Make], *, temporal: bool = False) -> ProposedRoles:
    random = randoms.Random(1)
    rows = [{name: make(row, random) for name, make in columns.items()} for row in range(2 * ROWS)]
    if not temporal:
        random.shuffle(rows)
    for name, part in (("train", rows[:ROWS]), ("holdout", rows[ROWS:])):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(columns))
            writer.writeheader()
            writer.writerows({**each, "target": int(random.random() < 0.2)} for each in part)
    sources = {name: find_source(folder, f"{name}.csv") for name in ("train", "holdout")}
    kinds = {name: schema(source) for name, source in sources.items()}
    return propose_roles(sources, kinds, "holdout", "train", "target")


USUAL: dict[str, Make] = {"amount": lambda _, r: round(r.lognormvariate(3, 1), 2), "target": lambda _, __: 0}


def test_a_date_that_parts_the_sets_is_the_time(tmp_path: Path) -> None:
    roles = proposed(tmp_path, {"made": lambda row, _: day(row), **USUAL}, temporal=True)
    assert (roles.time, roles.times, roles.later) == ("made", ("made",), ())
    assert "  time: made" in next(iter(data_lines(roles)))


def test_a_date_in_a_random_split_is_asked_about(tmp_path: Path) -> None:
    roles = proposed(tmp_path, {"made": lambda row, _: day(row), **USUAL})
    assert (roles.time, roles.times) == (None, ("made",))
    assert "made: rows of both sets overlap in it" in next(iter(data_lines(roles)))


@pytest.mark.parametrize(
    "other",
    [{"changed": lambda row, r: day(row + r.randrange(9))}, {"closed": lambda row, _: day(row + 5)}],
    ids=["two times", "one of them an end"],
)
def test_of_several_times_a_person_chooses(tmp_path: Path, other: dict[str, Make]) -> None:
    roles = proposed(
        tmp_path, {"made": lambda row, _: day(row), **other, "month": lambda row, _: row // 20, **USUAL}, temporal=True
    )
    assert roles.time is None
    assert set(roles.later) == {"made", *other, "month"}


def test_an_end_alone_is_no_time_of_the_row(tmp_path: Path) -> None:
    assert proposed(tmp_path, {"death_date": lambda row, _: day(row), **USUAL}, temporal=True).time is None


@pytest.mark.parametrize(
    ("name", "make", "is_time"),
    [
        ("start", lambda row, _: f"{row % 28 + 1}.{row % 12 + 1}.2025", True),
        ("event_date", lambda row, _: 20_250_101 + row % 28, True),
        ("created_time", lambda row, _: 1_700_000_000 + 86_400 * row, True),
        ("time", lambda _, r: r.randrange(1, 90), False),
        ("duration_time", lambda _, r: r.randrange(100, 9_000), False),
        ("note", lambda row, _: f"no {row % 7}", False),
        ("number", lambda row, _: 20_250_101 + row % 28, False),
    ],
)
def test_times_are_found_by_values_never_by_a_name_alone(
    tmp_path: Path, name: str, make: Make, *, is_time: bool
) -> None:
    assert proposed(tmp_path, {name: make, **USUAL}).times == ((name,) if is_time else ())


def test_parts_of_the_calendar_are_told_apart(tmp_path: Path) -> None:
    columns: dict[str, Make] = {
        "month": lambda row, _: row % 12 + 1,
        "weekday": lambda row, _: ("Mo", "Tu", "We")[row % 3],
        "year": lambda row, _: 2_020 + row // 60,
        "days": lambda _, r: r.randrange(30),
        "week": lambda _, r: -r.randrange(50),
    }
    roles = proposed(tmp_path, columns | USUAL)
    assert roles.calendar == ("month", "weekday", "year")
    assert roles.later == ()


def test_a_group_is_proposed_where_another_column_never_differs_within_it(tmp_path: Path) -> None:
    home = {customer: f"town {customer % 7}" for customer in range(40)}
    columns: dict[str, Make] = {
        "customer_id": lambda row, _: row % 40,
        "town": lambda row, _: home[row % 40],
        "visit_id": lambda row, _: row,
        "kind_id": lambda _, r: r.randrange(30),
    }
    roles = proposed(tmp_path, columns | USUAL)
    assert roles.group == "customer_id"
    assert any("# group: customer_id" in line for line in data_lines(roles))
    del columns["town"], columns["visit_id"]
    assert proposed(tmp_path, columns | USUAL).group is None


@pytest.mark.parametrize(
    ("share", "at", "distance"), [(0.5, None, "0.1"), (0.1, 0.1, "0.06"), (0.02, 0.02, "0.02"), (0.9, 0.9, "0.06")]
)
def test_bars_and_threshold_follow_the_share_of_positives(share: float, at: float | None, distance: str) -> None:
    roles = ProposedRoles(positives=share, rows=1_000, rarer=100)
    assert threshold_of(roles) == at
    assert f'expected_calibration_error: "<= {distance}"' in bars_for(roles)
    assert all(f"{metric}: " in bars_for(roles) for metric in ("roc_auc", "balanced_accuracy"))


def test_few_rows_are_told_with_what_would_do() -> None:
    few = list(size_notes(ProposedRoles(rows=60, rarer=12), "holdout", "binary-classification"))
    assert few[0] == "`holdout` has 12 rows of the rarer class; `roc_auc >= 0.7` needs about 70 to be proven"
    assert len(few) == 3
    assert list(size_notes(ProposedRoles(rows=1_000, rarer=300), "holdout", "binary-classification")) == []
