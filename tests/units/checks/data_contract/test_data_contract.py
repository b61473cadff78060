"""A contract's rules, counted; and what breaks them without being a row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.support.driving import at, measured, source_of

from assay.checks.data_contract import check as data_contract
from assay.dossier.check_context import CheckContext
from assay.errors import DataError

CONTEXT = CheckContext(task="binary-classification", sets=("train", "holdout"), id="id")
CONTRACT: dict[str, Any] = {
    "on": ["train"],
    "rules": {
        "id": {"unique": True},
        "amount": {"type": "number", "range": [1, 100], "nulls": "<= 25%"},
        "when": {"type": "date", "range": ["2026-01-01", None]},
        "code": {"matches": "[A-Z]{2}", "in": ["AB", "CD", "ab"]},
        "rows": {"at_least": 2, "at_most": 10},
    },
    "conditions": {"paid at most the price": "paid <= price", "open/closed": "state is None or state in ['o', 'c']"},
}
GOOD = """id,amount,when,code,paid,price,state
1,1,2026-01-01,AB,1,2,o
2,100,2026-02-01,CD,2,2,
3,5,2027-02-01,AB,0,2,c
4,,2026-02-01,AB,1,2,o
"""


def facts_of(
    tmp_path: Path, contract: dict[str, Any], content: str
) -> tuple[data_contract.Facts, dict[str, float | None]]:
    """The facts, and the value of each bar's fact by its pointer below the data set."""
    spec = data_contract.Spec.model_validate(contract)
    facts = measured(data_contract, spec, CONTEXT, {"train": source_of(tmp_path / "train.csv", content)})
    bars = list(data_contract.bars(spec, CONTEXT))
    assert len({(bar.fact, bar.direction) for bar in bars}) == len(bars)
    return facts, {bar.fact.removeprefix("/sets/train/"): at(facts, bar.fact).get("value") for bar in bars}


def test_a_contract_that_holds(tmp_path: Path) -> None:
    facts, values = facts_of(tmp_path, CONTRACT, GOOD)
    assert values.pop("rules/amount.nulls/share") == 0.25
    assert values.pop("rows") == 4
    assert set(values.values()) == {0.0}
    assert "conditions/open~1closed/violations" in values
    assert at(facts, "/sets/train/columns")["value"] == 7


def test_broken_rules_are_counted_with_ids(tmp_path: Path) -> None:
    bad = "id,amount,when,code,paid,price,state\n1,0,2025-12-31,ABC,3,2,x\n1,101,,EF,,2,\nz,5,2026-01-01,ab,1,2,o\n"
    facts, values = facts_of(tmp_path, CONTRACT, bad)
    assert {name: value for name, value in values.items() if value} == {
        "rows": 3,
        "rules/id.unique/violations": 2,
        "rules/amount.range/violations": 2,
        "rules/when.range/violations": 1,
        "rules/when.nulls/violations": 1,
        "rules/code.matches/violations": 2,
        "rules/code.in/violations": 2,
        "conditions/paid at most the price/violations": 2,
        "conditions/open~1closed/violations": 1,
    }
    rules = facts.sets["train"].rules
    assert rules["amount.range"].keys == ("1", "1")
    assert rules["code.matches"].keys == ("1", "z")
    # G7: facts hold ids of rows, never their values.
    assert "ABC" not in json.dumps(facts.model_dump(mode="json"))


def test_faults_of_columns_break_every_rule_about_them(tmp_path: Path) -> None:
    facts, values = facts_of(tmp_path, CONTRACT, "ID,Amount,when,code,paid,price\n1,1,x,,a,1\n2,2,y,,b,1\n")
    assert {name: value for name, value in values.items() if value == 0} == {
        "rules/when.required/violations": 0,
        "rules/when.nulls/violations": 0,
        "rules/code.required/violations": 0,
    }
    rules = facts.sets["train"].rules
    assert (rules["id.required"].found, rules["id.required"].nearest) == ("no such column", "ID")
    assert rules["amount.type"].nearest == "Amount"
    assert {rules["when.type"].found, rules["when.range"].found} == {
        "text, because 2 of 2 values are not a date: `a`, `a`, first at the key `0`"
    }
    condition = facts.sets["train"].conditions["paid at most the price"]
    assert condition.found == "column `paid` is text and column `price` is integer; these types cannot be compared."
    assert condition.violations.kind == "estimate"


