"""Drift of rows that belong together: whole groups change sides, so rows that are alike alarm no more than one each."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.grouped_columns import facts_of

from assay.checks.drift import check as drift
from assay.dossier.check_context import CheckContext
from assay.errors import DataError
from assay.facts.values import Estimate

GROUPED = CheckContext(
    task="regression", sets=("reference", "current"), group="who", features=("amount", "kind", "flag"), seed=11
)


def found(folder: Path, before: dict[str, Any], now: dict[str, Any], known: CheckContext, **spec: Any) -> drift.Facts:
    facts: drift.Facts = facts_of(folder, drift, spec, known, reference=before, current=now)
    return facts


def rows(seed: int, first: int, *, people: int = 60, shift: float = 0.0) -> dict[str, Any]:
    """Ten rows of each person, alike but for a little noise, some of whose values are missing."""
    random, each = np.random.default_rng(seed), 10
    amount = np.repeat(random.normal(size=people), each) + 0.05 * random.normal(size=people * each) + shift
    amount[np.repeat(random.random(people) < 0.3 + shift / 8, each)] = np.nan
    return {
        "who": np.repeat(np.arange(people) + first, each),
        "amount": amount,
        "kind": np.repeat(random.integers(0, 4, people) + (shift > 0), each).astype(str).astype(object) + "k",
        "flag": np.repeat(random.random(people) < 0.2 + shift / 4, each),
    }


def test_rows_that_are_alike_alarm_only_if_groups_did(tmp_path: Path) -> None:
    independent = replace(GROUPED, group=None)
    before, now = rows(21, 0), rows(22, 60)
    by_rows, by_groups = (found(tmp_path, before, now, each) for each in (independent, GROUPED))
    assert isinstance(by_rows.drifted_columns, Estimate)
    assert by_rows.drifted_columns.value > 0
    assert isinstance(by_groups.drifted_columns, Estimate)
    assert by_groups.drifted_columns.value == 0
    assert by_groups.clusters == 120
    statistics = [each.columns["amount"].statistics for each in (by_rows, by_groups)]
    assert statistics[0] == statistics[1]


def test_a_shift_of_groups_is_found_in_every_kind_of_column(tmp_path: Path) -> None:
    facts = found(tmp_path, rows(3, 0), rows(4, 60, shift=2.5), GROUPED, parts=["features", "missingness", "joint"])
    assert set(facts.keys) == {"amount", "kind", "flag"}
    assert facts.joint is not None
    assert isinstance(facts.joint.p, Estimate)
    assert facts.joint.p.value < 0.05


def test_single_rows_alarm_as_rows_do(tmp_path: Path) -> None:
    random = np.random.default_rng(9)
    before = {"who": np.arange(400), "amount": random.normal(size=400)}
    now = {"who": np.arange(400, 800), "amount": random.normal(size=400) + 0.5}
    facts = found(tmp_path, before, now, replace(GROUPED, features=("amount",)))
    assert facts.keys == ("amount",)
    again = found(tmp_path, before, {**now, "amount": random.normal(size=400)}, replace(GROUPED, features=("amount",)))
    assert again.keys == ()


def test_a_row_without_a_group_is_refused(tmp_path: Path) -> None:
    lacking = {**rows(1, 0), "who": [None, None, None, *range(597)]}
    with pytest.raises(DataError, match="3 of 1,200 rows have no `who`"):
        found(tmp_path, lacking, rows(2, 60), GROUPED)
