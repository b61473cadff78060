"""What keeps the base's data from judging is told by data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.driving import measured, source_of
from tests.support.repositories import data_text, rows

from assay.checks import base_data
from assay.dossier.check_context import MaterialContext
from assay.dossier.check_materials import DataAtBase
from assay.errors import DataError

COLUMNS = {"key": "text", "amount": "integer", "group": "text", "approve": "integer"}


def material(**parts: Any) -> DataAtBase:
    usual = {"differ": ("holdout",), "lacking": {}, "tables": {"holdout": "holdout@base"}, "digests": {}}
    return DataAtBase(**{**usual, **parts})


def facts_of(folder: Path, found: DataAtBase | None, **texts: str) -> base_data.Facts:
    data = {name.replace("_", "@"): source_of(folder / f"{name}.csv", text) for name, text in texts.items()}
    sets = tuple(name for name in data if "@" not in name)
    context = MaterialContext(task="binary-classification", sets=sets, id="key", material=found)
    facts = measured(base_data, base_data.Spec(), context, data)
    assert isinstance(facts, base_data.Facts)
    return facts


def test_without_a_base_nothing_was_compared(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No base was named"):
        facts_of(tmp_path, None)


def test_what_the_plan_says_is_told(tmp_path: Path) -> None:
    nothing = facts_of(tmp_path, material(differ=(), tables={}))
    assert nothing.model_dump() == {
        "base": True, "differ": (), "lacking": {}, "unanswered": (), "trained_on": (), "judging": ()
    }  # fmt: skip
    assert facts_of(tmp_path, material()).judging == ("holdout",)
    assert facts_of(tmp_path, material(unanswered=("holdout",))).judging == ()
    assert facts_of(tmp_path, material(tables={}, lacking={"holdout": "Gone."})).lacking == {"holdout": "Gone."}


@pytest.mark.parametrize(
    ("share", "told"), [(1.0, ("train and holdout",)), (0.7, ("train and holdout",)), (0.2, ()), (0.0, ())]
)
def test_training_data_that_hold_the_bases_rows(share: float, told: tuple[str, ...], tmp_path: Path) -> None:
    """T-base-data: most of the rows, under other ids, are the rows themselves."""
    old, others = rows(400), rows(400, seed=9)
    taken = int(share * len(old))
    mixed = [(f"T{key}", *rest) for key, *rest in (*old[:taken], *others[taken:])]
    base = data_text([(key, amount * 1_000 + n, *rest) for n, (key, amount, *rest) in enumerate(old)])
    train = data_text(
        [(key, amount * 1_000 + (n if n < taken else 500 + n), *rest) for n, (key, amount, *rest) in enumerate(mixed)]
    )
    found = facts_of(tmp_path, material(), train=train, holdout_base=base)
    assert found.trained_on == told
    assert found.judging == (() if told else ("holdout",))


def test_training_data_that_nothing_can_be_compared_by(tmp_path: Path) -> None:
    """T-base-data: whether the model was trained on the base's rows is not known, so they do not judge."""
    found = facts_of(tmp_path, material(), train="key,income\nT1,1\nT2,2\n", holdout_base=data_text(rows(20)))
    assert (found.trained_on, found.judging) == ((), ())
    assert found.lacking == {
        "holdout": "`train` has no column, known in nearly all rows, to compare it by with `holdout` at the base."
    }


def test_training_data_that_are_the_bases_data(tmp_path: Path) -> None:
    same = material(digests={"train": "sha256:1", "holdout@base": "sha256:1"})
    text = data_text(rows(20))
    assert facts_of(tmp_path, same, train=text, holdout_base=text).trained_on == ("train and holdout",)
