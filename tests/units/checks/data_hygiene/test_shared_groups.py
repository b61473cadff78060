"""Groups that are in the training data and in held-out data: judged where declared, told where they look like groups."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.grouped_columns import facts_of

from assay.checks.data_hygiene import check as data_hygiene
from assay.checks.data_hygiene.check import bars
from assay.dossier.check_context import CheckContext
from assay.facts.values import Estimate

Columns = dict[str, list[Any]]


def context(**more: Any) -> CheckContext:
    usual: dict[str, Any] = {
        "task": "binary-classification", "sets": ("train", "holdout"), "label": "paid", "id": "key", "positive": 1,
        "features": ("amount", "rate", "city"), "seed": 7,
    }  # fmt: skip
    return CheckContext(**(usual | more))


def rows(n: int, seed: int, first: int) -> Columns:
    random = np.random.default_rng(seed)
    return {
        "key": [f"K{first + row:06}" for row in range(n)],
        "amount": random.lognormal(8, 1, n).round(4).tolist(),
        "rate": random.normal(3, 1, n).tolist(),
        "city": random.choice(["Bern", "Basel", "Genf"], n).tolist(),
        "paid": (random.random(n) < 0.4).astype(int).tolist(),
    }


def both() -> tuple[Columns, Columns]:
    return rows(1200, 1, 0), rows(600, 2, 1200)


def grouped(shared: int) -> tuple[Columns, Columns]:
    """Three rows of each customer, of whom so many are in both sets; a customer has one city."""
    train, holdout = both()
    for data, first in ((train, 0), (holdout, 400 - shared)):
        n = len(data["key"])
        data["customer"] = [f"C{first + row // 3:05}" for row in range(n)]
        data["city"] = [("Bern", "Basel", "Genf")[int(who[1:]) % 3] for who in data["customer"]]
    return train, holdout


@pytest.mark.parametrize("shared", [0, 7])
def test_a_declared_group_in_both_sets_is_judged_with_examples(tmp_path: Path, shared: int) -> None:
    known, (train, holdout) = context(group="customer"), grouped(shared)
    found = facts_of(tmp_path, data_hygiene, {}, known, train=train, holdout=holdout).apart["holdout"].groups
    assert found.declared
    assert found.column == "customer"
    assert found.rows.value == 3 * shared
    assert len(found.keys) == (10 if shared else 0)
    assert (found.told is not None) == bool(shared)
    (bar,) = (each for each in bars(data_hygiene.Spec(), known) if each.subject["finding"] == "shared_groups")
    assert (bar.fact, bar.limit, bar.direction) == ("/apart/holdout/groups/rows", 0, "at_most")


def test_a_likely_group_is_told_and_has_no_bar(tmp_path: Path) -> None:
    train, holdout = grouped(7)
    found = facts_of(tmp_path, data_hygiene, {}, context(), train=train, holdout=holdout).apart["holdout"].groups
    assert found.suspected
    assert not found.declared
    assert "write `group: customer` under `data`" in found.told
    assert all(each.subject["finding"] != "shared_groups" for each in bars(data_hygiene.Spec(), context()))


def test_data_without_groups_say_nothing_of_them(tmp_path: Path) -> None:
    train, holdout = both()
    assert facts_of(tmp_path, data_hygiene, {}, context(), train=train, holdout=holdout).apart["holdout"].groups is None


def test_a_column_that_names_its_group_is_no_leak(tmp_path: Path) -> None:
    """Numbers of a customer, whose label never changes, give it away only because rows of one customer are alike."""
    train, holdout = grouped(0)
    random = np.random.default_rng(1)
    for data in (train, holdout):
        people = dict.fromkeys(data["customer"])
        of: dict[str, tuple[float, int]] = {
            each: (float(random.normal()), int(random.random() < 0.5)) for each in people
        }
        data["rate"] = [of[each][0] for each in data["customer"]]
        data["paid"] = [of[each][1] for each in data["customer"]]

    def leaks(**more: Any) -> float:
        found = (
            facts_of(tmp_path, data_hygiene, {}, context(**more), train=train, holdout=holdout).leakage["train"].leaks
        )
        assert isinstance(found, Estimate)
        return float(found.value)

    assert leaks() == 1
    assert leaks(group="customer") == 0


def test_what_a_group_repeats_is_said_once(tmp_path: Path) -> None:
    """Cities of new customers, and values that whole customers lack, are no difference that chance does not explain."""
    train, holdout = grouped(0)
    random = np.random.default_rng(2)
    for data in (train, holdout):
        people = {each: (f"place {random.integers(400)}", random.random() < 0.1) for each in data["customer"][::3]}
        data["city"] = [people[each][0] for each in data["customer"]]
        data["rate"] = [
            None if people[who][1] else rate for who, rate in zip(data["customer"], data["rate"], strict=True)
        ]
    by_rows, by_groups = (
        facts_of(tmp_path, data_hygiene, {}, context(**more), train=train, holdout=holdout).alike["holdout"].categories
        for more in ({}, {"group": "customer"})
    )
    assert "city" in by_rows.names
    assert by_groups.names == ()
