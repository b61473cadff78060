"""A contract on numbers that floats cannot tell apart: each rule compares what is written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.support.driving import measured, source_of

from assay.checks.data_contract import check as data_contract
from assay.dossier.check_context import CheckContext
from assay.tables.source import Source

CONTEXT = CheckContext(task="regression", sets=("train", "known"), id="id")
ROWS = 60
LARGE = 2**53
TINY = Decimal("1e-18")


def as_source(*given: Any) -> Source:
    found: Source = source_of(*given)
    return found


def table(folder: Path, name: str, form: str, columns: dict[str, list[Any]]) -> Source:
    """Columns of decimals and whole numbers."""
    if form == "csv":
        lines = [
            ",".join(format(value, "f") if isinstance(value, Decimal) else str(value) for value in row)
            for row in zip(*columns.values(), strict=True)
        ]
        return as_source(folder / f"{name}.csv", "\n".join([",".join(columns), *lines]) + "\n")
    path = folder / f"{name}.parquet"
    types = {
        key: pa.decimal128(38, 18) if isinstance(each[0], Decimal) else pa.int64() for key, each in columns.items()
    }
    pq.write_table(pa.table({key: pa.array(each, types[key]) for key, each in columns.items()}), path)
    return as_source(path)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_rules_see_differences_that_floats_lose(tmp_path: Path, form: str) -> None:
    booked = [Decimal(1) + (row % 2) * TINY for row in range(ROWS)]
    columns = {
        "id": [*range(LARGE, LARGE + ROWS)],
        "booked": booked,
        "paid": [each + TINY for each in booked],
        "single": [Decimal(7) + row * TINY for row in range(ROWS)],
        "tax": [1 + TINY] * ROWS,
        "total": [each + 1 + TINY for each in booked],
        "account": [*range(LARGE + 1, LARGE + ROWS + 1)],
    }
    sources = {
        "train": table(tmp_path, "train", form, columns),
        "known": table(tmp_path, "known", "parquet", {"account": [*range(LARGE, LARGE + ROWS)], "price": booked}),
    }
    contract = {
        "on": ["train"],
        "rules": {
            "id": {"unique": True},
            "booked": {"in": [1], "range": [1, 1], "references": {"set": "known", "column": "price"}},
            "paid": {"references": {"set": "known", "column": "price"}},
            "single": {"unique": True, "order": "strictly increasing"},
            "account": {"references": {"set": "known", "column": "account"}},
        },
        "conditions": {
            "same": "booked == paid",
            "less": "booked < paid",
            "sum": "total == booked + tax and paid == booked + 0.000000000000000001",
            "written": "booked == 1.000000000000000001",
        },
    }
    facts = measured(data_contract, data_contract.Spec.model_validate(contract), CONTEXT, sources).sets["train"]
    found = {name: each for part in (facts.rules, facts.conditions) for name, each in part.items()}
    broken = {name: each.violations.model_dump()["value"] for name, each in found.items()}
    assert {name: count for name, count in broken.items() if count} == {
        "booked.in": ROWS / 2,
        "booked.range": ROWS / 2,
        "paid.references": ROWS / 2,
        "account.references": 1,
        "same": ROWS,
        "written": ROWS / 2,
    }
    assert found["booked.in"].keys[:2] == (str(LARGE + 1), str(LARGE + 3))
    assert found["account.references"].keys == (str(LARGE + ROWS - 1),)
