"""A value that turned a column into text is named with the key of its row, and masked unless it may be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.driving import measured, source_of

from assay.checks.data_contract import check as data_contract
from assay.checks.data_contract.facts import RuleFacts
from assay.checks.data_contract.stray_values import masked
from assay.dossier.check_context import CheckContext

CONTEXT = CheckContext(task="binary-classification", sets=("train",), id="id")


def broken(tmp_path: Path, rule: dict[str, Any], values: list[str], *, show: tuple[str, ...] = ()) -> RuleFacts:
    spec = data_contract.Spec.model_validate({"on": ["train"], "rules": {"x": rule}, "show_values": list(show)})
    content = "id,x\n" + "".join(f"K{number},{value}\n" for number, value in enumerate(values))
    facts = measured(data_contract, spec, CONTEXT, {"train": source_of(tmp_path / "train.csv", content)})
    return next(each for name, each in facts.sets["train"].rules.items() if name != "x.required" and each.told)


@pytest.mark.parametrize(
    ("rule", "values", "told", "keys"),
    [
        ({"type": "number"}, ["1.5", "NA", "2"], "1 of 3 values is not a number: `NA`, first at the key `K1`", ("K1",)),
        ({"type": "integer"}, ["1", "2", '""'], "1 of 3 values is not a whole number: ``, first at the key `K2`", ("K2",)),
        ({"range": [0, 9]}, ["1", '"$1,234.00"', "2"], "`$9,999.99`, first at the key `K1`", ("K1",)),
        ({"type": "integer"}, ["1", "2", "2.5"], "number, because values such as `9.9` are not whole, first at the key `K2`", ("K2",)),
        ({"type": "number"}, ["1", '"a\nb"'], "1 of 2 values is not a number: `a a`, first", ("K1",)),
        ({"type": "date"}, ["2026-01-01", "01.02.2026"], "1 of 2 values is not a date: `99.99.9999`", ("K1",)),
        ({"type": "boolean"}, ["true", "yes"], "1 of 2 values is not true or false: `yes`", ("K1",)),
        ({"type": "timestamp"}, ["2026-01-01T00:00", "2026-01-01T00:00+01:00"], "not a time: `9999-99-99a99:99+99:99`", ("K1",)),
        ({"type": "integer"}, ["007", "8", "9"], "1 of 3 values is not a whole number: `999`, first at the key `K0`", ("K0",)),
        ({"type": "number"}, ["a", "b", "c", "d", "d"], "5 of 5 values are not a number: `a`, `a`, `a` and 1 more, first", ("K0", "K1", "K2", "K3", "K4")),
    ],
)  # fmt: skip
def test_a_break_of_type_names_its_values(
    tmp_path: Path, rule: dict[str, Any], values: list[str], told: str, keys: tuple[str, ...]
) -> None:
    found = broken(tmp_path, rule, values)
    assert told in str(found.told)
    assert found.keys == keys
    assert not found.values
    assert found.violations.model_dump()["value"] == len(values)


def test_values_are_shown_where_they_may_be(tmp_path: Path) -> None:
    found = broken(tmp_path, {"type": "number"}, ["1", "Berlin"], show=("x",))
    assert "`Berlin`" in str(found.told)
    assert found.values == ("Berlin",)
    assert "Berlin" not in str(broken(tmp_path, {"type": "number"}, ["1", "Berlin"]))


def test_masks_keep_form_and_hide_the_rest() -> None:
    assert masked("Müller, 42 Straße") == "aaaaaa, 99 aaaaaa"
    assert masked(" N/A ") == " N/A "
    assert len(masked("x" * 99)) == 30


@pytest.mark.parametrize(
    ("kind", "values", "found"),
    [
        ("number", ["1,234"] * 40, "text; 40 of 40 values are numbers with thousands separators"),
        ("number", ["1,5"] * 39 + ["NA"], "text; 39 of 40 values are numbers with a decimal comma"),
        ("number", ["5 %"] * 40, "text; 40 of 40 values are percentages"),
        ("number", ["€5"] * 40, "text; 40 of 40 values are amounts in €"),
        ("timestamp", ["2026-01-01T00:00Z"] * 39 + ["2026-01-01T00:00"], "text; 39 of 40 values are times with a zone"),
        ("date", ["31.12.2026"] * 40, "text; 40 of 40 values are dates such as 31.12.2026"),
    ],
)
def test_another_way_to_write_is_told(tmp_path: Path, kind: str, values: list[str], found: str) -> None:
    assert broken(tmp_path, {"type": kind}, [f'"{value}"' for value in values]).found == found