def test_an_optional_column_may_be_absent_but_not_wrong(tmp_path: Path) -> None:
    contract = {"on": "train", "rules": {"a": {"required": False, "range": [0, None]}}}
    assert set(facts_of(tmp_path, contract, "b\n1\n")[1].values()) == {0.0}
    assert facts_of(tmp_path, contract, "a\nx\n")[1]["rules/a.range/violations"] == 1


def test_an_all_null_column_keeps_nothing(tmp_path: Path) -> None:
    contract = {"on": "train", "rules": {"a": {"nulls": True, "range": [0, 1], "type": "number", "unique": True}}}
    _, values = facts_of(tmp_path, contract, "a,b\n,1\n,2\n")
    assert values == {
        "rules/a.required/violations": 0,
        "rules/a.type/violations": 2,
        "rules/a.range/violations": 2,
        "rules/a.unique/violations": 2,
    }


def test_no_rows_prove_nothing(tmp_path: Path) -> None:
    facts, values = facts_of(tmp_path, CONTRACT, GOOD.splitlines()[0] + "\n")
    assert {name for name, value in values.items() if value is not None} == {
        "rows", "rules/id.required/violations", "rules/amount.required/violations", "rules/when.required/violations",
        "rules/code.required/violations",
    }  # fmt: skip
    assert facts.sets["train"].rules["id.unique"].violations.model_dump()["reason"] == "empty"


def test_one_row_is_a_data_set(tmp_path: Path) -> None:
    assert set(
        facts_of(tmp_path, {"on": "train", "rules": {"a": {"unique": True, "in": [1]}}}, "a\n1\n")[1].values()
    ) == {0.0}


def test_where_a_bar_stands() -> None:
    spec = data_contract.Spec.model_validate(CONTRACT)
    bars = {bar.fact: bar for bar in data_contract.bars(spec, CONTEXT)}
    assert bars["/sets/train/rules/amount.range/violations"].where == ("rules", "amount", "range")
    assert bars["/sets/train/rules/amount.required/violations"].where == ("rules", "amount")
    assert (
        bars["/sets/train/rows"].where == ("rules", "rows", "at_least")
        or bars["/sets/train/rows"].direction == "at_most"
    )
    assert bars["/sets/train/rules/amount.nulls/share"].limit == 0.25
    assert bars["/sets/train/conditions/open~1closed/violations"].where == ("conditions", "open/closed")
    assert bars["/sets/train/rules/amount.range/violations"].subject == {"set": "train", "column": "amount"}
    assert [use.set for use in data_contract.columns(spec, CONTEXT)] == ["train"]
    nowhere = data_contract.Spec.model_validate({"rules": {"a": {}}})
    assert list(data_contract.problems(nowhere, CONTEXT)) == []
    assert list(data_contract.problems(nowhere, CheckContext(task="t", sets=("a", "b"))))


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ({}, "needs a rule"),
        ({"rules": {"a": {"typ": "number"}}}, "Extra inputs"),
        ({"rules": {"a": {"type": "float"}}}, "'number', 'integer'"),
        ({"rules": {"a": {"range": [2, 1]}}}, "must not exceed"),
        ({"rules": {"a": {"range": [None, None]}}}, "lowest or a highest"),
        ({"rules": {"a": {"range": ["soon", None]}}}, "neither a number nor a date"),
        ({"rules": {"a": {"matches": "("}}}, "regular expression"),
        ({"rules": {"a": {"matches": "(?=x)"}}}, "look-around"),
        ({"rules": {"a": {"nulls": ">= 1%"}}}, "upper bound"),
        ({"rules": {"a": {"in": []}}}, "at least 1"),
        ({"rules": {"rows": {"atleast": 1}}}, "Extra inputs"),
        ({"conditions": {"c": "f(x)"}}, "at character 1"),
    ],
)
def test_blocks_that_make_no_sense(block: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        data_contract.Spec.model_validate(block)


def test_a_pattern_that_only_python_reads_is_an_error_of_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="RE2"):
        facts_of(tmp_path, {"on": "train", "rules": {"a": {"matches": "(?x)a(?#x)"}}}, "a\na\n")


def test_the_schema_of_the_block_completes_rules() -> None:
    schema = data_contract.Spec.model_json_schema()
    rules = schema["$defs"]["Rules"]
    assert rules["additionalProperties"] == {"$ref": "#/$defs/ColumnRules"}
    assert "in" in schema["$defs"]["ColumnRules"]["properties"]
